"""One mail a day: in order, complete, never twice, and again after whatever went wrong."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.db import Database
from govapp.core.errors import NotNow
from govapp.core.text import NBSP
from govapp.notifications import actions, queries
from govapp.notifications.models import Delivery, Letter, LetterState, Topic
from tests import make
from tests.accounts.letters import take_turn
from tests.mail import MailServer, html, text
from tests.notifications.channels import dying, with_channels
from tests.notifications.conftest import Post

EMAIL, MALEE = "somchai@example.org", "malee@example.org"
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
SEVEN = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("kinds")


def person(database: Database, email: str = EMAIL, language: str = "en") -> int:
    with database.write() as session:
        return make.user(session, email, password_hash="x", language=language).id


def write(database: Database, user_id: int, *numbers: int, at: datetime = NOON, **more: Any) -> None:
    with clock.stopped(at), database.write.begin() as session:
        for number in numbers:
            actions.write(session, user_id, "some-news", number=number, **more)


def letters(database: Database) -> list[Letter]:
    with database.read() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def states(database: Database) -> list[str]:
    """Of all but what tells administrators of their posts."""
    found = [letter for letter in letters(database) if letter.template != "post"]
    return [f"{letter.template} {letter.state}" for letter in found]


def test_the_news_of_a_day_come_in_one_mail_at_seven(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    somchai, malee = person(database), person(database, MALEE, "th")
    write(database, somchai, 1)
    write(database, malee, 2)
    write(database, somchai, 3, at=NOON + timedelta(hours=6), path="/rounds/2")
    with clock.stopped(SEVEN - timedelta(seconds=1)):
        post()
        assert server.taken() == []
    with clock.stopped(SEVEN):
        post()
        post()
    taken = {mail["To"]: mail for mail in server.taken()}
    assert len(server.taken()) == len(taken) == 2
    english, thai = taken[EMAIL], taken[MALEE]
    assert english["Subject"] == "2 things are new on govapp"
    plain = text(english)
    assert plain.index("1. Thing 1") < plain.index(f"24{NBSP}Nov") < plain.index("News of thing 1")
    assert plain.index("News of thing 1") < plain.index("2. Thing 3") < plain.index("News of thing 3")
    assert "http://127.0.0.1:8000/rounds/2" in plain
    assert plain.count("machine; answers") == 1, "one foot for all"
    assert html(english).index("<h2>Thing 1</h2>") < html(english).index("<h2>Thing 3</h2>")
    assert "News of thing 1 &lt;b&gt;" in html(english)
    assert 'href="http://127.0.0.1:8000/rounds/2"' in html(english)
    assert "ข่าวเรื่องที่ 2" in text(thai)
    assert "Thing" not in text(thai)
    assert states(database) == ["some-news sent"] * 3 + ["digest sent"] * 2
    assert all(letter.sent_at == SEVEN for letter in letters(database))


def test_a_digest_says_why_it_came_and_where_to_change_it(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    write(database, person(database), 1)
    with clock.stopped(SEVEN):
        post()
    (mail,) = server.taken()
    assert "comes once a day" in text(mail)
    assert "http://127.0.0.1:8000/inbox/preferences" in text(mail)
    assert mail["List-Unsubscribe"].strip("<>") in text(mail)


def test_what_comes_after_seven_waits_for_the_next_day(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    user_id = person(database)
    write(database, user_id, 1)
    write(database, user_id, 2, at=SEVEN)
    for day, mails in ((0, 1), (1, 2), (2, 2)):
        with clock.stopped(SEVEN + day * DAY + timedelta(minutes=5)):
            post()
            assert len(server.taken()) == mails


def test_days_without_a_worker_make_one_mail(database: Database, server: MailServer, post: Post) -> None:
    server.start()
    user_id = person(database)
    for day in range(3):
        write(database, user_id, day, at=NOON + day * DAY)
    with clock.stopped(NOON + 3 * DAY):
        post()
    (mail,) = server.taken()
    assert mail["Subject"] == "3 things are new on govapp"


def test_of_two_workers_one_gathers(database: Database) -> None:
    user_id = person(database)
    write(database, user_id, 1, 2)
    both, failed = threading.Barrier(2), []

    def gather() -> None:
        try:
            both.wait()
            with database.write.begin() as session:
                actions.gather(session, user_id)
        except Exception as error:
            failed.append(error)

    with clock.stopped(SEVEN):
        threads = [threading.Thread(target=gather) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert states(database) == ["some-news for-digest"] * 2 + ["digest waiting"]


def test_after_a_kill_the_digest_leaves_again_under_the_same_name_and_as_a_whole(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    user_id = person(database)
    write(database, user_id, 1, 2)
    killed = dying()
    with clock.stopped(SEVEN):
        with pytest.raises(KeyboardInterrupt):
            take_turn(database, with_channels(post.app, killed), "gather_digests", "send_letters")
        assert states(database) == ["some-news for-digest"] * 2 + ["digest waiting"]
        write(database, user_id, 3, at=SEVEN)
    with clock.stopped(SEVEN + timedelta(minutes=6)):
        post()
        post()
    (mail,) = server.taken()
    assert mail["Message-ID"] == f"<{killed.taken[0][1].name}@example.org>"
    assert text(mail) == killed.taken[0][1].text
    assert states(database)[-1] == "some-news for-digest", "what came since waits for its own"


def test_a_dead_digest_is_one_letter_and_is_tried_again_with_all_it_holds(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    user_id = person(database, "refused@example.org")
    write(database, user_id, 1, 2)
    with clock.stopped(SEVEN):
        post()
    assert states(database) == ["some-news for-digest"] * 2 + ["digest dead"]
    with clock.stopped(SEVEN), database.write() as session:
        admin = make.admin(session)
        listed, total = queries.letters(session, LetterState.DEAD)
        assert (total, [letter.given for letter in listed]) == (1, [{"count": 2}])
        assert LetterState.FOR_DIGEST not in {letter.state for letter in queries.letters(session)[0]}
        session.execute(update(User).where(User.id == user_id).values(email=EMAIL))
        with pytest.raises(NotNow):
            actions.try_again(session, admin, letters(database)[0].id)
        actions.try_again(session, admin, listed[0].id)
        session.commit()
    with clock.stopped(SEVEN + DAY):
        post()
    (mail,) = [mail for mail in server.taken() if mail["To"] == EMAIL]
    assert mail["Subject"] == "2 things are new on govapp"
    assert states(database) == ["some-news sent"] * 2 + ["digest sent"]


def choose(database: Database, user_id: int, delivery: Delivery, topic: Topic = Topic.NEWS) -> None:
    with database.write.begin() as session:
        actions.choose(session, user_id, user_id, {topic: delivery})


def test_a_digest_that_waits_leaves_without_what_is_no_longer_wanted(
    database: Database, server: MailServer, post: Post
) -> None:
    user_id = person(database)
    choose(database, user_id, Delivery.DAILY, Topic.TASKS)
    write(database, user_id, 1)
    with clock.stopped(NOON), database.write.begin() as session:
        actions.write(session, user_id, "a-task", number=2)
    with clock.stopped(SEVEN):
        post()  # the server is down
    choose(database, user_id, Delivery.ON_SITE)
    server.start()
    with clock.stopped(SEVEN + timedelta(minutes=5)):
        post()
    (mail,) = server.taken()
    assert mail["Subject"] == "One thing is new on govapp"
    assert states(database) == ["some-news kept", "a-task sent", "digest sent"]


def test_a_digest_of_which_nothing_is_left_does_not_leave(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    user_id = person(database)
    write(database, user_id, 1)
    with clock.stopped(SEVEN):
        post.gather()
        choose(database, user_id, Delivery.ON_SITE)
        post()
    assert server.taken() == []
    assert states(database) == ["some-news kept", "digest kept"]


def test_who_wants_news_at_once_still_gets_what_waited_at_seven(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    user_id = person(database)
    write(database, user_id, 1)
    choose(database, user_id, Delivery.AT_ONCE)
    write(database, user_id, 2)
    with clock.stopped(NOON):
        post()
        assert [mail["Subject"] for mail in server.taken()] == ["Thing 2"]
    with clock.stopped(SEVEN):
        post()
        assert len(server.taken()) == 2


def test_digests_hold_nobody_up_at_the_door(database: Database, post: Post) -> None:
    user_id = person(database)
    write(database, user_id, 1)
    with clock.stopped(SEVEN):
        post.gather()
    with clock.stopped(SEVEN + timedelta(minutes=1)), database.write.begin() as session:
        actions.write(session, user_id, "welcome")
        by_id = {letter.id: letter.template for letter in session.scalars(select(Letter))}
        assert [by_id[id_] for id_ in queries.to_send(session, 10)] == ["welcome", "digest"]
        assert [by_id[id_] for id_ in queries.to_send(session, 1)] == ["welcome"]


@pytest.mark.parametrize(
    ("days", "left"),
    [(89, ["some-news sent", "some-news for-digest", "digest sent"]), (92, ["some-news for-digest"])],
)
def test_what_is_old_is_forgotten_but_never_what_still_waits(
    database: Database, server: MailServer, post: Post, days: int, left: list[str]
) -> None:
    server.start()
    user_id = person(database)
    write(database, user_id, 1)
    with clock.stopped(SEVEN):
        post.gather()
        write(database, user_id, 2, at=SEVEN)
        take_turn(database, post.app.extensions["tasks"], "send_letters")
    with clock.stopped(SEVEN + timedelta(days=days)), database.write.begin() as session:
        actions.forget_old(session, timedelta(days=90))
    assert sorted(states(database)) == sorted(left)


def test_a_dead_digest_is_forgotten_with_all_it_holds(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    write(database, person(database, "refused@example.org"), 1)
    with clock.stopped(SEVEN):
        post()
    with clock.stopped(SEVEN + timedelta(days=91)), database.write.begin() as session:
        actions.forget_old(session, timedelta(days=90))
    assert letters(database) == []


def test_a_person_who_was_taken_away_stops_nothing(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    gone, here = person(database, MALEE), person(database)
    write(database, gone, 1)
    write(database, here, 2)
    with clock.stopped(SEVEN):
        post.gather()
        with database.write.begin() as session:
            session.delete(session.get(User, gone))
            actions.gather(session, gone)
        post()
    assert [mail["To"] for mail in server.taken()] == [EMAIL]


def entry(session: Session, state: LetterState) -> None:
    user = make.user(session, EMAIL, password_hash="x")
    digest = Letter(user_id=user.id, template="digest", language="en", given={"count": 1})
    session.add(digest)
    session.flush()
    held = Letter(user_id=user.id, template="welcome", language="en", given={}, digest_id=digest.id)
    held.state = state
    session.add(held)


@pytest.mark.parametrize("state", LetterState)
def test_the_table_refuses_what_travels_in_a_digest_and_alone(session: Session, state: LetterState) -> None:
    entry(session, state)
    if state in (LetterState.FOR_DIGEST, LetterState.SENT):
        session.flush()
        return
    with pytest.raises(IntegrityError, match="digest_fits"):
        session.flush()

"""What people choose, and what then happens to letters of each topic."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Denied
from govapp.notifications import actions, queries
from govapp.notifications.models import Delivery, Letter, LetterState, Preference, Topic
from tests import make, statements
from tests.accounts.letters import delivered, take_turn
from tests.accounts.test_reset import at_once
from tests.forms import send
from tests.make import PASSWORD
from tests.notifications.kinds import TOPICS

EMAIL = "somchai@example.org"
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
SEVEN = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
CHOICES = {"powers": "at-once", "tasks": "at-once", "news": "daily", "language": "en"}
NAMES = {topic: name for name, topic in TOPICS.items()} | {Topic.SECURITY: "welcome"}


@pytest.fixture
def somchai(session: Session, kinds: None) -> User:
    return make.user(session, EMAIL, language="en")


def come(app: Flask) -> int:
    """How many mails there are by now."""
    take_turn(app.extensions["database"], app.extensions["tasks"], "gather_digests")
    return len(delivered(app))


def prefer(session: Session, user: User, **chosen: str) -> None:
    wanted = {Topic(topic): Delivery(delivery) for topic, delivery in chosen.items()}
    actions.choose(session, user.id, user.id, wanted)
    session.commit()


@pytest.mark.parametrize(
    ("topic", "chosen", "at_once", "by_seven"),  # mails
    [
        (Topic.SECURITY, None, 1, 1),
        (Topic.POWERS, None, 1, 1),
        (Topic.TASKS, None, 1, 1),
        (Topic.NEWS, None, 0, 1),
        *((topic, Delivery.AT_ONCE, 1, 1) for topic in TOPICS.values()),
        *((topic, Delivery.DAILY, 0, 1) for topic in TOPICS.values()),
        *((topic, Delivery.ON_SITE, 0, 0) for topic in TOPICS.values()),
    ],
)
def test_a_letter_comes_as_its_reader_chose(
    app: Flask,
    session: Session,
    somchai: User,
    topic: Topic,
    chosen: Delivery | None,
    at_once: int,
    by_seven: int,
) -> None:
    user_id = somchai.id
    if chosen:
        prefer(session, somchai, **{topic.value: chosen.value})
    with clock.stopped(NOON):
        actions.write(session, user_id, NAMES[topic], number=1)
        session.commit()
        assert come(app) == at_once
    with clock.stopped(SEVEN):
        assert come(app) == by_seven
    assert queries.unread(session, user_id) == 1, "the inbox has it in any case"
    (letter,) = session.scalars(select(Letter).where(Letter.template != "digest"))
    assert letter.state is (LetterState.SENT if by_seven else LetterState.KEPT)


def test_others_are_not_concerned(app: Flask, session: Session, somchai: User) -> None:
    malee = make.user(session, "malee@example.org", language="th")
    prefer(session, malee, tasks="on-site")
    actions.write_all(session, [somchai.id, malee.id], "a-task", number=1)
    session.commit()
    assert [letter["To"] for letter in delivered(app)] == [EMAIL]


def test_many_are_told_with_few_questions(session: Session, somchai: User) -> None:
    people = [make.user(session, f"{n}@example.org", password_hash="x").id for n in range(40)]
    counts = []
    for ids in (people[:2], people):
        with statements.noted(session) as asked:
            actions.write_all(session, ids, "some-news", number=1)
            session.flush()
        counts.append(len(asked))
    assert counts[0] == counts[1] == 2, "one look, one insert"


def test_what_waits_does_not_leave_when_it_is_no_longer_wanted(
    app: Flask, session: Session, somchai: User
) -> None:
    with clock.stopped(NOON):
        for template in ("some-news", "a-task", "welcome"):
            actions.write(session, somchai.id, template, number=1)
        prefer(session, somchai, news="on-site", tasks="on-site")
        assert [letter["Subject"] for letter in delivered(app)] == ["Welcome to govapp"]
    with clock.stopped(SEVEN):
        assert come(app) == 1


def test_safety_is_not_chosen_about(session: Session, somchai: User) -> None:
    for delivery in Delivery:
        with pytest.raises(Denied):
            prefer(session, somchai, security=delivery.value)
    session.add(Preference(user_id=somchai.id, topic=Topic.SECURITY, delivery=Delivery.ON_SITE))
    with pytest.raises(IntegrityError, match="security_is_always_told"):
        session.flush()


def test_only_what_changes_is_kept_and_recorded(session: Session, somchai: User) -> None:
    prefer(session, somchai, powers="at-once", news="daily")
    assert session.scalars(select(Preference)).all() == []
    prefer(session, somchai, powers="daily", news="daily")
    prefer(session, somchai, powers="daily", news="daily")
    rows = session.scalars(select(AuditEntry).where(AuditEntry.event == "NoticesChosen")).all()
    assert [(row.actor_id, row.details) for row in rows] == [
        (somchai.id, {"user_id": somchai.id, "chosen": {"powers": "daily"}})
    ]


def test_of_several_who_choose_at_once_none_stumbles(database: Database) -> None:
    with database.write() as session:
        user_id = make.user(session, EMAIL, password_hash="x").id
    orders = list(Delivery) * 2
    won = at_once(
        database,
        lambda session, n: actions.choose(session, None, user_id, {Topic.NEWS: orders[n]}),
        people=4,
    )
    assert len(won) == 4
    with database.read() as session:
        assert len(session.scalars(select(Preference)).all()) <= 1


def enter(client: FlaskClient, email: str = EMAIL) -> None:
    assert send(client, "/sign-in", email=email, password=PASSWORD).status_code == 303


def checked(page: str) -> list[str]:
    """Values of the radio buttons that are on, from top to bottom."""
    inputs = [part.split(">")[0] for part in page.split('<input type="radio"')[1:]]
    return [part.split('value="')[1].split('"')[0] for part in inputs if "checked" in part]


def test_the_page_shows_and_keeps_the_choice(client: FlaskClient, session: Session, somchai: User) -> None:
    assert client.get("/inbox/preferences").status_code == 303, "only for people with an account"
    enter(client)
    page = client.get("/inbox/preferences").get_data(as_text=True)
    assert checked(page) == ["at-once", "at-once", "daily", "en"]
    assert "always come at once" in page
    assert "07:00" in page
    typed = CHOICES | {"tasks": "daily", "news": "on-site", "language": "th"}
    assert send(client, "/inbox/preferences", **typed).status_code == 303
    page = client.get("/inbox/preferences").get_data(as_text=True)
    assert checked(page) == ["at-once", "daily", "on-site", "th"]
    assert "Your choice is kept" in page
    events = session.scalars(select(AuditEntry.event).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert set(events) == {"NoticesChosen", "LanguageChosen"}
    session.expire_all()
    assert somchai.language == "th"


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"news": "never"}, 422),
        ({"language": "xx"}, 422),
        ({"security": "on-site"}, 400),
        ({"user_id": "1"}, 400),
    ],
)
def test_nonsense_changes_nothing(
    client: FlaskClient, session: Session, somchai: User, typed: dict[str, str], status: int
) -> None:
    enter(client)
    answer = send(client, "/inbox/preferences", **CHOICES | {"tasks": "daily"} | typed)
    assert answer.status_code == status
    assert session.scalars(select(Preference)).all() == []
    if status == 422:
        assert "Mend one thing" in answer.get_data(as_text=True)
        assert checked(answer.get_data(as_text=True))[1] == "daily", "what was chosen stays"


def test_the_page_is_found_and_its_form_needs_a_token(client: FlaskClient, somchai: User) -> None:
    enter(client)
    for path in ("/inbox", "/account"):
        assert 'href="/inbox/preferences"' in client.get(path).get_data(as_text=True)
    assert client.post("/inbox/preferences", data=CHOICES).status_code == 403


def test_a_person_without_an_address_is_told_so(client: FlaskClient, session: Session, somchai: User) -> None:
    enter(client)
    set_committed_value(session.get(User, somchai.id), "email", None)  # the column allows it later
    page = client.get("/inbox/preferences").get_data(as_text=True)
    assert "You gave no e-mail address" in page
    assert "None" not in page


def test_old_news_keep_their_language_new_ones_have_the_one_chosen(
    app: Flask, session: Session, somchai: User
) -> None:
    somchai.language = "th"
    session.commit()
    with clock.stopped(clock.now() + timedelta(minutes=1)):
        actions.write(session, somchai.id, "a-task", number=7)
        session.commit()
        assert delivered(app)[-1]["Subject"] == "เรื่องที่ 7"

"""Letters leave, whatever the mail server does: none is lost, none is sent for what did not happen."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from govapp.accounts.actions import reset
from govapp.app import create_app
from govapp.core import clock, jobs
from govapp.core.db import Database
from govapp.core.errors import Denied, NotNow
from govapp.notifications import actions, rules
from govapp.notifications.models import Delivery, Letter, LetterState, Preference
from tests import make
from tests.accounts.letters import delivered, send, take_turn
from tests.conftest import config
from tests.mail import MailServer, html, text
from tests.notifications.channels import dying, with_channels
from tests.notifications.conftest import Post

EMAIL = "somchai@example.org"


def write(database: Database, *emails: str, template: str = "welcome", **given: str) -> None:
    with database.write() as session:
        people = [make.user(session, email, password_hash="x", language="en").id for email in emails]
    with database.write.begin() as session:
        for user_id in people:
            actions.write(session, user_id, template, **given)


def letters(database: Database) -> list[Letter]:
    with database.read() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_a_letter_arrives_in_plain_text_and_html(database: Database, server: MailServer, post: Post) -> None:
    server.start()
    write(database, EMAIL)
    post()
    (taken,) = server.taken()
    assert taken.get_content_type() == "multipart/alternative"
    assert (taken["To"], taken["Subject"]) == (EMAIL, "Welcome to govapp")
    assert taken["From"] == "govapp <post@example.org>"
    assert taken["Auto-Submitted"] == "auto-generated"
    assert "http://127.0.0.1:8000/rounds" in text(taken)
    assert 'href="http://127.0.0.1:8000/rounds"' in html(taken)
    (letter,) = letters(database)
    assert (letter.state, letter.attempts, letter.error) == (LetterState.SENT, 1, "")
    post()
    assert len(server.taken()) == 1, "a letter leaves once"


def test_a_server_that_is_down_costs_time_but_no_letter(
    database: Database, server: MailServer, post: Post
) -> None:
    write(database, EMAIL, "malee@example.org")
    start = clock.now()
    post()
    assert [letter.attempts for letter in letters(database)] == [1, 0], "one probe, the other waits"
    assert "refused" in letters(database)[0].error
    with clock.stopped(start + timedelta(minutes=2)):
        server.start()
        post()
    assert {taken["To"] for taken in server.taken()} == {EMAIL, "malee@example.org"}
    assert {letter.state for letter in letters(database)} == {LetterState.SENT}


def test_waits_grow_and_end(database: Database, post: Post) -> None:
    write(database, EMAIL)
    moment, waits = clock.now(), []
    while letters(database)[0].state is LetterState.WAITING:
        with clock.stopped(moment):
            post()
        next_try_at = letters(database)[0].next_try_at
        waits.append(round((next_try_at - moment) / timedelta(minutes=1)))
        moment = max(next_try_at, moment)
    assert waits[:-1] == [1, 4, 16, 64, 256, 360, 360]
    assert len(waits) == rules.MOST_TRIES
    assert letters(database)[0].state is LetterState.DEAD
    with clock.stopped(moment + timedelta(days=1)):
        post()
    assert letters(database)[0].attempts == rules.MOST_TRIES, "dead is dead"


def test_a_refused_recipient_is_dead_at_once_and_holds_nobody_up(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    write(database, "refused@example.org", "later@example.org", EMAIL)
    post()
    dead, later, sent = letters(database)
    assert (dead.state, dead.attempts) == (LetterState.DEAD, 1)
    assert dead.error.startswith("550 5.1.1")
    assert "refused@" not in dead.error
    assert (later.state, later.attempts) == (LetterState.WAITING, 1)
    assert sent.state is LetterState.SENT
    assert [taken["To"] for taken in server.taken()] == [EMAIL]


def test_a_letter_that_cannot_be_written_holds_nobody_up(
    database: Database, server: MailServer, post: Post
) -> None:
    server.start()
    write(database, "a@example.org", template="verify")  # without its link
    write(database, EMAIL)
    post()
    assert [letter.state for letter in letters(database)] == [LetterState.WAITING, LetterState.SENT]
    assert "on our side" in letters(database)[0].error


def test_nothing_is_told_of_what_was_rolled_back(database: Database, server: MailServer, post: Post) -> None:
    server.start()
    with database.write() as session:
        make.user(session, EMAIL)
        reset.answer_reset(session, EMAIL)
        assert session.scalars(select(Letter)).all(), "the control"
        session.rollback()
    post()
    assert server.taken() == []


def test_a_link_that_ended_is_not_sent(database: Database, server: MailServer, post: Post) -> None:
    with database.write() as session:
        user = make.user(session, EMAIL)
        actions.write(session, user.id, "reset", link_id=make.link(session, user, "reset"))
        session.commit()
    server.start()
    with clock.stopped(clock.now() + timedelta(hours=2)):
        post()
    assert server.taken() == []
    (letter,) = letters(database)
    assert letter.state is LetterState.DEAD
    assert "its time is over" in letter.error


def test_after_a_kill_the_letter_is_sent_again_under_the_same_name(
    database: Database, server: MailServer, post: Post, own_app: Flask
) -> None:
    write(database, EMAIL)
    killed = dying()
    with pytest.raises(KeyboardInterrupt):
        send(database, with_channels(own_app, killed))
    assert letters(database)[0].state is LetterState.WAITING
    server.start()
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        post()
    (taken,) = server.taken()
    assert taken["Message-ID"] == f"<{killed.taken[0][1].name}@example.org>"


POST = {"th": "เจ้าหน้าที่ท้องถิ่น เมืองสมมติ <b>", "en": "Local officer, Invented Town <b>"}
GIVEN: dict[str, dict[str, Any]] = {
    "security": {"what": "password-changed"},
    "post": {"what": "given", "post": POST, "first": "2026-10-01", "last": "2027-09-30", "reason": ""},
    "project_result": {
        "title": "ไฟทางเดิน <b>",
        "round": "รอบสมมติ 2570",
        "funded": True,
        "reason": {"th": "เหตุผล <b>", "en": "A reason <b>"},
    },
    "claim_decided": {
        "roll": "งบสมมติ <b>",
        "wish": {"th": "ขอเพิ่มชื่อ", "en": "To be added"},
        "accepted": False,
        "reason": "ไม่ได้อยู่ในพื้นที่ <b>",
    },
    "checkpoint": {
        "title": "คำถามสมมติ <b>",
        "size": 75,
        "note": "vote.example.org/box/1\n75\nAAAA\n\n— x y\n",
    },
    "post_to_confirm": {"giver": "มาลี", "name": "บุญมี", "post": POST, "until": "2026-12-31"},
}


@pytest.mark.parametrize("template", rules.KINDS)
@pytest.mark.parametrize("code", ["th", "en"])
def test_every_letter_in_every_language_has_one_line_of_subject(
    app: Flask, session: Session, template: str, code: str
) -> None:
    app.extensions["tasks"] = create_app(
        config(site_name="เมือง\r\nBcc: thief@example.org <b>", instance=app.extensions["config"].instance)
    ).extensions["tasks"]
    user = make.user(session, EMAIL, language=code)
    given = GIVEN.get(template, {})
    if template in rules.LINKED:
        given = {"link_id": make.link(session, user, template)}
    if rules.may_be_changed(topic := rules.KINDS[template].topic):
        session.add(Preference(user_id=user.id, topic=topic, delivery=Delivery.AT_ONCE))
    actions.write(session, user.id, template, **given)
    session.commit()
    letter = delivered(app)[-1]
    assert "\n" not in letter["Subject"]
    assert letter["Bcc"] is None
    assert "<b>" not in html(letter), "what is not ours is written as text"
    assert ("จดหมาย" in text(letter)) is (code == "th")


def test_old_letters_are_forgotten(database: Database) -> None:
    write(database, EMAIL, "malee@example.org")
    with database.write.begin() as session:
        actions.note_sent(session, letters(database)[0].id)
        actions.forget_old(session, timedelta(days=90))
    assert len(letters(database)) == 2
    with clock.stopped(clock.now() + timedelta(days=91)), database.write.begin() as session:
        actions.forget_old(session, timedelta(days=90))
    assert [letter.state for letter in letters(database)] == [LetterState.WAITING], "nothing unsent is lost"


def test_standing_jobs_keep_the_house_tidy(own_app: Flask, database: Database) -> None:
    write(database, EMAIL)
    tasks = own_app.extensions["tasks"]
    with database.write.begin() as session:
        done = jobs.enqueue(session, "answer_reset", {"email": "nobody@example.org"}).id
    assert len(delivered(own_app)) == 1
    with clock.stopped(clock.now() + timedelta(days=91)):
        take_turn(database, tasks, "tidy_letters", "tidy_letter_files", "tidy_jobs")
        assert delivered(own_app) == []
    assert letters(database) == []
    with database.read() as session:
        assert session.get(jobs.Job, done) is None


def test_an_administrator_tries_again(database: Database, server: MailServer, post: Post) -> None:
    server.start()
    write(database, EMAIL)
    (letter,) = letters(database)
    with database.write.begin() as session:
        session.execute(update(Letter).values(state=LetterState.DEAD, attempts=8))
    with database.write() as session:
        admin, nobody = make.admin(session), make.user(session, "malee@example.org", password_hash="x")
        with pytest.raises(Denied):
            actions.try_again(session, nobody, letter.id)
        actions.try_again(session, admin, letter.id)
        session.commit()
    post()
    assert [mail["To"] for mail in server.taken()].count(EMAIL) == 1
    with database.write() as session, pytest.raises(NotNow):
        actions.try_again(session, session.merge(admin), letter.id)

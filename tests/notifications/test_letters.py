"""Letters leave, whatever the mail server does: none is lost, none is sent for what did not happen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from govapp.accounts.actions import reset
from govapp.app import create_app
from govapp.core import clock
from govapp.core.db import Database
from govapp.core.errors import Denied, NotNow
from govapp.notifications import actions, queries, rules
from govapp.notifications.models import Letter, LetterState
from govapp.notifications.tasks import PostOffice
from tests import make
from tests.accounts.letters import delivered, send
from tests.conftest import config
from tests.mail import MailServer, html, text

EMAIL = "somchai@example.org"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "maildir")
    yield server
    server.stop()


Send = Callable[[], None]


@pytest.fixture
def post(database: Database, server: MailServer, tmp_path: Path) -> Send:
    """Send what is due, through the server."""
    made = create_app(config(smtp_url=server.url, mail_from="post@example.org", instance=str(tmp_path)))
    made.extensions["database"].engine.dispose()
    return lambda: send(database, made.extensions["tasks"])


def write(database: Database, *emails: str, template: str = "welcome", **given: str) -> None:
    with database.write() as session:
        people = [make.user(session, email, password_hash="x", language="en").id for email in emails]
    with database.write.begin() as session:
        for user_id in people:
            actions.write(session, user_id, template, **given)


def letters(database: Database) -> list[Letter]:
    with database.read() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_a_letter_arrives_in_plain_text_and_html(database: Database, server: MailServer, post: Send) -> None:
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
    database: Database, server: MailServer, post: Send
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


def test_waits_grow_and_end(database: Database, post: Send) -> None:
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
    database: Database, server: MailServer, post: Send
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


def test_who_has_no_address_reads_it_in_the_inbox_and_holds_nobody_up(
    database: Database, server: MailServer, post: Send
) -> None:
    server.start()
    with database.write() as session:
        elder = make.user(session, None, password_hash="x").id  # type: ignore[arg-type]
    with database.write.begin() as session:
        actions.write(session, elder, "welcome")
    write(database, EMAIL)
    post()
    without, sent = letters(database)
    assert (without.state, without.error) == (LetterState.DEAD, "the person has no e-mail address")
    assert sent.state is LetterState.SENT
    with database.read() as session:
        assert queries.inbox(session, elder)[1] == 1


def test_a_letter_that_cannot_be_written_holds_nobody_up(
    database: Database, server: MailServer, post: Send
) -> None:
    server.start()
    write(database, "a@example.org", template="no_such_template")
    write(database, EMAIL)
    post()
    assert [letter.state for letter in letters(database)] == [LetterState.WAITING, LetterState.SENT]
    assert "on our side" in letters(database)[0].error


def test_nothing_is_told_of_what_was_rolled_back(database: Database, server: MailServer, post: Send) -> None:
    server.start()
    with database.write() as session:
        reset.answer_reset(session, make.user(session, EMAIL).id)
        assert session.scalars(select(Letter)).all(), "the control"
        session.rollback()
    post()
    assert server.taken() == []


def test_a_link_that_ended_is_not_sent(database: Database, server: MailServer, post: Send) -> None:
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


@dataclass(frozen=True)
class Dying:
    """A channel whose worker is killed after the letter has left: not an Exception, as a kill is none."""

    taken: list[EmailMessage]

    def send(self, message: EmailMessage) -> None:
        self.taken.append(message)
        raise KeyboardInterrupt


def test_after_a_kill_the_letter_is_sent_again_under_the_same_name(
    database: Database, server: MailServer, post: Send, own_app: Flask
) -> None:
    write(database, EMAIL)
    channel = Dying([])
    task = own_app.extensions["tasks"]["send_letters"]
    office: PostOffice = task.do.__self__
    with pytest.raises(KeyboardInterrupt):
        send(database, {"send_letters": replace(task, do=replace(office, channel=channel).send_letters)})
    assert letters(database)[0].state is LetterState.WAITING
    server.start()
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        post()
    (taken,) = server.taken()
    assert taken["Message-ID"] == channel.taken[0]["Message-ID"]


@pytest.mark.parametrize("template", ["verify", "known", "reset", "address", "welcome", "password_changed"])
@pytest.mark.parametrize("code", ["th", "en"])
def test_every_letter_in_every_language_has_one_line_of_subject(
    app: Flask, session: Session, template: str, code: str
) -> None:
    app.extensions["tasks"] = create_app(
        config(site_name="เมือง\r\nBcc: thief@example.org <b>", instance=app.extensions["config"].instance)
    ).extensions["tasks"]
    user = make.user(session, EMAIL, language=code)
    given = {"link_id": make.link(session, user, template)} if template in rules.LINKED else {}
    actions.write(session, user.id, template, **given)
    session.commit()
    letter = delivered(app)[-1]
    assert "\n" not in letter["Subject"]
    assert letter["Bcc"] is None
    assert "<b>" not in html(letter), "what is not ours is written as text"
    assert ("จดหมาย" in text(letter)) is (code == "th")


def test_old_letters_are_forgotten(database: Database) -> None:
    write(database, EMAIL)
    with database.write.begin() as session:
        actions.forget_old(session, timedelta(days=90))
    assert len(letters(database)) == 1
    with clock.stopped(clock.now() + timedelta(days=91)), database.write.begin() as session:
        actions.forget_old(session, timedelta(days=90))
    assert letters(database) == []


def test_an_administrator_tries_again(database: Database, server: MailServer, post: Send) -> None:
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
    assert len(server.taken()) == 1
    with database.write() as session, pytest.raises(NotNow):
        actions.try_again(session, session.merge(admin), letter.id)

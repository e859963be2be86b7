"""A forgotten password, and links that are replayed, borrowed, altered, old, or used by two at once."""

import threading
from datetime import timedelta

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import reset as actions
from govapp.accounts.actions import sign_in
from govapp.accounts.actions import sign_up as sign_up_actions
from govapp.accounts.models import AccountLink, Purpose, User
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import NotNow
from govapp.core.jobs import Job, JobState, only, work_all
from tests import make
from tests.accounts.letters import delivered
from tests.accounts.test_sign_up import ANSWERS, EMAIL, is_in, sign_up_by_hand
from tests.accounts.test_sign_up import sign_in as come_in
from tests.forms import send, without_token
from tests.mail import link, text
from tests.make import PASSWORD

NEW = "ข้าวเหนียวมะม่วงสุก"


@pytest.fixture
def somchai(session: Session) -> User:
    return make.user(session, EMAIL, language="en")


def ask(client: FlaskClient, app: Flask) -> str:
    """The way to a new password, from the letter."""
    assert send(client, "/forgot", email=EMAIL).status_code == 303
    return link(delivered(app)[-1])


def test_from_the_letter_to_a_new_password(client: FlaskClient, app: Flask, somchai: User) -> None:
    way = ask(client, app)
    assert send(client, way, password=NEW).headers["Location"] == "/sign-in"
    assert come_in(client) == 422, "the old password is worth nothing"
    assert come_in(client, NEW) == 303
    letter = delivered(app)[-1]
    assert letter["Subject"] == "Your password was changed"
    assert "/reset/" not in text(letter)
    assert "Your password was changed" in client.get("/inbox").get_data(as_text=True)


def test_a_new_password_ends_every_sign_in(client: FlaskClient, app: Flask, somchai: User) -> None:
    thief = app.test_client()
    assert come_in(thief) == 303
    assert is_in(thief)
    send(client, ask(client, app), password=NEW)
    assert not is_in(thief)


def test_known_and_unknown_addresses_get_the_same_answer(
    client: FlaskClient, app: Flask, session: Session, somchai: User
) -> None:
    known, unknown = (
        without_token(send(client, "/forgot", email=email)) for email in (EMAIL, "nobody@example.org")
    )
    assert known == unknown
    assert [letter["To"] for letter in delivered(app)] == [EMAIL]
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [row.event for row in rows] == ["ResetAsked", "LinkOpened", "ResetAsked"]
    assert "example.org" not in str([row.details for row in rows])


def test_asking_again_and_again_sends_one_letter(client: FlaskClient, app: Flask, somchai: User) -> None:
    start = clock.now()
    for minutes, letters in ((0, 1), (1, 1), (4, 1), (6, 2)):
        with clock.stopped(start + timedelta(minutes=minutes)):
            send(client, "/forgot", email=EMAIL)
            assert len(delivered(app)) == letters


def test_a_reset_also_verifies_the_address(client: FlaskClient, app: Flask, session: Session) -> None:
    make.user(session, EMAIL, verified=False)
    send(client, ask(client, app), password=NEW)
    assert come_in(client, NEW) == 303


@pytest.mark.parametrize("password", ["short", "password1234", EMAIL, ""])
def test_a_bad_new_password_does_not_use_the_link_up(
    client: FlaskClient, app: Flask, somchai: User, password: str
) -> None:
    way = ask(client, app)
    assert send(client, way, password=password).status_code == 422
    assert send(client, way, password=NEW).status_code == 303


def is_dead(client: FlaskClient, way: str) -> bool:
    """Whether the page of the link, and a form sent to it from elsewhere, are both refused."""
    seen = client.get(way)
    sent = send(client, "/sign-in", to=way, password=NEW)
    assert (seen.status_code == 410) is (sent.status_code == 410)
    return bool(sent.status_code == 410)


def test_a_link_works_once(client: FlaskClient, app: Flask, somchai: User) -> None:
    way = ask(client, app)
    assert not is_dead(client, way), "the control: it worked, once"
    assert is_dead(client, way)
    assert come_in(client, NEW) == 303


def test_a_used_link_takes_the_others_with_it(client: FlaskClient, app: Flask, somchai: User) -> None:
    first = ask(client, app)
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        second = ask(client, app)
        send(client, second, password=NEW)
        assert is_dead(client, first)


@pytest.mark.parametrize(("minutes", "dead"), [(59, False), (61, True)])
def test_a_link_for_a_new_password_works_for_an_hour(
    client: FlaskClient, app: Flask, somchai: User, minutes: int, dead: bool
) -> None:
    way = ask(client, app)
    with clock.stopped(clock.now() + timedelta(minutes=minutes)):
        assert (client.get(way).status_code == 410) is dead


@pytest.mark.parametrize(("hours", "dead"), [(23.9, False), (24.1, True)])
def test_a_link_to_verify_works_for_a_day(client: FlaskClient, app: Flask, hours: float, dead: bool) -> None:
    send(client, "/sign-up", **ANSWERS)
    way = link(delivered(app)[0])
    with clock.stopped(clock.now() + timedelta(hours=hours)):
        assert (client.get(way).status_code == 410) is dead


def test_the_row_ends_a_link_even_where_the_token_would_not(
    client: FlaskClient, app: Flask, session: Session, somchai: User
) -> None:
    way = ask(client, app)
    row = session.scalars(select(AccountLink)).one()
    row.ends_at = clock.now() - timedelta(seconds=1)
    session.commit()
    assert is_dead(client, way)


def test_a_link_of_another_purpose_is_worth_nothing(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    send(client, "/sign-up", **ANSWERS)
    verify = link(delivered(app)[0])
    assert is_dead(client, verify.replace("/verify/", "/reset/"))
    row = session.scalars(select(AccountLink)).one()
    signer = app.extensions["link_signer"]
    assert is_dead(client, f"/reset/{signer.sign('reset', row.id, row.ends_at)}"), "a good token, another row"
    reset = ask(client, app)
    assert is_dead(client, reset.replace("/reset/", "/verify/"))


def test_the_database_alone_makes_no_link(
    client: FlaskClient, app: Flask, session: Session, somchai: User
) -> None:
    way = ask(client, app)
    row = session.scalars(select(AccountLink)).one()
    claims = {"aud": "reset", "sub": row.id, "exp": row.ends_at}
    signing_key = app.extensions["config"].secret_key  # of cookies: made for another purpose
    guesses = [jwt.encode(claims, "", "none"), jwt.encode(claims, signing_key, "HS256")]
    for token in (row.id, *guesses):
        assert is_dead(client, f"/reset/{token}")
    assert is_dead(client, way[:-6] + "AAAAAA")
    assert not is_dead(client, way), "the control"


def test_of_two_who_use_a_link_at_once_one_wins(database: Database) -> None:
    with database.write() as session:
        user = make.user(session, EMAIL)
        user_id, link_id = user.id, make.link(session, user, "reset")
    won = at_once(database, lambda session, n: actions.reset(session, link_id, f"{NEW} {n}"))
    assert len(won) == 1
    with database.read() as session:
        changed = session.scalars(select(AuditEntry).where(AuditEntry.event == "PasswordReset")).all()
        kept = session.get(User, user_id)
        assert kept is not None
        assert len(changed) == 1
        assert sign_in.password_fits(kept.password_hash, f"{NEW} {won[0]}")


def test_of_two_who_verify_at_once_one_wins(database: Database) -> None:
    with database.write.begin() as session:
        sign_up_by_hand(session)
        link_id = session.scalars(select(AccountLink.id)).one()
    assert len(at_once(database, lambda session, _n: sign_up_actions.verify(session, link_id, PASSWORD))) == 1


def at_once(database: Database, deed, people: int = 4) -> list[int]:  # type: ignore[no-untyped-def]
    """Who of so many people could do the deed; the others were told NotNow."""
    start = threading.Barrier(people)
    won: list[int] = []
    failed: list[BaseException] = []

    def run(number: int) -> None:
        start.wait()
        try:
            with database.write.begin() as session:
                deed(session, number)
            won.append(number)
        except NotNow:
            pass
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return won


def test_a_person_may_forget_twice(client: FlaskClient, app: Flask, somchai: User) -> None:
    send(client, ask(client, app), password=NEW)
    assert send(client, ask(client, app), password=PASSWORD).status_code == 303


def test_purposes_are_the_names_of_pages_and_templates() -> None:
    assert {purpose.value for purpose in Purpose} == {"verify", "reset", "address"}


def test_nothing_is_sent_for_an_account_that_was_closed_meanwhile(session: Session, somchai: User) -> None:
    somchai.email = None
    session.commit()
    actions.answer_reset(session, EMAIL)
    assert session.scalars(select(AccountLink)).all() == []


def asked_at_once(own_app: Flask, database: Database) -> dict[str, Job]:
    """Somebody signs up, and asks for a new password before a worker has come to either."""
    client = own_app.test_client()
    send(client, "/sign-up", **ANSWERS)
    send(client, "/forgot", email=EMAIL.upper())
    with database.read() as session:
        return {job.kind: job for job in session.scalars(select(Job).order_by(Job.id))}


@pytest.mark.parametrize("kinds", [("answer_reset", "answer_sign_up"), ("answer_sign_up", "answer_reset")])
def test_who_signs_up_and_forgets_the_password_at_once_gets_both_letters(
    own_app: Flask, database: Database, kinds: tuple[str, str]
) -> None:
    """Two hands of a worker may take the two jobs, and either may be first."""
    asked_at_once(own_app, database)
    tasks = own_app.extensions["tasks"]
    for kind in kinds:
        assert work_all(database, only(tasks, kind)) == 1
    with clock.stopped(clock.now() + timedelta(seconds=30)):
        letters = [letter["Subject"] for letter in delivered(own_app)]
    assert len(letters) == 2
    with database.read() as session:
        links = session.scalars(select(AccountLink)).all()
        assert {link.purpose for link in links} == {Purpose.VERIFY, Purpose.RESET}
        jobs = session.scalars(select(Job).where(Job.kind.in_(kinds))).all()
        assert {(job.state, str(job.payload)) for job in jobs} == {(JobState.DONE, "{}")}, "nothing is kept"


def test_a_new_password_waits_for_nobody_else(own_app: Flask, database: Database) -> None:
    client = own_app.test_client()
    send(client, "/forgot", email=EMAIL)
    send(client, "/sign-up", **ANSWERS)
    send(client, "/sign-up", **ANSWERS | {"email": "another@example.org"})
    send(client, "/forgot", email="nobody@example.org")
    assert work_all(database, only(own_app.extensions["tasks"], "answer_reset")) == 2
    with database.read() as session:
        asked = session.scalars(select(Job).where(Job.kind == "answer_reset")).all()
        assert [job.state for job in asked] == [JobState.DONE, JobState.DONE]

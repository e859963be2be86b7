"""Which channel takes a letter, and what becomes of letters where none does or one is closed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.channels import Unreachable
from govapp.core.db import Database
from govapp.core.mail import FileOutlet, MailChannel
from govapp.notifications import actions, queries
from govapp.notifications.models import Letter, LetterState
from tests import make
from tests.accounts.letters import take_turn
from tests.notifications.channels import Reaching, with_channels
from tests.notifications.conftest import Post

SEVEN = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("kinds")


def people(database: Database, *emails: str) -> list[int]:
    with database.write() as session:
        return [make.user(session, email, password_hash="x", language="en").id for email in emails]


def write(database: Database, ids: list[int], template: str = "a-task") -> None:
    with database.write.begin() as session:
        actions.write_all(session, ids, template, number=1)


def letters(database: Database) -> list[Letter]:
    with database.read() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def taken(channel: Reaching) -> list[str]:
    return [f"{address}: {message.subject}" for address, message in channel.taken]


def test_the_first_channel_that_reaches_a_person_takes_the_letter(database: Database, post: Post) -> None:
    phone, anybody = Reaching("phone"), Reaching()
    first, second = people(database, "phone@example.org", "malee@example.org")
    write(database, [first, second])
    take_turn(database, with_channels(post.app, phone, anybody), "send_letters")
    assert taken(phone) == [f"number {first}: Thing 1"]
    assert taken(anybody) == [f"number {second}: Thing 1"]
    assert {letter.state for letter in letters(database)} == {LetterState.SENT}


def test_whom_no_channel_reaches_reads_it_here_and_no_letter_dies(database: Database, post: Post) -> None:
    (user_id,) = people(database, "nobody@example.org")
    with clock.stopped(SEVEN - timedelta(hours=9)):
        write(database, [user_id], "some-news")
        write(database, [user_id], "welcome")
    phone = Reaching("phone")
    with clock.stopped(SEVEN):
        take_turn(database, with_channels(post.app, phone), "gather_digests", "send_letters")
    assert taken(phone) == []
    assert [f"{letter.template} {letter.state}" for letter in letters(database)] == [
        "some-news kept",
        "welcome kept",
        "digest kept",
    ]
    assert {letter.attempts for letter in letters(database)} == {0}
    with database.read() as session:
        assert queries.unread(session, user_id) == 2


def test_mail_reaches_who_has_an_address(post: Post) -> None:
    mail = MailChannel(FileOutlet(post.app.extensions["config"].letter_files), "a@example.org", "govapp")
    assert mail.address_of(User(email="malee@example.org")) == "malee@example.org"
    assert mail.address_of(User(email=None)) is None


def test_a_closed_channel_costs_one_letter_one_try_and_closes_no_other(
    database: Database, post: Post
) -> None:
    closed, open_ = Reaching("phone", Unreachable("closed")), Reaching()
    names = ("phone1", "phone2", "malee", "phone3")
    ids = people(database, *(f"{name}@example.org" for name in names))
    write(database, ids)
    take_turn(database, with_channels(post.app, closed, open_), "send_letters")
    assert taken(open_) == [f"number {ids[2]}: Thing 1"]
    assert [letter.attempts for letter in letters(database)] == [1, 0, 1, 0]

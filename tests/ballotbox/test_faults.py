"""Bad input and faults of a ballot box: each has one outcome, one message, and loses nothing.

What needs load, killed processes or a full disk is in tests/battery; the pages' part in tests/questions.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from govapp.ballotbox.actions import casting, opening
from govapp.ballotbox.actions.casting import NOT_LEGAL, NOT_YET, STALE, TOO_LATE
from govapp.ballotbox.actions.opening import ANOTHER_KEY
from govapp.ballotbox.models import BallotBox, Cast, Status
from govapp.ballotbox.models.log import Opening
from govapp.ballotbox.queries import box_keys
from govapp.ballotbox.rules import BALLOT_MINUTES, tickets
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core import clock
from govapp.core.db import Database
from govapp.core.errors import Denied, NotNow, Unavailable, Unreadable
from govapp.core.failures import NO_ANSWER, why_unavailable
from govapp.core.keys import ALGORITHM, LinkSigner
from govapp.ledger import slots
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site

MILLISECOND = timedelta(milliseconds=1)
STOPPED_CLOCK = (  # found before the server's own, in this transaction alone
    "CREATE SCHEMA IF NOT EXISTS stopped",
    "CREATE OR REPLACE FUNCTION stopped.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
    " $$ SELECT current_setting('stopped.at')::timestamptz $$",
    "SELECT set_config('stopped.at', :at, true)",
    "SET LOCAL search_path = stopped, public, pg_catalog",
)
SIGNER = LinkSigner.of("for tests of tickets, not anywhere else")


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return boxes.opened(database, tmp_path)


@contextmanager
def at(site: Site, moment: datetime) -> Iterator[Session]:
    """A transaction at exactly this moment, by the app's clock and that of the database."""
    with clock.stopped(moment), site.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            for statement in STOPPED_CLOCK:
                values = {"at": moment.isoformat()} if ":at" in statement else {}
                session.execute(text(statement), values)
        yield session


def in_box(site: Site) -> int:
    with site.database.read() as session:
        return session.scalar(select(func.count()).select_from(Cast)) or 0


def box_of(site: Site) -> BallotBox:
    with site.database.read() as session:
        return session.get_one(BallotBox, site.box_id)


def test_two_tabs_the_second_is_told_that_its_form_is_stale(site: Site) -> None:
    voter = site.voters[0]
    first, second = site.form(voter), site.form(voter)
    receipt = site.cast(voter, "yes", first)
    with pytest.raises(NotNow) as refused:
        site.cast(voter, "no", second)
    assert refused.value.message == STALE
    assert site.cast(voter, "yes", first).code == receipt.code, "the first ballot stays"


def test_two_phones_the_one_that_looks_again_may_change_the_ballot(site: Site) -> None:
    voter = site.voters[0]
    old = site.form(voter)
    site.cast(voter, "yes", site.form(voter))
    assert site.cast(voter, "no", site.form(voter)).rev == 2
    with pytest.raises(NotNow, match="another window or on another device"):
        site.cast(voter, "abstain", old)
    assert site.end()["districts"][""] == {"abstain": 0, "no": 1, "yes": 0}


def test_a_post_replayed_after_a_change_changes_nothing_back(site: Site) -> None:
    voter = site.voters[0]
    first = site.form(voter)
    site.cast(voter, "yes", first)
    second = site.form(voter)
    changed = site.cast(voter, "no", second)
    with pytest.raises(NotNow, match="Nothing was cast now"):
        site.cast(voter, "yes", first)
    again = site.cast(voter, "no", second)
    assert (again.code, again.rev, again.is_repeat) == (changed.code, 2, True)


def test_a_form_for_a_change_of_a_ballot_that_was_never_cast_is_stale(site: Site) -> None:
    with pytest.raises(NotNow) as refused:
        site.cast(site.voters[0], "yes", Ticket.new(site.box_id, site.voters[0], 1))
    assert refused.value.message == STALE
    assert in_box(site) == 0


@pytest.mark.parametrize(
    ("edge", "by", "words"),
    [
        ("opens_at", -MILLISECOND, NOT_YET),
        ("opens_at", timedelta(0), ""),
        ("closes_at", -MILLISECOND, ""),
        ("closes_at", timedelta(0), TOO_LATE),
        ("closes_at", MILLISECOND, TOO_LATE),
    ],
)
def test_ballots_are_taken_to_the_millisecond(site: Site, edge: str, by: timedelta, words: str) -> None:
    moment = getattr(box_of(site), edge) + by
    form = Ticket.new(site.box_id, site.voters[0], 0)
    with at(site, moment) as session:
        if words:
            with pytest.raises(NotNow) as refused:
                casting.cast(session, site.keys, form, "yes")
            assert refused.value.message == words
        else:
            assert casting.cast(session, site.keys, form, "yes").rev == 1
    assert in_box(site) == (0 if words else 1)


@pytest.mark.parametrize(
    "ballot",
    ["maybe", "", "YES", "yes\0", "yes" * 100_000, None, True, 7, 1.5, ["yes"], {"yes": 1}, [["yes"] * 1000]],
    ids=lambda ballot: repr(ballot)[:12],
)
def test_a_ballot_that_is_none_is_refused_before_anything_is_written(site: Site, ballot: Any) -> None:
    form = site.form(site.voters[0])
    with pytest.raises(Unreadable) as refused:
        site.cast(site.voters[0], ballot, form)
    assert refused.value.message == NOT_LEGAL
    assert in_box(site) == 0
    assert site.cast(site.voters[0], "yes", form).rev == 1, "the same form can be sent with a legal one"


def test_who_is_not_on_the_roll_casts_nothing(site: Site) -> None:
    with pytest.raises(Denied, match="not on the roll"):
        site.cast("somebody", "yes", Ticket.new(site.box_id, "somebody", 0))
    assert in_box(site) == 0


@pytest.mark.parametrize(
    "other", [None, slots.new_key(), b"", b"short"], ids=["lost", "wrong", "empty", "cut"]
)
def test_without_its_key_a_box_takes_nothing_and_no_new_key_is_made(site: Site, other: bytes | None) -> None:
    cast = site.cast(site.voters[0])
    name = box_keys.file(box_of(site), box_keys.SLOT)
    right = site.keys.read(name) or b""
    site.keys.destroy(name)
    if other is not None:
        site.keys.put(name, other)
    forms = [Ticket.new(site.box_id, voter, 0) for voter in site.voters[:2]]
    for voter, form in zip(site.voters, forms, strict=False):
        with pytest.raises(Unavailable) as refused:
            site.cast(voter, "yes", form)
        assert refused.value.message == box_keys.NO_KEY
    assert site.keys.read(name) == other
    assert in_box(site) == 1
    site.keys.put(name, right)
    with site.database.read() as session:
        found = casting.casting.stored(session, site.keys, site.box_id, site.voters[0])
    assert found is not None
    assert found.code == cast.code, "with the copy from the envelope it goes on"


def _typed(site: Site, case: str) -> list[str]:
    one, two, three = (sheet.text for sheet in site.sheets)
    words = two.split()
    other = boxes.setup.shares.split(bytes(range(32)), boxes.PASSPHRASE)[1].text
    return {
        "none": [],
        "one": [one],
        "twice": [one, one],
        "of another box": [one, other],
        "no word": [one, " ".join([*words[:4], "xylophone", *words[5:]])],
        "a word missing": [one, " ".join(words[:-1])],
        "two words swapped": [one, " ".join([*words[:9], words[10], words[9], *words[11:]])],
        "the second of three": [three, "picture"],
    }[case]


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("none", "One sheet is not enough"),
        ("one", "One sheet is not enough: 2 different ones are needed."),
        ("twice", "This is the same sheet twice."),
        ("of another box", "These sheets were not made together"),
        ("no word", "Sheet 2: Word 5, “xylophone”, is not in the list of words."),
        ("a word missing", "Sheet 2: A sheet has 33 words, and these are 32."),
        ("two words swapped", "Sheet 2: Every word is in the list, but they do not fit together"),
        ("the second of three", "Sheet 2: A sheet has 33 words, and these are 1."),
    ],
)
def test_sheets_with_a_mistake_open_nothing_and_the_mistake_is_named(
    site: Site, case: str, words: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        opening.joined(box_of(site), _typed(site, case), boxes.PASSPHRASE)
    assert str(refused.value).startswith(words)


def test_a_wrong_passphrase_makes_another_key_and_opens_nothing(site: Site) -> None:
    typed = [sheet.text for sheet in site.sheets[:2]]
    with pytest.raises(Unreadable) as refused:
        opening.joined(box_of(site), typed, "only for test")
    assert refused.value.message == ANOTHER_KEY
    with pytest.raises(Unreadable, match="Latin letters"):
        opening.joined(box_of(site), typed, "เฉพาะการทดสอบ")


def test_a_ceremony_whose_process_is_killed_has_not_happened(site: Site) -> None:
    for voter in site.voters[:3]:
        site.cast(voter)
    site.close()
    site.finish()
    site.destroy()
    url = site.database.engine.url.render_as_string(hide_password=False)
    if not (process := os.fork()):
        site.database = Database(url)
        _open_and_die(site)
    assert os.WTERMSIG(os.waitpid(process, 0)[1]) == signal.SIGKILL
    assert box_of(site).status is Status.FINAL
    assert in_box(site) == 3
    with site.database.read() as session:
        assert session.scalars(select(Opening)).all() == []
    assert site.open()["districts"] == {"": {"abstain": 0, "no": 0, "yes": 3}}


def _open_and_die(site: Site) -> None:
    """All is done, and the process ends before the commit. Whatever fails here ends it another way."""
    try:
        with site.begin() as session:
            box = session.get_one(BallotBox, site.box_id)
            private = opening.joined(box, [sheet.text for sheet in site.sheets[:2]], boxes.PASSPHRASE)
            opening.count(session, site.keys, site.officer(session), site.box_id, private)
            session.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    finally:
        os._exit(1)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_that_was_restarted_is_found_again_and_the_form_counts_once(site: Site) -> None:
    voter, other = site.voters[:2]
    form = site.form(voter)
    receipt = site.cast(voter, "yes", form)
    with site.database.engine.connect() as first, site.database.engine.connect() as second:
        lost = second.execute(text("SELECT pg_backend_pid()")).scalar()
        second.rollback()
        first.execute(text("SELECT pg_terminate_backend(:lost)"), {"lost": lost})
        with pytest.raises(OperationalError) as cut:
            second.execute(text("SELECT 1"))
    assert why_unavailable(cut.value) == NO_ANSWER
    assert site.cast(voter, "yes", form).code == receipt.code
    assert site.cast(other).rev == 1
    assert in_box(site) == 2


def test_a_ticket_is_read_as_it_was_written_for_half_an_hour() -> None:
    ticket = Ticket.new(7, "opaque", 3)
    written = tickets.written(SIGNER, ticket)
    assert tickets.read(SIGNER, written) == ticket
    end = clock.now() + timedelta(minutes=BALLOT_MINUTES)
    with clock.stopped(end - timedelta(seconds=2)):
        assert tickets.read(SIGNER, written) == ticket
    with clock.stopped(end):
        assert tickets.read(SIGNER, written) is None


def _forged(case: str) -> str:
    ticket = Ticket.new(7, "opaque", 0)
    whole = tickets.written(SIGNER, ticket)
    head, body, sign = whole.split(".")
    subject, end = f"7/opaque/0/{ticket.token.hex()}", clock.now() + timedelta(minutes=10)
    claims = {"aud": tickets.PURPOSE, "sub": subject, "exp": end}
    return {
        "empty": "",
        "no token": "7/opaque/0/00",
        "cut": whole[:-3],
        "changed": f"{head}.{body[:-2]}AA.{sign}",
        "of another site": tickets.written(LinkSigner.of("another key, another site"), ticket),
        "of a link in a letter": SIGNER.sign("reset", subject, end),
        "not signed": jwt.encode(claims, None, algorithm="none"),
        "without an end": jwt.encode({"aud": tickets.PURPOSE, "sub": subject}, SIGNER.key, ALGORITHM),
    }[case]


@pytest.mark.parametrize(
    "case",
    [
        "empty",
        "no token",
        "cut",
        "changed",
        "of another site",
        "of a link in a letter",
        "not signed",
        "without an end",
    ],
)
def test_a_ticket_that_was_made_up_is_none(case: str) -> None:
    assert tickets.read(SIGNER, _forged(case)) is None

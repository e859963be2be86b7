"""Large files come in on the site, too: in pieces, so that no process ever holds the whole of one."""

import io
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder

from govapp.core import cipher, clock, spreadsheets
from govapp.core.db import Database
from govapp.core.errors import NotNow, Unreadable
from govapp.core.jobs import Job, JobState, work_all
from govapp.rolls import rules
from govapp.rolls.actions import importing, leaving
from govapp.rolls.models import Roll
from govapp.rolls.models.imports import RollImport, RollPiece, Stage
from govapp.rolls.queries import pieces
from tests import make
from tests.rolls import files, keeping
from tests.rolls.files import row
from tests.rolls.keeping import Office

KEY = cipher.key_for(importing.SEALING, make.SIGNING_KEY)
MIB = 1 << 20


class Endless(io.RawIOBase):
    """A file of a roll with so many lines, made as it is read: it is never whole anywhere."""

    def __init__(self, lines: int) -> None:
        line = (",".join(row(1)) + "\n").encode()
        self.rest = chain([f"{files.HEADER}\n".encode()], repeat(line, lines))
        self.held = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while len(self.held) < len(buffer) and (more := next(self.rest, b"")):
            self.held += more
        found, self.held = self.held[: len(buffer)], self.held[len(buffer) :]
        buffer[: len(found)] = found
        return len(found)


def brought(session: Session, of: Office, file: Any) -> RollImport:
    made = importing.bring(session, of.officer, of.roll.id, "people.csv", file, "th", KEY)
    session.commit()
    return made


def opened(session: Session, import_id: int) -> io.BufferedReader:
    @contextmanager
    def read() -> Iterator[Session]:
        yield session
        session.expunge_all()

    file = pieces.opened(read, KEY, import_id)
    assert file is not None
    return file


def test_a_file_is_the_same_after_it_lay_in_pieces(session: Session) -> None:
    content = files.file(*(row(seed, given="ก" * (seed % 90 + 1)) for seed in range(12_000)))
    assert 3 * MIB < len(content) < 4 * MIB
    of = keeping.office(session)
    made = brought(session, of, io.BytesIO(content))
    stored = session.scalars(select(RollPiece.sealed).order_by(RollPiece.number)).all()
    assert len(stored) == 4
    assert not any(row(7)[0].encode() in each for each in stored), "nothing lies in clear"
    file = opened(session, made.id)
    assert file.read() == content
    for begin in (MIB - 5, MIB, 3 * MIB + 1, len(content) - 1, len(content), 0):
        file.seek(begin)
        assert file.read(9) == content[begin : begin + 9]
    file.seek(0)
    assert list(spreadsheets.read(file)) == list(spreadsheets.read(io.BytesIO(content)))


def test_pieces_cannot_change_places(session: Session) -> None:
    made = brought(session, keeping.office(session), io.BytesIO(b"x" * (MIB + 1)))
    first, second = session.scalars(select(RollPiece).order_by(RollPiece.number)).all()
    first.sealed, second.sealed = second.sealed, first.sealed
    session.commit()
    with pytest.raises(cipher.Unsealable):
        opened(session, made.id).read()


def test_neither_bringing_nor_reading_needs_the_size_of_the_file(session: Session) -> None:
    of, lines = keeping.office(session), 100_000
    tracemalloc.start()
    try:
        made = importing.bring(
            session, of.officer, of.roll.id, "x", io.BufferedReader(Endless(lines)), "th", KEY
        )
        session.commit()
        number, made_id = session.scalar(select(func.count()).select_from(RollPiece)), made.id
        read = sum(1 for _line in spreadsheets.read(opened(session, made_id)))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == lines + 1
    assert number is not None
    assert number > 15, "MiB"
    assert peak < 10 * MIB


@pytest.mark.parametrize("filler", [b"a", "ก".encode()])
def test_a_file_that_is_one_endless_line_is_not_held_to_find_that_out(filler: bytes) -> None:
    content = io.BytesIO(filler * (16 * MIB // len(filler)))
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            importing.check_header(content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * MIB


def test_what_is_read_or_never_taken_leaves_no_piece(app: Flask, session: Session) -> None:
    of = keeping.office(session)
    made = brought(session, of, io.BytesIO(files.file(row(1))))
    stuck = brought(session, of, io.BytesIO(files.file(row(1))))
    tasks = {"read_roll": app.extensions["tasks"]["read_roll"]}
    session.delete(session.get_one(Job, stuck.job_id))
    session.commit()
    made_id, stuck_id = made.id, stuck.id
    work_all(app.extensions["database"], tasks)
    assert session.get_one(RollImport, made_id).stage is Stage.CHECKED
    assert session.scalars(select(RollPiece.import_id).distinct()).all() == [stuck_id]
    with clock.stopped(clock.now() + rules.ROWS_KEPT + timedelta(minutes=1)):
        leaving.erase_old(session)
    assert session.scalars(select(RollPiece)).all() == []
    assert session.get_one(RollImport, stuck_id).stage is Stage.DROPPED


def test_a_file_that_is_gone_is_asked_for_again(app: Flask, session: Session) -> None:
    made = brought(session, keeping.office(session), io.BytesIO(files.file(row(1))))
    session.query(RollPiece).delete()
    session.commit()
    job_id = made.job_id
    work_all(app.extensions["database"], {"read_roll": app.extensions["tasks"]["read_roll"]})
    job = session.get_one(Job, job_id)
    assert (job.state, job.message) == (JobState.FAILED, "The file is no longer here. Send it again.")


def test_only_this_page_and_only_people_who_are_signed_in_may_send_so_much(
    app: Flask, session: Session
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = MIB // 2
    of = keeping.office(session)
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    large = files.file(*(row(seed) for seed in range(4_000)))
    assert len(large) > MIB // 2
    path = f"/staff/rolls/{of.roll.id}/bring"
    page = client.get(path).get_data(as_text=True)
    assert "A CSV file may have up to 128 MB" in page
    assert "govapp rolls import" in page
    answer = make.post(client, path, file=(io.BytesIO(large), "people.csv"))
    assert answer.status_code == 303
    assert session.scalar(select(func.count()).select_from(RollImport)) == 1
    elsewhere = f"/staff/rolls/{of.roll.id}/people"
    answer = make.post(client, elsewhere, who="x", file=(io.BytesIO(large), "people.csv"))
    assert answer.status_code == 413
    stranger = app.test_client()
    token = make.csrf(stranger, "/sign-in")
    answer = stranger.post(path, data={"csrf_token": token, "file": (io.BytesIO(large), "people.csv")})
    assert answer.status_code == 413
    roll = session.get_one(Roll, of.roll.id)
    assert roll.status.value == "open"


def test_nobody_makes_the_server_read_so_much_who_may_not_send_it(app: Flask, session: Session) -> None:
    """The token of a form lies in it, so a request is read before the door of its page is asked."""
    app.config["MAX_CONTENT_LENGTH"] = MIB // 2
    of = keeping.office(session)
    other = make.officer(session, make.area(session, "x-elsewhere"), "elsewhere@example.org")
    session.commit()
    for path in (f"/staff/rolls/{of.roll.id}/bring", "/staff/rolls/999/bring"):
        for person in (make.user(session, f"{path}@example.org".replace("/", "")), other):
            client = app.test_client()
            make.enter(client, session, person)
            sent = {"file": (io.BytesIO(b"x" * MIB), "people.csv")}
            assert client.post(path, data=sent).status_code == 413


class Slow(io.BytesIO):
    """What is sent; as it comes in, it notes whether SQLite can bring its log of changes into the file."""

    def __init__(self, content: bytes, database: Database) -> None:
        super().__init__(content)
        self.database, self.held = database, list[int]()

    def read(self, size: int | None = -1) -> bytes:
        self.look()
        return super().read(size)

    def readinto(self, buffer: Any) -> int:
        self.look()
        return super().readinto(buffer)

    def look(self) -> None:
        if self.database.is_server:
            return
        connection = self.database.engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        self.held.append(cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        cursor.execute("PRAGMA busy_timeout=15000")
        connection.close()


def keeper(app: Flask, database: Database) -> tuple[FlaskClient, str]:
    """The browser of the officer of a roll, and the page on which a file is brought."""
    with database.write() as session:
        of = keeping.office(session)
        path, officer = f"/staff/rolls/{of.roll.id}/bring", of.officer
        secret = make.second_factor(session, officer)
        session.commit()
        session.refresh(officer)
    client = app.test_client()
    make.enter(client, session, officer, secret)
    return client, path


def test_nothing_is_held_open_while_a_large_file_comes_in(own_app: Flask, database: Database) -> None:
    own_app.config["MAX_CONTENT_LENGTH"] = MIB
    client, path = keeper(own_app, database)
    sent = {"csrf_token": make.csrf(client, path), "file": (io.BytesIO(b"x" * 2 * MIB), "people.csv")}
    environ = EnvironBuilder(path, data=sent, method="POST").get_environ()
    body, length = Slow(environ["wsgi.input"].read(), database), environ["CONTENT_LENGTH"]
    answer = client.post(
        path, input_stream=body, content_type=environ["CONTENT_TYPE"], content_length=int(length)
    )
    assert answer.status_code == 422
    assert database.is_server or body.held
    assert not any(body.held)


def test_no_ballot_waits_while_a_file_is_looked_at(own_app: Flask, database: Database) -> None:
    """SQLite has one writer: the page asks for its place once it knows that it needs it, not before."""
    client, path = keeper(own_app, database)
    sent = {"csrf_token": make.csrf(client, path), "file": (io.BytesIO(b"no column\n"), "people.csv")}
    writing = list[bool]()
    event.listen(
        database.engine, "begin", lambda each: writing.append("writes" in each.get_execution_options())
    )
    assert client.post(path, data=sent).status_code == 422
    assert writing.count(True) == 1, "for the notices on the page that says what is wrong"


def test_more_than_that_is_too_large(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    of = keeping.office(session)
    client = app.test_client()
    make.enter(client, session, of.officer)
    app.config["MAX_CONTENT_LENGTH"] = MIB // 2
    path = f"/staff/rolls/{of.roll.id}/bring"
    view = app.view_functions["roll_files.bring"]
    monkeypatch.setattr(view, "most_bytes", MIB)
    sent = {"file": (io.BytesIO(b"x" * 2 * MIB), "people.csv")}
    assert make.post(client, path, **sent).status_code == 413


def test_a_spreadsheet_is_taken_whole_and_has_its_own_limit(app: Flask, session: Session) -> None:
    of = keeping.office(session)
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    app.config["MAX_CONTENT_LENGTH"] = MIB
    path = f"/staff/rolls/{of.roll.id}/bring"
    answer = make.post(client, path, file=(io.BytesIO(b"PK\x03\x04" + b"\0" * 2 * MIB), "people.xlsx"))
    assert answer.status_code == 422
    assert "Save a larger one as CSV" in answer.get_data(as_text=True)
    with pytest.raises(NotNow):
        importing.ask_apply(session, of.officer, brought(session, of, io.BytesIO(b"x")).id)

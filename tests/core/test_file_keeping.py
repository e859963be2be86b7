"""Contents are kept once, forgotten when nothing points to them, and leave only as something to save."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from govapp.core import clock, migrate
from govapp.core.db import Database, fetch
from govapp.core.errors import Missing, require
from govapp.core.files.cleaning import clean
from govapp.core.files.keeping import FORGET_AFTER, StoredFile, forget_unneeded, keep
from govapp.core.files.kinds import EVERY, Kind, Upload
from govapp.core.files.sending import send, send_thumbnail
from govapp.core.web import public
from govapp.core.web import session as request_session
from tests.core import samples


def test_two_people_who_bring_the_same_share_one_content(session: Session) -> None:
    """Also when a phone wrote another place and hour into each: what is hashed is the cleaned picture."""
    plain, tagged = samples.jpeg(), samples.jpeg(exif=samples.exif())
    first, second = (keep(session, clean(content, EVERY)) for content in (plain, tagged))
    assert first.id == second.id
    assert (first.kind, first.size_bytes) == (Kind.JPEG, len(first.content))
    assert (first.width_px, first.height_px) == (60, 40)
    assert first.thumbnail
    assert keep(session, clean(samples.png(), EVERY)).id != first.id


def test_a_content_says_nothing_about_who_brought_it() -> None:
    told = {column.name for column in inspect(StoredFile).columns}
    assert told == {
        "id",
        "sha256",
        "kind",
        "size_bytes",
        "content",
        "thumbnail",
        "width_px",
        "height_px",
        "created_at",
        "needed_at",
    }


def test_only_what_nothing_points_to_is_forgotten_after_a_week(database: Database) -> None:
    with database.write.begin() as session:
        session.execute(text("CREATE TABLE papers (file_id INTEGER REFERENCES files (id))"))
        with clock.stopped(clock.now() - FORGET_AFTER - timedelta(minutes=1)):
            used, _unused, election = (
                keep(session, Upload(kind, kind.encode())).id for kind in (Kind.PDF, Kind.DOCX, Kind.PB)
            )
            again = keep(session, Upload(Kind.XLSX, b"again")).id
        session.execute(text("INSERT INTO papers VALUES (:id)"), {"id": used})
        assert keep(session, Upload(Kind.XLSX, b"again")).id == again, "somebody brings it once more"
        fresh = keep(session, Upload(Kind.PNG, b"fresh")).id
    for forgotten in (1, 0):
        with database.write.begin() as session:
            assert forget_unneeded(session) == forgotten
    with database.write.begin() as session:
        assert set(session.scalars(select(StoredFile.id))) == {used, election, again, fresh}
        session.execute(text("DELETE FROM papers"))
        assert forget_unneeded(session) == 0, "for a week more"
        with clock.stopped(clock.now() + FORGET_AFTER + timedelta(minutes=1)):
            assert forget_unneeded(session) == 3
    with database.write.begin() as session:
        session.execute(text("DROP TABLE papers"))


def test_what_somebody_brings_at_this_moment_is_not_forgotten(database: Database) -> None:
    with database.write.begin() as session, clock.stopped(clock.now() - 2 * FORGET_AFTER):
        old = keep(session, Upload(Kind.PDF, b"old")).id
    held, forgotten = threading.Event(), []

    def forget() -> None:
        held.wait()
        with database.write.begin() as session:
            forgotten.append(forget_unneeded(session))

    forgetting = threading.Thread(target=forget)
    forgetting.start()
    with database.write.begin() as session:
        assert keep(session, Upload(Kind.PDF, b"old")).id == old
        held.set()
        forgetting.join(0.2)  # it waits for this transaction
        assert not forgotten
    forgetting.join()
    assert forgotten == [0]
    with database.read() as session:
        assert session.scalars(select(StoredFile.id)).all() == [old]


@pytest.fixture
def papers(app: Flask, session: Session) -> FlaskClient:
    """A slice of the test: its own object, its own rule, its own download routes."""
    file_id = keep(session, clean(samples.png(), EVERY)).id

    @app.get("/papers/<int:allowed>/<how>")
    @public
    def download(allowed: int, how: str) -> object:
        require(allowed == 1)
        file = fetch(request_session(), StoredFile, file_id)
        if how == "small":
            return send_thumbnail(file, "หลักฐาน ../x")
        return send(file, "หลักฐาน ../x.exe", inline=how == "shown")

    return app.test_client()


@pytest.mark.parametrize(
    ("how", "starts", "type_"),
    [
        ("saved", 'attachment; filename="x.png"', "image/png"),
        ("shown", 'inline; filename="x.png"', "image/png"),
        ("small", 'inline; filename="x.jpg"', "image/jpeg"),
    ],
)
def test_a_file_leaves_as_something_no_browser_runs_and_no_cache_keeps(
    papers: FlaskClient, how: str, starts: str, type_: str
) -> None:
    answer = papers.get(f"/papers/1/{how}")
    assert answer.headers["Content-Disposition"].startswith(starts)
    assert answer.headers["Content-Type"] == type_
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    refused = papers.get(f"/papers/2/{how}")
    assert refused.status_code == 403
    assert "image" not in refused.headers["Content-Type"]


def test_only_pictures_are_shown_in_the_page_and_have_thumbnails(session: Session) -> None:
    stored = keep(session, clean(samples.pdf(), EVERY))
    assert send(stored, "x", inline=True).headers["Content-Disposition"].startswith("attachment")
    with pytest.raises(Missing):
        send_thumbnail(stored, "x")


def test_no_address_gives_out_a_file_by_its_number(app: Flask) -> None:
    """Each download belongs to a slice's own object; a route that names a file's id would open them all."""
    assert not [str(rule) for rule in app.url_map.iter_rules() if "file_id" in rule.arguments]
    assert not [str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/files")]


def test_the_migration_keeps_what_is_there_both_ways(database: Database) -> None:
    with database.write.begin() as session:
        keep(session, Upload(Kind.PB, b"META"))
        keep(session, clean(samples.png(), EVERY))
    migrate.downgrade(database.engine, "0005")
    with database.write.begin() as session:
        assert session.execute(text("SELECT name, size_bytes FROM files ORDER BY id")).first() == ("", 4)
        session.execute(text("DELETE FROM files WHERE id > 1"))
        session.execute(text("UPDATE files SET name = 'vote.pb', created_at = '2026-01-02 03:04:05'"))
    migrate.upgrade(database.engine)
    with database.read() as session:
        old = session.scalars(select(StoredFile)).one()
        assert (old.kind, old.content, old.thumbnail) == (Kind.PB, b"META", None)
        assert old.needed_at == old.created_at
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1

"""`govapp box`: the keys of boxes on a server, and whether it can take ballots."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from govapp.app import commands
from govapp.ballotbox.actions import opening
from govapp.core.db import Database
from govapp.ledger.notes import Signer
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site


@pytest.fixture
def site(own_app: Flask, database: Database, tmp_path: Path) -> Site:
    made = boxes.opened(database, tmp_path)
    made.keys = own_app.extensions["keys"]
    return made


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(commands, ["box", *words])


def name(site: Site, ending: str) -> str:
    return next(each for each in site.keys.names() if each.endswith("." + ending))


def test_boxes_are_listed_with_the_keys_that_lie_here(own_app: Flask, site: Site) -> None:
    (line,) = run(own_app, "list").output.splitlines()
    assert all(word in line for word in ("open", "slot,log,seen", "คำถามสมมติ"))


def test_a_sound_server_passes_the_check(own_app: Flask, site: Site) -> None:
    found = run(own_app, "check")
    assert (found.exit_code, found.output) == (
        0,
        "1 boxes are in use here, and nothing is wrong with them.\n",
    )


@pytest.mark.parametrize("ending", ["slot", "log"])
def test_a_missing_key_fails_the_check(own_app: Flask, site: Site, ending: str) -> None:
    site.keys.destroy(name(site, ending))
    found = run(own_app, "check")
    assert (found.exit_code, f"box {site.box_id}:" in found.output) == (1, True)


def test_the_key_of_another_box_fails_the_check(own_app: Flask, site: Site) -> None:
    site.keys.put(name(site, "slot"), bytes(32))
    assert run(own_app, "check").exit_code == 1


def test_an_old_copy_of_the_database_fails_the_check(own_app: Flask, site: Site) -> None:
    for voter in site.voters[:3]:
        site.cast(voter)
    site.close()
    assert run(own_app, "check").exit_code == 0
    with site.begin() as session:  # as a backup from before the closing would be
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for table in ("log_leaves", "checkpoints"):
                for (trigger,) in session.execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"),
                    {"t": table},
                ).all():
                    session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text("DELETE FROM checkpoints WHERE size > 1"))
        session.execute(text("DELETE FROM log_leaves WHERE idx > 0"))
    found = run(own_app, "check")
    assert (found.exit_code, "old copy" in found.output) == (1, True)


def test_a_spoilt_note_fails_the_check(own_app: Flask, site: Site) -> None:
    site.keys.put(name(site, "seen"), b"nothing signed")
    assert run(own_app, "check").exit_code == 1


def test_a_key_is_destroyed_only_after_the_final_checkpoint(own_app: Flask, site: Site) -> None:
    early = run(own_app, "destroy-key", str(site.box_id))
    assert (early.exit_code, "final checkpoint" in early.output) == (1, True)
    site.close()
    site.finish()
    kept = site.keys.read(name(site, "slot")) or b""
    file = name(site, "slot")
    site.destroy()
    site.keys.put(file, kept)  # as on another server, or from a copy
    assert run(own_app, "check").exit_code == 1
    assert "is destroyed on this server" in run(own_app, "destroy-key", str(site.box_id)).output
    assert "does not lie on this server" in run(own_app, "destroy-key", str(site.box_id)).output
    assert run(own_app, "check").exit_code == 0
    assert run(own_app, "destroy-key", "999").exit_code == 1


def test_a_signing_key_of_another_makes_no_check_pass(own_app: Flask, site: Site) -> None:
    site.keys.put(name(site, "log"), Signer.new("other.example.org/box/1").private)
    assert run(own_app, "check").exit_code == 1


def test_the_key_of_a_room_box_that_outlived_its_opening_is_found(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    room = boxes.opened(database, tmp_path, 5)
    file = name(room, "box")
    kept = room.keys.read(file) or b""
    room.close()
    with room.begin() as session:
        opening.ask_to_open(session, room.second(session), room.box_id)
    with room.begin() as session:
        opening.open_room(session, room.keys, room.officer(session), room.box_id)
    assert room.keys.read(file) is None
    assert run(own_app, "check").exit_code == 0
    room.keys.put(file, kept)  # the server stopped between the commit and this
    assert run(own_app, "check").exit_code == 1
    run(own_app, "destroy-key", str(room.box_id))
    assert room.keys.read(file) is None
    assert run(own_app, "check").exit_code == 0

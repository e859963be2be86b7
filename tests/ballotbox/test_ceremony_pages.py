"""The ceremony through the pages: sheets on one screen, the stream of the opening, and what stops it."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from govapp.ballotbox.actions import opening
from govapp.ballotbox.models import BallotBox, Cast, Status
from govapp.core import documents
from govapp.core.db import Database
from tests.ballotbox import boxes
from tests.ballotbox.boxes import PASSPHRASE, Site
from tests.ballotbox.visitors import officer, send, visitor
from tests.ballotbox.visitors import text as words


def path(site: Site, rest: str = "ceremony") -> str:
    return f"/boxes/{site.box_id}/{rest}"


def state(site: Site) -> tuple[Status, int]:
    """Status, and how many sealed ballots lie in the box."""
    with site.database.read() as session:
        lying = select(func.count()).select_from(Cast).where(Cast.box_id == site.box_id)
        return session.get_one(BallotBox, site.box_id).status, session.scalar(lying) or 0


def typed(site: Site) -> dict[str, str]:
    return {"sheet_1": site.sheets[0].text, "sheet_2": site.sheets[2].text, "passphrase": PASSPHRASE}


@pytest.fixture
def site(own_app: Flask, database: Database, tmp_path: Path) -> Site:
    """Seven voted; the box is finished."""
    made = boxes.opened(database, tmp_path)
    made.keys = own_app.extensions["keys"]
    for number, voter in enumerate(made.voters[:7]):
        made.cast(voter, "yes" if number < 5 else "no")
    made.close()
    made.finish()
    return made


def test_a_box_is_opened_on_one_screen(own_app: Flask, site: Site) -> None:
    staff, keeper = officer(own_app, site), visitor(own_app, site, site.second_id)
    refused = staff.get(path(site))
    assert "still lies on this server" in words(refused)
    assert "sheet_1" not in refused.get_data(as_text=True)
    assert staff.post(path(site), data=typed(site)).status_code == 403, "no token"

    assert keeper.get(path(site, "run/destroy")).status_code == 403
    assert send(staff, path(site, "run/destroy")).status_code == 303
    assert "A second person must sign" in words(staff.get(path(site)))
    assert staff.get(path(site, "cosign")).status_code == 403, "not the one who destroyed it"
    assert "somebody else signs" in words(staff.get(path(site, "run")))
    assert send(keeper, path(site, "cosign")).status_code == 303

    wrong = send(staff, path(site), **typed(site) | {"sheet_2": "academic " * 33})
    assert (wrong.status_code, "Sheet 2" in words(wrong)) == (422, True)
    assert site.sheets[0].text in wrong.get_data(as_text=True)
    answer = send(staff, path(site), **typed(site))
    said = words(answer)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (
        said.index("0 of 7 ballots opened") < said.index("7 of 7 ballots opened") < said.index("The result")
    )
    assert "In favour most votes 5" in said
    assert answer.get_data(as_text=True).rstrip().endswith("</html>")
    assert state(site) == (Status.OPENED, 0)
    assert "In favour most votes 5" in words(staff.get(path(site))), "a reload shows the result"


def test_the_opening_waits_for_the_key_and_its_witness(own_app: Flask, site: Site) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = False
    staff = officer(own_app, site)
    assert staff.post(path(site), data=typed(site)).status_code == 409
    send(staff, path(site, "run/destroy"))
    assert staff.post(path(site), data=typed(site)).status_code == 409
    assert state(site) == (Status.FINAL, 7)


def open_and_die(site: Site) -> None:
    """All ballots are opened, then the process is stopped."""

    def killed(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with site.begin() as session:
        box = session.get_one(BallotBox, site.box_id)
        private = opening.joined(box, [sheet.text for sheet in site.sheets[:2]], PASSPHRASE)
        opening.count(session, site.keys, site.officer(session), site.box_id, private, killed)


def test_what_breaks_off_has_not_happened(own_app: Flask, site: Site) -> None:
    site.destroy()
    with pytest.raises(KeyboardInterrupt):
        open_and_die(site)
    assert state(site) == (Status.FINAL, 7)
    staff = officer(own_app, site)
    assert "enter the sheets again" in words(staff.get(path(site)))
    assert "In favour most votes 5" in words(send(staff, path(site), **typed(site)))


def test_ballots_that_do_not_fit_stop_the_opening_on_the_page(own_app: Flask, site: Site) -> None:
    site.destroy()
    with site.begin() as session:
        one = select(Cast.slot).where(Cast.box_id == site.box_id).limit(1).scalar_subquery()
        sealed = select(Cast.sealed).where(Cast.slot == one)
        spoilt = bytes(session.scalars(sealed).one() or b"")[:-1] + b"?"
        session.execute(update(Cast).where(Cast.slot == one).values(sealed=spoilt))
    answer = send(officer(own_app, site), path(site), **typed(site))
    assert answer.status_code == 200, "the page had begun"
    assert "The box was not opened. It is sealed as before." in words(answer)
    assert "Call the auditors" in words(answer)
    assert "In favour" not in words(answer)
    assert state(site) == (Status.FINAL, 7)


def test_the_record_tells_who_when_and_what(own_app: Flask, site: Site) -> None:
    staff = officer(own_app, site)
    assert staff.get(path(site, "ceremony/record")).status_code == 409
    site.destroy()
    site.open()
    page: Any = staff.get(path(site, "ceremony/record?view=html"))
    said = words(page)
    with site.database.read() as session:
        box = session.get_one(BallotBox, site.box_id)
        assert box.config_hash is not None
        assert box.config_hash.hex() in said
        people = [holder.user.name for holder in box.key_holders]
    assert all(said.count(name) >= 2 for name in people), "named, and a line to sign"
    assert "รายงาน" in said or "Record" in said
    if documents.available():
        made = staff.get(path(site, "ceremony/record"))
        assert (made.content_type, made.get_data()[:4]) == ("application/pdf", b"%PDF")
    keeper = visitor(own_app, site, site.second_id)
    assert keeper.get(path(site, "ceremony/record?view=html")).status_code == 200


def test_two_people_open_a_small_box(own_app: Flask, database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path, voters=8)
    site.keys = own_app.extensions["keys"]
    staff, chair = officer(own_app, site), visitor(own_app, site, site.second_id)
    where = path(site, "ceremony/room")
    for voter in site.voters:
        site.cast(voter)
    assert "8 of 8 have voted" in words(staff.get(path(site, "run")))
    assert "once it is closed" in words(chair.get(where))
    assert chair.get(path(site, "run/close")).status_code == 403
    assert send(staff, path(site, "run/close")).status_code == 303
    assert send(chair, where).status_code == 303
    assert "You were the first" in words(chair.get(where))
    assert chair.post(where, data={}).status_code == 403, "no token"
    again = send(chair, where)  # the page has no form for the first any more
    assert state(site) == (Status.FINAL, 8), again.status_code
    assert send(staff, where).status_code == 303
    assert "In favour most votes 8" in words(staff.get(where))
    assert state(site) == (Status.OPENED, 0)
    assert staff.get(path(site)).location.endswith(where)
    assert staff.get(path(site, "ceremony/record?view=html")).status_code == 200


def test_so_few_voters_learn_the_outcome_only(own_app: Flask, database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path, voters=3)
    site.keys = own_app.extensions["keys"]
    staff, chair = officer(own_app, site), visitor(own_app, site, site.second_id)
    for voter in site.voters:
        site.cast(voter, "no")
    send(staff, path(site, "run/close"))
    send(staff, path(site, "ceremony/room"))
    send(chair, path(site, "ceremony/room"))
    said = words(chair.get(path(site, "ceremony/room")))
    assert "Against not told" in said
    assert "In favour" not in said

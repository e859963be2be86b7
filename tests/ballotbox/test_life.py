"""The whole life of a box, on both databases: from its keys to a bundle that anybody can verify."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from govapp.ballotbox.actions import bundles, paper
from govapp.ballotbox.actions.casting import STALE
from govapp.ballotbox.models import BallotBox, Cast, Openings, Status
from govapp.core.db import Database
from govapp.core.errors import NotNow
from govapp.ledger import receipts
from govapp.verifier.verdict import Finding
from govapp.verifier.verify import verify
from tests.ballotbox import boxes


def test_a_box_from_its_keys_to_its_bundle(database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path, voters=80)
    first = {voter: site.cast(voter, "yes") for voter in site.voters[:60]}
    assert all(receipts.read(receipt.code) for receipt in first.values())
    again = site.cast(site.voters[0], "no")
    assert (again.rev, again.is_repeat) == (2, False)
    with site.begin() as session:
        assert paper.lock_for_paper(session, site.keys, site.box_id, site.voters[1])
    assert site.end()["districts"] == {"": {"abstain": 0, "no": 1, "yes": 58}}
    for audience in Openings:
        with site.begin() as session:
            kept = bundles.make(session, site.keys, site.box_id, audience)
            verdict = verify(kept.content)
            assert verdict.holds, [str(line) for line in verdict.of(Finding.FAILS)]
    with database.read() as session:
        assert session.scalars(select(Cast)).all() == []
        assert session.get_one(BallotBox, site.box_id).status is Status.OPENED


def test_the_same_form_twice_gets_the_same_receipt(database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path)
    voter = site.voters[0]
    form = site.form(voter)
    receipt = site.cast(voter, "yes", form)
    repeat = site.cast(voter, "yes", form)
    assert (repeat.code, repeat.promise, repeat.is_repeat) == (receipt.code, receipt.promise, True)
    with pytest.raises(NotNow, match=STALE[:20]):
        site.cast(voter, "no", boxes.Ticket.new(site.box_id, voter, 0))


def test_a_room_box_tells_totals_only(database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path, voters=6)
    for voter in site.voters[:5]:
        assert site.cast(voter, "yes").code == ""
    site.close()
    with site.begin() as session:
        boxes.opening.ask_to_open(session, site.officer(session), site.box_id)
    with site.begin() as session:
        box: Any = boxes.opening.open_room(session, site.keys, site.second(session), site.box_id)
        assert box.result == {"districts": {"": {"abstain": 0, "no": 0, "yes": 5}}}
    assert not [name for name in site.keys.names() if name.endswith((".slot", ".box"))]

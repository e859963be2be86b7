"""The bundle that the app itself makes withstands what tests/verifier does to a made-up one: a vote of two
districts with changed and voided ballots, a withdrawal and several batches, from casting to packing.
"""

import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from govapp.ballotbox.actions import batches, bundles, notices, paper
from govapp.ballotbox.models import BallotBox, Openings
from govapp.ballotbox.queries import box_keys
from govapp.core import migrate
from govapp.core.db import Database
from govapp.ledger import bundle
from govapp.ledger.canonical import decode
from govapp.ledger.faults import Fault
from govapp.ledger.leaves import Vote
from govapp.verifier.verdict import Finding
from govapp.verifier.verify import CHECKS, verify
from govapp.wiring import REACTIONS
from tests.ballotbox import boxes as of_the_app
from tests.conftest import new_database
from tests.verifier import boxes, test_attacks
from tests.verifier.boxes import BUDGET, Box
from tests.verifier.test_attacks import ATTACKS

DISTRICTS = ("เหนือ", "ใต้")
VOTERS = 40  # of a district, of whom two stay at home
PROJECTS = [project["id"] for project in boxes.PROJECTS]
FLIPPED = 1_000
NOT_OURS = {  # done with paper, which the app does not pack yet, or with another made-up vote
    "a_paper_ballot_is_counted_twice_under_one_serial",
    "a_whole_other_vote_is_signed_with_the_same_key",
    "a_whole_vote_is_signed_with_another_key_of_the_same_name",
    "a_checkpoint_in_the_middle_is_of_another_log",
}


class AppBox(Box):
    """A bundle of the app, open to be changed by a thief who holds its signing key."""

    def count(self, secret: bytes | None = None) -> None:
        super().count(secret or bytes.fromhex(self.result["tie_secret"]))


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[AppBox, bytes]:
    """A whole vote, and the auditors' bundle of it as the app packed it."""
    folder = tmp_path_factory.mktemp("bundle")
    database = Database(new_database("sqlite", folder, "bundle"), REACTIONS)
    migrate.upgrade(database.engine)
    cast: list[Vote] = []
    with pytest.MonkeyPatch.context() as patch:
        new = Vote.new
        patch.setattr(Vote, "new", lambda *given: cast.append(new(*given)) or cast[-1])
        packed, signer = _voted(database, folder)
    database.engine.dispose()
    return _taken_apart(packed, signer, cast), packed


@pytest.fixture
def box(honest: tuple[AppBox, bytes], monkeypatch: pytest.MonkeyPatch) -> AppBox:
    """To be changed; what the attacks know by name is that of this vote."""
    made = deepcopy(honest[0])
    monkeypatch.setattr(boxes, "BOX", made.configuration["box"])
    monkeypatch.setattr(test_attacks, "LOG", made.signer)
    monkeypatch.setattr(
        test_attacks, "SIZES", tuple(int(note.split("\n")[1]) for note in made.checkpoints[:2])
    )
    return made


def test_taken_apart_and_put_together_it_is_the_same(honest: tuple[AppBox, bytes], box: AppBox) -> None:
    assert box.bundle() == honest[1]
    box.open()
    box.count()
    verdict = verify(box.bundle(), box.signer.key, box.checkpoints[1].encode())
    assert verdict.holds, [str(line) for line in verdict.of(Finding.FAILS)]


@pytest.mark.parametrize("name", [name for name in ATTACKS if name not in NOT_OURS])
def test_an_attack_on_it_is_found_and_only_by_the_check_that_is_named(name: str, box: AppBox) -> None:
    deed, found_by = ATTACKS[name]
    key, seen = box.signer.key, box.checkpoints[1].encode()
    box.count()  # the .pb files
    deed(box)
    data = box.bundle()
    failed = {line.check for line in verify(data, key, seen).of(Finding.FAILS)}
    assert failed == found_by
    without: dict[Any, Any] = {check: made for check, made in CHECKS.items() if check not in failed}
    assert verify(data, key, seen, checks=without).holds


def test_a_thousand_flipped_bits_are_refused(honest: tuple[AppBox, bytes]) -> None:
    good, refused = honest[1], 0
    key = honest[0].signer.key
    assert verify(good, key).holds
    for bit in random.Random(4).sample(range(8 * len(good)), FLIPPED):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            refused += not verify(bytes(changed), key).holds
        except Fault:
            refused += 1
    assert refused == FLIPPED


def _voted(database: Database, folder: Path) -> tuple[bytes, Any]:
    roll = {of_the_app.setup.new_voter(): district for district in DISTRICTS for _ in range(VOTERS)}
    contests = dict.fromkeys(DISTRICTS, BUDGET)
    site = of_the_app.opened(database, folder, roll, contests=contests, with_ties=True)
    source = random.Random(5)
    for district in DISTRICTS:
        voters = [voter for voter in site.voters if roll[voter] == district][2:]
        for voter in (*voters, *voters[-8:], *voters[-3:]):  # some change their ballot once or twice
            site.cast(voter, sorted(source.sample(PROJECTS, source.choice((2, 3)))))  # thieves vote for one
        with site.begin() as session:
            paper.lock_for_paper(session, site.keys, site.box_id, voters[0])
            batches.publish_batch(session, site.keys, session.get_one(BallotBox, site.box_id))
    with site.begin() as session:
        asked = notices.ask(session, site.officer(session), site.box_id, "ที่ดินถูกขายไปแล้ว (สมมติ)", "p6")
        notices.publish(session, site.keys, site.second(session), asked.id)
    site.end()
    with site.begin() as session:
        made = bundles.make(session, site.keys, site.box_id, Openings.AUDITORS)
        return made.content, box_keys.signer(site.keys, session.get_one(BallotBox, site.box_id))


def _taken_apart(packed: bytes, signer: Any, cast: list[Vote]) -> AppBox:
    files = {name: decode(content) for name, content in bundle.unpack(packed).files.items()}
    name = files["configuration.json"]["box"]
    votes = {vote.leaf(name): vote for vote in cast}
    counted = [bytes.fromhex(each["leaf"]) for each in files["openings.json"]]
    return AppBox(
        configuration=files["configuration.json"],
        signer=signer,
        leaves=[bytes.fromhex(leaf) for leaf in files["leaves.json"]],
        notices=files["notices.json"],
        voids=[(bytes.fromhex(each["nonce"]), bytes.fromhex(each["voided"])) for each in files["voids.json"]],
        votes=votes,
        counted=sorted(counted, key=lambda leaf: -votes[leaf].rev),  # at the end those that never changed
        openings=files["openings.json"],
        audit=files["audit.json"],
        result=files["result.json"],
        checkpoints=files["checkpoints.json"],
    )

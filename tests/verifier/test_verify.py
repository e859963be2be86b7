"""The verifier on an honest bundle: what it says, what it cannot say, and what it refuses to read."""

import random
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from govapp.ledger import archives, bundle
from govapp.ledger.canonical import decode, encode
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.notes import Signer
from govapp.verifier.verdict import Check, Finding, Verdict
from govapp.verifier.verify import CHECKS, verify
from tests.verifier import boxes
from tests.verifier.boxes import BOX, LOG, QUESTION, Box, make

HONEST = make()


def findings(verdict: Verdict, finding: Finding) -> set[Check]:
    return {line.check for line in verdict.of(finding)}


def test_an_honest_bundle_with_an_outside_checkpoint_holds_in_everything() -> None:
    verdict = verify(HONEST.bundle(), LOG.key, HONEST.checkpoints[1].encode())
    assert [line.check for line in verdict.lines] == list(Check)
    assert findings(verdict, Finding.HOLDS) == set(Check), [str(line) for line in verdict.lines]
    assert verdict.holds
    assert verdict.anchored
    assert (verdict.box, verdict.key) == (BOX, LOG.key)


def test_without_anything_from_outside_it_says_whose_key_to_compare() -> None:
    verdict = verify(HONEST.bundle())
    (line,) = verdict.of(Finding.NOT_ALLOWED)
    assert line.check is Check.ANCHOR
    assert str(LOG.key) in str(line)
    assert verdict.holds
    assert not verdict.anchored


def test_a_question_without_districts_holds() -> None:
    box = make({"": QUESTION})
    verdict = verify(box.bundle(), LOG.key)
    assert findings(verdict, Finding.NOT_NEEDED) == {Check.FILES}
    assert verdict.holds
    assert sum(box.result["districts"][""].values()) == len(box.counted) + len(box.paper)


@pytest.mark.parametrize("kind", ["knapsack", "choose-1", "ordinal", "cumulative"])
def test_other_kinds_of_ballots_hold(kind: str) -> None:
    contest = boxes.BUDGET | {"ballot": kind, "most": 1 if kind in ("choose-1", "knapsack") else 3}
    if kind == "cumulative":
        contest |= {"most_points": 5, "sum_points": 10}
    box = make({"": contest | {"budget": 90_000}})
    if kind == "cumulative":
        _give_points(box)
    verdict = verify(box.bundle(), LOG.key)
    assert verdict.holds, [str(line) for line in verdict.of(Finding.FAILS)]


def _give_points(box: Box) -> None:
    """Every ballot again, with points, and the log of that."""
    old = box.votes
    new = {leaf: replace(vote, ballot=dict.fromkeys(vote.ballot, 2)) for leaf, vote in old.items()}
    moved = {leaf: vote.leaf(BOX) for leaf, vote in new.items()}
    box.leaves, box.votes, box.counted = box.leaves[:1], {}, [moved[leaf] for leaf in box.counted]
    box.notices = box.notices[:1]
    voided = [leaf for _nonce, leaf in box.voids]
    box.voids = []
    for leaf, vote in new.items():
        box.votes[moved[leaf]] = vote
        box.leaves.append(moved[leaf])
    for leaf in voided:
        box.void(moved[leaf], random.Random(7))
    box.paper = [each | {"ballot": dict.fromkeys(each["ballot"], 3)} for each in box.paper]
    box.sign(3)
    box.open()
    box.count()


def test_a_public_bundle_leaves_to_auditors_how_often_voters_changed() -> None:
    box = make()
    box.audit = None
    verdict = verify(box.bundle(), LOG.key)
    assert findings(verdict, Finding.NOT_ALLOWED) == {Check.HISTORIES}
    assert f"{box.result['superseded']} ballots were superseded" in str(verdict.of(Finding.NOT_ALLOWED)[0])
    assert verdict.holds


def for_auditors_only() -> Box:
    """What the public gets of a box whose openings only auditors see."""
    box = make()
    box.configuration["openings"] = "auditors"
    _commit_again(box)
    box.ballots = [{"ballot": each["ballot"], "district": each["district"]} for each in box.openings]
    box.audit = None
    box.count()
    return box


def _commit_again(box: Box) -> None:
    """As if the configuration had been this one from the beginning."""
    fresh = Box(box.configuration, box.signer)
    fresh.note({"kind": "configuration", "hash": sha256(encode(box.configuration)).hexdigest()})
    box.notices[0], box.leaves[0] = fresh.notices[0], fresh.leaves[0]
    box.sign(1, len(box.leaves) // 2)


def test_an_auditors_only_bundle_says_what_it_does_not_allow() -> None:
    verdict = verify(for_auditors_only().bundle(), LOG.key)
    assert findings(verdict, Finding.NOT_ALLOWED) == {Check.OPENINGS, Check.HISTORIES}
    assert findings(verdict, Finding.FAILS) == set(), [str(line) for line in verdict.of(Finding.FAILS)]


def test_the_ballots_of_an_auditors_only_bundle_stand_in_an_order_that_tells_nothing() -> None:
    files = for_auditors_only().files()
    ballots = encode(list(reversed(decode(files["ballots.json"]))))
    verdict = verify(bundle.pack(BOX, files | {"ballots.json": ballots}, LOG), LOG.key)
    assert findings(verdict, Finding.FAILS) == {Check.LEGAL}


def withheld(voters: int) -> Box:
    """A public bundle that keeps the ballots of one district back."""
    box = make({"เหนือ": boxes.BUDGET, "ใต้": QUESTION}, voters)
    box.audit = None
    kept = [each for each in box.openings if each["district"] == "ใต้"]
    box.openings = [each for each in box.openings if each not in kept]
    box.result["withheld"] = {"ใต้": len(kept)}
    return box


def test_a_district_with_few_ballots_is_left_to_auditors() -> None:
    verdict = verify(withheld(24).bundle(), LOG.key)
    assert findings(verdict, Finding.NOT_ALLOWED) == {Check.HISTORIES, Check.LEGAL, Check.RESULT}
    assert all("ใต้" in str(line) for line in verdict.of(Finding.NOT_ALLOWED)[1:])
    assert findings(verdict, Finding.FAILS) == set()


def test_a_district_with_many_ballots_may_not_be_withheld() -> None:
    verdict = verify(withheld(40).bundle(), LOG.key)
    assert findings(verdict, Finding.FAILS) == {Check.ACCOUNTING}


def test_progress_is_told_before_every_check() -> None:
    told: list[tuple[int, int]] = []
    verify(HONEST.bundle(), progress=lambda done, total: told.append((done, total)))
    assert told == [(done, len(CHECKS)) for done in range(len(CHECKS))]


def test_a_bundle_with_one_bit_flipped_is_refused_before_anything_is_believed() -> None:
    good = HONEST.bundle()
    for bit in random.Random(2).sample(range(8 * len(good)), 100):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            verdict = verify(bytes(changed), LOG.key)
        except (Malformed, Forged):
            continue
        assert not verdict.holds


@pytest.mark.parametrize("missing", sorted(HONEST.files()))
def test_a_bundle_without_one_of_its_files_does_not_hold(missing: str) -> None:
    files = {name: content for name, content in HONEST.files().items() if name != missing}
    if missing == "configuration.json":
        with pytest.raises(Malformed, match=r"no file configuration\.json"):
            verify(bundle.pack(BOX, files, LOG))
        return
    verdict = verify(bundle.pack(BOX, files, LOG), LOG.key)
    assert verdict.holds == (missing == "audit.json")
    if missing != "audit.json" and missing != "openings.json":
        assert any(missing in str(line) for line in verdict.of(Finding.FAILS))


HOSTILE: list[Any] = [None, 0, "x", [], {}, [None], [0], ["x"], [[]], [{}], {"a": None}, [{"leaf": "00"}]]


@pytest.mark.parametrize("name", [name for name in sorted(HONEST.files()) if name.endswith(".json")])
@pytest.mark.parametrize("content", HOSTILE, ids=repr)
def test_whatever_stands_in_a_file_the_verifier_answers(name: str, content: Any) -> None:
    """It never stops with an error of Python, and never says that such a bundle holds."""
    files = HONEST.files() | {name: encode(content)}
    try:
        verdict = verify(bundle.pack(BOX, files, LOG), LOG.key)
    except Malformed:
        assert name == "configuration.json"
        return
    assert not verdict.holds


@pytest.mark.parametrize("data", [b"", b"x", archives.write({"a": b""})])
def test_what_is_no_bundle_is_not_judged(data: bytes) -> None:
    with pytest.raises(Malformed):
        verify(data)


def test_a_bundle_of_another_box_under_a_good_key_is_named() -> None:
    verdict = verify(bundle.pack("box-2", HONEST.files(), LOG), LOG.key)
    assert [str(line) for line in verdict.of(Finding.FAILS)] == [
        "the bundle is of box-2, its configuration of box-1"
    ]


def test_a_key_from_outside_must_be_the_one_that_signed() -> None:
    verdict = verify(HONEST.bundle(), Signer.new(LOG.name).key)
    assert findings(verdict, Finding.FAILS) == {Check.MANIFEST, Check.CHECKPOINTS}

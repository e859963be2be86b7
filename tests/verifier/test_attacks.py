"""A thief who holds the signing key changes the vote and signs everything again. Each is found, and by the
check that is named: with that one switched off the bundle would hold, so it is that check that finds it.
"""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from govapp.ledger.leaves import Vote
from govapp.ledger.notes import Signer
from govapp.verifier.verdict import Check, Finding
from govapp.verifier.verify import CHECKS, verify
from tests.verifier import boxes
from tests.verifier.boxes import LOG, Box, make

HONEST = make()
SEEN = HONEST.checkpoints[1].encode()  # what an observer kept while the box was open
SIZES = (1, len(HONEST.leaves) // 2)
SOURCE = random.Random(3)
OTHER_SECRET = bytes(32)

Attack = Callable[[Box], None]
ATTACKS: dict[str, tuple[Attack, set[Check]]] = {}


def attack(*found_by: Check) -> Callable[[Attack], Attack]:
    def note(deed: Attack) -> Attack:
        ATTACKS[deed.__name__] = deed, set(found_by)
        return deed

    return note


def loser(box: Box) -> str:
    funded = box.result["districts"]["เหนือ"]["funded"]
    return next(p["id"] for p in boxes.PROJECTS if p["id"] not in (*funded, "p6"))


def first_votes(box: Box) -> list[bytes]:
    """The counted ballots of voters who never changed."""
    return [leaf for leaf in box.counted if box.votes[leaf].rev == 1]


@attack(Check.ACCOUNTING)
def a_ballot_is_dropped(box: Box) -> None:
    box.counted.pop()
    box.open()
    box.count()


@attack(Check.HISTORIES)
def a_ballot_is_dropped_and_called_superseded(box: Box) -> None:
    box.counted.remove(first_votes(box)[0])
    box.result["superseded"] += 1
    box.open()
    box.count()


@attack(Check.TURNOUT)
def ballots_are_added_beyond_the_roll(box: Box) -> None:
    for _ in range(5):
        box.counted.append(box.cast(["p1"], "เหนือ", 1, SOURCE))
    box.sign(*SIZES)
    box.open()
    box.count()


@attack(Check.TURNOUT)
def paper_ballots_are_added_beyond_the_roll(box: Box) -> None:
    for _ in range(5):
        box.paper.append({"serial": len(box.paper) + 1, "ballot": ["p1"], "district": "เหนือ"})
    box.count()


@attack(Check.TURNOUT)
def a_paper_ballot_is_counted_twice_under_one_serial(box: Box) -> None:
    box.paper.append(box.paper[0])
    box.count()


@attack(Check.OPENINGS)
def a_ballot_is_changed(box: Box) -> None:
    box.openings[0]["ballot"] = [loser(box)]
    box.count()


@attack(Check.OPENINGS)
def a_ballot_is_moved_to_another_district(box: Box) -> None:
    box.openings[0]["district"] = "ใต้" if box.openings[0]["district"] == "เหนือ" else "เหนือ"
    box.count()


@attack(Check.OPENINGS)
def a_ballot_is_counted_twice_in_place_of_another(box: Box) -> None:
    kept, dropped = first_votes(box)[:2]
    box.counted.remove(dropped)
    box.counted.append(kept)
    box.open()
    box.count()


@attack(Check.OPENINGS)
def a_ballot_is_counted_that_is_not_in_the_log(box: Box) -> None:
    box.counted.remove(first_votes(box)[0])
    box.counted.append(box.cast(["p1"], "เหนือ", 1, SOURCE))
    box.leaves.pop()
    box.open()
    box.count()


def _replace_a_leaf(box: Box) -> None:
    old = next(leaf for leaf in box.leaves if leaf in first_votes(box))
    assert box.leaves.index(old) < SIZES[1]
    vote = box.votes[old]
    new = Vote([loser(box)], vote.district, vote.nonce, vote.salt, 1)
    box.votes[new.leaf(boxes.BOX)] = new
    box.leaves[box.leaves.index(old)] = new.leaf(boxes.BOX)
    box.counted[box.counted.index(old)] = new.leaf(boxes.BOX)
    box.open()
    box.count()


@attack(Check.CHECKPOINTS, Check.ANCHOR)
def a_leaf_is_replaced_and_the_last_checkpoint_signed_again(box: Box) -> None:
    early = box.checkpoints[:2]
    _replace_a_leaf(box)
    box.sign()
    box.checkpoints = [*early, *box.checkpoints]


@attack(Check.ANCHOR)
def a_leaf_is_replaced_and_every_checkpoint_signed_again(box: Box) -> None:
    """A fork: only somebody who kept an earlier checkpoint can see it."""
    _replace_a_leaf(box)
    box.sign(*SIZES)


@attack(Check.ANCHOR)
def a_whole_other_vote_is_signed_with_the_same_key(box: Box) -> None:
    box.__dict__ |= make(seed=2).__dict__


@attack(Check.MANIFEST, Check.CHECKPOINTS, Check.ANCHOR)
def a_whole_vote_is_signed_with_another_key_of_the_same_name(box: Box) -> None:
    box.__dict__ |= make(signer=Signer.new(LOG.name)).__dict__


@attack(Check.CONFIGURATION)
def a_price_is_changed(box: Box) -> None:
    box.configuration["contests"]["เหนือ"]["projects"][0]["cost"] = 1
    box.count()


@attack(Check.CONFIGURATION)
def the_rule_is_changed(box: Box) -> None:
    box.configuration["contests"]["เหนือ"]["rule"]["method"] = "greedy"
    box.count()


@attack(Check.CONFIGURATION)
def the_roll_is_made_larger(box: Box) -> None:
    box.configuration["roll"]["เหนือ"] = 1_000_000
    for _ in range(50):
        box.paper.append({"serial": len(box.paper) + 1, "ballot": ["p1"], "district": "เหนือ"})
    box.count()


@attack(Check.CONFIGURATION, Check.CHECKPOINTS, Check.ANCHOR)
def a_price_is_changed_and_the_first_entry_of_the_log_too(box: Box) -> None:
    box.configuration["contests"]["เหนือ"]["projects"][0]["cost"] = 1
    fresh = Box(box.configuration)
    fresh.note({"kind": "configuration", "hash": "00" * 32})
    box.leaves[0], box.notices[0] = fresh.leaves[0], fresh.notices[0]
    box.count()


@attack(Check.RESULT)
def the_winner_is_swapped(box: Box) -> None:
    box.result["districts"]["เหนือ"]["funded"][0] = loser(box)


@attack(Check.RESULT)
def one_vote_is_added_to_a_total(box: Box) -> None:
    box.result["districts"]["เหนือ"]["votes"][loser(box)] += 1


@attack(Check.RESULT)
def a_district_has_no_result(box: Box) -> None:
    del box.result["districts"]["ใต้"]


@attack(Check.TIES)
def another_tie_secret_is_drawn(box: Box) -> None:
    box.count(OTHER_SECRET)


@attack(Check.FILES)
def a_pb_file_holds_another_ballot(box: Box) -> None:
    head, last = box.pb["votes-1.pb"].rstrip("\n").rsplit(";", 1)
    other = "p1" if last != "p1" else "p2"
    box.pb["votes-1.pb"] = f"{head};{other}\n"


@attack(Check.FILES)
def a_pb_file_has_another_price(box: Box) -> None:
    box.pb["votes-1.pb"] = box.pb["votes-1.pb"].replace("p1;900;", "p1;901;")


@attack(Check.FILES)
def a_pb_file_has_another_budget(box: Box) -> None:
    box.pb["votes-1.pb"] = box.pb["votes-1.pb"].replace("budget;1000\n", "budget;1001\n")


@attack(Check.FILES)
def a_pb_file_cannot_be_read(box: Box) -> None:
    box.pb["votes-1.pb"] = "nothing of the kind"


@attack(Check.VOIDS)
def a_voided_ballot_is_counted_all_the_same(box: Box) -> None:
    _nonce, voided = box.voids[0]
    dropped = next(
        leaf for leaf in first_votes(box) if box.votes[leaf].district == box.votes[voided].district
    )
    box.counted[box.counted.index(dropped)] = voided
    box.result["superseded"] += box.votes[voided].rev - 1
    box.open()
    box.count()


@attack(Check.VOIDS)
def a_ballot_is_voided_after_the_log_was_closed(box: Box) -> None:
    """The void is invented: no entry of the log is it, so one more is called superseded less."""
    gone = first_votes(box)[0]
    box.counted.remove(gone)
    box.void(gone, SOURCE)
    box.leaves.pop()
    box.result["superseded"] -= 1
    box.open()
    _hide(box, 1)
    box.count()


def _hide(box: Box, changes: int) -> None:
    """Make the sum of changes fit, by leaving out a changed ballot in favour of one that was not."""
    changed = next(leaf for leaf in box.counted if box.votes[leaf].rev == changes + 1)
    told = box.votes[changed]
    early = next(
        leaf
        for leaf, vote in box.votes.items()
        if vote.rev == 1
        and vote.district == told.district
        and leaf not in box.counted
        and leaf not in {voided for _nonce, voided in box.voids}
    )
    box.counted[box.counted.index(changed)] = early
    box.open()


@attack(Check.NOTICES, Check.ACCOUNTING)
def a_withdrawal_is_invented(box: Box) -> None:
    box.notices.append({"kind": "withdrawal", "item": box.result["districts"]["เหนือ"]["funded"][0]})
    box.count()


@attack(Check.NOTICES, Check.ACCOUNTING)
def a_notice_is_told_twice(box: Box) -> None:
    box.notices.append(box.notices[-1])


@attack(Check.ACCOUNTING)
def a_withdrawal_is_kept_quiet(box: Box) -> None:
    box.notices.pop()
    box.count()


@attack(Check.HISTORIES)
def auditors_are_told_other_numbers(box: Box) -> None:
    assert box.audit
    leaf = first_votes(box)[0].hex()
    box.audit["counted"][leaf]["rev"] = 2


@attack(Check.HISTORIES)
def auditors_are_not_told_of_a_voided_ballot(box: Box) -> None:
    assert box.audit
    box.audit["voided"].popitem()


@attack(Check.LEGAL)
def an_illegal_ballot_was_let_in(box: Box) -> None:
    box.counted.append(box.cast(["p1", "p2", "p3", "p4"], "เหนือ", 1, SOURCE))
    box.sign(*SIZES)
    box.open()
    box.count()


@attack(Check.LEGAL, Check.TURNOUT)
def a_ballot_of_no_district_was_let_in(box: Box) -> None:
    box.counted.append(box.cast(["p1"], "กลาง", 1, SOURCE))
    box.sign(*SIZES)
    box.open()
    box.count()


@attack(Check.LEAVES)
def an_entry_stands_in_the_log_twice(box: Box) -> None:
    box.leaves.append(box.leaves[3])
    box.result["superseded"] += 1
    box.audit = None
    box.sign(*SIZES)
    box.count()


@attack(Check.CHECKPOINTS)
def a_checkpoint_in_the_middle_is_of_another_log(box: Box) -> None:
    other = make(seed=2)
    box.checkpoints.insert(2, other.checkpoints[1])


@attack(Check.CHECKPOINTS)
def the_last_checkpoint_is_not_published(box: Box) -> None:
    box.checkpoints.pop()


@attack(Check.CHECKPOINTS)
def checkpoints_are_in_another_order(box: Box) -> None:
    box.checkpoints[:2] = box.checkpoints[1::-1]


@attack(Check.CHECKPOINTS)
def a_checkpoint_is_not_signed_by_the_log(box: Box) -> None:
    text = box.checkpoints[1].split("\n\n")[0] + "\n"
    box.checkpoints[1] = Signer.new(LOG.name).sign(text)


@attack(Check.OPENINGS)
def the_openings_are_kept_back(box: Box) -> None:
    box.ballots = [{"ballot": each["ballot"], "district": each["district"]} for each in box.openings]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found_and_only_by_the_check_that_is_named(name: str) -> None:
    deed, found_by = ATTACKS[name]
    box = deepcopy(HONEST)
    deed(box)
    data = box.bundle()
    verdict = verify(data, LOG.key, SEEN)
    failed = {line.check for line in verdict.of(Finding.FAILS)}
    told = {str(line.check): str(line) for line in verdict.of(Finding.FAILS)}
    assert failed == found_by, told
    assert all(told.values()), "a check that fails says why"
    without: dict[Check, Any] = {check: made for check, made in CHECKS.items() if check not in failed}
    assert verify(data, LOG.key, SEEN, checks=without).holds


def test_the_control_nothing_is_found_where_nothing_was_done() -> None:
    box = deepcopy(HONEST)
    box.open()
    box.count()
    assert verify(box.bundle(), LOG.key, SEEN).holds
    assert len(ATTACKS) >= 35


@pytest.mark.parametrize(
    "check", [check for check in CHECKS if check is not Check.MANIFEST], ids=lambda check: check.value
)
def test_every_check_finds_something(check: Check) -> None:
    assert any(check in found_by for _deed, found_by in ATTACKS.values())


def test_without_a_checkpoint_a_fork_passes_and_the_verdict_says_so() -> None:
    """What an outside anchor is for."""
    box = deepcopy(HONEST)
    _replace_a_leaf(box)
    box.sign(*SIZES)
    verdict = verify(box.bundle())
    assert verdict.holds
    assert [line.check for line in verdict.of(Finding.NOT_ALLOWED)] == [Check.ANCHOR]
    assert not verify(box.bundle(), checkpoint=SEEN).holds

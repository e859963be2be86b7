"""The sentence for every reason: there is one, and the count fills all of its places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govapp.budgeting import wording
from govapp.counting.ballots import Election
from govapp.counting.count import APPROVALS, count
from govapp.counting.outcome import Reason, Shared, Tie, Why
from govapp.counting.rule import Completion, Method, Rule
from tests.counting.elections import elections

NAMES = {"a": "ลานกีฬา", "b": "Lights"}


def why(reason: Reason, **more: object) -> Why:
    return Why(False, reason, 40, 90, 150000, **more)  # type: ignore[arg-type]


def baht(satang: int) -> str:
    return f"{satang // 100:,} บาท"


@pytest.mark.parametrize(
    ("why", "text"),
    [
        (
            why(Reason.MOST_VOTES, order=2, remaining=200000),
            "Place 2: it costs 1,500 บาท and 2,000 บาท was left.",
        ),
        (
            why(Reason.PAID_BY_SUPPORTERS, order=1, payers=1158, average_payment=125200),
            "Place 1: 1,158 supporters paid, on average 1,252 บาท each.",
        ),
        (why(Reason.PAID_BY_SUPPORTERS, order=1), "Place 1: chosen by its supporters."),
        (
            why(Reason.SUPPORTERS_SHORT, supporters_left=98200, short_by=51800),
            "Its supporters had 982 บาท left of the 1,500 บาท it costs: 518 บาท too little.",
        ),
        (
            why(
                Reason.SUPPORTERS_SHORT,
                supporters_left=98200,
                short_by=51800,
                shared=(Shared("a", 12, 4000), Shared("b", 2, 100)),
            ),
            "Its supporters had 982 บาท left of the 1,500 บาท it costs: 518 บาท too little. "
            "Of them, 12 had paid 40 บาท for “ลานกีฬา”.",
        ),
        (
            why(Reason.SUPPORTERS_SHORT, supporters_left=0),
            "Its supporters did not get it chosen while there was money for it.",
        ),
        (why(Reason.BELOW_THRESHOLD, threshold=1000), "Its score is 90; at least 1,000 is needed."),
        (
            why(Reason.BELOW_THRESHOLD, threshold=1000, threshold_basis_points=250, ballots=39980),
            "It was chosen on 90 of 39,980 ballots; at least 1,000 are needed: 2.5%.",
        ),
        (why(Reason.GROUP_TAKEN, blocked_by="b"), "Only one of its group can be funded: “Lights”."),
        (why(Reason.NO_SUPPORT), "Nobody chose it."),
    ],
)
def test_a_reason_in_words(why: Why, text: str) -> None:
    msgid, params = wording.sentence(why, NAMES, baht)
    assert msgid % params == text


def test_every_reason_has_a_sentence() -> None:
    assert set(wording.SENTENCES) == set(Reason)


def test_votes_needed_in_words() -> None:
    assert wording.needed(why(Reason.NO_SUPPORT)) is None
    msgid, params = wording.needed(why(Reason.NO_SUPPORT, votes_needed=1200)) or ("", {})
    assert msgid % params == "With 1,200 more votes for it alone it would have been funded."
    share = {"threshold": 90, "threshold_basis_points": 250, "ballots": 3600, "votes_needed": 3}
    msgid, params = wording.needed(why(Reason.BELOW_THRESHOLD, **share)) or ("", {})
    assert (msgid % params).endswith("funded: the more ballots, the more votes are needed.")
    assert wording.needed(why(Reason.DOES_NOT_FIT, **share)) == (wording.NEEDED, {"voters": "3"})


@pytest.mark.parametrize("by", ["cost", "votes", "lot", "id"])
def test_a_tie_in_words(by: str) -> None:
    msgid, params = wording.tie(Tie(("b", "a"), "b", by, 3), NAMES)
    assert (msgid % params).startswith("Place 3: level were “Lights”, “ลานกีฬา”. “Lights” was taken b")


@settings(max_examples=60)
@given(elections(), st.sampled_from(Method), st.sampled_from(Completion), st.booleans())
def test_every_count_fills_its_sentences(
    election: Election, method: Method, completion: Completion, reserve: bool
) -> None:
    if method is Method.PHRAGMEN and election.kind not in APPROVALS:
        method = Method.EQUAL_SHARES
    name = next((p.district for p in election.projects if p.district), "")
    reserved = {name: 1 + election.budget // 2} if reserve and name and election.budget > 1 else {}
    outcome = count(election, Rule(method, completion=completion, threshold=2, reserved=reserved))
    whys = [*outcome.projects.values()]
    if method is Method.GREEDY_THRESHOLD and election.kind in APPROVALS:
        whys += count(election, Rule(method, threshold_basis_points=4000)).projects.values()
    for project in whys:
        msgid, params = wording.sentence(project, {}, str)
        assert "%(" not in msgid % params
    for tie in outcome.ties:
        msgid, params = wording.tie(tie, {})
        assert "%" not in msgid % params

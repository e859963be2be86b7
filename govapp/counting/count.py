"""The door to counting: every rule, checked and run, and what would have changed its outcome."""

from collections.abc import Callable, Mapping

from govapp.counting import equal_shares, greedy, phragmen, shares, ties
from govapp.counting.ballots import BallotKind, Election
from govapp.counting.further import joined
from govapp.counting.outcome import Outcome
from govapp.counting.rule import WHOLE, Method, Rule, Utility

Progress = Callable[[int, int | None], None]  # told what is done, and of how much where that is known
Counter = Callable[[Election, Rule, Progress | None], Outcome]

COUNTERS: Mapping[Method, Counter] = {
    Method.GREEDY: greedy.count,
    Method.GREEDY_NO_SKIP: greedy.count,
    Method.GREEDY_THRESHOLD: greedy.count,
    Method.EQUAL_SHARES: equal_shares.count,
    Method.PHRAGMEN: phragmen.count,
}
APPROVALS = (BallotKind.APPROVAL, BallotKind.KNAPSACK, BallotKind.CHOOSE_ONE)


def count(election: Election, rule: Rule, progress: Progress | None = None) -> Outcome:
    """Count by the rule, first within the shares it reserves. Pure: equal input, equal outcome.

    On ranked ballots the utilities `cardinality`, `points` and `borda` count the projects ranked lower;
    with `cost` a ranking of n gives n, n - 1, … 1, as Pabulib's scores do.
    Raises ValueError, in a sentence that can be shown, when the rule does not suit the election.
    """
    check(election, rule)
    if election.kind is BallotKind.ORDINAL and rule.utility is not Utility.COST:
        election = election.ranked_from_zero()
    run = COUNTERS[rule.method]
    if rule.reserved:
        return shares.count(election, rule, lambda part, plain: run(part, plain, progress))
    return run(election, rule, progress)


def check(election: Election, rule: Rule) -> None:
    """Raises ValueError when the election or the rule cannot be counted with."""
    if election.budget < 0:
        raise ValueError("the budget must not be negative")
    if len({project.id for project in election.projects}) != len(election.projects):
        raise ValueError("two projects have the same id")
    if any(project.cost <= 0 for project in election.projects):
        raise ValueError("every cost must be more than zero")
    if rule.increment <= 0:
        raise ValueError("the increment must be more than zero")
    _check_threshold(election, rule)
    _check_method(election, rule)
    ties.standing(election, rule.ties)
    shares.check(election, rule)


def suits(rule: Rule, kind: BallotKind) -> bool:
    """Whether ballots of this kind can be counted by the rule; some rules need voters, not points."""
    needs_voters = rule.method is Method.PHRAGMEN or "threshold_basis_points" in rule.numbers
    return kind in APPROVALS or not needs_voters


def _check_threshold(election: Election, rule: Rule) -> None:
    share = rule.threshold_basis_points
    if rule.threshold < 0:
        raise ValueError("the threshold must not be negative")
    if not 0 <= share <= WHOLE:
        raise ValueError("the threshold as a share must be from 0% to 100% of the ballots")
    if share and rule.threshold:
        raise ValueError("the threshold is a number of votes or a share of the ballots, not both")
    if share and not suits(rule, election.kind):
        raise ValueError(
            f"a share of the ballots as threshold suits approval ballots, and these are {election.kind}: "
            "give the number of points instead"
        )


def _check_method(election: Election, rule: Rule) -> None:
    if rule.comparison and rule.method is not Method.EQUAL_SHARES:
        raise ValueError("the comparison step belongs to equal-shares")
    if rule.method is Method.PHRAGMEN and not suits(rule, election.kind):
        raise ValueError(f"phragmen counts approval ballots, and these are {election.kind}")


def votes_needed(
    election: Election, rule: Rule, project_id: str, limit: int, progress: Progress | None = None
) -> int | None:
    """How many further voters, choosing this project only, would have had it funded; 0 if it is.

    Found by counting again: with k more voters it is funded, with k - 1 it is not. Equal Shares and a
    threshold that is a share are not monotone, so a smaller number may exist below a gap; where the rule is
    (other greedy ones), k is the smallest.
    None when no number tried up to the limit has it funded. `progress` hears the steps of each count.
    """
    place = next(p for p, project in enumerate(election.projects) if project.id == project_id)

    def wins(voters: int) -> bool:
        return count(joined(election, place, voters), rule, progress).projects[project_id].funded

    if wins(0):
        return 0
    short, enough = 0, 1
    while enough < limit and not wins(enough):
        short, enough = enough, 2 * enough
    enough = min(enough, limit)
    if enough <= short or not wins(enough):
        return None
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if wins(middle) else (middle, enough)
    return enough

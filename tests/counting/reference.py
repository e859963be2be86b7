"""The rules as their definitions say, in fractions, voter by voter: obvious and slow, for tests only."""

from collections.abc import Sequence
from fractions import Fraction

from govapp.counting import ties
from govapp.counting.ballots import Election
from govapp.counting.rule import Completion, Rule, Utility

Votes = list[dict[int, int]]  # voter -> project -> points, if any


def voters(e: Election) -> Votes:
    b, votes = e.ballots, []
    for row, weight in enumerate(b.weight.tolist()):
        entries = range(b.start[row], b.start[row + 1])
        vote = {int(b.project[i]): int(b.points[i]) for i in entries if b.points[i] > 0}
        votes += [vote] * weight
    return votes


def equal_shares(e: Election, rule: Rule) -> tuple[list[int], int]:
    """The funded projects in order, and how often the endowment was raised."""
    funded, raises = _raised(e, rule)
    if rule.completion in (Completion.GREEDY, Completion.ADD1_GREEDY):
        funded = _greedily(e, rule, funded)
    return funded, raises


def one_run(e: Election, rule: Rule, endowment: Fraction) -> list[int]:
    votes, rank = voters(e), ties.order(e, rule.ties)
    money = [endowment] * len(votes)
    funded: list[int] = []
    while True:
        prices = {p: _price(e, votes, rule, money, p) for p in candidates(e, funded)}
        payable = {p: price for p, price in prices.items() if price is not None}
        if not payable:
            return funded
        winner = min(payable, key=lambda p: (payable[p], rank[p]))
        for voter, vote in enumerate(votes):
            money[voter] -= min(money[voter], payable[winner] * _utility(e, rule, vote, winner))
        funded.append(winner)


def phragmen(e: Election, rule: Rule) -> list[int]:
    votes, rank = voters(e), ties.order(e, rule.ties)
    load = [Fraction(0)] * len(votes)
    funded: list[int] = []
    while True:
        times = {}
        for p in candidates(e, funded):
            if e.projects[p].cost <= e.budget:
                mine = _supporters(votes, p)
                times[p] = (e.projects[p].cost + sum(load[v] for v in mine)) / Fraction(len(mine))
        level = [p for p in times if times[p] == min(times.values())]
        if not level or any(spent(e, [*funded, p]) > e.budget for p in level):
            return funded
        winner = min(level, key=lambda p: rank[p])
        for voter in _supporters(votes, winner):
            load[voter] = times[winner]
        funded.append(winner)


def candidates(e: Election, funded: Sequence[int]) -> list[int]:
    """Supported, not funded, and no other of their exclusive group funded."""
    taken = {e.groups[e.projects[p].id] for p in funded if e.projects[p].id in e.groups}
    supported = {p for vote in voters(e) for p in vote}
    return [p for p in sorted(supported - set(funded)) if e.groups.get(e.projects[p].id) not in taken]


def spent(e: Election, funded: Sequence[int]) -> int:
    return sum(e.projects[p].cost for p in funded)


def _raised(e: Election, rule: Rule) -> tuple[list[int], int]:
    endowment = Fraction(e.budget, max(len(voters(e)), 1))
    funded, raises = one_run(e, rule, endowment), 0
    if rule.completion in (Completion.NONE, Completion.GREEDY):
        return funded, raises
    while True:
        fits = [e.projects[p].cost <= e.budget - spent(e, funded) for p in candidates(e, funded)]
        if not fits or (rule.completion is not Completion.ADD1 and not any(fits)):
            return funded, raises
        more = one_run(e, rule, endowment + (raises + 1) * rule.increment)
        if spent(e, more) > e.budget:
            return funded, raises
        funded, raises = more, raises + 1


def _greedily(e: Election, rule: Rule, funded: list[int]) -> list[int]:
    votes, rank = voters(e), ties.order(e, rule.ties)

    def value(p: int) -> Fraction:
        points = sum(vote.get(p, 0) for vote in votes)
        return Fraction(points, 1 if rule.utility is Utility.COST else e.projects[p].cost)

    funded = list(funded)
    for p in sorted(candidates(e, funded), key=lambda p: (-value(p), rank[p])):
        if p in candidates(e, funded) and spent(e, [*funded, p]) <= e.budget:
            funded.append(p)
    return funded


def _price(e: Election, votes: Votes, rule: Rule, money: list[Fraction], p: int) -> Fraction | None:
    """The least price per utility at which min(money, price × utility) adds up to the cost."""
    mine = sorted(_supporters(votes, p), key=lambda v: money[v] / _utility(e, rule, votes[v], p))
    cost = Fraction(e.projects[p].cost)
    for at, voter in enumerate(mine):
        price = cost / sum(_utility(e, rule, votes[v], p) for v in mine[at:])
        if price * _utility(e, rule, votes[voter], p) <= money[voter]:
            return price
        cost -= money[voter]
    return None


def _utility(e: Election, rule: Rule, vote: dict[int, int], p: int) -> int:
    return vote.get(p, 0) * (e.projects[p].cost if rule.utility is Utility.COST else 1)


def _supporters(votes: Votes, p: int) -> list[int]:
    return [voter for voter, vote in enumerate(votes) if p in vote]


def threshold_greedy(e: Election, share: Fraction, rule: Rule) -> list[int]:
    """Most votes first (votes ÷ cost unless utility is COST) among those with this share of all ballots."""
    votes, rank = voters(e), ties.order(e, rule.ties)
    supporters = [len(_supporters(votes, p)) for p in range(len(e.projects))]

    def value(p: int) -> Fraction:
        return Fraction(supporters[p], 1 if rule.utility is Utility.COST else e.projects[p].cost)

    funded: list[int] = []
    for p in sorted(candidates(e, []), key=lambda p: (-value(p), rank[p])):
        reaches = supporters[p] >= share * len(votes)
        if reaches and p in candidates(e, funded) and spent(e, [*funded, p]) <= e.budget:
            funded.append(p)
    return funded

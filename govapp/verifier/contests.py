"""What a ballot means: when it is legal, and how ballots are counted, from the configuration alone.

The slice that makes a box writes the contest of each district into its configuration, and publishes as the
result what `count` gives: so the verifier counts by the very rule that was frozen before the first vote.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from govapp.counting.ballots import BallotKind, Ballots, Election, Project
from govapp.counting.count import count
from govapp.counting.named_rules import as_options
from govapp.counting.rule import Rule
from govapp.ledger.canonical import short
from govapp.ledger.faults import Malformed

LOT = "lot"  # as the `ties` of a rule: the seed that nobody knows before the opening

Row = tuple[tuple[str, int], ...]  # project id -> points, of one ballot


class Contest(Protocol):
    """What is decided in one district."""

    def check(self, ballot: Any) -> None:
        """Raises Malformed unless the ballot is legal."""

    def count(self, ballots: Sequence[Any], seed: bytes, withdrawn: Collection[str]) -> Any:
        """The result of legal ballots, as plain values that have a canonical form.

        seed       decides ties
        withdrawn  what notices took out of the vote; votes for it do not count
        """

    def outcome(self, counted: Any) -> Any:
        """What `count` gave, without numbers: so few have voted that numbers would tell who voted what."""

    @property
    def counted_by(self) -> str:
        """How it is counted, as options of `govapp count`; "" where there is but one way."""

    @property
    def items(self) -> tuple[str, ...]:
        """What a notice can withdraw."""

    @property
    def largest(self) -> Any:
        """A legal ballot that takes as many bytes as any, or more: all are padded to it."""


@dataclass(frozen=True)
class Question:
    """{"kind": "question", "options": ["yes", "no", "abstain"], "abstention": "abstain"}

    A ballot is one of the options; the abstention, if there is one, cannot win.
    """

    options: tuple[str, ...]
    abstention: str = ""

    def check(self, ballot: Any) -> None:
        if ballot not in self.options:
            raise Malformed("expected one of {options}", options=", ".join(self.options))

    def count(self, ballots: Sequence[Any], seed: bytes, withdrawn: Collection[str]) -> Any:
        given = Counter(ballots)
        return {option: given[option] for option in self.options}

    def outcome(self, counted: Any) -> Any:
        """The options with the most votes; none where nobody voted for any."""
        votes = {option: number for option, number in counted.items() if option != self.abstention}
        most = max(votes.values(), default=0)
        return [option for option, number in votes.items() if number == most and most]

    @property
    def counted_by(self) -> str:
        return ""

    @property
    def items(self) -> tuple[str, ...]:
        return ()

    @property
    def largest(self) -> Any:
        return max(self.options, key=lambda option: len(option.encode()))


@dataclass(frozen=True)
class Budget:
    """Projects for money.

    {"kind": "budget", "ballot": a BallotKind, "least": 1, "most": 10, "budget": satang, "rule": Rule.as_json,
    "projects": [{"id": …, "cost": satang, "categories": […], "group": ""}, …]} and for ballots with points
    "most_points" of one project and "sum_points" of all, at most. A ballot is a list of project ids in the
    order of the alphabet, or in that of preference if ranked; with points a mapping of ids to points above 0.
    """

    kind: BallotKind
    least: int
    most: int
    most_points: int
    sum_points: int
    budget: int
    projects: tuple[Project, ...]
    groups: Mapping[str, str]
    rule: Rule

    def check(self, ballot: Any) -> None:
        known = self._costs
        chosen = list(ballot) if isinstance(ballot, list | dict) else None
        if chosen is None or not all(isinstance(each, str) and each in known for each in chosen):
            raise Malformed("it names something that was not to be voted on")
        if len(set(chosen)) != len(chosen) or not self.least <= len(chosen) <= self.most:
            raise Malformed("expected {least} to {most} different projects", least=self.least, most=self.most)
        if isinstance(ballot, dict) != (self.kind in (BallotKind.CUMULATIVE, BallotKind.SCORING)):
            raise Malformed("expected a ballot of the kind {kind}", kind=self.kind.value)
        if isinstance(ballot, dict):
            self._check_points(list(ballot.values()))
        elif self.kind is not BallotKind.ORDINAL and chosen != sorted(chosen):
            raise Malformed("the projects are not in the order of the alphabet")
        if self.kind is BallotKind.KNAPSACK and sum(known[each] for each in chosen) > self.budget:
            raise Malformed("its projects cost more than the budget")

    @cached_property
    def _costs(self) -> Mapping[str, int]:
        """By number: asked for with every ballot."""
        return {project.id: project.cost for project in self.projects}

    def _check_points(self, points: list[Any]) -> None:
        if not all(isinstance(each, int) and 0 < each <= self.most_points for each in points):
            raise Malformed("expected 1 to {most} points for a project", most=self.most_points)
        if sum(points) > self.sum_points:
            raise Malformed("expected at most {most} points in all", most=self.sum_points)

    def count(self, ballots: Sequence[Any], seed: bytes, withdrawn: Collection[str]) -> Any:
        election = self.election(ballots, withdrawn)
        ties = f"seed:{seed.hex()}" if self.rule.ties == LOT else self.rule.ties
        outcome = count(election, replace(self.rule, ties=ties))
        return {
            "votes": {project.id: outcome.projects[project.id].votes for project in election.projects},
            "funded": list(outcome.funded),
            "spent": outcome.spent,
            "left": outcome.left,
        }

    def outcome(self, counted: Any) -> Any:
        return {"funded": counted["funded"]}

    @property
    def counted_by(self) -> str:
        return as_options(replace(self.rule, ties=Rule().ties) if self.rule.ties == LOT else self.rule)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(project.id for project in self.projects)

    @property
    def largest(self) -> Any:
        longest = sorted((project.id for project in self.projects), key=lambda each: len(each.encode()))
        chosen = longest[-self.most :]
        if self.kind in (BallotKind.CUMULATIVE, BallotKind.SCORING):
            return {project: self.most_points for project in chosen}
        return chosen

    def election(self, ballots: Sequence[Any], withdrawn: Collection[str]) -> Election:
        """What is counted, and what the .pb file of the district must hold."""
        standing = tuple(project for project in self.projects if project.id not in withdrawn)
        place = {project.id: at for at, project in enumerate(standing)}
        votes = ({place[p]: n for p, n in self._points(each, place)} for each in ballots)
        groups = {project: group for project, group in self.groups.items() if project in place}
        return Election(self.kind, self.budget, standing, Ballots.gather(votes), groups)

    def _points(self, ballot: Any, standing: Collection[str]) -> list[tuple[str, int]]:
        """Without what was withdrawn: on a ranked ballot those behind move up."""
        kept = [project for project in ballot if project in standing]
        if isinstance(ballot, dict):
            return [(project, ballot[project]) for project in kept]
        if self.kind is BallotKind.ORDINAL:
            return list(zip(kept, range(len(kept), 0, -1), strict=True))
        return [(project, 1) for project in kept]


def rows(election: Election) -> Counter[Row]:
    """The different ballots of an election and how many voters cast each."""
    found: Counter[Row] = Counter()
    starts = election.ballots.start.tolist()
    projects, points = election.ballots.project.tolist(), election.ballots.points.tolist()
    for start, end, weight in zip(starts, starts[1:], election.ballots.weight.tolist(), strict=False):
        row = zip(projects[start:end], points[start:end], strict=True)
        found[tuple(sorted((election.projects[p].id, n) for p, n in row))] += weight
    return found


def read(given: Any) -> Contest:
    """The contest that a configuration describes; raises Malformed."""
    try:
        return READERS[given["kind"]](given)
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(
            "the configuration has a contest that cannot be read: {why}", why=short(repr(error))
        ) from None


def _question(given: Any) -> Question:
    options = tuple(given["options"])
    if not all(isinstance(option, str) for option in options):
        raise ValueError("options")
    return Question(options, str(given.get("abstention", "")))


def _budget(given: Any) -> Budget:
    projects = tuple(
        Project(str(each["id"]), int(each["cost"]), categories=tuple(each.get("categories", ())))
        for each in given["projects"]
    )
    groups = {str(each["id"]): str(each["group"]) for each in given["projects"] if each.get("group")}
    return Budget(
        kind=BallotKind(given["ballot"]),
        least=int(given["least"]),
        most=int(given["most"]),
        most_points=int(given.get("most_points", 0)),
        sum_points=int(given.get("sum_points", 0)),
        budget=int(given["budget"]),
        projects=projects,
        groups=groups,
        rule=Rule.from_json(given["rule"]),
    )


READERS: Mapping[str, Callable[[Any], Contest]] = {"question": _question, "budget": _budget}

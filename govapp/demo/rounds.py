"""A finished round made of ideas and votes, in the form in which a .pb file is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from govapp.counting.ballots import BallotKind, Ballots, Election, Integers
from govapp.counting.pabulib import PbFile
from govapp.counting.pabulib_write import money
from govapp.demo.places import MUNICIPALITY
from govapp.demo.projects import Idea
from govapp.demo.votes import LONGEST, SHORTEST, Vote


@dataclass(frozen=True)
class Story:
    """What a round says about itself. Dates are dd.mm.yyyy, the fiscal year is of the Buddhist Era."""

    description: str
    fiscal_year_be: int
    rule: str
    date_begin: str
    date_end: str
    eligible: int
    comment: str


def finished(story: Story, budget: int, ideas: Sequence[Idea], votes: Iterable[Vote]) -> PbFile:
    """The round as PbFile; `budget` in satang, and voters' zones under places["district"]."""
    votes = list(votes)
    ballots = Ballots.gather(dict.fromkeys(vote.chosen, 1) for vote in votes)
    projects = tuple(idea.project for idea in ideas)
    election = Election(BallotKind.APPROVAL, budget, projects, ballots)
    name = f"Thailand_{MUNICIPALITY.code}_{story.fiscal_year_be}.pb"
    columns = {idea.project.id: _columns(idea) for idea in ideas}
    return PbFile(name, election, _meta(story, election), columns, {"district": _zones(votes)}, ())


def _meta(story: Story, election: Election) -> Mapping[str, str]:
    return {
        "country": "Thailand",
        "unit": MUNICIPALITY.name_th,
        "instance": str(story.fiscal_year_be),
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.ballots.voters),
        "budget": money(election.budget),
        "vote_type": election.kind.value,
        "min_length": str(SHORTEST),
        "max_length": str(LONGEST),
        "language": "th",
        "currency": "THB",
        **{key: str(value) for key, value in asdict(story).items()},
    }


def _columns(idea: Idea) -> Mapping[str, str]:
    project = idea.project
    return {
        "project_id": project.id,
        "cost": money(project.cost),
        "name": project.name,
        "category": ",".join(project.categories),
        "district": project.district,
        "description": idea.description,
        "proposer": idea.proposer,
    }


def _zones(votes: Sequence[Vote]) -> dict[str, Integers]:
    """The name of a zone -> ballot row -> voters, rows being numbered as Ballots.gather does."""
    row: dict[tuple[int, ...], int] = {}
    for vote in votes:
        row.setdefault(vote.chosen, len(row))
    zones: dict[str, Integers] = {
        vote.zone: np.zeros(len(row), dtype=np.int64) for vote in votes if vote.zone
    }
    for vote in votes:
        if vote.zone:
            zones[vote.zone][row[vote.chosen]] += 1
    return dict(sorted(zones.items()))

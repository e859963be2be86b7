"""Writing elections in Pabulib's .pb form, with nothing by which a ballot could be tied to a voter."""

import csv
import hashlib
import io
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from govapp.counting.ballots import BallotKind, Election
from govapp.counting.pabulib import EXPECTED, GROUP, POINTED

META_ORDER = tuple(
    "description country unit district subunit instance num_projects num_votes budget vote_type rule"
    " date_begin date_end min_length max_length min_sum_cost max_sum_cost min_points max_points"
    " min_sum_points max_sum_points default_score min_project_cost max_project_cost"
    " min_project_score_threshold neighborhoods subdistricts categories edition language currency"
    " fully_funded experimental comment acknowledgments".split()
)
PROJECT_ORDER = tuple(
    "project_id cost votes score name category beneficiaries selected neighborhood subunit district"
    f" description proposer public_id latitude longitude {GROUP}".split()
)


def write(
    election: Election,
    meta: Mapping[str, str],
    seed: bytes,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    funded: Collection[str] | None = None,
) -> str:
    """The text of a .pb file, which reads back to an equal election (knapsack as approval).

    meta      description, country, unit, instance, rule, date_begin, date_end (dd.mm.yyyy) and any
              other key of the format; what the election itself says is put in
    seed      shuffles the ballots, which are then numbered; the same seed gives the same text
    columns   project id -> column -> text: beneficiaries, description, latitude… (see PROJECT_ORDER)
    funded    project ids to mark as selected; None leaves the column out
    Line breaks and repeated spaces become one space. Raises ValueError for a missing key, an id that the
    form cannot hold, or ranked ballots whose points are not n, n - 1, … 1.
    """
    missing = [key for key in EXPECTED if not meta.get(key)]
    if missing:
        raise ValueError(f"meta must give {', '.join(missing)}")
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\n")
    rows.writerows(_meta(election, meta))
    rows.writerows(_projects(election, columns or {}, funded))
    rows.writerows(_votes(election, seed))
    return text.getvalue()


def money(amount: int) -> str:
    """1/100 units as a decimal: 1500 or 1500.50."""
    whole, cents = divmod(amount, 100)
    return f"{whole}.{cents:02}" if cents else str(whole)


def _meta(election: Election, meta: Mapping[str, str]) -> list[list[str]]:
    kind = BallotKind.APPROVAL if election.kind is BallotKind.KNAPSACK else election.kind
    own = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.ballots.voters),
        "budget": money(election.budget),
        "vote_type": kind.value,
    }
    values = {**_limits(election), **meta, **own}
    keys = [key for key in META_ORDER if key in values] + [key for key in values if key not in META_ORDER]
    return [["META"], ["key", "value"], *([key, _clean(values[key])] for key in keys)]


def _limits(election: Election) -> dict[str, str]:
    """What the format wants to know about a kind of ballot, when the caller does not say."""
    ballots = election.ballots
    if election.kind is BallotKind.KNAPSACK:
        return {"max_sum_cost": money(election.budget)}
    if election.kind is BallotKind.CHOOSE_ONE:
        return {"min_length": "1", "max_length": "1"}
    if election.kind is BallotKind.ORDINAL:
        return {"max_length": str(np.diff(ballots.start).max(initial=1))}
    if election.kind is BallotKind.CUMULATIVE:
        return {"max_sum_points": str(int(np.bincount(ballots.row, weights=ballots.points).max(initial=1)))}
    return {}


def _projects(
    election: Election,
    columns: Mapping[str, Mapping[str, str]],
    funded: Collection[str] | None,
) -> list[list[str]]:
    table = []
    for place, project in enumerate(election.projects):
        if not project.id or project.id != _clean(project.id) or "," in project.id:
            raise ValueError(f"a .pb file cannot hold the project id {project.id!r}")
        own = {
            "project_id": project.id,
            "cost": money(project.cost),
            "votes": str(election.named[place]),
            "score": str(election.points[place]) if _has_score(election) else "",
            "name": project.name,
            "category": ",".join(project.categories),
            "selected": "" if funded is None else str(int(project.id in funded)),
            "district": project.district,
            GROUP: election.groups.get(project.id, ""),
        }
        table.append({**columns.get(project.id, {}), **own})
    header = [name for name in PROJECT_ORDER if any(line.get(name) for line in table)]
    header = ["project_id", "cost", "votes", *(name for name in header if name not in PROJECT_ORDER[:3])]
    return [["PROJECTS"], header, *([_clean(line.get(name, "")) for name in header] for line in table)]


def _has_score(election: Election) -> bool:
    return election.kind in (*POINTED, BallotKind.ORDINAL)


def _votes(election: Election, seed: bytes) -> Iterator[list[str]]:
    header = ["voter_id", "vote", "points"] if election.kind in POINTED else ["voter_id", "vote"]
    yield from (["VOTES"], header)
    written = [_vote(election, row)[: len(header) - 1] for row in range(len(election.ballots.weight))]
    everyone = np.repeat(np.arange(len(written)), election.ballots.weight).tolist()
    order = sorted(range(len(everyone)), key=lambda voter: _draw(seed, voter))
    for number, voter in enumerate(order, start=1):
        yield [str(number), *written[everyone[voter]]]


def _vote(election: Election, row: int) -> list[str]:
    """The fields vote and points: most points first, as the order counts on ranked ballots."""
    ballots = election.ballots
    part = slice(ballots.start[row], ballots.start[row + 1])
    entries = list(zip(ballots.project[part].tolist(), ballots.points[part].tolist(), strict=True))
    entries.sort(key=lambda entry: -entry[1])
    points = [number for _, number in entries]
    if election.kind is BallotKind.ORDINAL and points != list(range(len(points), 0, -1)):
        raise ValueError(f"a ranked vote of {len(points)} projects cannot have the points {points}")
    return [",".join(election.projects[p].id for p, _ in entries), ",".join(map(str, points))]


def _draw(seed: bytes, voter: int) -> bytes:
    return hashlib.sha256(b"govapp/shuffle/1" + len(seed).to_bytes(8) + seed + voter.to_bytes(8)).digest()


def _clean(text: str) -> str:
    return " ".join(text.split())

"""Elections for the counting tests: real ones from the data folder, and small ones by hand or by chance."""

import json
import os
import random
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from govapp.counting.ballots import BallotKind, Ballots, Election, Project
from govapp.counting.pabulib import PbFile, read

DATA = Path(os.environ.get("GOVAPP_TEST_DATA") or Path(__file__).parents[2] / "../shared/data/pabulib")
ROWS = tuple[tuple[int, ...], ...]


@cache
def expected() -> dict[str, dict[str, Any]]:
    """expected.json, or nothing where the data folder is missing."""
    file = DATA / "expected.json"
    return json.loads(file.read_text()) if file.exists() else {}


@cache
def real(name: str) -> PbFile:
    """A file of the data folder, read once a run; without the folder the test is skipped."""
    if not (DATA / name).exists():
        pytest.skip(f"no election data in {DATA} (set GOVAPP_TEST_DATA)")
    return read((DATA / name).read_bytes(), name)


def election(
    costs: Mapping[str, int],
    votes: Iterable[Iterable[str] | Mapping[str, int]],
    budget: int,
    kind: BallotKind = BallotKind.APPROVAL,
    groups: Mapping[str, str] | None = None,
    **more: Mapping[str, Any],
) -> Election:
    """Project id -> cost; votes as ids, or as id -> points; `more` gives categories and district by id."""
    ids = list(costs)
    projects = tuple(
        Project(
            id=i,
            cost=costs[i],
            name=f"Project {i}",
            categories=tuple(more.get("categories", {}).get(i, ())),
            district=more.get("district", {}).get(i, ""),
        )
        for i in ids
    )
    given = (vote if isinstance(vote, Mapping) else dict.fromkeys(vote, 1) for vote in votes)
    ballots = Ballots.gather({ids.index(i): points for i, points in vote.items()} for vote in given)
    return Election(kind, budget, projects, ballots, groups or {})


def endless() -> Election:
    """Projects that are nearly level: hardly a step of Add1 can be jumped over, and there are 33 million."""
    chance = random.Random(9)
    projects = tuple(Project(str(number), 166_666_666 + chance.randint(0, 3)) for number in range(25))
    votes = [dict.fromkeys(chance.sample(range(25), chance.randint(1, 5)), 1) for _ in range(30)]
    return Election(BallotKind.APPROVAL, 10**9, projects, Ballots.gather(votes))


def ranked(*orders: str) -> list[dict[str, int]]:
    """Ranked votes over projects with one-letter ids: "ba" puts b first."""
    return [{i: len(order) - place for place, i in enumerate(order)} for order in orders]


def rows(election: Election) -> dict[tuple[tuple[int, int], ...], int]:
    """The ballots as (project index, points) entries -> voters, whatever the order of rows."""
    b = election.ballots
    entries = list(zip(b.project.tolist(), b.points.tolist(), strict=True))
    found: dict[tuple[tuple[int, int], ...], int] = {}
    for row, weight in enumerate(b.weight.tolist()):
        key = tuple(entries[b.start[row] : b.start[row + 1]])
        found[key] = found.get(key, 0) + weight
    return found


def _vote(draw: st.DrawFn, kind: BallotKind, ids: list[str]) -> dict[str, int]:
    most = 1 if kind is BallotKind.CHOOSE_ONE else len(ids)
    chosen = draw(st.lists(st.sampled_from(ids), unique=True, max_size=most))
    if kind is BallotKind.ORDINAL:
        return {i: len(chosen) - place for place, i in enumerate(chosen)}
    if kind in (BallotKind.CUMULATIVE, BallotKind.SCORING):
        return {i: draw(st.integers(0, 4)) for i in chosen}
    return dict.fromkeys(chosen, 1)


@st.composite
def elections(draw: st.DrawFn, kinds: Iterable[BallotKind] = tuple(BallotKind)) -> Election:
    """Small elections of every kind, many of them with ties, groups and whole-unit costs."""
    kind = draw(st.sampled_from(list(kinds)))
    ids = [str(i) for i in range(1, draw(st.integers(1, 6)) + 1)]
    cost = st.integers(1, 6).map(lambda units: units * 100) | st.integers(1, 600)
    votes = draw(st.lists(st.builds(lambda: None), max_size=8))
    group = st.sampled_from(["", "", "", "g", "h"])
    groups = {i: name for i in ids if (name := draw(group))}
    return election(
        {i: draw(cost) for i in ids},
        [_vote(draw, kind, ids) for _ in votes],
        draw(st.integers(0, 1200)),
        kind,
        groups,
        categories={i: draw(st.lists(st.sampled_from(["park", "road", "art"]), unique=True)) for i in ids},
        district={i: draw(st.sampled_from(["", "north", "south"])) for i in ids},
    )

"""How level projects are put in order: one total order, drawn before the count, used in every step."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from govapp.counting.ballots import Election
from govapp.counting.outcome import Tie

Standing = Callable[[int, int], tuple[Any, ...]]  # (project index, its votes) -> what is compared


def order(election: Election, ties: str) -> tuple[int, ...]:
    """project index -> rank; of level projects the one with the lowest rank is taken.

    ties  "cheapest"  lowest cost, most votes, smallest id as text
          "id"        smallest id compared as text (pabutools' order)
          "seed:HEX"  lowest cost, most votes, then SHA-256 of the seed and the id
    Raises ValueError for anything else.
    """
    compare, votes = standing(election, ties), election.votes.tolist()
    ranked = sorted(range(len(election.projects)), key=lambda p: compare(p, votes[p]))
    rank = [0] * len(ranked)
    for place, project in enumerate(ranked):
        rank[project] = place
    return tuple(rank)


def explain(election: Election, level: Sequence[int], rank: Sequence[int], ties: str, step: int) -> Tie:
    """Write down that the projects `level` (indices, two or more) tied for place `step`."""
    first, second, *_ = ordered = sorted(level, key=lambda p: rank[p])
    if ties == "id":
        by = "id"
    elif election.cost[first] != election.cost[second]:
        by = "cost"
    elif election.votes[first] != election.votes[second]:
        by = "votes"
    else:
        by = "lot" if ties.startswith("seed:") else "id"
    ids = tuple(election.projects[p].id for p in ordered)
    return Tie(ids, ids[0], by, step)


def standing(election: Election, ties: str) -> Standing:
    """What `order` sorts by, for asking how a project would stand with other votes; the least wins."""
    projects = election.projects
    if ties == "id":
        return lambda p, votes: (projects[p].id,)
    if ties == "cheapest":
        return lambda p, votes: (projects[p].cost, -votes, projects[p].id)
    if ties.startswith("seed:"):
        seed = _seed(ties)
        return lambda p, votes: (projects[p].cost, -votes, _lot(seed, projects[p].id))
    raise ValueError(f"ties must be cheapest, id or seed:HEX, not {ties!r}")


def _seed(ties: str) -> bytes:
    try:
        return bytes.fromhex(ties.removeprefix("seed:"))
    except ValueError:
        raise ValueError(f"a seed is written in hexadecimal digits, not {ties!r}") from None


def _lot(seed: bytes, project_id: str) -> bytes:
    length = len(seed).to_bytes(8, "big")
    return hashlib.sha256(b"govapp/lot/1" + length + seed + project_id.encode()).digest()

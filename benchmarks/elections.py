"""Elections to measure with: real ones from the data folder, and made ones of any size."""

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

DATA = Path(os.environ.get("GOVAPP_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data" / "pabulib")
PER_VOTER = 20  # what each voter's equal part of the budget comes to, about
SHARE = 0.3  # of all costs is in the budget
LENGTHS = (3, 8)  # fewest and most projects a voter approves
TASTE = 4  # how much likelier a voter approves a project of the own group


def real(name: str) -> Path | None:
    """A file of the data folder, where there is one."""
    path = DATA / name
    return path if path.exists() else None


def made(voters: int, projects: int = 60, seed: int = 1, **meta: str) -> str:
    """A .pb file: log-normal costs, voters in two groups of taste, 3 to 8 approvals each.

    Costs grow with the number of voters, so that at every size a voter's part of the budget, and with it
    the number of steps of Add1, is about the same.
    """
    draw = np.random.default_rng(seed)
    cost = _costs(draw, voters, projects)
    votes = _votes(draw, voters, projects)
    values = _meta(seed) | {
        "num_projects": str(projects),
        "num_votes": str(voters),
        "budget": str(int(cost.sum() * SHARE)),
        **meta,
    }
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in values.items())]
    lines += ["PROJECTS", "project_id;cost;name;category"]
    lines += [f"{p};{c};โครงการทดสอบที่ {p};หมวด {p % 5 + 1}" for p, c in enumerate(cost.tolist(), 1)]
    lines += ["VOTES", "voter_id;vote", *(f"{number};{vote}" for number, vote in enumerate(votes, 1))]
    return "\n".join(lines)


def _meta(seed: int) -> dict[str, str]:
    last_day = date(2025, 1, 31) + timedelta(days=seed)
    return {
        "description": f"A made election, number {seed}",
        "country": "Thailand",
        "unit": "เมืองทดสอบ",
        "instance": str(seed),
        "vote_type": "approval",
        "rule": "equalshares/add1",
        "date_begin": (last_day - timedelta(days=14)).strftime("%d.%m.%Y"),
        "date_end": last_day.strftime("%d.%m.%Y"),
        "currency": "THB",
    }


def _costs(draw: np.random.Generator, voters: int, projects: int) -> npt.NDArray[np.int64]:
    raw = draw.lognormal(0, 1, projects)
    whole: npt.NDArray[np.int64] = np.round(raw / raw.sum() * voters * PER_VOTER / SHARE).astype(np.int64)
    return np.maximum(whole, 1)


def _votes(draw: np.random.Generator, voters: int, projects: int) -> list[str]:
    """Every vote as the .pb field: projects drawn without repeats, by weight (exponential keys)."""
    weight = draw.lognormal(0, 0.7, (2, projects))
    weight[0, : projects // 2] *= TASTE
    weight[1, projects // 2 :] *= TASTE
    group = draw.integers(0, 2, voters)
    length = draw.integers(LENGTHS[0], LENGTHS[1] + 1, voters).tolist()
    names = [str(project) for project in range(1, projects + 1)]
    votes: list[str] = []
    for part in np.array_split(np.arange(voters), max(1, voters // 20_000)):
        keys = draw.exponential(1, (len(part), projects)) / weight[group[part]]
        for chosen in np.argsort(keys, axis=1)[:, : LENGTHS[1]].tolist():
            votes.append(",".join(names[p] for p in chosen[: length[len(votes)]]))
    return votes

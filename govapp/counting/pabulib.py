"""Reading elections in Pabulib's .pb form (pabulib.org/format, arXiv:2012.06539).

What a person could be recognised by (age, sex, how they voted) is not read at all.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np

from govapp.counting.ballots import BallotKind, Ballots, Election, Integers, Project
from govapp.counting.pabulib_rows import Malformed as Malformed
from govapp.counting.pabulib_rows import Notice, Section, Source

LIMIT = 64 * 1024 * 1024
MOST_PROJECTS = 10_000
MOST_POINTS = 2**31 - 1  # of one project
MOST_CELLS = 2**25  # different ballots × different places: 256 MiB
NEEDED = ("num_projects", "num_votes", "budget", "vote_type")
EXPECTED = ("description", "country", "unit", "instance", "rule", "date_begin", "date_end")
PLACES = ("district", "neighborhood")
GROUP = "exclusive_group"  # ours: Pabulib has no column for groups in which one project may win
WIDTHS = {"project_id": 100, "district": 500, GROUP: 500}
POINTED = (BallotKind.CUMULATIVE, BallotKind.SCORING)

_LIST = re.compile(r",(?! )")  # "Environment, health" is one name: lists are written without spaces

Meta = Mapping[str, tuple[int, str]]  # key -> its line and value
Cast = tuple[str, str, tuple[str, ...]]  # the fields vote and points, then the places
Casts = Mapping[Cast, tuple[int, int]]  # -> the line it first stands on, how many voters cast it
Entries = tuple[tuple[int, ...], tuple[int, ...]]  # project indices, and their points


@dataclass(frozen=True)
class PbFile:
    """One file.

    meta      key -> value, as written
    columns   project id -> column -> text, for every column (votes, selected, description, latitude…)
    places    "district" or "neighborhood" -> its name -> ballot row -> how many of its voters
    warnings  what was odd, in the order it was met
    """

    name: str
    election: Election
    meta: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    places: Mapping[str, Mapping[str, Integers]]
    warnings: tuple[Notice, ...]


def read(data: bytes, name: str, limit: int = LIMIT) -> PbFile:
    """Read a .pb file, merging equal ballots; `name` is used in messages, `limit` is in bytes.

    Knapsack votes are approvals in Pabulib. A ranked vote of n projects gives n, n - 1, … 1 points.
    Raises Malformed, which names the line and what was expected there.
    """
    source = Source(name)
    sections = source.sections(data, limit)
    meta = _meta(source, sections["META"])
    kind = _kind(source, meta)
    budget = source.money(*meta["budget"], "budget")
    projects, columns = _projects(source, sections["PROJECTS"])
    groups = {p.id: columns[p.id][GROUP] for p in projects if columns[p.id].get(GROUP)}
    ballots, places = _ballots(source, sections["VOTES"], kind, projects)
    election = Election(kind, budget, projects, ballots, groups)
    _check_number(source, meta["num_projects"], len(projects), "num_projects", "PROJECTS")
    _check_number(source, meta["num_votes"], ballots.voters, "num_votes", "VOTES")
    source.within(
        sections["VOTES"].line, int(election.points.max(initial=0)), MOST_POINTS, "points of a project"
    )
    _check_tallies(source, election, columns)
    values = {key: value for key, (_, value) in meta.items()}
    return PbFile(name, election, values, columns, places, tuple(source.warnings))


def names(text: str) -> tuple[str, ...]:
    """The items of a list field; empty ones, as after a last comma, are left out."""
    return tuple(item.strip() for item in _LIST.split(text) if item.strip())


def _meta(source: Source, section: Section) -> Meta:
    if section.header != ["key", "value"]:
        found = ";".join(section.header)
        raise source.fail(section.line, "META: expected the columns key;value, found {found}", found=found)
    meta: dict[str, tuple[int, str]] = {}
    for line, (key, value) in section.rows:
        if key.strip() in meta:
            raise source.fail(line, "META names {key} a second time", key=key.strip())
        meta[key.strip()] = line, value.strip()
    for key in NEEDED:
        if not meta.get(key, (0, ""))[1]:
            raise source.fail(section.line, "META: expected the key {key} with a value", key=key)
    missing = [key for key in EXPECTED if key not in meta]
    if missing:
        source.warn(section.line, "META does not give {keys}", keys=", ".join(missing))
    line, default = meta.get("default_score", (0, ""))
    if default.strip("0."):
        source.warn(line, "default_score {score} is not counted: only written points are", score=default)
    return meta


def _kind(source: Source, meta: Meta) -> BallotKind:
    line, text = meta["vote_type"]
    known = [kind.value for kind in BallotKind if kind is not BallotKind.KNAPSACK]
    if text == BallotKind.KNAPSACK:
        return BallotKind.APPROVAL
    if text not in known:
        raise source.fail(
            line, "vote_type: expected one of {known}, found {text!r}", known=", ".join(known), text=text
        )
    return BallotKind(text)


def _require(source: Source, section: Section, title: str, wanted: tuple[str, ...]) -> None:
    for name in wanted:
        if name not in section.header:
            raise source.fail(section.line, "{title}: expected a column {name}", title=title, name=name)


def _projects(source: Source, section: Section) -> tuple[tuple[Project, ...], dict[str, dict[str, str]]]:
    _require(source, section, "PROJECTS", ("project_id", "cost"))
    projects: list[Project] = []
    columns: dict[str, dict[str, str]] = {}
    for line, row in section.rows:
        given = dict(zip(section.header, (field.strip() for field in row), strict=True))
        project_id = given["project_id"]
        if not project_id:
            raise source.fail(line, "expected a project_id, found an empty field")
        if "," in project_id or project_id != " ".join(project_id.split()):
            raise source.fail(line, "project_id {project} has a comma or odd spaces", project=project_id)
        source.within(line, len(projects) + 1, MOST_PROJECTS, "rows of PROJECTS")
        for title, most in WIDTHS.items():
            source.within(line, len(given.get(title, "")), most, f"letters of {title}")
        if project_id in columns:
            raise source.fail(line, "PROJECTS lists project {project} a second time", project=project_id)
        cost = source.money(line, given["cost"], "cost")
        if cost == 0:
            raise source.fail(line, "project {project}: the cost must be more than zero", project=project_id)
        columns[project_id] = given
        name, district = given.get("name", ""), given.get("district", "")
        projects.append(Project(project_id, cost, name, names(given.get("category", "")), district))
    return tuple(projects), columns


def _ballots(
    source: Source, section: Section, kind: BallotKind, projects: tuple[Project, ...]
) -> tuple[Ballots, dict[str, dict[str, Integers]]]:
    _require(
        source, section, "VOTES", ("voter_id", "vote", "points") if kind in POINTED else ("voter_id", "vote")
    )
    casts = _casts(source, section, kind)
    index = {project.id: place for place, project in enumerate(projects)}
    seen: dict[tuple[str, str], Entries] = {}
    weight: dict[Entries, int] = {}
    cast_rows: list[Entries] = []
    for (vote, points, _), (line, voters) in casts.items():
        entries = seen.get((vote, points))
        if entries is None:
            entries = seen[vote, points] = _entries(source, line, vote, points, kind, index)
        weight[entries] = weight.get(entries, 0) + voters
        cast_rows.append(entries)
    number = {entries: row for row, entries in enumerate(weight)}
    rows = [number[entries] for entries in cast_rows]
    titles = [title for title in PLACES if title in section.header]
    named = sum(len({place[at] for _, _, place in casts}) for at in range(len(titles)))
    source.within(section.line, named * len(weight), MOST_CELLS, "different places × different ballots")
    places = {title: _tally(casts, rows, len(weight), at) for at, title in enumerate(titles)}
    return _compressed(weight), places


def _tally(casts: Casts, rows: list[int], size: int, column: int) -> dict[str, Integers]:
    """The name of a place -> ballot row -> voters."""
    found: dict[str, tuple[list[int], list[int]]] = {}
    for (_, _, where), (_, voters), row in zip(casts, casts.values(), rows, strict=True):
        if where[column]:
            at, how_many = found.setdefault(where[column], ([], []))
            at.append(row)
            how_many.append(voters)
    tally = {name: np.zeros(size, dtype=np.int64) for name in found}
    for name, (at, how_many) in found.items():
        np.add.at(tally[name], at, how_many)
    return tally


def _casts(source: Source, section: Section, kind: BallotKind) -> Casts:
    """The different rows, without their voters."""
    header = section.header
    voter_at, vote_at = header.index("voter_id"), header.index("vote")
    points_at = header.index("points") if kind in POINTED else None
    place_at = [header.index(title) for title in PLACES if title in header]
    casts: dict[Cast, tuple[int, int]] = {}
    voters: set[str] = set()
    for count, (line, row) in enumerate(section.rows, start=1):
        voters.add(row[voter_at])
        if len(voters) != count:
            raise source.fail(line, "voter {voter} has already voted", voter=row[voter_at])
        points = "" if points_at is None else row[points_at]
        cast = (row[vote_at], points, tuple([row[at].strip() for at in place_at]))
        first, so_far = casts.get(cast, (line, 0))
        casts[cast] = first, so_far + 1
    return casts


def _entries(
    source: Source, line: int, vote: str, points: str, kind: BallotKind, index: Mapping[str, int]
) -> Entries:
    try:
        chosen = [index[project] for project in vote.split(",")]
    except KeyError:
        chosen = _chosen(source, line, vote, index)
    if len(set(chosen)) != len(chosen):
        raise source.fail(line, "the vote names project {project} twice", project=_repeated(vote))
    if kind is BallotKind.ORDINAL:
        return tuple(chosen), tuple(range(len(chosen), 0, -1))
    if kind in POINTED:
        given = _points(source, line, points, len(chosen))
        by_project = sorted(zip(chosen, given, strict=True))
        return tuple(project for project, _ in by_project), tuple(number for _, number in by_project)
    if kind is BallotKind.CHOOSE_ONE and len(chosen) > 1:
        raise source.fail(line, "vote_type choose-1: expected one project, found {found}", found=len(chosen))
    return tuple(sorted(chosen)), (1,) * len(chosen)


def _repeated(vote: str) -> str:
    times = Counter(item.strip() for item in vote.split(",") if item.strip())
    return next(item for item, number in times.items() if number > 1)


def _chosen(source: Source, line: int, vote: str, index: Mapping[str, int]) -> list[int]:
    """The slow way: allows for spaces, a last comma and an empty vote."""
    chosen = [item.strip() for item in vote.split(",") if item.strip()]
    for project in chosen:
        if project not in index:
            raise source.fail(
                line, "the vote names project {project}, which PROJECTS does not list", project=project
            )
    return [index[project] for project in chosen]


def _points(source: Source, line: int, points: str, length: int) -> list[int]:
    given = [source.whole(line, item, "points") for item in points.split(",") if item.strip()]
    if len(given) != length:
        raise source.fail(
            line,
            "the vote names {projects} projects and gives {points} points: expected as many",
            projects=length,
            points=len(given),
        )
    return given


def _compressed(weight: Mapping[Entries, int]) -> Ballots:
    lengths = np.fromiter((len(projects) for projects, _ in weight), dtype=np.int64, count=len(weight))
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    size = int(start[-1])
    project = np.fromiter(chain.from_iterable(row for row, _ in weight), dtype=np.int64, count=size)
    points = np.fromiter(chain.from_iterable(row for _, row in weight), dtype=np.int64, count=size)
    voters = np.fromiter(weight.values(), dtype=np.int64, count=len(weight))
    ascending = np.lexsort((project, np.repeat(np.arange(len(weight)), lengths)))
    return Ballots(start, project[ascending], points[ascending], voters)


def _check_number(source: Source, given: tuple[int, str], counted: int, key: str, title: str) -> None:
    line, text = given
    number = source.whole(line, text, key)
    if number != counted:
        raise source.fail(
            line,
            "{key} says {given}, but {title} has {counted} rows",
            key=key,
            given=number,
            title=title,
            counted=counted,
        )


def _check_tallies(source: Source, election: Election, columns: Mapping[str, Mapping[str, str]]) -> None:
    """Warn, once a column, where the file's own sums differ from its ballots."""
    for title, tally in (("votes", election.named), ("score", election.points)):
        wrong = [
            (project.id, columns[project.id][title], counted)
            for project, counted in zip(election.projects, tally.tolist(), strict=True)
            if columns[project.id].get(title, "") not in ("", str(counted))
        ]
        if wrong:
            project_id, given, counted = wrong[0]
            source.warn(
                0,
                "{title} of {number} projects differ from the ballots; {project}: {given}, counted {counted}",
                title=title,
                number=len(wrong),
                project=project_id,
                given=given,
                counted=counted,
            )

"""A large vote on money, from sealed ballots to the published result: Equal Shares, Add1, 500 projects."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, update

from benchmarks import elections, opening, servers
from benchmarks.figures import Figure, note
from govapp.core import jobs, migrate, text
from govapp.core.db import Database
from govapp.counting.ballots import Election
from govapp.counting.pabulib import read
from govapp.counting.rule import Completion, Method, Rule
from govapp.editions import queries
from govapp.editions.models import (
    KIND,
    Binding,
    Edition,
    EditionProject,
    Eligibility,
    Envelope,
    Stage,
)
from govapp.editions.queries import ballots
from govapp.editions.rules import contests
from govapp.rolls import actions as rolls
from govapp.rolls.actions import RollPlan
from govapp.wiring import REACTIONS, TASKS
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site

BALLOTS, QUICK_BALLOTS = 100_000, 2_000
PROJECTS = 500
MOST_STEPS = 2_000
AT_MOST = 30.0  # seconds
RULE = Rule(Method.EQUAL_SHARES, completion=Completion.ADD1, ties="lot")


def run(quick: bool) -> Iterator[Figure]:
    voters = QUICK_BALLOTS if quick else BALLOTS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="govapp-bench-")))
        try:
            databases = stack.enter_context(servers.postgresql())
        except servers.NoPostgreSQL as error:
            note(f"publishing: left out: {error}")
            return
        database = Database(databases.govapp, REACTIONS)
        stack.callback(database.engine.dispose)
        migrate.upgrade(database.engine)
        election = read(elections.made(voters, PROJECTS).encode(), "made.pb").election
        rule = replace(RULE, increment=_increment(election))
        site = _opened(database, folder, election, rule)
        note(f"publishing: sealing {voters:,} ballots")
        opening.fill(site, list(_each(election)))
        yield from _ended(site, f"{voters:,} ballots, {PROJECTS} projects")


def _increment(election: Election) -> int:
    """Satang by which shares grow in a step, so that no more than MOST_STEPS can be taken in all."""
    everything = int(election.cost.sum())
    return max(100, -(-(everything - election.budget) // (election.ballots.voters * MOST_STEPS)))


def _each(election: Election) -> Iterator[list[str]]:
    """The ballot of every voter."""
    ids, start = [project.id for project in election.projects], election.ballots.start.tolist()
    chosen = election.ballots.project.tolist()
    for row, weight in enumerate(election.ballots.weight.tolist()):
        codes = sorted(ids[project] for project in chosen[start[row] : start[row + 1]])
        for _ in range(weight):
            yield codes


def _opened(database: Database, folder: Path, election: Election, rule: Rule) -> Site:
    """The edition with its box, open for votes."""
    with database.write() as session:
        officer, post = boxes.post_of(session)
        edition = Edition(
            area_id=post.area_id,
            post_id=post.id,
            title="รอบที่สร้างขึ้นเพื่อวัดความเร็ว",
            fiscal_year_be=2570,
            stage=Stage.PUBLISHED,
            binding=Binding.ADVISORY,
            eligibility=Eligibility.ANY_RESIDENT,
            kind=election.kind,
            least=1,
            most=elections.LENGTHS[1],
            rule=rule.as_json(),
            envelopes=[Envelope(budget_satang=election.budget)],
        )
        session.add(edition)
        session.flush()
        session.execute(insert(EditionProject), _projects(edition.id, election))
        projects = queries.projects(session, edition.id)
        plan = contests.contests(edition, projects)
        assert post.area is not None
        edition.roll_id = rolls.make(session, officer, post, post.area, RollPlan(edition.title)).id
        session.commit()
        edition_id = edition.id
    voters = election.ballots.voters
    site = boxes.prepared(database, folder, voters, kind=KIND, contests=plan, with_ties=True)
    with site.begin() as session:
        session.execute(update(Edition).where(Edition.id == edition_id).values(box_id=site.box_id))
    boxes.open_for_votes(site)
    return site


def _projects(edition_id: int, election: Election) -> Sequence[dict[str, Any]]:
    return [
        {
            "edition_id": edition_id,
            "code": project.id,
            "title": project.name,
            "cost_satang": project.cost,
            "categories": list(project.categories),
            "translations": {},
            "sort_key": text.sort_key(project.name),
        }
        for project in election.projects
    ]


def _ended(site: Site, subject: str) -> Iterator[Figure]:
    site.close()
    site.finish()
    site.destroy()
    note("publishing: the ceremony")
    started = time.perf_counter()
    site.open()
    opened = time.perf_counter()
    tasks = {"publish_edition": TASKS["publish_edition"]}
    while jobs.run_next(site.database, tasks):
        pass
    ended = time.perf_counter()
    with site.database.read() as session:
        found = ballots.of_box(session, site.box_id)
        is_published = found is not None and all(each.round_id for each in found.envelopes)
    yield Figure("publishing", subject, "the ceremony: opened, checked, counted", opened - started, "s")
    yield Figure("publishing", subject, "the round written down, counted again", ended - opened, "s")
    whole = ended - started
    yield Figure("publishing", subject, "from sealed ballots to the result", whole, "s", at_most=AT_MOST)
    yield Figure("publishing", subject, "published", float(is_published), "", at_least=1)

"""Every real election, taken along from this site as a .pb file and counted by other people's programs.

pabutools, and the tool of equalshares.net (github.com/equalshares/equalshares-compute-tool, when
GOVAPP_EQUALSHARES_TOOL names a folder that holds it), read what a visitor downloads here, and must elect
the same.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from benchmarks import elections, pabutools
from benchmarks.figures import Figure, note
from govapp.app import create_app
from govapp.budgeting.actions import counting, importing
from govapp.budgeting.models import Round
from govapp.config import Config
from govapp.core import migrate
from govapp.core.db import Database
from govapp.counting.ballots import BallotKind, Election
from govapp.counting.count import count
from govapp.counting.pabulib import POINTED, read
from govapp.counting.rule import Completion, Method, Rule, Utility
from govapp.wiring import REACTIONS

READER = Path(__file__).with_name("reader.py")
TOOL_READER = Path(__file__).with_name("equalshares_net.mjs")
SMALL_BYTES = 120_000  # of a file that others count by Add1 in seconds
SHARES = Method.EQUAL_SHARES
RULES = {
    "greedy_cost": Rule(ties="id"),
    "mes_cost": Rule(SHARES, ties="id"),
    "mes_card": Rule(SHARES, Utility.CARDINALITY, ties="id"),
    "mes_cost_add1": Rule(SHARES, completion=Completion.ADD1_EXHAUSTIVE, ties="id"),
}
TOOL_RULES = {"none": Rule(SHARES), "add1": Rule(SHARES, completion=Completion.ADD1)}


@dataclass(frozen=True)
class Export:
    """A file as it was downloaded, and the election that it was made of."""

    path: Path
    election: Election

    @property
    def is_small(self) -> bool:
        return self.path.stat().st_size <= SMALL_BYTES

    @property
    def is_approval(self) -> bool:
        return self.election.kind not in (*POINTED, BallotKind.ORDINAL)


def run(quick: bool) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="govapp-bench-") as name:
        exports = [each for each in _exports(Path(name)) if each.is_small or not quick]
        if not exports:
            note(f"exchange: left out, no elections in {elections.DATA} (set GOVAPP_TEST_DATA)")
            return
        pabutools.make_environment()
        yield from _compared("pabutools", _by_pabutools(exports))
        if folder := os.environ.get("GOVAPP_EQUALSHARES_TOOL"):
            yield from _compared("equalshares.net", _by_tool(exports, Path(folder)))
        else:
            note("exchange: no tool of equalshares.net (set GOVAPP_EQUALSHARES_TOOL)")


def _exports(folder: Path) -> Iterator[Export]:
    """All elections come in, are counted, and are taken along as a visitor does."""
    url = f"sqlite:///{folder}/site.db"
    app = create_app(Config(database_url=url, instance=str(folder), worker=False))
    database = Database(url, REACTIONS)
    migrate.upgrade(database.engine)
    client = app.test_client()
    for file in sorted(elections.DATA.glob("*.pb")):
        with database.write.begin() as session:
            round_id, election = _brought_in(session, file)
        exported = folder / file.name
        exported.write_bytes(client.get(f"/rounds/{round_id}/ballots.pb").get_data())
        yield Export(exported, election)
    database.engine.dispose()


def _brought_in(session: Session, file: Path) -> tuple[int, Election]:
    content = file.read_bytes()
    found = read(content, file.name)
    round_: Round = importing.import_round(session, None, found, content)
    counting.keep_count(session, None, counting.compute_count(session, round_, Rule.from_json(round_.rule)))
    return round_.id, found.election


def _by_pabutools(exports: Sequence[Export]) -> Iterator[tuple[Export, str, bool]]:
    """Points and ranks are counted by what they are worth; others by cost, too, and small ones by Add1."""
    for export in exports:
        names = ["mes_card"]
        if export.is_approval:
            names += ["greedy_cost", "mes_cost", *(["mes_cost_add1"] if export.is_small else [])]
        command = [pabutools.PYTHON, "-I", READER, export.path, *names]
        for name, funded in _printed(command).items():
            yield export, name, funded == list(count(export.election, RULES[name]).funded)


def _by_tool(exports: Sequence[Export], folder: Path) -> Iterator[tuple[Export, str, bool]]:
    """The tool takes approvals only. It breaks ties in the order of ours: cheapest, most votes, id."""
    for export in exports:
        if export.is_approval:
            names = ["none", *(["add1"] if export.is_small else [])]
            command = ["node", TOOL_READER, folder, export.path, *names]
            for name, funded in _printed(command).items():
                yield export, name, set(funded) == set(count(export.election, TOOL_RULES[name]).funded)


def _printed(command: Sequence[Any]) -> Mapping[str, list[str]]:
    done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True)
    found: Mapping[str, list[str]] = json.loads(done.stdout)
    return found


def _compared(whose: str, results: Iterator[tuple[Export, str, bool]]) -> Iterator[Figure]:
    files, same, counted = set(), 0, 0
    for export, rule, is_same in results:
        files.add(export.path)
        counted, same = counted + 1, same + is_same
        if not is_same:
            note(f"exchange: {whose} elects others in {export.path.name} by {rule}")
    yield Figure("exchange", f"{whose}, files exported here", "read", len(files), "files")
    yield Figure(
        "exchange", f"{whose}, files exported here", "same winners", same, "counts", at_least=counted
    )

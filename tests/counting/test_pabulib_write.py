"""Writing .pb files: they read back, Pabulib's own checker accepts them, and they tell nothing of a voter."""

import contextlib
import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pabulib.checker import Checker

from govapp.counting.ballots import BallotKind, Election
from govapp.counting.pabulib import EXPECTED, read
from govapp.counting.pabulib_write import write
from tests.counting.elections import election, elections, real, rows

META = {"rule": "greedy", **dict.fromkeys(("description", "unit", "instance"), "x")} | {
    "country": "Thailand",
    "date_begin": "01.02.2026",
    "date_end": "28.02.2026",
}
SMALL = election({"a": 100000, "b": 50050, "c": 750}, ["a", "ab", "ab", ""], 150050)


@given(elections(), st.binary(max_size=8))
def test_what_is_written_reads_back(election: Election, seed: bytes) -> None:
    again = read(write(election, META, seed).encode(), "x.pb").election
    kind = BallotKind.APPROVAL if election.kind is BallotKind.KNAPSACK else election.kind
    assert (again.kind, again.budget, again.projects) == (kind, election.budget, election.projects)
    assert (rows(again), again.groups) == (rows(election), election.groups)
    assert write(election, META, seed) == write(election, META, seed)


@given(elections(), st.text(), st.text())
def test_every_line_stands_alone(election: Election, name: str, description: str) -> None:
    """Readers elsewhere go by lines: each must be a whole row, whatever stands in a name."""
    columns = {project.id: {"description": description} for project in election.projects}
    projects = tuple(replace(project, name=name) for project in election.projects)
    text = write(replace(election, projects=projects), META, b"", columns)
    for section in re.split(r"^(?:META|PROJECTS|VOTES)\n", text, flags=re.MULTILINE)[1:]:
        widths = {
            len(next(csv.reader([line], delimiter=";"))) for line in section.removesuffix("\n").split("\n")
        }
        assert len(widths) == 1


@pytest.mark.parametrize(
    "name", ["Netherlands_Assen_2024.pb", "Switzerland_Zurich_S5D10.pb", "Poland_Krakow_2024_Zwierzyniec.pb",
             "Poland_Wroclaw_2018_Rejon_nr_2_750.pb", "Poland_Czestochowa_2025_Lisiniec.pb"]
)  # fmt: skip
def test_the_checker_of_pabulib_accepts_what_is_written(name: str) -> None:
    file = real(name)
    won = [p for p, columns in file.columns.items() if columns.get("selected") == "1"]
    text = write(file.election, file.meta, b"seed", file.columns, won or None)
    with contextlib.redirect_stdout(io.StringIO()):
        results = Checker().process_files([text])
    assert results["metadata"] == {"processed": 1, "valid": 1, "invalid": 0}, results
    assert rows(read(text.encode(), "x.pb").election) == rows(file.election)


def test_a_written_file_tells_nothing_of_a_voter() -> None:
    texts = [write(SMALL, META, bytes([seed])) for seed in range(8)]
    votes = [text.split("VOTES\n")[1].splitlines() for text in texts]
    assert {lines[0] for lines in votes} == {"voter_id;vote"}
    assert {tuple(line.split(";")[0] for line in lines[1:]) for lines in votes} == {("1", "2", "3", "4")}
    orders = {tuple(line.split(";")[1] for line in lines[1:]) for lines in votes}
    assert len(orders) > 3
    assert {tuple(sorted(order)) for order in orders} == {("", "a", "a,b", "a,b")}


@pytest.mark.parametrize("key", EXPECTED)
def test_a_file_is_not_written_without_what_the_format_wants(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        write(SMALL, {k: v for k, v in META.items() if k != key}, b"")


@pytest.mark.parametrize("project_id", ["", "a,b", " a", "a  b"])
def test_an_id_that_would_not_read_back_is_not_written(project_id: str) -> None:
    with pytest.raises(ValueError, match="project id"):
        write(election({project_id: 100}, [], 100), META, b"")


def test_ranked_points_that_are_no_ranking_are_not_written() -> None:
    with pytest.raises(ValueError, match="ranked vote"):
        write(election({"a": 100}, [{"a": 3}], 100, BallotKind.ORDINAL), META, b"")

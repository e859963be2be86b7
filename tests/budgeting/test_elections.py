"""Every real election of the data folder can be brought in, shown, and taken along again, equal."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from govapp.budgeting.actions import counting, importing
from govapp.counting.ballots import BallotKind, Election, Project
from govapp.counting.pabulib import read
from govapp.counting.pabulib_write import META_ORDER
from govapp.counting.rule import Rule
from tests.counting.elections import DATA, real, rows

FILES = sorted(file.name for file in DATA.glob("*.pb")) or ["none"]
OURS = {"num_projects", "num_votes", "budget", "vote_type"}  # said anew from the election itself


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", FILES)
def test_an_election_comes_out_as_it_went_in(
    engine: Engine, session: Session, client: FlaskClient, name: str
) -> None:
    file, content = real(name), (DATA / name).read_bytes()
    round_ = importing.import_round(session, None, file, content)
    rule = Rule.from_json(round_.rule)
    counted = counting.keep_count(session, None, counting.compute_count(session, round_, rule))
    session.commit()
    page = client.get(f"/rounds/{round_.id}").get_data(as_text=True)
    assert page.count('class="card') + page.count("<tr") >= 1
    again = read(client.get(f"/rounds/{round_.id}/ballots.pb").get_data(), name)
    kind = BallotKind.APPROVAL if file.election.kind is BallotKind.KNAPSACK else file.election.kind
    assert (again.election.kind, again.election.budget) == (kind, file.election.budget)
    assert _spaced(again.election) == _spaced(file.election)
    assert (rows(again.election), again.election.groups) == (rows(file.election), file.election.groups)
    for key in META_ORDER:
        if key in file.meta and key not in OURS:
            assert again.meta.get(key, "").split() == file.meta[key].split(), key
    assert {p for p, c in again.columns.items() if c["selected"] == "1"} == set(counted.outcome["funded"])


def _spaced(election: Election) -> dict[str, Project]:
    """By number; a file has one space where there were several."""
    return {p.id: replace(p, name=" ".join(p.name.split())) for p in election.projects}


def test_there_are_34_of_them() -> None:
    assert FILES == ["none"] or len(FILES) == 34

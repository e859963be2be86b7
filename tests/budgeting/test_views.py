import csv
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from pabulib.checker import Checker
from sqlalchemy import update
from sqlalchemy.orm import Session

from govapp.budgeting import queries
from govapp.budgeting.actions import counting
from govapp.budgeting.rules import HELD_BY, presets_for
from govapp.budgeting.views import example
from govapp.core.jobs import Job
from govapp.counting.count import count
from govapp.counting.pabulib import read
from govapp.counting.rule import Rule
from tests import make, reading, statements


def text_of(client: FlaskClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_the_list_of_rounds_can_be_searched(client: FlaskClient, session: Session) -> None:
    assert "No results yet" in text_of(client, "/rounds")
    make.round_(session)
    assert "1 round" in text_of(client, "/rounds")
    assert "1 round" in text_of(client, "/rounds?q=เมืองทดสอบ ๒๕๖๙")
    assert "No round has" in text_of(client, "/rounds?q=nowhere")
    assert "No round has" in text_of(client, "/rounds?q=%25")


def test_a_round_shows_winners_and_the_reason_for_every_project(
    client: FlaskClient, session: Session
) -> None:
    made = make.round_(session)
    body = text_of(client, f"/rounds/{made.id}")
    assert "2 projects get money, 800 baht in all" in body
    for name in ("ทางเดินริมคลอง", "ห้องสมุดเด็ก", "=ทางลาด", "หอนาฬิกา"):
        assert name in body
    assert "It costs 600 baht, but only 200 baht was left at its turn." in body
    assert "It costs 2,000 baht, more than the whole budget." in body
    assert "level were" in body


def test_a_round_that_is_still_counted_says_so(client: FlaskClient, session: Session) -> None:
    made = make.round_(session, counted=False)
    assert "The votes are being counted" in text_of(client, f"/rounds/{made.id}")
    assert client.get(f"/rounds/{made.id}/projects.csv").status_code == 404


def test_winners_announced_otherwise_are_pointed_out(client: FlaskClient, session: Session) -> None:
    same = make.round_(session, make.pb(selected={"b": 1, "c": 1}))
    assert "announced other winners" not in text_of(client, f"/rounds/{same.id}")
    other = make.round_(session, make.pb(selected={"a": 1, "c": 1}))
    page = text_of(client, f"/rounds/{other.id}")
    assert "This count differs for 2 projects." in page
    listed = page.partition("Which projects")[2].partition("</ul>")[0]
    assert listed.count("<li>") == 2
    assert reading.unmarked(listed) == []


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["c", "b", "a", "d"]),
        ("?order=cost", ["d", "a", "b", "c"]),
        ("?order=name", ["c", "a", "b", "d"]),
        ("?shown=funded", ["c", "b"]),
        ("?shown=not", ["a", "d"]),
        ("?category=ถนน", ["c", "a"]),
        ("?district=ใต้&order=votes", ["b", "c"]),
        ("?q=ห้องสมุด", ["b"]),
        ("?q=nothing", []),
        ("?order=cost_satang;DROP&shown=x", ["c", "b", "a", "d"]),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_projects_are_searched_filtered_and_ordered(
    client: FlaskClient, session: Session, query: str, shown: list[str], htmx: bool
) -> None:
    made = make.round_(session)
    ids = {row.id: row.code for row in queries.projects(session, made.id)}
    headers = {"HX-Request": "true"} if htmx else {}
    body = text_of(client, f"/rounds/{made.id}{query}", **headers)
    assert ("<html" in body) is not htmx
    found = re.findall(r'<th scope="row"><a href="/rounds/\d+/projects/(\d+)"', body)
    assert [ids[int(number)] for number in found] == shown


def test_a_project_has_a_page_with_what_every_rule_says(client: FlaskClient, session: Session) -> None:
    made = make.round_(session)
    for preset in presets_for(made.kind).values():
        counting.keep_count(session, None, counting.compute_count(session, made, preset.rule))
    row = queries.projects(session, made.id)[0]
    body = text_of(client, f"/rounds/{made.id}/projects/{row.id}")
    assert "Under other rules" in body
    assert "4 of 9 voters" in body
    assert client.get(f"/rounds/{made.id + 1}/projects/{row.id}").status_code == 404


def test_a_project_page_links_the_winners_its_supporters_paid_for(
    client: FlaskClient, session: Session
) -> None:
    made = make.round_(session, make.pb(rule="equalshares"))
    rows = {row.code: row for row in queries.projects(session, made.id)}
    kept = queries.count_under(session, made.id, Rule.from_json(made.rule))
    assert kept is not None
    loser, why = next((c, w) for c, w in kept.outcome["projects"].items() if w["shared"])
    body = text_of(client, f"/rounds/{made.id}/projects/{rows[loser].id}")
    for shared in why["shared"]:
        assert f"/rounds/{made.id}/projects/{rows[shared['project']].id}" in body
    assert "Under this rule every voter holds the same share" in body
    assert f"place {1 + sum(r.points > rows[loser].points for r in rows.values())} of {len(rows)}" in body


def test_the_rules_are_explained_by_counting_the_example(client: FlaskClient) -> None:
    body = text_of(client, "/rounds/rules")
    assert "on at least 50% of all ballots: here on 3 of 5." in body
    for key in HELD_BY:
        assert f'id="{key}"' in body
        funded = [verdict.name for verdict in example.explained(key).funded]
        assert f"Funded: {', '.join(funded)}." in body
    assert {tuple(sorted(v.name for v in example.explained(key).funded)) for key in HELD_BY} == {
        ("Market roof", "Street lamps"),
        ("Market roof", "Toy library"),
        ("Street lamps", "Toy library"),
    }, "the example shows that the rule matters"


def test_the_purses_of_the_example_pay_for_what_is_funded() -> None:
    shown = example.explained("equal-shares")
    assert [sum(paid) for paid in zip(*(p.paid for p in shown.purses), strict=True)] == [
        verdict.cost_satang for verdict in shown.funded
    ]
    assert sum(purse.left for purse in shown.purses) == shown.left


def test_two_rules_stand_side_by_side(client: FlaskClient, session: Session) -> None:
    made = make.round_(session)
    assert "not finished yet" in text_of(client, f"/rounds/{made.id}/compare")
    session.execute(update(Job).values(once=None))  # as when they have failed
    assert "could not be counted under one of these" in text_of(client, f"/rounds/{made.id}/compare")
    for preset in presets_for(made.kind).values():
        counting.keep_count(session, None, counting.compute_count(session, made, preset.rule))
    body = text_of(client, f"/rounds/{made.id}/compare?a=used&b=votes-per-money")
    assert "Voters with at least one project" in body
    same = text_of(client, f"/rounds/{made.id}/compare?a=used&b=used")
    assert "Both rules fund the same projects." in same


def test_the_ballots_can_be_taken_away_and_counted_again(client: FlaskClient, session: Session) -> None:
    made = make.round_(session)
    data = client.get(f"/rounds/{made.id}/ballots.pb").data
    again = read(data, "again.pb")
    outcome = count(again.election, Rule())
    kept = queries.count_under(session, made.id, Rule.from_json(made.rule))
    assert kept is not None
    assert list(outcome.funded) == kept.outcome["funded"]
    assert not again.places, "where a voter lives is not in the file"
    assert data == client.get(f"/rounds/{made.id}/ballots.pb").data


def test_a_spreadsheet_is_not_tricked(client: FlaskClient, session: Session) -> None:
    made = make.round_(session)
    table = client.get(f"/rounds/{made.id}/projects.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    assert [row["project_id"] for row in rows] == ["a", "b", "c", "d"]
    assert rows[2]["name"] == "'=ทางลาด"
    assert rows[1]["cost"] == "500"


def test_the_trace_has_every_step(client: FlaskClient, session: Session) -> None:
    made = make.round_(session)
    trace = json.loads(client.get(f"/rounds/{made.id}/trace/used.json").data)
    assert trace["funded"] == ["c", "b"]
    assert trace["steps"]
    data = json.loads(client.get(f"/rounds/{made.id}/round.json").data)
    assert data["measures"]["everyone"] == {"voters": 9, "reached": 6}
    assert client.get(f"/rounds/{made.id}/trace/nothing.json").status_code == 404


def test_pages_ask_the_database_a_fixed_number_of_times(client: FlaskClient, session: Session) -> None:
    """More rounds and more projects mean the same number of questions."""
    many = [(f"p{n}", 10 + n, f"โครงการ {n}", "ถนน", "เหนือ") for n in range(40)]
    small, large = make.round_(session), make.round_(session, make.pb(votes=["p1,p2"] * 5, projects=many))
    for path in ("/rounds/{}", "/rounds/{}/compare", "/rounds/{}/ballots.pb"):
        counts = [statements.of_page(session, client, path.format(made.id)) for made in (small, large)]
        assert counts[0] == counts[1] <= 6, path
    before = statements.of_page(session, client, "/rounds")
    for n in range(5):
        make.round_(session, make.pb(instance=str(n)))
    assert statements.of_page(session, client, "/rounds") == before <= 4


def test_what_is_taken_away_passes_the_format_s_own_checker(client: FlaskClient, session: Session) -> None:
    """It knows no blank ballots, and takes Thai names of places for one name with other accents."""
    votes = [vote for vote in make.VOTES if vote and "d" not in vote]
    projects = [(code, cost, name, "streets", "north") for code, cost, name, _, _ in make.PROJECTS[:3]]
    made = make.round_(session, make.pb(votes=votes, projects=projects))
    text = client.get(f"/rounds/{made.id}/ballots.pb").get_data(as_text=True)
    found = Checker().process_files([text])
    assert found["metadata"]["valid"] == 1, found

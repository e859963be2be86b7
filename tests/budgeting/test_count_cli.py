"""`govapp count`: what it prints, where, and with which exit status."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govapp.budgeting.cli.count import count_command
from govapp.budgeting.cli.plain import amount
from govapp.budgeting.cli.progress import Progress
from govapp.budgeting.cli.tables import cut, table
from govapp.core.text import width

TOWN = """META
key;value
description;งบของเมืองตัวอย่าง
country;Thailand
unit;Somewhere
instance;2026
num_projects;4
num_votes;6
budget;1000.50
vote_type;approval
rule;greedy-threshold
min_project_score_threshold;2
date_begin;01.02.2026
date_end;28.02.2026
currency;THB
PROJECTS
project_id;cost;name;category
1;600;ลานกีฬาหน้าเทศบาล;sport
2;500.25;ที่นั่งริมน้ำ;park
3;400;Lights;park
4;100;Dog park;park
VOTES
voter_id;vote
1;1,2
2;1,2
3;1
4;3
5;3
6;4
"""


BY_SHARE = ["--rule", "greedy-threshold", "--threshold-percent"]


@pytest.fixture
def town(tmp_path: Path) -> str:
    file = tmp_path / "town.pb"
    file.write_text(TOWN)
    return str(file)


def run(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(count_command, arguments, input=given)


def test_people_get_a_table_with_every_reason(town: str) -> None:
    result = run(town)
    assert result.exit_code == 0
    head, _, *lines = result.stdout.split("\n\n")[1].split("\n")[1:]
    reasons = [
        "Place 1: it costs 600 and 1,000.50 was left.",
        "Place 2: it costs 400 and 400.50 was left.",
        "It costs 500.25, but only 0.50 was left at its turn. "
        "With 1 more votes for it alone it would have been funded.",
        "It costs 100, but only 0.50 was left at its turn. "
        "With 1 more votes for it alone it would have been funded.",
    ]
    begin = head.index("Why")
    assert [line.split()[:2] for line in lines] == [["1", "1"], ["2", "3"], ["-", "2"], ["-", "4"]]
    for line, reason in zip(lines, reasons, strict=True):
        assert line.endswith("  " + reason)
        assert width(line.removesuffix(reason)) == begin
    assert "Voters with at least one of their projects funded: 5 (83.3%); with none: 1" in result.stdout


def test_warnings_go_to_stderr_and_name_the_rule_of_the_file(town: str) -> None:
    result = run(town)
    assert "Warning" not in result.stdout
    assert "META names the rule greedy-threshold; this counts by --rule greedy, not" in result.stderr
    assert "--rule greedy-threshold --threshold 2" in result.stderr
    assert run(town, "--rule", "greedy-threshold", "--threshold", "2").stderr == ""


def test_a_threshold_can_be_a_share_of_all_ballots(town: str) -> None:
    """Six ballots: 16.67% are 1.0002 votes, so two are needed, as META says; nothing is to be warned of."""
    result = run(town, *BY_SHARE, "16.67")
    assert result.stderr == ""
    assert "Rule: greedy-threshold 16.67%, level projects by cheapest" in result.stdout
    assert (
        "It was chosen on 1 of 6 ballots; at least 2 are needed: 16.67%. "
        "With 1 more votes for it alone it would have been funded: the more ballots" in result.stdout
    )
    told = json.loads(run(town, *BY_SHARE, "16.67", "--json").stdout)
    assert told["parameters"]["threshold_basis_points"] == 1667
    assert (told["projects"]["4"]["threshold"], told["projects"]["4"]["ballots"]) == (2, 6)
    other = run(town, *BY_SHARE, "16.66")
    assert "this counts by --rule greedy-threshold --threshold-percent 16.66, not" in other.stderr


def test_points_have_no_share_of_voters(tmp_path: Path) -> None:
    file = tmp_path / "points.pb"
    head = TOWN.replace("approval", "cumulative").replace("num_votes;6", "num_votes;1").partition("VOTES")[0]
    file.write_text(head + "VOTES\nvoter_id;vote;points\n1;1,2;3,2\n")
    result = run(str(file), *BY_SHARE, "5")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "give the number of points instead" in result.stderr


def test_json_has_money_in_the_unit_of_the_file(town: str) -> None:
    result = run(town, "--json", "--reserve", "park=450.50")
    document = json.loads(result.stdout)
    assert document["funded"] == ["3", "1"]
    assert document["rule"] == "greedy"
    assert document["budget"] == "1000.50"
    assert document["parameters"]["reserved"] == {"park": "450.50"}
    assert document["parameters"]["increment"] == 1
    assert document["projects"]["2"]["cost"] == "500.25"
    assert document["projects"]["3"]["reason"] == "reserved"
    assert document["spent"] == sum(document["projects"][p]["cost"] for p in document["funded"])
    assert document["ties"] == []
    assert document["measures"]["everyone"]["voters"] == 6


@pytest.mark.parametrize(("satang", "written"), [(150000, 1500), (150050, "1500.50"), (5, "0.05"), (0, 0)])
def test_an_amount_is_never_a_float(satang: int, written: int | str) -> None:
    assert amount(satang) == written


def test_standard_input_is_read(town: str) -> None:
    result = run("-", "--json", given=TOWN.encode())
    assert json.loads(result.stdout)["funded"] == json.loads(run(town, "--json").stdout)["funded"]


def test_other_rules_stand_side_by_side(town: str) -> None:
    result = run(town, "--compare")
    assert result.stdout.startswith("Rules\n1  greedy\n2  equal-shares cost add1-greedy\n")
    assert "Voters with a project" in result.stdout
    document = json.loads(run(town, "--compare", "--json").stdout)
    assert [other["rule"] for other in document["compare"]] == ["equal-shares", "equal-shares", "phragmen"]
    for other in document["compare"]:
        assert set(other["only_here"]) == set(other["funded"]) - set(document["funded"])
        assert set(other["only_first"]) == set(document["funded"]) - set(other["funded"])


def test_votes_needed_are_found_by_counting_again(town: str) -> None:
    document = json.loads(run(town, "--rule", "equal-shares", "--votes-needed", "--json").stdout)
    losers = [why for why in document["projects"].values() if not why["funded"]]
    assert [why for why in losers if why["votes_needed"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TOWN.replace("6;4", "6;9"),
            "Error: <stdin>:29: the vote names project 9, which PROJECTS does not list\n",
        ),
        ("", "Error: <stdin>:1: expected the section META, found the end of the file\n"),
    ],
)
def test_a_file_that_cannot_be_counted_is_one_line_and_status_2(text: str, message: str) -> None:
    result = run("-", given=text.encode())
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--ties", "coin"], "ties must be cheapest, id or seed:HEX"),
        (["--comparison"], "the comparison step belongs to equal-shares"),
        (["--threshold", "5"], "--rule greedy-threshold and one of --threshold and --threshold-percent need"),
        (["--threshold-percent", "5"], "--rule greedy-threshold and one of --threshold and"),
        (["--rule", "greedy-threshold"], "--threshold and --threshold-percent need each other"),
        ([*BY_SHARE, "5", "--threshold", "2"], "--threshold and --threshold-percent do not go together"),
        ([*BY_SHARE, "0"], "expected a percentage from 0.01 to 100, found '0'"),
        ([*BY_SHARE, "100.01"], "expected a percentage from 0.01 to 100"),
        ([*BY_SHARE, "2.555"], "expected a percentage from 0.01 to 100"),
        ([*BY_SHARE, "5%"], "expected a percentage from 0.01 to 100"),
        (["--increment", "0.001"], "expected an amount such as 1, 1000 or 0.50"),
        (["--increment", "0"], "the increment must be more than zero"),
        (["--reserve", "park"], "expected NAME=AMOUNT"),
        (["--reserve", "zoo=1"], "no project is of the category or in the district zoo"),
        (["--reserve", "park=1", "--reserve", "park=2"], "--reserve names something twice"),
    ],
)
def test_options_that_make_no_rule_are_refused(town: str, options: list[str], message: str) -> None:
    result = run(town, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_neither_flask_nor_the_database_is_loaded() -> None:
    code = (
        "import sys, govapp.budgeting.cli.count; "
        "print({'flask', 'sqlalchemy', 'werkzeug', 'jinja2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_columns_line_up_for_thai() -> None:
    lines = table(("ชื่อ", "x"), [("ที่นี่", "1"), ("abc", "2")])
    assert {width(line[:-1]) for line in lines} == {width("abc") + 2}
    assert cut("ที่นี่ที่นี่", 3) == "ที่นี่…"
    assert cut("ที่นี่ที่นี่", 4) == "ที่นี่ที่นี่"
    assert cut("abc", 3) == "abc"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_only_to_a_person_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress() as progress:
        progress(1, 4)
        assert terminal.getvalue() == ""
        progress.next = 0
        progress(1, 4)
        assert "] 25%" in terminal.getvalue()
        progress.next = 0
        progress(1234, None)
        assert "1,234" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Progress() as progress:
        progress.next = 0
        progress(1, 4)
    assert sys.stderr.getvalue() == ""


def test_a_name_cannot_steer_the_terminal() -> None:
    result = run("-", given=TOWN.replace("Dog park", "Dog\x1b[2J park").encode())
    assert "4 Dog [2J park" in result.stdout

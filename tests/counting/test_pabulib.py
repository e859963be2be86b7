"""Reading .pb files: what is kept, what is tolerated, and the sentence for each thing that is wrong."""

import contextlib
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govapp.counting.ballots import BallotKind
from govapp.counting.pabulib import Malformed, read
from tests.counting.elections import expected, real, rows

GOOD = """META
key;value
description;A small round
country;Thailand
unit;Somewhere
instance;2026
num_projects;3
num_votes;4
budget;1500.50
vote_type;approval
rule;greedy
date_begin;01.02.2026
date_end;28.02.2026
PROJECTS
project_id;cost;votes;name;category;district;latitude
a;1000;3;ลานกีฬา;park,Environment, health;เหนือ;13.75
b;500.5;2;"Road; ""main"" one";road;;
c;7.50;0;;;ใต้;
VOTES
voter_id;vote;district;age
1;a;เหนือ;33
2;a,b;ใต้;41
3;b,a;เหนือ;
4;;;
"""
AMOUNT = "expected an amount such as 1500 or 1500.50, found"
WHOLE = "expected a whole number, 0 or more, found"
LONG = b"5;" + b"x" * 200_000 + b";;\n"


def changed(old: str, new: str) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new).encode()


def points(kind: str, *votes: str) -> bytes:
    """GOOD with other ballots: fields vote and points."""
    head = (
        GOOD[: GOOD.index("voter_id")]
        .replace("approval", kind)
        .replace("num_votes;4", f"num_votes;{len(votes)}")
    )
    lines = [f"{number};{vote}" for number, vote in enumerate(votes, start=1)]
    return "\n".join([head + "voter_id;vote;points", *lines]).encode()


def test_what_is_read() -> None:
    file = read(GOOD.encode(), "good.pb")
    election = file.election
    assert (election.kind, election.budget) == (BallotKind.APPROVAL, 150050)
    assert [(p.id, p.cost, p.name) for p in election.projects] == [
        ("a", 100000, "ลานกีฬา"),
        ("b", 50050, 'Road; "main" one'),
        ("c", 750, ""),
    ]
    assert election.projects[0].categories == ("park", "Environment, health")
    assert [p.district for p in election.projects] == ["เหนือ", "", "ใต้"]
    assert rows(election) == {((0, 1),): 1, ((0, 1), (1, 1)): 2, (): 1}
    assert file.columns["a"]["latitude"] == "13.75"
    assert file.meta["description"] == "A small round"
    assert {name: by.tolist() for name, by in file.places["district"].items()} == {
        "เหนือ": [1, 1, 0],
        "ใต้": [0, 1, 0],
    }
    assert file.warnings == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip("\n").encode(),
        changed("META\n", "\nMETA;;\n").replace(b"VOTES\n", b"\nVOTES;\n\n"),
        changed("2;a,b;", "2; a, b,;"),
        changed("1500.50", " 1500.50000 "),
        changed("num_votes;4", "num_votes;4;;;"),
        changed("vote_type;approval", "vote_type;knapsack"),
        changed("date_end", "target"),
    ],
    ids=[
        "bom",
        "crlf",
        "cr",
        "no-last-newline",
        "blank-lines",
        "list",
        "decimals",
        "fields",
        "knapsack",
        "key",
    ],
)
def test_what_is_tolerated(data: bytes) -> None:
    election, plain = read(data, "x.pb").election, read(GOOD.encode(), "x.pb").election
    assert rows(election) == rows(plain)
    assert (election.kind, election.budget, election.projects) == (plain.kind, plain.budget, plain.projects)


def test_points_and_places() -> None:
    cumulative = read(points("cumulative", "b,a;1,3", "a,b;3,1", "c;0"), "x.pb").election
    assert rows(cumulative) == {((0, 3), (1, 1)): 2, ((2, 0),): 1}
    assert (cumulative.votes.tolist(), cumulative.named.tolist()) == ([2, 2, 0], [2, 2, 1])
    ordinal = read(points("ordinal", "b,a;", "b;", "a,c,b;"), "x.pb").election
    assert rows(ordinal) == {((0, 1), (1, 2)): 1, ((1, 1),): 1, ((0, 3), (1, 1), (2, 2)): 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f.pb:1: expected the section META, found the end of the file"),
        (b"\x89PNG\r\n\0", "f.pb:2: byte 6 is zero: expected text in UTF-8"),
        (GOOD.encode("cp874", "replace"), "f.pb:16: byte 274 (hex c5) is not UTF-8: expected text in UTF-8"),
        (changed("META\n", "hello\nMETA\n"), "f.pb:1: expected the title META, found hello"),
        (changed("PROJECTS\n", ""), "f.pb:18: expected the section PROJECTS, found VOTES"),
        (changed("VOTES\n", ""), "f.pb:24: expected the section VOTES, found the end of the file"),
        (GOOD.encode() + b"VOTES\n", "f.pb:25: the section VOTES stands here a second time"),
        (changed("key;value", "name;text"), "f.pb:2: META: expected the columns key;value, found name;text"),
        (changed("budget;1500.50\n", ""), "f.pb:2: META: expected the key budget with a value"),
        (changed("budget;1500.50", "budget;"), "f.pb:2: META: expected the key budget with a value"),
        (changed("unit;", "instance;2\nunit;"), "f.pb:7: META names instance a second time"),
        (changed("1500.50", "1,500"), f"f.pb:9: budget: {AMOUNT} '1,500'"),
        (changed("1500.50", "-1"), f"f.pb:9: budget: {AMOUNT} '-1'"),
        (changed("1500.50", "1e9"), f"f.pb:9: budget: {AMOUNT} '1e9'"),
        (
            changed("approval", "lottery"),
            "f.pb:10: vote_type: expected one of approval, choose-1, cumulative, scoring, ordinal, "
            "found 'lottery'",
        ),
        (changed("num_votes;4", "num_votes;5"), "f.pb:8: num_votes says 5, but VOTES has 4 rows"),
        (changed("num_projects;3", "num_projects;x"), f"f.pb:7: num_projects: {WHOLE} 'x'"),
        (changed("num_projects;3", "num_projects;2"), "f.pb:7: num_projects says 2, but PROJECTS has 3 rows"),
        (changed("project_id;cost", "id;cost"), "f.pb:15: PROJECTS: expected a column project_id"),
        (changed("project_id;cost", "project_id;price"), "f.pb:15: PROJECTS: expected a column cost"),
        (changed("cost;votes", "cost;cost"), "f.pb:15: PROJECTS has two columns named 'cost'"),
        (changed("a;1000;3", "a;0;3"), "f.pb:16: project a: the cost must be more than zero"),
        (changed("a;1000;3", "a;0.004;3"), "f.pb:16: project a: the cost must be more than zero"),
        (changed("a;1000;3", "a;-5;3"), f"f.pb:16: cost: {AMOUNT} '-5'"),
        (changed("a;1000;3", "a;๑๐๐;3"), f"f.pb:16: cost: {AMOUNT} '๑๐๐'"),
        (changed("a;1000;3", "a;;3"), f"f.pb:16: cost: {AMOUNT} ''"),
        (changed("a;1000;3", ";1000;3"), "f.pb:16: expected a project_id, found an empty field"),
        (changed("b;500.5", "a;500.5"), "f.pb:17: PROJECTS lists project a a second time"),
        (changed("a;1000;3", "a;1000"), "f.pb:16: expected 7 fields, found 6"),
        (changed("13.75", "13.75;more"), "f.pb:16: expected 7 fields, found 8"),
        (changed(' one";road', ' one;road'), "f.pb:17: a quotation mark opened here is never closed"),
        (changed("voter_id;vote", "voter;vote"), "f.pb:20: VOTES: expected a column voter_id"),
        (changed("voter_id;vote", "voter_id;votes"), "f.pb:20: VOTES: expected a column vote"),
        (changed("2;a,b", "1;a,b"), "f.pb:22: voter 1 has already voted"),
        (changed("2;a,b", "2;a,z"), "f.pb:22: the vote names project z, which PROJECTS does not list"),
        (changed("2;a,b", "2;a,a"), "f.pb:22: the vote names project a twice"),
        (changed("approval", "choose-1"), "f.pb:22: vote_type choose-1: expected one project, found 2"),
        (changed("approval", "scoring"), "f.pb:20: VOTES: expected a column points"),
        (
            points("cumulative", "a,b;1"),
            "f.pb:21: the vote names 2 projects and gives 1 points: expected as many",
        ),
        (points("scoring", "a;-1"), f"f.pb:21: points: {WHOLE} '-1'"),
        (GOOD.encode() + LONG, "f.pb:25: unreadable line: field larger than field limit (131072)"),
    ],
)  # fmt: skip
def test_what_is_malformed(data: bytes, message: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(data, "f.pb")
    assert str(caught.value) == message
    assert caught.value.message_id.format(**caught.value.details) in message


def test_a_file_over_the_limit_is_not_read() -> None:
    with pytest.raises(Malformed, match=r"f.pb:1: the file has \d+ bytes, the limit is 100"):
        read(GOOD.encode(), "f.pb", limit=100)


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (changed("rule;greedy\n", ""), "META does not give rule"),
        (changed("b;500.5;2", "b;500.505;2"), "cost 500.505 is rounded to two decimals"),
        (
            changed("rule;", "default_score;2\nrule;"),
            "default_score 2 is not counted: only written points are",
        ),
        (changed("a;1000;3", "a;1000;9"), "votes of 1 projects differ from the ballots; a: 9, counted 3"),
    ],
)
def test_what_is_odd(data: bytes, warning: str) -> None:
    assert [str(notice) for notice in read(data, "f.pb").warnings] == [warning]


def test_amounts_are_rounded_half_up() -> None:
    assert read(changed("500.5", "500.505"), "f.pb").election.projects[1].cost == 50051


@pytest.mark.parametrize("name", expected())
def test_recounted_sums_are_those_of_the_file(name: str) -> None:
    file = real(name)
    assert [str(notice) for notice in file.warnings if "differ" in str(notice)] == []
    assert file.election.ballots.voters == int(file.meta["num_votes"])
    given = [file.columns[p.id].get("score") or file.columns[p.id]["votes"] for p in file.election.projects]
    assert list(map(int, given)) == file.election.points.tolist()


def test_the_data_folder_is_there() -> None:
    assert real("Netherlands_Assen_2024.pb").election.ballots.voters == 84


def test_four_megabytes_are_read_in_a_moment() -> None:
    real("Poland_Wroclaw_2015_150_-_500.pb")
    started = time.process_time()
    real.__wrapped__("Poland_Wroclaw_2015_150_-_500.pb")
    assert time.process_time() - started < 2


@given(st.binary(max_size=300))
@example(b"META\nkey;value\nPROJECTS\nVOTES\n")
@example(b"META;\nPROJECTS\nVOTES\n")
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    only_malformed(data)


FILES = [GOOD.encode(), points("cumulative", "a,b;1,2"), points("ordinal", "b,a;")]
PIECES = [b";", b"\n", b'"', b",", b"\r", b"0", b"META\n", b"VOTES\n", b"9" * 30]


@given(st.data())
def test_no_damage_to_a_file_crashes_the_reader(data: st.DataObject) -> None:
    text = bytearray(
        data.draw(
            st.sampled_from([GOOD.encode(), points("cumulative", "a,b;1,2"), points("ordinal", "b,a;")])
        )
    )
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        text[at : at + length] = data.draw(
            st.binary(max_size=4)
            | st.sampled_from([b";", b"\n", b'"', b",", b"\r", b"0", b"META\n", b"VOTES\n", b"9" * 30])
        )
    only_malformed(bytes(text))


def only_malformed(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        read(data, "f.pb")

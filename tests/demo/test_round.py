"""The invented rounds: always the same, sound, and telling the story they are there to tell."""

import hashlib

import numpy as np
import pytest

from govapp.budgeting.rules import rule_of
from govapp.counting import measures, pabulib
from govapp.counting.count import count
from govapp.counting.outcome import Outcome
from govapp.counting.pabulib import PbFile
from govapp.counting.pabulib_write import write
from govapp.counting.packing import pack
from govapp.counting.rule import Completion, Method, Rule
from govapp.demo import places, projects, round_2568, round_2569, votes

MOST_VOTES = Rule()
EQUAL_SHARES = Rule(Method.EQUAL_SHARES, completion=Completion.ADD1)
ROUNDS = {"2568": round_2568, "2569": round_2569}
BALLOTS = {  # see digest; changes with the voters, not with wording
    "2568": "7faaf56a19f12d1669aa0d8204462e296b28dbaa0d6937db7574bb718806d5c7",
    "2569": "10bfe0b63c682f458bbb520bdcebdf26104d3d9c81355b3042d5d43ce87a5bfc",
}


@pytest.fixture(scope="module", params=ROUNDS)
def year(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def file(year: str) -> PbFile:
    return ROUNDS[year].build()


@pytest.fixture(scope="module")
def newest() -> PbFile:
    return round_2569.build()


@pytest.fixture(scope="module")
def outcomes(newest: PbFile) -> dict[str, Outcome]:
    election = newest.election
    return {"most votes": count(election, MOST_VOTES), "equal shares": count(election, EQUAL_SHARES)}


def digest(file: PbFile) -> str:
    """SHA-256 of who chose what, and where they live."""
    ballots = file.election.ballots
    columns = [ballots.start, ballots.project, ballots.weight, *file.places["district"].values()]
    return hashlib.sha256(b"".join(column.astype("<i8").tobytes() for column in columns)).hexdigest()


def text(file: PbFile) -> str:
    return write(file.election, file.meta, b"demo", file.columns)


def test_ballots_are_the_same_on_every_machine(year: str, file: PbFile) -> None:
    assert digest(file) == BALLOTS[year]


def test_a_second_build_packs_to_the_same_bytes(year: str, file: PbFile) -> None:
    again = ROUNDS[year].build()
    assert pack(again.election.ballots, again.places) == pack(file.election.ballots, file.places)


def test_another_seed_gives_other_votes() -> None:
    ideas = projects.IDEAS
    assert list(votes.cast(ideas, 50, seed=1)) == list(votes.cast(ideas, 50, seed=1))
    assert list(votes.cast(ideas, 50, seed=1)) != list(votes.cast(ideas, 50, seed=2))


def test_it_reads_back_from_a_pb_file_without_warnings(file: PbFile) -> None:
    back = pabulib.read(text(file).encode(), file.name)
    assert back.warnings == ()
    assert back.election.projects == file.election.projects
    assert back.election.budget == file.election.budget
    assert (back.election.votes == file.election.votes).all()
    assert back.meta == file.meta
    first = file.election.projects[0].id
    assert back.columns[first]["proposer"] == file.columns[first]["proposer"]


@pytest.mark.parametrize(
    ("year", "listed", "voters", "budget", "rule"),
    [("2568", 18, 1_213, 300_000_000, MOST_VOTES), ("2569", 40, 2_964, 500_000_000, EQUAL_SHARES)],
)
def test_its_size_and_its_rule(year: str, listed: int, voters: int, budget: int, rule: Rule) -> None:
    file = ROUNDS[year].build()
    assert len(file.election.projects) == listed
    assert file.election.ballots.voters == voters <= int(file.meta["eligible"])
    assert file.election.budget == budget
    assert rule_of(file.meta) == rule


def test_projects_are_believable(file: PbFile) -> None:
    districts = {places.WHOLE_TOWN, *(zone.name_th for zone in places.ZONES)}
    listed = file.election.projects
    assert len({p.id for p in listed}) == len({p.name for p in listed}) == len(listed)
    assert {p.district for p in listed} == districts
    assert {category for p in listed for category in p.categories} == set(projects.CATEGORIES)
    for project in listed:
        assert 6_000_000 <= project.cost <= 240_000_000
        assert project.cost % 500_000 == 0  # whole 5,000 baht
        assert file.columns[project.id]["proposer"].endswith("สมมติ")
        assert file.columns[project.id]["description"]


def test_ballots_keep_within_the_longest(file: PbFile) -> None:
    lengths = np.diff(file.election.ballots.start)
    assert set(lengths.tolist()) == set(votes.LENGTHS)
    assert lengths.min() == int(file.meta["min_length"])
    assert lengths.max() == int(file.meta["max_length"])
    assert file.election.votes.min() > 0


def test_voters_live_in_every_zone_and_some_do_not_say(file: PbFile) -> None:
    zones = file.places["district"]
    assert set(zones) == {zone.name_th for zone in places.ZONES}
    living = sum(zones.values())
    assert (living <= file.election.ballots.weight).all()
    assert 0 < file.election.ballots.voters - living.sum() < 100
    sizes = {name: int(rows.sum()) for name, rows in zones.items()}
    assert max(sizes, key=lambda name: sizes[name]) == places.OLD_MARKET.name_th


def test_a_zone_likes_its_own_projects_best(newest: PbFile) -> None:
    ballots, listed = newest.election.ballots, newest.election.projects
    for zone, living in newest.places["district"].items():
        chosen = np.bincount(ballots.project, weights=living[ballots.row]) / living.sum()
        overall = newest.election.votes / ballots.voters
        own = [p for p, project in enumerate(listed) if project.district == zone]
        assert (chosen[own] > overall[own]).all()


def test_popularity_has_a_long_tail(newest: PbFile) -> None:
    tally = sorted(newest.election.votes.tolist(), reverse=True)
    assert tally[0] > 10 * tally[-1]
    assert sum(tally[:8]) > sum(tally[-25:])


def test_equal_shares_funds_other_projects(newest: PbFile, outcomes: dict[str, Outcome]) -> None:
    differ = measures.compare(outcomes["most votes"], outcomes["equal shares"])
    assert len(differ.only_first) + len(differ.only_second) >= 4
    assert "69-10" in differ.only_first  # the market roof, dear and wanted by the biggest zone
    assert {"69-06", "69-13", "69-17"} <= set(differ.only_second)


def test_equal_shares_leaves_fewer_with_nothing(newest: PbFile, outcomes: dict[str, Outcome]) -> None:
    most, equal = (
        measures.measure(newest.election, outcomes[name].funded, newest.places)
        for name in ("most votes", "equal shares")
    )
    assert equal.with_nothing < most.with_nothing * 3 / 4
    in_zones = {zone.name_th for zone in places.ZONES}
    assert in_zones <= set(equal.districts)
    assert not in_zones <= set(most.districts)


def test_an_exact_tie_decides(file: PbFile) -> None:
    outcome = count(file.election, MOST_VOTES)
    assert any(not outcome.projects[p].funded for tie in outcome.ties for p in tie.projects)


def test_what_is_proposed_again_had_lost() -> None:
    before = round_2568.build()
    winners = count(before.election, rule_of(before.meta)).funded
    assert not set(winners) & set(round_2568.AGAIN)
    assert set(round_2568.AGAIN.values()) <= {idea.project.id for idea in projects.IDEAS}


def test_codes_cannot_be_official_ones() -> None:
    everywhere = [places.PROVINCE, places.MUNICIPALITY, *places.ZONES]
    assert len({place.code for place in everywhere}) == len(everywhere)
    assert all(place.code.startswith("x-") and len(place.code) <= 40 for place in everywhere)

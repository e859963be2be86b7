"""What a plan still needs, the limits of each ballot, and the contests that come of it."""

from datetime import timedelta
from typing import Any

import pytest

from govapp.ballotbox.models import Openings
from govapp.budgeting.rules import PRESETS
from govapp.core import clock
from govapp.counting.ballots import BallotKind
from govapp.editions import rules
from govapp.editions.models import (
    Area,
    Binding,
    Edition,
    EditionProject,
    Eligibility,
    Envelope,
    Phase,
    PhaseKind,
)
from govapp.editions.rules import contests
from govapp.editions.rules.plans import MOST_CHOICES, Blocks, Limits, Part, fitting, in_the_way, remarks
from govapp.editions.rules.words import nameless
from govapp.verifier import contests as verifier
from tests.editions import planned

B = BallotKind


def edition(budgets: dict[str, int] | None = None, **given: Any) -> Edition:
    """Outside any database."""
    values: dict[str, Any] = {
        "id": 1,
        "title": "รอบทดสอบ",
        "description": "x",
        "fiscal_year_be": 2570,
        "binding": Binding.ADVISORY,
        "resolution": "",
        "eligibility": Eligibility.RESIDENTS_16,
        "eligibility_words": "",
        "kind": B.APPROVAL,
        "least": 1,
        "most": 5,
        "most_points": 1,
        "sum_points": 1,
        "rule": rules.counting_rule("equal-shares"),
        "openings": Openings.PUBLIC,
        "languages": ["th"],
        "translations": {},
        "area": Area(name_th="เมืองทดสอบ"),
    }
    made = Edition(**(values | given))
    made.phases = [Phase(kind=s.kind, starts_at=s.starts_at, ends_at=s.ends_at) for s in planned.spans()]
    given_budgets = {"": 1000} if budgets is None else budgets
    made.envelopes = [Envelope(district=name, budget_satang=satang) for name, satang in given_budgets.items()]
    return made


def project(code: str = "1", cost: int = 300, district: str = "") -> EditionProject:
    return EditionProject(
        code=code,
        title=f"P{code}",
        description="",
        cost_satang=cost,
        categories=["ถนน"],
        place="",
        district=district,
        exclusive_group="",
        translations={},
    )


def said(
    made: Edition, projects: list[EditionProject], voters: dict[str, int] | None = None
) -> list[tuple[Part, Blocks]]:
    on_roll = {each.district: 9 for each in made.envelopes} or {"": 9} if voters is None else voters
    return [(each.part, each.blocks) for each in remarks(made, projects, clock.now(), on_roll)]


def test_nothing_is_to_be_said_of_a_whole_plan() -> None:
    assert said(edition(), [project()]) == []


@pytest.mark.parametrize(
    ("budgets", "projects", "expected"),
    [
        ({}, [project()], [(Part.MONEY, Blocks.OPENING)]),
        ({"": 0}, [project()], [(Part.MONEY, Blocks.NOTHING)]),
        ({"": 1000}, [], [(Part.PROJECTS, Blocks.OPENING)]),
        ({"": 100}, [project()], [(Part.MONEY, Blocks.NOTHING), (Part.PROJECTS, Blocks.NOTHING)]),
        ({"": 1000}, [project(), project("2", 2000)], [(Part.PROJECTS, Blocks.NOTHING)]),
        (
            {"N": 1000},
            [project("1", district="N"), project("2", district="S")],
            [(Part.PROJECTS, Blocks.OPENING)],
        ),
        ({"N": 1000}, [project("1", district="N"), project("2")], [(Part.PROJECTS, Blocks.OPENING)]),
        ({"N": 1000, "S": 5}, [project("1", district="N")], [(Part.PROJECTS, Blocks.OPENING)]),
        (
            {"N": 1000},
            [project("1", 2000, "N")],
            [(Part.MONEY, Blocks.NOTHING), (Part.PROJECTS, Blocks.NOTHING)],
        ),
    ],
)
def test_money_and_projects(budgets: dict[str, int], projects: list[EditionProject], expected: Any) -> None:
    assert said(edition(budgets), projects) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"binding": Binding.BINDING}, (Part.DETAILS, Blocks.PUBLISHING)),
        ({"eligibility": Eligibility.OWN}, (Part.DETAILS, Blocks.PUBLISHING)),
        ({"description": ""}, (Part.DETAILS, Blocks.NOTHING)),
        (
            {"kind": B.ORDINAL, "rule": rules.counting_rule("phragmen")},
            (Part.BALLOT, Blocks.PUBLISHING),
        ),
        (
            {"kind": B.SCORING, "rule": rules.counting_rule("threshold", {"threshold_basis_points": 9000})},
            (Part.BALLOT, Blocks.PUBLISHING),
        ),
    ],
)
def test_details_and_ballot(given: dict[str, Any], expected: Any) -> None:
    assert said(edition(**given), [project()]) == [expected]


def test_nobody_on_the_roll() -> None:
    assert said(edition(), [project()], {}) == [(Part.VOTERS, Blocks.OPENING)]


@pytest.mark.parametrize(
    ("voters", "expected"),
    [
        ({"N": 1, "S": 1}, []),
        ({"N": 1}, [Blocks.NOTHING]),
        ({"N": 1, "S": 1, "W": 1}, [Blocks.OPENING]),
        ({"N": 1, "S": 1, "": 1}, [Blocks.OPENING]),
    ],
)
def test_the_roll_and_the_districts(voters: dict[str, int], expected: list[Blocks]) -> None:
    made = edition({"N": 1000, "S": 1000})
    projects = [project("1", district="N"), project("2", district="S")]
    assert said(made, projects, voters) == [(Part.VOTERS, blocks) for blocks in expected]


def test_where_the_budget_is_whole_districts_of_the_roll_do_not_matter() -> None:
    assert said(edition(), [project()], {"N": 1, "": 1}) == []


def test_calendar_without_a_vote_or_with_one_that_is_over() -> None:
    made = edition()
    made.phases = []
    assert said(made, [project()]) == [(Part.CALENDAR, Blocks.PUBLISHING)]
    made.phases = [phase for phase in edition().phases if phase.kind is PhaseKind.CAMPAIGN]
    assert said(made, [project()]) == [(Part.CALENDAR, Blocks.OPENING)]
    made = edition()
    with clock.stopped(clock.now() + timedelta(days=16)):
        assert said(made, [project()]) == [(Part.CALENDAR, Blocks.OPENING)]


def test_what_keeps_from_publishing_keeps_from_opening() -> None:
    found = remarks(edition(binding=Binding.BINDING), [], clock.now(), {})
    assert [each.part for each in in_the_way(found, Blocks.PUBLISHING)] == [Part.DETAILS]
    assert [each.part for each in in_the_way(found, Blocks.OPENING)] == [
        Part.DETAILS,
        Part.PROJECTS,
        Part.VOTERS,
    ]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (B.APPROVAL, Limits(1, 5, 9, 9), Limits(1, 5)),
        (B.ORDINAL, Limits(0, 5, 9, 9), Limits(0, 5)),
        (B.CHOOSE_ONE, Limits(3, 5), Limits(1, 1)),
        (B.CHOOSE_ONE, Limits(0, 5), Limits(0, 1)),
        (B.KNAPSACK, Limits(1, 5), Limits(1, MOST_CHOICES)),
        (B.CUMULATIVE, Limits(1, 5, 4, 3), Limits(1, 5, 4, 4)),
        (B.SCORING, Limits(1, 5, 4, 20), Limits(1, 5, 4, 20)),
    ],
)
def test_limits_as_the_kind_has_them(kind: BallotKind, given: Limits, expected: Limits) -> None:
    assert fitting(kind, given) == expected


@pytest.mark.parametrize("preset", sorted(PRESETS))  # without numbers
def test_a_stored_rule_is_found_again_and_draws_lots(preset: str) -> None:
    stored = rules.counting_rule(preset)
    assert rules.preset_of(stored) == preset
    assert stored["ties"] == "lot"


@pytest.mark.parametrize(
    ("preset", "numbers"),
    [
        ("most-votes", {"threshold": 5}),
        ("threshold", {}),
        ("threshold", {"threshold": 0}),
        ("threshold", {"threshold": 10**6 + 1}),
        ("threshold", {"threshold": 5, "increment": 100}),
        ("equal-shares-plain", {"increment": 100}),
        ("equal-shares", {"increment": 0}),
        ("equal-shares", {"reserved": 5}),
        ("threshold", {"threshold_basis_points": 0}),
        ("threshold", {"threshold_basis_points": 10_001}),
        ("threshold", {"threshold_basis_points": 500, "threshold": 5}),
        ("most-votes", {"threshold_basis_points": 500}),
    ],
)
def test_a_rule_takes_only_numbers_that_it_understands(preset: str, numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"threshold|increment|reserved"):
        rules.counting_rule(preset, numbers)


def test_numbers_are_stored_and_the_preset_is_found_again() -> None:
    stored = rules.counting_rule("threshold", {"threshold": 40})
    assert (stored["threshold"], rules.preset_of(stored)) == (40, "threshold")
    stored = rules.counting_rule("threshold", {"threshold_basis_points": 250})
    assert (stored["threshold"], stored["threshold_basis_points"]) == (0, 250)
    assert rules.preset_of(stored) == "threshold"
    stored = rules.counting_rule("equal-shares", {"increment": 5000})
    assert (stored["increment"], rules.preset_of(stored)) == (5000, "equal-shares")


@pytest.mark.parametrize(
    ("preset", "numbers", "kind", "found"),
    [
        ("threshold", {"threshold": 9}, B.APPROVAL, False),
        ("threshold", {"threshold": 10}, B.APPROVAL, True),  # nine voters in each district
        ("threshold", {"threshold": 10}, B.CUMULATIVE, False),
        ("threshold", {"threshold_basis_points": 4999}, B.APPROVAL, False),
        ("threshold", {"threshold_basis_points": 5000}, B.KNAPSACK, True),
        ("equal-shares", {}, B.APPROVAL, False),
        ("equal-shares", {"increment": 1}, B.APPROVAL, True),
        ("equal-shares-plain", {}, B.APPROVAL, False),
    ],
)
def test_what_numbers_come_to_is_good_to_know(
    preset: str, numbers: dict[str, int], kind: BallotKind, found: bool
) -> None:
    budgets = {"N": 9 * 100_001, "S": 9 * 100_000}
    made = edition(budgets, kind=kind, rule=rules.counting_rule(preset, numbers))
    told = said(made, [project("1", district="N"), project("2", district="S")])
    assert ((Part.BALLOT, Blocks.NOTHING) in told) is found


def test_a_count_that_may_never_end_keeps_the_vote_from_opening() -> None:
    """Where projects are nearly level no step can be jumped over, and an opened vote could not be counted."""
    made = edition({"": 9 * 1_000_000}, rule=rules.counting_rule("equal-shares", {"increment": 1}))
    assert said(made, [project()]) == [(Part.BALLOT, Blocks.NOTHING)]
    made.envelopes[0].budget_satang += 9
    assert said(made, [project()]) == [(Part.BALLOT, Blocks.OPENING)]
    made.rule = rules.counting_rule("equal-shares")
    assert said(made, [project()]) == []


@pytest.mark.parametrize("preset", ["equal-shares-count", "votes-per-money"])
def test_a_ranking_whose_last_place_counts_nothing_is_good_to_know(preset: str) -> None:
    rule = rules.counting_rule(preset)
    assert said(edition(kind=B.ORDINAL, rule=rule), [project()]) == [(Part.BALLOT, Blocks.NOTHING)]
    assert said(edition(rule=rule), [project()]) == []


def test_what_is_not_translated_is_good_to_know() -> None:
    whole = {"en": {"title": "Round", "description": "About"}}
    made = edition(languages=["th", "en"], translations=whole)
    half = project("2")
    half.translations = {"en": {"title": "P", "categories": []}}
    done = project("3")
    done.translations = {"en": {"title": "P", "categories": ["Roads"]}}
    found = remarks(made, [project("1"), half, done], clock.now(), {"": 9})
    assert [(each.part, each.values["codes"]) for each in found] == [(Part.PROJECTS, "1, 2")]
    made.translations = {"en": {"title": "Round"}}
    assert said(made, [done]) == [(Part.DETAILS, Blocks.NOTHING)]
    made.languages = ["th"]
    assert said(made, [project("1")]) == []


def test_districts_without_a_name_in_a_language_of_the_ballot_are_good_to_know() -> None:
    names = {"en": {"title": "Round", "description": "About", "districts": {"N": "North"}}}
    made = edition({"N": 1000, "S": 1000, "W": 1000}, languages=["th", "en"], translations=names)
    assert nameless(made) == {"en": ["S", "W"]}
    found = remarks(made, [], clock.now(), {"N": 9, "S": 9, "W": 9})
    (remark,) = (each for each in found if each.part is Part.MONEY)
    assert (remark.blocks, remark.values["districts"]) == (Blocks.NOTHING, "S, W")
    made.translations["en"]["districts"] |= {"S": "South", "W": "West"}
    assert nameless(made) == {}
    assert nameless(edition({"S": 1000})) == {}
    assert nameless(edition(languages=["th", "en"])) == {}


@pytest.mark.parametrize("kind", list(B))
def test_the_verifier_reads_every_contest(kind: BallotKind) -> None:
    made = edition({"N": 1000, "S": 500}, kind=kind, most_points=3, sum_points=6)
    projects = [project("2", district="N"), project("1", 400, "N"), project("3", district="S")]
    found = contests.contests(made, projects)
    assert set(found) == {"N", "S"}
    read = verifier.read(found["N"])
    assert isinstance(read, verifier.Budget)
    assert (read.items, read.budget, read.least, read.most) == (("1", "2"), 1000, 1, 2)
    assert verifier.read(found["S"]).items == ("3",)
    assert read.counted_by == "--rule equal-shares --completion add1-greedy"


def test_what_else_is_committed_to_names_every_project() -> None:
    more = contests.committed(edition(translations={"en": {"title": "R"}}), [project("7")])
    assert more["translations"] == {"en": {"title": "R"}}
    assert more["projects"]["7"]["title"] == "P7"
    assert [phase["phase"] for phase in more["calendar"]] == ["campaign", "vote", "objections", "opening"]

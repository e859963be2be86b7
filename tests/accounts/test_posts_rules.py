"""Whose power reaches where, and who gives what: tables without a database."""

from datetime import timedelta
from typing import Any

import pytest

from govapp.accounts.models.posts import Grant, Handover, Post, Role
from govapp.accounts.rules import posts as rules
from govapp.accounts.rules.posts import Standing, standing
from govapp.areas.models import Area, AreaKind
from govapp.core import clock
from tests import make

COUNTRY = Area(id=1, kind=AreaKind.COUNTRY)
PROVINCE = Area(id=2, kind=AreaKind.PROVINCE, parent=COUNTRY)
DISTRICT = Area(id=3, kind=AreaKind.DISTRICT, parent=PROVINCE)
TOWN = Area(id=4, kind=AreaKind.TOWN_MUNICIPALITY, parent=DISTRICT)
NEIGHBOUR = Area(id=5, kind=AreaKind.PROVINCE, parent=COUNTRY)
PLACES = {
    "country": COUNTRY,
    "province": PROVINCE,
    "district": DISTRICT,
    "town": TOWN,
    "neighbour": NEIGHBOUR,
}

NOW = clock.now()
DAY = timedelta(days=1)
LATER = {"starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}


def grant(role: Role = Role.OFFICER, area: Area = TOWN, **given: Any) -> Grant:
    post = Post(id=70, role=role, area=area, area_id=area.id)
    values = {"user_id": 10, "given_by_id": 11, "given_at": NOW, "starts_at": NOW - DAY, "ends_at": NOW + DAY}
    return Grant(id=1, post=post, post_id=70, **values | given)


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ({}, Standing.PROPOSED),
        ({"given_at": NOW - rules.CONFIRM_WITHIN - DAY}, Standing.LAPSED),
        ({"closed_at": NOW}, Standing.REFUSED),
        ({"confirmed_at": NOW}, Standing.LIVE),
        ({"confirmed_at": NOW, "starts_at": NOW + timedelta(hours=1)}, Standing.COMING),
        ({"confirmed_at": NOW, "ends_at": NOW}, Standing.ENDED),
        ({"confirmed_at": NOW, "ends_at": NOW + timedelta(seconds=1)}, Standing.LIVE),
        ({"confirmed_at": NOW, "closed_at": NOW}, Standing.ENDED),
        (
            {"confirmed_at": NOW, "closed_at": NOW, "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY},
            Standing.ENDED,
        ),
    ],
)
def test_a_grant_begins_and_ends_by_the_clock(given: dict[str, Any], stands: Standing) -> None:
    with clock.stopped(NOW):
        assert standing(grant(**given)) is stands


@pytest.mark.parametrize(
    ("role", "post_in", "reaches"),
    [
        (Role.ADMINISTRATOR, "country", "country province district town neighbour"),
        (Role.SECRETARY, "province", "province district town"),
        (Role.OFFICER, "district", "district town"),
        (Role.OFFICER, "town", "town"),
        (Role.KEY_HOLDER, "province", "province"),
        (Role.AUDITOR, "neighbour", "neighbour"),
    ],
)
def test_power_reaches_down_and_never_up_or_beside(role: Role, post_in: str, reaches: str) -> None:
    actor = make.holder(role, PLACES[post_in])
    assert [name for name, area in PLACES.items() if rules.holds(actor, role, area=area)] == reaches.split()


def test_a_post_at_a_body_reaches_no_area() -> None:
    post = Post(role=Role.SECRETARY, body_kind="committee", body_id=3)
    assert not any(rules.covers(post, area) for area in PLACES.values())


@pytest.mark.parametrize(
    ("giver", "where", "gives"),
    [
        (Role.ADMINISTRATOR, "country", set(Role)),
        (Role.SECRETARY, "province", {Role.OFFICER, Role.KEY_HOLDER}),
        (Role.SECRETARY, "neighbour", set()),
        (Role.OFFICER, "town", set()),
        (Role.KEY_HOLDER, "town", set()),
        (Role.AUDITOR, "country", set()),
    ],
)
def test_who_gives_which_posts_in_a_town(giver: Role, where: str, gives: set[Role]) -> None:
    actor = make.holder(giver, PLACES[where])
    assert {role for role in Role if rules.may_give(actor, role, TOWN)} == gives


@pytest.mark.parametrize(
    ("actor_id", "may"),
    [(10, False), (11, False), (12, True)],
    ids=["the person who gets it", "the giver", "a third"],
)
def test_it_takes_a_second_person_to_confirm(actor_id: int, may: bool) -> None:
    actor = make.holder(Role.ADMINISTRATOR, COUNTRY, id=actor_id)
    assert rules.may_confirm(actor, grant()) is may


def test_a_second_person_must_give_such_posts_themselves() -> None:
    assert not rules.may_confirm(make.holder(Role.SECRETARY, NEIGHBOUR, id=12), grant())
    assert rules.may_confirm(make.holder(Role.SECRETARY, PROVINCE, id=12), grant())
    assert not rules.may_confirm(make.holder(Role.SECRETARY, PROVINCE, id=12), grant(Role.AUDITOR))


@pytest.mark.parametrize(
    ("mine", "other", "apart"),
    [
        ("auditor", "local-officer", True),
        ("local-officer", "auditor", True),
        ("auditor", "auditor", False),
        ("local-officer", "key-holder", False),
    ],
)
def test_nobody_audits_their_own_work(mine: str, other: str, apart: bool) -> None:
    assert rules.are_apart([Role(mine)], Role(other)) is apart


HANDOVER = Handover(made_by_id=20, grant=grant(), post=grant().post)
TOWN_GRANT = grant()
WRONG = make.holder(Role.OFFICER, NEIGHBOUR, id=99)
WRONG.grants[0].post.id = 71
CASES = {  # rule -> (somebody it lets in, somebody it does not, what it is asked about)
    "may_see_posts": (make.holder(Role.SECRETARY, PROVINCE), WRONG, ()),
    "may_give_posts": (make.holder(Role.SECRETARY, PROVINCE), WRONG, ()),
    "may_see_post": (make.holder(Role.AUDITOR, PROVINCE), WRONG, (TOWN_GRANT.post,)),
    "may_see_grant": (make.holder(Role.OFFICER, NEIGHBOUR, id=10), WRONG, (TOWN_GRANT,)),
    "may_confirm": (make.holder(Role.SECRETARY, PROVINCE, id=12), WRONG, (TOWN_GRANT,)),
    "may_refuse": (make.holder(Role.OFFICER, NEIGHBOUR, id=11), WRONG, (TOWN_GRANT,)),
    "may_end": (make.holder(Role.SECRETARY, PROVINCE, id=12), WRONG, (TOWN_GRANT,)),
    "may_work_at": (make.holder(Role.OFFICER, TOWN), WRONG, (Post(id=1),)),
    "may_see_handover": (make.holder(Role.OFFICER, NEIGHBOUR, id=20), WRONG, (HANDOVER,)),
    "may_receive": (make.holder(Role.OFFICER, NEIGHBOUR, id=10), WRONG, (HANDOVER,)),
}


@pytest.mark.parametrize(
    "name", sorted({name for name in vars(rules) if name.startswith("may_")} - {"may_give"})
)
def test_each_rule_lets_somebody_in_and_keeps_the_wrong_person_out(name: str) -> None:
    right, wrong, about = CASES[name]
    rule = getattr(rules, name)
    assert rule(right, *about)
    assert not rule(wrong, *about)

"""Who reads the log, and what an address may ask of it: tables without a database."""

from datetime import date
from types import SimpleNamespace

import pytest

from govapp.accounts.models.posts import Role
from govapp.areas.models import Area, AreaKind
from govapp.core.errors import Unreadable
from govapp.portal.queries.audit import Wish
from govapp.portal.rules import audits_areas_only, may_read_log, may_see_chain
from tests import make

COUNTRY = Area(id=1, kind=AreaKind.COUNTRY)
PROVINCE = Area(id=2, kind=AreaKind.PROVINCE, parent=COUNTRY)
NOBODY = SimpleNamespace(is_authenticated=False)


@pytest.mark.parametrize(
    ("who", "reads", "sees_chain", "areas_only"),
    [
        (make.holder(Role.AUDITOR, COUNTRY), True, True, False),
        (make.holder(Role.AUDITOR, COUNTRY, powers_rest=True), False, False, False),
        (make.holder(Role.AUDITOR, PROVINCE), False, False, True),
        (make.holder(Role.AUDITOR), False, False, True),
        (make.holder(Role.ADMINISTRATOR, COUNTRY), False, True, False),
        (make.holder(Role.SECRETARY, PROVINCE), False, False, False),
        (NOBODY, False, False, False),
    ],
)
def test_who_reads_the_log(who: object, reads: bool, sees_chain: bool, areas_only: bool) -> None:
    assert (may_read_log(who), may_see_chain(who), audits_areas_only(who)) == (reads, sees_chain, areas_only)


WHOLE = Wish(date(2026, 10, 1), date(2026, 10, 31), "GrantEnded", 7, ("sign_in", 12), "ended")


@pytest.mark.parametrize("wish", [Wish(), WHOLE, Wish(actor_id=0), Wish(thing=("user", 5))])
def test_an_address_says_what_was_wished_for(wish: Wish) -> None:
    assert Wish.read(wish.as_address()) == wish


def test_an_address_may_be_written_by_hand() -> None:
    assert Wish.read({"from": "1 ต.ค. 2569", "to": "31/10/2569"}) == Wish(
        date(2026, 10, 1), date(2026, 10, 31)
    )
    assert Wish.read({"colour": "blue"}) == Wish()


@pytest.mark.parametrize(
    "given",
    [
        {"from": "yesterday"},
        {"to": "9999-12-31"},
        {"event": "Nothing"},
        {"actor": "somchai@example.org"},
        {"actor": "-1"},
        {"actor": "9999999999"},
        {"actor": "๑"},
        {"object": "post"},
        {"object": "elephant-1"},
        {"object": "post-1-2"},
        {"object": "post-"},
    ],
)
def test_an_address_that_cannot_be_is_not_taken_for_another(given: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        Wish.read(given)


@pytest.mark.parametrize(
    ("wish", "people"),
    [
        (Wish(), set()),
        (WHOLE, {7}),
        (Wish(thing=("user", 5)), {5}),
        (Wish(actor_id=7, thing=("user", 5)), {5, 7}),
        (Wish(thing=("post", 5)), set()),
    ],
)
def test_whom_a_search_is_about(wish: Wish, people: set[int]) -> None:
    assert wish.people == people

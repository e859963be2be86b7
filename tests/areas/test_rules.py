from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.areas.models import Area, AreaKind
from govapp.areas.rules import (
    Entry,
    Register,
    has_provincial_committee,
    is_closed,
    may_become,
    may_lie_in,
    may_merge_into,
    outlives,
    sift,
)

K = AreaKind
THEN, LATER = date(2007, 8, 1), date(2013, 8, 1)
COUNTRY = Entry("TH", K.COUNTRY, "ประเทศไทย")
PROVINCE = Entry("50", K.PROVINCE, "เชียงใหม่", parent_code="TH")
KNOWN = {entry.code: entry for entry in (COUNTRY, PROVINCE)}


def entry(
    code: str, kind: AreaKind = K.SUBDISTRICT_ADMINISTRATION, parent: str = "50", **given: object
) -> Entry:
    return Entry(code, kind, f"ชื่อ {code}", parent_code=parent, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", K)
def test_only_provinces_have_a_provincial_committee(kind: AreaKind) -> None:
    assert has_provincial_committee(Area(kind=kind)) is (kind is K.PROVINCE)


@pytest.mark.parametrize(
    ("closed_on", "closed"), [(None, False), (THEN, True), (LATER, False), (date(2010, 1, 1), True)]
)
def test_an_area_is_closed_from_its_day_on(closed_on: date | None, closed: bool) -> None:
    assert is_closed(Area(closed_on=closed_on), date(2010, 1, 1)) is closed


@pytest.mark.parametrize("kind", K)
def test_whatever_lies_in_another_place_is_named_after_it(kind: AreaKind) -> None:
    """The order of the kinds: with it no circle of parents can exist, and parents are written first."""
    order = list(K)
    assert all(order.index(parent) < order.index(kind) for parent in K if may_lie_in(kind, parent))


@pytest.mark.parametrize(
    ("kind", "other", "may"),
    [
        (K.SUBDISTRICT_ADMINISTRATION, K.SUBDISTRICT_MUNICIPALITY, True),
        (K.TOWN_MUNICIPALITY, K.CITY_MUNICIPALITY, True),
        (K.DISTRICT, K.DISTRICT, True),
        (K.DISTRICT, K.PROVINCE, False),
        (K.BANGKOK, K.CITY_MUNICIPALITY, False),
        (K.TOWN_MUNICIPALITY, K.SUBDISTRICT, False),
        (K.ELSEWHERE, K.PROVINCE, False),
    ],
)
def test_only_local_authorities_change_their_kind(kind: AreaKind, other: AreaKind, may: bool) -> None:
    assert may_become(kind, other) is may
    assert may_become(other, kind) is may


def test_local_authorities_merge_with_each_other_and_others_with_their_kind() -> None:
    assert may_merge_into(K.SUBDISTRICT_ADMINISTRATION, K.TOWN_MUNICIPALITY)
    assert may_merge_into(K.SUBDISTRICT, K.SUBDISTRICT)
    assert not may_merge_into(K.SUBDISTRICT, K.SUBDISTRICT_MUNICIPALITY)


@pytest.mark.parametrize(
    ("closed_on", "other", "yes"),
    [(None, THEN, True), (LATER, THEN, True), (THEN, THEN, False), (THEN, LATER, False), (THEN, None, False)],
)
def test_what_outlives_what(closed_on: date | None, other: date | None, yes: bool) -> None:
    assert outlives(entry("a", closed_on=closed_on), entry("b", closed_on=other)) is yes


FAULTS = [
    (entry("50", K.DISTRICT), "already belongs to another kind of area: province"),
    (entry("5001", K.DISTRICT, ""), "parent_code is empty"),
    (entry("5001", K.DISTRICT, "51"), "no area with the parent_code 51"),
    (entry("5001", K.DISTRICT, "TH"), "district cannot lie in one of the kind country"),
    (entry("5101", K.DISTRICT), "must begin with the code of its parent, 50"),
    (entry("a", closed_on=THEN, merged_into_code="b"), "no area with the merged_into_code b"),
    (entry("a", closed_on=THEN, merged_into_code="a"), "merged into itself"),
    (entry("a", closed_on=THEN, merged_into_code="50"), "cannot be merged into one of the kind province"),
]


@pytest.mark.parametrize(("wrong", "reason"), FAULTS)
def test_an_entry_that_cannot_stand_says_why(wrong: Entry, reason: str) -> None:
    accepted, rejected = sift(KNOWN, [wrong, entry("z")])
    assert [each.code for each in accepted] == ["z"]
    assert [reason in str(each.reason) for each in rejected] == [True]


def test_parents_and_successors_may_come_later() -> None:
    entries = [
        entry("500101", K.SUBDISTRICT, "5001"),
        entry("a", closed_on=THEN, merged_into_code="b"),
        entry("b", closed_on=LATER, merged_into_code="c"),
        entry("c", K.TOWN_MUNICIPALITY),
        entry("5001", K.DISTRICT),
    ]
    assert sift(KNOWN, entries) == (entries, [])


def test_what_leans_on_a_rejected_entry_is_rejected_too() -> None:
    entries = [
        entry("500101", K.SUBDISTRICT, "5001", line=2),
        entry("a", closed_on=THEN, merged_into_code="b", line=3),
        entry("b", parent="5001", line=4),
        entry("5001", K.DISTRICT, "51", line=5),
        entry("c", line=6),
    ]
    accepted, rejected = sift(KNOWN, entries)
    assert [each.code for each in accepted] == ["c"]
    assert {each.line for each in rejected} == {2, 3, 4, 5}


def test_what_is_kept_holds_when_a_change_of_it_is_rejected() -> None:
    known = KNOWN | {"5001": entry("5001", K.DISTRICT)}
    accepted, _ = sift(known, [entry("5001", K.DISTRICT, "51"), entry("500101", K.SUBDISTRICT, "5001")])
    assert [each.code for each in accepted] == ["500101"]


def test_an_area_cannot_close_before_others_were_merged_into_it() -> None:
    known = KNOWN | {"a": entry("a", closed_on=LATER, merged_into_code="b"), "b": entry("b")}
    closing = entry("b", closed_on=THEN)
    assert "cannot close before a" in str(sift(known, [closing])[1][0].reason)
    undone = entry("a")
    assert sift(known, [closing, undone])[1] == []
    refused = entry("a", K.DISTRICT)  # then a stays merged into b, and b cannot close
    assert {str(r.reason)[:9] for r in sift(known, [closing, refused])[1]} == {"It cannot", "This code"}


CODES = st.sampled_from(["TH", "50", "51", "5001", "5002", "500101", "a", "b", "c", "d"])
DAYS = st.none() | st.integers(1, 4).map(lambda n: date(2000 + n, 1, 1))


@st.composite
def registers(draw: st.DrawFn) -> list[Entry]:
    codes = draw(st.lists(CODES, unique=True))
    found = []
    for line, code in enumerate(codes):
        closed_on = draw(DAYS)
        merged = draw(st.none() | CODES) if closed_on else None
        kind = draw(st.sampled_from([K.PROVINCE, K.DISTRICT, K.SUBDISTRICT, K.PATTAYA, K.CITY_MUNICIPALITY]))
        parent = draw(CODES)
        found.append(entry(code, kind, parent, closed_on=closed_on, merged_into_code=merged, line=line))
    return found


@given(registers(), registers())
def test_what_is_accepted_can_stand_together(first: list[Entry], second: list[Entry]) -> None:
    known = KNOWN
    for entries in (first, second):
        accepted, rejected = sift(known, entries)
        assert len(accepted) + len(rejected) == len(entries)
        register = Register(known, accepted)
        for each in accepted:
            register.check(each)
        known = register.after
    for each in known.values():
        seen, at = set(), each
        while at.merged_into_code:
            assert at.code not in seen, "mergers go in a circle"
            seen.add(at.code)
            at = known[at.merged_into_code]

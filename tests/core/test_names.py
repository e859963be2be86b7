"""Names as people write them, in one spelling."""

import pytest

from govapp.accounts.models import User
from govapp.core.names import shown_name, spelled
from govapp.core.text import sort_key


@pytest.mark.parametrize(
    ("title", "given", "family", "shown"),
    [
        ("นาย", "สมชาย", "ใจดี", "นายสมชาย ใจดี"),
        ("ผศ.ดร.", "สมหญิง", "ใจดี", "ผศ.ดร.สมหญิง ใจดี"),
        ("พระ", "มหาสมชาย", "", "พระมหาสมชาย"),
        ("", "จันทร์", "", "จันทร์"),
        ("Mr", "Somchai", "Jaidee", "Mr Somchai Jaidee"),
        ("นาย", "John", "Smith", "นาย John Smith"),
        ("Dr", "สมชาย", "", "Dr สมชาย"),
        ("", "", "", ""),
    ],
)
def test_how_a_name_is_shown(title: str, given: str, family: str, shown: str) -> None:
    assert shown_name(title, given, family) == shown
    assert User(title=title, given_name=given, family_name=family).name == shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  สม   ชาย ", "สม ชาย"),
        ("นํ้า", "น้ำ"),
        ("คําแสน", "คำแสน"),
        ("เเก้ว", "แก้ว"),
        ("สม\u200bชาย", "สมชาย"),
        ("Ame\u0301lie", "Amélie"),
        ("McDonald", "McDonald"),
    ],
)
def test_one_spelling(typed: str, kept: str) -> None:
    assert spelled(typed) == kept
    assert User(given_name=typed).given_name == kept


def test_people_are_sorted_by_given_name_without_the_title() -> None:
    names = (("นาง", "แก้ว"), ("นาย", "กบ"), ("เด็กชาย", "ขวด"), ("", "เกด"))
    people = [User(title=title, given_name=given, family_name="ใจดี") for title, given in names]
    people.sort(key=lambda person: person.sort_key)
    assert [person.given_name for person in people] == ["กบ", "เกด", "แก้ว", "ขวด"]
    assert sorted(given for _title, given in names) == ["กบ", "ขวด", "เกด", "แก้ว"], "the control: as bytes"


def test_the_sort_key_follows_a_new_family_name() -> None:
    person = User(given_name="ก", family_name="ข")
    before = person.sort_key
    person.family_name = "ฮ"
    assert before < person.sort_key == sort_key("ก ฮ")
    person.given_name = "ก่" * 250
    assert len(person.sort_key) == 600

"""Projects from tables and .pb files: all of them, or every row that must be mended."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core import spreadsheets
from govapp.core.errors import Unreadable
from govapp.counting.pabulib import read
from govapp.editions.rules import tables, words
from govapp.editions.rules.drafts import ProjectDraft, is_code
from govapp.editions.rules.tables import Column, Table
from tests import make


def table(text: str) -> Table:
    return tables.of_rows(spreadsheets.read(io.BytesIO(text.encode())))


def test_thai_and_english_columns_in_any_order() -> None:
    found = table('งบประมาณ,ชื่อโครงการ,หมวด,เขต,อื่น\n"๑,๒๐๐.50",ทางลาด,"ถนน, เด็ก,ถนน",เหนือ,x\n')
    assert found.faults == []
    (draft,) = found.drafts
    assert (draft.code, draft.title, draft.cost_satang) == ("1", "ทางลาด", 120050)
    assert (draft.categories, draft.district) == (("ถนน", "เด็ก"), "เหนือ")


def test_english_columns() -> None:
    found = table("title,cost,category,title_en,category_en,place_en\nก,5,ถนน,A,Roads,Pond\nข,5,,,,\n")
    english = {"title": "A", "place": "Pond", "categories": ["Roads"]}
    assert [each.translations for each in found.drafts] == [{"en": english}, {}]
    (fault,) = table('title,cost,category,category_en\nก,5,"ถนน,เด็ก",Roads\n').faults
    assert fault.words == tables.KINDS_DIFFER


def test_free_numbers_go_round_those_that_are_taken() -> None:
    found = table("code,title,cost\n,a,1\n2,b,1\n,c,1\n1,d,1\n")
    assert [each.code for each in found.drafts] == ["3", "2", "4", "1"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",,5", tables.NO_TITLE),
        (",t,0", tables.NO_COST),
        (",t,-5", tables.NO_COST),
        ("a/b,t,5", tables.BAD_CODE),
        ("..,t,5", tables.BAD_CODE),
        ("1,t,5", tables.TWICE),
        (f",{'t' * 501},5", tables.TITLE_LONG),
    ],
)
def test_a_row_that_cannot_be_taken(row: str, words: str) -> None:
    found = table(f"code,title,cost\n1,first,7\n{row}\n")
    assert [(fault.line, fault.words) for fault in found.faults] == [(3, words)]
    assert [each.title for each in found.drafts] == ["first"]


def test_a_cost_that_is_no_number_says_why() -> None:
    (fault,) = table("title,cost\nt,100%\n").faults
    assert fault.words % fault.values == "“100%” is not a number: write figures such as 1,234.50."


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "title,cost\n", "title\nx\n"])
def test_what_is_no_table_of_projects(text: str) -> None:
    with pytest.raises(Unreadable):
        table(text)


def test_too_many_projects() -> None:
    with pytest.raises(Unreadable, match="500"):
        table("title,cost\n" + "t,1\n" * 501)


def test_a_pb_file() -> None:
    found = tables.of_file(read(make.pb(), "test.pb"))
    assert found.faults == []
    assert [each.code for each in found.drafts] == ["a", "b", "c", "d"]
    assert found.columns == {Column.CODE, Column.TITLE, Column.CATEGORY, Column.DISTRICT}
    assert found.drafts[2] == ProjectDraft(
        "c", "=ทางลาด", "", 30000, categories=("คนพิการ", "ถนน"), district="ใต้"
    )


WORDS = st.text("กขคabc09 ,'\"-", min_size=1, max_size=20).map(str.strip).filter(bool)
DRAFTS = st.builds(
    ProjectDraft,
    code=st.from_regex(r"[a-zก-ฮ0-9][a-zก-ฮ0-9._-]{0,10}", fullmatch=True),
    title=WORDS,
    description=WORDS,
    cost_satang=st.integers(1, 10**13),
    place=WORDS,
    district=WORDS,
    proposer=WORDS,
    categories=st.just(("ถนน", "เด็ก")),
    translations=st.builds(
        lambda title, place, kinds: words.translation(
            "en", {"title": title, "place": place, "categories": kinds}
        ),
        WORDS,
        WORDS,
        st.sampled_from([[], ["Roads", "Children"]]),
    ),
)


@given(st.lists(DRAFTS, min_size=1, max_size=5, unique_by=lambda draft: draft.code))
def test_what_is_written_out_is_read_back(drafts: list[ProjectDraft]) -> None:
    rows = [tables.HEADER, *map(tables.as_row, drafts)]
    assert tables.of_rows(enumerate(rows, 1)) == Table(drafts)


@pytest.mark.parametrize(
    ("code", "is_one"),
    [("1", True), ("ก-12", True), ("ที่1", True), ("A.b_c", True), ("", False), (".", False), ("a b", False),
     ("a/b", False), ("a,b", False), ("a;b", False), ("-1", False), ("x" * 41, False),
     ("Votes", False), ("meta", False)],
)  # fmt: skip
def test_codes(code: str, is_one: bool) -> None:
    assert is_code(code) is is_one

"""Projects in a table (CSV, .xlsx) or in a .pb file: the drafts, or every row that must be mended first."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from govapp.core import money
from govapp.core.errors import Unreadable
from govapp.core.language import N_
from govapp.core.text import search_text
from govapp.core.translations import translation
from govapp.counting.pabulib import PbFile
from govapp.editions.rules.drafts import ProjectDraft, categories_of, is_code, is_parallel
from govapp.editions.rules.plans import MOST_PROJECTS

TITLE_LETTERS = 500
DISTRICT_LETTERS = 100


class Column(StrEnum):
    CODE = "code"
    TITLE = "title"
    DESCRIPTION = "description"
    COST = "cost"
    CATEGORY = "category"
    PLACE = "place"
    DISTRICT = "district"
    GROUP = "group"
    PROPOSER = "proposer"
    SOURCE = "source"
    TITLE_EN = "title_en"
    DESCRIPTION_EN = "description_en"
    CATEGORY_EN = "category_en"
    PLACE_EN = "place_en"


C = Column
NAMES: Mapping[Column, str] = {  # the first is the one we write ourselves
    C.CODE: "รหัสโครงการ|รหัส|เลขที่|ลำดับ|ที่|code|id|project_id|number",
    C.TITLE: "ชื่อโครงการ|โครงการ|title|name|project",
    C.DESCRIPTION: "รายละเอียด|คำอธิบาย|description|details",
    C.COST: "งบประมาณ (บาท)|งบประมาณ|ราคา|จำนวนเงิน|cost|budget|price",
    C.CATEGORY: "ประเภท|หมวด|ด้าน|category|categories|kind",
    C.PLACE: "สถานที่|ที่ตั้ง|place|location",
    C.DISTRICT: "เขต|เขตลงคะแนน|district|ward",
    C.GROUP: "กลุ่มที่เลือกได้โครงการเดียว|group",
    C.PROPOSER: "ผู้เสนอ|ผู้เสนอโครงการ|proposer|proposed by",
    C.SOURCE: "ที่มา|อ้างอิง|source|reference",
    C.TITLE_EN: "ชื่อภาษาอังกฤษ|title (english)|title_en",
    C.DESCRIPTION_EN: "รายละเอียดภาษาอังกฤษ|description (english)|description_en",
    C.CATEGORY_EN: "ประเภทภาษาอังกฤษ|category (english)|category_en|categories_en",
    C.PLACE_EN: "สถานที่ภาษาอังกฤษ|place (english)|place_en",
}
HEADER = [names.partition("|")[0] for names in NAMES.values()]
READ_AS = {search_text(name): column for column, names in NAMES.items() for name in names.split("|")}

NO_COLUMNS = N_(
    "The first line must name the columns. Needed are “%(title)s” and “%(cost)s”; known are: %(known)s."
)
EMPTY = N_("The file has no project.")
NO_TITLE = N_("the title is missing")
TITLE_LONG = N_("the title is longer than %(most)s letters")
NO_COST = N_("the cost must be more than 0 baht")
BAD_CODE = N_("the number “%(code)s” may only have letters, digits, - . and _")
TWICE = N_("the number “%(code)s” stands in the file twice")
DISTRICT_LONG = N_("the name of the district is longer than %(most)s letters")
KINDS_DIFFER = N_("there must be as many kinds in English as in Thai, in the same order")
TOO_MANY = N_("The file has more than %(most)s projects.")


@dataclass(frozen=True)
class Fault:
    """A row that cannot be taken: its line in the file, what it is called there, and what to mend (msgid)."""

    line: int
    title: str
    words: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Table:
    """columns: those that the file has; it says nothing of the others."""

    drafts: list[ProjectDraft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    columns: frozenset[Column] = field(default=frozenset(Column), compare=False)


def of_rows(rows: Iterable[tuple[int, Sequence[str]]]) -> Table:
    """What core.spreadsheets.read gives: (line, cells), the names of the columns first.

    Rows without a number get the next free one. Raises Unreadable where there is no table of projects.
    """
    lines = iter(rows)
    _line, header = next(lines, (1, ()))
    columns = [READ_AS.get(search_text(name)) for name in header]
    if C.TITLE not in columns or C.COST not in columns:
        known = ", ".join(HEADER)
        raise Unreadable(NO_COLUMNS, title=HEADER[1], cost=HEADER[3], known=known)
    table = _checked(_of_cells(columns, cells, line) for line, cells in lines)
    table.columns = frozenset(column for column in columns if column)
    return table


def of_file(file: PbFile) -> Table:
    """The projects of a .pb file; its votes are left alone."""
    found = []
    for line, project in enumerate(file.election.projects, 1):
        more = file.columns[project.id]
        cells = {
            C.CODE: project.id,
            C.TITLE: project.name or project.id,
            C.DESCRIPTION: more.get("description", ""),
            C.CATEGORY: ",".join(project.categories),
            C.DISTRICT: project.district,
            C.GROUP: file.election.groups.get(project.id, ""),
        }
        found.append((line, cells, project.cost))
    table = _checked(found)
    table.columns = frozenset(column for _line, cells, _cost in found for column in cells if cells[column])
    return table


Row = tuple[int, Mapping[Column, str], int | str]  # line, cells, and the cost or why it cannot be read


def _of_cells(columns: Sequence[Column | None], cells: Sequence[str], line: int) -> Row:
    given = {
        column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column and cell.strip()
    }
    try:
        return line, given, money.parse_baht(given.get(C.COST, ""))
    except ValueError as error:
        return line, given, str(error)


def _checked(rows: Iterable[Row]) -> Table:
    table, listed = Table(), list(rows)
    if not listed:
        raise Unreadable(EMPTY)
    if len(listed) > MOST_PROJECTS:
        raise Unreadable(TOO_MANY, most=MOST_PROJECTS)
    numbers = iter(_free_numbers({cells.get(C.CODE, "") for _line, cells, _cost in listed}))
    seen: set[str] = set()
    for line, cells, cost in listed:
        code = cells.get(C.CODE) or next(numbers)
        fault = _fault(cells, code, cost, seen)
        seen.add(code)
        if fault:
            table.faults.append(Fault(line, cells.get(C.TITLE, ""), *fault))
        elif isinstance(cost, int):
            table.drafts.append(_draft(cells, code, cost))
    return table


def _fault(
    cells: Mapping[Column, str], code: str, cost: int | str, seen: set[str]
) -> tuple[str, dict[str, Any]] | None:
    """The first thing that must be mended in a row."""
    title = cells.get(C.TITLE, "")
    checks: tuple[tuple[bool, str, dict[str, Any]], ...] = (
        (not title, NO_TITLE, {}),
        (len(title) > TITLE_LETTERS, TITLE_LONG, {"most": TITLE_LETTERS}),
        (isinstance(cost, str), str(cost).replace("%", "%%"), {}),  # in the reader's language already
        (not isinstance(cost, str) and cost <= 0, NO_COST, {}),
        (not is_code(code), BAD_CODE, {"code": code}),
        (code in seen, TWICE, {"code": code}),
        (not is_parallel(cells.get(C.CATEGORY, ""), cells.get(C.CATEGORY_EN, "")), KINDS_DIFFER, {}),
        (len(cells.get(C.DISTRICT, "")) > DISTRICT_LETTERS, DISTRICT_LONG, {"most": DISTRICT_LETTERS}),
    )
    return next(((words, values) for is_wrong, words, values in checks if is_wrong), None)


def _draft(cells: Mapping[Column, str], code: str, cost_satang: int) -> ProjectDraft:
    english = {
        "title": cells.get(C.TITLE_EN, "")[:TITLE_LETTERS],
        "description": cells.get(C.DESCRIPTION_EN, ""),
        "place": cells.get(C.PLACE_EN, "")[:TITLE_LETTERS],
        "categories": list(categories_of(cells.get(C.CATEGORY_EN, ""))),
    }
    return ProjectDraft(
        code=code,
        title=cells[C.TITLE],
        description=cells.get(C.DESCRIPTION, ""),
        cost_satang=cost_satang,
        categories=categories_of(cells.get(C.CATEGORY, "")),
        place=cells.get(C.PLACE, "")[:TITLE_LETTERS],
        district=cells.get(C.DISTRICT, ""),
        exclusive_group=cells.get(C.GROUP, "")[:TITLE_LETTERS],
        translations=translation("en", english),
        proposer=cells.get(C.PROPOSER, "")[:TITLE_LETTERS],
        source=cells.get(C.SOURCE, "")[:TITLE_LETTERS],
    )


FIELDS: Mapping[Column, str] = {  # of a draft; those that every file has are left out
    C.DESCRIPTION: "description",
    C.CATEGORY: "categories",
    C.PLACE: "place",
    C.DISTRICT: "district",
    C.GROUP: "exclusive_group",
    C.PROPOSER: "proposer",
    C.SOURCE: "source",
}
ENGLISH: Mapping[Column, str] = {
    C.TITLE_EN: "title",
    C.DESCRIPTION_EN: "description",
    C.CATEGORY_EN: "categories",
    C.PLACE_EN: "place",
}


def kept(draft: ProjectDraft, project: Any, columns: Collection[Column]) -> ProjectDraft:
    """The draft of a project that is there already: what the file has no column for stays as it is."""
    stays = {name: getattr(project, name) for column, name in FIELDS.items() if column not in columns}
    categories = tuple(stays.pop("categories", draft.categories))
    new, old = draft.translations.get("en", {}), project.translations.get("en", {})
    english = {name: (new if column in columns else old).get(name) for column, name in ENGLISH.items()}
    if len(english["categories"] or ()) != len(categories):
        english["categories"] = None  # there are other kinds now
    return replace(draft, categories=categories, translations=translation("en", english), **stays)


def as_row(draft: Any) -> list[str]:
    """A project as a row under HEADER: what of_rows reads back."""
    english = draft.translations.get("en", {})
    return [
        draft.code,
        draft.title,
        draft.description,
        money.figures(draft.cost_satang),
        ",".join(draft.categories),
        draft.place,
        draft.district,
        draft.exclusive_group,
        draft.proposer,
        draft.source,
        english.get("title", ""),
        english.get("description", ""),
        ",".join(english.get("categories", ())),
        english.get("place", ""),
    ]


def _free_numbers(taken: set[str]) -> Iterator[str]:
    return (str(number) for number in range(1, 2 * MOST_PROJECTS) if str(number) not in taken)

"""The house rules. A failure here names the wall that was broken."""

import ast
import re
import sys
from pathlib import Path

import pytest

from govapp.app import create_app
from tests.conftest import config

HOUSE = Path(__file__).parents[1] / "govapp"
FLOORS = """counting ledger verifier config core areas accounts organisations discussion committees
    ballotbox questions rolls proposals selection budgeting editions meetings monitoring notifications portal
    opendata demo wiring app __main__""".split()
ROOMS = """models rules events wording queries actions reactions tasks forms views cli""".split()
OPEN_PLAN = {
    "counting",
    "ledger",
    "verifier",
    "core",
    "demo",
}  # floors that are no slices: their files name themselves
MOST_LINES = 300
MAY_IMPORT = {
    "counting": {"numpy", "govapp"},
    "ledger": {"cryptography", "shamir_mnemonic", "govapp"},
    "verifier": {"govapp"},
}
LOOKS_AT = {"counting": {"counting"}, "ledger": {"ledger"}, "verifier": {"counting", "ledger", "verifier"}}
FLASK_ROOMS = {"views", "cli"}
FILES = sorted(HOUSE.rglob("*.py"))
CODE = [file for file in FILES if file.name != "__init__.py"]


def place(file: Path) -> tuple[str, ...]:
    """budgeting/views/staff.py -> (budgeting, views, staff); a package is its folder."""
    parts = file.relative_to(HOUSE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports(file: Path) -> list[list[str]]:
    """Every name a file imports, wherever the import stands, as path pieces."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = (node.module or "").split(".")
            found += [[*base, name.name] for name in node.names]
        elif isinstance(node, ast.Import):
            found += [name.name.split(".") for name in node.names]
    return found


def ours(file: Path) -> list[list[str]]:
    return [name[1:] for name in imports(file) if name[0] == "govapp" and name[1:]]


def name_of(file: Path) -> str:
    return "/".join(place(file))


def looks_up(here: tuple[str, ...], there: list[str]) -> bool:
    """Whether an import goes to a higher floor, or to a later room of its own slice."""
    floor, other = FLOORS.index(here[0]), FLOORS.index(there[0])
    if floor != other or here[0] in OPEN_PLAN:
        return other > floor
    room, next_room = here[1:2], there[1:2]
    if not room or room[0] not in ROOMS or next_room[0] not in ROOMS:
        return False
    return ROOMS.index(next_room[0]) > ROOMS.index(room[0])


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_only_looks_down(file: Path) -> None:
    for there in ours(file):
        if place(file):
            assert not looks_up(place(file), there), f"{file} imports upward: {'.'.join(there)}"


@pytest.mark.parametrize(
    ("here", "there", "up"),
    [
        (("areas", "models"), ["budgeting", "models"], True),
        (("budgeting", "models"), ["areas", "models"], False),
        (("budgeting", "queries"), ["budgeting", "actions"], True),
        (("budgeting", "views", "staff"), ["budgeting", "actions"], False),
        (("counting", "greedy"), ["core", "text"], True),
    ],
)
def test_the_wall_itself_stands(here: tuple[str, ...], there: list[str], up: bool) -> None:
    assert looks_up(here, there) is up


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_a_file_is_short_and_in_a_known_room(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MOST_LINES
    floor, *room = place(file)
    assert floor in FLOORS
    if room and floor not in OPEN_PLAN:
        assert room[0] in ROOMS  # a room may grow into a folder: views/staff.py


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_import_hides_in_a_function(file: Path) -> None:
    for function in ast.walk(ast.parse(file.read_text())):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                assert not isinstance(node, ast.Import | ast.ImportFrom), f"{file}:{node.lineno}"


@pytest.mark.parametrize(
    "file", [f for f in FILES if place(f)[:1] and place(f)[0] in MAY_IMPORT], ids=name_of
)
def test_pure_floors_import_only_what_they_may(file: Path) -> None:
    floor = place(file)[0]
    for name in imports(file):
        assert name[0] in MAY_IMPORT[floor] | sys.stdlib_module_names, f"{file} imports {name[0]}"
    assert {there[0] for there in ours(file)} <= LOOKS_AT[floor]


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_only_views_and_commands_touch_flask(file: Path) -> None:
    floor, *room = place(file)
    if floor in ("core", "app") or (room and room[0] in FLASK_ROOMS) or (floor == "demo" and room == ["cli"]):
        return
    assert not {name[0] for name in imports(file)} & {"flask", "flask_wtf", "werkzeug"}, file


def test_every_view_says_who_may_enter() -> None:
    app = create_app(config())
    unmarked = {name for name, view in app.view_functions.items() if not hasattr(view, "door")}
    assert unmarked == {"static"}


def test_templates_live_with_their_slice() -> None:
    templates = HOUSE.parent / "templates"
    for file in sorted(templates.rglob("*.html")):
        folder = file.relative_to(templates).parts[0]
        assert folder in [*FLOORS, "macros", "base.html"], file
        if file.name.startswith("_"):  # a part is never a whole page
            assert "{% extends" not in file.read_text(), file
        assert "style=" not in file.read_text(), f"{file}: the content security policy refuses inline styles"


def test_templates_import_only_what_they_use() -> None:
    templates = HOUSE.parent / "templates"
    for file in sorted(path for path in templates.rglob("*.*") if path.suffix in (".html", ".txt")):
        text = file.read_text()
        named = re.findall(r"{% from \S+ import (.+?) %}", text)
        for name in (each.split(" as ")[-1].strip() for names in named for each in names.split(",")):
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{file}: {name}"

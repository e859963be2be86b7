"""Bring every locales/<code>/messages.po up to date with the msgids in code, templates and WTForms.

    python -m tests.messages [thai.json ...]

Translations are kept, msgids no longer used are dropped. Each JSON file, {msgid: thai}, is merged
into the Thai catalogue; msgids in it that nobody uses are named and left out.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import wtforms
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HOUSE = Path(__file__).parents[1]
SPOKEN = dict.fromkeys(("_", "gettext", "lazy", "lazy_gettext", "N_")) | {"ngettext": (1, 2)}
ERRORS = dict.fromkeys(("Refused", "Denied", "Missing", "NotNow", "TooLarge", "Unreadable", "TooMany"))
FAULTS = dict.fromkeys(("Malformed", "Forged", "Mistyped", "Skipped"))  # of the ledger, with {named} places
KEYWORDS = SPOKEN | ERRORS | FAULTS | {"require": (2,), "fail": (2,), "warn": (2,)}


def used(house: Path = HOUSE) -> Catalog:
    """Every msgid that the code and templates under `house`, and WTForms, can show."""
    catalogue = Catalog()
    for folder, files, method, keywords in (
        (house / "govapp", "**.py", "python", KEYWORDS),
        (house / "templates", "**.*", "jinja2.ext:babel_extract", SPOKEN),
        (Path(wtforms.__file__).parent, "**.py", "python", {"gettext": None, "ngettext": (1, 2)}),
    ):
        for _file, _line, msgid, _comments, context in extract_from_dir(
            folder, [(files, method)], {files: {"silent": "false"}}, keywords
        ):
            if msgid:
                catalogue.add(msgid, context=context)
    return catalogue


def catalogues(house: Path = HOUSE) -> dict[str, Path]:
    """language code -> its .po file"""
    return {path.parent.name: path for path in sorted(house.glob("locales/*/messages.po"))}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name, abort_invalid=True)


def update(catalogue: Catalog, wanted: Catalog, given: Mapping[str, str | list[str]]) -> list[str]:
    """Make `catalogue` hold exactly the wanted msgids; returns the given ones that are not wanted."""
    catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    unused = []
    for msgid, translation in given.items():
        message = catalogue.get(msgid)
        if not msgid or message is None:
            unused.append(msgid)
            continue
        forms = (translation,) if isinstance(translation, str) else tuple(translation)
        message.string = forms if message.pluralizable else forms[0]
        message.flags.discard("fuzzy")
    return unused


def write(catalogue: Catalog, path: Path) -> None:
    """Sorted and without line numbers, so that a difference shows only what changed."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, no_location=True, sort_output=True, ignore_obsolete=True)


def is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def main(files: list[str]) -> None:
    given: dict[str, str | list[str]] = {}
    for name in files:
        given |= json.loads(Path(name).read_text(encoding="utf-8"))
    wanted = used()
    for code, path in catalogues().items():
        catalogue = read(path)
        unused = update(catalogue, wanted, given if code == "th" else {})
        write(catalogue, path)
        missing = [message.id for message in catalogue if message.id and not is_translated(message)]
        print(f"{code}: {len(catalogue)} msgids, {len(missing)} without translation")
        for note, msgids in (("untranslated", missing), ("not used", unused)):
            for msgid in msgids:
                print(f"  {note}: {msgid}")


if __name__ == "__main__":
    main(sys.argv[1:])

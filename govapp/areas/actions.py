"""Writing places down, one by one or by the file."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from govapp.areas import queries
from govapp.areas.events import AreasAdded, AreasImported
from govapp.areas.models import Area, AreaKind, Region
from govapp.areas.queries import Kept
from govapp.areas.rules import AreaFile, Entry, Rejected, sift
from govapp.core import clock, dates, text
from govapp.core.audit import record

CHUNK_ROWS = 5_000
_IN_ORDER = list(AreaKind)


@dataclass(frozen=True)
class Imported:
    """What became of a file: how many areas, and the lines that were not taken over, in order."""

    added: int
    changed: int
    unchanged: int
    rejected: list[Rejected]


def add_area(
    session: Session,
    code: str,
    kind: AreaKind,
    name_th: str,
    name_en: str,
    parent: Area | None = None,
    is_invented: bool = False,
) -> Area:
    """The area with this code; written down when it is new."""
    found = queries.by_code(session, code)
    if found is not None:
        return found
    area = Area(
        code=code,
        kind=kind,
        parent=parent,
        is_invented=is_invented,
        **_names(name_th, name_en, []),
    )
    session.add(area)
    session.flush()
    return area


def add_provinces(session: Session, actor_id: int | None) -> int:
    """Write down the country, its provinces and Bangkok where missing; returns how many areas were new."""
    shipped, ids = _shipped(), queries.ids(session)
    missing = [entry for entry in shipped if entry.code not in ids]
    if missing:
        _add(session, missing, ids, {entry.code: entry.kind for entry in shipped})
        record(session, actor_id, AreasAdded(len(missing)))
    return len(missing)


def _shipped() -> list[Entry]:
    """The areas that come with the program, in the form of any file of areas."""
    with (files("govapp.areas") / "provinces.csv").open(encoding="utf-8") as lines:
        return [
            Entry(
                row["code"],
                AreaKind(row["kind"]),
                row["name_th"],
                row["name_en"],
                row["parent_code"] or None,
                Region(row["region"]) if row["region"] else None,
            )
            for row in csv.DictReader(lines)
        ]


def import_areas(
    session: Session,
    actor_id: int | None,
    file: AreaFile,
    tell: Callable[[int], None] = lambda entries: None,
) -> Imported:
    """Write down what a file says, as far as it can stand: new areas, changes, closings and mergers.

    tell  hears the number of entries as they are dealt with
    The provinces are written down first where they are missing. Nothing is committed here.
    """
    add_provinces(session, actor_id)
    kept = queries.kept(session)
    accepted, refused = sift({code: each.entry for code, each in kept.items()}, file.entries)
    rejected = sorted([*file.rejected, *refused], key=lambda line: line.line)
    new = [entry for entry in accepted if entry.code not in kept]
    changed = [entry for entry in accepted if entry.code in kept and kept[entry.code].entry != entry]
    unchanged = len(accepted) - len(new) - len(changed)
    tell(len(file.entries) - len(new) - len(changed))
    kinds = {code: each.entry.kind for code, each in kept.items()} | {e.code: e.kind for e in accepted}
    ids = {code: each.id for code, each in kept.items()}
    _add(session, new, ids, kinds, tell)
    _change(session, changed, kept, ids, kinds, tell)
    _merge(session, new, ids)
    session.expire_all()
    record(session, actor_id, AreasImported(len(new), len(changed), unchanged, len(rejected)))
    return Imported(len(new), len(changed), unchanged, rejected)


def _add(
    session: Session,
    new: Sequence[Entry],
    ids: dict[str, int],
    kinds: Mapping[str, AreaKind],
    tell: Callable[[int], None] = lambda entries: None,
) -> None:
    """Insert from above to below, so that a parent's id is known when its children are written."""
    in_order = sorted(new, key=lambda entry: _IN_ORDER.index(entry.kind))
    for kind, entries in groupby(in_order, key=lambda entry: entry.kind):
        for chunk in _chunks(list(entries)):
            rows = [_row(entry, ids, kinds, []) | {"is_invented": False} for entry in chunk]
            session.execute(insert(Area), rows)
            _look_again(session)
            tell(len(chunk))
        ids |= queries.ids(session, kind)


def _look_again(session: Session) -> None:
    """Tell PostgreSQL that the table has grown: it would go on checking parents as if it were empty."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sql("ANALYZE areas"))


def _change(
    session: Session,
    changed: Sequence[Entry],
    kept: Mapping[str, Kept],
    ids: Mapping[str, int],
    kinds: Mapping[str, AreaKind],
    tell: Callable[[int], None],
) -> None:
    today = dates.local_day(clock.now()).isoformat()
    for chunk in _chunks(changed):
        rows = []
        for entry in chunk:
            before = kept[entry.code]
            row = _row(entry, ids, kinds, _earlier_names(before, entry, today))
            successor = {"merged_into_id": entry.merged_into_code and ids[entry.merged_into_code]}
            rows.append({"id": before.id, **row, **successor})
        session.execute(update(Area), rows)
        tell(len(chunk))


def _merge(session: Session, new: Sequence[Entry], ids: Mapping[str, int]) -> None:
    """Tell what new areas were merged into, now that everything is written."""
    merged = [
        {"id": ids[entry.code], "merged_into_id": ids[entry.merged_into_code]}
        for entry in new
        if entry.merged_into_code
    ]
    for chunk in _chunks(merged):
        session.execute(update(Area), chunk)


def _row(
    entry: Entry,
    ids: Mapping[str, int],
    kinds: Mapping[str, AreaKind],
    earlier_names: list[dict[str, str]],
) -> dict[str, Any]:
    return {
        "code": entry.code,
        "kind": entry.kind,
        "region": entry.region,
        "opened_on": entry.opened_on,
        "closed_on": entry.closed_on,
        "parent_id": entry.parent_code and ids[entry.parent_code],
        "parent_kind": entry.parent_code and kinds[entry.parent_code],
        **_names(entry.name_th, entry.name_en, earlier_names),
    }


def _names(name_th: str, name_en: str, earlier_names: list[dict[str, str]]) -> dict[str, Any]:
    earlier = [name for each in earlier_names for name in (each["name_th"], each["name_en"])]
    return {
        "name_th": name_th,
        "name_en": name_en,
        "earlier_names": earlier_names,
        "sort_key": text.sort_key(name_th),
        "search_text": "\n".join(text.search_text(name) for name in (name_th, name_en, *earlier) if name),
    }


def _earlier_names(before: Kept, entry: Entry, today: str) -> list[dict[str, str]]:
    """The earlier names; with the last one when the area is called otherwise now, and not only written so."""
    old, new = ((text.search_text(e.name_th), text.search_text(e.name_en)) for e in (before.entry, entry))
    if old[0] == new[0] and old[1] in ("", new[1]):
        return before.earlier_names
    last = {"name_th": before.entry.name_th, "name_en": before.entry.name_en, "until": today}
    return [*before.earlier_names, last]


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK_ROWS):
        yield rows[start : start + CHUNK_ROWS]

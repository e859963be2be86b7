"""Bringing people onto a roll by the file: read and checked first, taken over when somebody says so."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from govapp.core import bulk, cipher, clock
from govapp.core import spreadsheets as tables
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, Unreadable, require
from govapp.core.jobs import enqueue
from govapp.core.language import N_
from govapp.rolls import rules
from govapp.rolls.actions import IS_FROZEN, keeping
from govapp.rolls.events import RollFileBrought, RollFileDropped, RollFileRead, RollImported
from govapp.rolls.models import Roll, RollEntry
from govapp.rolls.models.imports import Fault, RollImport, RollPiece, RollRow, Stage, Verdict
from govapp.rolls.queries import pieces
from govapp.rolls.rules import columns
from govapp.rolls.rules.lines import Line, Reader

Begin = Callable[[], AbstractContextManager[Session]]
Tell = Callable[[int], None]
BATCH_LINES = 10_000
SEALING = "rolls/files"  # purpose of the key that seals a file until it is read
READ, APPLY = "read_roll", "apply_roll"  # kinds of jobs
EMPTY = N_("The file has no lines but the first. Send one with people in it.")
NOT_CHECKED = N_("This file is not waiting to be taken over.")
STORED = ("import_id", *Line._fields)
FIELDS = (  # what a line says of a person who is on the roll already
    "title given_name family_name sort_key search_name birth_year birth_month birth_day"
    " district standing address postcode post_order"
).split()
WHOLE = ("fingerprint", "case_number", "last_four", *FIELDS)


def check_header(file: BinaryIO) -> None:
    """Raises Unreadable, with what to mend, for a file that is none of a roll; nothing is kept of it."""
    _line, header = next(tables.read(file), (0, []))
    columns.read(header)
    file.seek(0)


def bring(
    session: Session, actor: Any, roll_id: int, name: str, file: BinaryIO, language: str, sealing_key: bytes
) -> RollImport:
    """Seal a file whose header was checked, and queue its reading. Raises Denied, NotNow."""
    roll = keeping(session, actor, roll_id)
    made = begin(session, roll.id, actor.id, name, language)
    for number, piece in enumerate(iter(lambda: file.read(pieces.PIECE), b"")):
        sealed = cipher.seal_bytes(sealing_key, piece, pieces.place(made.id, number))
        session.execute(insert(RollPiece), {"import_id": made.id, "number": number, "sealed": sealed})
    made.job_id = enqueue(session, READ, {"import_id": made.id}, actor_id=actor.id).id
    return made


def begin(session: Session, roll_id: int, actor_id: int | None, name: str, language: str) -> RollImport:
    """A file that is going to be read; raises NotNow once the roll is frozen."""
    if not rules.is_open(fetch(session, Roll, roll_id)):
        raise NotNow(IS_FROZEN)
    made = RollImport(roll_id=roll_id, made_by_id=actor_id, file_name=name[:200], language=language)
    session.add(made)
    session.flush()
    record(session, actor_id, RollFileBrought(roll_id, made.id))
    return made


def read(
    begin: Begin, import_id: int, file: BinaryIO, finding_key: bytes, tell: Tell = lambda lines: None
) -> None:
    """Read every line into roll_rows, some thousand at a time; done again it begins anew.

    tell  hears how many lines were read. Raises Unreadable.
    """
    with begin() as session:
        session.execute(delete(RollRow).where(RollRow.import_id == import_id))
        roll = fetch(session, RollImport, import_id).roll
        lines = tables.read(file)
        _line, header = next(lines, (0, []))
        reader = Reader.of(roll, columns.read(header), finding_key)
    read_lines = 0
    while batch := [reader.read(line, cells) for line, cells in islice(lines, BATCH_LINES)]:
        with begin() as session:
            bulk.copy_in(session, "roll_rows", STORED, ((import_id, *line) for line in batch))
        read_lines += len(batch)
        tell(read_lines)
    if not read_lines:
        raise Unreadable(EMPTY)


def check(session: Session, actor_id: int | None, import_id: int) -> RollImport:
    """Part the lines that were read: new, changed, as before, or rejected; the roll itself is not changed."""
    made = fetch(session, RollImport, import_id, lock=True)
    bulk.look_again(session, "roll_rows")
    _reject_doubled(session, made.id)
    _compare(session, made)
    made.stage = Stage.CHECKED
    _forget_content(session, made)
    record(session, actor_id, RollFileRead(made.roll_id, made.id, made.lines, made.rejected))
    return made


def ask_apply(session: Session, actor: Any, import_id: int) -> RollImport:
    """Queue the taking over of a file that was checked. Raises Denied, NotNow."""
    made = _checked(session, actor, import_id)
    made.stage = Stage.APPLYING
    made.job_id = enqueue(session, APPLY, {"import_id": made.id}, actor_id=actor.id).id
    return made


def drop(session: Session, actor: Any, import_id: int) -> RollImport:
    """Take nothing of a file over, and forget its lines. Raises Denied, NotNow."""
    made = _checked(session, actor, import_id)
    forget(session, made)
    record(session, actor.id, RollFileDropped(made.roll_id, made.id))
    return made


def forget(session: Session, made: RollImport) -> None:
    """The lines of a file that will not be taken over."""
    session.execute(delete(RollRow).where(RollRow.import_id == made.id))
    _forget_content(session, made)
    made.stage, made.finished_at = Stage.DROPPED, clock.now()


def apply(session: Session, actor_id: int | None, import_id: int) -> RollImport:
    """Take the lines over that can be: all of them, or none when something breaks. Raises NotNow.

    They are compared once more with the roll, which may have been corrected meanwhile.
    """
    made = fetch(session, RollImport, import_id, lock=True)
    roll = fetch(session, Roll, made.roll_id, lock=True)
    if not rules.is_open(roll):
        raise NotNow(IS_FROZEN)
    if made.stage not in (Stage.CHECKED, Stage.APPLYING):
        raise NotNow(NOT_CHECKED)
    _compare(session, made)
    _add(session, made)
    _change(session, made)
    taken = (RollRow.import_id == made.id) & (RollRow.verdict != Verdict.REJECTED)
    session.execute(delete(RollRow).where(taken))
    made.stage, made.finished_at = Stage.APPLIED, clock.now()
    session.flush()
    session.expire_all()
    counted = (made.added, made.changed, made.unchanged, made.rejected)
    record(session, actor_id, RollImported(made.roll_id, made.id, *counted))
    return made


def _forget_content(session: Session, made: RollImport) -> None:
    session.execute(delete(RollPiece).where(RollPiece.import_id == made.id))


def _checked(session: Session, actor: Any, import_id: int) -> RollImport:
    made = fetch(session, RollImport, import_id, lock=True)
    require(rules.may_keep(actor, made.roll))
    if made.stage is not Stage.CHECKED:
        raise NotNow(NOT_CHECKED)
    return made


def _reject_doubled(session: Session, import_id: int) -> None:
    """The same person twice: of one district the first line counts, of two districts none of them."""
    row = RollRow
    who = func.coalesce(row.fingerprint, row.case_number)
    good = (row.import_id == import_id, row.verdict != Verdict.REJECTED)
    one = select(
        who.label("who"),
        func.min(row.line).label("first"),
        func.max(row.line).label("last"),
        func.count(row.district.distinct()).label("districts"),
    )
    twice = one.where(*good).group_by(who).having(func.count() > 1).subquery()
    same = update(row).where(*good, who == twice.c.who).execution_options(synchronize_session=False)
    is_one_district, is_first = twice.c.districts == 1, row.line == twice.c.first
    other = case((is_first, twice.c.last), else_=twice.c.first)
    values = {
        "verdict": Verdict.REJECTED,
        "fault": case((is_one_district, Fault.TWICE.value), else_=Fault.TWO_DISTRICTS.value),
        "other": cast(other, String),
    }
    session.execute(same.where(~(is_one_district & is_first)).values(values))


def _compare(session: Session, made: RollImport) -> None:
    """What each good line means beside the roll as it is now.

    A file moves nobody from one district to another, except out of one that the vote does not have any more.
    """
    row, entry = RollRow, RollEntry
    differs = or_(*(_differ(getattr(row, name), getattr(entry, name)) for name in FIELDS))
    elsewhere = row.district != entry.district
    if made.roll.districts:
        elsewhere &= entry.district.in_(made.roll.districts)
    refused = or_(elsewhere, and_(entry.is_corrected, differs))
    verdict = case(
        (refused, Verdict.REJECTED.value), (differs, Verdict.CHANGED.value), else_=Verdict.SAME.value
    )
    fault = case((elsewhere, Fault.ELSEWHERE.value), (refused, Fault.CORRECTED.value), else_=None)
    good = (row.import_id == made.id, row.verdict != Verdict.REJECTED, entry.roll_id == made.roll_id)
    for same in (row.fingerprint == entry.fingerprint, row.case_number == entry.case_number):
        found = update(row).where(*good, same).execution_options(synchronize_session=False)
        values = {"verdict": verdict, "fault": fault, "entry_id": entry.id}
        session.execute(found.values(other=case((elsewhere, entry.district), else_=""), **values))
    counted = select(row.verdict, func.count()).where(row.import_id == made.id).group_by(row.verdict)
    numbers: dict[Verdict, int] = {verdict: number for verdict, number in session.execute(counted)}
    made.lines = sum(numbers.values())
    made.added, made.changed = numbers.get(Verdict.NEW, 0), numbers.get(Verdict.CHANGED, 0)
    made.unchanged, made.rejected = numbers.get(Verdict.SAME, 0), numbers.get(Verdict.REJECTED, 0)


def _differ(one: Any, other: Any) -> ColumnElement[bool]:
    return one.is_distinct_from(other)  # type: ignore[no-any-return]


def _add(session: Session, made: RollImport) -> None:
    row = RollRow.__table__.c
    new = select(literal(made.roll_id), literal(False), *(row[name] for name in WHOLE))
    chosen = new.where(row.import_id == made.id, row.verdict == Verdict.NEW).order_by(row.line)
    session.execute(insert(RollEntry).from_select(["roll_id", "is_corrected", *WHOLE], chosen))
    bulk.look_again(session, "roll_entries")


def _change(session: Session, made: RollImport) -> None:
    row = RollRow
    chosen = (row.import_id == made.id, row.verdict == Verdict.CHANGED, row.entry_id == RollEntry.id)
    changed = update(RollEntry).where(*chosen).values({name: getattr(row, name) for name in FIELDS})
    session.execute(changed.execution_options(synchronize_session=False))

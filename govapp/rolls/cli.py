import io
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions.citizen_numbers import Keys
from govapp.core import citizen_number, language, spreadsheets
from govapp.core.errors import Refused
from govapp.core.files import kinds, workshop
from govapp.core.files.kinds import Kind
from govapp.core.language import gettext as _
from govapp.rolls.actions import importing
from govapp.rolls.models import Roll
from govapp.rolls.models.imports import RollImport, RollRow
from govapp.rolls.queries import imports
from govapp.rolls.wording import fault_of

group = AppGroup("rolls", help="Who may vote.")

Begin = Callable[[], AbstractContextManager[Session]]


@group.command("list")
def list_() -> None:
    """Name every roll with its number."""
    with current_app.extensions["database"].read() as session:
        for roll in session.scalars(select(Roll).order_by(Roll.id)):
            click.echo(f"{roll.id}\t{roll.status.value}\t{roll.title}")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--roll", "roll_id", type=int, required=True, help="Number of the roll; see govapp rolls list.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the rejected lines, each with its reason, to this CSV file.",
)
def import_(file: Path, roll_id: int, dry_run: bool, rejected: Path | None) -> None:
    """Bring people from FILE (CSV or .xlsx) onto a roll: all lines that can be, or nothing at all.

    The first line names the columns, in Thai or English. The exit status is 1 when lines were rejected,
    2 when the file cannot be read.
    """
    begin: Begin = current_app.extensions["database"].write.begin
    with language.use(current_app.extensions["config"].language):
        try:
            made = _read(begin, file, roll_id)
        except (OSError, Refused) as error:
            message = _(error.message) % error.values if isinstance(error, Refused) else str(error)
            click.echo(f"{file.name}: {message}", err=True)
            raise SystemExit(2) from None
        with begin() as session:
            found = session.get_one(RollImport, made)
            counts = (found.added, found.changed, found.unchanged, found.rejected)
            _report(session, file, made, rejected)
            if dry_run:
                importing.forget(session, found)
            else:
                importing.apply(session, None, made)
    _summary(counts, dry_run)


def _read(begin: Begin, file: Path, roll_id: int) -> int:
    keys = Keys.of(str(current_app.secret_key))
    with file.open("rb") as plain:
        content = _opened(plain)
        importing.check_header(content)
        with begin() as session:
            made = importing.begin(session, roll_id, None, file.name, language.current()).id
        total = sum(block.count(b"\n") for block in iter(lambda: content.read(1 << 20), b""))
        content.seek(0)
        with click.progressbar(length=max(1, total), label="Reading", file=sys.stderr) as bar:
            importing.read(begin, made, content, keys.finding, lambda lines: bar.update(lines - bar.pos))
    with begin() as session:
        importing.check(session, None, made)
    return made


def _opened(file: BinaryIO) -> BinaryIO:
    """The file itself, or the cleaned copy of a spreadsheet."""
    is_sheet = file.read(len(kinds.ZIP)) == kinds.ZIP
    file.seek(0)
    return io.BytesIO(workshop.clean(file.read(), (Kind.XLSX,)).content) if is_sheet else file


def _report(session: Session, file: Path, import_id: int, report: Path | None) -> None:
    """Tell of every rejected line, in the report where one is wanted, else on the terminal."""
    rows = imports.every_rejected(session, import_id)
    if report is None:
        for row in rows:
            click.echo(f"{file.name}:{row.line}: {fault_of(row)}", err=True)
        return
    with report.open("w", encoding="utf-8-sig", newline="") as table:
        table.write(spreadsheets.lines([("line", "problem", "name", "citizen number", "district")]))
        for row in rows:
            table.write(spreadsheets.lines([_reported(row)]))


def _reported(row: RollRow) -> list[Any]:
    number = citizen_number.masked(row.last_four) if len(row.last_four) == 4 else ""
    return [row.line, fault_of(row), f"{row.given_name} {row.family_name}".strip(), number, row.district]


def _summary(counts: tuple[int, ...], dry_run: bool) -> None:
    numbers = dict(zip(("added", "changed", "unchanged", "rejected"), counts, strict=True))
    click.echo(
        _("added %(added)s, changed %(changed)s, unchanged %(unchanged)s, rejected %(rejected)s", **numbers)
    )
    if dry_run:
        click.echo(_("This was a trial: nothing was changed."), err=True)
    if numbers["rejected"]:
        raise SystemExit(1)

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from govapp.areas import actions, forms
from govapp.areas.actions import Imported
from govapp.areas.rules import AreaFile, Rejected
from govapp.core import language
from govapp.core.errors import Unreadable
from govapp.core.language import gettext as _
from govapp.core.spreadsheets import harmless

group = AppGroup("areas", help="Provinces, districts, sub-districts and local authorities.")


@group.command()
def provinces() -> None:
    """Write down the country, its provinces and Bangkok where they are missing."""
    with current_app.extensions["database"].write.begin() as session:
        count = actions.add_provinces(session, None)
    click.echo(f"{count} areas added.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the rejected lines, each with its reason, to this CSV file.",
)
def import_(file: Path, dry_run: bool, rejected: Path | None) -> None:
    """Bring areas in from FILE, a CSV file in UTF-8: all of it, or nothing when something breaks.

    Its columns: code, kind, name_th, name_en, parent_code, region, opened_on, closed_on,
    merged_into_code. A known code is changed, the others are added; parents may come later in the
    file. The exit status is 1 when lines were rejected, 2 when the file cannot be read.
    """
    if rejected and rejected.exists() and rejected.samefile(file):
        raise click.UsageError("--rejected names FILE itself")
    with language.use(current_app.extensions["config"].language):
        try:
            content = file.read_bytes()
            with _bar(content.count(b"\n"), "Reading") as bar:
                areas = forms.read(content, bar.update)
        except (OSError, Unreadable) as error:
            _refuse(file, error)
        with current_app.extensions["database"].write() as session:
            imported = _import(session, areas)
            _report(file, areas.header, imported.rejected, rejected)
            if dry_run:
                session.rollback()
            else:
                session.commit()
        _summary(imported, dry_run)


def _import(session: Session, areas: AreaFile) -> Imported:
    with _bar(len(areas.entries), "Writing") as bar:
        return actions.import_areas(session, None, areas, bar.update)


def _bar(length: int, label: str) -> Any:
    return click.progressbar(length=length, label=label, file=sys.stderr, update_min_steps=500)


def _report(file: Path, header: Sequence[str], rejected: Sequence[Rejected], report: Path | None) -> None:
    """Tell of every rejected line, in the report where one is wanted, else on the terminal."""
    if report is None:
        for line in rejected:
            click.echo(f"{file.name}:{line.line}: {_reason(line)}", err=True)
        return
    kept = [place for place, name in enumerate(header) if name.strip().lower() not in forms.OURS]
    try:
        with report.open("w", encoding="utf-8-sig", newline="") as table:
            writer = csv.writer(table)
            writer.writerow([*forms.OURS, *(header[place] for place in kept)])
            for line in rejected:
                cells = dict(enumerate(line.cells))
                extra = line.cells[len(header) :]
                row = [_reason(line), *(cells.get(place, "") for place in kept), *extra]
                writer.writerow([line.line, *map(harmless, row)])
    except OSError as error:
        _refuse(report, error)


def _reason(line: Rejected) -> str:
    return _(line.reason.message, **line.reason.values)


def _refuse(file: Path, error: Exception) -> NoReturn:
    message = _(error.message, **error.values) if isinstance(error, Unreadable) else str(error)
    click.echo(f"{file.name}: {message}", err=True)
    raise SystemExit(2)


def _summary(imported: Imported, dry_run: bool) -> None:
    counts = {
        "added": imported.added,
        "changed": imported.changed,
        "unchanged": imported.unchanged,
        "rejected": len(imported.rejected),
    }
    click.echo(
        _("added %(added)s, changed %(changed)s, unchanged %(unchanged)s, rejected %(rejected)s", **counts)
    )
    if dry_run:
        click.echo(_("This was a trial: nothing was changed."), err=True)
    if imported.rejected:
        raise SystemExit(1)

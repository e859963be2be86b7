import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from govapp.areas import queries as areas
from govapp.budgeting.actions import importing
from govapp.core import jobs
from govapp.counting.pabulib import Malformed, read

group = AppGroup("rounds", help="Participatory-budget rounds.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", help="Code of the area the budget belongs to; else a place named by the file.")
@click.option("--later", is_flag=True, help="Leave the counting to the worker.")
def import_(file: Path, area: str | None, later: bool) -> None:
    """Bring a finished election in from FILE (.pb), and count it."""
    content = file.read_bytes()
    try:
        read_file = read(content, file.name)
    except Malformed as malformed:
        click.echo(str(malformed), err=True)
        sys.exit(2)
    for warning in read_file.warnings:
        click.echo(f"{file.name}: {warning}", err=True)
    database = current_app.extensions["database"]
    with database.write.begin() as session:
        place = areas.by_code(session, area) if area else None
        if area and place is None:
            click.echo(f"There is no area with the code {area}", err=True)
            sys.exit(2)
        round_id = importing.import_round(session, None, read_file, content, place).id
    if not later:
        click.echo("Counting…", err=True)
        jobs.work_all(database, jobs.only(current_app.extensions["tasks"], "count_round"))
    click.echo(f"{current_app.extensions['config'].public_url}/rounds/{round_id}")

import click
from flask import current_app
from flask.cli import AppGroup

from govapp.core import jobs
from govapp.demo import actions

group = AppGroup("demo", help="The demo's one story.")


@group.command()
def load() -> None:
    """Fill an empty database with the demo; does nothing where there are rounds already."""
    database = current_app.extensions["database"]
    with database.write.begin() as session:
        loaded = actions.load(session)
    if loaded:
        click.echo("Counting the demo rounds…", err=True)
        jobs.work_all(database, jobs.only(current_app.extensions["tasks"], "count_round"))
    click.echo(
        "The demo is there." if loaded else "The database is not empty: nothing was changed.", err=True
    )

import click
from flask import current_app
from flask.cli import AppGroup

from govapp.core import jobs
from govapp.demo import actions

group = AppGroup("demo", help="The demo's one story.")


@group.command()
def load() -> None:
    """Fill the database with the demo, people included; chapters that are there stay as they are."""
    if not current_app.extensions["config"].demo:
        raise click.ClickException("Anybody can be the people of the demo: it needs GOVAPP_DEMO=1.")
    database = current_app.extensions["database"]
    with database.write.begin() as session:
        told = actions.load(session, str(current_app.secret_key))
    if actions.ROUNDS in told:
        click.echo("Counting the demo rounds…", err=True)
        jobs.work_all(database, jobs.only(current_app.extensions["tasks"], "count_round"))
    click.echo(f"The demo is there ({', '.join(told) or 'as before'}).", err=True)

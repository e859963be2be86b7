from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import AppGroup

from govapp.ballotbox.cli import boxes as boxes_cli
from govapp.core import jobs
from govapp.demo import actions, boxes, editions
from govapp.rolls.actions.codes import Keys

SHEETS, CODES = "demo-sheets.txt", "demo-codes.txt"  # in the instance folder

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


@boxes_cli.group.command("demo")
def box_demo() -> None:
    """Put two ballot boxes into the demo: one to vote in, one to open with the sheets that are told here."""
    config = current_app.extensions["config"]
    if not config.demo:
        raise click.ClickException("It tells the keys of its boxes: it needs GOVAPP_DEMO=1.")
    kept = Path(config.instance) / SHEETS
    told: list[str] = []
    place = urlsplit(config.public_url).netloc
    if boxes.load(current_app.extensions["database"], current_app.extensions["keys"], place, told.append):
        kept.write_text("\n".join(told) + "\n")
    click.echo(f"The ballot boxes of the demo are there; the sheets of their keys are in {kept}.", err=True)


@group.command("editions")
def load_editions() -> None:
    """Put three budget rounds into the demo: one to vote in now, a draft, and one that is over."""
    config = current_app.extensions["config"]
    if not config.demo:
        raise click.ClickException("It tells keys and access codes: it needs GOVAPP_DEMO=1.")
    instance = Path(config.instance)
    sheets: list[str] = []
    codes: list[str] = []
    server = editions.Server(
        current_app.extensions["database"],
        current_app.extensions["keys"],
        Keys.of(str(current_app.secret_key)),
        urlsplit(config.public_url).netloc,
    )
    if editions.load(server, sheets.append, codes.append):
        with (instance / SHEETS).open("a") as kept:
            kept.write("\n".join(sheets) + "\n")
        (instance / CODES).write_text("\n".join(codes) + "\n")
    click.echo(f"The budget rounds of the demo are there; access codes are in {instance / CODES}.", err=True)

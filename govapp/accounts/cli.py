import click
from flask import current_app
from flask.cli import AppGroup

from govapp.accounts.actions import sign_in as actions
from govapp.core.errors import Refused

group = AppGroup("admin", help="Platform administrators.")


@group.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name; the e-mail address when left out.")
@click.password_option(help="Asked for when left out.")
def create(email: str, name: str, password: str) -> None:
    """Make EMAIL an administrator, or set their password anew."""
    try:
        with current_app.extensions["database"].write.begin() as session:
            actions.create_admin(session, email, name or email, password)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{email} can sign in as an administrator.")

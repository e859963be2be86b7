import click
from flask import current_app
from flask.cli import AppGroup

from govapp.accounts.actions import second_factor
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


@group.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away the second factor of EMAIL, who lost the phone and the recovery codes."""
    try:
        with current_app.extensions["database"].write.begin() as session:
            second_factor.reset(session, email)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{email} signs in with the password alone; administrators then set up a new second factor.")

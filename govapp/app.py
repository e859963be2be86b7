"""The roof: settings, tables of wiring.py and tools of core/ become one app."""

import gc
import logging
import sys
from datetime import timedelta

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from werkzeug.middleware.proxy_fix import ProxyFix

from govapp.accounts.views import (
    door,
    thaid,
)
from govapp.accounts.views import (
    sign_in as accounts,
)
from govapp.ballotbox import tasks as box_tasks
from govapp.config import Config, ConfigError
from govapp.core import cli as core_cli
from govapp.core import headers, jobs, templating, web
from govapp.core.db import Database
from govapp.core.files import room
from govapp.core.jobs import Task
from govapp.core.key_folder import KeyFolder
from govapp.core.keys import LinkSigner
from govapp.core.mail import FileOutlet, MailChannel, SmtpOutlet
from govapp.core.openid import Provider
from govapp.demo import views as demo
from govapp.editions.views import station as edition_station
from govapp.notifications import tasks as notifications_tasks
from govapp.notifications.views import inbox
from govapp.notifications.wording import Stationery
from govapp.portal.views import chrome
from govapp.rolls.tasks import Registrar
from govapp.wiring import BLUEPRINTS, COMMANDS, PERSONAL_DATA, REACTIONS, TASKS

THAID_SCOPE = "openid pid title given_name family_name birthdate"


def create_app(config: Config | None = None) -> Flask:
    """The app for a configuration, or for the environment's; raises ConfigError."""
    config = config or Config.from_env()
    app = Flask(__name__, template_folder=templating.template_folder())
    app.secret_key = config.signing_key()
    _configure(app, config)
    app.extensions["config"] = config
    app.extensions["database"] = Database(config.database_url, REACTIONS)
    app.extensions["personal_data"] = PERSONAL_DATA
    app.extensions["keys"] = KeyFolder(config.box_keys)
    app.extensions["thaid"] = _thaid(config)
    headers.install(app, config.is_https, config.thaid_origin)
    templating.install(app)
    _open_post_office(app, config)
    room.install(app)
    web.install(app)
    accounts.install(app)
    door.install(app)
    thaid.install(app)
    edition_station.install(app)
    inbox.install(app)
    chrome.install(app, config)
    for bp in BLUEPRINTS:
        app.register_blueprint(bp)
    demo.install(app)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    return app


def serve() -> Flask:
    """What gunicorn starts in each web process: the app, with its worker where one is wanted."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create_app()
    if app.extensions["config"].worker:
        core_cli.start_embedded_worker(app)
    gc.freeze()  # what lives as long as the process need not be looked through again and again
    gc.set_threshold(50_000, 20, 20)
    return app


@click.group(cls=AppGroup)
@click.version_option(package_name="govapp")
def commands() -> None:
    """Participatory budgets and joint committees, decided in the open."""


for command in COMMANDS:
    commands.add_command(command)


def main() -> None:
    """The `govapp` command; the app is made only for commands that ask for it."""
    try:
        commands(obj=ScriptInfo(create_app=create_app, set_debug_flag=False))
    except ConfigError as error:
        click.echo(f"govapp: {error}", err=True)
        sys.exit(2)


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        LANGUAGE=config.language,
        MAX_CONTENT_LENGTH=config.upload_limit_bytes,
        SESSION_COOKIE_NAME="__Host-session" if config.is_https else "session",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_HOURS=config.session_hours,
        SESSION_IDLE_MINUTES=config.session_idle_minutes,
        WTF_CSRF_TIME_LIMIT=config.session_hours * 3600,
        WTF_CSRF_SSL_STRICT=False,  # Referer is not sent across sites; Sec-Fetch-Site is checked instead
    )


def _thaid(config: Config) -> Provider | None:
    """ThaID as this site's provider of identities, where it is set up."""
    if not config.thaid_issuer:
        return None
    return Provider(
        name="ThaID",
        issuer=config.thaid_issuer,
        client_id=config.thaid_client_id,
        client_secret=config.thaid_client_secret,
        scope=THAID_SCOPE,
        back_to=config.public_url.rstrip("/") + "/sign-in/thaid/back",
    )


def _open_post_office(app: Flask, config: Config) -> None:
    """Where letters leave, and the tasks of the app, among them its letters."""
    signer, kept = LinkSigner.of(config.signing_key()), timedelta(days=config.letter_days)
    paper = Stationery(app.jinja_env, signer, config.public_url.rstrip("/"), config.site_name)
    files = FileOutlet(config.letter_files)
    outlet = files if config.letter_folder else SmtpOutlet(config.smtp_url)
    channels = (MailChannel(outlet, config.sender, config.site_name),)
    office = notifications_tasks.PostOffice(channels, paper, kept)
    app.extensions["link_signer"] = signer
    app.extensions["stationery"] = paper
    porter = box_tasks.Porter(app.extensions["keys"])
    registrar = Registrar.of(config.signing_key(), app.jinja_env, paper.site, config.site_name)
    app.extensions["tasks"] = TASKS | {
        "publish_batches": Task(porter.publish_batches, again_after=box_tasks.BATCH_EVERY),
        "close_boxes": Task(porter.close_boxes, again_after=box_tasks.CLOSE_EVERY),
        "bundle_box": Task(porter.bundle, is_long=True),
        "verify_box": Task(porter.verify_bundles, is_long=True),
        **registrar.tasks(),
        "send_letters": Task(office.send_letters, again_after=notifications_tasks.SEND_EVERY),
        "tidy_letters": Task(office.forget_old, again_after=notifications_tasks.TIDY_EVERY),
        "tidy_letter_files": Task(lambda _: files.forget_old(kept), again_after=jobs.TIDY_EVERY),
        "tidy_jobs": Task(lambda running: jobs.forget_old(running, kept), again_after=jobs.TIDY_EVERY),
    }

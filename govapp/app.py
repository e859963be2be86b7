"""The roof: the one file that knows every slice. Read it to see the whole app."""

import gc
import logging
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from werkzeug.middleware.proxy_fix import ProxyFix

from govapp.accounts import cli as accounts_cli
from govapp.accounts import tasks as accounts_tasks
from govapp.accounts.events import people as accounts_events
from govapp.accounts.events import posts as post_events
from govapp.accounts.queries import personal_data as accounts_data
from govapp.accounts.views import (
    access,
    account,
    door,
    evidence,
    own_data,
    people,
    person,
    posts,
    privacy,
    reset,
    second_factor,
    sign_up,
    thaid,
)
from govapp.accounts.views import (
    sign_in as accounts,
)
from govapp.areas import cli as areas_cli
from govapp.areas import views as areas
from govapp.ballotbox import reactions as boxes_react
from govapp.ballotbox import tasks as box_tasks
from govapp.ballotbox.cli import boxes as boxes_cli
from govapp.ballotbox.cli import verify as verify_cli
from govapp.ballotbox.events import CheckpointSigned
from govapp.ballotbox.queries import personal_data as box_data
from govapp.ballotbox.views import (
    audit as box_audit,
)
from govapp.ballotbox.views import (
    ceremony,
    keys,
    running,
)
from govapp.ballotbox.views import (
    downloads as box_downloads,
)
from govapp.ballotbox.views import (
    notices as box_notices,
)
from govapp.ballotbox.views import (
    observers as box_observers,
)
from govapp.ballotbox.views import (
    public as boxes,
)
from govapp.budgeting import tasks as budgeting_tasks
from govapp.budgeting.cli import count as count_cli
from govapp.budgeting.cli import rounds as rounds_cli
from govapp.budgeting.views import compare, downloads, rounds, staff
from govapp.config import Config, ConfigError
from govapp.core import audit, headers, jobs, templating, web
from govapp.core import cli as core_cli
from govapp.core.db import Database
from govapp.core.files import keeping
from govapp.core.jobs import Task
from govapp.core.key_folder import KeyFolder
from govapp.core.keys import LinkSigner
from govapp.core.mail import FileOutlet, MailChannel, SmtpOutlet
from govapp.core.openid import Provider
from govapp.demo import cli as demo_cli
from govapp.demo import views as demo
from govapp.notifications import queries as letter_data
from govapp.notifications import reactions as notify
from govapp.notifications import tasks as notifications_tasks
from govapp.notifications.views import inbox, preferences
from govapp.notifications.views import staff as letters
from govapp.notifications.wording import Stationery
from govapp.portal.views import audit as log
from govapp.portal.views import chrome, desk, handover
from govapp.portal.views import home as portal
from govapp.questions.views import asking
from govapp.questions.views import ballot as questions
from govapp.rolls import cli as rolls_cli
from govapp.rolls import reactions as rolls_react
from govapp.rolls import tasks as roll_tasks
from govapp.rolls import views as rolls
from govapp.rolls.queries import personal_data as roll_data

BLUEPRINTS = [
    portal.bp,
    desk.bp,
    handover.bp,
    log.bp,
    accounts.bp,
    second_factor.bp,
    account.bp,
    thaid.bp,
    sign_up.bp,
    reset.bp,
    posts.bp,
    access.bp,
    own_data.bp,
    person.bp,
    people.bp,
    evidence.bp,
    privacy.bp,
    inbox.bp,
    preferences.bp,
    letters.bp,
    areas.bp,
    boxes.bp,
    box_downloads.bp,
    box_observers.bp,
    box_audit.bp,
    running.bp,
    keys.bp,
    ceremony.bp,
    box_notices.bp,
    rounds.bp,
    compare.bp,
    downloads.bp,
    staff.bp,
    questions.bp,
    asking.bp,
    *rolls.BLUEPRINTS,
]
COMMANDS = [
    *core_cli.commands,
    accounts_cli.group,
    areas_cli.group,
    boxes_cli.group,
    verify_cli.verify_command,
    count_cli.count_command,
    rounds_cli.group,
    rolls_cli.group,
    demo_cli.group,
]
REACTIONS: Mapping[type, Any] = {
    accounts_events.LinkOpened: [notify.send_link],
    accounts_events.SignedUpAgain: [notify.tell_account_exists],
    accounts_events.AddressVerified: [notify.welcome],
    post_events.GrantProposed: [notify.ask_to_confirm],
    post_events.GrantConfirmed: [notify.tell_given],
    post_events.GrantRefused: [notify.tell_refused],
    post_events.GrantEnded: [notify.tell_ended],
    post_events.PostHandedOver: [notify.tell_successor],
    **{event: [notify.tell_of_safety] for event in notify.SECURITY},
    accounts_events.AccountClosed: [
        boxes_react.forget_person,
        rolls_react.forget_person,
        notify.forget_person,
    ],
    CheckpointSigned: [notify.tell_observers],
}
PERSONAL_DATA = [
    accounts_data.personal_data,
    box_data.personal_data,
    roll_data.personal_data,
    letter_data.personal_data,
]  # what a person can take away
TASKS = {
    "import_round": Task(budgeting_tasks.import_round),
    "count_round": Task(budgeting_tasks.count_round),
    "explain_count": Task(budgeting_tasks.explain_count),
    "answer_reset": Task(accounts_tasks.answer_reset),
    "answer_sign_up": Task(accounts_tasks.answer_sign_up, is_private=True),
    "tidy_accounts": Task(accounts_tasks.tidy, again_after=accounts_tasks.TIDY_EVERY),
    "gather_digests": Task(notifications_tasks.gather_digests, again_after=notifications_tasks.GATHER_EVERY),
    "forget_files": Task(keeping.forget_task, again_after=keeping.FORGET_EVERY),
    "seal_audit": Task(audit.seal_task, again_after=audit.SEAL_EVERY),
    "verify_audit": Task(audit.verify_task),
    "verify_audit_daily": Task(audit.verify_task, again_after=audit.VERIFY_EVERY),
}
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
    web.install(app)
    accounts.install(app)
    door.install(app)
    thaid.install(app)
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
    registrar = roll_tasks.Registrar.of(config.signing_key(), app.jinja_env, paper.site, config.site_name)
    app.extensions["tasks"] = TASKS | {
        "publish_batches": Task(porter.publish_batches, again_after=box_tasks.BATCH_EVERY),
        "close_boxes": Task(porter.close_boxes, again_after=box_tasks.CLOSE_EVERY),
        "bundle_box": Task(porter.bundle),
        "verify_box": Task(porter.verify_bundles),
        **registrar.tasks(),
        "send_letters": Task(office.send_letters, again_after=notifications_tasks.SEND_EVERY),
        "tidy_letters": Task(office.forget_old, again_after=notifications_tasks.TIDY_EVERY),
        "tidy_letter_files": Task(lambda _: files.forget_old(kept), again_after=jobs.TIDY_EVERY),
        "tidy_jobs": Task(lambda running: jobs.forget_old(running, kept), again_after=jobs.TIDY_EVERY),
    }

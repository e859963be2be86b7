"""The roof: the one file that knows every slice. Read it to see the whole app."""

import gc
import logging
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import click
from flask import Flask, request, url_for
from flask.cli import AppGroup, ScriptInfo
from werkzeug.middleware.proxy_fix import ProxyFix

from govapp.accounts import cli as accounts_cli
from govapp.accounts.views import account, door, second_factor
from govapp.accounts.views import sign_in as accounts
from govapp.areas import cli as areas_cli
from govapp.areas import views as areas
from govapp.budgeting import tasks as budgeting_tasks
from govapp.budgeting.cli import count as count_cli
from govapp.budgeting.cli import rounds as rounds_cli
from govapp.budgeting.views import compare, downloads, rounds, staff
from govapp.config import Config, ConfigError
from govapp.core import audit, headers, templating, web
from govapp.core import cli as core_cli
from govapp.core.db import Database
from govapp.core.jobs import Task
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.demo import cli as demo_cli
from govapp.portal import views as portal

BLUEPRINTS = [
    portal.bp,
    accounts.bp,
    second_factor.bp,
    account.bp,
    areas.bp,
    rounds.bp,
    compare.bp,
    downloads.bp,
    staff.bp,
]
COMMANDS = [
    *core_cli.commands,
    accounts_cli.group,
    areas_cli.group,
    count_cli.count_command,
    rounds_cli.group,
    demo_cli.group,
]
REACTIONS: Mapping[type, Any] = {}
TASKS = {
    "import_round": Task(budgeting_tasks.import_round),
    "count_round": Task(budgeting_tasks.count_round),
    "explain_count": Task(budgeting_tasks.explain_count),
    "seal_audit": Task(audit.seal_task, again_after=audit.SEAL_EVERY),
}
NAVIGATION = [  # label, page, and the blueprints whose pages belong to it
    (N_("Home"), "portal.home", ()),
    (N_("Results"), "rounds.index", ("rounds", "compare", "staff_rounds")),
    (N_("Areas"), "areas.index", ("areas",)),
]
FOOTER = [
    (N_("Open to everyone"), "portal.accessibility", ()),
    (N_("Style guide"), "portal.styleguide", ()),
]


def create_app(config: Config | None = None) -> Flask:
    """The app for a configuration, or for the environment's; raises ConfigError."""
    config = config or Config.from_env()
    app = Flask(__name__, template_folder=templating.template_folder())
    app.secret_key = config.signing_key()
    _configure(app, config)
    app.extensions["config"] = config
    app.extensions["database"] = Database(config.database_url, REACTIONS)
    app.extensions["tasks"] = TASKS
    headers.install(app, config.is_https)
    templating.install(app)
    web.install(app)
    accounts.install(app)
    door.install(app)
    app.context_processor(lambda: _chrome(config))
    for bp in BLUEPRINTS:
        app.register_blueprint(bp)
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


def _chrome(config: Config) -> dict[str, Any]:
    """What the masthead and the footer need on every page."""
    return {
        "navigation": _links(NAVIGATION),
        "footer": _links(FOOTER),
        "site_name": config.site_name,
        "site_place": config.site_place,
        "demo": config.demo,
    }


def _links(places: Sequence[tuple[str, str, Collection[str]]]) -> list[dict[str, Any]]:
    here, part = request.endpoint, request.blueprint
    return [
        {"label": _(label), "url": url_for(endpoint), "current": endpoint == here or part in parts}
        for label, endpoint, parts in places
    ]

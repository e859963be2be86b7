"""Commands that keep a server running: tables, worker, audit log, serving."""

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from govapp.core import audit, documents, doors, jobs, migrate
from govapp.core.errors import Refused

audit_group = AppGroup("audit", help="The audit log.")


@click.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bring the database's tables up to date."""
    migrate.upgrade(current_app.extensions["database"].engine)
    click.echo("The database is up to date.", err=True)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_appcontext
def worker(once: bool) -> None:
    """Do jobs until stopped. Several workers share the work safely."""
    _check()
    database, tasks = current_app.extensions["database"], current_app.extensions["tasks"]
    if once:
        click.echo(f"{jobs.work_all(database, tasks)} jobs done.", err=True)
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("Waiting for jobs. Ctrl-C stops.", err=True)
    jobs.stand_ready(database, tasks)
    jobs.work(database, tasks, stop)


@audit_group.command()
@with_appcontext
def verify() -> None:
    """Check the chain of the audit log. Exit 1 when a row was changed or taken away."""
    with current_app.extensions["database"].read() as session:
        total = audit.sealed_count(session)
        with click.progressbar(length=total, label="Checking", file=sys.stderr) as bar:
            verdict = audit.verify(session, lambda _: bar.update(1))
    if verdict.broken_at is not None:
        click.echo(f"The log was changed: entry {verdict.broken_at} does not fit the chain.")
    if verdict.cut_at is not None:
        click.echo(f"The log was changed: link {verdict.cut_at} is gone, or another than it was.")
    if not verdict.is_sound:
        sys.exit(1)
    click.echo(f"{verdict.sealed} entries fit the chain; {verdict.unsealed} are not sealed yet.")
    click.echo(f"The last link is {verdict.digest}.")
    click.echo("Note it elsewhere: rows cut off the end do not show here.")


@audit_group.command()
@with_appcontext
def seal() -> None:
    """Seal the entries that are waiting."""
    with current_app.extensions["database"].write.begin() as session:
        click.echo(f"{audit.seal(session)} entries sealed.", err=True)


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the site with gunicorn, after bringing the tables up to date."""
    config = current_app.extensions["config"]
    migrate.upgrade(current_app.extensions["database"].engine)
    _check()
    current_app.extensions["database"].engine.dispose()
    if not documents.available():
        click.echo("In place of PDF files people get pages to print.", err=True)
    click.echo(f"The site is at {config.public_url} (Ctrl-C stops)", err=True)
    options = (
        f"--bind={config.bind}",
        f"--workers={config.processes}",
        f"--threads={config.threads}",
        "--worker-class=gthread",
        "--log-level=warning",
        "--graceful-timeout=5",
        "--no-control-socket",
        f"--worker-tmp-dir={'/dev/shm' if os.path.isdir('/dev/shm') else '/tmp'}",
    )
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *options, "govapp.app:serve()"])


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for programs.")
@with_appcontext
def routes(as_json: bool) -> None:
    """List every page with its door and the rule that guards it. Exit 1 when a page has none."""
    found = doors.of(current_app)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
    else:
        for each in found:
            click.echo(f"{','.join(each.methods):<9} {each.path:<48} {each.door:<10} {each.rule}")
    if open_ones := [each.path for each in found if not each.door]:
        raise click.ClickException(f"Nothing guards {', '.join(open_ones)}")


def _check() -> None:
    """What must hold before anybody is served."""
    with current_app.extensions["database"].read() as session:
        try:
            for check in current_app.extensions["checks"]:
                check(session)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused


def start_embedded_worker(app: Flask) -> None:
    """The worker inside the web process: enough for a first look and a small site."""
    database, tasks = app.extensions["database"], app.extensions["tasks"]

    def run() -> None:
        jobs.stand_ready(database, tasks)
        jobs.work(database, tasks, threading.Event())

    threading.Thread(target=run, name="worker", daemon=True).start()


commands: list[Any] = [migrate_command, worker, audit_group, routes, serve]

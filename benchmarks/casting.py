"""A ballot through the whole stack (sign-in, CSRF, sealing, leaf, receipt), beside the yardstick's INSERT."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select

from benchmarks import servers
from benchmarks.figures import Figure, note
from benchmarks.load import Load, middle
from benchmarks.posts import Form, post
from benchmarks.servers import BARE, Databases
from govapp.accounts.actions import sign_in
from govapp.accounts.models import WebSession
from govapp.app import create_app
from govapp.ballotbox.rules import tickets
from govapp.ballotbox.rules.tickets import Ticket
from govapp.config import Config
from govapp.core import clock, migrate
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from govapp.questions.models import QuestionVoter
from tests.questions import asked

ROUNDS = 3
SECONDS, QUICK_SECONDS = 6, 2
MOST_A_SECOND = 1_500  # forms that are laid ready
OF_THE_YARDSTICK = 40.0  # per cent; the goal is 60
P99_TIMES = 4.0


def run(quick: bool) -> Iterator[Figure]:
    if not BARE.exists():
        note(f"casting: left out, there is no yardstick at {BARE}")
        return
    seconds = QUICK_SECONDS if quick else SECONDS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="govapp-bench-")))
        try:
            databases = stack.enter_context(servers.postgresql())
        except servers.NoPostgreSQL as error:
            note(f"casting: left out: {error}")
            return
        note("casting: signing voters in")
        forms = _voters(databases.govapp, folder, seconds * ROUNDS * MOST_A_SECOND)
        port = stack.enter_context(servers.govapp(databases.govapp, folder, databases.processes))
        bare = stack.enter_context(servers.bare(databases, folder))
        yield from _measured(databases, folder, {port: forms, bare: _bare_forms()}, seconds)


def _voters(url: str, folder: Path, number: int) -> list[Form]:
    """People on the list of an open question, each signed in and with the ballot page before them."""
    database = Database(url)
    try:
        migrate.upgrade(database.engine)
        question = asked.question(database, KeyFolder(folder / "keys"), number)
        app = create_app(
            Config(database_url=url, secret_key=servers.SECRET, instance=str(folder), worker=False)
        )
        with database.read() as session:
            rows = session.execute(select(QuestionVoter.user_id, QuestionVoter.voter_id)).all()
        tokens = _sign_in(database, [row.user_id for row in rows])
        return [
            _form(app, question.path, question.site.box_id, row.voter_id, token)
            for row, token in zip(rows, tokens, strict=True)
        ]
    finally:
        database.engine.dispose()


def _sign_in(database: Database, user_ids: Sequence[int]) -> list[str]:
    """A token of a sign-in for each."""
    tokens = [secrets.token_urlsafe(32) for _ in user_ids]
    now = clock.now()
    rows = [
        {
            "user_id": user_id,
            "token_sha256": sign_in.hashed(token),
            "used_at": now,
            "ends_at": now + timedelta(hours=2),
        }
        for user_id, token in zip(user_ids, tokens, strict=True)
    ]
    with database.write.begin() as session:
        session.execute(insert(WebSession), rows)
    return tokens


def _form(app: Flask, path: str, box_id: int, voter: str, token: str) -> Form:
    """What the browser of a voter sends: the cookie, the token against forgery, the ticket, the answer."""
    cookies = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    guard = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps("x" * 40)
    ticket = tickets.written(app.extensions["link_signer"], Ticket.new(box_id, voter, 0))
    cookie = cookies.dumps({"sign_in": token, "csrf_token": "x" * 40})
    body = urlencode({"csrf_token": guard, "ticket": ticket, "answer": "yes"})
    return Form(path, f"session={cookie}", body)


def _bare_forms() -> list[Form]:
    """As the yardstick's own script sends them: another voter each time."""
    return [
        Form("/ballot", "", urlencode({"voter_id": voter, "round_id": number, "choices": "1,4,7"}))
        for number in (1, 2)
        for voter in range(1, 100_001)
    ]


def _measured(
    databases: Databases, folder: Path, forms: dict[int, list[Form]], seconds: int
) -> Iterator[Figure]:
    own, bare = forms
    loads: dict[int, list[Load]] = {own: [], bare: []}
    for number in range(1, ROUNDS + 1):
        note(f"casting: round {number} of {ROUNDS}")
        for port, found in loads.items():
            load, posted = post(port, forms[port], seconds, folder)
            found.append(load)
            del forms[port][:posted]
    speed, yardstick = middle(loads[own]), middle(loads[bare])
    subject = f"a ballot, {databases.name} with fsync"
    share = 100 * speed.per_second / yardstick.per_second
    yield Figure("casting", subject, "32 voters", speed.per_second, "/s")
    yield Figure("casting", subject, "32 voters, p50", speed.p50, "ms")
    yield Figure("casting", subject, "32 voters, p99", speed.p99, "ms")
    yield Figure("casting", "yardstick's ballot", "32 voters", yardstick.per_second, "/s")
    yield Figure("casting", "yardstick's ballot", "32 voters, p99", yardstick.p99, "ms")
    yield Figure("casting", subject, "of the yardstick", share, "%", at_least=OF_THE_YARDSTICK)
    yield Figure(
        "casting", subject, "p99, times the yardstick's", speed.p99 / yardstick.p99, "", at_most=P99_TIMES
    )

"""Posts of one form at the same moment, to the ballot page of the site as it is served."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode

from flask import Flask

from benchmarks.servers import SECRET
from govapp.accounts.actions import sign_in
from govapp.accounts.models import User
from govapp.app import create_app
from govapp.config import Config
from govapp.core.key_folder import KeyFolder
from tests.battery.office import at_once
from tests.battery.sites import Place, served
from tests.forms import TOKEN
from tests.questions import asked
from tests.questions.asked import Asked
from tests.questions.test_ballot import CODE, TICKET

PATIENCE = 60  # seconds for one answer


@dataclass(frozen=True)
class Shown:
    """code: of the receipt, "" on another page."""

    status: int
    code: str


def posted(place: Place, voters: int, posts: int) -> tuple[Asked, list[list[Shown]]]:
    """What each of the voters is shown, who all send their form so many times at once."""
    question = asked.question(place.database, KeyFolder(place.folder / "keys"), max(voters, 30))
    app = create_app(Config(database_url=place.url, secret_key=SECRET, worker=False))
    cookies = [_cookie(app, place, person) for person in question.people[:voters]]
    app.extensions["database"].engine.dispose()
    with served(place) as port:
        return question, [_post(port, question.path, cookie, posts) for cookie in cookies]


def _cookie(app: Flask, place: Place, person: int) -> str:
    """Of a sign-in, as if it had been through the pages: passwords are not what is tried here."""
    with place.database.write.begin() as session:
        token = sign_in.open_sign_in(session, session.get_one(User, person), timedelta(hours=1), "")
    sealed = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={sealed.dumps({'sign_in': token})}"


def _post(port: int, path: str, cookie: str, posts: int) -> Sequence[Shown]:
    _status, cookie, body = _ask(port, "GET", path, cookie)
    token, ticket = TOKEN.search(body), TICKET.search(body)
    if not token or not ticket:
        raise RuntimeError(f"{path} shows no ballot: {re.sub('<[^>]*>', '', body)[:500]}")
    form = urlencode({"csrf_token": token[1], "ticket": ticket[1], "answer": "yes"})
    answers = at_once([partial(_ask, port, "POST", path, cookie, form)] * posts)
    return [Shown(status, found[1] if (found := CODE.search(body)) else "") for status, _, body in answers]


def _ask(port: int, method: str, path: str, cookie: str, form: str | None = None) -> tuple[int, str, str]:
    """Over a connection of its own: status, the cookie from now on, body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {})
    connection.request(method, path, form, headers)
    answer = connection.getresponse()
    set_, body = answer.getheader("Set-Cookie"), answer.read().decode()
    connection.close()
    return answer.status, set_.partition(";")[0] if set_ else cookie, body

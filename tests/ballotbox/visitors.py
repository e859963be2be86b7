"""People at the pages of a box: signed in just now, each with a browser of their own."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from govapp.accounts.actions import sign_in
from govapp.accounts.models import User
from tests import make
from tests.ballotbox.boxes import Site

TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


def visitor(app: Flask, site: Site, user_id: int, is_staff: bool = False) -> FlaskClient:
    """A browser in which this person is signed in and speaks English."""
    with site.database.write() as session:
        person = session.get_one(User, user_id)
        if is_staff and person.second_factor is None:
            make.second_factor(session, person)
        token = sign_in.open_sign_in(session, person, timedelta(hours=12), "")
        session.commit()
    client = app.test_client()
    client.set_cookie("language", "en")
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token
    return client


def officer(app: Flask, site: Site) -> FlaskClient:
    return visitor(app, site, site.officer_id, is_staff=True)


def send(client: FlaskClient, path: str, **typed: str) -> Any:
    """Fill in the form of a page and send it, as a browser does."""
    found = TOKEN.findall(client.get(path).get_data(as_text=True))
    return client.post(path, data={"csrf_token": found[-1] if found else "", **typed})


def text(answer: Any) -> str:
    """What stands on a page, without markup."""
    body = re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", body).replace("&#39;", "'").replace("&#34;", '"')

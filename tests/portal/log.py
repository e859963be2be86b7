"""People of the log for tests of its pages."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_in
from govapp.accounts.models import User
from govapp.accounts.models.posts import Role
from govapp.areas.actions import add_provinces
from govapp.areas.models import Area
from govapp.areas.queries import by_code
from govapp.core.audit import AuditEntry
from tests import make


def country(session: Session) -> Area:
    add_provinces(session, None)
    found = by_code(session, "TH")
    assert found is not None
    return found


def auditor(session: Session, email: str = "auditor@example.org", place: Area | None = None) -> User:
    """Of the whole country unless told otherwise, with a second factor."""
    made = make.staff(session, Role.AUDITOR, place or country(session), email)
    make.second_factor(session, made)
    session.refresh(made)
    return made


def reader(app: Flask, session: Session, person: User) -> FlaskClient:
    """A browser in which the person is signed in, proved just now, and reads English."""
    client = app.test_client()
    client.set_cookie("language", "en")
    token = sign_in.open_sign_in(session, person, timedelta(hours=1), "")
    session.commit()
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token
    return client


def body(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.location
    return str(answer.get_data(as_text=True)).replace("\u00a0", " ")


def events(session: Session, *names: str) -> list[dict[str, Any]]:
    """The details of every entry of these events, the oldest first."""
    found = select(AuditEntry).where(AuditEntry.event.in_(names)).order_by(AuditEntry.id)
    return [entry.details for entry in session.scalars(found)]

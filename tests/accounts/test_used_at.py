from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from govapp.accounts.models import WebSession
from govapp.core import clock
from govapp.core.db import Database
from tests import make


def test_a_form_sent_after_a_pause_waits_for_nobody(database: Database, own_app: Flask) -> None:
    """Noting that a sign-in is in use has its own transaction, which must not wait for the request's."""
    client = own_app.test_client()
    with database.write() as session:
        user = make.admin(session)
        secret = make.second_factor(session, user)
        session.refresh(user)
        session.expunge(user)
    make.enter(client, session, user, secret)
    token = make.csrf(client, "/account/sessions")
    later = clock.now() + timedelta(minutes=2)
    with clock.stopped(later):
        answer = client.post("/account/sessions/end-others", data={"csrf_token": token})
    assert answer.status_code == 303
    with database.read() as session:
        assert session.scalars(select(WebSession.used_at)).all() == [later]

"""Whether the log is whole: verified by a job, noticed without anybody asking, told on desks and pages."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post, Role
from govapp.areas.models import AreaKind
from govapp.core import clock, jobs
from govapp.core.audit import AuditVerdict, last_seal, seal
from govapp.core.jobs import Job, JobState
from govapp.core.matters import Matter
from govapp.portal.queries import audit as queries
from govapp.portal.queries import on_desk
from govapp.wiring import TASKS
from tests import make
from tests.forms import send
from tests.portal import log
from tests.statements import noted

OPEN = {
    "sqlite": "DROP TRIGGER audit_entries_no_UPDATE",
    "postgresql": "DROP TRIGGER audit_entries_append_only ON audit_entries",
}


@pytest.fixture
def reader(app: Flask, session: Session) -> FlaskClient:
    return log.reader(app, session, log.auditor(session))


def tamper(session: Session) -> int:
    """Change an entry that is sealed, as whoever owns the database can; its number."""
    seal(session)
    number = session.scalar(text("SELECT min(id) + 2 FROM audit_entries"))
    session.execute(text(OPEN[session.get_bind().dialect.name]))
    session.execute(text("UPDATE audit_entries SET actor_id = 99 WHERE id = :number"), {"number": number})
    session.commit()
    session.expire_all()
    return int(number)


def work(app: Flask, *kinds: str) -> None:
    jobs.work_all(app.extensions["database"], jobs.only(TASKS, *kinds))


def matters(session: Session, role: Role) -> list[Matter]:
    post = session.scalars(select(Post).where(Post.role == role)).first()
    assert post is not None
    return [matter for matter in on_desk(session, post) if matter.endpoint == "audit.chain"]


def test_the_page_tells_the_state_of_the_chain(reader: FlaskClient, session: Session) -> None:
    before = log.body(reader, "/audit/chain")
    assert "Not yet. It is done every day by itself." in before
    seal(session)
    session.commit()
    last = last_seal(session)
    assert last is not None
    page = log.body(reader, "/audit/chain")
    assert f"<code>{last.digest}</code>" in page
    assert f"<dd>{last.id:,}</dd>" in page


def test_verifying_runs_as_a_job_that_may_be_left(app: Flask, reader: FlaskClient, session: Session) -> None:
    seal(session)
    session.commit()
    where = send(reader, "/audit/chain", to="/audit/chain/verify").location
    assert where.startswith("/audit/chain?job=")
    for came_back in (where, "/audit/chain"):
        page = log.body(reader, came_back)
        assert "0% done. You can leave this page" in page
        assert 'http-equiv="refresh"' in page, "without a script too"
        assert "Verify now" not in page
    again = send(reader, "/audit", to="/audit/chain/verify").location
    assert again == where, "one at a time"
    work(app, "verify_audit")
    page = log.body(reader, where)
    assert "every sealed entry is as it was" in page
    assert "Verify now" in page
    part = reader.get(where, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part
    assert 'data-announce="The chain is verified."' in part
    verdict = session.scalars(select(AuditVerdict)).one()
    assert verdict.is_sound
    assert f"{verdict.sealed:,}" in page
    assert log.events(session, "VerificationAsked") == [{}, {}]


def test_a_job_that_failed_is_told(app: Flask, reader: FlaskClient, session: Session) -> None:
    where = send(reader, "/audit/chain", to="/audit/chain/verify").location
    session.execute(update(Job).where(Job.kind == "verify_audit").values(state=JobState.FAILED, once=None))
    session.commit()
    page = log.body(reader, where)
    assert "could not be verified" in page
    assert "Verify now" in page


def test_a_job_of_another_kind_is_no_verification(reader: FlaskClient, session: Session) -> None:
    other = jobs.enqueue(session, "import_round", {})
    session.commit()
    assert "You can leave this page" not in log.body(reader, f"/audit/chain?job={other.id}")
    assert "Verify now" in log.body(reader, "/audit/chain?job=999999999")


def test_a_broken_chain_is_noticed_without_anybody_asking(
    app: Flask, reader: FlaskClient, session: Session
) -> None:
    number = tamper(session)
    assert matters(session, Role.AUDITOR) == []
    jobs.stand_ready(app.extensions["database"], jobs.only(TASKS, "verify_audit_daily"))
    work(app, "verify_audit_daily")
    (matter,) = matters(session, Role.AUDITOR)
    assert "does not hold" in matter.words
    assert "does not hold" in log.body(reader, "/desk")
    for where in ("/audit", "/audit/chain"):
        page = log.body(reader, where)
        assert "The log was changed." in page, where
        assert f"Entry {number} is the first that does not fit" in page
        assert f'href="/audit/{number}"' in page
    assert "Does not fit" in log.body(reader, f"/audit/{number}")
    assert "the server by itself" in log.body(reader, "/audit/chain")


def test_administrators_hear_of_it_but_do_not_read_the_log(app: Flask, session: Session) -> None:
    administrator = make.admin(session)
    make.second_factor(session, administrator)
    session.refresh(administrator)
    number = tamper(session)
    client = log.reader(app, session, administrator)
    send(client, "/audit/chain", to="/audit/chain/verify")
    work(app, "verify_audit")
    assert len(matters(session, Role.ADMINISTRATOR)) == 1
    page = log.body(client, "/audit/chain")
    assert f"Entry {number} is the first" in page
    assert 'href="/audit/' not in page.replace('href="/audit/chain', "")
    assert client.get("/audit").status_code == client.get(f"/audit/{number}").status_code == 403


def verdict_of(age: timedelta, **given: Any) -> AuditVerdict:
    return AuditVerdict(at=clock.now() - age, sealed=1, unsealed=0, digest="x", **given)


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        ([], ""),
        ([verdict_of(timedelta(days=1))], ""),
        ([verdict_of(timedelta(days=4))], "no longer verified"),
        ([verdict_of(timedelta(days=4), broken_at=3)], "does not hold"),
        ([verdict_of(timedelta(days=1), cut_at=3)], "does not hold"),
        ([verdict_of(timedelta(days=9), broken_at=3), verdict_of(timedelta())], ""),
    ],
)
def test_what_stands_on_a_desk(session: Session, verdicts: list[AuditVerdict], says: str) -> None:
    log.auditor(session)
    for verdict in verdicts:
        session.add(session.merge(verdict))
        session.flush()
    found = matters(session, Role.AUDITOR)
    assert [says in matter.words for matter in found] == ([True] if says else [])


def test_a_log_that_was_never_verified_is_missed_after_some_days(session: Session) -> None:
    log.auditor(session)
    with clock.stopped(clock.now() + queries.OVERDUE + timedelta(minutes=1)):
        assert len(matters(session, Role.AUDITOR)) == 1


def test_auditors_of_an_area_cannot_do_anything_about_it(session: Session) -> None:
    province = make.area(session, "x-1", kind=AreaKind.PROVINCE, parent=log.country(session))
    log.auditor(session, place=province)
    session.add(verdict_of(timedelta(), broken_at=3))
    session.flush()
    assert matters(session, Role.AUDITOR) == []


def test_the_page_asks_a_fixed_number_of_queries(reader: FlaskClient, session: Session) -> None:
    for number in range(queries.PAST_VERDICTS + 5):
        session.add(verdict_of(timedelta(days=1), actor_id=number))
    session.commit()
    reader.get("/audit/chain")  # the first page of an app asks whether it is a demonstration
    session.expire_all()
    with noted(session) as sent:
        page = log.body(reader, "/audit/chain")
    assert page.count('<th scope="row">') == queries.PAST_VERDICTS
    assert len(sent) == 10

"""The auditors' page of a box: who sees it, what stands there, verifying anew."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from govapp.ballotbox import wording
from govapp.ballotbox.actions import bundles
from govapp.ballotbox.models import Openings
from govapp.ballotbox.models.log import BoxBundle, Opening
from govapp.ballotbox.queries import audit
from govapp.core import jobs
from govapp.core.db import Database
from govapp.verifier.verdict import Finding
from govapp.verifier.verify import verify
from tests import make, statements
from tests.ballotbox import boxes, pages
from tests.ballotbox.boxes import Site
from tests.ballotbox.pages import words
from tests.portal import log


def press(client: FlaskClient, site: Site) -> Any:
    path = f"/boxes/{site.box_id}/audit"
    return client.post(f"{path}/verify", data={"csrf_token": pages.token(client, path)})


def test_an_auditor_of_the_area_sees_both_verdicts_line_by_line(app: Flask) -> None:
    site = pages.ended(app, changed=2)
    client = pages.auditor(app, site)
    page = words(client.get(f"/boxes/{site.box_id}/audit"))
    for check in wording.CHECKS.values():
        assert page.count(check) == 2, check
    assert "Changes that the ballots tell of, Σ(rev − 1) 2 Ballots in whose place another was put 2" in page
    assert "They agree" in page
    assert f"Destroyed the key that joins names and ballots of ballot box {site.box_id} box-officer" in page
    assert f"Signed that the key of names and ballots of box {site.box_id} is destroyed ผู้ใช้ทดสอบ" in page
    assert "Auditors' page" in words(client.get(f"/boxes/{site.box_id}"))
    answer = client.get(f"/boxes/{site.box_id}/audit/bundle.zip")
    assert b"audit.json" in answer.data
    assert verify(answer.data).holds


def test_nobody_else_does(app: Flask, client: FlaskClient) -> None:
    site = pages.ended(app)
    path = f"/boxes/{site.box_id}/audit"
    assert client.get(path).status_code == 303
    with site.begin() as session:
        officer = site.officer(session)
        make.second_factor(session, officer)
    for visitor in (pages.known(app, site), pages.known(app, site, officer)):
        assert visitor.get(path).status_code == 403
        assert visitor.get(f"{path}/bundle.zip").status_code == 403
    elsewhere = pages.auditor(app, site, "elsewhere@example.org", here=False)
    assert elsewhere.get(path).status_code == 403
    assert "Auditors" not in words(elsewhere.get(f"/boxes/{site.box_id}"))


def test_histories_that_do_not_agree_are_seen(app: Flask, session: Session) -> None:
    site = pages.ended(app)
    change(site, rev=1)
    page = words(pages.auditor(app, site).get(f"/boxes/{site.box_id}/audit"))
    assert "They do not agree" in page


def test_before_the_count_there_is_nothing_to_verify(app: Flask) -> None:
    site = pages.opened(app, cast=2)
    client = pages.auditor(app, site)
    page = words(client.get(f"/boxes/{site.box_id}/audit"))
    assert "There is no bundle yet" in page
    assert "Verify both anew" not in page
    assert client.get(f"/boxes/{site.box_id}/audit/bundle.zip").status_code == 409
    assert press(client, site).status_code == 409


def test_an_auditor_asks_for_verification_once(app: Flask, session: Session) -> None:
    site = pages.ended(app)
    client = pages.auditor(app, site)
    assert press(client, site).status_code == 303
    page = words(client.get(f"/boxes/{site.box_id}/audit"))
    assert "0% done." in page
    assert "Verify both anew" not in page
    assert log.events(session, "BundlesVerificationAsked") == [{"box_id": site.box_id}]


def test_the_audit_page_asks_the_database_as_often_for_many_deeds(app: Flask, session: Session) -> None:
    site = pages.ended(app)
    client, path = pages.auditor(app, site), f"/boxes/{site.box_id}/audit"
    client.get(path)
    before = statements.of_page(session, client, path)
    for _time in range(5):
        with site.begin() as own:
            bundles.verify_again(own, site.keys, site.box_id)
    assert statements.of_page(session, client, path) == before <= 20
    assert words(client.get(path)).count("checks that fail: 0") == 5


def change(site: Site, **values: Any) -> None:
    """Openings, by somebody who owns the database."""
    with site.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE openings DISABLE TRIGGER USER"))
        else:
            session.execute(text("DROP TRIGGER openings_no_UPDATE"))
        session.execute(update(Opening).values(values))


@pytest.fixture
def counted(own_app: Flask, database: Database) -> Site:
    site = boxes.opened(database, pages.folder(own_app), voters=30)
    for voter in site.voters[:26]:
        site.cast(voter)
    site.end()
    jobs.work_all(database, jobs.only(own_app.extensions["tasks"], "bundle_box"))
    return site


def verified(own_app: Flask, site: Site) -> dict[Openings, list[str]]:
    """Verify anew by a worker; the checks that fail, by audience."""
    with site.begin() as session:
        jobs.enqueue(session, "verify_box", {"box_id": site.box_id})
    jobs.work_all(site.database, jobs.only(own_app.extensions["tasks"], "verify_box"))
    with site.database.read() as session:
        kept = audit.bundles(session, site.box_id)
        assert set(kept) == set(Openings), "made by the worker after the count"
        return {
            audience: [name for name, finding in each.verdict.items() if finding == Finding.FAILS]
            for audience, each in kept.items()
        }


def test_a_worker_makes_the_bundles_and_verifies_them_anew(own_app: Flask, counted: Site) -> None:
    assert verified(own_app, counted) == {Openings.PUBLIC: [], Openings.AUDITORS: []}


def test_a_database_that_was_changed_after_the_count_is_found(own_app: Flask, counted: Site) -> None:
    change(counted, ballot="no")
    assert verified(own_app, counted) == {
        Openings.PUBLIC: [bundles.PACKED_AGAIN],
        Openings.AUDITORS: [bundles.PACKED_AGAIN],
    }


def test_a_bundle_that_was_exchanged_is_found(own_app: Flask, counted: Site) -> None:
    with counted.begin() as session:
        content = audit.content(session, counted.box_id, Openings.AUDITORS)
        wanted = BoxBundle.audience == Openings.PUBLIC.value
        session.execute(update(BoxBundle).where(wanted).values(content=content))
    assert verified(own_app, counted)[Openings.PUBLIC] == [bundles.PACKED_AGAIN]

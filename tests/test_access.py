"""Every page × every kind of person × things in several areas: the door does what its rule says.

A page with a new part in its address needs a line in SAMPLES, or the first test fails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import handover, posts, register, sign_in
from govapp.accounts.actions.posts import Terms
from govapp.accounts.models import User
from govapp.accounts.models.posts import Role
from govapp.accounts.queries import posts as queries
from govapp.areas.models import Area, AreaKind
from govapp.areas.queries import by_code
from govapp.ballotbox.actions import setup
from govapp.ballotbox.actions.setup import Plan
from govapp.ballotbox.models.log import BoxNotice
from govapp.budgeting.models import RoundProject
from govapp.core import clock, dates, doors, web
from govapp.core.audit import AuditEntry
from govapp.core.doors import Door
from govapp.core.files.kinds import Kind, Upload
from govapp.core.jobs import enqueue
from govapp.core.names import Name
from govapp.notifications.models import Letter
from govapp.questions.models import Question
from govapp.rolls import actions as rolls
from govapp.rolls.actions import RollPlan, claims, importing
from govapp.rolls.actions.claims import Person
from govapp.rolls.models import Standing
from govapp.rolls.models.codes import Form, RollBatch
from tests import make
from tests.ballotbox.boxes import QUESTION
from tests.editions import planned

TODAY = dates.local_day(clock.now())
COPY = Upload(Kind.PDF, b"%PDF-1.7 (not read here)", name="order.pdf")
SAMPLES = (  # parts of addresses; ids stand for one thing in each area
    "post_id grant_id handover_id duty_id letter_id job_id sign_in_id round_id project_id code preset"
    " filename token version area_id person_id entry_id"
    " box_id notice_id question_id step edition_id"
    " roll_id import_id listed_id other_id claim_id batch_id"
).split()


@dataclass
class World:
    """People by name, "" for a visitor, and the things that addresses name."""

    people: dict[str, User | None]
    samples: dict[str, Sequence[Any]]


def world(session: Session) -> World:
    first, second = make.admin(session, "first@example.org"), make.admin(session, "second@example.org")
    country = by_code(session, "TH")
    assert country is not None
    province, neighbour = (
        make.area(session, code, kind=AreaKind.PROVINCE, parent=country) for code in ("x-1", "x-2")
    )
    town = make.area(session, "x-1-1", parent=province)
    places = {"country": country, "province": province, "neighbour": neighbour, "town": town}
    people: dict[str, User | None] = {"": None, "citizen": make.user(session, "citizen@example.org")}
    people |= {"first administrator": first, "second administrator": second}
    for role in Role:
        for name, place in places.items():
            if role is not Role.ADMINISTRATOR and place.kind in posts.rules.FITTING[role]:
                people[f"{role} of {name}"] = make.staff(session, role, place, f"{role}-{name}@example.org")
    things = [_things(session, people, role, place, first) for role, place in _offices(places)]
    citizen = people["citizen"]
    assert citizen is not None
    letter = Letter(user_id=first.id, template="welcome", language="th", given={})
    session.add(letter)
    round_ = make.round_(session)
    job = enqueue(session, "import_round", {})
    mine = make.sign_in(session, first)
    session.commit()
    samples = {
        name: [each[name] for each in things] for name in ("post_id", "grant_id", "handover_id", "duty_id")
    }
    samples |= {"letter_id": [letter.id], "job_id": [job.id], "sign_in_id": [mine.id]}
    samples |= {
        "round_id": [round_.id],
        "project_id": [session.scalars(select(RoundProject.id)).first()],
        "code": ["th", "x-1"],
    }
    samples |= {"entry_id": [session.scalars(select(AuditEntry.id)).first()]}
    elder = make.registered(session, first, town)
    register.keep_scan(session, first, elder.id, COPY)
    samples |= {"area_id": [province.id, neighbour.id, town.id], "person_id": [elder.id]}
    samples |= _boxes(session, people, places)
    officer = people[f"{Role.OFFICER} of town"]
    assert officer is not None
    samples |= {"edition_id": [planned.edition(session, officer, codes=samples["code"]).id]}
    samples |= _rolls(session, people, places)
    samples |= {"preset": ["most-votes"], "filename": ["app.css"], "version": ["1"], "token": ["x"]}
    for person in people.values():
        if person:
            make.second_factor(session, person)
            session.refresh(person)
    return World(people, samples)


def _offices(places: dict[str, Area]) -> Iterator[tuple[Role, Area]]:
    yield Role.SECRETARY, places["province"]
    yield Role.SECRETARY, places["neighbour"]
    yield Role.OFFICER, places["town"]


def _boxes(
    session: Session, people: dict[str, User | None], places: dict[str, Area]
) -> dict[str, Sequence[Any]]:
    """A box of the town and one of the neighbour, whose keys citizens keep; each with a notice that waits."""
    now = clock.now()
    holders = [make.user(session, f"keeps-{number}@example.org") for number in (1, 2, 3)]
    people["key-holder of a box"] = holders[0]
    found: dict[str, Sequence[Any]] = {"box_id": [], "notice_id": [], "question_id": [], "step": ["open"]}
    for role, name in ((Role.OFFICER, "town"), (Role.SECRETARY, "neighbour")):
        officer = people[f"{role} of {name}"]
        assert officer is not None
        plan = Plan("question", "คำถามสมมติ", {"": QUESTION}, now, now + timedelta(hours=1))
        box = setup.prepare(
            session, officer, posts.open_post(session, role, places[name]), plan, "example.org"
        )
        setup.name_key_holders(session, officer, box.id, [holder.id for holder in holders])
        notice = BoxNotice(box_id=box.id, reason="เหตุสมมติ", asked_by_id=officer.id)
        question = Question(box_id=box.id, words="คำถามสมมติ", background="")
        session.add_all((notice, question))
        session.commit()
        found["question_id"] = [*found["question_id"], question.id]
        found["box_id"] = [*found["box_id"], box.id]
        found["notice_id"] = [*found["notice_id"], notice.id]
    return found


def _rolls(
    session: Session, people: dict[str, User | None], places: dict[str, Area]
) -> dict[str, Sequence[Any]]:
    """A roll of the town and one of the neighbour, each with a person, a file, a claim and codes."""
    found: dict[str, list[int]] = {
        name: [] for name in ("roll_id", "import_id", "listed_id", "claim_id", "batch_id")
    }
    for role, name in ((Role.OFFICER, "town"), (Role.SECRETARY, "neighbour")):
        officer, area = people[f"{role} of {name}"], places[name]
        assert officer is not None
        roll = rolls.make(session, officer, posts.open_post(session, role, area), area, RollPlan("บัญชีสมมติ"))
        rolls.announce(session, officer, roll.id)
        person = Person(Name("", "ผู้มีสิทธิ", "สมมติ"), None, "", Standing.ON, "", "")
        claim = claims.add(session, officer, roll.id, (None, "", "2569-000001"), person, "เหตุสมมติ")
        file = importing.begin(session, roll.id, officer.id, "people.csv", "th")
        times = {"ends_at": clock.now() + timedelta(days=1)}
        batch = RollBatch(roll_id=roll.id, made_by_id=officer.id, form=Form.MERGE, district="", **times)
        batch.number = batch.letters = 1
        session.add(batch)
        session.commit()
        for key, thing in zip(found, (roll.id, file.id, claim.entry_id, claim.id, batch.id), strict=True):
            assert thing is not None
            found[key].append(thing)
    return {**found, "other_id": found["listed_id"]}


def _things(
    session: Session, people: dict[str, User | None], role: Role, place: Area, giver: User
) -> dict[str, int]:
    """A post with a duty, its holder's handover, and the successor's grant that waits."""
    post = posts.open_post(session, role, place)
    (holder,) = queries.holders(session, role, place)
    successor = make.user(session, f"after-{post.id}@example.org")
    people[f"successor of {holder.email}"] = successor
    duty = handover.add_duty(session, holder, post.id, "งานสมมติ")
    terms = Terms(successor.email, TODAY, TODAY + timedelta(days=99), "คำสั่งสมมติ", COPY)
    made = handover.hand_over(session, holder, post.id, terms, "", [])
    session.commit()
    return {"post_id": post.id, "grant_id": made.grant_id, "handover_id": made.id, "duty_id": duty.id}


@pytest.fixture
def pages(app: Flask) -> list[Door]:
    return doors.of(app)


def parts(path: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", path)


def test_every_page_has_a_door_a_rule_and_samples(pages: list[Door]) -> None:
    for page in pages:
        assert page.door, page.path
        assert page.rule, page.path
        assert set(parts(page.path)) <= set(SAMPLES), page.path


def addresses(page: Door, world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """The page's address for each sample, with the values of its parts."""
    names = parts(page.path)
    for number in range(max((len(world.samples[name]) for name in names), default=1)):
        values = {name: world.samples[name][number % len(world.samples[name])] for name in names}
        address = page.path
        for name, value in values.items():
            address = re.sub(rf"<(?:\w+:)?{name}>", str(value), address)
        yield address, values


def visitor(app: Flask, session: Session, person: User | None) -> FlaskClient:
    client = app.test_client()
    if person:
        token = sign_in.open_sign_in(session, person, timedelta(hours=1), "")
        session.commit()
        with client.session_transaction() as cookie:
            cookie["sign_in"] = token
    return client


def answer(client: FlaskClient, session: Session, method: str, address: str) -> tuple[int, str]:
    """Status and where it leads; what the deed did is undone."""
    session.commit()
    savepoint: Any = session.get_bind().begin_nested()  # type: ignore[union-attr]
    found = client.open(address, method=method)
    session.rollback()
    savepoint.rollback()
    session.expire_all()
    assert found.status_code < 500, (method, address)
    return found.status_code, found.location or ""


def is_let_in(status: int, location: str) -> bool:
    return status not in (403, 404) and not location.startswith("/sign-in?")


ONE_DATABASE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # rules ask no database


@ONE_DATABASE
def test_doors_do_what_their_rules_say(app: Flask, session: Session, pages: list[Door]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # here everybody has a token
    place = world(session)
    seen: dict[str, set[bool]] = {}
    for name, person in place.people.items():
        client = visitor(app, session, person)
        for page in pages:
            view: Any = app.view_functions[page.endpoint]
            for address, values in addresses(page, place):
                if page.door == "signed_in" and person and not values and "GET" in page.methods:
                    assert is_let_in(*answer(client, session, "GET", address)), (name, address)
                if page.door != "guarded":
                    continue
                about = (view.subject(session, **values),) if view.subject else ()
                may = person is not None and view.rule(person, *about)
                for method in page.methods:
                    got = answer(client, session, method, address)
                    assert is_let_in(*got) == may, (name, method, address, got)
                seen.setdefault(page.rule, set()).add(may)
    assert {rule: verdicts for rule, verdicts in seen.items() if verdicts != {True, False}} == {}


def test_pages_of_ones_own_things_ask_who_is_there(app: Flask, session: Session, pages: list[Door]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    place = world(session)
    nobody, citizen = (visitor(app, session, place.people[name]) for name in ("", "citizen"))
    for page in pages:
        for address, values in addresses(page, place):
            for method in page.methods:
                if page.door == "signed_in":
                    assert not is_let_in(*answer(nobody, session, method, address)), address
                    status, location = answer(citizen, session, method, address)
                    strange = bool(values)  # what an address names here is somebody else's
                    assert (status == 404) == strange or location, (method, address, status)
                elif page.door == "public":
                    assert answer(nobody, session, method, address)[0] != 403, address


@ONE_DATABASE
def test_a_door_that_does_not_ask_is_found(app: Flask, session: Session, pages: list[Door]) -> None:
    app.before_request_funcs[None].remove(web.ask_rule)
    with pytest.raises(AssertionError, match=r"citizen|''"):
        test_doors_do_what_their_rules_say(app, session, pages)

"""Signing in with ThaID, linking it to an account, proving with it who one is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from govapp.accounts.actions import thaid as actions
from govapp.accounts.actions.citizen_numbers import Keys, keep
from govapp.accounts.models import NameSource, User, Way, WebSession
from govapp.accounts.models.people import CitizenNumber
from govapp.accounts.rules.sign_in import ProofNeeded
from govapp.accounts.views.sign_in import HOME
from govapp.app import create_app
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Denied, NotNow
from govapp.core.identity import Identity
from govapp.core.partial_dates import PartialDate
from tests import make
from tests.conftest import config
from tests.core.test_attacks import together
from tests.openid.server import BACK_TO, OpenIdServer

NUMBER, OTHER_NUMBER = "1234567890121", "3999900000010"
KEYS = Keys.of(make.SIGNING_KEY)
BACK = "/sign-in/thaid/back"


@pytest.fixture(scope="module")
def server() -> Iterator[OpenIdServer]:
    server = OpenIdServer()
    yield server
    server.stop()


@pytest.fixture
def site(app: Flask, server: OpenIdServer) -> Flask:
    """The app, with ThaID set up."""
    app.extensions["thaid"] = server.client()
    app.jinja_env.globals["has_thaid"] = True
    return app


def visitor(site: Flask) -> FlaskClient:
    client = site.test_client()
    client.set_cookie("language", "en")
    return client


def identity(number: str = NUMBER, **given: Any) -> Identity:
    values = {
        "issuer": "https://id.example",
        "subject": "somchai",
        "citizen_number": number,
        "title": "นาย",
        "given_name": "สมชาย",
        "family_name": "สมมติ",
        "birth": PartialDate(1985, 6, 15),
    }
    return Identity(**(values | given))


def go(client: FlaskClient, form_on: str = "/sign-in", to: str = "/sign-in/thaid", **data: str) -> str:
    """Press the button; the address at ThaID."""
    answer = make.post(client, to, form_on, **data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def come_back(client: FlaskClient, address: str) -> Any:
    return client.get(address.removeprefix("http://127.0.0.1:8000"))


def sign_in(client: FlaskClient, server: OpenIdServer, login: str = "somchai", **data: str) -> Any:
    return come_back(client, server.visit(go(client, **data), login))


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def events(session: Session) -> list[tuple[str, dict[str, Any]]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [(row.event, row.details) for row in rows]


def test_a_person_comes_for_the_first_time_and_again(
    site: Flask, server: OpenIdServer, session: Session
) -> None:
    for time in range(2):
        client = visitor(site)
        answer = sign_in(client, server, next="/rounds?q=a")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/rounds?q=a")
        assert is_in(client), time
    (user,) = session.scalars(select(User)).all()
    assert (user.name, user.name_source) == ("นายสมชาย สมมติ", NameSource.THAID)
    assert (user.birth_date, user.email, user.password_hash) == (PartialDate(1985, 6, 15), None, "")
    assert user.verified_at is not None
    assert {row.how for row in session.scalars(select(WebSession))} == {Way.THAID}
    assert events(session) == [
        ("CameByThaid", {"user_id": user.id, "is_new": True}),
        ("SignedIn", {"user_id": user.id, "how": "thaid"}),
        ("CameByThaid", {"user_id": user.id, "is_new": False}),
        ("SignedIn", {"user_id": user.id, "how": "thaid"}),
    ]


def test_people_without_thai_nationality_come_too(
    site: Flask, server: OpenIdServer, session: Session
) -> None:
    for login in ("stateless", "settled", "born_here"):
        assert sign_in(visitor(site), server, login).status_code == 303
    names = session.scalars(select(User.given_name).order_by(User.id)).all()
    assert names == ["นาใจ", "จอห์น", "ดาว"]


def test_a_person_whom_an_officer_registered_is_found(
    site: Flask, server: OpenIdServer, session: Session
) -> None:
    known = User(given_name="สมชาย", family_name="เดิม", name_source=NameSource.OFFICER)
    session.add(known)
    session.flush()
    keep(session, known, NUMBER, KEYS)
    session.commit()
    assert sign_in(visitor(site), server).status_code == 303
    assert session.scalars(select(User)).all() == [known]
    assert (known.family_name, known.name_source) == ("สมมติ", NameSource.THAID)


def test_a_number_that_an_officer_mistyped_opens_nobodys_account(
    site: Flask, server: OpenIdServer, session: Session
) -> None:
    other = User(given_name="บุญมา", family_name="คนอื่น", name_source=NameSource.OFFICER)
    session.add(other)
    session.flush()
    keep(session, other, NUMBER, KEYS)
    session.commit()
    assert sign_in(visitor(site), server).status_code == 409
    session.expire_all()
    assert (other.given_name, other.name_source) == ("บุญมา", NameSource.OFFICER)


def test_where_thaid_is_not_set_up_there_is_no_door(client: FlaskClient, session: Session) -> None:
    assert "ThaID" not in client.get("/sign-in").get_data(as_text=True)
    assert make.post(client, "/sign-in/thaid", "/sign-in").status_code == 409
    assert client.get(f"{BACK}?code=x&state=x").status_code == 409
    assert client.get("/sign-in").headers["Content-Security-Policy"].endswith("form-action 'self'")


def test_the_settings_make_the_door(session: Session, server: OpenIdServer) -> None:
    names = ("issuer", "client_id", "client_secret")
    values = dict(zip((f"thaid_{name}" for name in names), server.settings().values(), strict=True))
    app = create_app(config(public_url="http://127.0.0.1:8000/", **values))
    assert app.extensions["thaid"].back_to == BACK_TO
    answer = app.test_client().get("/sign-in")
    assert answer.headers["Content-Security-Policy"].endswith(f"form-action 'self' {server.issuer}")
    assert 'action="/sign-in/thaid"' in answer.get_data(as_text=True)


def test_no_other_site_begins_it(site: Flask) -> None:
    client = visitor(site)
    assert client.get("/sign-in/thaid").status_code == 405
    assert client.post("/sign-in/thaid").status_code == 403
    token = make.csrf(client, "/sign-in")
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    sent = {"csrf_token": token}
    assert client.post("/sign-in/thaid", data=sent, headers=elsewhere).status_code == 403
    assert client.post("/sign-in/thaid", data=sent | {"odd": "1"}).status_code == 400
    assert client.post("/sign-in/thaid", data=sent).status_code == 303, "the control"


@pytest.mark.parametrize("onward", ["https://evil.example", "//evil.example", "/" + "x" * 2000, ""])
def test_the_way_on_is_a_path_of_this_site(site: Flask, server: OpenIdServer, onward: str) -> None:
    assert sign_in(visitor(site), server, next=onward).headers["Location"] == HOME


def test_staff_still_give_their_code(site: Flask, server: OpenIdServer, session: Session) -> None:
    admin = make.admin(session)
    secret = make.second_factor(session, admin)
    keep(session, admin, NUMBER, KEYS)
    session.commit()
    client = visitor(site)
    answer = sign_in(client, server, next="/staff/rounds/import")
    assert answer.headers["Location"] == "/sign-in/code?next=/staff/rounds/import"
    assert client.get("/staff/rounds/import").status_code == 303, "not in yet"
    assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 303
    assert client.get("/staff/rounds/import").status_code == 200
    names = [name for name, _details in events(session)]
    assert names[-2:] == ["CameByThaid", "SignedIn"]
    assert "PasswordAccepted" not in names


def test_an_answer_is_used_once(site: Flask, server: OpenIdServer) -> None:
    client = visitor(site)
    address = server.visit(go(client))
    assert come_back(client, address).status_code == 303
    answer = come_back(client, address)
    assert answer.status_code == 410
    assert "Begin again here." in answer.get_data(as_text=True)


def test_an_old_cookie_does_not_make_a_used_code_work_again(site: Flask, server: OpenIdServer) -> None:
    client = visitor(site)
    address = server.visit(go(client))
    before = client.get_cookie("session")
    assert before is not None
    assert come_back(client, address).status_code == 303
    thief = visitor(site)
    thief.set_cookie("session", before.value)
    assert come_back(thief, address).status_code == 410
    assert not is_in(thief)


def test_an_answer_is_worth_nothing_in_another_browser(site: Flask, server: OpenIdServer) -> None:
    """Or somebody could be made to use the account of whoever sends the link."""
    address = server.visit(go(visitor(site)))
    stranger, other = visitor(site), visitor(site)
    assert come_back(stranger, address).status_code == 410
    go(other)
    assert come_back(other, address).status_code == 410
    assert not is_in(stranger)
    assert not is_in(other)


def test_ten_minutes_are_enough(site: Flask, server: OpenIdServer) -> None:
    client = visitor(site)
    address = server.visit(go(client))
    with clock.stopped(clock.now() + timedelta(minutes=11)):
        assert come_back(client, address).status_code == 410


def test_who_stops_is_told_how_to_go_on(site: Flask, server: OpenIdServer) -> None:
    client = visitor(site)
    answer = come_back(client, server.visit(go(client, next="/rounds"), do="cancel"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "You stopped at ThaID" in page
    assert 'href="/sign-in?next=/rounds"' in page
    assert not is_in(client)


def test_a_token_for_somebody_else_opens_nothing(site: Flask, server: OpenIdServer, session: Session) -> None:
    with server.misbehaving("wrong nonce"):
        client = visitor(site)
        assert sign_in(client, server).status_code == 403
    assert not is_in(client)
    assert session.scalar(select(func.count()).select_from(User)) == 0


def test_while_thaid_is_down_people_are_told_of_other_ways(site: Flask, server: OpenIdServer) -> None:
    site.extensions["thaid"] = server.client(issuer="http://127.0.0.1:1")
    answer = make.post(visitor(site), "/sign-in/thaid", "/sign-in")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "ThaID does not answer now" in page
    assert f'href="/sign-in?next={HOME}"' in page


def test_the_button_is_not_pressed_more_than_twenty_times_a_minute(site: Flask) -> None:
    client = visitor(site)
    token = make.csrf(client, "/sign-in")
    answers = [client.post("/sign-in/thaid", data={"csrf_token": token}).status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]


def test_linking_and_signing_in_with_it(site: Flask, server: OpenIdServer, session: Session) -> None:
    user = make.user(session)
    client = visitor(site)
    make.post(client, "/sign-in", email=user.email, password=make.PASSWORD)
    assert "Not linked" in client.get("/account").get_data(as_text=True)
    answer = come_back(client, server.visit(go(client, "/account/thaid", "/account/thaid")))
    assert answer.headers["Location"] == "/account"
    page = client.get("/account").get_data(as_text=True)
    assert "ThaID is linked." in page
    assert "You can sign in with ThaID." in page
    assert user.name == "นายสมชาย สมมติ"
    other = visitor(site)
    assert sign_in(other, server).status_code == 303
    assert is_in(other)
    assert session.scalars(select(User)).all() == [user]


def test_linking_asks_for_a_fresh_proof(site: Flask, server: OpenIdServer, session: Session) -> None:
    user = make.user(session)
    client = visitor(site)
    make.post(client, "/sign-in", email=user.email, password=make.PASSWORD)
    token = make.csrf(client, "/account/thaid")
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        assert client.get("/account/thaid").location == "/account/prove?next=/account/thaid"
    with clock.stopped(clock.now() + timedelta(minutes=31)):
        answer = client.post("/account/thaid", data={"csrf_token": token})
        assert answer.location == "/account/prove?next=/account/thaid"
        with pytest.raises(ProofNeeded):
            actions.link(session, session.scalars(select(WebSession)).one(), identity(), KEYS)


def test_who_signed_out_meanwhile_links_nothing(site: Flask, server: OpenIdServer, session: Session) -> None:
    user, other = make.user(session), make.user(session, "other@example.org")
    for then in (None, other):
        client = visitor(site)
        make.post(client, "/sign-in", email=user.email, password=make.PASSWORD)
        address = server.visit(go(client, "/account/thaid", "/account/thaid"))
        attempt = session_cookie(client)
        client.post("/sign-out", data={"csrf_token": make.csrf(client, "/account/thaid")})
        if then:
            make.post(client, "/sign-in", email=then.email, password=make.PASSWORD)
        with client.session_transaction() as cookie:
            cookie["thaid"] = attempt
        assert come_back(client, address).status_code == 410
    assert session.scalars(select(CitizenNumber)).all() == []


def session_cookie(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie["thaid"])


def test_the_thaid_of_another_account_is_not_linked(
    site: Flask, server: OpenIdServer, session: Session
) -> None:
    sign_in(visitor(site), server)
    user = make.user(session)
    client = visitor(site)
    make.post(client, "/sign-in", email=user.email, password=make.PASSWORD)
    answer = come_back(client, server.visit(go(client, "/account/thaid", "/account/thaid")))
    assert answer.status_code == 409
    assert "belongs to another account here" in answer.get_data(as_text=True)
    assert session.get(CitizenNumber, user.id) is None
    assert user.given_name == "สมชาย"
    assert user.title == ""


def test_an_account_keeps_the_number_it_has(session: Session) -> None:
    user = make.user(session)
    keep(session, user, OTHER_NUMBER, KEYS)
    sitting = make.sign_in(session, user)
    with pytest.raises(NotNow, match="another citizen number"):
        actions.link(session, sitting, identity(), KEYS)
    actions.link(session, sitting, identity(OTHER_NUMBER), KEYS)
    assert user.name_source is NameSource.THAID


def test_a_stolen_letter_gives_no_account_to_another_persons_thaid(site: Flask, session: Session) -> None:
    user = make.user(session)
    sitting = make.sign_in(session, user, how=Way.ACCESS_CODE)
    with pytest.raises(Denied, match="access code"):
        actions.link(session, sitting, identity(), KEYS)
    client = visitor(site)
    make.post(client, "/sign-in", email=user.email, password=make.PASSWORD)
    session.execute(update(WebSession).values(how=Way.ACCESS_CODE))
    session.commit()
    assert client.get("/account/thaid").status_code == 403
    assert "Link ThaID" not in client.get("/account").get_data(as_text=True)


def test_who_has_no_password_proves_with_thaid(site: Flask, server: OpenIdServer, session: Session) -> None:
    client = visitor(site)
    sign_in(client, server)
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        assert client.get("/account/second-factor").location.startswith("/account/prove")
        where = "/account/prove?next=/account/second-factor"
        page = client.get(where).get_data(as_text=True)
        assert 'name="password"' not in page
        assert "Show it with ThaID" in page
    address = go(client, where, "/account/prove/thaid", next="/account/second-factor")
    sitting = session.scalars(select(WebSession)).one()
    sitting.proved_at -= timedelta(minutes=6)
    session.commit()
    answer = come_back(client, server.visit(address))
    assert answer.location == "/account/second-factor"
    assert client.get(answer.location).status_code == 200
    assert events(session)[-1] == ("Proved", {"user_id": sitting.user_id, "how": "thaid"})


def test_another_persons_thaid_proves_nothing(site: Flask, server: OpenIdServer, session: Session) -> None:
    client = visitor(site)
    sign_in(client, server)
    sitting = session.scalars(select(WebSession)).one()
    before = sitting.proved_at
    address = go(client, "/account/prove", "/account/prove/thaid")
    answer = come_back(client, server.visit(address, "malee"))
    assert answer.status_code == 403
    assert "not the one of your account" in answer.get_data(as_text=True)
    assert sitting.proved_at == before


def test_thaid_does_not_stand_for_the_second_factor(session: Session) -> None:
    user = make.user(session)
    keep(session, user, NUMBER, KEYS)
    actions.prove(session, make.sign_in(session, user), identity(), KEYS)
    make.second_factor(session, user)
    with pytest.raises(Denied):
        actions.prove(session, make.sign_in(session, user), identity(), KEYS)


def test_a_birth_that_thaid_does_not_tell_stays_as_it_was_known(session: Session) -> None:
    user = actions.enter(session, identity(), KEYS, "th")
    assert actions.enter(session, identity(birth=None), KEYS, "th") == user
    assert user.birth_date == PartialDate(1985, 6, 15)
    actions.enter(session, identity(birth=PartialDate(1985)), KEYS, "th")
    assert user.birth_date == PartialDate(1985)


def test_the_number_lies_sealed_and_in_no_log(session: Session) -> None:
    user = actions.enter(session, identity(), KEYS, "th")
    session.flush()
    kept = session.get(CitizenNumber, user.id)
    assert kept is not None
    assert NUMBER not in f"{kept.fingerprint} {kept.sealed}"
    logged = str(events(session))
    assert NUMBER not in logged
    assert "สมชาย" not in logged


def test_no_lock_is_held_while_thaid_is_asked(
    database: Database, own_app: Flask, server: OpenIdServer
) -> None:
    """Or the deed would wait for itself, and others for it."""
    own_app.extensions["thaid"] = server.client()
    with database.write() as session:
        email = str(make.user(session).email)
    client = visitor(own_app)
    make.post(client, "/sign-in", email=email, password=make.PASSWORD)
    for form_on, to in (("/account/thaid", "/account/thaid"), ("/account/prove", "/account/prove/thaid")):
        answer = come_back(client, server.visit(go(client, form_on, to)))
        assert answer.location == "/account"
    with database.read() as session:
        assert [name for name, _details in events(session)] == ["SignedIn", "ThaidLinked", "Proved"]


def test_two_first_sign_ins_at_once_make_one_account(database: Database) -> None:
    found = []

    def come() -> None:
        with database.write.begin() as session:
            found.append(actions.enter(session, identity(), KEYS, "th").id)

    together(*[come] * 8)
    assert len(found) == 8
    assert len(set(found)) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1
        news = [details["is_new"] for name, details in events(session) if name == "CameByThaid"]
    assert news.count(True) == 1

"""Two steps of signing in, and who is led where. Each refusal stands beside the deed it guards."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.accounts.actions import second_factor as actions
from govapp.accounts.models import RecoveryCode, SecondFactor, User, WebSession
from govapp.accounts.rules import sign_in as rules
from govapp.app import commands
from govapp.core import cipher, clock
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied, TooMany
from tests import make

KEY = cipher.key_for("accounts/second-factor", make.SIGNING_KEY)
STAFF_PAGE = "/staff/rounds/import"


@pytest.fixture
def user(session: Session) -> User:
    return make.person(session)


@pytest.fixture
def secret(session: Session, user: User) -> str:
    return make.second_factor(session, user)


def give_password(client: FlaskClient, user: User) -> str:
    return str(make.post(client, "/sign-in", email=user.email, password=make.PASSWORD).headers["Location"])


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_without_a_second_factor_the_password_is_enough(client: FlaskClient, user: User) -> None:
    assert give_password(client, user) == "/desk"
    assert is_in(client)


def test_a_half_open_sign_in_opens_nothing_but_the_code_page(
    client: FlaskClient, user: User, secret: str
) -> None:
    assert give_password(client, user).startswith("/sign-in/code")
    assert client.get("/sign-in/code").status_code == 200
    for path in ("/account", "/account/prove", "/account/second-factor", "/account/sessions", STAFF_PAGE):
        assert client.get(path).headers["Location"].startswith("/sign-in?next="), path
    assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 303
    assert is_in(client), "the control: the code opens it"


def test_the_code_page_needs_a_password_first_and_soon(client: FlaskClient, user: User, secret: str) -> None:
    assert client.get("/sign-in/code?next=/rounds").headers["Location"] == "/sign-in?next=/rounds"
    give_password(client, user)
    with clock.stopped(clock.now() + timedelta(minutes=11)):
        assert client.get("/sign-in/code").status_code == 303


def test_the_token_changes_with_the_second_step(client: FlaskClient, user: User, secret: str) -> None:
    give_password(client, user)
    with client.session_transaction() as cookie:
        before = cookie["sign_in"]
    make.post(client, "/sign-in/code", code=make.code(secret))
    with client.session_transaction() as cookie:
        assert cookie["sign_in"] != before


def test_each_code_is_good_once_even_in_another_browser(
    client: FlaskClient, app: Flask, user: User, secret: str
) -> None:
    with clock.stopped(clock.now()):
        code = make.code(secret)
        give_password(client, user)
        assert make.post(client, "/sign-in/code", code=code).status_code == 303
        other = app.test_client()
        give_password(other, user)
        assert make.post(other, "/sign-in/code", code=code).status_code == 422
        assert make.post(other, "/sign-in/code", code=make.code(secret, 1)).status_code == 303


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1} {2}", "{thai}"])
def test_codes_are_read_as_people_type_them(client: FlaskClient, user: User, secret: str, typed: str) -> None:
    with clock.stopped(clock.now()):
        code = make.code(secret)
        thai = code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
        give_password(client, user)
        data = typed.format(code, code[:3], code[3:], thai=thai)
        assert make.post(client, "/sign-in/code", code=data).status_code == 303


def test_five_wrong_codes_end_it_and_the_account_rests(
    client: FlaskClient, session: Session, user: User, secret: str
) -> None:
    now = clock.now()
    with clock.stopped(now):
        give_password(client, user)
        for number in range(4):
            assert make.post(client, "/sign-in/code", code="000000").status_code == 422, number
        assert make.post(client, "/sign-in/code", code="000000").headers["Location"].startswith("/sign-in?")
        assert count(session, WebSession) == 0
        give_password(client, user)
        assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 429
        assert not is_in(client)
    with clock.stopped(now + timedelta(minutes=1)):
        assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 303
        assert is_in(client)
    assert session.get_one(SecondFactor, user.id).wrong_codes == 0


def test_wrong_codes_are_counted_over_all_sign_ins(session: Session, user: User, secret: str) -> None:
    for _number in range(5):
        half = make.sign_in(session, user, second_factor_due=True)
        assert actions.pass_code(session, half, "000000", timedelta(hours=1), KEY) is None
    with pytest.raises(TooMany):
        actions.pass_code(session, half, make.code(secret), timedelta(hours=1), KEY)


def test_a_recovery_code_is_good_once(client: FlaskClient, session: Session, user: User) -> None:
    secret = actions.new_secret()
    with clock.stopped(clock.now() - timedelta(minutes=5)):
        codes = actions.turn_on(session, make.sign_in(session, user), secret, make.code(secret), KEY)
    session.commit()
    assert codes is not None
    assert len(set(codes)) == 10
    assert not {code.replace("-", "") for code in codes} & set(
        session.scalars(select(RecoveryCode.code_sha256))
    )
    for status in (303, 422):
        give_password(client, user)
        assert (
            make.post(client, "/sign-in/code", code=codes[0].upper().replace("-", " ")).status_code == status
        )
    other = make.person(session, "other@example.org")
    make.second_factor(session, other)
    give_password(client, other)
    assert make.post(client, "/sign-in/code", code=codes[1]).status_code == 422, "a code of somebody else"


def test_the_secret_is_stored_sealed_for_its_row(session: Session, user: User, secret: str) -> None:
    stored = session.get_one(SecondFactor, user.id).secret_sealed
    assert secret not in stored
    assert cipher.unseal(KEY, stored, f"second_factors/{user.id}") == secret
    with pytest.raises(cipher.Unsealable):
        cipher.unseal(KEY, stored, f"second_factors/{user.id + 1}")


def test_after_a_change_of_the_key_recovery_codes_still_work(
    client: FlaskClient, app: Flask, session: Session, user: User
) -> None:
    sitting, secret = make.sign_in(session, user), actions.new_secret()
    codes = actions.turn_on(session, sitting, secret, make.code(secret), b"k" * 32) or []
    session.commit()
    give_password(client, user)
    answer = make.post(client, "/sign-in/code", code=make.code(secret, 1))
    assert (answer.status_code, "recovery code" in answer.get_data(as_text=True)) == (409, True)
    assert make.post(client, "/sign-in/code", code=codes[0]).status_code == 303


def test_an_administrator_without_it_is_led_to_it_and_can_do_nothing_else(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    admin = make.admin(session)
    give_password(client, admin)
    token = make.csrf(client, "/account/second-factor")
    open_to_all = {"second_factor.set_up", "account.prove", "accounts.sign_in", "second_factor.give_code"}
    open_to_all |= {"preferences.stop"}  # by its token alone
    open_to_all |= {"access.sign_in"}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in open_to_all | {
            "thaid.prove",
            "thaid.back",
            "static",
            "portal.choose_language",
            "portal.health",
        }:
            continue
        path = re.sub("<.+?>", "1", rule.rule)
        if "GET" in (rule.methods or ()):
            answer = client.get(path)
            assert (answer.status_code, answer.location.split("?")[0]) == (303, "/account/second-factor"), (
                path
            )
        elif rule.endpoint != "accounts.sign_out":
            assert client.post(path, data={"csrf_token": token}).status_code == 403, path
    make.second_factor(session, admin)
    give_password(client, admin)
    assert make.post(client, "/sign-in/code", code=make.code(secret_of(session, admin))).status_code == 303
    assert client.get(STAFF_PAGE).status_code == 200, "the control: with it the page opens"


def secret_of(session: Session, user: User) -> str:
    return cipher.unseal(
        KEY, session.get_one(SecondFactor, user.id).secret_sealed, f"second_factors/{user.id}"
    )


def test_setting_up_survives_a_reload_and_a_wrong_code(
    client: FlaskClient, session: Session, user: User
) -> None:
    give_password(client, user)
    page = client.get("/account/second-factor").get_data(as_text=True)
    secret = page.split('id="secret">')[1].split("<")[0].replace(" ", "")
    assert 'src="data:image/svg+xml' in page
    assert secret in client.get("/account/second-factor").get_data(as_text=True).replace(" ", "")
    assert make.post(client, "/account/second-factor", code="12").status_code == 422
    assert count(session, SecondFactor) == 0
    answer = make.post(client, "/account/second-factor", code=make.code(secret))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert count(session, RecoveryCode) == 10
    with client.session_transaction() as cookie:
        assert secret not in str(dict(cookie))


def test_moving_to_another_phone_ends_the_old_app_and_other_sign_ins(
    session: Session, user: User, secret: str
) -> None:
    here, there = make.sign_in(session, user), make.sign_in(session, user)
    there_id, new = there.id, actions.new_secret()
    assert actions.turn_on(session, here, new, make.code(secret), KEY) is None, "a code of the old app"
    assert actions.turn_on(session, here, new, make.code(new), KEY)
    session.commit()
    session.expire_all()
    assert session.get(WebSession, there_id) is None
    half = make.sign_in(session, user, second_factor_due=True)
    assert actions.pass_code(session, half, make.code(secret, 1), timedelta(hours=1), KEY) is None
    assert actions.pass_code(session, half, make.code(new, 1), timedelta(hours=1), KEY)


def test_administrators_may_not_turn_it_off(session: Session, user: User, secret: str) -> None:
    actions.turn_off(session, make.sign_in(session, user))
    session.commit()
    assert (count(session, SecondFactor), count(session, RecoveryCode)) == (0, 0)
    admin = make.admin(session)
    make.second_factor(session, admin)
    with pytest.raises(Denied, match="Whoever holds a post"):
        actions.turn_off(session, make.sign_in(session, admin))
    assert count(session, SecondFactor) == 1


@pytest.mark.parametrize("deed", [actions.turn_off, actions.renew_recovery_codes])
def test_an_old_proof_is_not_enough(session: Session, user: User, secret: str, deed) -> None:  # type: ignore[no-untyped-def]
    sitting = make.sign_in(session, user)
    with clock.stopped(clock.now() + timedelta(minutes=6)), pytest.raises(rules.ProofNeeded):
        deed(session, sitting)
    deed(session, sitting)


def test_the_server_can_reset_it(app: Flask, session: Session, user: User, secret: str) -> None:
    def govapp(*words: str) -> Result:
        return CliRunner().invoke(commands, words, obj=ScriptInfo(create_app=lambda: app))

    make.sign_in(session, user)
    answer = govapp("admin", "reset-second-factor", "nobody@example.org")
    assert (answer.exit_code, "nobody@example.org" in answer.output) == (1, True)
    answer = govapp("admin", "reset-second-factor", user.email)
    assert answer.exit_code == 0, answer.output
    assert [count(session, model) for model in (SecondFactor, RecoveryCode, WebSession)] == [0, 0, 0]
    assert govapp("admin", "reset-second-factor", user.email).exit_code == 1


def test_every_deed_is_in_the_log_and_no_secret(client: FlaskClient, session: Session, user: User) -> None:
    secret = make.enter(client, session, user)
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [row.event for row in rows] == ["SecondFactorTurnedOn", "PasswordAccepted", "SignedIn"]
    assert rows[-1].details == {"user_id": user.id, "how": "code"}
    assert secret not in str([row.details for row in rows])

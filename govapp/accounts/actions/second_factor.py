"""The second factor: setting it up, its codes, recovery codes, and the second step of signing in."""

import secrets
from datetime import timedelta

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts.actions.sign_in import hashed, open_sign_in
from govapp.accounts.events.people import (
    ProofRefused,
    RecoveryCodesRenewed,
    SecondFactorReset,
    SecondFactorTurnedOff,
    SecondFactorTurnedOn,
    SignedIn,
)
from govapp.accounts.models import RecoveryCode, SecondFactor, User, Way, WebSession
from govapp.accounts.queries import people as queries
from govapp.accounts.rules import sign_in as rules
from govapp.core import cipher, clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow, TooMany, require
from govapp.core.language import N_
from govapp.core.text import arabic_digits

RECOVERY_CODES = 10
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # nothing that looks like something else
GROUPS, GROUP = 4, 7  # 28 letters of 5 bits: 140 bits


def turn_on(session: Session, sign_in: WebSession, secret: str, code: str, key: bytes) -> list[str] | None:
    """Set up, or move to another phone, when its app shows the right code: the recovery codes, else None.

    Other sign-ins, which were made without this factor, end.
    """
    rules.require_proof(sign_in)
    step = rules.fitting_step(secret, normal(code))
    if step is None:
        return None
    user = sign_in.user
    factor = user.second_factor or SecondFactor(user_id=user.id)
    factor.secret_sealed = cipher.seal(key, secret, _place(user.id))
    factor.last_step, factor.wrong_codes, factor.rests_until = step, 0, None
    user.second_factor = factor
    others = delete(WebSession).where(WebSession.user_id == user.id, WebSession.id != sign_in.id)
    session.execute(others)
    record(session, user.id, SecondFactorTurnedOn(user.id))
    return _new_recovery_codes(session, user.id)


def renew_recovery_codes(session: Session, sign_in: WebSession) -> list[str]:
    """Ten new codes; the old ones are worth nothing from now on."""
    rules.require_proof(sign_in)
    fetch(session, SecondFactor, sign_in.user_id, lock=True)
    record(session, sign_in.user_id, RecoveryCodesRenewed(sign_in.user_id))
    return _new_recovery_codes(session, sign_in.user_id)


def turn_off(session: Session, sign_in: WebSession) -> None:
    """Sign in with the password alone from now on; whoever holds a post may not."""
    rules.require_proof(sign_in)
    require(
        rules.may_turn_off_second_factor(sign_in.user),
        N_("Whoever holds a post needs a second factor. You can move it to another phone."),
    )
    _take_away(session, sign_in.user)
    record(session, sign_in.user_id, SecondFactorTurnedOff(sign_in.user_id))


def reset(session: Session, email: str) -> None:
    """Take a locked-out person's second factor away, and end their sign-ins; raises Missing."""
    user = queries.by_email(session, email)
    if user is None:
        raise Missing(N_("There is no account with this e-mail address: %(email)s"), email=email)
    if user.second_factor is None:
        raise NotNow(N_("This account has no second factor: %(email)s"), email=email)
    _take_away(session, user)
    session.execute(delete(WebSession).where(WebSession.user_id == user.id))
    record(session, None, SecondFactorReset(user.id))


def pass_code(session: Session, half: WebSession, typed: str, lasts: timedelta, key: bytes) -> str | None:
    """The second step of signing in: a new token for a right code, else None.

    A wrong one counts, so commit also then: the fifth ends the half-open sign-in. Raises TooMany.
    """
    half = fetch(session, WebSession, half.id, lock=True)
    user, device, began = half.user, half.device, half.how
    how = accept_code(session, half, typed, key)
    if how is None:
        return None
    session.delete(half)
    record(session, user.id, SignedIn(user.id, how))
    return open_sign_in(session, user, lasts, device, began if began is Way.ACCESS_CODE else Way(how))


def accept_code(session: Session, sign_in: WebSession, typed: str, key: bytes) -> str | None:
    """How the person proved themselves, "code" or "recovery_code", each usable once; None for a wrong one.

    Raises TooMany while no code is looked at.
    """
    factor = fetch(session, SecondFactor, sign_in.user_id, lock=True)
    if factor.rests_until is not None and clock.now() < factor.rests_until:
        minutes = int((factor.rests_until - clock.now()) / timedelta(minutes=1)) + 1
        raise TooMany(
            N_("Too many wrong codes were tried. Wait %(minutes)s min, then try again."), minutes=minutes
        )
    code = normal(typed)
    how = "code" if code.isdigit() else "recovery_code"
    right = _use_app_code(factor, code, key) if how == "code" else _use_recovery_code(session, factor, code)
    if right:
        factor.wrong_codes, factor.rests_until = 0, None
        return how
    factor.wrong_codes += 1
    factor.rests_until = rules.rest_after(factor.wrong_codes)
    count_wrong(session, sign_in, how)
    return None


def count_wrong(session: Session, sign_in: WebSession, how: str) -> None:
    """Note a wrong password or code; the fifth in a row ends the sign-in it was given in."""
    sign_in.wrong_proofs += 1
    if sign_in.wrong_proofs >= rules.WRONG_PROOFS:
        session.delete(sign_in)
    record(session, sign_in.user_id, ProofRefused(sign_in.user_id, how))


def normal(typed: str) -> str:
    """A code as it was made: without the spaces, dashes, capitals and Thai digits people type."""
    return "".join(arabic_digits(typed).replace("-", "").split()).lower()


def _use_app_code(factor: SecondFactor, code: str, key: bytes) -> bool:
    try:
        secret = cipher.unseal(key, factor.secret_sealed, _place(factor.user_id))
    except cipher.Unsealable as error:
        raise NotNow(
            N_("Codes of the app cannot be checked, for this server's key was changed. Use a recovery code.")
        ) from error
    step = rules.fitting_step(secret, code, after=factor.last_step)
    if step is not None:
        factor.last_step = step
    return step is not None


def _use_recovery_code(session: Session, factor: SecondFactor, code: str) -> bool:
    fitting = update(RecoveryCode).where(
        RecoveryCode.user_id == factor.user_id,
        RecoveryCode.code_sha256 == hashed(code),
        RecoveryCode.used_at.is_(None),
    )
    used = session.scalars(fitting.values(used_at=clock.now()).returning(RecoveryCode.id)).all()
    return len(used) == 1


def _new_recovery_codes(session: Session, user_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_recovery_code() for _number in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_sha256=hashed(normal(code))) for code in codes)
    return codes


def _recovery_code() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(GROUP)) for _group in range(GROUPS))
    return "-".join(groups)


def _take_away(session: Session, user: User) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    session.expire(user, ["second_factor"])


def new_secret() -> str:
    """160 random bits in base32, for a person's app."""
    return pyotp.random_base32()


def _place(user_id: int) -> str:
    return f"second_factors/{user_id}"

"""Who may do what. The next floors ask here."""

from datetime import datetime, timedelta
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from typing import Any

import pyotp

from govapp.accounts.models import WebSession
from govapp.core import clock
from govapp.core.errors import Denied

TRIES_PER_ACCOUNT = 5  # sign-ins a minute
TRIES_PER_ADDRESS = 20
PROOF_LASTS = timedelta(minutes=5)
WRONG_PROOFS = 5  # in a row end a sign-in
LONGEST_REST = timedelta(hours=1)
STEPS_BESIDE = (0, -1, 1)  # clocks of phones are not exact


class ProofNeeded(Denied):
    """A deed that needs a password or code given just now; the person is asked for it."""


def is_admin(actor: Any) -> bool:
    """A platform administrator who is signed in (an anonymous visitor is nobody)."""
    return bool(getattr(actor, "is_admin", False))


def account(email: str) -> str:
    """What tries at an account are counted under, be there such an account or not."""
    return f"sign-in account {email.strip().lower()}"


def sign_in_limits(email: str, address: str) -> dict[str, int]:
    """How often a minute signing in may be tried for this account, and from this address."""
    return {account(email): TRIES_PER_ACCOUNT, f"sign-in address {_network(address)}": TRIES_PER_ADDRESS}


def _network(address: str) -> str:
    """The address; of IPv6 its /64, which belongs to one subscriber as a whole."""
    try:
        found = ip_address(address)
    except ValueError:  # a Unix socket has none
        return address
    if found.version == 4 or found.ipv4_mapped:
        return str(found)
    return str(ip_network((found, 64), strict=False))


def must_set_up_second_factor(actor: Any) -> bool:
    """An administrator works with a second factor, and does nothing else before setting it up."""
    return is_admin(actor) and actor.second_factor is None


def may_turn_off_second_factor(actor: Any) -> bool:
    return not is_admin(actor)


def is_proved(sign_in: WebSession) -> bool:
    """Whether the person gave a password or code within the last five minutes."""
    return clock.now() - sign_in.proved_at < PROOF_LASTS


def require_proof(sign_in: WebSession) -> None:
    """Raise ProofNeeded for a sensitive deed when the last proof is too old."""
    if not is_proved(sign_in):
        raise ProofNeeded


def fitting_step(secret: str, code: str, after: int = 0) -> int | None:
    """The 30-second step whose code this is: now or one beside it, and later than `after`; else None."""
    totp = pyotp.TOTP(secret)
    now = totp.timecode(clock.now())
    steps = [now + beside for beside in STEPS_BESIDE if now + beside > after]
    return next(
        (step for step in steps if compare_digest(totp.generate_otp(step).encode(), code.encode())), None
    )


def rest_after(wrong_codes: int) -> datetime | None:
    """Until when no code is looked at: each five wrong ones in a row double the wait, up to an hour."""
    if wrong_codes == 0 or wrong_codes % WRONG_PROOFS:
        return None
    doublings = min(wrong_codes // WRONG_PROOFS - 1, 6)
    return clock.now() + min(timedelta(minutes=2**doublings), LONGEST_REST)

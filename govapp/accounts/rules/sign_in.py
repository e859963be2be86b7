"""Who may sign in, with what: passwords, second factors, proofs, links, and how often it may be tried."""

from datetime import datetime, timedelta
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from typing import Any

import pyotp

from govapp.accounts.models import NameSource, Purpose, User, Way, WebSession
from govapp.accounts.rules.posts import is_staff
from govapp.core import clock
from govapp.core.errors import Denied
from govapp.core.identity import Identity
from govapp.core.language import N_
from govapp.core.text import search_text

TRIES_PER_ACCOUNT = 5  # a minute: of signing in, signing up, confirming, asking for a new password
TRIES_PER_ADDRESS = 20
PROOF_LASTS = timedelta(minutes=5)
PROOF_LASTS_FILLING_IN = timedelta(minutes=30)
WRONG_PROOFS = 5  # in a row end a sign-in
LONGEST_REST = timedelta(hours=1)
STEPS_BESIDE = (0, -1, 1)  # clocks of phones are not exact
SHORTEST_PASSWORD = 12
LINK_LASTS = {
    Purpose.VERIFY: timedelta(hours=24),
    Purpose.ADDRESS: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=1),
}
LINK_EVERY = {
    Purpose.VERIFY: timedelta(hours=1),
    Purpose.ADDRESS: timedelta(hours=1),
    Purpose.RESET: timedelta(minutes=5),
}
KEPT_UNVERIFIED = timedelta(days=7)  # after the last link ended

COMMON = frozenset(
    """ abcdefghijkl administrator changeme correcthorsebatterystaple football iloveyou letmein login
    passphrase password passw0rd p@ssword p@ssw0rd qazwsxedc qwerty qwertyuiop qwertyuiopasdfgh secret
    sunshine superman thailand welcome whatever zaq1zaq1 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
    รหัสผ่าน รหัสผ่านของฉัน ฉันรักเธอ ฉันรักคุณ ประเทศไทย สวัสดีประเทศไทย เข้าสู่ระบบ""".split()
)
FIGURES_AND_MARKS = "0123456789๐๑๒๓๔๕๖๗๘๙!@#$%^&*()-_=+.,/ "


class ProofNeeded(Denied):
    """A deed that needs a password or code given just now; the person is asked for it."""


def may_sign_in(user: User) -> bool:
    """Not before the address is known to be theirs."""
    return user.verified_at is not None


def account(email: str, deed: str = "sign-in") -> str:
    """What tries of a deed at an account are counted under, be there such an account or not."""
    return f"{deed} account {email.strip().lower()}"


def limits(deed: str, email: str, address: str) -> dict[str, int]:
    """How often a minute the deed may be tried for this account, and from this address."""
    return {account(email, deed): TRIES_PER_ACCOUNT} | address_limits(deed, address)


def address_limits(deed: str, address: str) -> dict[str, int]:
    """How often a minute the deed may be tried from this address, where no account is named."""
    return {f"{deed} address {network(address)}": TRIES_PER_ADDRESS}


def network(address: str) -> str:
    """The address; of IPv6 its /64, which belongs to one subscriber as a whole."""
    try:
        found = ip_address(address)
    except ValueError:  # a Unix socket has none
        return address
    if found.version == 4 or found.ipv4_mapped:
        return str(found)
    return str(ip_network((found, 64), strict=False))


def must_set_up_second_factor(actor: Any) -> bool:
    """Staff work with a second factor, and do nothing else before setting it up."""
    rests = getattr(actor, "powers_rest", True)  # as of visitors; posts are asked for last, they take a query
    return not rests and actor.second_factor is None and is_staff(actor)


def may_turn_off_second_factor(actor: Any) -> bool:
    return not is_staff(actor)


def is_proved(sign_in: WebSession, lasts: timedelta = PROOF_LASTS) -> bool:
    """Whether the person gave a password or code within the last five minutes."""
    return clock.now() - sign_in.proved_at < lasts


def require_proof(sign_in: WebSession, filling_in: bool = False) -> None:
    """Raise ProofNeeded for a sensitive deed when the last proof is too old.

    filling_in  a form that was opened after a proof is being sent: there was time to fill it in
    A paper with an access code is no proof of staff: Denied.
    """
    if sign_in.how is Way.ACCESS_CODE and is_staff(sign_in.user):
        raise Denied(N_("You hold a post. Sign out, and sign in with your password for this."))
    if not is_proved(sign_in, PROOF_LASTS_FILLING_IN if filling_in else PROOF_LASTS):
        raise ProofNeeded


def may_link_thaid(sign_in: WebSession) -> bool:
    """Not in a sign-in by an access code: a stolen letter must not give the account to another's ThaID."""
    return sign_in.how is not Way.ACCESS_CODE


def may_prove_by_thaid(actor: Any) -> bool:
    """Where a person has no second factor, which stands above it."""
    return actor.second_factor is None


def may_be(user: User, identity: Identity) -> bool:
    """Whether ThaID may mean this person, whose number an officer typed in: by the given name, or by
    family name and year of birth, for given names are spelled in more than one way."""
    if user.name_source is not NameSource.OFFICER:
        return True
    if search_text(user.given_name) == search_text(identity.given_name):
        return True
    same_family = user.family_name and search_text(user.family_name) == search_text(identity.family_name)
    return bool(same_family and user.birth_year and identity.birth and user.birth_year == identity.birth.year)


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


def password_fault(password: str, email: str, name: str) -> str:
    """Why the password will not do, as a msgid; empty when it will."""
    if len(password) < SHORTEST_PASSWORD:
        return N_("Choose a password of 12 characters or more. Three or four words are easy to keep in mind.")
    known = {_stem(email), _stem(email.partition("@")[0]), _stem(name), _stem(name.replace(" ", ""))}
    stem = _stem(password)
    if stem in known or password.casefold() == email.casefold():
        return N_("Choose a password that is not your address or your name.")
    if not stem or stem in COMMON or _repeats(password):
        return N_("Choose a password that others do not think of first. Three or four words will do.")
    return ""


def _stem(text: str) -> str:
    """Without the figures and marks that people put around a word."""
    return text.casefold().strip(FIGURES_AND_MARKS)


def _repeats(text: str) -> bool:
    """Whether it is one short piece again and again: such a text lies inside its own double, shifted."""
    return text in (text + text)[1:-1]

"""Who may do what, which passwords will do, and how long links work. The next floors ask here."""

from datetime import timedelta
from typing import Any

from govapp.accounts.models import Purpose
from govapp.core.language import N_

SHORTEST_PASSWORD = 12
LINK_LASTS = {Purpose.VERIFY: timedelta(hours=24), Purpose.RESET: timedelta(hours=1)}
LINK_EVERY = {Purpose.VERIFY: timedelta(hours=1), Purpose.RESET: timedelta(minutes=5)}
KEPT_UNVERIFIED = timedelta(days=7)  # after the last link ended

COMMON = frozenset(
    """ abcdefghijkl administrator changeme correcthorsebatterystaple football iloveyou letmein login
    passphrase password passw0rd p@ssword p@ssw0rd qazwsxedc qwerty qwertyuiop qwertyuiopasdfgh secret
    sunshine superman thailand welcome whatever zaq1zaq1 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
    รหัสผ่าน รหัสผ่านของฉัน ฉันรักเธอ ฉันรักคุณ ประเทศไทย สวัสดีประเทศไทย เข้าสู่ระบบ""".split()
)
FIGURES_AND_MARKS = "0123456789๐๑๒๓๔๕๖๗๘๙!@#$%^&*()-_=+.,/ "


def is_admin(actor: Any) -> bool:
    """A platform administrator who is signed in (an anonymous visitor is nobody)."""
    return bool(getattr(actor, "is_admin", False))


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

"""The register of people: who may enter and correct what, how long access codes live, which notice holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from govapp.accounts.models import NameSource, User
from govapp.core import clock, dates

NOTICES: Mapping[str, date] = {  # version of templates/accounts/privacy/ -> since when it holds, oldest first
    "1": date(2026, 11, 1),
}


def notice_version() -> str:
    """The version of the privacy notice that people agree to today."""
    today = dates.local_day(clock.now())
    holding = [version for version, since in NOTICES.items() if since <= today]
    return holding[-1] if holding else next(iter(NOTICES))


def may_correct_own_name(actor: Any) -> bool:
    """Unless ThaID or an officer stated it."""
    return actor.name_source is NameSource.OWN


def has_password(user: User) -> bool:
    """Whether they can sign in by themselves, with an address and a password."""
    return bool(user.email and user.password_hash)

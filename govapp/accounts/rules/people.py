"""The register of people: who may enter and read what, how long access codes live, which notice holds."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from govapp.accounts.models import NameSource, User, Way
from govapp.accounts.models.people import AccessCode
from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import holds, is_staff, posts_of
from govapp.accounts.rules.sign_in import TRIES_PER_ADDRESS, network
from govapp.areas.models import Area, AreaKind
from govapp.core import citizen_number, clock, dates

T = TypeVar("T")

NOTICES: Mapping[str, date] = {  # version of templates/accounts/privacy/ -> since when it holds, oldest first
    "1": date(2026, 11, 1),
}
REGISTRARS = (Role.ADMINISTRATOR, Role.SECRETARY, Role.OFFICER)
CODE_LETTERS = 15  # of an access code: 63 random bits and the check letter
CODE_LASTS: Mapping[date, timedelta] = {  # since when a code lives so long, oldest first
    date(2026, 11, 1): timedelta(days=365),
}
CODE_TRIES_EVERYWHERE = 1000  # a minute, of whole codes; on a busy day many people sign in at once
NUMBER_TRIES = 20  # a minute: whether a citizen number is registered already, by one officer
MOST_VIEWS_A_DAY = 50  # of full citizen numbers, by one person
OLDEST = 130  # years
CASE_NUMBER = re.compile(r"[A-Za-zก-ฮ.]{0,6} ?[0-9][0-9./-]{0,19}", re.ASCII)


class Reason(StrEnum):
    """Why somebody reads a whole citizen number."""

    COMPARE = "compare-with-document"
    DUPLICATE = "possible-duplicate"
    ROLL = "electoral-roll"
    ASKED = "asked-by-the-person"
    AUTHORITY = "lawful-request"


def notice_version() -> str:
    """The version of the privacy notice that people agree to today."""
    return _holding({since: version for version, since in NOTICES.items()})


def code_lasts() -> timedelta:
    """How long an access code lives that is made today."""
    return _holding(CODE_LASTS)


def _holding(settings: Mapping[date, T]) -> T:
    """The newest of some dated settings that holds today; the oldest before there was one."""
    today = dates.local_day(clock.now())
    holding = [setting for since, setting in settings.items() if since <= today]
    return holding[-1] if holding else next(iter(settings.values()))


def may_register(actor: Any, area: Area) -> bool:
    """Enter people of an area."""
    return holds(actor, *REGISTRARS, area=area)


def may_register_somewhere(actor: Any) -> bool:
    """Whether there is an area whose people they may enter."""
    return holds(actor, *REGISTRARS)


def own_areas(actor: Any) -> list[Area]:
    """The areas of the posts by which they enter people; not the whole country."""
    found = [post.area for post in posts_of(actor) if post.role in REGISTRARS and post.area]
    return [area for area in found if area.kind is not AreaKind.COUNTRY]


def may_look_after(actor: Any, person: User) -> bool:
    """An officer of the person's area; never one's own row."""
    if person.closed_at or person.area is None or person.id == actor.id:
        return False
    return may_register(actor, person.area)


def may_correct_own_name(actor: Any) -> bool:
    """Unless ThaID or an officer stated it."""
    return actor.name_source is NameSource.OWN


def may_correct(actor: Any, person: User) -> bool:
    """What ThaID stated, no officer states otherwise."""
    return may_look_after(actor, person) and person.name_source is not NameSource.THAID


def may_make_code(actor: Any, person: User) -> bool:
    """For people who cannot sign in by themselves; a paper never opens the account of staff."""
    return may_look_after(actor, person) and not has_password(person) and not is_staff(person)


def may_close_account(actor: Any) -> bool:
    """Not while a post is held, for somebody must answer for it."""
    return not is_staff(actor)


def has_password(user: User) -> bool:
    """Whether they can sign in by themselves, with an address and a password."""
    return bool(user.email and user.verified_at and user.password_hash)


def how_to_prove(user: User) -> Way:
    """What a person who is signed in is asked for before a sensitive deed."""
    if user.second_factor is not None:
        return Way.APP_CODE
    return Way.PASSWORD if has_password(user) else Way.ACCESS_CODE


def is_living(code: AccessCode | None) -> bool:
    return code is not None and code.ends_at > clock.now()


def code_limits(address: str) -> dict[str, int]:
    """How often a minute whole access codes may be tried from this address, and by everybody together."""
    return {
        f"access-code address {network(address)}": TRIES_PER_ADDRESS,
        "access-code everywhere": CODE_TRIES_EVERYWHERE,
    }


def is_case_number(typed: str) -> bool:
    """A number of a file, such as `มท 0808.2/123`: no name fits in, and a citizen number is none."""
    if not CASE_NUMBER.fullmatch(typed):
        return False
    try:
        citizen_number.read(typed)
    except ValueError:
        return True
    return False


def can_be_birth(first_day: date) -> bool:
    """Born by today, and not longer ago than anybody has lived."""
    today = dates.local_day(clock.now())
    return first_day <= today and today.year - first_day.year <= OLDEST

"""Who may do what with a roll, and who may stand on it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from govapp.accounts.models.posts import Post, Role
from govapp.accounts.rules.posts import covers, holds, may_work_at, posts_of
from govapp.areas.models import Area
from govapp.ballotbox.models import Status
from govapp.core import clock, dates, text
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.rolls.models import Roll, RollEntry, RollStatus, Standing
from govapp.rolls.models.claims import RollClaim

KEEPERS = (Role.SECRETARY, Role.OFFICER)
CODE_LETTERS = 15  # of an access code: 63 random bits and the check letter
CODES_A_MINUTE = 20  # whole codes tried from one network
LETTERS_A_FILE = 200  # PDF: some seconds to make, and a stack that an envelope machine takes
FILE_BYTES = 128 << 20  # of people, from the site: 300,000 with whole addresses in Thai take 80 MiB
MERGED_A_FILE = 50_000  # lines of a file for a printing house
KEPT: Mapping[date, timedelta] = {  # since when a file with codes is kept so long at most, oldest first
    date(2026, 11, 1): timedelta(days=14),
}
KEPT_ONCE_TAKEN = timedelta(days=1)  # so that a broken download can be repeated
ROWS_KEPT = timedelta(days=7)  # of a file that was checked and not taken over
ERASED_AFTER: Mapping[date, timedelta] = {  # people on a roll, once its box was opened or annulled
    date(2026, 11, 1): timedelta(days=90),
}
MOST_FOUND = 20  # people shown at a station
SHORTEST_NAME = 2  # letters of a name to look for


def posts_to_keep(actor: Any, area: Area | None = None) -> list[Post]:
    """The posts in whose name a person may make a roll: anywhere, or for the area."""
    mine = [post for post in posts_of(actor) if post.role in KEEPERS]
    return [post for post in mine if area is None or covers(post, area)]


def may_make(actor: Any) -> bool:
    return bool(posts_to_keep(actor))


def may_keep(actor: Any, roll: Roll) -> bool:
    """Whoever holds the post whose duty the roll is: brings people in, corrects, makes codes, decides."""
    return may_work_at(actor, roll.post)


def may_see(actor: Any, roll: Roll) -> bool:
    """The numbers of a roll, never its people: its keepers, and auditors over its area."""
    return may_keep(actor, roll) or holds(actor, Role.AUDITOR, area=roll.area)


def may_look(actor: Any, roll: Roll) -> bool:
    """Its public page: everybody, once it was announced; before that whoever may see its numbers."""
    return roll.is_announced or may_see(actor, roll)


def is_of_vote(roll: Roll) -> bool:
    """Whether a vote has it, which also announces it."""
    return bool(roll.door)


def may_decide(actor: Any, claim: RollClaim) -> bool:
    """A keeper, but nobody decides what they asked for themselves."""
    return may_keep(actor, claim.roll) and actor.id != claim.user_id


def is_open(roll: Roll) -> bool:
    """Whether people can still be put on it, corrected and struck."""
    return roll.status is RollStatus.OPEN


def is_stopped(roll: Roll) -> bool:
    """Whether it is the roll of a vote that was stopped, and not yet that of the one held in its place."""
    return roll.box is not None and roll.box.status is Status.ANNULLED


def may_reopen(roll: Roll) -> bool:
    """Whether its freezing can be taken back: before its ballot box is open."""
    return roll.status is RollStatus.FROZEN and roll.box is not None and roll.box.status is Status.PREPARING


def may_take_over(roll: Roll) -> bool:
    """Whether people stand on it who may vote anew: the frozen roll of a vote that was stopped."""
    return roll.status is RollStatus.FROZEN and is_stopped(roll)


def may_claim(actor: Any, roll: Roll) -> bool:
    """Everybody with an account, while an announced roll can be corrected."""
    return bool(actor.is_authenticated) and roll.is_announced and is_open(roll)


def file_kept() -> timedelta:
    """How long a file with codes that is made today is kept."""
    return _holding(KEPT)


def erased_after() -> timedelta:
    return _holding(ERASED_AFTER)


def _holding(settings: Mapping[date, timedelta]) -> timedelta:
    """The newest of some dated settings that holds today; the oldest before there was one."""
    today = dates.local_day(clock.now())
    holding = [setting for since, setting in settings.items() if since <= today]
    return holding[-1] if holding else next(iter(settings.values()))


def keys_of(name: Name) -> tuple[str, str]:
    """By which people stand in order, and by which they are found."""
    whole = f"{name.given} {name.family}".strip()
    return text.sort_key(whole)[:600], text.search_text(whole)


def age(born: PartialDate, on: date) -> int:
    """Whole years on a day. Of a birth whose day or month is not known the first day counts (ป.พ.พ. ม.16)."""
    month, day = born.month or 1, born.day or 1
    return on.year - born.year - ((on.month, on.day) < (month, day))


def is_old_enough(roll: Roll, born: PartialDate | None) -> bool:
    """Nobody whose birth is not known, where there is a minimum age."""
    if not roll.minimum_age or roll.age_on is None:
        return True
    return born is not None and age(born, roll.age_on) >= roll.minimum_age


def may_vote(entry: RollEntry) -> bool:
    """Whether somebody on a roll may vote; queries.voting asks the same of a whole roll."""
    return entry.standing is Standing.ON and is_old_enough(entry.roll, entry.birth_date)

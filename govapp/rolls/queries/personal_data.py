"""What rolls know of a person, for the person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.core import citizen_number, language, partial_dates
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.personal_data import Part, Plain
from govapp.rolls import queries, wording
from govapp.rolls.models import Roll
from govapp.rolls.models.claims import RollClaim

NOT_ANNOUNCED = N_("a roll of %(area)s that is not announced")
ENTRY = {
    "roll": N_("Roll"),
    "name": N_("Name"),
    "birth_date": N_("Birth date"),
    "citizen_number": N_("Citizen number"),
    "case_number": N_("Case number"),
    "district": N_("Voting district"),
    "standing": N_("Standing"),
    "address": N_("Address"),
}
CLAIM = {
    "roll": N_("Roll"),
    "asked_at": N_("Asked"),
    "wish": N_("What for"),
    "words": N_("Your words"),
    "decided_at": N_("Decided"),
    "why": N_("Reason"),
}


def personal_data(session: Session, user_id: int) -> list[Part]:
    """Where they stand on rolls, and what they asked for."""
    claims = (
        select(RollClaim, Roll.title)
        .join(Roll, Roll.id == RollClaim.roll_id)
        .where(RollClaim.user_id == user_id)
        .order_by(RollClaim.id)
    )
    asked: list[dict[str, Plain]] = [
        {
            "roll": title,
            "asked_at": claim.created_at,
            "wish": _(wording.WISHES[claim.wish]),
            "words": claim.words,
            "decided_at": claim.decided_at,
            "why": claim.why,
        }
        for claim, title in session.execute(claims)
    ]
    return [
        Part("rolls", N_("Rolls on which you stand"), ENTRY, _entries(session, user_id)),
        Part("roll_claims", N_("What you asked for about rolls"), CLAIM, asked),
    ]


def _told(roll: Roll) -> str:
    """Its title, once everybody may know it."""
    return roll.title if roll.is_announced else _(NOT_ANNOUNCED, area=roll.area.name(language.current()))


def _entries(session: Session, user_id: int) -> list[dict[str, Plain]]:
    return [
        {
            "roll": _told(entry.roll),
            "name": entry.name,
            "birth_date": partial_dates.in_words(entry.birth_date) if entry.birth_date else None,
            "citizen_number": citizen_number.masked(entry.last_four) if entry.last_four else None,
            "case_number": entry.case_number,
            "district": entry.district,
            "standing": wording.stands(entry),
            "address": entry.address,
        }
        for entry in queries.entries_of_account(session, user_id)
    ]

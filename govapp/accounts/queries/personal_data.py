"""What this slice knows of a person, for the person."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts import wording
from govapp.accounts.events.people import CitizenNumberSeen
from govapp.accounts.models import SecondFactor, User, WebSession
from govapp.accounts.queries import consents, register
from govapp.accounts.queries.people import recovery_codes_left
from govapp.accounts.rules.people import Reason
from govapp.core import citizen_number, partial_dates
from govapp.core.audit import AuditEntry
from govapp.core.db import fetch
from govapp.core.language import N_, current
from govapp.core.language import gettext as _
from govapp.core.personal_data import Part, Plain

Rows = Sequence[dict[str, Plain]]
LABELS = {
    "account": {
        "number": N_("Number of the account"),
        "title": N_("Title before the name"),
        "given_name": N_("Given name"),
        "family_name": N_("Family name"),
        "stated_by": N_("Name stated by"),
        "birth_date": N_("Birth date"),
        "area": N_("Area"),
        "email": N_("E-mail"),
        "email_confirmed_at": N_("E-mail confirmed"),
        "language": N_("Language of letters"),
        "created_at": N_("Account since"),
        "citizen_number": N_("Citizen number"),
        "case_number": N_("Case number"),
        "registered_at": N_("Registered by an officer"),
        "evidence": N_("Shown by"),
        "evidence_note": N_("More about it"),
        "access_code_made_at": N_("Access code made"),
        "access_code_ends_at": N_("Access code good until"),
        "second_factor_since": N_("Second factor since"),
        "recovery_codes_left": N_("Recovery codes left"),
    },
    "consents": {
        "version": N_("Version"),
        "given_at": N_("Agreed"),
        "read_by_officer": N_("Read to you by an officer"),
        "withdrawn_at": N_("Withdrawn"),
    },
    "sign_ins": {
        "signed_in_at": N_("Signed in"),
        "ends_at": N_("Ends"),
        "how": N_("Signed in by"),
        "device": N_("Device"),
        "last_used_at": N_("Last used"),
    },
    "deeds": {"at": N_("Time"), "event": N_("What was noted")},
    "number_views": {"at": N_("Time"), "reason": N_("Reason"), "case_number": N_("Number of the file")},
}


def personal_data(session: Session, user_id: int) -> list[Part]:
    """Account, consents, sign-ins, deeds in the log, and who read the citizen number and why."""
    found: dict[str, tuple[str, Rows]] = {
        "account": (N_("Your account"), [_account(session, user_id)]),
        "consents": (N_("Privacy notice: your consent"), _consents(session, user_id)),
        "sign_ins": (N_("Your sign-ins"), _sign_ins(session, user_id)),
        "deeds": (N_("What the log says of you"), _deeds(session, user_id)),
        "number_views": (N_("When an officer read your citizen number"), _number_views(session, user_id)),
    }
    return [Part(name, title, LABELS[name], rows) for name, (title, rows) in found.items()]


def _account(session: Session, user_id: int) -> dict[str, Plain]:
    user = fetch(session, User, user_id)
    number = register.citizen_number(session, user_id)
    registration = register.registration(session, user_id)
    code = register.access_code(session, user_id)
    factor = session.get(SecondFactor, user_id)
    return {
        "number": user.id,
        "title": user.title,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "stated_by": _(wording.SOURCES[user.name_source]),
        "birth_date": partial_dates.in_words(user.birth_date) if user.birth_date else None,
        "area": user.area.name(current()) if user.area else None,
        "email": user.email,
        "email_confirmed_at": user.verified_at,
        "language": user.language,
        "created_at": user.created_at,
        "citizen_number": citizen_number.masked(number.last_four) if number else None,
        "case_number": registration.case_number if registration else None,
        "registered_at": registration.created_at if registration else None,
        "evidence": _(wording.EVIDENCE[registration.evidence]) if registration else None,
        "evidence_note": registration.evidence_note if registration else None,
        "access_code_made_at": code.created_at if code else None,
        "access_code_ends_at": code.ends_at if code else None,
        "second_factor_since": factor.created_at if factor else None,
        "recovery_codes_left": recovery_codes_left(session, user_id),
    }


def _consents(session: Session, user_id: int) -> Rows:
    return [
        {
            "version": row.version,
            "given_at": row.given_at,
            "read_by_officer": row.read_to_by_id is not None,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in consents.history(session, user_id)
    ]


def _sign_ins(session: Session, user_id: int) -> Rows:
    query = select(WebSession).where(WebSession.user_id == user_id).order_by(WebSession.id)
    return [
        {
            "signed_in_at": row.created_at,
            "ends_at": row.ends_at,
            "how": _(wording.WAYS[row.how]),
            "device": row.device,
            "last_used_at": row.used_at if row.is_staff else None,
        }
        for row in session.scalars(query)
    ]


def _deeds(session: Session, user_id: int) -> Rows:
    query = select(AuditEntry).where(AuditEntry.actor_id == user_id).order_by(AuditEntry.id)
    return [{"at": row.at, "event": row.event} for row in session.scalars(query)]


def _number_views(session: Session, user_id: int) -> Rows:
    query = select(AuditEntry).where(AuditEntry.event == CitizenNumberSeen.__name__)
    mine = query.where(AuditEntry.details["user_id"].as_integer() == user_id).order_by(AuditEntry.id)
    return [
        {
            "at": row.at,
            "reason": _(wording.REASONS[Reason(row.details["reason"])]),
            "case_number": row.details["case_number"],
        }
        for row in session.scalars(mine)
    ]

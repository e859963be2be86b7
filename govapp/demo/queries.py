"""Reading who is here of the demo's people, and whether any should not be."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from govapp.accounts.models import User
from govapp.accounts.models.people import Registration
from govapp.accounts.models.posts import Grant
from govapp.core.audit import AuditEntry
from govapp.core.errors import Refused
from govapp.core.language import N_
from govapp.demo.events import DemoPeopleAdded
from govapp.demo.people import PEOPLE


class DemoOutside(Refused):
    """The database is one of the demo, and the app does not run as a demo."""

    status = 503


def chapters(session: Session) -> set[str]:
    """The chapters with people that this database has."""
    told = select(AuditEntry).where(AuditEntry.event == DemoPeopleAdded.__name__)
    return {entry.details["chapter"] for entry in session.scalars(told)}


def refuse_people(session: Session) -> None:
    """Raise DemoOutside where people of the demo were ever put into the database.

    The log is the mark, for it cannot be changed, and not the people: whoever tried the demo may have
    given posts to others.
    """
    if chapters(session):
        raise DemoOutside(
            N_(
                "This database comes from the demonstration: anybody could be its people and give posts"
                " in it. To run a real site, set GOVAPP_DATABASE_URL to another database. To show the"
                " demonstration on this machine, set GOVAPP_DEMO=1."
            )
        )


def users(session: Session) -> dict[str, User]:
    """The people who are here, by their keys, with their posts."""
    emails = {person.email: person.key for person in PEOPLE if person.has_address}
    forms = {person.form_token: person.key for person in PEOPLE if not person.has_address}
    wanted = select(User, Registration.form_token).outerjoin(Registration, Registration.user_id == User.id)
    ours = wanted.where(or_(User.email.in_(emails), Registration.form_token.in_(forms)))
    found = session.execute(ours.options(selectinload(User.grants).joinedload(Grant.post)))
    return {forms.get(token) or emails[user.email or ""]: user for user, token in found}

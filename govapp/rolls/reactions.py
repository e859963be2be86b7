"""What rolls do when a lower slice announces something."""

from sqlalchemy.orm import Session

from govapp.accounts.events.people import AccountClosed
from govapp.rolls.actions import leaving


def forget_person(session: Session, event: AccountClosed) -> None:
    leaving.forget_person(session, event.user_id)

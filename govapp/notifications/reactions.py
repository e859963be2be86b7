"""What people are told when a lower slice announces something."""

from sqlalchemy.orm import Session

from govapp.accounts.events import AccountClosed, AddressVerified, LinkOpened, PasswordReset, SignedUpAgain
from govapp.core import clock
from govapp.notifications import actions, queries
from govapp.notifications.actions import write
from govapp.notifications.rules import KNOWN_EVERY


def send_link(session: Session, event: LinkOpened) -> None:
    write(session, event.user_id, event.purpose, link_id=event.link_id)


def tell_account_exists(session: Session, event: SignedUpAgain) -> None:
    if not queries.was_told_since(session, event.user_id, "known", clock.now() - KNOWN_EVERY):
        write(session, event.user_id, "known")


def welcome(session: Session, event: AddressVerified) -> None:
    write(session, event.user_id, "welcome")


def tell_password_changed(session: Session, event: PasswordReset) -> None:
    write(session, event.user_id, "password_changed")


def forget_person(session: Session, event: AccountClosed) -> None:
    actions.forget_person(session, event.user_id)

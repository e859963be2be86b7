"""What people are told when a lower slice announces something."""

from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts import events as accounts
from govapp.core import clock
from govapp.notifications import queries
from govapp.notifications.actions import write
from govapp.notifications.rules import KNOWN_EVERY

SECURITY = {  # what happened -> its name in templates/notifications/_security.txt
    accounts.PasswordReset: "password-reset",
    accounts.PasswordChanged: "password-changed",
    accounts.SecondFactorTurnedOn: "second-factor-on",
    accounts.SecondFactorTurnedOff: "second-factor-off",
    accounts.SecondFactorReset: "second-factor-reset",
    accounts.RecoveryCodesRenewed: "recovery-codes-renewed",
}


def send_link(session: Session, event: accounts.LinkOpened) -> None:
    write(session, event.user_id, event.purpose, link_id=event.link_id)


def tell_account_exists(session: Session, event: accounts.SignedUpAgain) -> None:
    if not queries.was_told_since(session, event.user_id, "known", clock.now() - KNOWN_EVERY):
        write(session, event.user_id, "known")


def welcome(session: Session, event: accounts.AddressVerified) -> None:
    write(session, event.user_id, "welcome")


def tell_of_safety(session: Session, event: Any) -> None:
    """One of the events in SECURITY."""
    write(session, event.user_id, "security", what=SECURITY[type(event)])

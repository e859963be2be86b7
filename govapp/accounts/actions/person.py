"""What people do about who they are."""

from sqlalchemy.orm import Session

from govapp.accounts.events.people import NameCorrected
from govapp.accounts.models import User
from govapp.accounts.rules.people import may_correct_own_name
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import require
from govapp.core.language import N_
from govapp.core.names import Name

STATED_BY_OTHERS = N_("Your name was stated by an officer or by ThaID. Ask an officer to correct it.")


def correct_name(session: Session, actor: User, name: Name) -> None:
    """Correct one's own name; raises Denied where ThaID or an officer stated it."""
    user = fetch(session, User, actor.id, lock=True)
    require(may_correct_own_name(user), STATED_BY_OTHERS)
    user.title, user.given_name, user.family_name = name
    record(session, user.id, NameCorrected(user.id))

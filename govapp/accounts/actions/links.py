"""Links that work once: made with the event that lets a letter be written, used up under a lock."""

from sqlalchemy.orm import Session

from govapp.accounts.events.people import LinkOpened
from govapp.accounts.models import AccountLink, Purpose, User
from govapp.accounts.queries import people as queries
from govapp.accounts.rules.sign_in import LINK_LASTS
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.errors import NotNow
from govapp.core.language import N_


def open_link(session: Session, user: User, purpose: Purpose) -> None:
    """Make a link for the person, unless they got one a short while ago."""
    if queries.was_linked_lately(session, user.id, purpose):
        return
    link = AccountLink(user_id=user.id, purpose=purpose, ends_at=clock.now() + LINK_LASTS[purpose])
    session.add(link)
    session.flush()
    record(session, None, LinkOpened(user.id, link.id, purpose.value))


def live_link(session: Session, link_id: str | None, purpose: Purpose) -> AccountLink:
    """The link, held until commit: of two who use it at once, one wins. Raises NotNow when it is dead."""
    link = queries.link(session, link_id, purpose, lock=True)
    if link is None:
        raise NotNow(N_("This link was used already, or its time is over."))
    return link

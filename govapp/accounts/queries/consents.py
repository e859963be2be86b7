"""Reading what people agreed to. Slices above ask `agrees` before a person takes part."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models.people import Consent, Document


def living(session: Session, user_id: int, document: Document = Document.PRIVACY_NOTICE) -> Consent | None:
    """The person's newest consent that was not withdrawn, to whatever version."""
    query = select(Consent).where(Consent.user_id == user_id, Consent.document == document)
    return session.scalars(query.where(Consent.withdrawn_at.is_(None)).order_by(Consent.id.desc())).first()


def agrees(session: Session, user_id: int) -> bool:
    """Whether the person agrees to the privacy notice now, in whatever version."""
    return living(session, user_id) is not None


def history(session: Session, user_id: int) -> Sequence[Consent]:
    """Everything the person ever agreed to, the newest first."""
    query = select(Consent).where(Consent.user_id == user_id)
    return session.scalars(query.order_by(Consent.id.desc())).all()

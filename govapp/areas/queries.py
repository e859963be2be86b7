"""Reading places."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.areas.models import Area, AreaKind


def by_code(session: Session, code: str) -> Area | None:
    return session.scalars(select(Area).where(Area.code == code)).first()


def provinces(session: Session) -> list[Area]:
    """All provinces and Bangkok, in Thai order."""
    return list(session.scalars(select(Area).where(Area.kind == AreaKind.PROVINCE).order_by(Area.sort_key)))


def with_budgets(session: Session) -> list[Area]:
    """The places that can hold a participatory budget, in Thai order."""
    kinds = (AreaKind.PROVINCE, AreaKind.LOCAL_AUTHORITY)
    return list(session.scalars(select(Area).where(Area.kind.in_(kinds)).order_by(Area.sort_key)))

"""Reading places."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from govapp.areas.models import Area, AreaKind
from govapp.areas.rules import PROVINCIAL, WITH_BUDGETS, Entry
from govapp.core import clock, dates, text

PAGE_ROWS = 50
MOST_STEPS = 50  # the longest way up, or from one merger to the next
_IN_ORDER = {kind: place for place, kind in enumerate(AreaKind)}


@dataclass(frozen=True)
class Kept:
    """An area as it is kept now, for comparing with a file."""

    id: int
    entry: Entry
    earlier_names: list[dict[str, str]]


def by_code(session: Session, code: str) -> Area | None:
    return session.scalars(select(Area).where(Area.code == code)).first()


def provinces(session: Session) -> list[Area]:
    """All provinces and Bangkok that are not closed, in Thai order."""
    query = select(Area).where(Area.kind.in_(PROVINCIAL), _open()).order_by(Area.sort_key)
    return list(session.scalars(query))


def with_budgets(session: Session) -> list[Area]:
    """The places that can hold a participatory budget now, in Thai order."""
    query = select(Area).where(Area.kind.in_(WITH_BUDGETS), _open()).order_by(Area.sort_key)
    return list(session.scalars(query))


def children(
    session: Session, area: Area, page: int = 1, rows: int = PAGE_ROWS
) -> tuple[Sequence[Area], int]:
    """One page of what lies directly in the area, the closed last, and how many there are in all."""
    query = select(Area).where(Area.parent_id == area.id)
    order = (Area.closed_on.isnot(None), case(_IN_ORDER, value=Area.kind), Area.sort_key, Area.id)
    return _page(session, query, order, page, rows)


def ancestors(session: Session, area: Area) -> list[Area]:
    """What the area lies in, the country first; one question to the database."""
    above = _chain(area.parent_id, Area.parent_id)
    query = select(Area).join(above, above.c.id == Area.id).order_by(above.c.steps.desc())
    return list(session.scalars(query))


def covers(session: Session, area: Area, other: Area) -> bool:
    """Whether the other is the area itself, or lies in it at any depth."""
    above = _chain(other.id, Area.parent_id)
    return session.scalar(select(above.c.id).where(above.c.id == area.id)) is not None


def within(area_ids: Collection[int]) -> CTE:
    """(id) of the areas and of everything that lies in them at any depth, for use in other queries."""
    below = select(Area.id.label("id")).where(Area.id.in_(area_ids)).cte("within", recursive=True)
    return below.union(select(Area.id).join(below, Area.parent_id == below.c.id))


def named(session: Session, typed: str, kinds: Collection[AreaKind], most: int = 6) -> Sequence[Area]:
    """The open areas of these kinds that a person may mean: by code, whole name, or a part of it.

    One when the code or a whole name fits one area only; else up to `most`, for a person to choose from.
    """
    whole = text.search_text(typed)
    query = select(Area).where(Area.kind.in_(kinds), _open()).order_by(Area.sort_key, Area.id)
    query = query.options(joinedload(Area.parent))
    lines = literal("\n") + Area.search_text + literal("\n")
    for fits in (
        func.lower(Area.code) == whole,
        lines.contains(f"\n{whole}\n", autoescape=True),
        lines.contains(f"\n{whole}", autoescape=True),
        Area.search_text.contains(whole, autoescape=True),
    ):
        found = session.scalars(query.where(fits).limit(most)).all()
        if found:
            return found
    return ()


def replaced_by(session: Session, area: Area) -> list[Area]:
    """What the area was merged into, then what that was merged into, up to what is left today."""
    after = _chain(area.merged_into_id, Area.merged_into_id)
    query = select(Area).join(after, after.c.id == Area.id).order_by(after.c.steps)
    return list(session.scalars(query))


def merged_here(session: Session, area: Area) -> list[Area]:
    """The areas that were merged into this one, the latest first."""
    query = select(Area).where(Area.merged_into_id == area.id)
    return list(session.scalars(query.order_by(Area.closed_on.desc(), Area.sort_key)))


def search(session: Session, words: str, page: int = 1, rows: int = PAGE_ROWS) -> tuple[Sequence[Area], int]:
    """One page of the areas with all the words in a name of theirs, Thai, English or an earlier one.

    The area with this code comes first, then names that begin with the words. Two parents come along.
    """
    whole = text.search_text(words)
    has_code = func.lower(Area.code) == whole
    has_all = and_(*(Area.search_text.contains(term, autoescape=True) for term in text.search_terms(words)))
    begins = or_(
        Area.search_text.startswith(whole, autoescape=True),
        Area.search_text.contains(f"\n{whole}", autoescape=True),
    )
    query = select(Area).where(or_(has_code, has_all))
    order = (
        case((has_code, 0), (begins, 1), else_=2),
        Area.closed_on.isnot(None),
        case(_IN_ORDER, value=Area.kind),
        Area.sort_key,
        Area.id,
    )
    return _page(session, query.options(joinedload(Area.parent).joinedload(Area.parent)), order, page, rows)


def kept(session: Session) -> dict[str, Kept]:
    """Every area by code, as entries of a file."""
    parent, successor = aliased(Area), aliased(Area)
    query = (
        select(
            Area.id,
            Area.code,
            Area.kind,
            Area.name_th,
            Area.name_en,
            parent.code.label("parent_code"),
            Area.region,
            Area.opened_on,
            Area.closed_on,
            successor.code.label("merged_into_code"),
            Area.earlier_names,
        )
        .outerjoin(parent, parent.id == Area.parent_id)
        .outerjoin(successor, successor.id == Area.merged_into_id)
    )
    return {code: Kept(id_, Entry(code, *rest), names) for id_, code, *rest, names in session.execute(query)}


def ids(session: Session, *kinds: AreaKind) -> dict[str, int]:
    """code -> id, of every area of these kinds, or of all"""
    query = select(Area.code, Area.id)
    rows = session.execute(query.where(Area.kind.in_(kinds)) if kinds else query)
    return {code: id_ for code, id_ in rows}


def _open() -> ColumnElement[bool]:
    return or_(Area.closed_on.is_(None), Area.closed_on > dates.local_day(clock.now()))


def _chain(start: int | None, link: Any) -> CTE:
    """(id, steps) of the area with the id `start`, of the one its link leads to, and so on."""
    first = select(Area.id, link.label("next"), literal(0).label("steps")).where(Area.id == start)
    chain = first.cte("chain", recursive=True)
    onward = select(Area.id, link, chain.c.steps + 1).join(chain, Area.id == chain.c.next)
    return chain.union_all(onward.where(chain.c.steps < MOST_STEPS))


def _page(
    session: Session, query: Select[Area], order: Sequence[Any], page: int, rows: int
) -> tuple[Sequence[Area], int]:
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return session.scalars(query.order_by(*order).limit(rows).offset((page - 1) * rows)).all(), total

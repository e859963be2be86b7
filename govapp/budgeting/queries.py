"""Reading rounds, their projects, ballots and counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, load_only

from govapp.budgeting.models import Count, GivenUp, Round, RoundBallots, RoundProject
from govapp.budgeting.rules import USED, Preset, presets_for, rule_key
from govapp.core import text
from govapp.core.db import fetch
from govapp.core.jobs import Job
from govapp.counting.ballots import Election, Integers, Project
from govapp.counting.outcome import Reason
from govapp.counting.pabulib_write import META_ORDER
from govapp.counting.packing import unpack
from govapp.counting.rule import Rule

PAGE_ROWS = 20


@dataclass(frozen=True)
class Listed:
    """A round in a list: what it funded under its own rule, None while that is being counted."""

    round: Round
    funded: int | None
    spent_satang: int | None


@dataclass(frozen=True)
class Verdict:
    """What came out for a project under the rule of its round. project_id: of its page there."""

    round_id: int
    project_id: int
    funded: bool


def rounds(
    session: Session, search: str = "", page: int = 1, rows: int = PAGE_ROWS
) -> tuple[list[Listed], int]:
    """One page of rounds, newest first, and how many there are in all."""
    query = select(Round)
    for term in text.search_terms(search):
        query = query.where(Round.search_text.contains(term, autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = (Round.voted_to.is_(None), Round.voted_to.desc(), Round.id.desc())
    query = query.options(joinedload(Round.area)).order_by(*order).limit(rows).offset((page - 1) * rows)
    found = session.scalars(query).all()
    used = _used_counts(session, found)
    return [_listed(r, used.get(r.id)) for r in found], total


def by_source(session: Session, sha256: str) -> Round | None:
    return session.scalars(select(Round).where(Round.source_sha256 == sha256)).first()


def show(session: Session, round_id: int) -> Round:
    """The round with its area; raises Missing."""
    session.scalars(select(Round).options(joinedload(Round.area)).where(Round.id == round_id)).first()
    return fetch(session, Round, round_id)


def projects(session: Session, round_id: int) -> list[RoundProject]:
    """All projects of a round, as they stand on the ballot."""
    query = select(RoundProject).where(RoundProject.round_id == round_id)
    return list(session.scalars(query.order_by(RoundProject.position)))


def count_under(session: Session, round_id: int, rule: Rule) -> Count | None:
    """The finished count of a round under a rule."""
    query = select(Count).where(Count.round_id == round_id, Count.rule_key == rule_key(rule))
    return session.scalars(query).first()


def counts(session: Session, round_: Round) -> dict[str, Count]:
    """The finished counts of a round by preset, its own rule under `used`."""
    keys = {rule_key(preset.rule): name for name, preset in offered(round_).items()}
    found = {
        count.rule_key: count for count in session.scalars(select(Count).where(Count.round_id == round_.id))
    }
    by_preset = {name: found[key] for key, name in keys.items() if key in found}
    used = found.get(round_.rule_key)
    return {USED: used, **by_preset} if used else by_preset


def left_out(session: Session, round_: Round) -> frozenset[str]:
    """The presets under which it is not counted, because that would take too long on its ballots."""
    found = set(session.scalars(select(GivenUp.rule_key).where(GivenUp.round_id == round_.id)))
    return frozenset(name for name, preset in offered(round_).items() if rule_key(preset.rule) in found)


def is_given_up(session: Session, round_id: int, rule: Rule) -> bool:
    return session.get(GivenUp, (round_id, rule_key(rule))) is not None


def offered(round_: Round) -> dict[str, Preset]:
    """The rules its pages can show besides its own."""
    return presets_for(round_.kind, Rule.from_json(round_.rule))


def verdicts(session: Session, round_ids: Collection[int]) -> dict[tuple[int, str], Verdict]:
    """(round id, code of a project) -> what came out for it; rounds that are still counted are missing."""
    if not round_ids:
        return {}
    counted = select(Count.round_id, Count.outcome["funded"]).join(Round, Round.id == Count.round_id)
    used = counted.where(Count.round_id.in_(round_ids), Count.rule_key == Round.rule_key)
    funded = {round_id: frozenset(codes) for round_id, codes in session.execute(used)}
    named = select(RoundProject.round_id, RoundProject.code, RoundProject.id)
    mine = named.where(RoundProject.round_id.in_(funded))
    return {
        (round_id, code): Verdict(round_id, project_id, code in funded[round_id])
        for round_id, code, project_id in session.execute(mine)
    }


def count_job(session: Session, round_id: int, rule: Rule) -> Job | None:
    """The job that is still to count this round under this rule."""
    return session.scalars(select(Job).where(Job.once == once(round_id, rule))).first()


def once(round_id: int, rule: Rule) -> str:
    """The name that keeps a count from being queued twice."""
    return f"count:{round_id}:{rule_key(rule)}"


def election(session: Session, round_: Round) -> tuple[Election, dict[str, dict[str, Integers]]]:
    """What the counting core reads: projects, ballots, budget; and where voters live."""
    rows = projects(session, round_.id)
    ballots, places = unpack(fetch(session, RoundBallots, round_.id).packed)
    listed = tuple(
        Project(row.code, row.cost_satang, _own_name(row), tuple(row.categories), row.district)
        for row in rows
    )
    groups = {row.code: row.exclusive_group for row in rows if row.exclusive_group}
    return Election(round_.kind, round_.budget_satang, listed, ballots, groups), places


def _own_name(project: RoundProject) -> str:
    """Its number stands for a project that came without a name."""
    return "" if project.name == project.code else project.name


def nearest_losers(count: Count) -> list[str]:
    """Codes of projects that lost for want of supporters' money, the nearest to winning first."""
    short = {
        code: why["short_by"] or 0
        for code, why in count.outcome["projects"].items()
        if why["reason"] == Reason.SUPPORTERS_SHORT and why["votes_needed"] is None
    }
    return sorted(short, key=lambda code: (short[code], code))


def _used_counts(session: Session, found: Sequence[Round]) -> dict[int, Count]:
    """round id -> its count under its own rule, in figures only: an outcome is large."""
    figures = load_only(Count.round_id, Count.funded_count, Count.spent_satang)
    query = select(Count).options(figures).join(Round, Round.id == Count.round_id)
    query = query.where(Round.id.in_([r.id for r in found]), Count.rule_key == Round.rule_key)
    return {count.round_id: count for count in session.scalars(query)}


def _listed(round_: Round, count: Count | None) -> Listed:
    if count is None:
        return Listed(round_, None, None)
    return Listed(round_, count.funded_count, count.spent_satang)


def pb_columns(session: Session, round_id: int) -> dict[str, dict[str, str]]:
    """project code -> the columns of a .pb file that the counting core does not know."""
    return {row.code: {**row.extra, "description": row.description} for row in projects(session, round_id)}


def pb_meta(round_: Round) -> dict[str, str]:
    """The META section of the round's .pb file, complete where the source left something out."""
    needed = {
        "description": round_.description or round_.name,
        "country": "Thailand" if round_.currency == "THB" else "-",
        "unit": round_.area.name_th,
        "instance": str(round_.fiscal_year_be or round_.id),
        "rule": round_.rule_name or "unknown",
        "date_begin": _pb_date(round_.voted_from),
        "date_end": _pb_date(round_.voted_to),
    }
    return {**needed, **{key: value for key, value in round_.meta.items() if value and key in META_ORDER}}


def _pb_date(day: date | None) -> str:
    return day.strftime("%d.%m.%Y") if day else "01.01.1970"

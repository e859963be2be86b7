"""Bringing in an election that was held elsewhere, as a file."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.areas.actions import add_area
from govapp.areas.models import Area, AreaKind
from govapp.budgeting import queries
from govapp.budgeting.actions import counting
from govapp.budgeting.events import ImportAsked, RoundImported
from govapp.budgeting.models import Round, RoundBallots, RoundProject
from govapp.budgeting.rules import may_import, rule_key, rule_of
from govapp.core import text
from govapp.core.audit import record
from govapp.core.errors import require
from govapp.core.files.keeping import keep
from govapp.core.files.kinds import Kind, Upload
from govapp.core.jobs import Job, enqueue
from govapp.core.language import N_
from govapp.counting.pabulib import PbFile
from govapp.counting.packing import pack


def ask_import(session: Session, actor: User, name: str, content: bytes, area_id: int | None = None) -> Job:
    """Keep a file that was read without mistakes, and queue its import."""
    require(may_import(actor), N_("You may not bring elections in"))
    stored = keep(session, Upload(Kind.PB, content))
    record(session, actor.id, ImportAsked(stored.sha256))
    payload = {"file_id": stored.id, "name": name, "area_id": area_id}
    return enqueue(session, "import_round", payload, actor_id=actor.id, once=f"import:{stored.sha256}")


def import_round(
    session: Session, actor_id: int | None, file: PbFile, content: bytes, area: Area | None = None
) -> Round:
    """Write a finished election down, whole, and queue its counts; the same file gives the same round."""
    sha256 = hashlib.sha256(content).hexdigest()
    found = queries.by_source(session, sha256)
    if found is not None:
        return found
    round_ = _round(file, area or _area_of(session, file), sha256)
    session.add(round_)
    session.flush()
    session.add_all(_projects(round_.id, file))
    session.add(RoundBallots(round_id=round_.id, packed=pack(file.election.ballots, file.places)))
    counting.ask_counts(session, actor_id, round_)
    record(session, actor_id, RoundImported(round_.id, len(file.election.projects), round_.voters, sha256))
    return round_


def _round(file: PbFile, area: Area, sha256: str) -> Round:
    meta, election = file.meta, file.election
    name, rule = _name(meta), rule_of(meta)
    return Round(
        area=area,
        name=name,
        description=meta.get("description", ""),
        fiscal_year_be=_whole(meta.get("fiscal_year_be")),
        kind=election.kind,
        currency=_currency(meta),
        budget_satang=election.budget,
        voters=election.ballots.voters,
        eligible=_eligible(meta.get("eligible"), election.ballots.voters),
        voted_from=_day(meta.get("date_begin", "")),
        voted_to=_day(meta.get("date_end", "")),
        rule=rule.as_json(),
        rule_key=rule_key(rule),
        rule_name=meta.get("rule", "")[:80],
        source_sha256=sha256,
        meta=dict(meta),
        search_text=text.search_text(f"{name} {meta.get('description', '')} {area.name_th} {area.name_en}"),
    )


def _projects(round_id: int, file: PbFile) -> list[RoundProject]:
    election = file.election
    rows = []
    for position, project in enumerate(election.projects):
        extra = dict(file.columns[project.id])
        name = (project.name or project.id)[:500]
        description = extra.pop("description", "")
        rows.append(
            RoundProject(
                round_id=round_id,
                position=position,
                code=project.id,
                name=name,
                description=description,
                cost_satang=project.cost,
                categories=list(project.categories),
                district=project.district,
                exclusive_group=election.groups.get(project.id, ""),
                votes=int(election.votes[position]),
                points=int(election.points[position]),
                official_code=_whole(extra.pop("selected", None)),
                extra=extra,
                sort_key=text.sort_key(name)[:500],
                search_text=text.search_text(" ".join([project.id, name, description, project.district])),
            )
        )
    return rows


CURRENCIES = {
    "Thailand": "THB",
    "Poland": "PLN",
    "Netherlands": "EUR",
    "France": "EUR",
    "Switzerland": "CHF",
    "Hungary": "HUF",
    "United States": "USD",
    "USA": "USD",
    "US": "USD",
}
NO_CURRENCY = "XXX"  # ISO 4217: no currency


def _currency(meta: Any) -> str:
    given = str(meta.get("currency", "")).strip().upper()
    if len(given) == 3 and given.isascii() and given.isalpha():
        return given
    return CURRENCIES.get(meta.get("country", ""), NO_CURRENCY)


def _name(meta: Any) -> str:
    parts = [meta.get("unit", ""), meta.get("subunit", ""), meta.get("instance", "")]
    return " ".join(part for part in parts if part)[:500] or meta.get("description", "")[:500]


def _area_of(session: Session, file: PbFile) -> Area:
    country, unit = file.meta.get("country", ""), file.meta.get("unit", "")
    name = ", ".join(part for part in (unit, country) if part) or file.name
    name = name[:240]  # twice, it fills the column that is searched
    code = f"pb:{country}:{unit}"
    if len(code) > 40:  # cut, two long names could be taken for one place
        code = f"{code[:23]}:{hashlib.sha256(code.encode()).hexdigest()[:16]}"
    return add_area(session, code, AreaKind.ELSEWHERE, name, name)


def _day(text_: str) -> date | None:
    """dd.mm.yyyy, as Pabulib writes it; None where only a year or nothing is given."""
    try:
        return datetime.strptime(text_.strip(), "%d.%m.%Y").date()
    except ValueError:
        return None


def _whole(text_: str | None) -> int | None:
    """A whole number that fits its column; None for anything else."""
    digits = (text_ or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def _eligible(text_: str | None, voters: int) -> int | None:
    """How many could vote; None where the file says fewer than did."""
    number = _whole(text_)
    return number if number is not None and number >= voters else None

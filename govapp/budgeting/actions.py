"""Deeds about rounds: bringing one in, counting it."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from time import perf_counter
from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.areas.actions import add_area
from govapp.areas.models import Area, AreaKind
from govapp.budgeting import queries
from govapp.budgeting.events import ImportAsked, RoundCounted, RoundExplained, RoundImported
from govapp.budgeting.models import Count, Round, RoundBallots, RoundProject
from govapp.budgeting.rules import may_import, presets_for, rule_key, rule_of
from govapp.core import clock, text
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import require
from govapp.core.files.keeping import keep
from govapp.core.files.kinds import Kind, Upload
from govapp.core.jobs import Job, enqueue
from govapp.core.language import N_
from govapp.counting import measures
from govapp.counting.count import count, votes_needed
from govapp.counting.pabulib import PbFile
from govapp.counting.packing import pack
from govapp.counting.rule import Rule


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
    ask_counts(session, actor_id, round_)
    record(session, actor_id, RoundImported(round_.id, len(file.election.projects), round_.voters, sha256))
    return round_


def ask_counts(session: Session, actor_id: int | None, round_: Round) -> None:
    """Queue every count a page can show that is not there yet; its own rule first."""
    wanted = [Rule.from_json(round_.rule), *(p.rule for p in presets_for(round_.kind).values())]
    for rule in wanted:
        if queries.count_under(session, round_.id, rule) is None:
            payload = {"round_id": round_.id, "rule": rule.as_json()}
            enqueue(session, "count_round", payload, actor_id=actor_id, once=queries.once(round_.id, rule))


def compute_count(
    session: Session, round_: Round, rule: Rule, tell: Callable[[int, int | None], None] | None = None
) -> Count:
    """Count a round under a rule, writing nothing: the long part, outside any write transaction."""
    election, places = queries.election(session, round_)
    started = perf_counter()
    outcome = count(election, rule, tell)
    milliseconds = round((perf_counter() - started) * 1000)
    written = outcome.as_json()
    steps = written.pop("steps")
    return Count(
        round_id=round_.id,
        rule_key=rule_key(rule),
        rule=rule.as_json(),
        funded_count=len(outcome.funded),
        spent_satang=outcome.spent,
        outcome=written,
        steps=list(steps),
        measures=measures.measure(election, outcome.funded, places).as_json(),
        milliseconds=milliseconds,
        counted_at=clock.now(),
    )


def keep_count(session: Session, actor_id: int | None, counted: Count) -> Count:
    """Keep a computed count; when another worker was first, its row, which is equal, stands."""
    found = queries.count_under(session, counted.round_id, Rule.from_json(counted.rule))
    if found is not None:
        return found
    session.add(counted)
    funded, spent = counted.outcome["funded"], counted.outcome["spent"]
    record(session, actor_id, RoundCounted(counted.round_id, counted.rule_key, list(funded), spent))
    session.flush()
    if counted.rule_key == fetch(session, Round, counted.round_id).rule_key and queries.nearest_losers(
        counted
    ):
        enqueue(session, "explain_count", {"count_id": counted.id}, once=f"explain:{counted.id}")
    return counted


def find_needed(
    session: Session, counted: Count, seconds: float, tell: Callable[[int, int | None], None] | None = None
) -> dict[str, int]:
    """How many further votes each loser was short of, the nearest first, as far as the seconds reach."""
    round_, rule = fetch(session, Round, counted.round_id), Rule.from_json(counted.rule)
    election, _places = queries.election(session, round_)
    losers = queries.nearest_losers(counted)
    ends, found = perf_counter() + seconds, {}
    for done, code in enumerate(losers):
        if perf_counter() > ends:
            break
        needed = votes_needed(election, rule, code, limit=round_.voters)
        if needed:
            found[code] = needed
        if tell:
            tell(done, len(losers))
    return found


def keep_needed(session: Session, count_id: int, needed: Mapping[str, int]) -> None:
    """Write down beside each loser how many further votes it was short of."""
    counted = fetch(session, Count, count_id, lock=True)
    reasons = counted.outcome["projects"]
    added = {code: {**reasons[code], "votes_needed": votes} for code, votes in needed.items()}
    counted.outcome = {**counted.outcome, "projects": reasons | added}
    record(session, None, RoundExplained(counted.round_id, counted.rule_key, len(needed)))


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

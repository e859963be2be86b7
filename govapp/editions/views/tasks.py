"""The list of tasks of an edition, its remarks in words, and the answers to be checked."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from govapp.ballotbox.rules import progress
from govapp.ballotbox.views.steps import NEXT
from govapp.budgeting.wording.of_rules import of_rule
from govapp.core import dates, money
from govapp.core.language import N_, own_name
from govapp.core.language import gettext as _
from govapp.core.translations import untranslated
from govapp.counting.ballots import BallotKind
from govapp.counting.rule import Rule
from govapp.editions import rules, wording
from govapp.editions.models import Edition, EditionProject, PhaseKind, Stage
from govapp.editions.rules.calendar import Timed
from govapp.editions.rules.plans import POINTED, Blocks, Part, Remark, in_the_way

PAGES = {
    Part.DETAILS: "edition_plan.details",
    Part.MONEY: "edition_plan.money",
    Part.CALENDAR: "edition_plan.calendar",
    Part.BALLOT: "edition_plan.ballot",
    Part.PROJECTS: "edition_projects.index",
    Part.VOTERS: "edition_voters.show",
}
POINTS = N_("%(kind)s: up to %(points)s points for a project, %(all)s in all, at most %(most)s projects")
DONE, MISSING, LATER = (N_("Done"), "done"), (N_("Missing"), "todo"), (N_("Cannot begin yet"), "lost")


def said(remark: Remark) -> dict[str, Any]:
    """A remark in the reader's language, with the page where it is mended."""
    values = dict(remark.values)
    for name in ("phase", "other"):
        if isinstance(values.get(name), PhaseKind):
            values[name] = _(wording.PHASES[values[name]].name)
    if spoken := values.get("language"):
        values["language"] = _(wording.LANGUAGES[spoken])
    more = {"lack": values["lack"]} if "lack" in values else {}
    words = _(remark.words) % values if values else _(remark.words)
    return {"words": words, "endpoint": PAGES.get(remark.part, ""), "more": more}


def of_plan(edition: Edition, found: Sequence[Remark]) -> list[dict[str, Any]]:
    """The parts of the plan."""
    open_parts = {remark.part for remark in in_the_way(found, Blocks.OPENING)}
    return [
        _task(wording.PARTS[part], url_for(endpoint, edition_id=edition.id), _state(part in open_parts))
        for part, endpoint in PAGES.items()
        if part is not Part.VOTERS
    ]


def of_vote(edition: Edition, found: Sequence[Remark], voters: int) -> list[dict[str, Any]]:
    """From publishing to the opening of the box."""
    is_out = edition.stage is not Stage.DRAFT
    lacks = any(remark.part is Part.VOTERS for remark in in_the_way(found, Blocks.OPENING))
    is_complete = not in_the_way(found, Blocks.PUBLISHING)
    way = url_for("edition_plan.publish", edition_id=edition.id)
    return [
        _task(wording.PARTS[Part.VOTERS], url_for(PAGES[Part.VOTERS], edition_id=edition.id), _state(lacks)),
        _task(N_("Check and publish"), "" if is_out or not is_complete else way, _step(is_out, is_complete)),
        _of_box(edition, voters, is_out and not in_the_way(found, Blocks.OPENING)),
    ]


def _of_box(edition: Edition, voters: int, may_begin: bool) -> dict[str, Any]:
    """The ballot box; of a round that was called off it can only be looked at."""
    off = wording.STAGES[Stage.CALLED_OFF] if rules.is_called_off(edition) else None
    if rules.is_ready(edition) and edition.box:
        step = progress.next_of(edition.box, voters)
        heading, kind = NEXT[step][0], "done" if rules.is_frozen(edition) else "now"
        box = url_for("running.show", box_id=edition.box.id)
        return _task(N_("The ballot box: keys, trial, opening"), box, off or (heading, kind))
    way = url_for("edition_plan.ready", edition_id=edition.id) if may_begin and not off else ""
    return _task(N_("Make the vote ready"), way, off or _step(False, may_begin))


def answers(edition: Edition, projects: Sequence[EditionProject]) -> list[dict[str, Any]]:
    """What was planned, as a summary list with ways to change it."""

    def way(part: Part) -> str:
        return url_for(PAGES[part], edition_id=edition.id)

    binding, eligible = wording.BINDINGS[edition.binding], wording.ELIGIBILITIES[edition.eligibility]
    rule = of_rule(Rule.from_json(edition.rule), edition.kind)
    rows = [
        (_("Name of the round"), untranslated(edition.title), Part.DETAILS),
        (_("Budget year"), str(edition.fiscal_year_be), Part.DETAILS),
        (_("What the result binds the authority to"), _(binding.name), Part.DETAILS),
        (_("Who may vote"), _(eligible.name), Part.DETAILS),
        (_("Money"), "; ".join(map(_envelope, edition.envelopes)) or "–", Part.MONEY),
        (_("Voting"), _times(edition.phases), Part.CALENDAR),
        (_("Ballot"), limits(edition), Part.BALLOT),
        (_("Counting rule"), f"{rule.name}: {rule.numbers}" if rule.numbers else rule.name, Part.BALLOT),
        (_("Languages of the ballot"), ", ".join(map(own_name, edition.languages)), Part.BALLOT),
        (_("Projects"), f"{len(projects):,}", Part.PROJECTS),
    ]
    return [{"label": label, "value": value, "change": way(part)} for label, value, part in rows]


def limits(edition: Edition) -> str:
    """How a ballot may be filled in, in one sentence."""
    name = _(wording.KINDS[edition.kind].name)
    if edition.kind is BallotKind.CHOOSE_ONE:
        return name
    if edition.kind is BallotKind.KNAPSACK:
        return _("%(kind)s: as many projects as the budget pays for", kind=name)
    values = {"kind": name, "least": edition.least, "most": edition.most}
    if edition.kind in POINTED:
        values |= {"points": edition.most_points, "all": edition.sum_points}
        return _(POINTS, **values)
    return _("%(kind)s: %(least)s to %(most)s projects", **values)


def _envelope(envelope: Any) -> str:
    sum_ = money.money(envelope.budget_satang)
    return f"{envelope.district} {sum_}" if envelope.district else sum_


def _times(phases: Sequence[Timed]) -> str:
    vote = next((phase for phase in phases if phase.kind is PhaseKind.VOTE), None)
    return f"{dates.short_moment(vote.starts_at)} – {dates.short_moment(vote.ends_at)}" if vote else "–"


def _task(label: str, url: str, state: tuple[str, str]) -> dict[str, Any]:
    word, kind = state
    return {"label": _(label), "url": url, "word": _(word), "kind": kind}


def _state(is_missing: bool) -> tuple[str, str]:
    return MISSING if is_missing else DONE


def _step(is_done: bool, may_begin: bool) -> tuple[str, str]:
    if is_done:
        return DONE
    return (N_("To do"), "now") if may_begin else LATER

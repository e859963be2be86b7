"""A box as a story for its public page: what happens now and next, what is voted on, what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.queries.log import Found, Place
from govapp.ballotbox.rules import objections_until
from govapp.ballotbox.wording import BALLOTS, option
from govapp.core.dates import short_moment
from govapp.core.language import N_, current, ngettext
from govapp.core.language import gettext as _
from govapp.core.translations import untranslated
from govapp.verifier import contests

Step = dict[str, str]

PLACES: Mapping[Place, str] = {
    Place.LOGGED: N_("Your ballot is in the public log: entry %(number)s."),
    Place.NOT_YET: N_(
        "This code is not in the public log yet. Ballots that wait for the next batch: %(waiting)s. If you "
        "have just voted, look again later."
    ),
    Place.COUNTED: N_("This ballot is in the public log, entry %(number)s, and it was counted."),
    Place.NOT_COUNTED: N_(
        "This ballot is in the public log, entry %(number)s. It is not the last ballot of its voter, or void."
    ),
    Place.UNKNOWN: N_(
        "The public log is complete, and this code is not in it. Compare the code and the title of the vote "
        "with your receipt. If both are right, bring the receipt to the auditors: it proves that something "
        "is wrong."
    ),
}
PLACE_KINDS: Mapping[Place, str] = {  # of notice
    Place.LOGGED: "good",
    Place.NOT_YET: "warn",
    Place.COUNTED: "good",
    Place.NOT_COUNTED: "warn",
    Place.UNKNOWN: "bad",
}


@dataclass(frozen=True)
class Choice:
    """One thing that can be voted for. cost_satang: None for the answer to a question."""

    name: str
    cost_satang: int | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True)
class VotedOn:
    """What is decided in one district, "" where a box has none."""

    district: str
    words: str
    voters: int
    choices: Sequence[Choice]
    budget_satang: int | None = None
    rule: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Row:
    """A choice in the result. votes: None where no numbers are told."""

    name: str
    votes: int | None
    is_chosen: bool


@dataclass(frozen=True)
class Result:
    """What came out in one district. ballots: 0 where all are open, else how few there were."""

    district: str
    rows: Sequence[Row]
    is_budget: bool
    ballots: int


def answer(found: Found) -> str:
    """What the log says of a receipt, in a sentence."""
    return _(PLACES[found.place], number=found.number, waiting=found.waiting)


def now(box: BallotBox, at: datetime) -> str:
    """What happens now, in one or two sentences."""
    if box.status is Status.OPEN:
        return _while_open(box, at)
    if box.status is Status.CLOSED:
        until = objections_until(box)
        if until is not None and at < until:
            return _("The box is closed. Objections are heard until %(when)s.", when=short_moment(until))
        return _("The box is closed. The last checkpoint of its log is being signed.")
    if box.status is Status.FINAL:
        return _while_final(box)
    return {
        Status.PREPARING: _("This vote is being prepared. It is not public yet."),
        Status.OPENED: _("The ballots were opened and counted."),
        Status.ANNULLED: _(
            "This vote was stopped. What was cast is never opened, and the vote is held again."
        ),
    }[box.status]


def _while_open(box: BallotBox, at: datetime) -> str:
    if at < box.opens_at:
        return _("Voting begins on %(when)s.", when=short_moment(box.opens_at))
    if at < box.closes_at:
        return _("Voting is open until %(when)s.", when=short_moment(box.closes_at))
    return _("Voting is over. No ballot is taken any more, and the box is being closed.")


def _while_final(box: BallotBox) -> str:
    if box.is_room:
        return _("The box is closed. The chair and whoever runs the vote open it together.")
    if box.cosigned_by_id is None:
        return _("The box is closed. Next, the key that joins names and ballots is destroyed.")
    return _("Nobody can tell any more whose a ballot is. Next, two key-holders open the box in public.")


def timeline(box: BallotBox, at: datetime) -> list[Step]:
    """Every step of the vote, for macros/lists.timeline."""
    steps = [(title, text, is_done) for title, text, is_done in _steps(box, at)]
    if box.status is Status.ANNULLED:
        kept = [_step(title, text, "done") for title, text, is_done in steps if is_done]
        return [*kept, _step(_("The vote was stopped"), box.annulled_because or "", "")]
    first = next((number for number, (_title, _text, is_done) in enumerate(steps) if not is_done), -1)
    return [
        _step(title, text, "done" if is_done else "now" if number == first else "")
        for number, (title, text, is_done) in enumerate(steps)
    ]


def _steps(box: BallotBox, at: datetime) -> list[tuple[str, str, bool]]:
    until = objections_until(box)
    is_final = box.finished_at is not None
    steps = [
        (_("Voting begins"), short_moment(box.opens_at), box.config is not None and at >= box.opens_at),
        (_("The box is closed"), short_moment(box.closed_at or box.closes_at), box.closed_at is not None),
    ]
    if box.objection_hours:
        hours = ngettext(
            "Until %(num)s hour after closing",
            "Until %(num)s hours after closing",
            box.objection_hours,
            num=box.objection_hours,
        )
        when = _("Until %(when)s", when=short_moment(until)) if until else hours
        steps.append((_("Objections: who had no right to vote"), when, is_final))
    destroyed = short_moment(box.keys_destroyed_at) if box.keys_destroyed_at else ""
    opened = short_moment(box.opened_at) if box.opened_at else ""
    openers = (
        _("By the chair and whoever runs the vote, together")
        if box.is_room
        else _("By two of three key-holders, in public")
    )
    return [
        *steps,
        (_("The key that joins names and ballots is destroyed"), destroyed, box.cosigned_by_id is not None),
        (_("The box is opened"), opened or openers, box.opened_at is not None),
        (_("The result is public"), opened, box.opened_at is not None),
    ]


def _step(title: str, text: str, state: str) -> Step:
    return {"title": title, "text": text, "state": state}


def voted_on(config: Mapping[str, Any], withdrawn: frozenset[str]) -> list[VotedOn]:
    """From the configuration, district by district."""
    return [
        _of_question(district, given, config)
        if given["kind"] == "question"
        else _of_budget(district, given, config, withdrawn)
        for district, given in sorted(config["contests"].items())
    ]


def _of_question(district: str, given: Mapping[str, Any], config: Mapping[str, Any]) -> VotedOn:
    choices = [Choice(option(name)) for name in given["options"]]
    words = BALLOTS[given["kind"]]
    return VotedOn(district, _(words), config["roll"].get(district, 0), choices)


def _of_budget(
    district: str, given: Mapping[str, Any], config: Mapping[str, Any], withdrawn: frozenset[str]
) -> VotedOn:
    names = titles(config)
    choices = [
        Choice(names[each["id"]], int(each["cost"]), each["id"] in withdrawn) for each in given["projects"]
    ]
    words, voters = BALLOTS[given["ballot"]], config["roll"].get(district, 0)
    told = _(words, least=given["least"], most=given["most"])
    return VotedOn(district, told, voters, choices, int(given["budget"]), given["rule"])


def results(config: Mapping[str, Any], result: Mapping[str, Any]) -> list[Result]:
    """What came out, district by district; without numbers where so few could vote that they are not told."""
    told = result.get("districts")
    found = told if told is not None else result["outcomes"]
    withheld = result.get("withheld", {})
    return [
        Result(
            district,
            _rows(config["contests"][district], given, titles(config), has_numbers=told is not None),
            config["contests"][district]["kind"] == "budget",
            withheld.get(district, 0),
        )
        for district, given in sorted(found.items())
    ]


def _rows(contest: Mapping[str, Any], given: Any, names: Mapping[str, str], has_numbers: bool) -> list[Row]:
    outcome = contests.read(contest).outcome(given) if has_numbers else given
    if contest["kind"] == "question":
        votes = given if has_numbers else {}
        return [Row(option(name), votes.get(name), name in outcome) for name in contest["options"]]
    votes = given["votes"] if has_numbers else dict.fromkeys(outcome["funded"])
    rows = [Row(names[code], number, code in outcome["funded"]) for code, number in votes.items()]
    return sorted(rows, key=lambda row: (not row.is_chosen, -(row.votes or 0)))


def titles(config: Mapping[str, Any]) -> dict[str, str]:
    """What each project is called, in the reader's language where it was committed to; else its code."""
    more = config.get("more", {})
    told, speaks = more.get("projects", {}), current() in more.get("languages", ())
    listed = [each for given in config.get("contests", {}).values() for each in given.get("projects", ())]
    found = {}
    for each in listed:
        words = told.get(each["id"], {})
        translated = speaks and words.get("translations", {}).get(current(), {}).get("title")
        thai = words.get("title") or each.get("name") or each["id"]
        found[each["id"]] = translated or untranslated(str(thai))
    return found

"""The reason for a project in words: one sentence made of a count's own numbers, for pages and commands.

A sentence is a msgid with %(named)s places and what belongs there; whoever shows it translates the msgid.
"""

from collections.abc import Callable, Mapping

from govapp.budgeting import events
from govapp.core.language import N_, gettext
from govapp.core.money import exact_percent, money
from govapp.counting.outcome import Reason, Tie, Why

Sentence = tuple[str, dict[str, str]]

SENTENCES = {
    Reason.MOST_VOTES: N_("Place %(order)s: it costs %(cost)s and %(remaining)s was left."),
    Reason.PAID_BY_SUPPORTERS: N_(
        "Place %(order)s: %(payers)s supporters paid, on average %(average)s each."
    ),
    Reason.COMPLETION: N_("Place %(order)s, with the money left over: it costs %(cost)s of %(remaining)s."),
    Reason.RESERVED: N_("Place %(order)s, with the money kept for its kind or area: it costs %(cost)s."),
    Reason.DOES_NOT_FIT: N_("It costs %(cost)s, but only %(remaining)s was left at its turn."),
    Reason.AFTER_STOP: N_("The count had stopped before it, at “%(blocked_by)s”, which no longer fitted."),
    Reason.BELOW_THRESHOLD: N_("Its score is %(points)s; at least %(threshold)s is needed."),
    Reason.GROUP_TAKEN: N_("Only one of its group can be funded: “%(blocked_by)s”."),
    Reason.SUPPORTERS_SHORT: N_(
        "Its supporters had %(supporters_left)s left of the %(cost)s it costs: %(short_by)s too little."
    ),
    Reason.NO_SUPPORT: N_("Nobody chose it."),
    Reason.OVER_BUDGET: N_("It costs %(cost)s, more than the whole budget."),
}
BELOW_SHARE = N_(
    "It was chosen on %(points)s of %(ballots)s ballots; at least %(threshold)s are needed: %(percent)s."
)
SHARED = N_(
    "Its supporters had %(supporters_left)s left of the %(cost)s it costs: %(short_by)s too little. "
    "Of them, %(sharers)s had paid %(spent)s for “%(winner)s”."
)
CHOSEN = N_("Place %(order)s: chosen by its supporters.")
NOT_CHOSEN = N_("Its supporters did not get it chosen while there was money for it.")
NEEDED = N_("With %(voters)s more votes for it alone it would have been funded.")
NEEDED_OF_SHARE = N_(
    "With %(voters)s more votes for it alone it would have been funded: "
    "the more ballots, the more votes are needed."
)
TIES = {
    "cost": N_("Place %(place)s: level were %(projects)s. “%(chosen)s” was taken because it costs least."),
    "votes": N_("Place %(place)s: level were %(projects)s. “%(chosen)s” was taken because more chose it."),
    "lot": N_("Place %(place)s: level were %(projects)s. “%(chosen)s” was taken by lot."),
    "id": N_(
        "Place %(place)s: level were %(projects)s. “%(chosen)s” was taken because its number comes first."
    ),
}
DEEDS: Mapping[type, str] = {
    events.ImportAsked: N_("Handed in a file with a round"),
    events.RoundImported: N_(
        "Brought in round %(round_id)s with %(projects)s projects and %(voters)s voters"
    ),
    events.RoundHeld: N_(
        "Took round %(round_id)s out of ballot box %(box_id)s: %(projects)s projects, %(voters)s voters"
    ),
    events.RoundCounted: N_("Counted round %(round_id)s under one rule"),
    events.CountGivenUp: N_("Gave up counting round %(round_id)s under another rule: it took too long"),
    events.RoundExplained: N_(
        "Found how many votes %(projects)s projects of round %(round_id)s were short of"
    ),
}
THINGS: Mapping[str, str] = {"round": N_("round")}


def in_words(why: Why, names: Mapping[str, str], currency: str) -> str:
    """The reason for a project, in the language of the reader. names: project code -> name."""
    why_so = sentence(why, names, lambda satang: money(whole(satang), currency))
    return " ".join(said(each) for each in (why_so, needed(why)) if each)


def said(sentence: Sentence) -> str:
    message, values = sentence
    return gettext(message) % values


def whole(satang: int) -> int:
    """To the nearest whole unit, as people say it; sums under ten units as they are."""
    return (satang + 50) // 100 * 100 if satang >= 10_00 else satang


def sentence(why: Why, names: Mapping[str, str], money: Callable[[int], str]) -> Sentence:
    """Why a project was funded, or was not.

    names  project id -> how to call it; an id that is missing is shown as it is
    money  1/100 units -> text
    """
    shared = why.shared[0] if why.shared else None
    amounts = {
        "cost": why.cost,
        "remaining": why.remaining,
        "average": why.average_payment,
        "supporters_left": why.supporters_left,
        "short_by": why.short_by,
        "spent": shared.spent if shared else None,
    }
    numbers = {
        "order": why.order,
        "payers": why.payers,
        "points": why.points,
        "threshold": why.threshold,
        "ballots": why.ballots,
        "sharers": shared.supporters if shared else None,
    }
    projects = {"blocked_by": why.blocked_by, "winner": shared.project if shared else None}
    known = {key: money(amount) for key, amount in amounts.items() if amount is not None}
    known |= {key: f"{number:,}" for key, number in numbers.items() if number is not None}
    known |= {key: names.get(project, project) for key, project in projects.items() if project}
    known |= {"percent": exact_percent(why.threshold_basis_points)} if why.threshold_basis_points else {}
    return _msgid(why), known


def needed(why: Why) -> Sentence | None:
    """How many more votes would have funded it, where that was found."""
    if not why.votes_needed:
        return None
    is_of_share = why.reason is Reason.BELOW_THRESHOLD and why.threshold_basis_points
    return NEEDED_OF_SHARE if is_of_share else NEEDED, {"voters": f"{why.votes_needed:,}"}


def tie(tie: Tie, names: Mapping[str, str]) -> Sentence:
    """Who stood level, and what decided."""
    level = ", ".join(f"“{names.get(project, project)}”" for project in tie.projects)
    chosen = names.get(tie.chosen, tie.chosen)
    return TIES[tie.by], {"place": f"{tie.step:,}", "projects": level, "chosen": chosen}


def _msgid(why: Why) -> str:
    if why.reason is Reason.PAID_BY_SUPPORTERS and (why.payers is None or why.average_payment is None):
        return CHOSEN
    if why.reason is Reason.BELOW_THRESHOLD and why.threshold_basis_points:
        return BELOW_SHARE
    if why.reason is Reason.SUPPORTERS_SHORT:
        if why.short_by is None or why.supporters_left is None:
            return NOT_CHOSEN
        return SHARED if why.shared else SENTENCES[why.reason]
    return SENTENCES[why.reason]

"""What is typed in around a ballot: choices, a code, and words for what is wrong with them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from govapp.core.forms import Form
from govapp.core.language import N_
from govapp.core.language import gettext as say
from govapp.core.language import lazy_gettext as _
from govapp.core.money import money
from govapp.counting.ballots import BallotKind
from govapp.editions.rules import ballots
from govapp.editions.rules.ballots import Fault, Mistake, Typed
from govapp.verifier.contests import Budget


class BallotForm(Form):
    """Choices, as often as they go to and fro. A field of a price would be refused: there is none.

    project, number  codes, and in the same order what was typed beside them
    more             the project of which all words are wanted
    one, two         projects to compare
    """

    class Meta(Form.Meta):
        csrf = False  # core/web has checked the token of the page before: once is enough where many wait

    ticket = HiddenField()
    project = SelectMultipleField(choices=[], validate_choice=False)
    number = SelectMultipleField(choices=[], validate_choice=False)
    do = HiddenField()
    more = HiddenField()
    q = StringField(_("Word"), [Length(max=200)])
    place = StringField(_("Place"))
    category = StringField(_("Kind of project"))
    one = StringField(_("First project"))
    two = StringField(_("Second project"))

    @property
    def typed(self) -> Typed:
        return Typed(self.project.data or (), self.number.data or ())


class LeaveForm(Form):
    """is_early: before anything was cast."""

    is_early = BooleanField()


class CodeForm(Form):
    """The code of a letter. The check of its letters tells a typing error before anything is looked up."""

    code = StringField(
        _("The code of your letter"),
        [InputRequired(_("Type the code that stands on your letter")), Length(max=100)],
        description=_("Capital or small letters, with or without dashes."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    is_borrowed = BooleanField(_("Other people use this device, too: keep nothing on it"))


SAYS: Mapping[Fault, str] = {
    Fault.UNKNOWN: N_(
        "A project that is not on this ballot was chosen. It was left out: look through your choices."
    ),
    Fault.WITHDRAWN: N_("%(projects)s was withdrawn from the vote. It was taken out of your choices."),
    Fault.TWICE: N_("The form came in pieces. Look through your choices, and send them again."),
    Fault.NOT_A_NUMBER: N_(
        "“%(typed)s” is not a whole number. Write figures such as 1 or 2 beside %(projects)s."
    ),
    Fault.TOO_LOW: N_("The number beside %(projects)s must be %(number)s or more."),
    Fault.TOO_FEW: N_("Choose %(number)s more: so many belong on a ballot at least."),
    Fault.TOO_MANY: N_("Take out %(number)s: that many are too many on the ballot."),
    Fault.SAME_RANK: N_("Rank %(number)s stands beside %(projects)s. Give every project a rank of its own."),
    Fault.GAP: N_("No project has rank %(number)s. Rank 1, 2, 3 and so on, without leaving one out."),
    Fault.TOO_HIGH: N_("%(projects)s may get at most %(number)s points."),
    Fault.OVER_POINTS: N_("Too many points were given: %(number)s over. Take them away from any project."),
}
ONE_IS_ENOUGH = N_("Your choices cost %(amount)s more than the budget. Take out one of these, for instance:")
TAKE_OUT = N_("Your choices cost %(amount)s more than the budget. Take out these, for instance:")


def said(mistake: Mistake, titles: Mapping[str, str]) -> str:
    """The mistake, and how to mend it, in the reader's language. titles: code -> title."""
    named = [say("“%(title)s”", title=titles[code]) for code in mistake.projects if code in titles]
    values: dict[str, Any] = {"number": mistake.number, "typed": mistake.typed}
    msgid = SAYS.get(mistake.fault, "")
    if mistake.fault is Fault.OVER_BUDGET:
        values["amount"] = money(mistake.number)
        msgid = ONE_IS_ENOUGH if mistake.is_one_enough else TAKE_OUT
    return say(msgid) % (values | {"projects": ", ".join(named)})


METERS: Mapping[BallotKind, tuple[str, str, str]] = {  # what is used, what is left, what is too much
    BallotKind.KNAPSACK: (
        N_("Chosen: %(projects)s, together %(used)s"),
        N_("Left: %(left)s"),
        N_("Too much by %(left)s"),
    ),
    BallotKind.CUMULATIVE: (N_("Points given: %(used)s"), N_("Left: %(left)s"), N_("Too many by %(left)s")),
    BallotKind.SCORING: (N_("Points given: %(used)s"), N_("Left: %(left)s"), N_("Too many by %(left)s")),
    BallotKind.ORDINAL: (N_("Ranked: %(projects)s"), N_("%(left)s more fit"), N_("Too many by %(left)s")),
    BallotKind.APPROVAL: (N_("Chosen: %(projects)s"), N_("%(left)s more fit"), N_("Too many by %(left)s")),
    BallotKind.CHOOSE_ONE: (N_("Chosen: %(projects)s"), N_("%(left)s more fit"), N_("Too many by %(left)s")),
}


def meter_words(kind: BallotKind) -> Sequence[str]:
    return [say(msgid) for msgid in METERS[kind]]


def meter_amount(kind: BallotKind) -> Callable[[int], str]:
    """How an amount of the meter is written."""
    return money if kind is BallotKind.KNAPSACK else str


# Where a rule shares the money of a voter among all that they support (rules.ballots.rewards_several).
SEVERAL: Mapping[BallotKind, str] = {
    BallotKind.APPROVAL: N_(
        "Choose every project you would be glad to see. Under the rule of this vote your voice goes only to"
        " projects you chose: if you choose few and none of them wins, it has no effect."
    ),
    BallotKind.KNAPSACK: N_(
        "Choose projects you would be glad to see, as many as fit; the budget need not be used up. Under the"
        " rule of this vote your voice goes only to projects you chose: if you choose few and none of them"
        " wins, it has no effect."
    ),
    BallotKind.ORDINAL: N_(
        "Rank every project you would be glad to see. Under the rule of this vote your voice goes only to"
        " projects you ranked, and counts more for those further up: if you rank few and none of them wins,"
        " it has no effect."
    ),
    BallotKind.CUMULATIVE: N_(
        "Share your points among all projects you would be glad to see. Under the rule of this vote your"
        " voice goes only to projects with points of yours: if these are few and none of them wins, it has"
        " no effect."
    ),
    BallotKind.SCORING: N_(
        "Give points to every project you would be glad to see. Under the rule of this vote your voice goes"
        " only to projects with points of yours: if these are few and none of them wins, it has no effect."
    ),
}
ONLY_ONE: Mapping[BallotKind, str] = {
    BallotKind.APPROVAL: N_(
        "You chose one project. If it does not win, your voice has no effect. You may add others that you"
        " would be glad to see."
    ),
    BallotKind.KNAPSACK: N_(
        "You chose one project. If it does not win, your voice has no effect. You may add others that still"
        " fit into the budget."
    ),
    BallotKind.ORDINAL: N_(
        "You ranked one project. If it does not win, your voice has no effect. You may rank others below it."
    ),
    BallotKind.CUMULATIVE: N_(
        "You gave points to one project. If it does not win, your voice has no effect. You may share them"
        " with others that you would be glad to see."
    ),
    BallotKind.SCORING: N_(
        "You gave points to one project. If it does not win, your voice has no effect. You may give points to"
        " others, too."
    ),
}
LAST_IS_WORTHLESS = N_(
    "A project gets as many points from you as stand below it on your ballot: the last one gets none. Rank"
    " one more than those you want to support."
)
ONLY_ONE_IS_WORTHLESS = N_(
    "You ranked one project. With none below it, it gets nothing: rank another one, too."
)


def advice(contest: Budget) -> list[str]:
    """What to know about the rule before one chooses, in the reader's language."""
    found = [SEVERAL[contest.kind]] if ballots.rewards_several(contest) else []
    found += [LAST_IS_WORTHLESS] if ballots.last_is_worthless(contest.kind, contest.rule) else []
    return [say(msgid) for msgid in found]


def advice_on(contest: Budget, chosen: Mapping[str, int], withdrawn: Collection[str]) -> str:
    """What to think of before a ballot with one project only is cast, in the reader's language; else ""."""
    if len(chosen) != 1 or not ballots.has_room(contest, chosen, withdrawn):
        return ""
    if ballots.last_is_worthless(contest.kind, contest.rule):
        return say(ONLY_ONE_IS_WORTHLESS)
    return say(ONLY_ONE[contest.kind]) if ballots.rewards_several(contest) else ""

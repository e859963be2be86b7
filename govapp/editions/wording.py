"""What phases, bindings and presets are called, and what they mean for whoever reads the page."""

from collections.abc import Mapping
from typing import NamedTuple

from govapp.core.language import N_
from govapp.counting.ballots import BallotKind
from govapp.editions import events
from govapp.editions.models import Binding, Eligibility, PhaseKind, Stage
from govapp.editions.rules.lacks import Lack
from govapp.editions.rules.plans import Part


class Said(NamedTuple):
    """A name, and a sentence on what it means."""

    name: str
    sentence: str


class Phase(NamedTuple):
    """What a phase is called, what happens in it, and who decides in it."""

    name: str
    happens: str
    decides: str


PHASES: Mapping[PhaseKind, Phase] = {
    PhaseKind.IDEAS: Phase(
        N_("Ideas"),
        N_("Everybody can propose what the money should be spent on."),
        N_("Nobody decides yet."),
    ),
    PhaseKind.REVIEW: Phase(
        N_("Review"),
        N_("The office checks whether each idea is lawful and possible, and what it costs."),
        N_("The office decides, and gives a reason for each idea that does not come on the ballot."),
    ),
    PhaseKind.CAMPAIGN: Phase(
        N_("Getting to know the projects"),
        N_("The projects stand on this page. Whoever supports one can tell others about it."),
        N_("Nobody decides yet: compare, and ask."),
    ),
    PhaseKind.VOTE: Phase(
        N_("Voting"),
        N_("Whoever is on the roll votes in secret, and can change the ballot until the box closes."),
        N_("The voters decide."),
    ),
    PhaseKind.OBJECTIONS: Phase(
        N_("Objections"),
        N_("The box is closed. Whoever had no right to vote can be objected to."),
        N_("The office decides on each objection, on the record."),
    ),
    PhaseKind.OPENING: Phase(
        N_("Opening of the box"),
        N_("Two of three key-holders open the ballot box in public, and the ballots are counted."),
        N_("The rule decides that was fixed before the first vote."),
    ),
    PhaseKind.RESULT: Phase(
        N_("Result"),
        N_("Winners, losers and the reason for each are published. Anybody can count again."),
        N_("The council decides on the budget."),
    ),
    PhaseKind.DELIVERY: Phase(
        N_("Delivery"),
        N_("What won is carried out."),
        N_("The authority carries it out and answers for it."),
    ),
}
BINDINGS: Mapping[Binding, Said] = {
    Binding.BINDING: Said(
        N_("Binding"),
        N_("The council has resolved beforehand to put what wins into the budget."),
    ),
    Binding.REASONED: Said(
        N_("The council decides with reasons"),
        N_("The council decides on the budget, and gives a public reason where it departs from the result."),
    ),
    Binding.ADVISORY: Said(
        N_("Advice"),
        N_("The result advises the authority; nothing obliges it to follow."),
    ),
}
ELIGIBILITIES: Mapping[Eligibility, Said] = {
    Eligibility.ELECTION_RULE: Said(
        N_("As in local elections"),
        N_("Thai nationals of 18 years and more who have been on a house register here for a year."),
    ),
    Eligibility.RESIDENTS_16: Said(
        N_("Residents from 16 years on"),
        N_("Everybody of 16 years and more who is on a house register here."),
    ),
    Eligibility.ANY_RESIDENT: Said(
        N_("Everybody who lives here"),
        N_("Everybody of 16 years and more who lives here, also without an identity card."),
    ),
    Eligibility.OWN: Said(
        N_("A rule of our own"),
        N_("The office writes down who may vote."),
    ),
}
KINDS: Mapping[BallotKind, Said] = {
    BallotKind.APPROVAL: Said(
        N_("Choose several"),
        N_("Tick the projects you want, up to a number. The easiest ballot."),
    ),
    BallotKind.KNAPSACK: Said(
        N_("Fill the budget"),
        N_("Tick projects as long as they fit into the budget together."),
    ),
    BallotKind.CHOOSE_ONE: Said(
        N_("Choose one"),
        N_("Tick one project. Few voters get what they want: several choices are fairer."),
    ),
    BallotKind.ORDINAL: Said(
        N_("Put in order"),
        N_("Number the projects you want: 1 for the first, 2 for the next."),
    ),
    BallotKind.CUMULATIVE: Said(
        N_("Share out points"),
        N_("Give points to projects, so many in all."),
    ),
    BallotKind.SCORING: Said(
        N_("Rate each project"),
        N_("Give each project as many points as you like, up to a number."),
    ),
}
FEW_VOTED = N_("So few voted here that the reason for each project is not told: it could give people away.")
STAGES: Mapping[Stage, tuple[str, str]] = {  # word, kind of tag
    Stage.DRAFT: (N_("Draft"), "todo"),
    Stage.PUBLISHED: (N_("Published"), "done"),
    Stage.CALLED_OFF: (N_("Called off"), "lost"),
}
LANGUAGES: Mapping[str, str] = {"en": N_("English")}
PARTS: Mapping[Part, str] = {
    Part.DETAILS: N_("What the round is about, and what it binds to"),
    Part.MONEY: N_("The money"),
    Part.CALENDAR: N_("The calendar"),
    Part.BALLOT: N_("Ballot and counting rule"),
    Part.PROJECTS: N_("The projects"),
    Part.VOTERS: N_("Who votes"),
}
DEEDS: Mapping[type, str] = {
    events.EditionStarted: N_("Started budget round %(edition_id)s for post %(post_id)s"),
    events.EditionChanged: N_("Changed the plan of budget round %(edition_id)s: %(part)s"),
    events.EditionPublished: N_("Published budget round %(edition_id)s"),
    events.EditionThrownAway: N_("Threw away the draft of budget round %(edition_id)s"),
    events.EditionCalledOff: N_("Called budget round %(edition_id)s off"),
    events.LessonsWritten: N_("Wrote down what budget round %(edition_id)s taught"),
    events.ProjectPutOnBallot: N_("Put project %(project_id)s on the ballot of budget round %(edition_id)s"),
    events.ProjectOnBallotChanged: N_(
        "Changed project %(project_id)s on the ballot of budget round %(edition_id)s"
    ),
    events.ProjectTakenOffBallot: N_(
        "Took project %(project_id)s off the ballot of budget round %(edition_id)s before voting"
    ),
    events.ProjectsPutOnBallot: N_(
        "Brought in a file of projects for budget round %(edition_id)s: %(added)s new, %(changed)s changed"
    ),
    events.EditionRollUsed: N_("Used roll %(roll_id)s, made by hand, for budget round %(edition_id)s"),
    events.EditionRollMade: N_("Made roll %(roll_id)s for budget round %(edition_id)s"),
    events.VotersTaken: N_(
        "Took %(voters)s voters from the roll into ballot box %(box_id)s of budget round %(edition_id)s"
    ),
    events.VoteMadeReady: N_("Made ballot box %(box_id)s ready for budget round %(edition_id)s"),
    events.ResultPublished: N_("Published the result of budget round %(edition_id)s"),
    events.RehearsalAsked: N_("Tried counting rules for budget round %(edition_id)s"),
}
LACKS: Mapping[Lack, str] = {
    Lack.BUDGET: N_("a budget that pays for it"),
    Lack.DESCRIPTION: N_("description"),
    Lack.CATEGORY: N_("kind"),
    Lack.PICTURE: N_("picture"),
    Lack.TRANSLATION: N_("translation"),
}
THINGS: Mapping[str, str] = {"edition": N_("budget round"), "project": N_("project")}
DETAILS: Mapping[str, Mapping[Part, str]] = {"part": PARTS}

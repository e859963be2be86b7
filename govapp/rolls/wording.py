"""How rolls are spoken of: to the person who asks, to the officer who mends a file, and in the log."""

from collections.abc import Mapping
from typing import Any

from govapp.accounts.wording import post_name
from govapp.core import citizen_number, dates
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.rolls import events, rules
from govapp.rolls.models import Roll, RollEntry, RollStatus, Standing
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.models.imports import Fault, RollRow, Stage

NOT_ON_ROLL = N_("You are not on this roll.")
STILL_OPEN = N_("If you think that you should be on it, ask to be added: it can still be corrected.")
TOO_LATE = N_(
    "It is too late to change the roll for this vote, for everybody and without exception. "
    "Until it was closed (%(when)s) people could ask to be added or corrected, and object. "
    "For questions, and so that it is right next time: %(office)s."
)
STOPPED = N_(
    "This vote was stopped and will be held again. Before that the roll can be corrected once more: "
    "tell %(office)s if you think that you should vote."
)
ON = N_("You are on the roll.")
TOLD = {  # to others on it, and what they can do while the roll is open
    Standing.MOVED: (
        N_("The roll says that you have moved away, so you cannot vote here."),
        N_("If that is wrong, ask for it to be mended."),
    ),
    Standing.DEAD: (
        N_("The roll holds a mistake about you, so you cannot vote."),
        N_("Go to the office with your identity card."),
    ),
    Standing.STRUCK: (
        N_("You were taken off the roll after an objection, so you cannot vote."),
        N_("The office can tell you why."),
    ),
}
STRUCK_AS_ONE = (
    N_("You stood on the roll twice, so this entry was struck."),
    N_("You vote by the other one: with your account, or with the code on your other letter."),
)
TOO_YOUNG_TOLD = N_(
    "You are on the roll, but too young to vote: whoever votes must be %(age)s years old on %(day)s."
)
TOO_YOUNG = N_("Too young on the day that counts")
NO_SUCH_CODE = N_(
    "This code opens nothing here: it was replaced or revoked, or it is for another vote. Ask the office."
)
STANDINGS = {
    Standing.ON: N_("May vote"),
    Standing.MOVED: N_("Moved away"),
    Standing.DEAD: N_("Dead"),
    Standing.STRUCK: N_("Struck off"),
}
STATUSES = {
    RollStatus.OPEN: N_("Can be corrected"),
    RollStatus.FROZEN: N_("Frozen"),
    RollStatus.ERASED: N_("People erased"),
}
STAGES = {
    Stage.READING: N_("Being read"),
    Stage.CHECKED: N_("Waits for you"),
    Stage.APPLYING: N_("Being taken over"),
    Stage.APPLIED: N_("Taken over"),
    Stage.DROPPED: N_("Not taken over"),
}
WISHES = {
    Wish.ADD: N_("To be added"),
    Wish.MOVE: N_("To belong to another district"),
    Wish.CORRECT: N_("A correction"),
    Wish.STRIKE: N_("An objection to somebody else"),
}
SAME_PERSON = N_("Perhaps the same person")
OUTCOMES = {True: N_("Accepted"), False: N_("Refused")}
OF_DOUBLES = {True: N_("One person, struck once"), False: N_("Two people")}
FAULTS = {
    Fault.CELLS: N_("It has %(other)s cells, more than the first line names. Look for a comma too many."),
    Fault.NO_IDENTITY: N_("There is no citizen number and no case number. Fill in one of them."),
    Fault.NUMBER: N_("Citizen number: %(other)s"),
    Fault.CASE_NUMBER: N_("The case number is none. Write it as on the person's page, such as 2569-000123."),
    Fault.NO_NAME: N_("There is no given name. Fill it in."),
    Fault.LETTERS: N_(
        "A text is longer than %(other)s letters or holds a character that cannot be shown. Type it again."
    ),
    Fault.BIRTH: N_("Birth date: %(other)s"),
    Fault.NO_BIRTH: N_(
        "There is no birth date, and this roll has a minimum age. Fill it in; the year will do."
    ),
    Fault.TOO_YOUNG: N_("Is %(other)s years old on the day that counts: too young. Leave the line out."),
    Fault.STANDING: N_("The status “%(other)s” is not known. Leave it empty, or write moved or dead."),
    Fault.DISTRICT: N_("This roll has no district “%(other)s”. Write it as in the vote."),
    Fault.NO_DISTRICT: N_("There is no district. Fill it in."),
    Fault.POSTCODE: N_("The postcode “%(other)s” does not have five digits."),
    Fault.TWICE: N_("The same person stands on line %(other)s already. Leave one of the lines."),
    Fault.TWO_DISTRICTS: N_(
        "The same person stands on line %(other)s with another district. "
        "Find out where they belong, and leave that line."
    ),
    Fault.ELSEWHERE: N_(
        "The person is on the roll already, in the district “%(other)s”. "
        "Correct that entry by hand if they moved."
    ),
    Fault.CORRECTED: N_(
        "This entry was corrected by hand and is not changed by a file. Correct it by hand if it is wrong."
    ),
}
DEEDS: Mapping[type, str] = {
    events.RollMade: N_("Made roll %(roll_id)s for area %(area_id)s"),
    events.RollAnnounced: N_("Announced roll %(roll_id)s to everybody"),
    events.RollFileBrought: N_("Brought file %(roll_import_id)s for roll %(roll_id)s"),
    events.RollFileRead: N_(
        "File %(roll_import_id)s for roll %(roll_id)s was checked: "
        "%(lines)s lines, %(rejected)s of them not usable"
    ),
    events.RollFileDropped: N_("Did not take file %(roll_import_id)s over onto roll %(roll_id)s"),
    events.RollImported: N_(
        "Took file %(roll_import_id)s over onto roll %(roll_id)s: %(added)s new, %(changed)s changed, "
        "%(unchanged)s as before, %(rejected)s rejected"
    ),
    events.RollRemoved: N_("Took roll %(roll_id)s away, with %(entries)s people on it"),
    events.RollFrozen: N_("Froze roll %(roll_id)s for ballot box %(box_id)s: %(voters)s voters"),
    events.RollReopened: N_(
        "Opened roll %(roll_id)s for corrections again; ballot box %(box_id)s has no voters now"
    ),
    events.RollWithdrawn: N_("Withdrew roll %(roll_id)s, whose vote does not take place"),
    events.RollGiven: N_("Gave roll %(roll_id)s, which was made by hand, to a vote"),
    events.RollFollowed: N_("Changed who may stand on roll %(roll_id)s, as the plan of its vote has it now"),
    events.RollTakenOver: N_(
        "Took roll %(roll_id)s over from the stopped vote of ballot box %(box_id)s; "
        "%(ended)s access codes open nothing any more"
    ),
    events.RollErased: N_("Erased the %(entries)s people of roll %(roll_id)s"),
    events.RollSearched: N_("Looked for a person on roll %(roll_id)s: %(found)s found"),
    events.RollEntryCorrected: N_(
        "Corrected entry %(roll_entry_id)s of roll %(roll_id)s (%(roll_claim_id)s)"
    ),
    events.RollDoubleSettled: N_(
        "Decided whether entry %(roll_entry_id)s of roll %(roll_id)s is a person twice (%(roll_claim_id)s)"
    ),
    events.RollClaimMade: N_("Made claim %(roll_claim_id)s about roll %(roll_id)s"),
    events.RollClaimDecided: N_("Decided claim %(roll_claim_id)s about roll %(roll_id)s"),
    events.RollCodesAsked: N_("Asked for access codes for roll %(roll_id)s"),
    events.RollCodesMade: N_("Made %(letters)s access codes for roll %(roll_id)s, file %(roll_batch_id)s"),
    events.RollBatchTaken: N_("Downloaded the access codes in file %(roll_batch_id)s of roll %(roll_id)s"),
    events.RollCodeRenewed: N_("Made a new access code for entry %(roll_entry_id)s of roll %(roll_id)s"),
    events.RollCodeRevoked: N_("Revoked the access code of entry %(roll_entry_id)s of roll %(roll_id)s"),
}
THINGS: Mapping[str, str] = {
    "roll": N_("roll"),
    "roll_entry": N_("entry of a roll"),
    "roll_import": N_("file of a roll"),
    "roll_batch": N_("file of access codes"),
    "roll_claim": N_("claim about a roll"),
}


def told(entry: RollEntry, is_double: bool = False) -> str:
    """Where a person stands, to themselves. is_double: struck because they stand on the roll once more."""
    roll = entry.roll
    if entry.standing is Standing.STRUCK and is_double:
        return " ".join(map(_, STRUCK_AS_ONE))
    if entry.standing is not Standing.ON:
        said, while_open = TOLD[entry.standing]
        return f"{_(said)} {_(while_open) if rules.is_open(roll) else _closed(roll)}"
    if rules.may_vote(entry):
        return _(ON)
    assert roll.age_on is not None
    return _(TOO_YOUNG_TOLD, age=roll.minimum_age, day=dates.long_date(roll.age_on))


def asked(claim: RollClaim) -> str:
    """What a claim is about, as a heading."""
    return _(SAME_PERSON if claim.twin_id is not None else WISHES[claim.wish])


def changed(claim: RollClaim) -> list[tuple[str, str]]:
    """What stood in each field that it changed, and what stands there now."""

    def said(field: str, value: Any) -> str:
        return _(STANDINGS[Standing(value)]) if field == "standing" else str(value or "")

    return [(said(field, before), said(field, after)) for field, (before, after) in claim.changes.items()]


def number_of(entry: RollEntry) -> str:
    """By what an officer tells entries of one name apart: four digits of the number, or the case number."""
    return citizen_number.masked(entry.last_four) if entry.last_four else entry.case_number or ""


def outcome(claim: RollClaim) -> str:
    """How a claim was decided, in a word or two; "" before that."""
    words = OUTCOMES if claim.twin_id is None else OF_DOUBLES
    return "" if claim.accepted is None else _(words[claim.accepted])


def stands(entry: RollEntry) -> str:
    """The same for an officer, in a few words."""
    is_too_young = entry.standing is Standing.ON and not rules.may_vote(entry)
    return _(TOO_YOUNG if is_too_young else STANDINGS[entry.standing])


def remedy(roll: Roll) -> str:
    """What somebody who is not on a roll can still do: no more than is true."""
    return _(STILL_OPEN) if rules.is_open(roll) else _closed(roll)


def _closed(roll: Roll) -> str:
    office = post_name(roll.post)
    if rules.is_stopped(roll) or roll.frozen_at is None:
        return _(STOPPED, office=office)
    return _(TOO_LATE, when=dates.long_moment(roll.frozen_at), office=office)


def fault_of(row: RollRow) -> str:
    """Why a line is not taken over, and how to mend it."""
    return _(FAULTS[row.fault], other=row.other) if row.fault else ""

"""Claims, objections and corrections: each with its reason, and decided by somebody else."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.queries import register
from govapp.core import clock, names
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow, Unreadable, require
from govapp.core.files.keeping import keep
from govapp.core.files.kinds import Upload
from govapp.core.language import N_
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.core.text import search_text
from govapp.rolls import queries, rules
from govapp.rolls.actions import IS_FROZEN, keeping
from govapp.rolls.events import RollClaimDecided, RollClaimMade, RollEntryCorrected
from govapp.rolls.models import Roll, RollEntry, Standing
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.queries import claims as claim_queries

MOST_WAITING = 5  # claims of one person about one roll
ENOUGH = N_("You have asked for several things already. Wait until they are decided.")
ON_IT = N_("You are on this roll already. Ask for another district, or for a correction.")
NOT_ON_IT = N_("You are not on this roll. Ask to be added.")
DECIDED = N_("This was decided already.")
NO_NUMBER = N_(
    "This account has neither a citizen number nor a case number. See the person's document, "
    "put them on the roll by hand under the name of the account, and then choose that entry here."
)
NO_DISTRICT = N_("Choose the district to which the person belongs.")
TOO_YOUNG = N_("The person is too young for this roll, or their birth date is not known.")
OF_ANOTHER = N_("Another account votes by this entry already: the person signs in with that one.")
TAKEN = N_("Somebody with this number is on the roll already. Look for them there.")


@dataclass(frozen=True)
class Person:
    """What an officer writes of somebody on the roll by hand."""

    name: Name
    born: PartialDate | None
    district: str
    standing: Standing
    address: str
    postcode: str


@dataclass(frozen=True)
class Said:
    """What a person asks for. form_token: the same form sent twice is one claim."""

    wish: Wish
    words: str
    district: str
    evidence: Upload | None
    form_token: str


def claim(session: Session, actor: User, roll_id: int, said: Said) -> RollClaim:
    """Ask for something on an announced roll that can still be corrected. Raises Denied, NotNow."""
    earlier = claim_queries.by_form(session, actor.id, said.form_token)
    if earlier is not None:
        return earlier
    roll = fetch(session, Roll, roll_id, lock=True)
    require(roll.is_announced)
    if not rules.is_open(roll):
        raise NotNow(IS_FROZEN)
    if claim_queries.waiting_of(session, roll.id, actor.id) >= MOST_WAITING:
        raise NotNow(ENOUGH)
    entry = queries.entry_of_account(session, roll.id, actor.id)
    if said.wish is Wish.ADD and entry is not None and entry.standing is Standing.ON:
        raise NotNow(ON_IT)
    if said.wish in (Wish.MOVE, Wish.CORRECT) and entry is None:
        raise NotNow(NOT_ON_IT)
    made = RollClaim(roll_id=roll.id, user_id=actor.id, wish=said.wish, words=said.words)
    made.entry_id = entry.id if entry and said.wish is not Wish.STRIKE else None
    made.district, made.form_token = said.district, said.form_token
    if said.evidence:
        made.evidence, made.evidence_name = keep(session, said.evidence), said.evidence.name
    session.add(made)
    session.flush()
    record(session, actor.id, RollClaimMade(roll.id, made.id))
    return made


def decide(
    session: Session,
    actor: Any,
    claim_id: int,
    accepted: bool,
    why: str,
    district: str = "",
    listed_id: int = 0,
) -> RollClaim:
    """Accept or refuse a claim, with the reason its author reads.

    listed_id  who asks to be added stands there already, as the keeper says who has seen a document
    To be added, or to belong to another district, is done with it; a correction or an objection that is
    accepted is carried out by `correct` beforehand. Raises Denied, Missing, NotNow, Unreadable.
    """
    made = fetch(session, RollClaim, claim_id, lock=True)
    require(rules.may_decide(actor, made))
    if made.decided_at is not None:
        raise NotNow(DECIDED)
    if accepted and made.wish in (Wish.ADD, Wish.MOVE):
        roll = keeping(session, actor, made.roll_id)
        district = _district(roll, district)
        entry = _entry_for(session, roll, made, listed_id)
        made.changes = change(entry, {"district": district, "standing": Standing.ON})
        entry.is_corrected, made.entry = True, entry
    decided(made, actor, accepted, why)
    record(session, actor.id, RollClaimDecided(made.roll_id, made.id, accepted))
    return made


def correct(session: Session, actor: Any, entry_id: int, person: Person, why: str) -> RollClaim:
    """Change an entry by hand, with the reason. Raises Denied, NotNow once it is frozen, Unreadable."""
    roll = keeping(session, actor, fetch(session, RollEntry, entry_id).roll_id)
    entry = fetch(session, RollEntry, entry_id, lock=True)
    changes = _write(roll, entry, person)
    wish = Wish.STRIKE if "standing" in changes else Wish.MOVE if "district" in changes else Wish.CORRECT
    made = RollClaim(roll_id=roll.id, entry=entry, wish=wish, changes=changes)
    return _by_hand(session, actor, made, why)


def add(
    session: Session,
    actor: Any,
    roll_id: int,
    identity: tuple[str | None, str, str | None],
    person: Person,
    why: str,
) -> RollClaim:
    """Put somebody on the roll by hand. Raises Denied, NotNow when frozen or they are on it, Unreadable.

    identity  (keyed hash of the number or None, its last four digits, case number or None)
    """
    roll = keeping(session, actor, roll_id)
    fingerprint, last_four, case_number = identity
    entry = RollEntry(roll_id=roll.id, fingerprint=fingerprint, last_four=last_four, case_number=case_number)
    _write(roll, entry, person)
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError as error:
        raise NotNow(TAKEN) from error
    made = RollClaim(roll_id=roll.id, entry=entry, wish=Wish.ADD)
    return _by_hand(session, actor, made, why)


def _by_hand(session: Session, actor: Any, made: RollClaim, why: str) -> RollClaim:
    decided(made, actor, True, why)
    session.add(made)
    session.flush()
    assert made.entry_id is not None
    record(session, actor.id, RollEntryCorrected(made.roll_id, made.entry_id, made.id))
    return made


def decided(made: RollClaim, actor: Any, accepted: bool, why: str) -> None:
    """Write down who decided a claim, how, and why."""
    made.accepted, made.why = accepted, why
    made.decided_at, made.decided_by_id = clock.now(), actor.id


def _entry_for(session: Session, roll: Roll, made: RollClaim, listed_id: int) -> RollEntry:
    """The entry of the person who asks; a new one, from their account, where there is none yet."""
    entry = _known(session, roll, made, listed_id)
    if entry is not None:
        if not rules.is_old_enough(roll, entry.birth_date):
            raise NotNow(TOO_YOUNG)
        return entry
    user = fetch(session, User, made.user_id)
    number, registration = (
        register.citizen_number(session, user.id),
        register.registration(session, user.id),
    )
    case_number = registration.case_number if registration and not number else None
    if not number and not case_number:
        raise NotNow(NO_NUMBER)
    if not rules.is_old_enough(roll, user.birth_date):
        raise NotNow(TOO_YOUNG)
    entry = RollEntry(roll_id=roll.id, user_id=user.id, case_number=case_number)
    entry.fingerprint, entry.last_four = (number.fingerprint, number.last_four) if number else (None, "")
    name = Name(user.title or "", user.given_name or "", user.family_name or "")
    _write(roll, entry, Person(name, user.birth_date, "", Standing.ON, "", ""), anywhere=True)
    session.add(entry)
    session.flush()
    return entry


def _known(session: Session, roll: Roll, made: RollClaim, listed_id: int) -> RollEntry | None:
    """Where the person who asks stands already: by their account, or as the keeper says of an entry."""
    assert made.user_id is not None
    entry = queries.entry_of_account(session, roll.id, made.user_id)
    if entry is not None:
        return entry
    if listed_id:
        entry = fetch(session, RollEntry, listed_id, lock=True)
        if entry.roll_id != roll.id:
            raise Missing
    else:
        entry = queries.entry_of_number(session, roll.id, made.user_id)
    if entry is not None:
        if entry.user_id is not None or queries.account_of(session, entry) is not None:
            raise NotNow(OF_ANOTHER)  # two accounts for one person: it is sorted out there, not here
        entry.user_id = made.user_id  # the keeper says so, who has seen a document
    return entry


def _write(roll: Roll, entry: RollEntry, person: Person, anywhere: bool = False) -> dict[str, Any]:
    """Fill the entry in; what of district and standing was changed is returned."""
    if person.standing is Standing.ON and not rules.is_old_enough(roll, person.born):
        raise Unreadable(TOO_YOUNG)
    title, given, family = (names.spelled(part) for part in person.name)
    entry.title, entry.given_name, entry.family_name = title, given, family
    entry.sort_key, entry.search_name = rules.keys_of(Name(title, given, family))
    born = person.born
    entry.birth_year, entry.birth_month, entry.birth_day = (
        (born.year, born.month, born.day) if born else (None, None, None)
    )
    entry.address, entry.postcode, entry.is_corrected = person.address, person.postcode, True
    entry.post_order = f"{person.postcode}\x1f{search_text(person.address)}"[:600]
    district = person.district if anywhere else _district(roll, person.district)
    return change(entry, {"district": district, "standing": person.standing})


def change(entry: RollEntry, wanted: dict[str, Any]) -> dict[str, Any]:
    """field -> [before, after] of those that differ."""
    before = {name: getattr(entry, name) for name in wanted}
    for name, value in wanted.items():
        setattr(entry, name, value)
    return {name: [before[name] or "", value] for name, value in wanted.items() if before[name] != value}


def _district(roll: Roll, name: str) -> str:
    """The district as the roll names it; any name where it names none."""
    known = {search_text(each): each for each in roll.districts}
    if known and search_text(name) not in known:
        raise Unreadable(NO_DISTRICT)
    return known.get(search_text(name), names.spelled(name))

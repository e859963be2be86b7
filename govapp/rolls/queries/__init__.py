"""Reading rolls: who somebody is on one, for the person, for a ballot and for an officer at a station."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from govapp.accounts.models import NameSource, User
from govapp.accounts.models.people import CitizenNumber, Registration
from govapp.accounts.models.posts import Post
from govapp.areas.models import Area
from govapp.ballotbox.models import Elector
from govapp.core import cipher, citizen_number, text
from govapp.core.codes import read as read_code
from govapp.rolls.models import Roll, RollEntry, RollStatus, RollVoter, Standing
from govapp.rolls.models.codes import RollCode
from govapp.rolls.rules import CODE_LETTERS, MOST_FOUND, SHORTEST_NAME

PAGE_ROWS = 50
VOTER_KEY = "rolls/access-codes"  # purpose of the key by which codes are hashed


@dataclass(frozen=True)
class Voter:
    """Somebody who may vote, as the ballot box knows them; district "" where there are none."""

    voter_id: str
    district: str
    entry_id: int


ENTRY, VOTER, CODE = RollEntry.__table__.c, RollVoter.__table__.c, RollCode.__table__.c
USER = User.__table__.c
# Whoever enters a person states the number: the officer of another place could state anybody's, and vote as
# them. So a number counts where ThaID stated it, or an office of the place, its province or its parts.
_PARTS = select(Area.id).where(Area.parent_id == Roll.area_id).correlate(Roll)
_OFFICE_IS_NEAR = (
    exists()
    .where(Roll.id == ENTRY.roll_id, Area.id == Roll.area_id)
    .where(or_(USER.area_id.in_((Area.id, Area.parent_id)), USER.area_id.in_(_PARTS.scalar_subquery())))
    .correlate(RollEntry, User)
)
_IS_SHOWN = (
    exists()
    .where(USER.id == bindparam("user"))
    .where(or_(USER.area_id.is_(None), USER.name_source == NameSource.THAID, _OFFICE_IS_NEAR))
    .correlate(RollEntry)
)
_HAS_NUMBER = (
    ENTRY.fingerprint
    == select(CitizenNumber.fingerprint).where(CitizenNumber.user_id == bindparam("user")).scalar_subquery()
)
_MINE = or_(  # of the account `user`: linked by an officer, by its number, or by a case number
    ENTRY.user_id == bindparam("user"),
    and_(_HAS_NUMBER, _IS_SHOWN),
    ENTRY.case_number
    == select(Registration.case_number).where(Registration.user_id == bindparam("user")).scalar_subquery(),
)
_LINKED_FIRST = case((ENTRY.user_id == bindparam("user"), 0), else_=1)
_ON_FIRST = case((ENTRY.standing == Standing.ON, 0), else_=1)
_VOTER = select(VOTER.voter_id, ENTRY.district, ENTRY.id).join(
    RollVoter.__table__, VOTER.entry_id == ENTRY.id
)
_BY_ACCOUNT = (
    _VOTER.where(ENTRY.roll_id == bindparam("roll"), _MINE).order_by(_LINKED_FIRST, ENTRY.id).limit(1)
)
_BY_CODE = _VOTER.join(RollCode.__table__, CODE.entry_id == ENTRY.id).where(
    CODE.fingerprint == bindparam("code"), ENTRY.roll_id == bindparam("roll")
)


def voter_of_account(session: Session, roll_id: int, user: Any) -> Voter | None:
    """Who a person who is signed in is for a frozen roll; None when they are not on it. One statement."""
    row = session.execute(_BY_ACCOUNT, {"roll": roll_id, "user": user.id}).first()
    return row and Voter(*row)


def voter_of_code(session: Session, roll_id: int, typed: str, key: bytes) -> Voter | None:
    """Who holds this access code; the same None for a mistyped, wrong or revoked one and for another roll's.

    key  cipher.key_for(VOTER_KEY, the app's signing key)
    One look-up, and nothing is written. Whoever asks is counted first (rules.CODES_A_MINUTE).
    """
    try:
        code = read_code(typed, CODE_LETTERS)
    except ValueError:
        return None
    row = session.execute(_BY_CODE, {"roll": roll_id, "code": cipher.fingerprint(key, code)}).first()
    return row and Voter(*row)


def entry_of_account(session: Session, roll_id: int, user_id: int) -> RollEntry | None:
    """Where a person stands on a roll, frozen or not; of several entries the one that may vote."""
    order = (_ON_FIRST, _LINKED_FIRST, ENTRY.id)
    query = select(RollEntry).where(ENTRY.roll_id == roll_id, _MINE).order_by(*order)
    return session.scalars(query.limit(1), {"user": user_id}).first()


def account_of(session: Session, entry: RollEntry) -> int | None:
    """The account that votes by an entry: an officer took it for the person, or its number is theirs."""
    numbered = select(CitizenNumber.user_id).where(CitizenNumber.fingerprint == entry.fingerprint)
    entered = select(Registration.user_id).where(Registration.case_number == entry.case_number)
    known = entry.user_id or session.scalar(numbered if entry.case_number is None else entered)
    is_theirs = known is not None and entry_of_account(session, entry.roll_id, known) is entry
    return known if is_theirs else None


def entry_of_number(session: Session, roll_id: int, user_id: int) -> RollEntry | None:
    """Where the citizen number of an account stands on a roll, whoever stated it; for its keeper alone."""
    query = select(RollEntry).where(ENTRY.roll_id == roll_id, _HAS_NUMBER)
    return session.scalars(query, {"user": user_id}).first()


def entries_of_account(session: Session, user_id: int) -> Sequence[RollEntry]:
    """Where a person stands, on any roll."""
    more = joinedload(RollEntry.roll).joinedload(Roll.area)
    query = select(RollEntry).where(_MINE).options(more).order_by(RollEntry.id)
    return session.scalars(query, {"user": user_id}).all()


def entry_of_code(session: Session, roll_id: int, typed: str, key: bytes) -> RollEntry | None:
    """Where the holder of this access code stands, frozen or not; as silent as voter_of_code."""
    try:
        code = read_code(typed, CODE_LETTERS)
    except ValueError:
        return None
    query = select(RollEntry).join(RollCode, RollCode.entry_id == RollEntry.id)
    mine = query.where(RollCode.fingerprint == cipher.fingerprint(key, code), RollEntry.roll_id == roll_id)
    return session.scalars(mine).first()


def took_part(session: Session, roll: Roll, entry_id: int) -> bool | None:
    """Whether a ballot of this person was counted; None before that is written, for all at once."""
    query = select(Elector.took_part).join(RollVoter, RollVoter.voter_id == Elector.voter_id)
    return session.scalar(query.where(Elector.box_id == roll.box_id, RollVoter.entry_id == entry_id))


def counts(session: Session, roll_id: int) -> dict[str, int]:
    """district -> people who may vote; of a frozen roll the numbers that were published."""
    frozen = session.scalar(select(Roll.voters).where(Roll.id == roll_id))
    if frozen is not None:
        return dict(frozen)
    query = select(RollEntry.district, func.count()).where(*voting(session, roll_id))
    rows = session.execute(query.group_by(RollEntry.district))
    return dict(sorted((district, number) for district, number in rows))


def voting(session: Session, roll_id: int) -> tuple[ColumnElement[bool], ...]:
    """Who on a roll may vote, for a WHERE: nobody who moved, is dead or struck, or is too young on its day.

    A plan that is changed may make people too young, or old enough again, so this is never stored.
    """
    roll = session.get_one(Roll, roll_id)
    on = (RollEntry.roll_id == roll_id, RollEntry.standing == Standing.ON)
    if not roll.minimum_age or roll.age_on is None:
        return on
    month, day = func.coalesce(RollEntry.birth_month, 1), func.coalesce(RollEntry.birth_day, 1)
    born = RollEntry.birth_year * 10_000 + month * 100 + day  # as rules.age reads a birth of which parts lack
    last = (roll.age_on.year - roll.minimum_age) * 10_000 + roll.age_on.month * 100 + roll.age_on.day
    return (*on, born <= last)


def too_young(session: Session, roll_id: int) -> int:
    """How many are on a roll and do not vote, because they are too young on its day."""
    on = select(func.count()).where(RollEntry.roll_id == roll_id, RollEntry.standing == Standing.ON)
    old_enough = select(func.count()).where(*voting(session, roll_id))
    return (session.scalar(on) or 0) - (session.scalar(old_enough) or 0)


def people(session: Session, roll_id: int) -> int:
    """How many stand on a roll, wherever they stand."""
    return session.scalar(select(func.count()).where(RollEntry.roll_id == roll_id)) or 0


def standings(session: Session, roll_id: int) -> dict[Standing, int]:
    """How many people stand where; nobody is left out."""
    query = select(RollEntry.standing, func.count()).where(RollEntry.roll_id == roll_id)
    return {standing: number for standing, number in session.execute(query.group_by(RollEntry.standing))}


def find_for_station(
    session: Session, roll_id: int, typed: str, finding_key: bytes
) -> Sequence[Row[tuple[RollEntry, str | None]]]:
    """(entry, voter_id or None) by a whole citizen number, or by a name; at most MOST_FOUND, by name.

    For an officer who keeps the roll, with the person and a document before them: the caller asks
    rules.may_keep, and records RollSearched.
    """
    wanted = _wanted(roll_id, typed, finding_key)
    if wanted is None:
        return []
    voter = (RollVoter, RollVoter.entry_id == RollEntry.id)
    query = wanted.outerjoin(*voter).add_columns(RollVoter.voter_id)
    return session.execute(query.order_by(RollEntry.sort_key, RollEntry.id).limit(MOST_FOUND)).all()


def search(
    session: Session, roll_id: int, typed: str, finding_key: bytes, page: int = 1
) -> tuple[Sequence[RollEntry], int]:
    """One page of the people by whole number, last four digits or part of a name; else nobody."""
    wanted = _wanted(roll_id, typed, finding_key)
    if wanted is None:
        return [], 0
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = wanted.order_by(RollEntry.sort_key, RollEntry.id).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    return session.scalars(rows).all(), total


def _wanted(roll_id: int, typed: str, finding_key: bytes) -> Select[RollEntry] | None:
    """The people meant by a number, a case number, four digits, or the words of a name."""
    query = select(RollEntry).where(RollEntry.roll_id == roll_id)
    try:
        number = citizen_number.read(typed)
    except ValueError:
        number = ""
    if number:
        return query.where(RollEntry.fingerprint == cipher.fingerprint(finding_key, number))
    terms = text.search_terms(typed)
    if not terms or len("".join(terms)) < SHORTEST_NAME:
        return None
    if len(terms) == 1 and terms[0].isdigit() and len(terms[0]) == 4:
        return query.where(RollEntry.last_four == terms[0])
    named = and_(*(RollEntry.search_name.contains(term, autoescape=True) for term in terms))
    return query.where(or_(named, RollEntry.case_number == text.arabic_digits(" ".join(typed.split()))))


def of_posts(session: Session, post_ids: Sequence[int]) -> Sequence[Roll]:
    """The rolls of some posts, the latest first."""
    query = select(Roll).where(Roll.post_id.in_(post_ids)).options(joinedload(Roll.area))
    return session.scalars(query.order_by(Roll.id.desc()).limit(100)).all()


def by_hand(session: Session, post_id: int) -> Sequence[tuple[Roll, int]]:
    """Rolls of a post that no vote has yet, the latest first, and how many people stand on each."""
    people = select(func.count()).where(RollEntry.roll_id == Roll.id).correlate(Roll).scalar_subquery()
    query = select(Roll, people).where(Roll.post_id == post_id, Roll.door == "")
    query = query.where(Roll.status == RollStatus.OPEN).order_by(Roll.id.desc()).limit(20)
    return [(roll, number) for roll, number in session.execute(query)]


def to_look_at(session: Session) -> Sequence[Roll]:
    """The rolls on which people may ask for themselves, the latest first."""
    query = select(Roll).where(Roll.is_announced, Roll.status != RollStatus.ERASED)
    query = query.options(joinedload(Roll.area))
    return session.scalars(query.order_by(Roll.id.desc()).limit(100)).all()


def whole(session: Session, roll_id: int) -> Roll | None:
    """With its area, its post and its box."""
    more = (joinedload(Roll.area), joinedload(Roll.post).joinedload(Post.area), joinedload(Roll.box))
    return session.scalars(select(Roll).where(Roll.id == roll_id).options(*more)).first()

"""The ballots of an edition once its box is open, and what came out."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from govapp.ballotbox.models import BallotBox, Elector
from govapp.ballotbox.models.log import Opening
from govapp.ballotbox.queries import casting, log
from govapp.ballotbox.rules.turnout import Turnout, of_districts
from govapp.budgeting.models import Round, RoundProject
from govapp.editions.models import Edition, EditionProject, Envelope
from govapp.ledger.leaves import tie_seed
from govapp.rolls.models import RollEntry, RollVoter
from govapp.verifier.contests import LOT, Budget


def of_box(session: Session, box_id: int) -> Edition | None:
    """The edition that is voted on in a box, with its money."""
    query = select(Edition).where(Edition.box_id == box_id)
    return session.scalars(query.options(joinedload(Edition.area), selectinload(Edition.envelopes))).first()


def counted(session: Session, box_id: int, district: str) -> Sequence[Any]:
    """Every ballot that counts, of a box that was opened with a log."""
    query = select(Opening.ballot).where(
        Opening.box_id == box_id, Opening.district == district, Opening.is_counted
    )
    return session.scalars(query.order_by(Opening.leaf)).all()


def contest(session: Session, box: BallotBox, district: str) -> Budget:
    """What was decided in a district, as it was frozen."""
    found = casting.contests_of(session, box.id, box.config_hash or b"")[district]
    assert isinstance(found, Budget)
    return found


def ties(session: Session, box: BallotBox, contest: Budget) -> str:
    """How level projects were put in order, for a rule: by the seed that nobody knew before the opening."""
    if contest.rule.ties != LOT:
        return contest.rule.ties
    newest = log.checkpoints(session, box.id, most=1)
    secret = bytes.fromhex((box.result or {}).get("tie_secret") or "")
    return f"seed:{tie_seed(secret, newest[0].root if newest else b'').hex()}"


def turnout(session: Session, edition: Edition) -> Sequence[Turnout]:
    """How many took part in each district of the roll, as far as it can be told; asked once it is known."""
    took_part = func.count(case((Elector.took_part.is_(True), 1)))
    query = select(RollEntry.district, func.count(), took_part).join(
        RollVoter, RollVoter.entry_id == RollEntry.id
    )
    mine = query.join(Elector, Elector.voter_id == RollVoter.voter_id).where(Elector.box_id == edition.box_id)
    rows = session.execute(mine.group_by(RollEntry.district)).all()
    roll = {district: voters for district, voters, _ in rows}
    return of_districts(roll, {district: number for district, _, number in rows})


def proposed(
    session: Session, edition_id: int, round_id: int
) -> Sequence[tuple[EditionProject, RoundProject]]:
    """The projects of a round that somebody with an account proposed, with what the round says of them."""
    query = select(EditionProject, RoundProject).join(RoundProject, RoundProject.code == EditionProject.code)
    mine = query.where(EditionProject.edition_id == edition_id, RoundProject.round_id == round_id)
    found = session.execute(mine.where(EditionProject.proposer_id.is_not(None)).order_by(EditionProject.id))
    return [(each, voted_on) for each, voted_on in found]


def outcomes(box: BallotBox) -> Mapping[str, Any]:
    """district -> what came out, "funded" (codes in order) among it; empty before the box is opened."""
    result = box.result or {}
    found: Mapping[str, Any] = result.get("districts", result.get("outcomes", {}))
    return found


def proposed_apart(session: Session, edition: Edition) -> Sequence[tuple[EditionProject, bool]]:
    """Projects proposed where there is no round, for so few voted; and whether each gets money."""
    apart = [each.district for each in edition.envelopes if each.round_id is None]
    told = outcomes(edition.box) if edition.box else {}
    query = select(EditionProject).where(EditionProject.edition_id == edition.id)
    mine = query.where(EditionProject.proposer_id.is_not(None), EditionProject.district.in_(apart))
    found = session.scalars(mine.order_by(EditionProject.id)).all()
    return [(each, each.code in told[each.district]["funded"]) for each in found if each.district in told]


def rounds(session: Session, edition_id: int) -> Sequence[Round]:
    """What came out, district by district."""
    query = select(Round).join(Envelope, Envelope.round_id == Round.id)
    return session.scalars(query.where(Envelope.edition_id == edition_id).order_by(Envelope.district)).all()

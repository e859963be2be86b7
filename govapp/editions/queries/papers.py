"""What a voter gets in hand: the edition with the facts of its box, and the projects on the ballot."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.models.log import BoxNotice
from govapp.ballotbox.queries import casting
from govapp.ballotbox.queries.casting import Facts, Stored
from govapp.core import text
from govapp.core.errors import Missing
from govapp.core.language import current
from govapp.core.translations import THAI, told
from govapp.editions.models import Edition, EditionProject, Phase, PhaseKind, Stage
from govapp.editions.rules import ballots
from govapp.editions.rules.words import OF_PROJECT
from govapp.rolls.models import RollVoter
from govapp.rolls.models.codes import RollCode
from govapp.verifier.contests import Budget

SHOWN = 110  # letters of a description on a card
MOST_SHOWN = 140  # a little longer, it is not cut
LEADING = frozenset("เแโใไ")  # Thai vowels that are written before their consonant

EDITION, BOX, PHASE = Edition.__table__.c, BallotBox.__table__.c, Phase.__table__.c
_PAPER = (
    select(
        EDITION.id.label("edition_id"),
        EDITION.title,
        EDITION.post_id.label("edition_post_id"),
        EDITION.fiscal_year_be,
        EDITION.stage,
        EDITION.called_off_because,
        EDITION.languages,
        EDITION.translations,
        EDITION.roll_id,
        PHASE.starts_at,
        PHASE.ends_at,
        BOX.status,
        BOX.opens_at,
        BOX.closes_at,
        BOX.annulled_because,
        *casting.FROZEN,
    )
    .select_from(Edition.__table__)
    .join(BallotBox.__table__, BOX.id == EDITION.box_id, isouter=True)
    .join(Phase.__table__, (PHASE.edition_id == EDITION.id) & (PHASE.kind == PhaseKind.VOTE), isouter=True)
    .where(EDITION.id == bindparam("edition"))
)
_CARDS = (
    select(
        EditionProject.id,
        EditionProject.code,
        EditionProject.title,
        EditionProject.description,
        EditionProject.cost_satang,
        EditionProject.categories,
        EditionProject.place,
        EditionProject.translations,
        EditionProject.picture_id,
        EditionProject.picture_words,
        EditionProject.search_text,
    )
    .where(EditionProject.edition_id == bindparam("edition"))
    .order_by(EditionProject.id)
)


@dataclass(frozen=True)
class Paper:
    """An edition as its voters need it. opens_at, closes_at: by the box, or else by the calendar."""

    id: int
    title: str
    post_id: int
    fiscal_year_be: int
    stage: Stage
    called_off_because: str
    languages: Sequence[str]
    translations: Mapping[str, Mapping[str, Any]]
    roll_id: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    box_id: int | None
    status: Status | None  # None while there is no box
    annulled_because: str | None
    box: Facts | None  # None while it was never opened


@dataclass(frozen=True)
class Card:
    """A project as it stands on a ballot, in words for its reader (core/translations); cost in satang."""

    id: int
    code: str
    title: str
    description: str
    cost: int
    place: str
    categories: Sequence[str]
    has_picture: bool
    picture_words: str
    search_text: str

    @property
    def short(self) -> str:
        """The beginning of its description, cut before no mark that belongs to the letter before."""
        if len(self.description) <= MOST_SHOWN:
            return self.description
        end = self.description.rfind(" ", MOST_SHOWN // 2, SHOWN) + 1 or SHOWN
        while unicodedata.category(self.description[end]) == "Mn" or self.description[end - 1] in LEADING:
            end += 1
        return self.description[:end].rstrip() + "…"


@dataclass(frozen=True)
class Sheet:
    """The ballot as one voter gets it now. cards: code -> project, in the voter's own order."""

    contest: Budget
    cards: Mapping[str, Card]
    notices: Sequence[BoxNotice]
    present: Stored

    @property
    def withdrawn(self) -> frozenset[str]:
        return frozenset(each.item for each in self.notices if each.leaf and each.item)

    @property
    def titles(self) -> dict[str, str]:
        return {code: card.title for code, card in self.cards.items()}


def sheet(session: Session, paper: Paper, voter: str, present: Stored, notices: Sequence[BoxNotice]) -> Sheet:
    """present: what the box says to this voter of themselves."""
    assert paper.box is not None
    contest = casting.contest(session, paper.box, present.district)
    assert isinstance(contest, Budget)
    found = cards(session, paper, contest.items)
    order = ballots.shuffled(contest.items, voter, paper.box.name)
    return Sheet(contest, {code: found[code] for code in order}, notices, present)


def paper(session: Session, edition_id: int) -> Paper:
    """Raises Missing, also for a draft."""
    row = session.execute(_PAPER, {"edition": edition_id}).first()
    if row is None or row.stage is Stage.DRAFT:
        raise Missing
    return Paper(
        id=row.edition_id,
        title=told(row, "title"),
        post_id=row.edition_post_id,
        fiscal_year_be=row.fiscal_year_be,
        stage=row.stage,
        called_off_because=row.called_off_because,
        languages=row.languages,
        translations=row.translations,
        roll_id=row.roll_id,
        opens_at=row.opens_at or row.starts_at,
        closes_at=row.closes_at or row.ends_at,
        box_id=row.id,
        status=row.status,
        annulled_because=row.annulled_because,
        box=casting.facts_of(row) if row.config_hash else None,
    )


def cards(session: Session, paper: Paper, wanted: Collection[str]) -> dict[str, Card]:
    """code -> project, of those wanted, for whoever reads now."""
    rows = session.execute(_CARDS, {"edition": paper.id})
    return {row.code: _card(row, paper.languages) for row in rows if row.code in wanted}


def project(session: Session, edition_id: int, project_id: int) -> EditionProject:
    """Raises Missing."""
    query = select(EditionProject).where(
        EditionProject.edition_id == edition_id, EditionProject.id == project_id
    )
    found = session.scalars(query).first()
    if found is None:
        raise Missing
    return found


_CODE = (
    select(RollCode.created_at)
    .join(RollVoter, RollVoter.entry_id == RollCode.entry_id)
    .where(RollVoter.voter_id == bindparam("voter"))
)


def code_made_at(session: Session, voter: str) -> datetime | None:
    """When the living access code of a voter was made; None where there is none, or it was revoked."""
    return session.scalars(_CODE, {"voter": voter}).first()


def post(session: Session, edition_id: int) -> Post:
    """The post whose work an edition is; raises Missing."""
    query = select(Post).join(Edition, Edition.post_id == Post.id).where(Edition.id == edition_id)
    found = session.scalars(query).first()
    if found is None:
        raise Missing
    return found


def _card(row: Any, languages: Collection[str]) -> Card:
    words = {name: told(row, name, languages=languages) for name in OF_PROJECT}
    seen = row.search_text
    if current() != THAI:
        seen += text.search_text(" ".join((words["title"], words["description"], words["place"])))
    return Card(
        id=row.id,
        code=row.code,
        cost=row.cost_satang,
        has_picture=row.picture_id is not None,
        picture_words=row.picture_words,
        search_text=seen,
        **words,
    )

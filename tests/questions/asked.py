"""Questions for tests: put by an officer to people with accounts, in a box that is open."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.rules.posts import posts_of
from govapp.ballotbox.models import Openings
from govapp.core import clock
from govapp.core.key_folder import KeyFolder
from govapp.questions import actions
from govapp.questions.actions import Draft
from govapp.questions.models import QuestionVoter
from tests import make
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site


@dataclass
class Asked:
    """An open question: site is its box, people those on its list by their place in it."""

    id: int
    site: Site
    people: list[int]

    @property
    def path(self) -> str:
        return f"/questions/{self.id}/vote"


def email(number: int) -> str:
    return f"voter-{number}@example.org"


def question(database: Any, keys: KeyFolder, voters: int = 30, is_open: bool = True, **given: Any) -> Asked:
    with database.write() as session:
        officer, post = boxes.post_of(session)
        people = _people(session, voters)
        now = clock.now()
        values: dict[str, Any] = {
            "words": "เห็นชอบให้สร้างทางลาดหน้าหอสมุดสมมติหรือไม่",
            "background": "",
            "opens_at": now - timedelta(seconds=1),
            "closes_at": now + timedelta(hours=1),
            "objection_hours": 0,
            "openings": Openings.PUBLIC,
            "voters": people,
            "chair_id": people[0],
        }
        assert posts_of(officer) == [post]
        made = actions.ask(session, officer, post, Draft(**(values | given)), boxes.HOST)
        holders = boxes.holders_of_keys(session)
        boxes.setup.name_key_holders(session, officer, made.box_id, [each.id for each in holders])
        session.commit()
        ids = session.scalars(
            select(QuestionVoter.voter_id).where(QuestionVoter.question_id == made.id)
        ).all()
        site = Site(database, keys, made.box_id, list(ids), officer.id, holders[0].id)
        asked = Asked(made.id, site, people)
    if is_open:
        boxes.open_for_votes(site)
    return asked


def _people(session: Session, number: int) -> list[int]:
    """New accounts, all with PASSWORD."""
    first = make.person(session, email(0))
    names = {"given_name": "ผู้ลงคะแนน", "family_name": "สมมติ", "title": "", "sort_key": first.sort_key}
    whole = names | {"password_hash": first.password_hash, "verified_at": clock.now()}
    rows = [whole | {"email": email(each)} for each in range(1, number)]
    ids = session.scalars(insert(User).returning(User.id), rows).all() if rows else []
    session.commit()
    return [first.id, *ids]

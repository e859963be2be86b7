"""The database refuses to change an edition whose box is open; before that the same statement works."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core.key_folder import KeyFolder
from govapp.editions.actions import planning
from tests.ballotbox import boxes
from tests.editions import planned

CHANGES = {
    "title": "UPDATE editions SET title = 'x' WHERE id = :id",
    "rule": "UPDATE editions SET rule = '{}' WHERE id = :id",
    "kind": "UPDATE editions SET kind = 'ordinal' WHERE id = :id",
    "limits": "UPDATE editions SET most = most + 1 WHERE id = :id",
    "binding": "UPDATE editions SET binding = 'advisory' WHERE id = :id",
    "eligibility": "UPDATE editions SET eligibility = 'any-resident' WHERE id = :id",
    "languages": "UPDATE editions SET languages = '[\"en\"]' WHERE id = :id",
    "translations": "UPDATE editions SET translations = '[]' WHERE id = :id",
    "box": "UPDATE editions SET box_id = NULL WHERE id = :id",
    "budget": "UPDATE edition_envelopes SET budget_satang = 7 WHERE edition_id = :id",
    "envelope away": "DELETE FROM edition_envelopes WHERE edition_id = :id",
    "envelope more": "INSERT INTO edition_envelopes (edition_id, district, budget_satang)"
    " VALUES (:id, 'N', 7)",
    "envelope from elsewhere": "UPDATE edition_envelopes SET edition_id = :id WHERE edition_id = :other",
    "cost": "UPDATE edition_projects SET cost_satang = 7 WHERE edition_id = :id",
    "words": "UPDATE edition_projects SET description = 'x' WHERE edition_id = :id",
    "project away": "DELETE FROM edition_projects WHERE edition_id = :id",
    "project elsewhere": "UPDATE edition_projects SET edition_id = :other WHERE edition_id = :id"
    " AND code = '1'",
    "project from elsewhere": "UPDATE edition_projects SET edition_id = :id WHERE edition_id = :other",
    "vote": "DELETE FROM edition_phases WHERE edition_id = :id AND kind = 'vote'",
    "objections": "UPDATE edition_phases SET starts_at = '2020-01-01' WHERE edition_id = :id"
    " AND kind = 'objections'",
    "a phase becomes another": "UPDATE edition_phases SET kind = 'result' WHERE edition_id = :id"
    " AND kind = 'vote'",
}
LEFT_FREE = {  # what may still change while people vote
    "lessons": "UPDATE editions SET lessons = 'x' WHERE id = :id",
    "description": "UPDATE editions SET description = 'x' WHERE id = :id",
    "opening": "UPDATE edition_phases SET ends_at = '2099-01-01' WHERE edition_id = :id AND kind = 'opening'",
    "proposer": "UPDATE edition_projects SET proposer = 'x' WHERE edition_id = :id",
}


@dataclass
class Two:
    """An edition whose box is made ready, and another one beside it; on one session."""

    session: Session
    site: boxes.Site
    id: int
    other: int

    def run(self, statement: str) -> int:
        """How many rows a statement changes; nothing of it stays. Raises DBAPIError."""
        given = {"id": self.id, "other": self.other}
        with self.session.begin_nested() as savepoint:
            found = self.session.execute(
                text(statement), {name: id_ for name, id_ in given.items() if f":{name}" in statement}
            )
            savepoint.rollback()
        return int(found.rowcount)  # type: ignore[attr-defined]

    def refuses(self, statement: str) -> bool:
        try:
            self.run(statement)
        except DBAPIError as error:
            return "frozen" in str(error)
        return False


@pytest.fixture
def two(session: Session, officer: User, keys: KeyFolder) -> Two:
    made = planned.edition(session, officer)
    site = planned.ready(session, officer, made, keys)
    other = planned.edition(session, officer, codes=["x"])
    planning.change_money(session, officer, other.id, {"N": 7})
    session.commit()
    return Two(session, site, made.id, other.id)


def test_before_the_opening_every_statement_works(two: Two) -> None:
    statements = CHANGES | LEFT_FREE
    assert [name for name, statement in statements.items() if two.run(statement) < 1] == []


def test_from_the_opening_on_the_database_refuses(two: Two) -> None:
    boxes.open_for_votes(two.site)
    two.session.commit()
    assert [name for name, statement in CHANGES.items() if not two.refuses(statement)] == []
    assert [name for name, statement in LEFT_FREE.items() if two.refuses(statement)] == []
    assert two.refuses("DELETE FROM editions WHERE id = :id")

"""Rolls and rounds are told in further languages; the title and the draft of a box are frozen with the rest.

What editions hold in other languages is handed down to the rolls and rounds that they have already. These are
searched for in Thai only.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = depends_on = None

TRANSLATED = ("rolls", "rounds", "round_projects")
FROZEN = (
    "name config config_hash public_key k_slot_id room openings is_room opens_at closes_at objection_hours"
    " tie_commitment tie_secret"
).split()


def upgrade() -> None:
    """A table that triggers look at is not made anew: SQLite adds the column in place."""
    for table in TRANSLATED:
        op.add_column(table, sa.Column("translations", sa.JSON(), nullable=False, server_default="{}"))
        if op.get_bind().dialect.name == "postgresql":
            op.alter_column(table, "translations", server_default=None)
    _freeze([*FROZEN, "title", "draft"])
    _hand_down()


def downgrade() -> None:
    _freeze(FROZEN)
    for table in TRANSLATED:
        op.drop_column(table, "translations")


def _freeze(columns: list[str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER ballot_boxes_frozen ON ballot_boxes")
        was, becomes = (
            ", ".join(f"{row}.{name}{'::text' if name == 'draft' else ''}" for name in columns)
            for row in ("OLD", "NEW")
        )
        op.execute(
            "CREATE TRIGGER ballot_boxes_frozen BEFORE UPDATE ON ballot_boxes FOR EACH ROW"
            f" WHEN (OLD.status <> 'preparing' AND ({becomes}) IS DISTINCT FROM ({was}))"
            " EXECUTE FUNCTION refuse_thaw('this box is frozen')"
        )
    else:
        op.execute("DROP TRIGGER ballot_boxes_frozen")
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns)
        op.execute(
            "CREATE TRIGGER ballot_boxes_frozen BEFORE UPDATE ON ballot_boxes"
            f" WHEN OLD.status <> 'preparing' AND ({changed})"
            " BEGIN SELECT RAISE(ABORT, 'this box is frozen'); END"
        )


def _hand_down() -> None:
    editions = _table("editions", "id", "roll_id", languages=sa.JSON, translations=sa.JSON)
    for edition in op.get_bind().execute(sa.select(editions)).all():
        spoken = {code: edition.translations.get(code, {}) for code in edition.languages if code != "th"}
        titled = {code: told for code, told in spoken.items() if told.get("title")}
        if edition.roll_id is not None:
            _write("rolls", edition.roll_id, {code: _told(told, "title") for code, told in titled.items()})
        for round_id, district in _rounds(edition.id):
            _write("rounds", round_id, {code: _of_round(told, district) for code, told in titled.items()})
            for project_id, translations in _projects(edition.id, round_id):
                named = {code: translations.get(code, {}) for code in spoken}
                _write(
                    "round_projects", project_id, {code: _told(each, "name") for code, each in named.items()}
                )


def _told(told: dict[str, Any], title_is: str) -> dict[str, Any]:
    """title_is: under which name the title is told there."""
    given = {title_is: told.get("title"), "districts": told.get("districts")}
    given |= {"description": told.get("description")} if title_is == "name" else {}
    return {name: words for name, words in given.items() if words}


def _of_round(told: dict[str, Any], district: str) -> dict[str, Any]:
    name = told.get("districts", {}).get(district, district)
    return _told(told, "name") | {"name": f"{told['title']} · {name}" if district else told["title"]}


def _rounds(edition_id: int) -> Any:
    """The number and the district of each round of an edition."""
    envelopes = _table("edition_envelopes", "edition_id", "round_id", district=sa.Text)
    mine = (envelopes.c.edition_id == edition_id) & envelopes.c.round_id.is_not(None)
    query = sa.select(envelopes.c.round_id, envelopes.c.district).where(mine)
    return op.get_bind().execute(query).all()


def _projects(edition_id: int, round_id: int) -> Any:
    """The number of each project of a round, and its translations in the edition."""
    here = _table("round_projects", "id", "round_id", code=sa.Text)
    there = _table("edition_projects", "edition_id", code=sa.Text, translations=sa.JSON)
    query = sa.select(here.c.id, there.c.translations).join(there, there.c.code == here.c.code)
    mine = query.where(there.c.edition_id == edition_id, here.c.round_id == round_id)
    return op.get_bind().execute(mine).all()


def _write(table: str, id_: int, translations: dict[str, Any]) -> None:
    rows = _table(table, "id", translations=sa.JSON)
    translations = {code: told for code, told in translations.items() if told}
    if translations:
        op.execute(sa.update(rows).where(rows.c.id == id_).values(translations=translations))


def _table(name: str, *numbers: str, **others: Any) -> Any:
    integers = (sa.column(number, sa.Integer) for number in numbers)
    return sa.table(name, *integers, *(sa.column(column, kind) for column, kind in others.items()))

"""The roll of a vote that was stopped can be opened again; files of rolls lie in pieces until they are read.

A file that waits to be read while the database is brought up to date must be sent again; its page says so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = depends_on = None

MESSAGE = "this roll is frozen"
FACTS = ("box_id", "frozen_at", "minimum_age", "age_on", "post_id", "area_id")  # of a frozen roll
BOX = "(SELECT status FROM ballot_boxes WHERE id = OLD.box_id)"


def _may_move(opens_again: str) -> str:
    """opens_again: the states of its box, in SQL, in which a frozen roll may be opened again."""
    return (
        f"NEW.status = 'open' AND {BOX} IN ({opens_again})"
        f" OR NEW.status = 'erased' AND {BOX} IN ('opened', 'annulled')"
    )


def _sqlite(opens_again: str) -> list[str]:
    return [
        "DROP TRIGGER rolls_stay",
        "CREATE TRIGGER rolls_stay BEFORE UPDATE ON rolls WHEN OLD.status = 'frozen'"
        f" AND NEW.status <> 'frozen' AND NOT ({_may_move(opens_again)})"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    ]


def _postgresql(opens_again: str) -> list[str]:
    changed = "({}) IS DISTINCT FROM ({})".format(
        *(", ".join([*(f"{row}.{name}" for name in FACTS), f"{row}.voters::text"]) for row in ("NEW", "OLD"))
    )
    return [
        "CREATE OR REPLACE FUNCTION refuse_roll() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'DELETE' OR (NEW.status = 'frozen' AND {changed})"
        f" OR (NEW.status <> 'frozen' AND NOT ({_may_move(opens_again)}))"
        f" THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NEW; END $$",
    ]


def _replace(opens_again: str) -> None:
    is_server = op.get_bind().dialect.name == "postgresql"
    for statement in _postgresql(opens_again) if is_server else _sqlite(opens_again):
        op.execute(statement)


def upgrade() -> None:
    _replace("'preparing', 'annulled'")
    op.create_table(
        "roll_pieces",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roll_imports.id"], name=op.f("fk_roll_pieces_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_roll_pieces")),
    )
    op.drop_column("roll_imports", "sealed")


def downgrade() -> None:
    _replace("'preparing'")
    op.add_column("roll_imports", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.drop_table("roll_pieces")

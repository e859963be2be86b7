"""Title and description of an edition in further languages, frozen as the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = depends_on = None

FROZEN = (
    "area_id title fiscal_year_be binding eligibility eligibility_words kind least most most_points"
    " sum_points rule openings languages roll_id box_id"
).split()
AS_TEXT = ("rule", "languages", "translations")
OPEN = "(SELECT status FROM ballot_boxes WHERE id = OLD.box_id) NOT IN ('preparing', 'annulled')"


def upgrade() -> None:
    """A table that triggers look at is not made anew: SQLite adds the column in place."""
    op.add_column("editions", sa.Column("translations", sa.JSON(), nullable=False, server_default="{}"))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("editions", "translations", server_default=None)
    _freeze([*FROZEN, "translations"])


def downgrade() -> None:
    _freeze(FROZEN)
    op.drop_column("editions", "translations")


def _freeze(columns: list[str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER editions_frozen ON editions")
        was, becomes = (
            ", ".join(f"{row}.{name}{'::text' if name in AS_TEXT else ''}" for name in columns)
            for row in ("OLD", "NEW")
        )
        op.execute(
            f"CREATE TRIGGER editions_frozen BEFORE UPDATE ON editions FOR EACH ROW"
            f" WHEN (({becomes}) IS DISTINCT FROM ({was})) EXECUTE FUNCTION refuse_edition()"
        )
    else:
        op.execute("DROP TRIGGER editions_frozen")
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns)
        op.execute(
            f"CREATE TRIGGER editions_frozen BEFORE UPDATE ON editions WHEN ({changed}) AND {OPEN}"
            " BEGIN SELECT RAISE(ABORT, 'this edition is frozen'); END"
        )

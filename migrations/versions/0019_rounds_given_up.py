"""Counts for comparison that would take too long are given up, and known."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "counts_given_up",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("rule_key", sa.String(length=64), nullable=False),
        sa.Column("given_up_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_counts_given_up_round_id")),
        sa.PrimaryKeyConstraint("round_id", "rule_key", name=op.f("pk_counts_given_up")),
    )


def downgrade() -> None:
    op.drop_table("counts_given_up")

"""Rounds that were held in a ballot box of this site."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rounds") as table:
        table.add_column(sa.Column("box_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_rounds_box_id"), "ballot_boxes", ["box_id"], ["id"])
        table.create_index(op.f("ix_rounds_box_id"), ["box_id"])


def downgrade() -> None:
    with op.batch_alter_table("rounds") as table:
        table.drop_index(op.f("ix_rounds_box_id"))
        table.drop_constraint(op.f("fk_rounds_box_id"), type_="foreignkey")
        table.drop_column("box_id")

"""Secret questions: what is asked in a ballot box, and of whom."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_questions_box_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("box_id", name=op.f("uq_questions_box_id")),
    )
    op.create_table(
        "question_voters",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_voters_question_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_question_voters_user_id")),
        sa.PrimaryKeyConstraint("question_id", "user_id", name=op.f("pk_question_voters")),
        sa.UniqueConstraint("question_id", "voter_id", name=op.f("uq_question_voters_question_id_voter_id")),
    )
    op.create_index(op.f("ix_question_voters_user_id"), "question_voters", ["user_id"])


def downgrade() -> None:
    op.drop_table("question_voters")
    op.drop_table("questions")

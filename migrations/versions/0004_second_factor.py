"""Second factors, recovery codes, and what a sign-in knows: proof, code due, device."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None

NEW = (  # name, type, what sign-ins of before get
    ("proved_at", sa.DateTime(), "created_at"),
    ("wrong_proofs", sa.Integer(), "0"),
    ("second_factor_due", sa.Boolean(), "false"),
    ("device", sa.String(length=40), "''"),
)


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_recovery_codes_code_sha256")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])
    for name, kind, _before in NEW:
        op.add_column("web_sessions", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE web_sessions SET " + ", ".join(f"{name} = {before}" for name, _kind, before in NEW))
    with op.batch_alter_table("web_sessions") as batch_op:
        for name, kind, _before in NEW:
            batch_op.alter_column(name, existing_type=kind, nullable=False)


def downgrade() -> None:
    op.execute("DELETE FROM web_sessions WHERE second_factor_due")
    with op.batch_alter_table("web_sessions") as batch_op:
        for name, _kind, _before in reversed(NEW):
            batch_op.drop_column(name)
    op.drop_index(op.f("ix_recovery_codes_user_id"), "recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")

"""Letters to people, links that work once, verified addresses. Whoever could sign in before still can."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "account_links",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", _one_of("purpose", "verify", "reset"), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_account_links_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
    )
    op.create_index(op.f("ix_account_links_user_id"), "account_links", ["user_id"])
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("state", _one_of("letterstate", "waiting", "sent", "dead"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_letters_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_created_at"), "letters", ["created_at"])
    op.create_index("ix_letters_due", "letters", ["state", "next_try_at"])
    op.create_index("ix_letters_inbox", "letters", ["user_id", "read_at"])
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("verified_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("language", sa.String(length=8), nullable=False, server_default="th"))
    op.execute("UPDATE users SET verified_at = created_at")
    with op.batch_alter_table("users") as table:
        table.alter_column(
            "language", server_default=None, existing_type=sa.String(length=8), existing_nullable=False
        )


def downgrade() -> None:
    """Whoever was not verified could sign in afterwards: they are taken away."""
    op.drop_table("letters")
    op.drop_table("account_links")
    op.execute("DELETE FROM users WHERE verified_at IS NULL")
    with op.batch_alter_table("users") as table:
        table.drop_column("language")
        table.drop_column("verified_at")

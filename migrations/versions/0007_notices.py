"""How people want their letters, daily digests, and what a notice is about."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = depends_on = None

OLD_STATES = ("waiting", "sent", "dead")
STATES = ("waiting", "for-digest", "sent", "dead", "kept")
CHECKS = {
    "digest_fits": "digest_id IS NULL OR state IN ('for-digest', 'sent')",
    "path_is_local": r"path = '' OR (substr(path, 1, 1) = '/' AND substr(path, 2, 1) NOT IN ('/', '\'))",
}
LETTERS = sa.table("letters", sa.column("template"), sa.column("given", sa.JSON()))
BY_LINK = LETTERS.c.given["what"].as_string() == "password-reset"


def _in(states: tuple[str, ...]) -> str:
    return "state IN (" + ", ".join(f"'{state}'" for state in states) + ")"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """The letter about a password that was changed by a link is one of those about safety now."""
    op.create_table(
        "notice_preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", _one_of("topic", "security", "powers", "tasks", "news"), nullable=False),
        sa.Column("delivery", _one_of("delivery", "at-once", "daily", "on-site"), nullable=False),
        sa.CheckConstraint("topic <> 'security'", name=op.f("ck_notice_preferences_security_is_always_told")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notice_preferences_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_notice_preferences")),
    )
    with op.batch_alter_table("letters") as table:
        table.drop_constraint(op.f("ck_letters_letterstate"), type_="check")
        table.add_column(sa.Column("path", sa.String(length=500), nullable=False, server_default=""))
        table.add_column(
            sa.Column("digest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
    with op.batch_alter_table("letters") as table:
        table.alter_column(
            "path", server_default=None, existing_type=sa.String(length=500), existing_nullable=False
        )
        table.create_check_constraint(op.f("ck_letters_letterstate"), _in(STATES))
        for name, condition in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_letters_{name}"), condition)
        table.create_foreign_key(
            op.f("fk_letters_digest_id"), "letters", ["digest_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f("ix_letters_digest_id"), ["digest_id"])
    now_safety = {"template": "security", "given": {"what": "password-reset"}}
    op.execute(LETTERS.update().where(LETTERS.c.template == "password_changed").values(now_safety))


def downgrade() -> None:
    """What waited for a digest leaves at once; letters about safety other than by a link are lost."""
    for name in CHECKS:
        with op.batch_alter_table("letters") as table:
            table.drop_constraint(op.f(f"ck_letters_{name}"), type_="check")
    op.execute("UPDATE letters SET digest_id = NULL, state = 'waiting' WHERE state = 'for-digest'")
    op.execute("UPDATE letters SET digest_id = NULL")
    op.execute("UPDATE letters SET state = 'sent' WHERE state = 'kept'")
    op.execute("DELETE FROM letters WHERE template = 'digest'")
    before = {"template": "password_changed", "given": {}}
    op.execute(LETTERS.update().where(LETTERS.c.template == "security", BY_LINK).values(before))
    op.execute("DELETE FROM letters WHERE template = 'security'")
    with op.batch_alter_table("letters") as table:
        table.drop_constraint(op.f("ck_letters_letterstate"), type_="check")
        table.drop_index(op.f("ix_letters_digest_id"))
        table.drop_constraint(op.f("fk_letters_digest_id"), type_="foreignkey")
        table.drop_column("digest_id")
        table.drop_column("path")
    with op.batch_alter_table("letters") as table:
        table.create_check_constraint(op.f("ck_letters_letterstate"), _in(OLD_STATES))
    op.drop_table("notice_preferences")

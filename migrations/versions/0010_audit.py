"""Reading the log by day, kind, person and thing; what came of verifying it; tries in longer times."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = depends_on = None

APPEND_ONLY = ("audit_objects", "audit_verdicts")
AT_ONCE = 5000

SQLITE_TRIGGER = """
CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
EXECUTE FUNCTION refuse_change()
"""

ENTRIES = sa.table(
    "audit_entries",
    sa.column("id", sa.BigInteger),
    sa.column("at", sa.DateTime),
    sa.column("details", sa.JSON),
)
OBJECTS = sa.table(
    "audit_objects",
    sa.column("kind", sa.String),
    sa.column("object_id", sa.BigInteger),
    sa.column("at", sa.DateTime),
    sa.column("entry_id", sa.BigInteger),
)


def upgrade() -> None:
    long_key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_objects",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("entry_id", long_key, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_objects_entry_id")),
        sa.PrimaryKeyConstraint("kind", "object_id", "at", "entry_id", name=op.f("pk_audit_objects")),
    )
    op.create_table(
        "audit_verdicts",
        sa.Column("id", long_key, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.BigInteger(), nullable=False),
        sa.Column("unsealed", sa.BigInteger(), nullable=False),
        sa.Column("broken_at", sa.BigInteger(), nullable=True),
        sa.Column("cut_at", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_verdicts")),
    )
    op.create_index("ix_audit_entries_at_id", "audit_entries", ["at", "id"])
    op.create_index("ix_audit_entries_event_at_id", "audit_entries", ["event", "at", "id"])
    op.create_index("ix_audit_entries_actor_id_at_id", "audit_entries", ["actor_id", "at", "id"])
    op.drop_index("ix_audit_entries_at", "audit_entries")
    op.drop_index("ix_audit_entries_event", "audit_entries")
    _find_objects()
    _keep_append_only()
    _count_anew("began_at", "ends_at")


def downgrade() -> None:
    _count_anew("ends_at", "began_at")
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_index("ix_audit_entries_event", "audit_entries", ["event"])
    op.drop_index("ix_audit_entries_actor_id_at_id", "audit_entries")
    op.drop_index("ix_audit_entries_event_at_id", "audit_entries")
    op.drop_index("ix_audit_entries_at_id", "audit_entries")
    op.drop_table("audit_verdicts")
    op.drop_table("audit_objects")


def _find_objects() -> None:
    """What the entries so far speak of: the numbers in their details whose names end in _id."""
    connection, last = op.get_bind(), 0
    while True:
        some = sa.select(ENTRIES).where(ENTRIES.c.id > last).order_by(ENTRIES.c.id).limit(AT_ONCE)
        rows = connection.execute(some).all()
        if not rows:
            return
        found = [
            {"kind": name.removesuffix("_id"), "object_id": value, "at": row.at, "entry_id": row.id}
            for row in rows
            for name, value in row.details.items()
            if name.endswith("_id") and type(value) is int
        ]
        if found:
            connection.execute(sa.insert(OBJECTS), found)
        last = rows[-1].id


def _keep_append_only() -> None:
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(POSTGRESQL_TRIGGER.format(table=table))
        else:
            for deed in ("UPDATE", "DELETE"):
                op.execute(SQLITE_TRIGGER.format(table=table, deed=deed))


def _count_anew(before: str, after: str) -> None:
    """Tries are kept for a minute: they are forgotten rather than reckoned over."""
    op.execute("DELETE FROM tries")
    op.drop_index(f"ix_tries_{before}", "tries")
    with op.batch_alter_table("tries") as batch_op:
        batch_op.alter_column(
            before, new_column_name=after, existing_type=sa.DateTime(), existing_nullable=False
        )
    op.create_index(f"ix_tries_{after}", "tries", [after])

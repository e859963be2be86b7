"""Rolls are announced; two entries may be one person; SQLite gives no number of a row twice.

A roll is announced where its round is neither a draft nor called off. SQLite's tables stay as they are on the
disk, so only their schema is written anew: to remake them would take along the triggers that keep votes, and
all they look at.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = depends_on = None

AGAIN, ONCE = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"
IN_THE_LOG = {  # what was deleted before has its number, too: the largest that the log speaks of was given
    "edition": "editions",
    "project": "edition_projects",
    "roll": "rolls",
    "roll_claim": "roll_claims",
    "roll_entry": "roll_entries",
    "roll_import": "roll_imports",
    "user": "users",
}
UNSURE = "case_number IS NOT NULL OR is_corrected"


def upgrade() -> None:
    with op.batch_alter_table("roll_claims") as table:
        table.add_column(sa.Column("twin_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_roll_claims_twin_id"), "roll_entries", ["twin_id"], ["id"], ondelete="SET NULL"
        )
        table.create_check_constraint(
            op.f("ck_roll_claims_twin_struck"), "twin_id IS NULL OR wish = 'strike'"
        )
    op.create_index(op.f("ix_roll_claims_twin_id"), "roll_claims", ["twin_id"])
    op.create_index(
        "ix_roll_entries_unsure",
        "roll_entries",
        ["roll_id"],
        sqlite_where=sa.text(f"{UNSURE} = 1"),
        postgresql_where=sa.text(UNSURE),
    )
    op.add_column("rolls", sa.Column("is_announced", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE rolls SET is_announced = true"
        " WHERE NOT EXISTS"
        " (SELECT 1 FROM editions WHERE roll_id = rolls.id AND stage IN ('draft', 'called-off'))"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("rolls", "is_announced", server_default=None)
    else:
        op.execute("CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)")  # makes sqlite_sequence
        op.execute("DROP TABLE counted")
        _write_schema(AGAIN, ONCE)
        for kind, name in IN_THE_LOG.items():
            op.execute(
                f"INSERT INTO sqlite_sequence (name, seq) SELECT '{name}', max(object_id)"
                f" FROM audit_objects WHERE kind = '{kind}' GROUP BY kind"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _write_schema(ONCE, AGAIN)
        op.execute("DELETE FROM sqlite_sequence")
    op.drop_column("rolls", "is_announced")
    op.drop_index("ix_roll_entries_unsure", table_name="roll_entries")
    op.drop_index(op.f("ix_roll_claims_twin_id"), table_name="roll_claims")
    with op.batch_alter_table("roll_claims") as table:
        table.drop_constraint(op.f("ck_roll_claims_twin_struck"), type_="check")
        table.drop_constraint(op.f("fk_roll_claims_twin_id"), type_="foreignkey")
        table.drop_column("twin_id")


def _write_schema(was: str, becomes: str) -> None:
    """In the way of www.sqlite.org/lang_altertable.html, for a change that alters nothing on the disk."""
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema=ON")
    op.execute(
        f"UPDATE sqlite_schema SET sql = replace(sql, '{was}', '{becomes}')"
        " WHERE type = 'table' AND instr(sql, char(10) || char(9) || 'id INTEGER ')"
    )
    op.execute(f"PRAGMA schema_version={version + 1}")  # so that every other connection looks again
    op.execute("PRAGMA writable_schema=RESET")

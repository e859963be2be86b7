"""Rolls: who may vote in an area, the files they come from, access codes, claims; a frozen roll stays so."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = depends_on = None

SORT_KEY = sa.String(length=600, collation="C").with_variant(sa.String(length=600), "sqlite")
TABLES = (
    "rolls",
    "roll_entries",
    "roll_voters",
    "roll_codes",
    "roll_batches",
    "roll_imports",
    "roll_rows",
    "roll_claims",
)
WHO = ("roll_id", "fingerprint", "case_number", "district", "standing")  # what makes a voter of an entry
OLD_WHO, NEW_WHO = (", ".join(f"{row}.{name}" for name in WHO) for row in ("OLD", "NEW"))
MESSAGE = "this roll is frozen"
VOTERS_ROLL = "(SELECT roll_id FROM roll_entries WHERE id = {}.entry_id)"
DEEDS = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}
FACTS = ("box_id", "frozen_at", "minimum_age", "age_on", "post_id", "area_id")  # of a frozen roll
BOX = "(SELECT status FROM ballot_boxes WHERE id = OLD.box_id)"
MAY_MOVE = (  # a frozen roll opens again before its box is open, and is erased after it
    f"NEW.status = 'open' AND {BOX} = 'preparing'"
    f" OR NEW.status = 'erased' AND {BOX} IN ('opened', 'annulled')"
)


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    roll_of = {"roll_entries": "{}.roll_id", "roll_voters": VOTERS_ROLL}
    made = []
    for table, roll in roll_of.items():
        for deed, rows in DEEDS.items():
            frozen = " OR ".join(
                f"(SELECT status FROM rolls WHERE id = {roll.format(row)}) = 'frozen'" for row in rows
            )
            what = f" OF {', '.join(WHO)}" if (table, deed) == ("roll_entries", "UPDATE") else ""
            name = f"{table}_frozen_{deed.lower()}"
            made.append(f"CREATE TRIGGER {name} BEFORE {deed}{what} ON {table} WHEN {frozen} {refuse}")
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in (*FACTS, "voters"))
    return [
        *made,
        "CREATE TRIGGER rolls_frozen BEFORE UPDATE ON rolls WHEN OLD.status = 'frozen'"
        f" AND NEW.status = 'frozen' AND ({changed}) {refuse}",
        "CREATE TRIGGER rolls_stay BEFORE UPDATE ON rolls WHEN OLD.status = 'frozen'"
        f" AND NEW.status <> 'frozen' AND NOT ({MAY_MOVE}) {refuse}",
        f"CREATE TRIGGER rolls_kept BEFORE DELETE ON rolls WHEN OLD.status <> 'open' {refuse}",
    ]


def _postgresql() -> list[str]:
    changed = "({}) IS DISTINCT FROM ({})".format(
        *(", ".join([*(f"{row}.{name}" for name in FACTS), f"{row}.voters::text"]) for row in ("NEW", "OLD"))
    )
    return [
        "CREATE FUNCTION refuse_roll() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'DELETE' OR (NEW.status = 'frozen' AND {changed})"
        f" OR (NEW.status <> 'frozen' AND NOT ({MAY_MOVE}))"
        f" THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER rolls_frozen BEFORE UPDATE ON rolls FOR EACH ROW"
        " WHEN (OLD.status = 'frozen') EXECUTE FUNCTION refuse_roll()",
        "CREATE TRIGGER rolls_kept BEFORE DELETE ON rolls FOR EACH ROW"
        " WHEN (OLD.status <> 'open') EXECUTE FUNCTION refuse_roll()",
        "CREATE FUNCTION refuse_listed() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$",
        "CREATE FUNCTION refuse_many_listed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF EXISTS (SELECT FROM touched JOIN rolls ON rolls.id = touched.roll_id"
        " WHERE rolls.status = 'frozen')"
        f" THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NULL; END $$",
        "CREATE FUNCTION refuse_many_voters() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF EXISTS (SELECT FROM touched JOIN roll_entries ON roll_entries.id = touched.entry_id"
        " JOIN rolls ON rolls.id = roll_entries.roll_id WHERE rolls.status = 'frozen')"
        f" THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NULL; END $$",
        *(
            f"CREATE TRIGGER {table}_frozen_{deed.lower()} AFTER {deed} ON {table}"
            f" REFERENCING {row} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            for table, function in (
                ("roll_entries", "refuse_many_listed"),
                ("roll_voters", "refuse_many_voters"),
            )
            for deed, row in (("INSERT", "NEW"), ("DELETE", "OLD"))
        ),
        # both rolls are asked: nobody is taken out of a frozen one, or put into it
        "CREATE FUNCTION refuse_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF EXISTS (SELECT FROM rolls WHERE id IN (OLD.roll_id, NEW.roll_id) AND status = 'frozen')"
        f" THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER roll_entries_frozen_update BEFORE UPDATE ON roll_entries FOR EACH ROW"
        f" WHEN (({OLD_WHO}) IS DISTINCT FROM ({NEW_WHO})) EXECUTE FUNCTION refuse_moved()",
        # an id is never changed: all are given anew
        "CREATE TRIGGER roll_voters_frozen_update BEFORE UPDATE ON roll_voters FOR EACH ROW"
        " EXECUTE FUNCTION refuse_listed()",
    ]


def upgrade() -> None:
    _make_rolls()
    _make_codes()
    _make_imports()
    _make_claims()
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("roll", "listed", "many_listed", "many_voters", "moved"):
            op.execute(f"DROP FUNCTION refuse_{name}")


def _make_rolls() -> None:
    op.create_table(
        "rolls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("age_on", sa.Date(), nullable=True),
        sa.Column("residence", sa.Text(), nullable=False),
        sa.Column("door", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "frozen",
                "erased",
                name="rollstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("box_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(), nullable=True),
        sa.Column("voters", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "status = 'open' OR box_id IS NOT NULL AND frozen_at IS NOT NULL AND voters IS NOT NULL",
            name=op.f("ck_rolls_frozen_whole"),
        ),
        sa.CheckConstraint("minimum_age = 0 OR age_on IS NOT NULL", name=op.f("ck_rolls_age_on_a_day")),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 130", name=op.f("ck_rolls_age_possible")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_rolls_area_id")),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_rolls_box_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_rolls_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rolls")),
        sa.UniqueConstraint("box_id", name=op.f("uq_rolls_box_id")),
    )
    op.create_index(op.f("ix_rolls_area_id"), "rolls", ["area_id"])
    op.create_index(op.f("ix_rolls_post_id"), "rolls", ["post_id"])
    op.create_table(
        "roll_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("case_number", sa.String(length=40), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", SORT_KEY, nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("birth_day", sa.Integer(), nullable=True),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "on",
                "moved",
                "dead",
                "struck",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("post_order", SORT_KEY, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("is_corrected", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(fingerprint IS NULL) = (last_four = '')", name=op.f("ck_roll_entries_last_four_of_number")
        ),
        sa.CheckConstraint(
            "(fingerprint IS NULL) = (case_number IS NOT NULL)", name=op.f("ck_roll_entries_one_identity")
        ),
        sa.ForeignKeyConstraint(["roll_id"], ["rolls.id"], name=op.f("fk_roll_entries_roll_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_roll_entries_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entries")),
        sa.UniqueConstraint("roll_id", "case_number", name=op.f("uq_roll_entries_roll_id_case_number")),
        sa.UniqueConstraint("roll_id", "fingerprint", name=op.f("uq_roll_entries_roll_id_fingerprint")),
        sa.UniqueConstraint("roll_id", "user_id", name=op.f("uq_roll_entries_roll_id_user_id")),
    )
    op.create_index("ix_roll_entries_roll_id_last_four", "roll_entries", ["roll_id", "last_four"])
    op.create_index("ix_roll_entries_roll_id_sort_key", "roll_entries", ["roll_id", "sort_key"])
    op.create_index(op.f("ix_roll_entries_user_id"), "roll_entries", ["user_id"])
    op.create_table(
        "roll_voters",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roll_entries.id"], name=op.f("fk_roll_voters_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_roll_voters")),
        sa.UniqueConstraint("voter_id", name=op.f("uq_roll_voters_voter_id")),
    )


def _make_codes() -> None:
    op.create_table(
        "roll_codes",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roll_entries.id"], name=op.f("fk_roll_codes_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_roll_codes")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_roll_codes_fingerprint")),
    )
    op.create_table(
        "roll_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "form",
            sa.Enum("letters", "merge", name="form", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_roll_batches_made_by_id")),
        sa.ForeignKeyConstraint(["roll_id"], ["rolls.id"], name=op.f("fk_roll_batches_roll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_batches")),
    )
    op.create_index(op.f("ix_roll_batches_roll_id"), "roll_batches", ["roll_id"])


def _make_imports() -> None:
    op.create_table(
        "roll_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("file_name", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "reading",
                "checked",
                "applying",
                "applied",
                "dropped",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_roll_imports_made_by_id")),
        sa.ForeignKeyConstraint(["roll_id"], ["rolls.id"], name=op.f("fk_roll_imports_roll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_imports")),
    )
    op.create_index(op.f("ix_roll_imports_roll_id"), "roll_imports", ["roll_id"])
    op.create_table(
        "roll_rows",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("case_number", sa.String(length=40), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", SORT_KEY, nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("birth_day", sa.Integer(), nullable=True),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "on",
                "moved",
                "dead",
                "struck",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("post_order", SORT_KEY, nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "new",
                "changed",
                "same",
                "rejected",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "fault",
            sa.Enum(
                "cells",
                "no-identity",
                "number",
                "case-number",
                "no-name",
                "letters",
                "birth",
                "no-birth",
                "too-young",
                "standing",
                "district",
                "no-district",
                "postcode",
                "twice",
                "two-districts",
                "elsewhere",
                "corrected",
                name="fault",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roll_imports.id"], name=op.f("fk_roll_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_roll_rows")),
    )


def _make_claims() -> None:
    op.create_table(
        "roll_claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "wish",
            sa.Enum(
                "add",
                "move",
                "correct",
                "strike",
                name="wish",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("evidence_name", sa.String(length=200), nullable=False),
        sa.Column("form_token", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "decided_at IS NULL OR why <> ''", name=op.f("ck_roll_claims_decided_with_reason")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (accepted IS NULL)", name=op.f("ck_roll_claims_decided_yes_or_no")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_roll_claims_decided_whole")
        ),
        sa.CheckConstraint("decided_by_id <> user_id", name=op.f("ck_roll_claims_not_by_oneself")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_roll_claims_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roll_entries.id"], name=op.f("fk_roll_claims_entry_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["files.id"], name=op.f("fk_roll_claims_evidence_id")),
        sa.ForeignKeyConstraint(["roll_id"], ["rolls.id"], name=op.f("fk_roll_claims_roll_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_roll_claims_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_claims")),
        sa.UniqueConstraint("form_token", name=op.f("uq_roll_claims_form_token")),
    )
    op.create_index(op.f("ix_roll_claims_entry_id"), "roll_claims", ["entry_id"])
    op.create_index("ix_roll_claims_roll_id_decided_at", "roll_claims", ["roll_id", "decided_at"])
    op.create_index(op.f("ix_roll_claims_user_id"), "roll_claims", ["user_id"])

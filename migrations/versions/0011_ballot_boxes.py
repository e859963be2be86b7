"""Ballot boxes: sealed ballots, the public log, checkpoints, openings; what is frozen stays so."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = depends_on = None

APPEND_ONLY = ("log_leaves", "log_bodies", "checkpoints", "openings")
FROZEN = (
    "name",
    "config",
    "config_hash",
    "public_key",
    "k_slot_id",
    "room",
    "openings",
    "is_room",
    "opens_at",
    "closes_at",
    "objection_hours",
    "tie_commitment",
    "tie_secret",
)
STATUSES = "preparing,open,closed,final,opened,annulled"

SQLITE = (
    *(
        f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for deed in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER ballot_boxes_frozen BEFORE UPDATE ON ballot_boxes WHEN OLD.status <> 'preparing' AND ("
    + " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FROZEN)
    + ") BEGIN SELECT RAISE(ABORT, 'this box is frozen'); END",
    f"CREATE TRIGGER ballot_boxes_forward BEFORE UPDATE ON ballot_boxes"
    f" WHEN instr('{STATUSES}', NEW.status) < instr('{STATUSES}', OLD.status)"
    " BEGIN SELECT RAISE(ABORT, 'a box does not go back'); END",
    "CREATE TRIGGER ballot_boxes_stay BEFORE DELETE ON ballot_boxes WHEN OLD.status <> 'preparing'"
    " BEGIN SELECT RAISE(ABORT, 'this box is frozen'); END",
    *(
        f"CREATE TRIGGER electorate_frozen_{number} BEFORE {deed} ON electorate"
        f" WHEN (SELECT status FROM ballot_boxes WHERE id = {row}.box_id) <> 'preparing'"
        " BEGIN SELECT RAISE(ABORT, 'this electorate is frozen'); END"
        for number, (deed, row) in enumerate(
            (("INSERT", "NEW"), ("DELETE", "OLD"), ("UPDATE OF box_id, voter_id, district", "OLD"))
        )
    ),
)
POSTGRESQL = (
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ),
    "CREATE FUNCTION refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '% of a box: %', TG_TABLE_NAME, TG_ARGV[0]; END $$",
    "CREATE TRIGGER ballot_boxes_frozen BEFORE UPDATE ON ballot_boxes FOR EACH ROW"
    " WHEN (OLD.status <> 'preparing' AND ("
    + ", ".join(f"NEW.{name}" for name in FROZEN)
    + ") IS DISTINCT FROM ("
    + ", ".join(f"OLD.{name}" for name in FROZEN)
    + ")) EXECUTE FUNCTION refuse_thaw('this box is frozen')",
    "CREATE TRIGGER ballot_boxes_forward BEFORE UPDATE ON ballot_boxes FOR EACH ROW"
    f" WHEN (strpos('{STATUSES}', NEW.status) < strpos('{STATUSES}', OLD.status))"
    " EXECUTE FUNCTION refuse_thaw('a box does not go back')",
    "CREATE TRIGGER ballot_boxes_stay BEFORE DELETE ON ballot_boxes FOR EACH ROW"
    " WHEN (OLD.status <> 'preparing') EXECUTE FUNCTION refuse_thaw('this box is frozen')",
    "CREATE FUNCTION refuse_elector() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF (SELECT status FROM ballot_boxes WHERE id = COALESCE(NEW.box_id, OLD.box_id)) <> 'preparing'"
    " THEN RAISE EXCEPTION 'this electorate is frozen'; END IF;"
    " RETURN COALESCE(NEW, OLD); END $$",
    "CREATE TRIGGER electorate_frozen BEFORE INSERT OR DELETE OR UPDATE OF box_id, voter_id, district"
    " ON electorate FOR EACH ROW EXECUTE FUNCTION refuse_elector()",
)


def upgrade() -> None:
    _make_boxes()
    _make_ballots()
    _make_log()
    _make_rest()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "box_observers",
        "box_bundles",
        "box_notices",
        "openings",
        "checkpoints",
        "log_bodies",
        "log_leaves",
        "voided_ballots",
        "superseded_ballots",
        "cast_ballots",
        "electorate",
        "key_holders",
        "ballot_boxes",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_thaw")
        op.execute("DROP FUNCTION refuse_elector")


def _make_boxes() -> None:
    op.create_table(
        "ballot_boxes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "preparing",
                "open",
                "closed",
                "final",
                "opened",
                "annulled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "openings",
            sa.Enum(
                "public", "auditors", name="openings", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("is_room", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("objection_hours", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("config", sa.Text(), nullable=True),
        sa.Column("config_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("k_slot_id", sa.LargeBinary(length=32), nullable=True),
        sa.Column("room", sa.Integer(), nullable=True),
        sa.Column("tie_secret", sa.LargeBinary(), nullable=True),
        sa.Column("tie_commitment", sa.LargeBinary(length=32), nullable=True),
        sa.Column("tried_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("superseded", sa.Integer(), nullable=True),
        sa.Column("keys_destroyed_at", sa.DateTime(), nullable=True),
        sa.Column("keys_destroyed_by_id", sa.Integer(), nullable=True),
        sa.Column("cosigned_by_id", sa.Integer(), nullable=True),
        sa.Column("opening_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("annulled_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'opened') = (result IS NOT NULL)", name=op.f("ck_ballot_boxes_opened_has_result")
        ),
        sa.CheckConstraint(
            "status <> 'opened' OR keys_destroyed_at IS NOT NULL AND cosigned_by_id IS NOT NULL",
            name=op.f("ck_ballot_boxes_opened_without_slot_key"),
        ),
        sa.CheckConstraint(
            "status IN ('preparing', 'annulled') OR config IS NOT NULL AND config_hash IS NOT NULL"
            " AND public_key IS NOT NULL AND k_slot_id IS NOT NULL AND room IS NOT NULL",
            name=op.f("ck_ballot_boxes_frozen_when_open"),
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_ballot_boxes_closes_after_opening")),
        sa.CheckConstraint(
            "cosigned_by_id <> keys_destroyed_by_id", name=op.f("ck_ballot_boxes_destruction_by_two")
        ),
        sa.CheckConstraint("objection_hours >= 0", name=op.f("ck_ballot_boxes_objections_not_negative")),
        sa.ForeignKeyConstraint(["chair_id"], ["users.id"], name=op.f("fk_ballot_boxes_chair_id")),
        sa.ForeignKeyConstraint(
            ["cosigned_by_id"], ["users.id"], name=op.f("fk_ballot_boxes_cosigned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["keys_destroyed_by_id"], ["users.id"], name=op.f("fk_ballot_boxes_keys_destroyed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["opening_asked_by_id"], ["users.id"], name=op.f("fk_ballot_boxes_opening_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_ballot_boxes_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_boxes")),
        sa.UniqueConstraint("name", name=op.f("uq_ballot_boxes_name")),
    )
    op.create_index(op.f("ix_ballot_boxes_post_id"), "ballot_boxes", ["post_id"])
    op.create_index("ix_ballot_boxes_status_closes_at", "ballot_boxes", ["status", "closes_at"])
    op.create_table(
        "key_holders",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name=op.f("ck_key_holders_one_of_three")),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_key_holders_box_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_key_holders_user_id")),
        sa.PrimaryKeyConstraint("box_id", "number", name=op.f("pk_key_holders")),
        sa.UniqueConstraint("box_id", "user_id", name=op.f("uq_key_holders_box_id_user_id")),
    )
    op.create_index(op.f("ix_key_holders_user_id"), "key_holders", ["user_id"])
    op.create_table(
        "electorate",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.String(length=40), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_electorate_box_id")),
        sa.PrimaryKeyConstraint("box_id", "voter_id", name=op.f("pk_electorate")),
    )


def _make_ballots() -> None:
    op.create_table(
        "cast_ballots",
        sa.Column("box_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("online", "paper", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("leaf_enc", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("flushed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(channel = 'paper') = (sealed IS NULL)", name=op.f("ck_cast_ballots_paper_is_empty")
        ),
        sa.CheckConstraint("rev >= 1 OR channel = 'paper'", name=op.f("ck_cast_ballots_rev_from_one")),
        sa.CheckConstraint(
            "(sealed IS NULL) = (leaf_enc IS NULL)", name=op.f("ck_cast_ballots_sealed_with_leaf")
        ),
        sa.PrimaryKeyConstraint("box_id", "slot", name=op.f("pk_cast_ballots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "superseded_ballots",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("leaf_enc", sa.LargeBinary(), nullable=False),
        sa.Column("flushed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_superseded_ballots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voided_ballots",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("leaf_enc", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_logged", sa.Boolean(), nullable=False),
        sa.Column("flushed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voided_ballots")),
        sqlite_with_rowid=False,
    )


def _make_log() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ballot", "void", "notice", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.CheckConstraint("idx >= 0", name=op.f("ck_log_leaves_idx_not_negative")),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_log_leaves_box_id")),
        sa.PrimaryKeyConstraint("box_id", "idx", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("box_id", "leaf", name=op.f("uq_log_leaves_box_id_leaf")),
    )
    op.create_table(
        "log_bodies",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_log_bodies_box_id")),
        sa.PrimaryKeyConstraint("box_id", "leaf", name=op.f("pk_log_bodies")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_checkpoints_size_positive")),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_checkpoints_box_id")),
        sa.PrimaryKeyConstraint("box_id", "size", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "openings",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("ballot", sa.JSON(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("rev >= 1", name=op.f("ck_openings_rev_from_one")),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_openings_box_id")),
        sa.PrimaryKeyConstraint("box_id", "leaf", name=op.f("pk_openings")),
    )


def _make_rest() -> None:
    op.create_table(
        "box_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (leaf IS NULL)", name=op.f("ck_box_notices_logged_when_confirmed")
        ),
        sa.CheckConstraint("confirmed_by_id <> asked_by_id", name=op.f("ck_box_notices_two_people")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_box_notices_asked_by_id")),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_box_notices_box_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["users.id"], name=op.f("fk_box_notices_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_notices")),
    )
    op.create_index(op.f("ix_box_notices_box_id"), "box_notices", ["box_id"])
    op.create_table(
        "box_bundles",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_box_bundles_box_id")),
        sa.PrimaryKeyConstraint("box_id", "audience", name=op.f("pk_box_bundles")),
    )
    op.create_table(
        "box_observers",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_box_observers_box_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_box_observers_user_id")),
        sa.PrimaryKeyConstraint("box_id", "user_id", name=op.f("pk_box_observers")),
    )
    op.create_index(op.f("ix_box_observers_user_id"), "box_observers", ["user_id"])

"""Editions of participatory budgeting: plan, calendar, money, projects; frozen once the box is open."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = depends_on = None

EDITION = (
    "area_id",
    "title",
    "fiscal_year_be",
    "binding",
    "eligibility",
    "eligibility_words",
    "kind",
    "least",
    "most",
    "most_points",
    "sum_points",
    "rule",
    "openings",
    "languages",
    "roll_id",
    "box_id",
)
PARTS = {  # table -> columns that cannot change, and which rows are meant
    "edition_envelopes": (("edition_id", "district", "budget_satang"), ""),
    "edition_phases": (
        ("edition_id", "kind", "starts_at", "ends_at"),
        "{row}.kind IN ('vote', 'objections') AND ",
    ),
    "edition_projects": (
        (
            "edition_id",
            "code",
            "title",
            "description",
            "cost_satang",
            "categories",
            "place",
            "district",
            "exclusive_group",
            "translations",
        ),
        "",
    ),
}
OPEN = "(SELECT status FROM ballot_boxes WHERE id = {box}) NOT IN ('preparing', 'annulled')"
OF_PART = OPEN.format(box="(SELECT box_id FROM editions WHERE id = {row}.edition_id)")
REFUSAL = "this edition is frozen"


def _sqlite() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in EDITION)
    abort = f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    made = [
        f"CREATE TRIGGER editions_frozen BEFORE UPDATE ON editions WHEN ({changed}) AND "
        + OPEN.format(box="OLD.box_id")
        + abort,
        "CREATE TRIGGER editions_stay BEFORE DELETE ON editions WHEN "
        + OPEN.format(box="OLD.box_id")
        + abort,
    ]
    for table, (columns, rows) in PARTS.items():
        was, becomes = (f"({(rows + OF_PART).format(row=row)})" for row in ("OLD", "NEW"))
        changed = f"UPDATE OF {', '.join(columns)}"
        for number, (deed, when) in enumerate(
            (("INSERT", becomes), ("DELETE", was), (changed, f"{was} OR {becomes}"))
        ):
            made.append(
                f"CREATE TRIGGER {table}_frozen_{number} BEFORE {deed} ON {table} WHEN {when}" + abort
            )
    return made


def _postgresql() -> list[str]:
    changed = "({}) IS DISTINCT FROM ({})".format(
        *(
            ", ".join(f"{row}.{name}{'::text' if name in ('rule', 'languages') else ''}" for name in EDITION)
            for row in ("NEW", "OLD")
        )
    )
    made = [
        "CREATE FUNCTION refuse_edition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        + OPEN.format(box="OLD.box_id")
        + f" THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN COALESCE(NEW, OLD); END $$",
        f"CREATE TRIGGER editions_frozen BEFORE UPDATE ON editions FOR EACH ROW WHEN ({changed})"
        " EXECUTE FUNCTION refuse_edition()",
        "CREATE TRIGGER editions_stay BEFORE DELETE ON editions FOR EACH ROW"
        " EXECUTE FUNCTION refuse_edition()",
    ]
    for table, (columns, rows) in PARTS.items():
        was, becomes = (f"({(rows + OF_PART).format(row=row)})" for row in ("was", "becomes"))
        made += [
            f"CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE was {table};"
            f" becomes {table}; BEGIN was := OLD; becomes := NEW; IF {was} OR {becomes} THEN"
            f" RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN COALESCE(NEW, OLD); END $$",
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR DELETE OR UPDATE OF {', '.join(columns)}"
            f" ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_{table}()",
        ]
    return made


def upgrade() -> None:
    _make_editions()
    _make_envelopes()
    _make_phases()
    _make_projects()
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for table in ("edition_projects", "edition_phases", "edition_envelopes", "editions"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("edition", *PARTS):
            op.execute(f"DROP FUNCTION refuse_{name}")


def _make_editions() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("fiscal_year_be", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "published",
                "called-off",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "binding",
            sa.Enum(
                "binding",
                "reasoned",
                "advisory",
                name="binding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column(
            "eligibility",
            sa.Enum(
                "election-rule",
                "residents-16",
                "any-resident",
                "own",
                name="eligibility",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("eligibility_words", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "approval",
                "knapsack",
                "choose-1",
                "cumulative",
                "scoring",
                "ordinal",
                name="ballotkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("most_points", sa.Integer(), nullable=False),
        sa.Column("sum_points", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column(
            "openings",
            sa.Enum(
                "public", "auditors", name="openings", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=True),
        sa.Column("box_id", sa.Integer(), nullable=True),
        sa.Column("called_off_because", sa.Text(), nullable=False),
        sa.Column("turnout", sa.JSON(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "stage <> 'called-off' OR called_off_because <> ''",
            name=op.f("ck_editions_called_off_has_reason"),
        ),
        sa.CheckConstraint("box_id IS NULL OR roll_id IS NOT NULL", name=op.f("ck_editions_box_needs_roll")),
        sa.CheckConstraint(
            "least >= 0 AND most >= 1 AND least <= most", name=op.f("ck_editions_limits_in_order")
        ),
        sa.CheckConstraint(
            "most_points >= 1 AND sum_points >= most_points", name=op.f("ck_editions_points_in_order")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_editions_area_id")),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_editions_box_id")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["editions.id"], name=op.f("fk_editions_copied_from_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_editions_post_id")),
        sa.ForeignKeyConstraint(["roll_id"], ["rolls.id"], name=op.f("fk_editions_roll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("box_id", name=op.f("uq_editions_box_id")),
        sa.UniqueConstraint("roll_id", name=op.f("uq_editions_roll_id")),
    )
    op.create_index(op.f("ix_editions_area_id"), "editions", ["area_id"])
    op.create_index(op.f("ix_editions_post_id"), "editions", ["post_id"])


def _make_envelopes() -> None:
    op.create_table(
        "edition_envelopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=500), nullable=False),
        sa.Column("budget_satang", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("budget_satang >= 0", name=op.f("ck_edition_envelopes_budget_not_negative")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_edition_envelopes_edition_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_edition_envelopes_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_envelopes")),
        sa.UniqueConstraint("edition_id", "district", name=op.f("uq_edition_envelopes_edition_id_district")),
        sa.UniqueConstraint("round_id", name=op.f("uq_edition_envelopes_round_id")),
    )


def _make_phases() -> None:
    op.create_table(
        "edition_phases",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ideas",
                "review",
                "campaign",
                "vote",
                "objections",
                "opening",
                "result",
                "delivery",
                name="phasekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_edition_phases_ends_after_start")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_phases_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "kind", name=op.f("pk_edition_phases")),
    )


def _make_projects() -> None:
    op.create_table(
        "edition_projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("cost_satang", sa.BigInteger(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("district", sa.String(length=500), nullable=False),
        sa.Column("exclusive_group", sa.String(length=500), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("picture_name", sa.String(length=200), nullable=False),
        sa.Column("picture_words", sa.String(length=500), nullable=False),
        sa.Column("proposer", sa.String(length=500), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=600, collation="C").with_variant(sa.String(length=600), "sqlite"),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "picture_id IS NULL OR picture_words <> ''", name=op.f("ck_edition_projects_picture_has_words")
        ),
        sa.CheckConstraint("cost_satang > 0", name=op.f("ck_edition_projects_cost_positive")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_projects_edition_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["files.id"], name=op.f("fk_edition_projects_picture_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["users.id"], name=op.f("fk_edition_projects_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_projects")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_edition_projects_edition_id_code")),
    )
    op.create_index(op.f("ix_edition_projects_proposer_id"), "edition_projects", ["proposer_id"])

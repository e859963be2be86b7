"""Names in parts, birth dates, people without an address; what officers enter, access codes, consents.

A name of before becomes the given name as it is, for nobody can tell where to cut it. Sign-ins of
administrators are those of staff.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = depends_on = None

NAME = sa.String(length=500)
SORT_KEY = sa.String(length=600, collation="C").with_variant(sa.String(length=600), "sqlite")
DAYS = "CASE WHEN birth_month IN (4, 6, 9, 11) THEN 30 WHEN birth_month = 2 THEN 29 ELSE 31 END"
USER_CHECKS = {
    "namesource": "name_source IN ('own', 'officer', 'thaid')",
    "birth_year_ce": "birth_year BETWEEN 1850 AND 2299",
    "birth_month_of_year": "birth_month IS NULL OR birth_year IS NOT NULL AND birth_month BETWEEN 1 AND 12",
    "birth_day_of_month": f"birth_day IS NULL OR birth_month IS NOT NULL AND birth_day BETWEEN 1 AND {DAYS}",
    "closed_is_empty": "closed_at IS NULL OR email IS NULL"
    " AND title || given_name || family_name || password_hash = ''"
    " AND birth_year IS NULL AND area_id IS NULL",
}
NEW_IN_USERS = (  # name, type, what people of before get
    ("title", NAME, "''"),
    ("family_name", NAME, "''"),
    ("name_source", sa.String(length=40), "'own'"),
    ("sort_key", SORT_KEY, "''"),
)
WAYS = ("password", "code", "recovery_code", "access_code", "thaid")
NEW_IN_SESSIONS = (("is_staff", sa.Boolean(), "false"), ("how", sa.String(length=40), "'password'"))
OLD_PURPOSES = ("verify", "reset")

LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _in(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _person(table: str, on_delete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user_id")
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=name, ondelete=on_delete)


def upgrade() -> None:
    _extend_users()
    _extend_sign_ins()
    _make_tables()


def _extend_users() -> None:
    with op.batch_alter_table("users") as table:
        table.alter_column("name", new_column_name="given_name", existing_type=NAME, existing_nullable=False)
        table.alter_column("email", existing_type=NAME, nullable=True)
        for name, kind, _before in NEW_IN_USERS:
            table.add_column(sa.Column(name, kind, nullable=True))
        for name in ("birth_year", "birth_month", "birth_day", "area_id"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
        table.add_column(sa.Column("closed_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE users SET " + ", ".join(f"{name} = {before}" for name, _kind, before in NEW_IN_USERS))
    users = sa.table("users", sa.column("id"), sa.column("given_name"), sa.column("sort_key"))
    for id_, name in op.get_bind().execute(sa.select(users.c.id, users.c.given_name)).all():
        op.execute(users.update().where(users.c.id == id_).values(sort_key=_sort_key(name)))
    with op.batch_alter_table("users") as table:
        for name, kind, _before in NEW_IN_USERS:
            table.alter_column(name, existing_type=kind, nullable=False)
        for name, condition in USER_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_users_{name}"), condition)
        table.create_foreign_key(op.f("fk_users_area_id"), "areas", ["area_id"], ["id"])
        table.create_index("ix_users_area", ["area_id", "sort_key"])


def _sort_key(name: str) -> str:
    """As the app made it when this was written; it is made anew whenever a name is set."""
    letters = LEADING_VOWEL.sub(r"\2\1", " ".join(name.lower().split()))
    marks = re.sub("[^็-๎]", " ", letters).rstrip()
    return f"{re.sub('[็-๎]', '', letters)}\x1f{marks}"[:600]


def _extend_sign_ins() -> None:
    for name, kind, _before in NEW_IN_SESSIONS:
        op.add_column("web_sessions", sa.Column(name, kind, nullable=True))
    fill = ", ".join(f"{name} = {before}" for name, _kind, before in NEW_IN_SESSIONS)
    op.execute(f"UPDATE web_sessions SET {fill}")
    op.execute(
        "UPDATE web_sessions SET is_staff = true WHERE user_id IN (SELECT id FROM users WHERE is_admin)"
    )
    with op.batch_alter_table("web_sessions") as table:
        for name, kind, _before in NEW_IN_SESSIONS:
            table.alter_column(name, existing_type=kind, nullable=False)
        table.create_check_constraint(op.f("ck_web_sessions_way"), f"how IN ({_in(WAYS)})")
    with op.batch_alter_table("account_links") as table:
        table.drop_constraint(op.f("ck_account_links_purpose"), type_="check")
        table.create_check_constraint(
            op.f("ck_account_links_purpose"), f"purpose IN ({_in((*OLD_PURPOSES, 'address'))})"
        )
        table.add_column(sa.Column("email", NAME, nullable=True))


def _make_tables() -> None:
    op.create_table(
        "citizen_numbers",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.String(length=200), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        _person("citizen_numbers"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_citizen_numbers")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_citizen_numbers_fingerprint")),
    )
    evidence_words = ("household-register", "id-card", "village-head", "community-leader", "other")
    op.create_table(
        "registrations",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=20), nullable=True),
        sa.Column("evidence", _one_of("evidence", *evidence_words), nullable=False),
        sa.Column("evidence_note", sa.Text(), nullable=False),
        sa.Column("form_token", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "evidence <> 'other' OR evidence_note <> ''", name=op.f("ck_registrations_other_evidence_is_told")
        ),
        _person("registrations"),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["users.id"], name=op.f("fk_registrations_registered_by_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("case_number", name=op.f("uq_registrations_case_number")),
        sa.UniqueConstraint("form_token", name=op.f("uq_registrations_form_token")),
    )
    op.create_index(op.f("ix_registrations_registered_by_id"), "registrations", ["registered_by_id"])
    op.create_table(
        "access_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        _person("access_codes"),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_access_codes_made_by_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_access_codes")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_access_codes_fingerprint")),
    )
    op.create_index(op.f("ix_access_codes_made_by_id"), "access_codes", ["made_by_id"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("document", _one_of("document", "privacy-notice"), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("read_to_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("withdrawn_at >= given_at", name=op.f("ck_consents_withdrawn_after_given")),
        _person("consents"),
        sa.ForeignKeyConstraint(["read_to_by_id"], ["users.id"], name=op.f("fk_consents_read_to_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_user_id"), "consents", ["user_id"])
    op.create_index(op.f("ix_consents_read_to_by_id"), "consents", ["read_to_by_id"])
    living = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "ix_consents_living",
        "consents",
        ["user_id", "document", "version"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )


def downgrade() -> None:
    """Numbers, registrations, codes, consents and birth dates are lost; who has no address cannot sign in."""
    for table in ("consents", "access_codes", "registrations", "citizen_numbers"):
        op.drop_table(table)
    op.execute("DELETE FROM account_links WHERE purpose = 'address'")
    with op.batch_alter_table("account_links") as table:
        table.drop_column("email")
        table.drop_constraint(op.f("ck_account_links_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_account_links_purpose"), f"purpose IN ({_in(OLD_PURPOSES)})")
    op.execute("DELETE FROM web_sessions WHERE how IN ('access_code', 'thaid')")
    with op.batch_alter_table("web_sessions") as table:
        table.drop_constraint(op.f("ck_web_sessions_way"), type_="check")
        for name, _kind, _before in NEW_IN_SESSIONS:
            table.drop_column(name)
    op.execute("UPDATE users SET email = 'no-address-' || id || '@invalid' WHERE email IS NULL")
    op.execute("UPDATE users SET given_name = trim(title || ' ' || given_name || ' ' || family_name)")
    with op.batch_alter_table("users") as table:
        table.drop_index("ix_users_area")
        table.drop_constraint(op.f("fk_users_area_id"), type_="foreignkey")
        for name in USER_CHECKS:
            table.drop_constraint(op.f(f"ck_users_{name}"), type_="check")
        for name in ("closed_at", "area_id", "birth_day", "birth_month", "birth_year"):
            table.drop_column(name)
        for name, _kind, _before in reversed(NEW_IN_USERS):
            table.drop_column(name)
        table.alter_column("given_name", new_column_name="name", existing_type=NAME, existing_nullable=False)
        table.alter_column("email", existing_type=NAME, nullable=False)

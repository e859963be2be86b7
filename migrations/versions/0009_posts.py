"""Posts, who holds them and until when, their duties and handovers. Administrators keep their power."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = depends_on = None

ADMINISTRATOR = "platform-administrator"
ROLES = (ADMINISTRATOR, "provincial-secretary", "local-officer", "key-holder", "auditor")
COUNTRY = {
    "code": "TH",
    "kind": "country",
    "name_th": "ประเทศไทย",
    "name_en": "Thailand",
    "sort_key": "ประทเศทไย\x1f",
    "search_text": "ประเทศไทย\nthailand",
    "is_invented": False,
    "earlier_names": [],
}
LASTS = timedelta(days=2 * 365)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("body_kind", sa.String(length=40), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(area_id IS NULL) = (body_kind IS NOT NULL)", name=op.f("ck_posts_area_or_body")),
        sa.CheckConstraint("(body_kind IS NULL) = (body_id IS NULL)", name=op.f("ck_posts_body_whole")),
        _key("posts", "area_id", "areas"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("role", "area_id", name=op.f("uq_posts_role_area_id")),
        sa.UniqueConstraint("role", "body_kind", "body_id", name=op.f("uq_posts_role_body_kind_body_id")),
    )
    op.create_index(op.f("ix_posts_area_id"), "posts", ["area_id"])
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("document", sa.String(length=500), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("document_name", sa.String(length=200), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_grants_ends_after_start")),
        sa.CheckConstraint("given_by_id <> user_id", name=op.f("ck_grants_not_to_oneself")),
        sa.CheckConstraint("confirmed_by_id <> user_id", name=op.f("ck_grants_not_confirmed_by_oneself")),
        sa.CheckConstraint("confirmed_by_id <> given_by_id", name=op.f("ck_grants_two_people")),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by_id IS NULL) = (given_by_id IS NULL)",
            name=op.f("ck_grants_confirmed_by_second"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_grants_confirmed_whole")
        ),
        sa.CheckConstraint(
            "closed_by_id IS NULL OR closed_at IS NOT NULL", name=op.f("ck_grants_closed_whole")
        ),
        _key("grants", "post_id", "posts"),
        _key("grants", "user_id", "users"),
        _key("grants", "document_id", "files"),
        _key("grants", "given_by_id", "users"),
        _key("grants", "confirmed_by_id", "users"),
        _key("grants", "closed_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_user_id"), "grants", ["user_id"])
    op.create_index("ix_grants_post_id_ends_at", "grants", ["post_id", "ends_at"])
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_duties_done_whole")),
        _key("duties", "post_id", "posts"),
        _key("duties", "created_by_id", "users"),
        _key("duties", "done_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    op.create_index("ix_duties_post_id_done_at", "duties", ["post_id", "done_at"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("matters", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        _key("handovers", "post_id", "posts"),
        _key("handovers", "grant_id", "grants"),
        _key("handovers", "made_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_handovers_grant_id")),
    )
    op.create_index(op.f("ix_handovers_post_id"), "handovers", ["post_id"])
    _give_to_administrators()
    with op.batch_alter_table("users") as table:
        table.drop_column("is_admin")


def _give_to_administrators() -> None:
    """Whoever was an administrator holds the post of one, as if made on the server."""
    link, now = op.get_bind(), datetime.now(UTC).replace(tzinfo=None)
    users = sa.table("users", sa.column("id"), sa.column("is_admin", sa.Boolean()))
    people = link.scalars(sa.select(users.c.id).where(users.c.is_admin)).all()
    if not people:
        return
    areas = sa.table(
        "areas", sa.column("id"), *(sa.column(name, _kind(value)) for name, value in COUNTRY.items())
    )
    country = sa.select(areas.c.id).where(areas.c.code == "TH")
    if link.scalar(country) is None:
        link.execute(areas.insert().values(COUNTRY))
    posts = sa.table("posts", sa.column("id"), sa.column("role"), sa.column("area_id"))
    link.execute(posts.insert().values(role=ADMINISTRATOR, area_id=link.scalar(country)))
    post_id = link.scalar(sa.select(posts.c.id))
    texts = ("document", "document_name", "closing_reason")
    moments = ("starts_at", "ends_at", "given_at", "confirmed_at")
    grants = sa.table(
        "grants",
        *(sa.column(name) for name in ("post_id", "user_id", *texts)),
        *(sa.column(name, sa.DateTime()) for name in moments),
    )
    row = {"post_id": post_id, "document": "govapp admin create", "document_name": "", "closing_reason": ""}
    times = {"starts_at": now, "ends_at": now + LASTS, "given_at": now, "confirmed_at": now}
    for user_id in people:
        link.execute(grants.insert().values(user_id=user_id, **row, **times))


def _kind(value: object) -> sa.types.TypeEngine[object]:
    return sa.JSON() if isinstance(value, list) else sa.Boolean() if isinstance(value, bool) else sa.String()


def downgrade() -> None:
    """Other posts, duties and handovers are lost; whoever is an administrator now stays one."""
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("is_admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    users = sa.table("users", sa.column("id"), sa.column("is_admin", sa.Boolean()))
    held = sa.text(
        "SELECT g.user_id FROM grants g JOIN posts p ON p.id = g.post_id WHERE p.role = :role"
        " AND g.confirmed_at IS NOT NULL AND g.closed_at IS NULL AND g.ends_at > :now"
    ).bindparams(sa.bindparam("now", datetime.now(UTC).replace(tzinfo=None), type_=sa.DateTime()))
    for user_id in op.get_bind().scalars(held.bindparams(role=ADMINISTRATOR)).all():
        op.execute(users.update().where(users.c.id == user_id).values(is_admin=True))
    with op.batch_alter_table("users") as table:
        table.alter_column(
            "is_admin", server_default=None, existing_type=sa.Boolean(), existing_nullable=False
        )
    for table_name in ("handovers", "duties", "grants", "posts"):
        op.drop_table(table_name)

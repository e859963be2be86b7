"""Every kind of area, regions, closings, mergers and earlier names.

Kinds lie in kinds above them: the parent's kind is repeated in each row, kept true by the foreign
key and checked, so that the tables themselves refuse a wrong parent and any circle.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

OLD_KINDS = ("country", "province", "local-authority", "elsewhere")
AUTHORITIES = (
    "provincial-administration",
    "city-municipality",
    "town-municipality",
    "sub-district-municipality",
    "sub-district-administration",
    "pattaya",
)
IN_PROVINCE_OR_DISTRICT = AUTHORITIES[1:]
KINDS = ("country", "province", "bangkok", "district", "sub-district", *AUTHORITIES, "elsewhere")
PAIRS = (
    "province/country",
    "bangkok/country",
    "district/province",
    "district/bangkok",
    "sub-district/district",
    "provincial-administration/province",
    *(f"{kind}/{parent}" for kind in IN_PROVINCE_OR_DISTRICT for parent in ("province", "district")),
)
REGIONS = {
    "north": "50 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 67",
    "northeast": "30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49",
    "central": "10 11 12 13 14 15 16 17 18 19 70 71 72 73 74 75 76 77",
    "east": "20 21 22 23 24 25 26 27",
    "south": "80 81 82 83 84 85 86 90 91 92 93",
    "southern-border": "94 95 96",
}


def _in(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


CHECKS = {
    "areakind": f"kind IN {_in(KINDS)}",
    "region": f"region IN {_in(tuple(REGIONS))}",
    "parent_has_kind": "(parent_id IS NULL) = (parent_kind IS NULL)",
    "parent_fits": f"parent_kind IS NULL OR kind || '/' || parent_kind IN {_in(PAIRS)}",
    "region_of_province": "region IS NULL OR kind IN ('province', 'bangkok')",
    "closed_after_opened": "closed_on > opened_on",
    "merged_is_closed": "merged_into_id IS NULL OR closed_on IS NOT NULL",
    "merged_into_another": "merged_into_id <> id",
}


def upgrade() -> None:
    with op.batch_alter_table("areas") as table:
        table.drop_constraint(op.f("ck_areas_areakind"), type_="check")
        table.drop_constraint(op.f("fk_areas_parent_id"), type_="foreignkey")
        table.alter_column(
            "search_text", type_=sa.Text(), existing_type=sa.String(length=500), existing_nullable=False
        )
        table.add_column(sa.Column("region", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("parent_kind", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("opened_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("earlier_names", sa.JSON(), nullable=False, server_default="[]"))
    _fill()
    with op.batch_alter_table("areas") as table:
        table.alter_column(
            "earlier_names", server_default=None, existing_type=sa.JSON(), existing_nullable=False
        )
        for name, condition in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_areas_{name}"), condition)
        table.create_unique_constraint(op.f("uq_areas_id_kind"), ["id", "kind"])
        table.create_foreign_key(
            op.f("fk_areas_parent_id"), "areas", ["parent_id", "parent_kind"], ["id", "kind"]
        )
        table.create_foreign_key(op.f("fk_areas_merged_into_id"), "areas", ["merged_into_id"], ["id"])
        table.create_index(op.f("ix_areas_merged_into_id"), ["merged_into_id"], unique=False)
        table.create_index(op.f("ix_areas_kind"), ["kind"], unique=False)


def _fill() -> None:
    """Bangkok is no province; the only local authority was the demo's town; each name gets a line."""
    op.execute("UPDATE areas SET kind = 'bangkok' WHERE code = '10' AND kind = 'province'")
    op.execute("UPDATE areas SET kind = 'town-municipality' WHERE kind = 'local-authority'")
    for region, codes in REGIONS.items():
        op.execute(f"UPDATE areas SET region = '{region}' WHERE code IN {_in(tuple(codes.split()))}")
    op.execute("UPDATE areas SET parent_kind = (SELECT p.kind FROM areas AS p WHERE p.id = areas.parent_id)")
    areas = sa.table("areas", sa.column("id"), sa.column("name_en"), sa.column("search_text"))
    for id_, name_en, words in op.get_bind().execute(sa.select(areas)).all():
        end = " ".join(name_en.lower().split())
        if words.endswith(f" {end}"):
            lines = f"{words[: -len(end) - 1]}\n{end}"
            op.execute(areas.update().where(areas.c.id == id_).values(search_text=lines))


def downgrade() -> None:
    """Types, closings and mergers are lost; a district becomes a local authority."""
    with op.batch_alter_table("areas") as table:
        table.drop_index(op.f("ix_areas_kind"))
        table.drop_index(op.f("ix_areas_merged_into_id"))
        table.drop_constraint(op.f("fk_areas_merged_into_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_areas_parent_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_areas_id_kind"), type_="unique")
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_areas_{name}"), type_="check")
    op.execute("UPDATE areas SET kind = 'province' WHERE kind = 'bangkok'")
    op.execute(f"UPDATE areas SET kind = 'local-authority' WHERE kind NOT IN {_in(OLD_KINDS)}")
    op.execute("UPDATE areas SET search_text = substr(search_text, 1, 500)")
    with op.batch_alter_table("areas") as table:
        for column in ("earlier_names", "merged_into_id", "closed_on", "opened_on", "parent_kind", "region"):
            table.drop_column(column)
        table.alter_column(
            "search_text", type_=sa.String(length=500), existing_type=sa.Text(), existing_nullable=False
        )
        table.create_check_constraint(op.f("ck_areas_areakind"), f"kind IN {_in(OLD_KINDS)}")
        table.create_foreign_key(op.f("fk_areas_parent_id"), "areas", ["parent_id"], ["id"])

"""Files: kinds, thumbnails, when they were last needed; a content no longer says what somebody called it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None

KINDS = sa.Enum(
    "pdf",
    "jpeg",
    "png",
    "docx",
    "xlsx",
    "pb",
    name="kind",
    native_enum=False,
    create_constraint=True,
    length=40,
)


def upgrade() -> None:
    """Until now only election files were kept."""
    with op.batch_alter_table("files") as table:
        table.add_column(sa.Column("kind", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("thumbnail", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("width_px", sa.Integer(), nullable=True))
        table.add_column(sa.Column("height_px", sa.Integer(), nullable=True))
        table.add_column(sa.Column("needed_at", sa.DateTime(), nullable=True))
        table.drop_column("name")
    op.execute("UPDATE files SET kind = 'pb', needed_at = created_at")
    with op.batch_alter_table("files") as table:
        table.alter_column("kind", existing_type=sa.String(length=40), type_=KINDS, nullable=False)
        table.alter_column("needed_at", existing_type=sa.DateTime(), nullable=False)
        table.create_index(op.f("ix_files_needed_at"), ["needed_at"], unique=False)


def downgrade() -> None:
    """Names are lost, and with the thumbnails the sizes of pictures."""
    with op.batch_alter_table("files") as table:
        table.drop_index(op.f("ix_files_needed_at"))
        table.drop_constraint(op.f("ck_files_kind"), type_="check")
        table.add_column(sa.Column("name", sa.String(length=500), nullable=True))
        for column in ("needed_at", "height_px", "width_px", "thumbnail", "kind"):
            table.drop_column(column)
    op.execute("UPDATE files SET name = ''")
    with op.batch_alter_table("files") as table:
        table.alter_column("name", existing_type=sa.String(length=500), nullable=False)

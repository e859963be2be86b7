"""Files: kinds, thumbnails, when they were last needed."""

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

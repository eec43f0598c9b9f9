"""Who was erased by right."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "erasure",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("blanks", sa.JSON(), nullable=False),
        sa.Column("erased_by", sa.String(), nullable=False),
        sa.Column("erased_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )

"""Who was merged into whom."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Goes one step up."""
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_person_merged_into",
        "person",
        ["ward", "merged_into"],
        sqlite_where=merged,
        postgresql_where=merged,
    )

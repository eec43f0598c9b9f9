"""who was merged into whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_person_merged_into",
        "person",
        ["ward", "merged_into"],
        sqlite_where=merged,
        postgresql_where=merged,
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_person_merged_into", "person")

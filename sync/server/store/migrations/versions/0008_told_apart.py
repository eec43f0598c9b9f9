"""who was told apart from whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    told = sa.Column("told_apart", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("person", told)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("person", "told_apart")

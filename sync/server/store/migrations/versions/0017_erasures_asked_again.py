"""whether an erasure was refused, and why it was asked for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "erasure",
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("erasure", sa.Column("reason", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("erasure", "reason")
    op.drop_column("erasure", "withdrawn")

"""row sums of each ward, and which fields they count"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. The sums are counted right after it, by `sums.meet_schema`."""
    op.add_column(
        "server_state",
        sa.Column("schema_mark", sa.String(length=16), nullable=False, server_default=""),
    )
    op.add_column(
        "ward_head", sa.Column("rows", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "ward_head",
        sa.Column("row_sum", sa.String(length=64), nullable=False, server_default="0" * 64),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("ward_head", "row_sum")
    op.drop_column("ward_head", "rows")
    op.drop_column("server_state", "schema_mark")

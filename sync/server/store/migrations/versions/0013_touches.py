"""which entries touched a record: for history that laptops do not keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "log_touch",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("record", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("ward", "record", "revision"),
        comment="Which entries touched a record, as far as asked. Can be made anew; in no backup.",
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("log_touch")

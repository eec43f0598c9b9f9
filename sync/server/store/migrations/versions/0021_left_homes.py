"""which entries touched a record is asked for anew: who left a home is written down, too"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.execute("DELETE FROM log_touch")


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("DELETE FROM log_touch")

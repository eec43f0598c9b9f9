"""what a device said of itself at its last handshake: its program, and what it had not sent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("device", sa.Column("app_version", sa.String(length=64), nullable=True))
    op.add_column("device", sa.Column("unsent", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("device", "unsent")
    op.drop_column("device", "app_version")

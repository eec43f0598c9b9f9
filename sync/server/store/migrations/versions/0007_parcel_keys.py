"""the key by which a device's parcels are known"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("device", sa.Column("verify_key", sa.String(length=64)))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("device", "verify_key")

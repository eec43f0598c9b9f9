"""an index for the receipts in held work of one device: each greeting counts them"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_index("ix_held_device", "held", ["device", "released_at"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_held_device", table_name="held")

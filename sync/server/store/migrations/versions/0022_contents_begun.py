"""contents of papers that a device has begun and not finished"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_BEGUN = """
INSERT INTO attachment_begun (ward, device, sha256, received_at)
SELECT ward, device, sha256, min(received_at) FROM attachment_piece AS piece
WHERE NOT EXISTS (
    SELECT 1 FROM attachment AS whole
    WHERE whole.ward = piece.ward AND whole.sha256 = piece.sha256 AND whole.device = piece.device
)
GROUP BY ward, device, sha256
"""


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "attachment_begun",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "device", "sha256"),
        comment="Contents of which a device has sent pieces, but not the last one.",
    )
    op.execute(_BEGUN)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("attachment_begun")

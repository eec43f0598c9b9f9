"""what a household signed, with which receipt, by whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("notice", sa.Column("receipt", sa.String(length=36), nullable=True))
    op.add_column("notice", sa.Column("signed_by", sa.String(length=36), nullable=True))
    strokes = sa.Column("signature", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("notice", strokes)
    op.create_index("ix_notice_receipt", "notice", ["ward", "receipt"])
    op.create_index("ix_notice_signed_by", "notice", ["ward", "signed_by"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_notice_signed_by", table_name="notice")
    op.drop_index("ix_notice_receipt", table_name="notice")
    for name in ("signature", "signed_by", "receipt"):
        op.drop_column("notice", name)

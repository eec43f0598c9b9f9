"""What a household signed, with which receipt, by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Goes one step up."""
    op.add_column("notice", sa.Column("receipt", sa.String(length=36), nullable=True))
    op.add_column("notice", sa.Column("signed_by", sa.String(length=36), nullable=True))
    strokes = sa.Column("signature", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("notice", strokes)
    op.create_index("ix_notice_receipt", "notice", ["ward", "receipt"])
    op.create_index("ix_notice_signed_by", "notice", ["ward", "signed_by"])

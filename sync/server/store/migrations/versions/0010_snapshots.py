"""wards as they stood, for laptops that begin"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "snapshot",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "revision"),
        comment="Wards as they stood, for laptops that begin. Can be made anew; in no backup.",
    )
    op.create_table(
        "snapshot_piece",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "revision", "number"),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("snapshot_piece")
    op.drop_table("snapshot")

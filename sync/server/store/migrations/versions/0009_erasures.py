"""who was erased by right, and what that left of bodies"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "erasure",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("blanks", sa.JSON(), nullable=False),
        sa.Column("erased_by", sa.String(), nullable=False),
        sa.Column("erased_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "erased",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("blanks", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "person"),
        comment="Who was erased by right, and which records that blanks: kept in the ledger, too.",
    )
    op.create_table(
        "erased_body",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("bare_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ward", "person", "hash"),
        comment="Bodies as an erasure left them, by the hash that they had: no other one is believed.",
    )


def downgrade() -> None:
    """Back to the revision before."""
    for table in ("erased_body", "erased", "erasure"):
        op.drop_table(table)

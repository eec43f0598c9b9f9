"""who saw or changed what"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="One row: where the list ends. Its lock makes numbers gap-free.",
    )
    op.create_table(
        "audit_line",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("happened_at", sa.String(length=24), nullable=False),
        sa.Column("noted_at", sa.String(length=24), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        comment="Who saw or changed what: appended, never changed. No value of any record.",
    )
    op.create_index("ix_audit_line_ward", "audit_line", ["ward", "number"])
    op.create_index("ix_audit_line_person", "audit_line", ["person", "number"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("audit_line")
    op.drop_table("audit_head")

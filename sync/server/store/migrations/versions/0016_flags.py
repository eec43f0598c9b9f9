"""what people said to questions about their work"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _keys() -> list[sa.Column[object]]:
    """The columns that every record has."""
    return [
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
    ]


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "flag_reply",
        *_keys(),
        sa.Column("flag", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("canvasser", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("replied_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_index("ix_flag_reply_flag", "flag_reply", ["ward", "flag"])
    op.create_table(
        "flag_clearing",
        *_keys(),
        sa.Column("flag", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("canvasser", sa.String(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("cleared_by", sa.String(), nullable=False),
        sa.Column("cleared_at", sa.String(length=24), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_index("ix_flag_clearing_flag", "flag_clearing", ["ward", "flag"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("flag_clearing")
    op.drop_table("flag_reply")

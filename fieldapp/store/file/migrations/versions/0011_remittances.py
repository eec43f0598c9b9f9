"""Cash handed in at the desk, and what the desk said to it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def _keys() -> list[sa.Column[object]]:
    """The columns that every record has."""
    return [
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
    ]


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "remittance",
        *_keys(),
        sa.Column("handed_by", sa.String(), nullable=False),
        sa.Column("amount_dong", sa.Integer(), nullable=False),
        sa.Column("receipts", sa.JSON(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "remittance_answer",
        *_keys(),
        sa.Column("remittance", sa.String(length=36), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("counted_dong", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_index("ix_remittance_answer_remittance", "remittance_answer", ["ward", "remittance"])

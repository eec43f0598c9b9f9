"""Wards that arrive as they stand, and logs that begin later than with their first entry."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "arriving",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("ward"),
    )
    op.create_table(
        "arriving_piece",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "number"),
    )
    op.add_column("position", sa.Column("floor", sa.Integer(), nullable=False, server_default="0"))
    chain = sa.Column("floor_chain", sa.String(64), nullable=False, server_default="0" * 64)
    op.add_column("position", chain)

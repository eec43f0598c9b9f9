"""Entries of lines that a server has lost, and what proves that it once had them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "old_entry",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ward", "chain"),
    )
    epoch = sa.Column("epoch", sa.String(length=36), nullable=False, server_default="")
    op.add_column("log_entry", epoch)
    seal = sa.Column("seal", sa.String(length=64), nullable=False, server_default="")
    op.add_column("log_entry", seal)
    op.add_column("journal", sa.Column("proof", sa.JSON()))

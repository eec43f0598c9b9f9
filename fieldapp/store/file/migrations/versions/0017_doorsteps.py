"""What the list of the day needs of each household, kept ready."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "doorstep",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=False),
        sa.Column("head", sa.String(length=36), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("ward", "household"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_doorstep_head",
        "doorstep",
        ["ward", "head"],
        sqlite_where=sa.text("head IS NOT NULL"),
    )
    op.create_index("ix_doorstep_due", "doorstep", ["ward", "due"])

"""When the beginning of a log may go: up to where it was with the server at which moment."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "log_mark",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("ward", "revision"),
    )

"""What was seen or taken out here, and what the server's list says of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "happening",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("happened_at", sa.String(length=24), nullable=False),
        sa.Column("sent_epoch", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        comment="What was seen or taken out on this laptop; handed over to the server's list.",
    )
    op.create_table(
        "heard_audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("happened_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        comment="The server's list, as far as a supervisor of these wards may read it.",
    )
    op.create_index("ix_heard_audit_person", "heard_audit", ["person", "number"])

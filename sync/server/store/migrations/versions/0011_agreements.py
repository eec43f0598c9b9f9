"""the agreement of three parties over a ward"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "agreement",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("waiting_for", sa.String(), nullable=False),
        sa.Column("waiting_since", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("insurance_contact", sa.String(), nullable=False),
        sa.Column("insurance_phone", sa.String(), nullable=False),
        sa.Column("post_contact", sa.String(), nullable=False),
        sa.Column("post_phone", sa.String(), nullable=False),
        sa.Column("committee_contact", sa.String(), nullable=False),
        sa.Column("committee_phone", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("agreement")

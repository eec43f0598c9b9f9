"""official lists, void receipts, targets, dated tables; more of people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CREATED = (
    "campaign",
    "dated_table",
    "organisation",
    "receipt_void",
    "submission",
    "submission_line",
    "target",
)
ADDED = {
    "enrolment": (
        "group",
        "method",
        "base_dong",
        "state_percent",
        "local_percent",
        "other_percent",
        "other_dong",
        "tables_version",
    ),
    "household": ("household_code",),
    "person": (
        "other_groups",
        "ethnic_group",
        "nationality",
        "birth_place",
        "facility",
        "email",
        "paper_result",
    ),
    "staff": ("collector_code", "organisation"),
}


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "campaign",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "dated_table",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("issued_at", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "organisation",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tax_code", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "receipt_void",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("voided_by", sa.String(), nullable=False),
        sa.Column("voided_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_index("ix_receipt_void_receipt", "receipt_void", ["ward", "receipt"], unique=False)
    op.create_table(
        "submission",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("collector", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "submission_line",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("enrolment", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("mended_on", sa.Date(), nullable=True),
        sa.Column("mended_note", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_index(
        "ix_submission_line_enrolment", "submission_line", ["ward", "enrolment"], unique=False
    )
    op.create_index(
        "ix_submission_line_submission", "submission_line", ["ward", "submission"], unique=False
    )
    op.create_table(
        "target",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ward_stream", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("collector", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.add_column("enrolment", sa.Column("group", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "enrolment", sa.Column("method", sa.String(), nullable=False, server_default="periodic")
    )
    op.add_column("enrolment", sa.Column("base_dong", sa.Integer(), nullable=True))
    op.add_column("enrolment", sa.Column("state_percent", sa.String(), nullable=True))
    op.add_column("enrolment", sa.Column("local_percent", sa.String(), nullable=True))
    op.add_column("enrolment", sa.Column("other_percent", sa.String(), nullable=True))
    op.add_column(
        "enrolment", sa.Column("other_dong", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "enrolment", sa.Column("tables_version", sa.String(), nullable=False, server_default="")
    )
    op.add_column("household", sa.Column("household_code", sa.String(), nullable=True))
    op.add_column(
        "person", sa.Column("other_groups", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("person", sa.Column("ethnic_group", sa.String(), nullable=True))
    op.add_column("person", sa.Column("nationality", sa.String(), nullable=True))
    op.add_column("person", sa.Column("birth_place", sa.String(), nullable=True))
    op.add_column("person", sa.Column("facility", sa.String(), nullable=True))
    op.add_column("person", sa.Column("email", sa.String(), nullable=True))
    op.add_column(
        "person", sa.Column("paper_result", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "staff", sa.Column("collector_code", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "staff", sa.Column("organisation", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Back to the revision before."""
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column)
    for table in CREATED:
        op.drop_table(table)

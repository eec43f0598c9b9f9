"""Official lists, void receipts, targets, dated tables from the server; more of people.

New columns of old rows get the value that the records' own defaults say.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Goes one step up."""
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
    with op.batch_alter_table("receipt_void", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_void_receipt", ["ward", "receipt"], unique=False)

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
    with op.batch_alter_table("submission_line", schema=None) as batch_op:
        batch_op.create_index("ix_submission_line_enrolment", ["ward", "enrolment"], unique=False)
        batch_op.create_index("ix_submission_line_submission", ["ward", "submission"], unique=False)

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
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("method", sa.String(), nullable=False, server_default="periodic")
        )
        batch_op.add_column(sa.Column("base_dong", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("state_percent", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("local_percent", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("other_percent", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("other_dong", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("tables_version", sa.String(), nullable=False, server_default="")
        )

    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.add_column(sa.Column("household_code", sa.String(), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("other_groups", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(sa.Column("ethnic_group", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("nationality", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("birth_place", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("facility", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("email", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("paper_result", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("collector_code", sa.String(), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("organisation", sa.String(), nullable=False, server_default="")
        )

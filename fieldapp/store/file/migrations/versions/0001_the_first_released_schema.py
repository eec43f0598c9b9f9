"""The first released schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Goes one step up."""
    op.create_table(
        "assignment",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=False),
        sa.Column("canvasser", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_household", ["ward", "household"], unique=False)

    op.create_table(
        "conflict",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index("ix_conflict_open", ["ward", "open"], unique=False)

    op.create_table(
        "coverage",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("five_year_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.create_index("ix_coverage_person", ["ward", "person"], unique=False)

    op.create_table(
        "draft",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("place", "subject"),
    )
    op.create_table(
        "enrolment",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=False),
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("income_dong", sa.Integer(), nullable=True),
        sa.Column("gross_dong", sa.Integer(), nullable=False),
        sa.Column("state_dong", sa.Integer(), nullable=False),
        sa.Column("local_dong", sa.Integer(), nullable=False),
        sa.Column("participant_dong", sa.Integer(), nullable=False),
        sa.Column("quote_basis", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_household", ["ward", "household"], unique=False)
        batch_op.create_index("ix_enrolment_person", ["ward", "person"], unique=False)
        batch_op.create_index("ix_enrolment_receipt", ["ward", "receipt"], unique=False)

    op.create_table(
        "household",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("head", sa.String(length=36), nullable=True),
        sa.Column("house_number", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("call_hint", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("incarnation", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("epoch", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("incarnation", "number"),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_settled", ["settled", "ward"], unique=False)
        batch_op.create_index("ix_journal_state", ["state", "ward"], unique=False)

    op.create_table(
        "lease",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("incarnation", sa.String(length=36), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("book", "first"),
    )
    op.create_table(
        "log_change",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "record_type", "record", "revision"),
    )
    op.create_table(
        "log_entry",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ward", "revision"),
        sa.UniqueConstraint("changeset"),
    )
    op.create_table(
        "membership",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=False),
        sa.Column("relationship", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_household", ["ward", "household"], unique=False)
        batch_op.create_index("ix_membership_person", ["ward", "person"], unique=False)

    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "notice",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("shown_by", sa.String(), nullable=False),
        sa.Column("shown_at", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_household", ["ward", "household"], unique=False)

    op.create_table(
        "own_change",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("ward", "record_type", "record", "changeset"),
    )
    with op.batch_alter_table("own_change", schema=None) as batch_op:
        batch_op.create_index("ix_own_change_changeset", ["changeset"], unique=False)

    op.create_table(
        "person",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("id_number", sa.String(), nullable=True),
        sa.Column("old_id_number", sa.String(), nullable=True),
        sa.Column("id_reason", sa.String(), nullable=True),
        sa.Column("si_number", sa.String(), nullable=True),
        sa.Column("card_number", sa.String(), nullable=True),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("merged_into", sa.String(length=36), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_id_number", ["id_number"], unique=False)
        batch_op.create_index("ix_person_si_number", ["si_number"], unique=False)

    op.create_table(
        "position",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ward"),
    )
    op.create_table(
        "receipt",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("amount_dong", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.String(24), nullable=False),
        sa.Column("check_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_household", ["ward", "household"], unique=False)
        batch_op.create_index("ix_receipt_number", ["book", "number"], unique=False)

    op.create_table(
        "search_entry",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_household", ["ward", "household"], unique=False)
        batch_op.create_index("ix_search_entry_person", ["ward", "person"], unique=True)

    op.create_table(
        "search_number",
        sa.Column("reversed", sa.String(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reversed", "key"),
    )
    with op.batch_alter_table("search_number", schema=None) as batch_op:
        batch_op.create_index("ix_search_number_key", ["key"], unique=False)

    op.create_table(
        "shadow",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("ward", "record_type", "record"),
    )
    op.create_table(
        "staff",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.create_table(
        "visit",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("household", sa.String(length=36), nullable=False),
        sa.Column("canvasser", sa.String(), nullable=False),
        sa.Column("visited_at", sa.String(24), nullable=False),
        sa.Column("receipt", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_time", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_household", ["ward", "household"], unique=False)
        batch_op.create_index("ix_visit_visited_at", ["ward", "visited_at"], unique=False)

    op.create_table(
        "ward",
        sa.Column("ward", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("changeset", sa.String(length=36), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("ward", "id"),
    )
    op.execute(
        """CREATE VIRTUAL TABLE person_search USING fts5(
        name, address, content='', contentless_delete=1, detail=column, prefix='1 2 3',
        tokenize="unicode61 remove_diacritics 0")"""
    )

"""The laptop's own tables, beside those of the records: what was done here, what was pulled.

They have a metadata of their own, so that the server's tables never land in a laptop's file.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from fieldapp.store.log.packed import Packed

JOURNAL = MetaData()

meta = Table("meta", JOURNAL, Column("name", String, primary_key=True), Column("value", JSON))

journal = Table(
    "journal",
    JOURNAL,
    Column("id", String(36), primary_key=True),
    Column("ward", String(32), nullable=False),
    Column("incarnation", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("action", String, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # unsent, acknowledged, held
    Column("revision", Integer),
    Column("epoch", String(36)),
    Column("status", String(16)),  # applied, merged, conflict, held
    Column("reason", String),
    Column("settled", Boolean, nullable=False, default=False),
    Column("confirmed_at", String(32)),
    Column("proof", JSON(none_as_null=True)),  # of the server's: where the log had it last
    Column("former", JSON(none_as_null=True)),  # as `proof`: where it had it before restores
    UniqueConstraint("incarnation", "number"),
    Index("ix_journal_state", "state", "ward"),
    Index("ix_journal_settled", "settled", "ward"),
)
"""Own changesets. Content never changes; the rest says how far each one got. Of one that the server
keeps for good only the content goes, and then it is empty (`pruning`)."""

own_change = Table(
    "own_change",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("record_type", String, primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("changeset", String(36), primary_key=True),
    Index("ix_own_change_changeset", "changeset"),
)
"""Which records own unsettled changesets touch: for `on`, and for the overlay."""

shadow = Table(
    "shadow",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("record_type", String, primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("fields", JSON(none_as_null=True)),  # NULL: the log has no such record yet
)
"""What the log says of records over which own unsettled work is laid."""

log_entry = Table(
    "log_entry",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("changeset", String(36), nullable=False, unique=True),
    Column("content", Packed, nullable=False),
    Column("outcome", Packed, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("epoch", String(36), nullable=False, server_default=""),
    Column("seal", String(64), nullable=False, server_default=""),
)

old_entry = Table(
    "old_entry",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("chain", String(64), primary_key=True),
    Column("previous", String(64), nullable=False),
    Column("epoch", String(36), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changeset", String(36), nullable=False),
    Column("content", Packed, nullable=False),
    Column("outcome", Packed, nullable=False),
    Column("seal", String(64), nullable=False),
)
"""Entries of lines of a log that the server has lost: offered to it at every new epoch."""

log_change = Table(
    "log_change",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("record_type", String, primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("revision", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which entries touched a record: its history on the screen. It is nothing but a key, so that an
index of its own would be all of it again."""

position = Table(
    "position",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("epoch", String(36), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("row_sum", String(64), nullable=False, server_default="0" * 64),
    Column("floor", Integer, nullable=False, server_default="0"),
    Column("floor_chain", String(64), nullable=False, server_default="0" * 64),
)
"""How far each ward's log is here, and what its rows sum up to without own unsettled work. Of the
log the entries after `floor` are here; `floor_chain` is its chain there."""

log_mark = Table(
    "log_mark",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
)
"""How old a ward's log is: the entries up to `revision` were with the server `at` its time."""

arriving = Table(
    "arriving",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("epoch", String(36), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("told", JSON, nullable=False),
)
"""Wards of which a snapshot is arriving, as the server told of it."""

arriving_piece = Table(
    "arriving_piece",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The pieces of it that are here, as they came."""

lease = Table(
    "lease",
    JOURNAL,
    Column("book", String, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("incarnation", String(36), nullable=False),
    Column("next", Integer, nullable=False),
)

draft = Table(
    "draft",
    JOURNAL,
    Column("place", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("saved_at", String(32), nullable=False),
)

search_entry = Table(
    "search_entry",
    JOURNAL,
    Column("key", Integer, primary_key=True),
    Column("ward", String(32), nullable=False),
    Column("person", String(36), nullable=False),
    Column("household", String(36)),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Index("ix_search_entry_person", "ward", "person", unique=True),
)

search_number = Table(
    "search_number",
    JOURNAL,
    Column("reversed", String, primary_key=True),
    Column("key", Integer, primary_key=True),
    Index("ix_search_number_key", "key"),
    sqlite_with_rowid=False,
)
"""Numbers back to front, so that any tail is a prefix. The words: `person_search` (FTS5)."""

doorstep = Table(
    "doorstep",
    JOURNAL,
    Column("key", Integer, primary_key=True),
    Column("ward", String(32), nullable=False),
    Column("household", String(36), nullable=False),
    Column("head", String(36)),  # where it is nobody who lives there
    Column("facts", Text, nullable=False),
    Column("due", Integer),  # the day (its number) that `rules…due_on` says; NULL: not asked yet
    UniqueConstraint("ward", "household"),
    Index("ix_doorstep_due", "ward", "due"),
    Index("ix_doorstep_head", "ward", "head", sqlite_where=text("head IS NOT NULL")),
    sqlite_autoincrement=True,
)
"""What the list of the day needs of a household, while nothing of it changes (`doorsteps`)."""

happening = Table(
    "happening",
    JOURNAL,
    Column("id", String(36), primary_key=True),
    Column("ward", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("person", String(36), nullable=False),
    Column("details", JSON, nullable=False),
    Column("happened_at", String(24), nullable=False),
    Column("sent_epoch", String(36)),
    Column("refused", String(32)),
    comment="What was seen or taken out on this laptop; handed over to the server's list.",
)

heard_audit = Table(
    "heard_audit",
    JOURNAL,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("ward", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("person", String(36), nullable=False),
    Column("details", JSON, nullable=False),
    Column("happened_at", String(24), nullable=False),
    Column("noted_at", String(24), nullable=False),
    Index("ix_heard_audit_person", "person", "number"),
    comment="The server's list, as far as a supervisor of these wards may read it.",
)

attachment = Table(
    "attachment",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("media", String(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, sent, refused, coming
    Column("reason", String(32)),
    Column("own", Boolean, nullable=False),  # it was put in here, not fetched
    Column("epoch", String(36)),  # the life of the server's database that said it has it
    Column("kept_at", String(24), nullable=False),
    Column("sent_at", String(24)),
    Column("used_at", String(24), nullable=False),
    Index("ix_attachment_state", "state"),
    comment="Contents of papers: what is here, and whether the server has it.",
)

attachment_piece = Table(
    "attachment_piece",
    JOURNAL,
    Column("ward", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

"""The server's own tables: the logs, what is held, who may do what. Records stand in the model.

The two together are `server_metadata()`, which migrations are compared with.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from fieldapp.model import Conflict, record_types
from fieldapp.model.record import Moment, Record, table_behind

SERVER = MetaData()

server_state = Table(
    "server_state",
    SERVER,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", String(36), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("schema_mark", String(16), nullable=False, server_default=""),
    Column("ledger_lines", BigInteger, nullable=False, server_default="0"),
    Column("stopped", String),
    comment="One row: which life of this database it is.",
)

epoch = Table(
    "epoch",
    SERVER,
    Column("id", String(36), primary_key=True),
    Column("parent", String(36)),
    Column("begun_at", Moment, nullable=False),
    comment="The lives of this database: one after each restore, out of that in the backup.",
)

epoch_common = Table(
    "epoch_common",
    SERVER,
    Column("epoch", String(36), primary_key=True),
    Column("ward", String(32), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    comment="Up to which revision a life has a ward's log in common with its parent.",
)

backup = Table(
    "backup",
    SERVER,
    Column("id", String(36), primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("name", String(500), nullable=False),
    Column("epoch", String(36), nullable=False),
    Column("heads", JSON, nullable=False),
    Column("kept", Boolean, nullable=False),
    comment="Backups, with the revision of each ward that they contain. `kept`: would be restored.",
)

# --- the logs ----------------------------------------------------------------------------------

ward_head = Table(
    "ward_head",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("rows", BigInteger, nullable=False, server_default="0"),
    Column("row_sum", String(64), nullable=False, server_default="0" * 64),
    comment="Where a ward's log ends. Its row lock makes revisions gap-free and visible in order.",
)

log_entry = Table(
    "log_entry",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("changeset", String(36), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("outcome", LargeBinary, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("epoch", String(36), nullable=False, server_default=""),
    Column("seal", String(64), nullable=False, server_default=""),
    Column("author", String(200), nullable=False),
    Column("device", String(200), nullable=False),
    Column("incarnation", String(200), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),
    comment="Accepted changesets with their outcomes, as the bytes they came as.",
)

was_entry = Table(
    "was_entry",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("chain", String(64), primary_key=True),
    Column("previous", String(64), nullable=False),
    Column("epoch", String(36), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("changeset", String(36), nullable=False),
    Column("outcome", LargeBinary, nullable=False),
    Index("ix_was_entry_changeset", "ward", "changeset"),
    comment="Where changesets stood in lives of this database that were lost, as laptops proved.",
)

known_changeset = Table(
    "known_changeset",
    SERVER,
    Column("id", String(36), primary_key=True),
    Column("ward", String(32), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("revision", BigInteger),
    Column("reason", String(32)),
    Column("detail", String),
    comment="Every changeset ever answered, for ever: a second delivery gets the same answer.",
)

snapshot = Table(
    "snapshot",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("told", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
    comment="Wards as they stood, for laptops that begin. Can be made anew; in no backup.",
)

snapshot_piece = Table(
    "snapshot_piece",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

log_touch = Table(
    "log_touch",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("record", String(200), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    comment="Which entries touched a record, as far as asked. Can be made anew; in no backup.",
)

field_change = Table(
    "field_change",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("record_type", String(32), primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("field", String(64), primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("changeset", String(36), nullable=False),
    Column("old", JSON),
    Column("value", JSON),
    Column("accepted", Boolean, nullable=False),
    Column("at", String(24), nullable=False),
    Column("clock_trusted", Boolean, nullable=False),
    Column("author", String(200), nullable=False),
    Column("device", String(200), nullable=False),
    Column("evidence", JSON),
    comment="Every edit and decision of every field: what a later changeset may not have seen.",
)

held = Table(
    "held",
    SERVER,
    Column("id", String(36), primary_key=True),
    Column("ward", String(32), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("detail", String, nullable=False),
    Column("author", String(200), nullable=False),
    Column("device", String(200), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("released_at", Moment),
    Index("ix_held_ward", "ward", "released_at"),
    Index("ix_held_device", "device", "released_at"),
    comment="Work that can't enter its log now. `author` and `device` are those of the token.",
)

erased = Table(
    "erased",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("person", String(36), primary_key=True),
    Column("blanks", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    comment="Who was erased by right, and which records that blanks: kept in the ledger, too.",
)

erased_body = Table(
    "erased_body",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("person", String(36), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("bare_hash", String(64), nullable=False),
    comment="Bodies as an erasure left them, by the hash that they had: no other one is believed.",
)

# --- people and machines -----------------------------------------------------------------------

user_account = Table(
    "user_account",
    SERVER,
    Column("username", String(64), primary_key=True),
    Column("full_name", String(200), nullable=False),
    Column("sex", String(8)),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
)

user_grant = Table(
    "user_grant",
    SERVER,
    Column("username", String(64), primary_key=True),
    Column("ward", String(32), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),
    comment="A role in a ward from a day until a day (inclusive) or still.",
)

device = Table(
    "device",
    SERVER,
    Column("id", String(36), primary_key=True),
    Column("username", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("incarnation", String(200)),
    Column("enrolled_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("last_seen_at", Moment),
    Column("last_number", BigInteger),
    Column("clock_offset_ms", BigInteger),
    Column("verify_key", String(64)),
    Column("cloned_at", Moment),
    Column("app_version", String(64)),
    Column("unsent", BigInteger),
    Index("ix_device_username", "username"),
)

life = Table(
    "life",
    SERVER,
    Column("device", String(36), primary_key=True),
    Column("incarnation", String(200), primary_key=True),
    Column("begun_at", Moment, nullable=False),
    Column("superseded_at", Moment),
    Column("challenge", String(36)),
    Column("last_number", BigInteger),
    Column("last_hash", String(64)),
    comment="The lives of a device's file, with the last work that each handed in.",
)

invitation = Table(
    "invitation",
    SERVER,
    Column("hash", String(64), primary_key=True),
    Column("username", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("device", String(36)),
    comment="One-time codes that enrol a device. Only their hashes are kept.",
)

token = Table(
    "token",
    SERVER,
    Column("hash", String(64), primary_key=True),
    Column("device", String(36), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Index("ix_token_device", "device"),
    comment="What a device shows with each request. Only hashes are kept.",
)

throttle = Table(
    "throttle",
    SERVER,
    Column("name", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Moment, nullable=False),
    comment="Failed sign-ins in a row by user or device, and until when the next is refused.",
)

# --- receipts ----------------------------------------------------------------------------------

receipt_book = Table(
    "receipt_book",
    SERVER,
    Column("book", String(32), primary_key=True),
    Column("ward", String(32), nullable=False),
    Column("username", String(64)),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("next", BigInteger, nullable=False),
    comment="Numbers first to last; those from `next` on have never been leased.",
)

lease = Table(
    "lease",
    SERVER,
    Column("book", String(32), primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("device", String(36), nullable=False),
    Column("incarnation", String(200), nullable=False),
    Column("leased_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("ix_lease_device", "device"),
    comment="Ranges given to one life of one device. What a closed one left is never given again.",
)


# --- who saw or changed what ---------------------------------------------------------------------

audit_head = Table(
    "audit_head",
    SERVER,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("chain", String(64), nullable=False),
    comment="One row: where the list ends. Its lock makes numbers gap-free.",
)

audit_line = Table(
    "audit_line",
    SERVER,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("device", String(200), nullable=False),
    Column("ward", String(32), nullable=False),
    Column("person", String(36), nullable=False),
    Column("details", JSON, nullable=False),
    Column("happened_at", Moment, nullable=False),
    Column("noted_at", Moment, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("epoch", String(36), nullable=False),
    Column("seal", String(64), nullable=False),
    Index("ix_audit_line_ward", "ward", "number"),
    Index("ix_audit_line_person", "person", "number"),
    comment="Who saw or changed what: appended, never changed. No value of any record.",
)

# --- contents of papers --------------------------------------------------------------------------

attachment = Table(
    "attachment",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("device", String(200), nullable=False),
    Column("media", String(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    comment="Contents that are here whole; theirs are the pieces of that device.",
)

attachment_piece = Table(
    "attachment_piece",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("device", String(200), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    comment="Encrypted with a key that is not in this database.",
)

attachment_begun = Table(
    "attachment_begun",
    SERVER,
    Column("ward", String(32), primary_key=True),
    Column("device", String(200), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("received_at", Moment, nullable=False),
    comment="Contents of which a device has sent pieces, but not the last one.",
)


def table_of(record: type[Record] | type[Conflict]) -> Table:
    """The table of a record class."""
    return table_behind(record)


@cache
def server_metadata() -> MetaData:
    """All tables of the server's database: the records, the conflicts and its own."""
    everything = MetaData()
    classes: list[type[Record] | type[Conflict]] = [*record_types().values(), Conflict]
    for record in classes:
        table_of(record).to_metadata(everything)
    for table in SERVER.sorted_tables:
        table.to_metadata(everything)
    return everything

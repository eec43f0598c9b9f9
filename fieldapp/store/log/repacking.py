"""Contents of the log that older programs wrote are shortened, too: some at a time."""

from __future__ import annotations

from sqlalchemy import Connection, text

from fieldapp.store.log.packed import FIRST_WORDS, pack
from fieldapp.store.meta import read_meta, write_meta

PLAIN_UPTO = "plain_entries"
"""The setting that says which rows of which table, by rowid, were there before contents were
shortened; each piece of work takes some off."""


def pack_some(connection: Connection, most: int) -> bool:
    """Shortens some of the contents that were written before; whether there were any."""
    left: dict[str, int] = read_meta(connection, PLAIN_UPTO) or {}
    table = next((name for name, upto in left.items() if upto > 0), None)
    if table is None:
        return False
    here = {"after": left[table] - most, "upto": left[table]}
    rows = connection.execute(
        text(
            f"SELECT rowid, content, outcome FROM {table} WHERE rowid > :after AND rowid <= :upto"
        ),
        here,
    ).all()
    change = text(f"UPDATE {table} SET content = :content, outcome = :outcome WHERE rowid = :row")
    for row, content, outcome in rows:
        kept = {"content": _once(bytes(content)), "outcome": _once(bytes(outcome))}
        connection.execute(change, {"row": row, **kept})
    write_meta(connection, **{PLAIN_UPTO: left | {table: max(0, here["after"])}})
    return True


def _once(content: bytes) -> bytes:
    return content if content.startswith(FIRST_WORDS) else pack(content)

"""A household's history from before the log begins on this laptop, as the server tells it.

Fetching it is the sync's; here is what to ask for, and what the answer says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from fieldapp.model.changesets import decode
from fieldapp.model.entries import Entry
from fieldapp.store.queries import history as queries_log
from fieldapp.store.rows import Key
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import gather
from fieldapp.usecases.households.history import HistoryRow, history_row, keys_of, names_of
from fieldapp.usecases.me import staff_names

Records = tuple[Key, ...]
"""What is asked for: records by type and id."""


def history_since(store: Store, ward: str) -> datetime | None:
    """When the oldest action was made of which the ward's log here tells; None: it tells of all."""
    content = store.read(queries_log.first_content, ward)
    return None if content is None else decode(content).corrected_at


def records_of(store: Store, ward: str, household: str) -> Records:
    """The records whose history is that of the household: to be asked for. None for one that is
    not here any more."""
    return store.read(_records_of, ward, household)


def _records_of(connection: Connection, ward: str, household: str) -> Records:
    door = gather(connection, (ward,), household).by_id.get(household)
    return () if door is None else tuple(keys_of(connection, ward, door))


def older_rows(
    store: Store, ward: str, household: str, entries: Sequence[Entry]
) -> tuple[HistoryRow, ...]:
    """The lines of entries that the server told, newest first. None of them can be undone here."""
    names = store.read(names_of, ward, household)
    staff, disputed = staff_names(store), store.read(queries_log.open_sides)
    changesets = [decode(entry.content) for entry in entries]
    rows = [history_row(made, names, staff, disputed, undo=False) for made in changesets]
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))

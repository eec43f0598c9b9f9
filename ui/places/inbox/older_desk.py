"""Asks the server for a decision that is older than the log on this laptop, to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldapp.store.store import Store
from fieldapp.usecases.changes import NOTHING, Told
from fieldapp.usecases.inbox.conflicts import conflict_page

if TYPE_CHECKING:
    from ui.places.households.older_desk import HistoryPort


def told_of(store: Store, port: HistoryPort, ward: str, conflict: str) -> Told:
    """What the server tells of the record of a conflict, back to where it was decided. Speaks to
    the server; raises as `HistoryPort.older_history` and `conflict_page` do."""
    page = conflict_page(store, ward, conflict)
    settled_by = page.decided.changeset if page.decided else ""
    keys, told, before = ((page.record_type, page.record),), NOTHING, None
    while not told.whole and all(made.id != settled_by for _, made in told.made):
        older = port.older_history(ward, keys, before)
        before = older.before
        told = told.and_then(keys, older.entries, whole=before is None)
    return told

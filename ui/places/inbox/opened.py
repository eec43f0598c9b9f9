"""What is read of one thing of the inbox to show it."""

from __future__ import annotations

from dataclasses import dataclass

from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.changes import PendingRow
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.alike import conflicts_alike
from fieldapp.usecases.inbox.conflicts import ConflictPage
from fieldapp.usecases.inbox.inbox import InboxRow
from fieldapp.usecases.official_lists import lists as official_lists
from fieldapp.usecases.official_lists import returned
from fieldapp.usecases.official_lists.lists import ListPage
from fieldapp.usecases.official_lists.returned import ReturnedLine
from ui.places.inbox.pointing import WAYS
from ui.places.inbox.values import NAMED


@dataclass(frozen=True)
class Opened:
    """One thing as it was read: a conflict with names of people by id, held work, or what became
    of a list."""

    row: InboxRow
    page: ConflictPage | None = None
    names: dict[str, str] | None = None
    own: PendingRow | None = None
    line: ReturnedLine | None = None
    twice: ListPage | None = None
    alike: int = 0
    """So many conflicts wait for the same answer as this one had."""


def opened_row(store: Store, row: InboxRow) -> Opened:
    """Reads it; raises as the page of its kind does."""
    if row.kind == "held":
        own = [found for found in changes.troubled(store) if found.changeset == row.id]
        return Opened(row, own=own[0] if own else None)
    if row.kind == "returned":
        return Opened(row, line=returned.returned_line(store, row.ward, row.id))
    if row.kind == "twice":
        return Opened(row, twice=official_lists.official_list(store, row.ward, row.id))
    if row.kind in WAYS:
        return Opened(row)
    page = conflicts.conflict_page(store, row.ward, row.id)
    names: dict[str, str] = {}
    if page.field in NAMED and page.household:
        members = household_page(store, row.ward, page.household).members
        names = {member.person: member.name for member in members}
    elif page.field == "household":
        names = conflicts.homes_of(store, page)
    return Opened(row, page, names, alike=len(conflicts_alike(store, page)))

"""What a laptop and the server hold, asked in the fewest words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from fieldapp.store import tables
from fieldapp.store.rows import read_fields
from sync.server.store.tables import log_entry
from tests.support.laptops import WARD
from tests.support.team import Laptop, Team


def journal_ids(laptop: Laptop) -> list[str]:
    """The laptop's own changesets, in the order of their saving."""
    rows = select(tables.journal.c.id).order_by(text("rowid"))
    return laptop.store.read(lambda c: list(c.execute(rows).scalars()))


def on_server(team: Team, author: str | None = None) -> list[str]:
    """The changesets in the ward's log, in order."""
    found = select(log_entry.c.changeset).where(log_entry.c.ward == WARD)
    if author:
        found = found.where(log_entry.c.author == author)
    with team.service.database.read() as connection:
        return list(connection.execute(found.order_by(log_entry.c.revision)).scalars())


def name_of(laptop: Laptop, person: str) -> Any:
    """The name that this laptop shows; None for nobody."""
    fields = laptop.store.read(read_fields, WARD, ("person", person))
    return fields and fields["full_name"]

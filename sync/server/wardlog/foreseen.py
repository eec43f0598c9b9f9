"""What taking a batch in will ask of the database, asked at once, behind the lock of its ward.

A usual push asks a dozen things whose answers are a few rows each or none; a message there and back
for each took more than half of what PostgreSQL had to do for it, and a tenth of the API's time. The
code that needs an answer asks as ever, here or not (`ready.ask_ahead`): this is only for speed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection

from fieldapp.ready import Question, ask_ahead
from sync.server.erasing import erasing
from sync.server.lives import epochs, lines
from sync.server.people import accounts
from sync.server.wardlog import appending as wardlog
from sync.server.wardlog import register, view
from sync.server.wardlog.register import Arrived


def ask_for_batch(
    connection: Connection, ward: str, username: str, day: date, batch: Sequence[Arrived]
) -> None:
    """Locks the ward's log and asks what judging these contents of a user's will need."""
    ask_ahead(connection, _questions(ward, username, day, batch))


def _questions(ward: str, username: str, day: date, batch: Sequence[Arrived]) -> Iterator[Question]:
    yield wardlog.asks_head(ward)  # first: all others see what was written before the lock was had
    yield epochs.asks_state()
    yield accounts.asks_grants(username, day)
    yield erasing.asks_erased(ward)
    yield register.asks_known(name for arrived in batch for name in arrived.names)
    yield register.asks_waiting(ward)
    yield lines.asks_any(ward)
    yield from view.asks_for(ward, [one.changeset for one in batch if one.changeset])

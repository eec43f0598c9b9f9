"""Whether this process may be sent calls: what `/live` and `/ready` answer.

`/live` says that the process is not stuck. `/ready` asks each part that a call needs, and names the
ones that fail: whoever distributes calls sends none to a process that is not ready.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.server.store import migrate
from sync.server.store.database import Database
from sync.server.store.tables import server_state

LEAST_FREE = 256_000_000
"""Bytes on the disk of the ledger below which nothing more is taken: a full one loses no work, but
an operator has to be called before that."""
GOOD = "ok"
UNKNOWN = "unknown"
"""Nobody could be asked."""


@dataclass
class Health:
    """The state of one process.

    Attributes:
        folder: where the ledger lies; None: it lies nowhere.
        leaving: it was asked to stop, and finishes what it has.
    """

    database: Database
    folder: Path | None = None
    least_free: int = LEAST_FREE
    leaving: bool = False

    def leave(self) -> None:
        """From now on it is not ready."""
        self.leaving = True

    def parts(self) -> dict[str, str]:
        """`ok` of each part that does its work, of another what is wrong with it.

        Thread: any but the one that serves: it waits for the database.
        """
        said = {"process": "stopping" if self.leaving else GOOD, "disk": self._disk()}
        try:
            with self.database.read() as connection:
                said |= {"pool": GOOD, "migrations": self._migrations(connection)}
                said["epoch"] = self._epoch(connection)
        except (DBAPIError, PoolTimeout):
            unasked = dict.fromkeys(("migrations", "epoch"), UNKNOWN)
            said = {**unasked, **said, "pool": "no_connection"}
        return dict(sorted(said.items()))

    def _disk(self) -> str:
        if self.folder is None:
            return GOOD
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError:
            return "gone"
        return GOOD if free >= self.least_free else "full"

    def _migrations(self, connection: Connection) -> str:
        """A schema of a newer program is well: it went before this process in a rolling upgrade."""
        here = migrate.version(connection)
        return "older" if here is None or here < migrate.HEAD else GOOD

    def _epoch(self, connection: Connection) -> str:
        """A database that was put back waits for its operator."""
        stopped = connection.execute(select(server_state.c.stopped)).scalar_one()
        return GOOD if stopped is None else "restored"


def unanswered(health: Health) -> dict[str, str]:
    """The parts of a process whose database does not answer at all."""
    asked = dict.fromkeys(("disk", "epoch", "migrations"), UNKNOWN)
    return asked | {"pool": "no_answer", "process": "stopping" if health.leaving else GOOD}

"""The demo's server: `fieldapp-server run` on SQLite, with the town's clock in place of its own.

It ends when whoever started it ends: it watches its standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from fieldapp.clock import Ids
from fieldapp.demo.town_clock import TownClock
from sync.server.admin import Admin
from sync.server.api.app import build_app
from sync.server.api.running import serve
from sync.server.lives.safe import Safe
from sync.server.people.passwords import Passwords
from sync.server.service import Service
from sync.server.store.database import open_database


def open_admin(
    folder: Path,
    clock: TownClock,
    *,
    safe: Safe | None = None,
    passwords: Passwords | None = None,
    training: bool = False,
) -> Admin:
    """The administrator of the server whose database lies in the folder; its safe is gone with the
    process unless one is given."""
    database = open_database(f"sqlite:///{folder.resolve() / 'server.db'}")
    service = Service(
        *(database, clock, Ids(clock)), passwords=passwords or Passwords(), safe=safe or Safe()
    )
    admin = Admin(service, training)
    admin.init()
    return admin


def main() -> None:
    """Run with FOLDER CLOCK: serves on a free port of loopback."""
    folder, clock = Path(sys.argv[1]), TownClock(Path(sys.argv[2]))
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    serve(build_app(open_admin(folder, clock).service), "127.0.0.1", 0)


def _end_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()

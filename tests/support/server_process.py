"""The real server as a process of its own, on a port that stays the same over kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class ServerProcess:
    """`fieldapp-server run` on a database URL. The database must have been set up."""

    database: str
    url: str = ""
    data: Path | None = None
    """The folder of the seal key and the ledger; None: the user's own."""
    options: tuple[str, ...] = ()
    """Of `run`, besides."""
    log: Path | None = None
    """Where what it tells goes, at the end of what is there; None: where ours goes."""
    _port: int = 0
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def port(self) -> int:
        """Where it listens, or will again."""
        return self._port

    @property
    def pid(self) -> int:
        """The number of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self, *, wait: bool = True) -> None:
        """Starts it and waits until it listens; without `wait` only the first time."""
        command = [sys.executable, "-m", "sync.server.cli", "run", "--port", str(self._port)]
        command += self.options
        environment = os.environ | {"FIELDAPP_DATABASE": self.database}
        if self.data is not None:
            environment["FIELDAPP_DATA"] = str(self.data)
        with ExitStack() as ends:
            log = ends.enter_context(self.log.open("a")) if self.log is not None else None
            self._process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        if self._port and not wait:
            return
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.startswith("listening on "), f"the server said {said!r}"
        self.url = said.removeprefix("listening on ").strip()
        self._port = int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end, and waits until it has."""
        self._end(signal.SIGTERM)

    def ask_to_stop(self) -> None:
        """Asks it to end, and does not wait."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def exit_code(self) -> int:
        """What it ends with, once it has."""
        process, self._process = self._process, None
        assert process is not None and process.stdout is not None
        code = process.wait(timeout=60)
        process.stdout.close()
        return code

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        process.wait(timeout=60)
        assert process.stdout is not None
        process.stdout.close()

"""The laptop's file, open: one writes at a time, and everybody is told of each commit."""

from __future__ import annotations

import errno
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from fieldapp.clock import Clock, Ids, business_date
from fieldapp.errors import SurroundingsMend
from fieldapp.store.dated_tables import InForce
from fieldapp.store.file.engine import sort_error, sorted_errors
from fieldapp.store.meta import read_meta, read_several, write_meta
from fieldapp.store.receipts import Mark, Marks

Params = ParamSpec("Params")
Value = TypeVar("Value")


class OpenFile:
    """What everything that reads or writes the file stands on.

    Thread: any; writers wait for one another, readers never wait.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        ids: Ids,
        marks: Marks,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        eraser: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._clock = clock
        self._ids = ids
        self._marks = marks
        self._random_bytes = random_bytes
        self._eraser = eraser
        self._one_writer = threading.Lock()
        self._watchers: list[Callable[[], None]] = []
        self._commits = 0
        self._people: tuple[int, int] | None = None
        self._closed = False
        self.dated_tables = InForce()

    def close(self) -> None:
        """Closes every connection, for good: the folder's lock is about to be given free."""
        self._closed = True
        self.ending()()

    def ending(self) -> Callable[[], None]:
        """What closes every connection, and keeps nothing of this object alive."""
        leave, dispose = self.dated_tables.leave, self._engine.dispose

        def end() -> None:
            leave()
            dispose()

        return end

    def watch(self, changed: Callable[[], None]) -> None:
        """Calls back after each commit, on the thread that committed."""
        self._watchers.append(changed)

    def read(
        self,
        query: Callable[Concatenate[Connection, Params], Value],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Value:
        """Runs a query of this package in one read transaction and gives its values."""
        self._must_be_open()
        with sorted_errors(), self._engine.begin() as connection:
            return query(connection, *args, **kwargs)

    def setting(self, name: str, default: Any = None) -> Any:
        """A value of this installation."""
        return self.read(read_meta, name, default)

    def settings(self, *names: str) -> dict[str, Any]:
        """Several of them as they are at one moment; those that were never set are left out."""
        return self.read(read_several, names)

    def use_dated_tables(self) -> None:
        """Puts the dated tables that the server sent in force, in the whole process."""
        self.read(self.dated_tables.use)

    def random_bytes(self, count: int) -> bytes:
        """As many random bytes, fit for keys."""
        return self._random_bytes(count)

    # time

    def now(self) -> datetime:
        """The device's time, as it is."""
        return self._clock.now()

    def server_now(self) -> datetime:
        """The present moment by the server's clock, as far as the last handshake tells."""
        return self.now() + timedelta(milliseconds=self.setting("offset_ms") or 0)

    def today(self) -> date:
        """The business date in Ho Chi Minh City, by the server's clock."""
        return business_date(self.server_now())

    # writing

    def remember(self, **settings: Any) -> None:
        """Sets values of this installation."""
        with self._write() as connection:
            write_meta(connection, **settings)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        self._must_be_open()
        with self._one_writer, sorted_errors(), self._writer.begin() as connection:
            try:
                yield connection
            except DBAPIError as error:
                raise sort_error(error) from error

    def _must_be_open(self) -> None:
        if self._closed:
            raise SurroundingsMend("store.closed")

    def _tell(self) -> None:
        self._commits += 1
        for changed in self._watchers:
            changed()

    def _write_mark(self, mark: Mark) -> None:
        try:
            self._marks.write(mark)
        except OSError as error:
            full = error.errno == errno.ENOSPC
            raise SurroundingsMend("store.disk_full" if full else "store.disk_fault") from error

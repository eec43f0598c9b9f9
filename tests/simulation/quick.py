"""An engine for a disk with one connection, which stays connected as far as SQLAlchemy knows.

To connect, begin and give back takes SQLAlchemy longer than SQLite needs for most of what then
happens, and a history has thousands of transactions. Statements, values and errors stay its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, RootTransaction


class Standing(Connection):
    """A connection whose transactions begin and end at the driver alone."""

    _options: Mapping[str, Any] = {}
    _tell_begin: Callable[[Connection], None]

    @classmethod
    def on(cls, engine: Engine, tell_begin: Callable[[Connection], None]) -> Self:
        """One to the engine. `tell_begin` says BEGIN as the product does."""
        standing = cls(engine)
        standing._tell_begin = tell_begin
        RootTransaction(standing)
        return standing

    def _begin_impl(self, transaction: object) -> None:
        """Beginning is said in `begin`."""

    def get_execution_options(self) -> Any:
        """Those of whoever has it now."""
        return self._options

    def execution_options(self, **options: Any) -> Any:
        """It with these, until somebody else has it."""
        self._options = {**self._options, **options}
        return self

    @contextmanager
    def begin(self) -> Iterator[Any]:  # type: ignore[override]  # the product only enters it
        """A transaction: committed at the end, rolled back by an exception."""
        self._tell_begin(self)
        try:
            yield self
            self._commit_impl()
        except BaseException:
            self._rollback_impl()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """It stays."""


class Quick:
    """What the product takes for its engine."""

    def __init__(
        self, engine: Engine, standing: Callable[[], Standing], options: Mapping[str, Any]
    ) -> None:
        self._engine, self._standing, self._options = engine, standing, options
        self.dialect, self.pool, self.dispatch = engine.dialect, engine.pool, engine.dispatch

    def execution_options(self, **options: Any) -> Quick:
        """The same one, with these for each of its connections."""
        return Quick(self._engine, self._standing, {**self._options, **options})

    def connect(self) -> Standing:
        """The one connection."""
        standing = self._standing()
        standing._options = self._options  # a part of it
        return standing

    @contextmanager
    def begin(self) -> Iterator[Standing]:
        """A transaction on it."""
        standing = self.connect()
        with standing.begin():
            yield standing

    def dispose(self) -> None:
        """It stays."""

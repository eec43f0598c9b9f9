"""Bugs that the images must show: what is switched on here must be found there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

from fieldapp.store import erasing, search
from fieldapp.store.file import engine
from fieldapp.store.store import Store


def _synced(level: str) -> AbstractContextManager[Any]:
    pragmas = [p for p in engine._PRAGMAS if not p.startswith("synchronous")]
    return patch.object(engine, "_PRAGMAS", (*pragmas, f"synchronous = {level}"))


def synced_at_checkpoints_only() -> AbstractContextManager[Any]:
    """`synchronous=NORMAL`: a power cut takes the last commits away."""
    return _synced("NORMAL")


def never_synced() -> AbstractContextManager[Any]:
    """`synchronous=OFF`: a power cut may take the whole file away."""
    return _synced("OFF")


@contextmanager
def index_after_the_commit() -> Iterator[None]:
    """The index of people is kept up in a transaction of its own."""
    index, tell = search.index_touched, Store._tell
    waiting: list[tuple[str, list[Any]]] = []

    def puts_off(_: Any, ward: str, keys: Any) -> None:
        waiting.append((ward, list(keys)))

    def indexes(store: Store) -> None:
        if waiting:
            with store._write() as connection:
                for ward, keys in waiting:
                    index(connection, ward, keys)
            waiting.clear()
        tell(store)

    with patch.object(search, "index_touched", puts_off), patch.object(Store, "_tell", indexes):
        yield


@contextmanager
def blanks_after_the_commit() -> Iterator[None]:
    """Who is erased is blanked in a transaction after that of the page which says so."""
    erase, tell = erasing.erase, Store._tell
    waiting: list[tuple[str, list[Any]]] = []

    def puts_off(_: Any, ward: str, done: Any) -> set[Any]:
        waiting.append((ward, list(done)))
        return set()

    def blanks(store: Store) -> None:
        if waiting:
            with store._write() as connection:
                for ward, done in waiting:
                    erase(connection, ward, done)
            waiting.clear()
        tell(store)

    with patch.object(erasing, "erase", puts_off), patch.object(Store, "_tell", blanks):
        yield


PLANTED: tuple[Callable[[], AbstractContextManager[Any]], ...] = (
    synced_at_checkpoints_only,
    never_synced,
    index_after_the_commit,
)

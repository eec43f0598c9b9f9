"""Deciding all conflicts that are like the one just decided, and taking that back."""

from __future__ import annotations

from collections.abc import Callable

from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases.inbox import alike
from fieldapp.usecases.inbox.conflicts import ConflictPage
from fieldapp.words import Words
from fieldapp.words.format import number
from ui.places.ports import Navigator, Tasks


class AlikeDesk:
    """`decided` is told the keys of what was decided, `reopened` of what waits again."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: Tasks,
        navigator: Navigator,
        decided: Callable[[tuple[str, ...]], None],
        reopened: Callable[[tuple[str, ...]], None],
    ) -> None:
        self._store, self._words, self._tasks, self._go = store, words, tasks, navigator
        self._decided, self._reopened = decided, reopened
        self._busy = False

    def decide(self, page: ConflictPage) -> None:
        """Decide all that are like this one the same way; the toast takes all of them back."""
        if self._busy:
            return
        self._busy = True
        store, ward = self._store, page.ward

        def then(done: dict[str, str]) -> None:
            self._busy = False
            said = self._words.say("conflicts.alike_done", n=number(len(done)))
            self._go.toast(said, lambda: self._take_back(ward, done))
            self._decided(_keys(ward, tuple(done)))

        self._tasks.write(lambda: alike.decide_alike(store, page), then, self._failed)

    def _take_back(self, ward: str, done: dict[str, str]) -> None:
        store = self._store

        def then(reopened: tuple[str, ...]) -> None:
            kept = len(done) - len(reopened)
            said = "conflicts.alike_taken_back_in_part" if kept else "conflicts.alike_taken_back"
            counts = {"n": number(len(reopened)), "kept": number(kept)}
            self._go.toast(self._words.say(said, **counts))
            self._reopened(_keys(ward, reopened))

        self._tasks.write(
            lambda: alike.take_back_alike(store, ward, done), then, self._not_taken_back
        )

    def _failed(self, error: FieldappError) -> None:
        self._busy = False
        self._not_taken_back(error)

    def _not_taken_back(self, error: FieldappError) -> None:
        """Some of them may be done all the same: the list tells which."""
        self._go.banner(error)
        self._reopened(())


def _keys(ward: str, conflicts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{ward}/{conflict}" for conflict in conflicts)

"""Half-filled forms, kept on the laptop until they are saved or not wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ui.places.ports import Navigator, Tasks

if TYPE_CHECKING:
    from fieldapp.store.store import Store

PLACE = "household"


class Drafts:
    """Keeps, finds and forgets the drafts of these forms. `subject` says which form it is."""

    def __init__(self, store: Store, tasks: Tasks, navigator: Navigator) -> None:
        self._store, self._tasks, self._navigator = store, tasks, navigator

    def find(self, subject: str, then: Callable[[object], None]) -> None:
        """Asks for the draft of a form; None goes to `then` where there is none."""
        store = self._store
        self._tasks.read(lambda: store.draft(PLACE, subject), then, self._navigator.banner)

    def keep(self, subject: str, content: Mapping[str, str]) -> None:
        """Keeps a form as it stands."""
        store, kept = self._store, dict(content)
        self._tasks.write(
            lambda: store.keep_draft(PLACE, subject, kept), _nothing, self._navigator.banner
        )

    def forget(self, subject: str) -> None:
        """Forgets the draft of a form."""
        store = self._store
        self._tasks.write(
            lambda: store.drop_draft(PLACE, subject), _nothing, self._navigator.banner
        )


def _nothing(_: object) -> None:
    """Nobody waits for it."""

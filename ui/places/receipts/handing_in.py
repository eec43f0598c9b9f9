"""Noting that one's own cash was handed in: asked first, then noted ward by ward."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from fieldapp.store.store import Store
from fieldapp.usecases.receipts.remittances import OwnCash, hand_in
from fieldapp.words.format import money
from ui.places.ports import Navigator, Tasks
from ui.say import Teller
from ui.widgets import Question


class HandInDesk:
    """`ask` is given the sum in words and answers whether to go on; a test answers itself."""

    def __init__(
        self, store: Store, teller: Teller, tasks: Tasks, go: Navigator, *, over: QWidget
    ) -> None:
        self._store, self._teller = store, teller
        self._tasks, self._go, self._over = tasks, go, over
        self.ask: Callable[[str], bool] = self._ask

    def hand_in(self, cash: Sequence[OwnCash], done: Callable[[], None]) -> None:
        """Notes that this cash was handed in, after a question; `done` afterwards."""
        held, store = [one for one in cash if one.dong], self._store
        dong = money(sum(one.dong for one in held))
        if not held or not self.ask(dong):
            return

        def then(_: object) -> None:
            self._go.toast(self._teller.say("money_place.own_noted", dong=dong))
            done()

        self._tasks.write(lambda: [hand_in(store, one.ward) for one in held], then, self._go.banner)

    def _ask(self, dong: str) -> bool:
        say = self._teller.say
        question = Question(
            say("money_place.own_ask", dong=dong),
            say("money_place.own_means"),
            say("money_place.own_hand_in"),
            self._over,
            destructive=False,
        )
        return bool(question.exec())

"""What a form says about other records: somebody who may be the same, a card that says otherwise.

A hint only asks. What it offers happens when a person presses its button.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller
from ui.widgets import Button, Notice

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.usecases.households.duplicates import Suspect

ASK_AFTER_MS = 300
"""A pause in typing after which it is looked up who may be here already."""


class Hint(QWidget):
    """A sentence with two answers: `accepted` does what it offers, `declined` takes it away."""

    accepted = Signal()
    declined = Signal()

    def __init__(self, accept: str, decline: str, tone: str = "ochre") -> None:
        super().__init__()
        self.notice = Notice("", "", tone, icon="warning-circle", text_role="small")
        self.accept = Button(accept, key="Alt Enter", height=28)
        self.decline = Button(decline, height=28)
        self.accept.clicked.connect(self.accepted)
        self.decline.clicked.connect(self.declined)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addWidget(self.accept)
        column.addWidget(self.decline)
        self.hide()

    def say(self, title: str, text: str) -> None:
        """Shows the hint with a sentence and its reason."""
        self.notice.say(title, text)
        self.show()


class DuplicateWatch(QObject):
    """Looks, while a new person is typed, whether she is on this laptop already.

    `changed` goes out when that is known anew; `same_number` then says whether a second record
    needs a reason. `asked` gives the fields that are typed now.
    """

    changed = Signal()

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        navigator: Navigator,
        teller: Teller,
        hint: Hint,
        asked: Callable[[], Mapping[str, Any]],
    ) -> None:
        super().__init__(hint)
        self._store, self._tasks, self._navigator = store, tasks, navigator
        self._teller, self._hint, self._fields = teller, hint, asked
        self._asked = Asked()
        self._others: set[str] = set()
        self._shown: Suspect | None = None
        self.same_number = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_AFTER_MS)
        self._timer.timeout.connect(self.ask)
        hint.accepted.connect(self._open)
        hint.declined.connect(self._is_another)

    def begin(self) -> None:
        """A new form: whoever was ruled out before is asked for again."""
        self._others.clear()
        self.stop()

    def stop(self) -> None:
        """The form is closed."""
        self._timer.stop()
        self._asked.next()
        self._show(())

    def pause(self) -> None:
        """The form is not shown: it is not looked before something is typed again."""
        self._timer.stop()

    def typed(self) -> None:
        """Something was typed: looks again when the typing rests."""
        self._timer.start()

    def ask(self) -> None:
        """Looks now."""
        from fieldapp.usecases.households.duplicates import duplicates_of

        self._timer.stop()
        mine, store, fields = self._asked.next(), self._store, dict(self._fields())

        def then(found: tuple[Suspect, ...]) -> None:
            if self._asked.is_last(mine):
                self._show(found)

        self._tasks.read(lambda: duplicates_of(store, fields), then)

    def _show(self, found: tuple[Suspect, ...]) -> None:
        self.same_number = any(one.same_number for one in found)
        self._shown = next((one for one in found if one.person not in self._others), None)
        if self._shown is None:
            self._hint.hide()
        else:
            title = self._teller.say("people.may_exist", who=who_is(self._shown))
            self._hint.say(title, why_same(self._shown, self._teller))
        self.changed.emit()

    def _open(self) -> None:
        one = self._shown
        if one is not None and one.household:
            home = {"ward": one.ward, "household": one.household}
            self._navigator.go("household", **home, person=one.person)

    def _is_another(self) -> None:
        if self._shown is not None:
            self._others.add(self._shown.person)
            self.ask()


def who_is(one: Suspect) -> str:
    """Đặng Quốc Bảo, 1979, 157/2 Ung Văn Khiêm."""
    year = f"{one.born_on:%Y}" if one.born_on else ""
    return ", ".join(part for part in (one.name, year, one.address) if part)


def why_same(one: Suspect, teller: Teller) -> str:
    """Why they may be one person, and what speaks against it."""
    agree, differ = (
        ", ".join(teller.say(f"rules.dup_{code}") for code in codes)
        for codes in (one.agree, one.differ)
    )
    key = "people.same_because" if not differ else "people.same_because_but"
    text = teller.say(key, agree=agree, differ=differ)
    return text[:1].upper() + text[1:]

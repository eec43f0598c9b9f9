"""The code of a transfer over the whole window: it is turned to the family."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.store.store import Store
from fieldapp.usecases.receipts.transfers import Transfer, transfer_of
from fieldapp.words import Words
from fieldapp.words.format import money
from ui.places.ports import Navigator, Tasks
from ui.theme import colour
from ui.widgets import Button, Label
from ui.widgets.facts import Fact

CODE_SIZE, WIDEST = 300, 820


class _Code(QWidget):
    """The QR code, black on white in any theme: some telephones read no other."""

    def __init__(self, text: str, spoken: str) -> None:
        super().__init__()
        from fieldapp.reports.qr import qr_rects

        self._rects = qr_rects(text, CODE_SIZE)
        self.setFixedSize(QSize(CODE_SIZE, CODE_SIZE))
        self.setAccessibleName(spoken)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.white)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(Qt.GlobalColor.black)
            for x, y, wide, high in self._rects:
                painter.drawRect(QRectF(x, CODE_SIZE - y - high, wide, high))


class TransferScreen(QWidget):
    """Esc, Enter or a click takes it away and gives the focus back."""

    def __init__(self, window: QWidget, words: Words, transfer: Transfer) -> None:
        super().__init__(window)
        say, dong = words.say, money(transfer.amount_dong)
        self._before = window.focusWidget()
        self.setAccessibleName(say("transfer.title", dong=dong))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setGeometry(window.rect())
        side = max(36, (window.width() - WIDEST) // 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(side, 28, side, 28)
        head = QHBoxLayout()
        head.addWidget(Label(say("transfer.title", dong=dong), role="title", wrap=True), 1)
        close = Button(say("household.close_form"), kind="link", key="Esc")
        close.clicked.connect(self.close_code)
        head.addWidget(close)
        row = QHBoxLayout()
        row.setSpacing(36)
        spoken = say("transfer.spoken", dong=dong, content=transfer.content)
        row.addWidget(_Code(transfer.code, spoken), 0, Qt.AlignmentFlag.AlignTop)
        account = transfer.account
        self.facts = {
            "bank": account.bank,
            "account": account.number,
            "holder": account.holder,
            "amount": dong,
            "content": transfer.content,
        }
        facts = QVBoxLayout()
        for name, value in self.facts.items():
            facts.addWidget(Fact(say(f"transfer.{name}"), value))
        facts.addSpacing(12)
        facts.addWidget(Label(say("transfer.checked"), token="ink2", wrap=True))
        facts.addStretch(1)
        row.addLayout(facts, 1)
        whole.addStretch(1)
        whole.addLayout(head)
        whole.addSpacing(20)
        whole.addLayout(row)
        whole.addStretch(2)
        self.show()
        self.raise_()
        self.setFocus()

    def close_code(self) -> None:
        """Take it away."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close_code()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.close_code()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("paper"))


class TransferDesk:
    """Shows the code of a receipt over the window of a page; where there is none it says why."""

    def __init__(
        self, store: Store, words: Words, tasks: Tasks, go: Navigator, over: Callable[[], QWidget]
    ) -> None:
        self._store, self._words = store, words
        self._tasks, self._go, self._over = tasks, go, over

    def show(self, ward: str, receipt: str) -> None:
        """Reads the receipt and turns its code to the family."""
        store = self._store

        def then(transfer: Transfer) -> None:
            TransferScreen(self._over(), self._words, transfer)

        self._tasks.read(lambda: transfer_of(store, ward, receipt), then, self._go.banner)

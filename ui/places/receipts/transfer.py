"""The code of a transfer over the whole window: it is turned to the family."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.store.store import Store
from fieldapp.usecases.receipts.transfers import Transfer, transfer_of
from fieldapp.words import Words
from fieldapp.words.format import money
from ui.places.ports import Asked, Navigator, Tasks
from ui.widgets import Button, Label
from ui.widgets.facts import Fact
from ui.widgets.over_window import OverWindow

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


class TransferScreen(OverWindow):
    """Any key or a click takes it away."""

    def __init__(self, window: QWidget, words: Words, transfer: Transfer) -> None:
        say, dong, account = words.say, money(transfer.amount_dong), transfer.account
        title = say("transfer.title", dong=dong)
        super().__init__(window, title, widest=WIDEST)
        self.facts = {
            "bank": account.bank,
            "account": account.number,
            "holder": account.holder,
            "amount": dong,
            "content": transfer.content,
        }
        head = QHBoxLayout()
        head.addWidget(Label(title, role="title", wrap=True), 1)
        close = Button(say("household.close_form"), kind="link", key="Esc")
        close.clicked.connect(self.close_over)
        head.addWidget(close)
        row = QHBoxLayout()
        row.setSpacing(36)
        spoken = say("transfer.spoken", dong=dong, content=transfer.content)
        row.addWidget(_Code(transfer.code, spoken), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._told(words), 1, Qt.AlignmentFlag.AlignTop)
        self.column.addStretch(1)
        self.column.addLayout(head)
        self.column.addSpacing(20)
        self.column.addLayout(row)
        self.column.addStretch(2)
        self.open_over()

    def _told(self, words: Words) -> QWidget:
        told = QWidget()
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for name, value in self.facts.items():
            column.addWidget(Fact(words.say(f"transfer.{name}"), value))
        column.addSpacing(12)
        column.addWidget(Label(words.say("transfer.checked"), token="ink2", wrap=True))
        return told

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close_over()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.close_over()


class TransferDesk:
    """Shows the code of a receipt over the window of a page; where there is none it says why."""

    def __init__(
        self, store: Store, words: Words, tasks: Tasks, go: Navigator, over: QWidget
    ) -> None:
        self._store, self._words = store, words
        self._tasks, self._go, self._over = tasks, go, over
        self._asked = Asked()

    def show(self, ward: str, receipt: str) -> None:
        """Reads the receipt and turns its code to the family, if the page is still shown then."""
        store, mine = self._store, self._asked.next()

        def then(transfer: Transfer) -> None:
            if self._asked.is_last(mine) and self._over.isVisible():
                TransferScreen(self._over.window(), self._words, transfer)

        self._tasks.read(lambda: transfer_of(store, ward, receipt), then, self._go.banner)

    def forget(self) -> None:
        """The page is about somebody else now: a code that is still to come is not shown."""
        self._asked.next()

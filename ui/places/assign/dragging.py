"""An alley that is dragged from the table onto a canvasser. The keys do the same."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent

from ui.widgets import CheckBox
from ui.widgets.painting import draw_box
from ui.widgets.table import SectionModel

ALLEY = "application/x-fieldapp-alley"
Index = QModelIndex | QPersistentModelIndex


class AlleyModel(SectionModel):
    """Lines that can be dragged: what is carried is their key."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [ALLEY]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        carried = QMimeData()
        if indexes:
            carried.setData(ALLEY, self.line(indexes[0].row()).key.encode())
        return carried


class Recipient(CheckBox):
    """A canvasser to tick, or to drop an alley on: `dropped` carries its key."""

    dropped = Signal(str)

    def __init__(self, text: str, *, note: str = "", key: str = "") -> None:
        super().__init__(text, note=note, key=key)
        self.setAcceptDrops(True)
        self._is_over = False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ALLEY):
            event.acceptProposedAction()
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData().data(ALLEY).toStdString())

    def _show_over(self, over: bool) -> None:
        self._is_over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_over:
            with QPainter(self) as painter:
                box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
                draw_box(painter, box, edge="accent", radius=6)

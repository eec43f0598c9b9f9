"""Cards that come as pictures or copied texts: from the clipboard, from a picture file.

Pictures are decoded off the GUI thread, looked at once and forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from fieldapp.errors import FieldappError
from fieldapp.rules.people.cards import Card, recognise
from ui.places.ports import Navigator
from ui.say import Teller

if TYPE_CHECKING:
    from ui.tasks import Cancelled, Progress

T = TypeVar("T")
PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif"


class LongTasks(Protocol):
    """Runs long jobs off the GUI thread and answers on it."""

    def long(
        self,
        job: Callable[[Progress, Cancelled], T],
        then: Callable[[T], None],
        failed: Callable[[FieldappError], None] | None = None,
    ) -> Callable[[], None]:
        """Runs a job; returns what cancels it."""
        ...


class CardReader(QObject):
    """Reads the card that a person copied or photographed; `found` gets it.

    What can't be read is told as a banner. `over` is the window over which the file dialog stands.
    """

    def __init__(
        self,
        tasks: LongTasks,
        navigator: Navigator,
        teller: Teller,
        found: Callable[[Card], None],
        over: QWidget | None = None,
    ) -> None:
        super().__init__(over)
        self._tasks, self._navigator, self._teller = tasks, navigator, teller
        self._found, self._over = found, over

    def from_clipboard(self) -> None:
        """Reads what was copied: a picture, a picture file, or the text of a card."""
        content = QApplication.clipboard().mimeData()
        if content is None or not self._take(content):
            self._navigator.toast(self._teller.say("search.clipboard_empty"))

    def from_file(self) -> None:
        """Asks for a picture file and reads it."""
        kinds = f"{self._teller.say('search.pictures')} ({PICTURES})"
        title = self._teller.say("search.choose_picture")
        chosen, _ = QFileDialog.getOpenFileName(self._over, title, "", kinds)
        if chosen:
            self.read_file(Path(chosen))

    def read_file(self, path: Path) -> None:
        """Reads a picture file."""
        from fieldapp.usecases.households.pictures import card_in_file

        today = self._teller.today
        self._run(lambda: card_in_file(path, today=today))

    def _take(self, content: QMimeData) -> bool:
        """Whether there was something to read in what was copied."""
        paths = [url.toLocalFile() for url in content.urls() if url.isLocalFile()]
        if paths:
            self.read_file(Path(paths[0]))
        elif content.hasImage():
            image, today = QImage(content.imageData()), self._teller.today
            self._run(lambda: _card_of(image, today))
        else:
            card = recognise(content.text(), today=self._teller.today)
            if card is None:
                return False
            self._found(card)
        return True

    def _run(self, job: Callable[[], Card]) -> None:
        self._tasks.long(lambda progress, cancelled: job(), self._found, self._navigator.banner)


def _card_of(image: QImage, today: date) -> Card:
    """The card in a copied picture. Thread: a worker; the picture is a copy of its own."""
    from fieldapp.usecases.households.pictures import card_in_picture

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "BMP")  # type: ignore[call-overload]  # the stubs want bytes
    return card_in_picture(bytes(buffer.data().data()), today=today)

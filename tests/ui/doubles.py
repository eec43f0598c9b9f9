"""What a place is given in tests: tasks that run at once or when told, and a window that notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fieldapp.errors import FieldappError

SIZE = 1182, 684
"""What a place has at 1366×768."""
T = TypeVar("T")
Failed = Callable[[FieldappError], None] | None


class Now:
    """Tasks that answer before the call returns."""

    def read(self, job: Callable[[], T], then: Callable[[T], None], failed: Failed = None) -> None:
        """Runs at once."""
        try:
            answer = job()
        except FieldappError as error:
            if failed is None:
                raise
            failed(error)
            return
        then(answer)

    write = read

    def long(
        self,
        job: Callable[..., T],
        then: Callable[[T], None],
        failed: Failed = None,
        progressed: object = None,
    ) -> Callable[[], None]:
        """Runs at once, too; there is nothing to cancel."""
        self.read(lambda: job(lambda *_: None, lambda: False), then, failed)
        return lambda: None


@dataclass
class WhenTold:
    """Tasks that wait until `answer` is called with their number, in any order."""

    waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Failed]] = field(
        default_factory=list
    )

    def read(self, job: Callable[[], T], then: Callable[[T], None], failed: Failed = None) -> None:
        """Keeps the job."""
        self.waiting.append((job, then, failed))

    write = read

    def long(
        self,
        job: Callable[..., T],
        then: Callable[[T], None],
        failed: Failed = None,
        progressed: object = None,
    ) -> Callable[[], None]:
        """Keeps it like the others; there is nothing to cancel."""
        self.read(lambda: job(lambda *_: None, lambda: False), then, failed)
        return lambda: None

    def answer(self, number: int = 0) -> None:
        """Runs a kept job and takes it off."""
        job, then, failed = self.waiting.pop(number)
        try:
            found = job()
        except FieldappError as error:
            if failed is None:
                raise
            failed(error)
            return
        then(found)


@dataclass
class Elsewhere:
    """A window that notes where it was sent and what it was told."""

    gone: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    toasts: list[tuple[str, Callable[[], None] | None]] = field(default_factory=list)
    banners: list[FieldappError] = field(default_factory=list)

    def go(self, place: str, **target: object) -> None:
        """Notes a place."""
        self.gone.append((place, target))

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Notes a toast."""
        self.toasts.append((text, undo))

    def banner(self, error: FieldappError) -> None:
        """Notes an error."""
        self.banners.append(error)


def on_screen(qtbot: QtBot, widget: QWidget) -> None:
    """Shows the page of a place as the active window, in the size that it has in the real one."""
    qtbot.addWidget(widget)
    widget.resize(*SIZE)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()

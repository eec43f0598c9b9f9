"""One laptop of the demo, as somebody's hands and eyes have it: keys, clicks, words, pictures.

Nothing here reaches behind the screen but to wait until it has settled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from fieldapp.store.file.profile import Machine
from ui.demo.network import Network
from ui.program import Program
from ui.surroundings import Surroundings
from ui.window import MainWindow

PATIENCE = 60.0
"""Seconds after which something that should come does not come any more."""
CALM = 0.12
"""Seconds without anything under way after which the screen has settled."""
MOMENT = 15
"""Milliseconds between two looks at what is waited for."""
SIZE = (1366, 768)
TRIES = 3
"""How often a key that nobody took is pressed again."""


def let_run() -> None:
    """Lets the window and the threads behind it run for a moment.

    `QTest.qWait` keeps Python's lock for that long: the threads would stand still.
    """
    moment = QEventLoop()
    QTimer.singleShot(MOMENT, moment.quit)
    moment.exec()
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete))  # as qWait does


class NotThere(AssertionError):
    """What a person would look for is not on the screen."""


class Laptop:
    """A window on a profile. Opened with `open`, closed with `close`.

    Without a machine its `program` is set by whoever started it."""

    def __init__(
        self, app: QApplication, folder: Path, machine: Machine | None, *, pictures: Album
    ) -> None:
        self._app, self._folder, self._machine = app, folder, machine
        self._pictures = pictures
        self.network = Network()
        self.program: Program | None = None

    # starting and ending

    def open(self, password: str, language: str = "vi") -> None:
        """Starts the program and signs in as its user does: by typing the password."""
        machine = self._machine
        assert machine is not None
        surroundings = Surroundings(lambda: machine, self.network.connect)
        program = Program(self._app, self._folder, surroundings, language)
        self.program = program
        program.start()
        self.settle()
        self.show_up()
        self.picture("sign-in")
        self.write(password)
        self.key("Return")
        self.wait(lambda: program.window is not None, "the window")
        self.window.shell.resize(*SIZE)
        self.settle()

    def close(self) -> None:
        """Closes the window; the sync must end with it."""
        if self.program is not None:
            shown = self.program.main_widget()
            ended = self.program.stop()
            self.program = None
            # a style sheet that is set while a window waits for its deletion ends the process
            self.wait(lambda: shown is None or not isValid(shown), "the window's end")
            if not ended:
                raise NotThere("an end within two seconds")

    @property
    def window(self) -> MainWindow:
        """The main window."""
        if self.program is None or self.program.window is None:
            raise NotThere("a main window")
        return self.program.window

    @property
    def screen(self) -> QWidget:
        """What is seen: the pop-up above all, else the window, else the sign-in."""
        modal = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if modal is not None:
            return modal
        shown = self.program.main_widget() if self.program else None
        if shown is None:
            raise NotThere("a window")
        return shown

    def show_up(self) -> None:
        """Brings this laptop's window before the others'."""
        window = self.screen.window()
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window, 5000)

    # waiting

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Lets the program run until something is so."""
        until = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > until:
                self.picture("stuck")
                raise NotThere(f"{what} within {PATIENCE:.0f} s")
            let_run()

    def settle(self) -> None:
        """Waits until nothing has been under way for a moment."""
        calm_since = time.monotonic()
        until = calm_since + PATIENCE
        while time.monotonic() - calm_since < CALM:
            let_run()
            if self._is_busy():
                calm_since = time.monotonic()
            if time.monotonic() > until:
                raise NotThere("calm")

    def _is_busy(self) -> bool:
        if self.program is None:
            return False
        window = self.program.window
        return not self.program.tasks.is_idle() or (window is not None and window.is_busy())

    # hands

    def key(self, *keys: str) -> None:
        """Presses keys, one after the other, each as people write it: `Ctrl+K`, `Down`, `5`."""
        for name in keys:
            sequence = QKeySequence.fromString(name)
            if sequence.isEmpty():
                raise ValueError(name)
            press = sequence[0]  # type: ignore[index]  # PySide6's stubs leave __getitem__ out
            target = self._focus()
            QTest.keyClick(target, press.key(), press.keyboardModifiers())
        self.settle()

    def write(self, text: str) -> None:
        """Types a text where the cursor stands, as an input method commits it."""
        target = self._focus()
        if isinstance(target, QLineEdit):
            target.insert(text)
        elif isinstance(target, QPlainTextEdit | QTextEdit):
            target.insertPlainText(text)
        else:
            raise NotThere(f"a field to type {text!r} into ({type(target).__name__} has the focus)")
        self.settle()

    def rewrite(self, text: str) -> None:
        """Replaces what stands in the field with the cursor."""
        target = self._focus()
        QTest.keyClick(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.write(text)

    def scan(self, text: str) -> None:
        """What a scanner sends: the whole text, then Enter."""
        self.write(text)
        QTest.keyClick(self._focus(), Qt.Key.Key_Return)
        self.settle()

    def click(self, *words: str) -> None:
        """Clicks the button that says this, or whose name contains it."""
        button = self.find(QAbstractButton, *words)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def focus(self, *words: str) -> None:
        """Puts the cursor into the field of that name, by clicking it."""
        for kind in (QLineEdit, QPlainTextEdit, QTextEdit):
            found = list(self._named(kind, words))
            if found:
                found[0].setFocus(Qt.FocusReason.MouseFocusReason)
                self.settle()
                return
        raise NotThere(f"a field named {words}")

    def click_status(self) -> None:
        """Clicks the four words at the bottom."""
        QTest.mouseClick(self.window.shell.status, Qt.MouseButton.LeftButton)
        self.settle()

    def go_to(self, code: str) -> None:
        """Goes to a place of the rail by its number key."""
        number = self.window.codes.index(code) + 1
        for _ in range(TRIES):
            self.key(f"Ctrl+{number}")
            if self.window.shell.current_place() == code:
                return
            self.show_up()  # another window was just closed, and had the keyboard
        raise NotThere(code)

    def speak(self, language: str) -> None:
        """Chooses another language, as the settings do."""
        program = self.program
        if program is None:
            raise NotThere("a program")
        before = program.window
        program.change_language(language)
        self.wait(lambda: program.window is not before, "the window in another language")
        self.window.shell.resize(*SIZE)
        self.show_up()
        self.settle()

    def place(self) -> Any:
        """The place that is shown, for what only a file dialog could be told."""
        return self.window.navigator.current()

    def _focus(self) -> QWidget:
        window = self.screen.window()
        if not window.isActiveWindow():
            self.show_up()
        return window.focusWidget() or window

    # eyes

    def find(self, kind: type[QWidget], *words: str) -> QWidget:
        """A visible and enabled control of that kind with these words."""
        for control in self._named(kind, words):
            if control.isEnabled():
                return control
        raise NotThere(f"a button {words} on: {self.words()[:2000]}")

    def sees(self, *words: str) -> bool:
        """Whether one text on the screen contains all these words."""
        return any(all(word in text for word in words) for text in self.texts())

    def must_see(self, *words: str) -> None:
        """Raises NotThere, with what is on the screen, where a text is missing."""
        if not self.sees(*words):
            self.picture("missing")
            raise NotThere(f"{words} on: {self.words()[:3000]}")

    def texts(self) -> Iterator[str]:
        """Every text on the screen, as a screen reader would get it."""
        for widget in self.screen.findChildren(QWidget):
            if widget.isVisible():
                if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
                    yield widget.text()
                yield from (widget.accessibleName(), widget.accessibleDescription())
                model = getattr(widget, "model", None)
                if callable(model) and model() is not None:
                    yield from _rows(model())

    def words(self) -> str:
        """All texts on one line, for an error."""
        return " | ".join(dict.fromkeys(text for text in self.texts() if text))

    def _named(self, kind: type[QWidget], words: tuple[str, ...]) -> Iterator[QWidget]:
        for control in self.screen.findChildren(kind):
            text = control.text() if isinstance(control, QAbstractButton) else ""
            name = f"{text} {control.accessibleName()} {control.toolTip()}"
            if control.isVisible() and all(word in name for word in words):
                yield control

    # pictures

    def picture(self, name: str) -> Path:
        """Keeps a picture of the window, with what stands above it."""
        QCoreApplication.sendPostedEvents()
        shown = self.program.main_widget() if self.program else None
        if shown is None:
            raise NotThere("a window to take a picture of")
        return self._pictures.keep(shown, name)


def _rows(model: object) -> Iterator[str]:
    role = int(Qt.ItemDataRole.AccessibleTextRole)
    index, count = getattr(model, "index", None), getattr(model, "rowCount", None)
    if not callable(index) or not callable(count):
        return
    for row in range(min(count(), 2000)):
        where = index(row, 0)
        for wanted in (role, int(Qt.ItemDataRole.DisplayRole)):
            text = where.data(wanted)
            if isinstance(text, str):
                yield text


class Album:
    """Numbered pictures in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self.who = ""
        """Whose laptop is in front: part of the name."""

    def keep(self, widget: QWidget, name: str) -> Path:
        """Paints a window into the next file."""
        self._count += 1
        path = self._folder / f"{self._count:02}-{self.who}-{name}.png"
        self._folder.mkdir(parents=True, exist_ok=True)
        above = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        picture = widget.window().grab()
        if above is not None and above.window() is not widget.window():
            from PySide6.QtGui import QPainter

            corner = above.window().pos() - widget.window().pos()
            with QPainter(picture) as painter:
                painter.drawPixmap(corner, above.window().grab())
        picture.save(str(path))
        return path

"""One monkey: presses what there is to press, types what nobody would type, and looks for damage.

Dialogs of the system (files, folders) answer as somebody who changes their mind; the program's own
questions are answered by chance. Nothing of the program is replaced: profile, threads, keys, file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit, QWidget

from ui.places_of_window import PLACES
from ui.program import Program
from ui.widgets import Question

Key, Mod = Qt.Key, Qt.KeyboardModifier
PLAIN = (
    *(Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_PageDown, Key.Key_Home),
    *(Key.Key_Tab, Key.Key_Backtab, Key.Key_Return, Key.Key_Escape, Key.Key_Space),
    *(Key.Key_Backspace, Key.Key_Delete, Key.Key_F1, Key.Key_F5),
)
CONTROLLED = (
    *(Key.Key_K, Key.Key_N, Key.Key_O, Key.Key_E, Key.Key_P, Key.Key_S, Key.Key_Z, Key.Key_A),
    *(Key.Key_V, Key.Key_X, Key.Key_Return, *(Key(Key.Key_1.value + n) for n in range(8))),
)
TEXTS = (
    *("nguyen thi hang", "Lê Thị Hồng Lan", "123/4/5A", "079168000001", "31/02/2027", "+3", "t7"),
    *("0909 123 456", ">", "> gộp", "#41907", "-1", "1e30", "NaN", "đ", "e\u0301\u0302"),
    *("\u202eabc\u202c", "😀👨‍👩‍👧", "a" * 10_000, "x\ty\nz\t\n" * 40, "'; DROP TABLE person;--"),
    "079168000001||Nguyễn Thị Bích Hằng|21111968|Nữ|123/4/5A Ung Văn Khiêm|15042021",
    "079168000001||Nguyễn Thị Bí",
)
SIZES = ((1366, 690), (1093, 614), (960, 640), (1920, 1080), (700, 500))


class Monkey:
    """Plays on one program. `faults` says what broke, `deeds` what was done how often."""

    def __init__(self, app: QApplication, program: Program, seed: int, password: str) -> None:
        self._app, self._program, self._password = app, program, password
        self.random = Random(seed)
        self.deeds: Counter[str] = Counter()
        self.faults: list[str] = []
        self.slowest = 0.0
        """The longest that one event kept the window, in seconds."""
        self.slow_deed = ""

    def play(self, events: int) -> None:
        """Does so many things, one after the other; stops at the first fault."""
        with _changes_its_mind(self.random):
            for number in range(events):
                if self.faults:
                    return
                deed = self._step()
                self.deeds[deed] += 1
                if number % 50 == 49:
                    self._settle()
                self._look(deed, number)
            self._settle()
            self._look("the end", events)

    def _step(self) -> str:
        name, act = self.random.choices(
            (("key", self._key), ("letter", self._letter), ("control", self._control),
             ("text", self._text), ("click", self._click), ("go", self._go),
             ("resize", self._resize), ("look", self._change_look), ("lock", self._lock)),
            (30, 25, 10, 8, 20, 5, 1, 0.3, 0.2),
        )[0]  # fmt: skip
        started = perf_counter()
        act()
        self._app.processEvents()
        took = perf_counter() - started
        if took > self.slowest:
            self.slowest, self.slow_deed = took, name
        return name

    # what it does

    def _screen(self) -> QWidget:
        shown = self._app.activeModalWidget() or self._program.main_widget()
        while shown is None:
            self._app.processEvents()
            shown = self._program.main_widget()
        return shown

    def _target(self) -> QWidget:
        screen = self._screen()
        return screen.focusWidget() or screen

    def _press(self, key: Key, modifier: Mod = Mod.NoModifier) -> None:
        QTest.keyClick(self._target(), key, modifier)

    def _key(self) -> None:
        self._press(self.random.choice(PLAIN))

    def _letter(self) -> None:
        letter = self.random.choice("abcdefghijklmnopqrstuvwxyz0123456789")
        self._press(Key(ord(letter.upper())))

    def _control(self) -> None:
        modifier = Mod.ControlModifier
        if self.random.random() < 0.1:
            modifier |= Mod.ShiftModifier
        self._press(self.random.choice(CONTROLLED), modifier)

    def _text(self) -> None:
        text, target = self.random.choice(TEXTS), self._target()
        if isinstance(target, QLineEdit) or self.random.random() < 0.3:
            event = QKeyEvent(QKeyEvent.Type.KeyPress, 0, Mod.NoModifier, text)
            self._app.sendEvent(target, event)

    def _click(self) -> None:
        screen = self._screen()
        kinds: tuple[type[QWidget], ...] = (QAbstractButton, QWidget)
        kind = kinds[self.random.random() < 0.4]
        found = [w for w in screen.findChildren(kind) if w.isVisible() and w.isEnabled()]
        if not found:
            return
        chosen = self.random.choice(found)
        spot = QPoint(
            self.random.randrange(max(chosen.width(), 1)),
            self.random.randrange(max(chosen.height(), 1)),
        )
        double = self.random.random() < 0.1
        click = QTest.mouseDClick if double else QTest.mouseClick
        click(chosen, Qt.MouseButton.LeftButton, Mod.NoModifier, spot)

    def _go(self) -> None:
        window = self._program.window
        if window is not None and self._app.activeModalWidget() is None:
            codes = [code for code in PLACES if code not in ("household", "enrol", "list")]
            window.navigator.go(self.random.choice(codes))

    def _resize(self) -> None:
        window = self._program.window
        if window is not None:
            window.shell.resize(*self.random.choice(SIZES))

    def _change_look(self) -> None:
        if self._program.window is not None and self._app.activeModalWidget() is None:
            if self.random.random() < 0.5:
                self._program.change_language(self.random.choice(("vi", "en")))
            else:
                self._program.change_light(self.random.choice(("light", "dark")))

    def _lock(self) -> None:
        if self._program.window is not None and self._app.activeModalWidget() is None:
            self._program.lock()

    # looking

    def _settle(self) -> None:
        """Lets the threads answer; a window that never comes to rest hangs. One that was locked is
        opened again."""
        ends = perf_counter() + 60
        while perf_counter() < ends:
            self._app.processEvents()
            window = self._program.window
            if window is not None and not window.is_busy():
                return
            if window is None and self._program.sign_in is not None:
                self._unlock()
        self.faults.append("the window does not come to rest within a minute")

    def _unlock(self) -> None:
        done: list[object] = []
        self._program.unlock(self._password, done.append)
        ends = perf_counter() + 30
        while self._program.window is None and not done and perf_counter() < ends:
            self._app.processEvents()

    def _look(self, deed: str, number: int) -> None:
        told = self._program.hook.told
        if told:
            self.faults.append(f"event {number} ({deed}): {told[0].kind}\n{told[0].details}")


@contextmanager
def _changes_its_mind(random: Random) -> Iterator[None]:
    """Dialogs of the system are cancelled; the program's own questions are answered by chance."""

    def answer(question: Question) -> int:
        if question.reason.isVisibleTo(question):
            question.reason.setText(random.choice(("", "ghi nhầm", "x" * 3_000)))
        return int(question.deed.isEnabled() and random.random() < 0.5)

    nothing: Callable[..., Any] = lambda *_, **__: ("", "")  # noqa: E731
    with (
        patch.object(QFileDialog, "getOpenFileName", nothing),
        patch.object(QFileDialog, "getSaveFileName", nothing),
        patch.object(QFileDialog, "getExistingDirectory", lambda *_, **__: ""),
        patch.object(QDesktopServices, "openUrl", lambda *_: True),
        patch.object(Question, "exec", answer),
    ):
        yield


def sound(folder: Path, password: str, machine: Any) -> list[str]:
    """What is wrong with the file afterwards: it must open, and be whole."""
    from fieldapp.store.file.profile import unlock

    profile = unlock(folder, password, machine)
    try:
        found = profile.store.read(
            lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        )
        return [] if found == ["ok"] else [str(line) for line in found]
    finally:
        profile.close()

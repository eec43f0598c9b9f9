"""Keys that act only while a list, a card or a page has the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QWidget


def on_key(
    widget: QWidget,
    key: str,
    act: Callable[[], object],
    *,
    anywhere: bool = False,
    means: str = "",
) -> QShortcut:
    """Let a key act while `widget` or a child of it has the focus (`anywhere`: in its window).

    Text fields inside still get their digits and letters, and so does an input method that is
    composing. `key` is in Qt's portable writing: "1", "F", "Ctrl+Return". `means` is the key of
    its words for the help, where no button says it.
    """
    shortcut = QShortcut(QKeySequence(key), widget)
    context = Qt.ShortcutContext
    shortcut.setContext(context.WindowShortcut if anywhere else context.WidgetWithChildrenShortcut)
    shortcut.activated.connect(act)
    shortcut.setWhatsThis(means)
    return shortcut


def focus_first_in(widget: QWidget) -> None:
    """Put the focus on the first list in `widget`, else on the first control, else on itself."""
    strong = Qt.FocusPolicy.StrongFocus
    controls = [w for w in widget.findChildren(QWidget) if w.focusPolicy() & strong == strong]
    order = [*widget.findChildren(QAbstractItemView), *controls]
    target = next((w for w in order if w.isEnabled() and w.isVisibleTo(widget)), widget)
    target.setFocus()


def key_text(key: str) -> str:
    """A key as it is printed on a cap: Ctrl+Return is Ctrl Enter."""
    return key.replace("Return", "Enter").replace("Escape", "Esc").replace("+", " ")


def if_shown(button: QAbstractButton) -> Callable[[], None]:
    """What a button's key does: presses it, unless it is hidden."""

    def press() -> None:
        if button.isVisible():
            button.click()

    return press

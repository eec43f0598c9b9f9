"""What is wrong with how a window is laid out: words that are cut, things that cover each other.

Only what a layout placed is looked at. A label that breaks its lines has to be as high as they
need; one that does not, and a button, as wide as its words. What an item of a list or a table
paints by itself is not seen here.
"""

from __future__ import annotations

from collections.abc import Iterator

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLayout, QStackedLayout, QWidget

SLACK = 1
"""Pixels that rounding may take."""


def layout_faults(window: QWidget) -> list[str]:
    """What is cut or covered in what is shown of a window, each as one line; [] where all stands
    well."""
    found: list[str] = []
    left = [window]
    while left:
        widget = left.pop()
        children = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        left += [one for one in children if shiboken6.isValid(one) and _is_shown(one)]
        layout = widget.layout()
        if layout is not None and not isinstance(layout, QStackedLayout):
            placed = [one for one in _placed(layout) if _is_shown(one)]
            found += _covered(placed)
            found += [fault for one in placed for fault in _cut(one)]
    return found


def _is_shown(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.isWindow()


def _placed(layout: QLayout) -> Iterator[QWidget]:
    """What a layout and those inside it place in one widget."""
    for at in range(layout.count()):
        item = layout.itemAt(at)
        assert item is not None  # which `count` promises
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _placed(inner)


def _covered(placed: list[QWidget]) -> Iterator[str]:
    for at, one in enumerate(placed):
        for other in placed[at + 1 :]:
            shared = one.geometry().intersected(other.geometry())
            if shared.width() > SLACK and shared.height() > SLACK:
                yield f"{_named(one)} covers {_named(other)}"


def _cut(widget: QWidget) -> Iterator[str]:
    asked = widget.sizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.text() and widget.heightForWidth(widget.width()) > widget.height() + SLACK:
            yield f"{_named(widget)} is too low"
    elif isinstance(widget, QLabel | QAbstractButton) and asked.width() > widget.width() + SLACK:
        yield f"{_named(widget)} is cut: {widget.width()} of {asked.width()}"


def _named(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} “{(text or widget.accessibleName())[:40]}”"

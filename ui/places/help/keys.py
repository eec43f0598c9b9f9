"""The keys of a page, as it binds and prints them itself: none is written down a second time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from fieldapp.words import Words
from ui.places.help.state import KeyUse, grouped
from ui.widgets import Button, key_text


def keys_of(page: QWidget, words: Words) -> tuple[KeyUse, ...]:
    """What stands on the page's buttons, and what its other keys mean; a button says it better."""
    printed = list(_printed(page))
    said = {cap for cap, _ in printed}
    bound = [one for one in _bound(page.findChildren(QShortcut), words) if one[0] not in said]
    return grouped([*printed, *bound])


def keys_of_frame(frame: QWidget, words: Words) -> tuple[KeyUse, ...]:
    """What the frame itself binds, without the pages in it."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    return grouped(_bound(frame.findChildren(QShortcut, options=direct), words))


def _printed(page: QWidget) -> Iterator[tuple[str, str]]:
    for button in page.findChildren(Button):
        if button.cap and button.text():
            yield button.cap, button.text()


def _bound(shortcuts: Iterable[QShortcut], words: Words) -> Iterator[tuple[str, str]]:
    for shortcut in shortcuts:
        if shortcut.whatsThis():
            written = shortcut.key().toString(QKeySequence.SequenceFormat.PortableText)
            yield cap_of(written), words.say(shortcut.whatsThis())


def cap_of(written: str) -> str:
    """A key as it is printed on a cap; arrows are icons there."""
    for name, sign in (("Left", "←"), ("Right", "→"), ("Up", "↑"), ("Down", "↓")):
        written = written.replace(name, sign)
    return key_text(written)

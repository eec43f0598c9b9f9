"""Phosphor glyphs, drawn as letters: they take the theme's colour and the scale for free.

Only the Phosphor file and its character map of the package qtawesome are read; the package itself
is not imported, since its first icon loads every font that it has.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from ui.theme.current import colour

_FONT_FILE = "phosphor-1.3.0.ttf"
_MAP_FILE = "phosphor-charmap-1.3.0.json"

PLACES = {
    "today": "sun-horizon",
    "households": "house-line",
    "dossiers": "files",
    "receipts": "receipt",
    "inbox": "tray",
    "progress": "chart-line-up",
    "reports": "table",
    "settings": "gear-six",
}
STATES = {"on_device": "laptop", "sent": "check", "needs_fixing": "wrench", "conflict": "git-fork"}


def _folder() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package qtawesome, which carries the icons, is missing")
    return Path(spec.submodule_search_locations[0]) / "fonts"


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    raw: dict[str, str] = json.loads((_folder() / _MAP_FILE).read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in raw.items()}


@lru_cache(maxsize=1)
def _family() -> str:
    handle = QFontDatabase.addApplicationFont(str(_folder() / _FONT_FILE))
    families = QFontDatabase.applicationFontFamilies(handle)
    if not families:
        raise FileNotFoundError(f"{_FONT_FILE} cannot be loaded")
    return families[0]


@lru_cache(maxsize=32)
def _font(size: int) -> QFont:
    made = QFont(_family())
    made.setPixelSize(size)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def knows(name: str) -> bool:
    """Whether there is such a glyph."""
    return name in _characters()


def glyph(name: str) -> str:
    """The character of an icon, such as `door` or `tray-fill`. KeyError if there is none."""
    return _characters()[name]


def draw_icon(painter: QPainter, name: str, rect: QRectF | QRect, token: str) -> None:
    """Draw an icon in the middle of `rect`, as large as its smaller side, in a token's colour."""
    box = QRectF(rect)
    size = int(min(box.width(), box.height()))
    painter.setFont(_font(size))
    painter.setPen(colour(token))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), glyph(name))


class _Engine(QIconEngine):
    """Paints on demand, so an icon follows the theme and the scale."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "ink3" if mode == QIcon.Mode.Disabled else self._token
        draw_icon(painter, self._name, rect, token)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        with QPainter(made) as painter:
            self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        return made

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._token)


def icon(name: str, token: str = "ink2") -> QIcon:
    """A QIcon for menus and item views; raises KeyError for an unknown name."""
    glyph(name)
    return QIcon(_Engine(name, token))

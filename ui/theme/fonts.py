"""Be Vietnam Pro in its three weights, and figures that stand in columns.

The family has no tabular figures, so columns are drawn digit by digit in cells of 0.94 x the width
of 0. Hinting is off: it spoils the letter spacing between 12 and 14 px.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QPainter

from ui.theme.tokens import TYPE, Weight

FAMILY = "Be Vietnam Pro"
FILES = ("BeVietnamPro-Regular.ttf", "BeVietnamPro-Medium.ttf", "BeVietnamPro-SemiBold.ttf")
CELL = 0.94


@lru_cache(maxsize=1)
def load() -> tuple[int, ...]:
    """Load the three weights once. Needs a QGuiApplication. Raises FileNotFoundError when the font
    package is not whole: without it Vietnamese may show as boxes."""
    folder = resources.files("fontpkg_be_vietnam_pro") / "files"
    loaded = []
    for name in FILES:
        with resources.as_file(folder / name) as path:
            loaded.append(QFontDatabase.addApplicationFont(str(path)))
    if -1 in loaded:
        raise FileNotFoundError(f"{FAMILY}: one of {FILES} cannot be loaded")
    return tuple(loaded)


@lru_cache(maxsize=128)
def font(role: str = "body", weight: Weight | None = None) -> QFont:
    """The font of a type role (see tokens.TYPE), in another weight if one is given. The answer is
    shared: copy before changing it."""
    spec = TYPE[role]
    made = QFont(FAMILY)
    made.setPixelSize(spec.size)
    made.setWeight(QFont.Weight(weight or spec.weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=128)
def metrics(role: str = "body", weight: Weight | None = None) -> QFontMetricsF:
    """Metrics of `font(role, weight)`, kept."""
    return QFontMetricsF(font(role, weight))


def line_height(role: str) -> int:
    """The line height of a role: room for capitals with two marks (Ẵ, Ệ, Ỡ)."""
    return TYPE[role].line


@lru_cache(maxsize=8192)
def text_width(text: str, role: str = "body", weight: Weight | None = None) -> float:
    """Width of a text in proportional figures, in logical pixels."""
    return metrics(role, weight).horizontalAdvance(text)


@lru_cache(maxsize=8192)
def elide(text: str, width: int, role: str = "body", weight: Weight | None = None) -> str:
    """The text, cut with … to fit `width`."""
    return metrics(role, weight).elidedText(text, Qt.TextElideMode.ElideRight, max(0, width))


def _cell(role: str, weight: Weight | None) -> float:
    return text_width("0", role, weight) * CELL


def tabular_width(text: str, role: str = "body", weight: Weight | None = None) -> float:
    """Width of a text whose digits stand in equal cells."""
    cell = _cell(role, weight)
    return sum(cell if c.isdigit() else text_width(c, role, weight) for c in text)


def draw_tabular(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    role: str = "body",
    weight: Weight | None = None,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight,
) -> None:
    """Draw a text with digits in equal cells, vertically centred in `rect`, with the painter's pen.

    Words in between keep their kerning only within one character, so use it for numbers, times and
    dates, not for sentences.
    """
    painter.setFont(font(role, weight))
    total = tabular_width(text, role, weight)
    x = rect.left()
    if align & Qt.AlignmentFlag.AlignRight:
        x = rect.right() - total
    elif align & Qt.AlignmentFlag.AlignHCenter:
        x = rect.center().x() - total / 2
    baseline = baseline_in(rect, role, weight)
    cell = _cell(role, weight)
    for character in text:
        own = text_width(character, role, weight)
        step = cell if character.isdigit() else own
        painter.drawText(QPointF(x + (step - own) / 2, baseline), character)
        x += step


@lru_cache(maxsize=4096)
def overhang(text: str, role: str = "body", weight: Weight | None = None) -> int:
    """Pixels by which capitals with two marks (Ẵ, Ệ, Ỡ) rise above the line of the role: a widget
    as high as the line must add them at its top, or it cuts the marks off."""
    line = QRectF(0, 0, 1, line_height(role))
    risen = -metrics(role, weight).tightBoundingRect(text).top()
    return max(0, ceil(risen - baseline_in(line, role, weight)))


def baseline_in(rect: QRectF, role: str, weight: Weight | None = None) -> float:
    """The baseline on which a line of the role stands when centred in `rect`."""
    found = metrics(role, weight)
    return round(rect.center().y() + (found.ascent() - found.descent()) / 2)

"""The look of the product: tokens, fonts, icons, and what puts them in force."""

from __future__ import annotations

from ui.theme.current import colour, is_dark, is_training, say, tokens, words
from ui.theme.focus import wants_ring
from ui.theme.fonts import draw_tabular, font, line_height, tabular_width, text_width
from ui.theme.icons import draw_icon, icon
from ui.theme.theme import apply
from ui.theme.tokens import Radius, Size, Space

__all__ = [
    "Radius",
    "Size",
    "Space",
    "apply",
    "colour",
    "draw_icon",
    "draw_tabular",
    "font",
    "icon",
    "is_dark",
    "is_training",
    "line_height",
    "say",
    "tabular_width",
    "text_width",
    "tokens",
    "wants_ring",
    "words",
]

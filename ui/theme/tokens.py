"""Colours as names, type scale, spacing and radius: the only place that knows a colour value.

Contrast of every text token is at least 4.5 : 1 on the worst ground where it may stand, of control
edges and focus 3 : 1; a test computes it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal


@dataclass(frozen=True)
class Tokens:
    """One theme. Every field is a colour `#RRGGBB`; the field's name is how widgets speak of it."""

    paper: str
    surface: str
    sunken: str
    fill: str
    line: str
    line2: str
    edge: str
    ink: str
    ink2: str
    ink3: str
    accent: str
    button: str
    on_button: str
    button_line: str
    select: str
    soft: str
    quiet: str
    focus: str
    jade: str
    jade_soft: str
    ochre: str
    ochre_soft: str
    brick: str
    brick_soft: str
    plum: str
    plum_soft: str
    teal: str
    teal_soft: str
    hatch: str
    door: str
    toast: str
    on_toast: str
    toast_action: str
    toast_jade: str
    card: str
    on_card: str
    card_ink2: str
    card_jade: str
    card_ochre: str
    shadow: str


LIGHT = Tokens(
    paper="#F4F2ED",
    surface="#FFFFFF",
    sunken="#FAF8F4",
    fill="#ECE9E2",
    line="#E6E2DA",
    line2="#CFC9BE",
    edge="#8E877B",
    ink="#1F1D1A",
    ink2="#55514A",
    ink3="#6E685F",
    accent="#1D4E89",
    button="#1D4E89",
    on_button="#FFFFFF",
    button_line="#8FA9CB",
    select="#EDF2F9",
    soft="#E7EEF7",
    quiet="#A7BCD8",
    focus="#2B6CC4",
    jade="#1B6B45",
    jade_soft="#E2F1E8",
    ochre="#875300",
    ochre_soft="#FAEFD8",
    brick="#A6301D",
    brick_soft="#FBE9E4",
    plum="#7A2C69",
    plum_soft="#F5E8F2",
    teal="#1A7377",
    teal_soft="#DDF0F0",
    hatch="#BDB7AB",
    door="#D9D4CA",
    toast="#2A2825",
    on_toast="#FFFFFF",
    toast_action="#93B9EC",
    toast_jade="#72CB9E",
    card="#173E70",
    on_card="#FFFFFF",
    card_ink2="#BFD0E6",
    card_jade="#8CCBA6",
    card_ochre="#F0C673",
    shadow="#000000",
)

DARK = Tokens(
    paper="#161718",
    surface="#1E1F21",
    sunken="#1A1B1D",
    fill="#2B2D30",
    line="#2E3033",
    line2="#46494E",
    edge="#70747A",
    ink="#ECEAE5",
    ink2="#B9B5AC",
    ink3="#A6A198",
    accent="#93B9EC",
    button="#386DB4",
    on_button="#FFFFFF",
    button_line="#9FC0EC",
    select="#26303E",
    soft="#24344B",
    quiet="#4C6A92",
    focus="#6FA5EA",
    jade="#72CB9E",
    jade_soft="#1D3529",
    ochre="#E3B45C",
    ochre_soft="#3B3018",
    brick="#F2917F",
    brick_soft="#38231F",
    plum="#DCA0CF",
    plum_soft="#3C2638",
    teal="#6CC7C9",
    teal_soft="#19383A",
    hatch="#54575C",
    door="#3B3D41",
    toast="#3A3C40",
    on_toast="#FFFFFF",
    toast_action="#93B9EC",
    toast_jade="#72CB9E",
    card="#173E70",
    on_card="#FFFFFF",
    card_ink2="#BFD0E6",
    card_jade="#8CCBA6",
    card_ochre="#F0C673",
    shadow="#000000",
)

NAMES = frozenset(field.name for field in fields(Tokens))

_TRAINING_PAPER = {LIGHT: "#E4EEF0", DARK: "#14252A"}


def choose(*, dark: bool = False, training: bool = False) -> Tokens:
    """The tokens of a theme; the training profile differs by its paper only."""
    tokens = DARK if dark else LIGHT
    return replace(tokens, paper=_TRAINING_PAPER[tokens]) if training else tokens


Weight = Literal[400, 500, 600]


@dataclass(frozen=True)
class TypeRole:
    """Size and line height in logical pixels, weight of the family's three."""

    size: int
    line: int
    weight: Weight


TYPE: dict[str, TypeRole] = {
    "figure": TypeRole(26, 34, 600),
    "total": TypeRole(24, 34, 600),
    "title": TypeRole(19, 28, 600),
    "heading": TypeRole(17, 24, 600),
    "subheading": TypeRole(15, 22, 600),
    "row": TypeRole(14, 22, 500),
    "body": TypeRole(13, 20, 400),
    "small": TypeRole(12, 18, 400),
    "tiny": TypeRole(11, 16, 500),
}


class Space:
    """Distances in logical pixels; nothing between them is used."""

    XS, S, M, L, XL, XXL, HUGE = 4, 8, 12, 16, 20, 24, 36


class Radius:
    """Corner radii in logical pixels."""

    TAG, CONTROL, CARD, DIALOG = 4, 6, 8, 12


class Size:
    """Heights and widths that several places share, in logical pixels (ui.md sections 2 and 3)."""

    HEADER, STATUS_BAR, RAIL, RAIL_FOLDED = 52, 32, 184, 56
    BUTTON, PRIMARY, INPUT, KEY_CAP, CHIP = 34, 38, 34, 18, 20
    ROW, ROW_ONE_LINE, ROW_TABLE, ROW_INBOX, ROW_MEMBER, GROUP = 44, 40, 36, 54, 58, 30
    SEARCH, SEARCH_MIN, TEXT_MAX = 288, 160, 720
    FOLD_RAIL_BELOW, FOLD_BAND_BELOW = 1200, 1000

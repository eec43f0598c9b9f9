"""Columns, cells and sentences of the tables of wards and of people: a figure a column."""

from __future__ import annotations

from collections.abc import Sequence

from fieldapp.rules.campaign_figures import FIGURES, Figure
from fieldapp.words.format import number
from ui.places.progress.state import LATE, changed_told, share
from ui.say import Teller
from ui.widgets import Cell, Column

FIGURE_WIDTH = 122
NARROW = {"vsi_renewal": 1}
"""The columns that leave where there is little room."""


def figure_columns(teller: Teller, *, sorts: bool = True) -> list[Column]:
    """A column for each figure."""
    keys = [f"{scheme}_{kind}" for scheme, kind in FIGURES]
    return [
        Column(
            key,
            teller.say(f"progress_place.column_{key}"),
            FIGURE_WIDTH,
            figures=True,
            sorts=sorts,
            leaves=NARROW.get(key, 0),
        )
        for key in keys
    ]


def figure_cell(figure: Figure) -> Cell:
    """The people of a figure, with a bar of its target."""
    part = share(figure)
    late = figure.pace.state in LATE
    return Cell(number(figure.done), bar=part, bar_token="brick" if late else "quiet")


def spoken_row(name: str, figures: Sequence[Figure], teller: Teller, *more: str) -> str:
    """A row as one sentence: each figure with its column, its target and how it stands."""
    say, parts = teller.say, [name]
    for figure in figures:
        title = say(f"progress_place.column_{figure.scheme}_{figure.kind}")
        target = say("progress_place.of_target", target=number(figure.target or 0))
        late = figure.pace.state in LATE
        state = say(f"progress_place.state_{figure.pace.state}") if late else ""
        text = f"{title} {number(figure.done)}"
        parts.append(f"{text} {target} {state}".rstrip() if figure.target is not None else text)
        if changed := changed_told(figure, teller):
            parts.append(changed)
    return ", ".join([*parts, *(text for text in more if text)])

"""Where two sides' rows differ, and what the server holds there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CountParts:
    """Asks what the parts of one ward's rows sum up to, to find where two sides differ."""

    ward: str
    prefix: str = ""
    """Hex digits of `model.sums.place_of`, an even number of them, at most `DEEPEST_PREFIX`."""


@dataclass(frozen=True)
class Part:
    """Count and sum of the rows whose place begins with `prefix`."""

    prefix: str
    rows: int
    row_sum: str


@dataclass(frozen=True)
class Parts:
    """The parts that are not empty, each two digits longer than what was asked for."""

    epoch: str
    ward: str
    revision: int
    prefix: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class FetchRows:
    """Asks for the rows of one part, as the server holds them."""

    ward: str
    prefix: str


@dataclass(frozen=True)
class WireRow:
    """One row: `values` are its wire values; a conflict is a row of type `conflict`."""

    type: str
    id: str
    changeset: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """All rows of one part at a revision."""

    epoch: str
    ward: str
    revision: int
    prefix: str
    rows: tuple[WireRow, ...]

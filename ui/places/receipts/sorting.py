"""Sorting a table by what a person clicked, in the order of the Vietnamese alphabet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fieldapp.rules.folding import name_sort_key

T = TypeVar("T")


@dataclass(frozen=True)
class Sorting:
    """The sorted column and its direction."""

    column: str
    upwards: bool = False

    def clicked(self, column: str) -> Sorting:
        """The same column again turns the direction; another begins upwards."""
        if column == self.column:
            return Sorting(column, not self.upwards)
        return Sorting(column, upwards=True)

    def sorted(self, rows: Iterable[T], values: Mapping[str, Callable[[T], Any]]) -> tuple[T, ...]:
        """The rows in order; `values` gives what a column is compared by. Empty values come last,
        whichever the direction."""
        value = values[self.column]
        there: list[tuple[Any, T]] = []
        absent: list[T] = []
        for row in rows:
            found = value(row)
            if found is None or found == "":
                absent.append(row)
            else:
                there.append((name_sort_key(found) if isinstance(found, str) else found, row))
        there.sort(key=lambda pair: pair[0], reverse=not self.upwards)
        return (*(row for _, row in there), *absent)

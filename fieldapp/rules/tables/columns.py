"""What a value of a dated table may be: one function a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeGuard

MOST_DONG = 10**12
MOST_COUNT = 10_000


@dataclass(frozen=True)
class Column:
    """What a value may be: `holds` judges it, `fault` is the code that says what was wanted."""

    fault: str
    holds: Callable[[object], bool]
    values: Mapping[str, object] = field(default_factory=dict)
    optional: bool = False


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[int | Fraction]:
    return _is_whole(value) or isinstance(value, Fraction)


def _is_percent(value: object) -> bool:
    return _is_number(value) and 0 <= value <= 100


def money() -> Column:
    """Whole đồng, more than none."""
    return Column("fault_money", lambda v: _is_whole(v) and 0 < v <= MOST_DONG)


def percent() -> Column:
    """0 to 100, exact."""
    return Column("fault_percent", _is_percent)


def percents() -> Column:
    """Percentages that never rise: what the first person pays, the second, and so on."""

    def holds(value: object) -> bool:
        if not isinstance(value, list) or not value or not all(map(_is_percent, value)):
            return False
        return value == sorted(value, reverse=True)

    return Column("fault_percents", holds)


def count(least: int = 1, most: int = MOST_COUNT) -> Column:
    """A whole number of things, such as months."""
    return Column(
        "fault_count",
        lambda v: _is_whole(v) and least <= v <= most,
        {"least": least, "most": most},
    )


def counts(least: int = 1, most: int = MOST_COUNT) -> Column:
    """Whole numbers, ascending, none twice."""

    def holds(value: object) -> bool:
        if not isinstance(value, list) or not value or not all(map(_is_whole, value)):
            return False
        return value == sorted(set(value)) and least <= value[0] and value[-1] <= most

    return Column("fault_counts", holds, {"least": least, "most": most})


def text(pattern: str = r".*\S.*") -> Column:
    """A text that fits the pattern; without one, a line that says something."""
    return Column(
        "fault_text",
        lambda v: isinstance(v, str) and bool(re.fullmatch(pattern, v)),
    )


def texts(pattern: str) -> Column:
    """Texts of which each fits the pattern, none twice."""

    def holds(value: object) -> bool:
        if not isinstance(value, list) or len({str(part) for part in value}) != len(value):
            return False
        return all(isinstance(part, str) and re.fullmatch(pattern, part) for part in value)

    return Column("fault_texts", holds)


def choice(*among: str) -> Column:
    """One of a few words."""
    return Column("fault_choice", lambda v: v in among, {"among": ", ".join(among)})


def flag() -> Column:
    """True or false; a flag that is not there is false."""
    return Column("fault_flag", lambda v: isinstance(v, bool), optional=True)


def size(most: int = 1000) -> Column:
    """A length or a share, more than nothing."""
    return Column("fault_size", lambda v: _is_number(v) and 0 < v <= most, {"most": most})


def parts(of: Mapping[str, Column]) -> Column:
    """A list of small tables, each made of these columns and no others."""
    return Column("fault_parts", lambda v: _are_parts(v, of), optional=True)


def lines_of(of: Mapping[str, Column]) -> Column:
    """A list of lines, each a list of small tables."""
    return Column(
        "fault_parts",
        lambda v: isinstance(v, list) and all(_are_parts(line, of) for line in v),
        optional=True,
    )


def may_lack(column: Column) -> Column:
    """The same kind, in a column that a row need not have."""
    return replace(column, optional=True)


def _are_parts(value: object, of: Mapping[str, Column]) -> bool:
    return isinstance(value, list) and all(
        isinstance(part, dict)
        and part.keys() <= of.keys()
        and all(
            column.holds(part[name]) if name in part else column.optional
            for name, column in of.items()
        )
        for part in value
    )

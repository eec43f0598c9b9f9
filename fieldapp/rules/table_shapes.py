"""What each dated table is made of: its keys, its columns, and what their values may be.

A table that is added to `fieldapp/data` is declared here; one that is not declared can't be
replaced by the server, and a test says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Refers:
    """A column (or the key) whose values are keys of another table, or of one of several.

    `when` says on which day they must be in force there: `ever`, `from` (the row's first day), or
    `after` (the day after its last). A row that has not ended has no day after.
    """

    column: str
    tables: tuple[str, ...]
    when: str = "ever"


@dataclass(frozen=True)
class Shape:
    """What a table is made of.

    Attributes:
        columns: its columns, beside those that every table has.
        keys: a pattern for its keys; "" for a table of one value, which has no key.
        as_shipped: the program speaks of its keys by name, so a table that replaces the shipped one
            must have just these, each from the same first day at the latest.
        may_end: a key may go out of force without a row after it.
        may_rest: and may come back later (a code that is given anew).
        may_be_empty: no row at all is a table too.
        refers: its columns that name keys of other tables.
        ended_need: a column that a row with an end must not leave empty.
    """

    columns: Mapping[str, Column]
    keys: str = ""
    as_shipped: bool = False
    may_end: bool = False
    may_rest: bool = False
    may_be_empty: bool = False
    refers: tuple[Refers, ...] = ()
    ended_need: str = ""


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[int | Fraction]:
    return _is_whole(value) or isinstance(value, Fraction)


def _is_percent(value: object) -> bool:
    return _is_number(value) and 0 <= value <= 100


def money() -> Column:
    """Whole đồng, more than none."""
    return Column("fault_money", lambda v: _is_whole(v) and 0 < v <= MOST_DONG)


def percent(*, optional: bool = False) -> Column:
    """0 to 100, exact."""
    return Column("fault_percent", _is_percent, optional=optional)


def percents() -> Column:
    """Percentages that never rise: what the first person pays, the second, and so on."""

    def holds(value: object) -> bool:
        if not isinstance(value, list) or not value or not all(map(_is_percent, value)):
            return False
        return value == sorted(value, reverse=True)

    return Column("fault_percents", holds)


def count(least: int = 1, most: int = MOST_COUNT, *, optional: bool = False) -> Column:
    """A whole number of things, such as months."""
    return Column(
        "fault_count",
        lambda v: _is_whole(v) and least <= v <= most,
        {"least": least, "most": most},
        optional,
    )


def counts(least: int = 1, most: int = MOST_COUNT) -> Column:
    """Whole numbers, ascending, none twice."""

    def holds(value: object) -> bool:
        if not isinstance(value, list) or not value or not all(map(_is_whole, value)):
            return False
        return value == sorted(set(value)) and least <= value[0] and value[-1] <= most

    return Column("fault_counts", holds, {"least": least, "most": most})


def text(pattern: str = r".*\S.*", *, optional: bool = False) -> Column:
    """A text in one line that fits the pattern."""
    return Column(
        "fault_text",
        lambda v: isinstance(v, str) and bool(re.fullmatch(pattern, v)),
        optional=optional,
    )


def texts(pattern: str, *, optional: bool = False) -> Column:
    """Texts of which each fits the pattern, none twice."""

    def holds(value: object) -> bool:
        if not isinstance(value, list) or len({str(part) for part in value}) != len(value):
            return False
        return all(isinstance(part, str) and re.fullmatch(pattern, part) for part in value)

    return Column("fault_texts", holds, optional=optional)


def choice(*among: str) -> Column:
    """One of a few words."""
    return Column("fault_choice", lambda v: v in among, {"among": ", ".join(among)})


ARTICLE = {"article": text(optional=True)}
WARD_CODE, DISTRICT_CODE = r"\d{5}", r"\d{3}"
GROUP = r"[a-z][a-z0-9_]*"

SHAPES: Mapping[str, Shape] = {
    "base_salary": Shape({"dong": money()}),
    "poverty_line": Shape({"dong": money()}),
    "hhi_ladder": Shape(ARTICLE | {"rate": percent(), "percents": percents()}),
    "hhi_periods": Shape({"months": counts(1, 120)}),
    "hhi_continuity": Shape(
        ARTICLE
        | {"gap_months": count(1, 120), "wait_days": count(0, 366), "five_year_months": count()}
    ),
    "hhi_state_support": Shape(
        ARTICLE | {"percent": percent()}, keys=GROUP, as_shipped=True, may_end=True
    ),
    "hhi_insured_otherwise": Shape(
        {"payer": choice("employer", "fund", "state", "school", "city")},
        keys=GROUP,
        as_shipped=True,
        may_end=True,
    ),
    "hhi_local_support": Shape(
        {"percent": percent()},
        keys=GROUP,
        may_end=True,
        may_rest=True,
        may_be_empty=True,
        refers=(Refers("key", ("hhi_state_support", "hhi_insured_otherwise")),),
    ),
    "vsi_rate": Shape(ARTICLE | {"percent": percent()}),
    "vsi_ceiling": Shape({"times": count(1, 1000)}),
    "vsi_step": Shape({"dong": money()}),
    "vsi_support": Shape(ARTICLE | {"percent": percent()}, keys=GROUP, as_shipped=True),
    "vsi_support_limit": Shape({"months": count(0, 1200)}),
    "vsi_local_support": Shape(
        {"percent": percent()},
        keys=GROUP,
        may_end=True,
        may_rest=True,
        may_be_empty=True,
        refers=(Refers("key", ("vsi_support",)),),
    ),
    "vsi_methods": Shape(
        ARTICLE | {"months": count(1, 120), "latest_month": count(1, 120)},
        keys=GROUP + r"|\d+",
        as_shipped=True,
        may_end=True,
    ),
    "phone_prefixes": Shape({"network": text()}, keys=r"0\d{2}", may_end=True, may_rest=True),
    "province_codes": Shape({"name": text()}, keys=r"\d{3}", may_end=True, may_rest=True),
    "relationships": Shape({"vi": text(), "en": text()}, keys=r"\d{2}", may_end=True),
    "wards": Shape(
        {"name": text(), "kind": choice("ward", "commune", "special_zone"), "province": text()},
        keys=WARD_CODE,
        may_end=True,
        may_rest=True,
    ),
}
"""The shape of each table, by its name."""

"""Which generation of a form a list follows, and in which order its lines stand.

The date of the list decides, not that of the payment (QĐ366/QĐ-BHXH from 2026-05-01; before, QĐ595
as amended by QĐ505/2020 and QĐ490/2023). Forms stand in the dated table `form_layouts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.tables import Row

TABLE = "form_layouts"

Line = TypeVar("Line")


def layout(form: str, listed_on: date) -> str:
    """The generation of `form` on the date of a list: "2023" or "2026". Raises as `form_row`."""
    return form_row(form, listed_on).text("layout")


def form_row(form: str, listed_on: date) -> Row:
    """The form as it is to be filled in on the date of a list: title, columns, source.

    Raises UserMends: `rules.form_unknown`; `rules.form_replaced` where another form is in use on
    that day; `rules.form_too_old` before 2023-03-28, whose forms are not written any more.
    """
    if form not in tables.keys(TABLE):
        raise UserMends("rules.form_unknown", field="form", form=form)
    row = tables.find(TABLE, form, listed_on)
    if row is None or _is_known_only(row):
        since = min(row.valid_from for row in tables.load(TABLE) if _is_written(row))
        raise UserMends(
            "rules.form_too_old",
            field="listed_on",
            form=_number(form),
            day=listed_on,
            since=since,
        )
    if not row.text("layout"):
        raise UserMends(
            "rules.form_replaced",
            field="form",
            form=row.text("number"),
            day=listed_on,
            instead=", ".join(_number(other) for other in instead_of(row)),
        )
    return row


def _is_known_only(row: Row) -> bool:
    """Whether the program knows of the generation and does not write it."""
    return row.values.get("written") is False


def _is_written(row: Row) -> bool:
    return bool(row.text("layout")) and not _is_known_only(row)


def instead_of(row: Row) -> tuple[str, ...]:
    """The forms to use where one of this name is not in use."""
    value = row.values.get("instead", [])
    return tuple(str(form) for form in value) if isinstance(value, list) else ()


def _number(form: str) -> str:
    """What people call a form: "Mẫu D03-TS"."""
    return next(row.text("number") for row in tables.load(TABLE) if row.key == form)


def in_list_order(
    lines: Iterable[Line],
    *,
    household: Callable[[Line], str],
    rank: Callable[[Line], int | None],
    percent: Callable[[Line], Decimal],
) -> list[Line]:
    """Household by household as they first come; in each who pays 100 % first, then decreasing.

    Members outside the ladder, whose premium the State pays in part, stand after those on it
    (QĐ595 guide of D03-TS column B; NĐ188/2025 guide of Mẫu 3).
    """
    lines = list(lines)
    places: dict[str, int] = {}
    for line in lines:
        places.setdefault(household(line), len(places))

    def key(line: Line) -> tuple[int, bool, Decimal, int]:
        taken = rank(line)
        return places[household(line)], taken is None, -percent(line), taken or 0

    return sorted(lines, key=key)

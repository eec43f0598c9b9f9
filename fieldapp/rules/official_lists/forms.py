"""Which generation of a form a list follows, and in which order its lines stand.

The date of the list decides, not that of the payment (QĐ366/QĐ-BHXH from 2026-05-01; before, QĐ595
as amended by QĐ505/2020 and QĐ490/2023). Forms stand in the dated table `form_layouts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

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
    that day; `rules.form_not_yet` where there is none; `rules.form_too_old` before 2023-03-28,
    whose forms are not written any more.
    """
    if form not in tables.keys(TABLE):
        raise UserMends("rules.form_unknown", field="form", form=form)
    row = tables.find(TABLE, form, listed_on)
    if row is not None and _is_written(row):
        return row
    raise _refusal(form, row, listed_on)


def _refusal(form: str, row: Row | None, listed_on: date) -> UserMends:
    """Why the form is not filled in on that day, and what to do instead."""
    said: dict[str, Any] = {"field": "listed_on", "form": number_of_form(form), "day": listed_on}
    if row is None or row.text("layout"):
        return UserMends("rules.form_too_old", **said, since=_first_day())
    others = instead_of(row)
    if not others:
        return UserMends("rules.form_not_yet", **said, since=_first_day(form))
    return UserMends("rules.form_replaced", **said, instead=", ".join(map(number_of_form, others)))


def schemes_of(form: str, declared_on: date) -> tuple[str, ...]:
    """Whose declarations a form takes on a day: `hhi`, `vsi`. Raises as `form_row`.

    TK1-TS takes both until 2026-04-30; then it is that of VSI, and HHI has Mẫu 2 (NĐ188/2025).
    """
    return _names(form_row(form, declared_on), "schemes")


def instead_of(row: Row) -> tuple[str, ...]:
    """The forms to use where one of this name is not in use."""
    return _names(row, "instead")


def _names(row: Row, column: str) -> tuple[str, ...]:
    value = row.values.get(column, [])
    return tuple(str(name) for name in value) if isinstance(value, list) else ()


def _is_written(row: Row) -> bool:
    """Whether the program writes this generation; of some it only knows that they were."""
    return bool(row.text("layout")) and row.values.get("written", True) is not False


def _first_day(form: str = "") -> date:
    """The first day on which the form, or any form, is written."""
    written = [row for row in tables.load(TABLE) if _is_written(row)]
    return min(row.valid_from for row in written if form in ("", row.key))


def number_of_form(form: str) -> str:
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

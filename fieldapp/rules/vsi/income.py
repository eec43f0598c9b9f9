"""The monthly incomes that may be chosen in voluntary social insurance: floor, ceiling, step.

From the rural poverty line to 20 base salaries (Luật 41/2024 Điều 31.2); before 2025-07-01 in steps
of 50,000 đồng (NĐ134/2015). From then on the law names no step: any whole đồng is taken, and one
off the usual step is told as open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.rules import tables


@dataclass(frozen=True)
class IncomeRange:
    """The incomes that may be chosen on a day, in đồng a month: floor + m × step up to ceiling."""

    floor: int
    ceiling: int
    step: int


def income_range(day: date) -> IncomeRange:
    """The incomes that may be chosen on a day (Luật 41/2024 Điều 31.2; NĐ134/2015)."""
    ceiling = tables.at("vsi_ceiling", "", day).whole("times")
    return IncomeRange(
        floor=tables.at("poverty_line", "", day).whole("dong"),
        ceiling=ceiling * tables.at("base_salary", "", day).whole("dong"),
        step=tables.at("vsi_step", "", day).whole("dong"),
    )


def widest_range() -> IncomeRange:
    """From the lowest floor to the highest ceiling that the tables have held: for money that was
    paid on a day that is not said."""
    times = max(row.whole("times") for row in tables.load("vsi_ceiling"))
    return IncomeRange(
        floor=min(row.whole("dong") for row in tables.load("poverty_line")),
        ceiling=times * max(row.whole("dong") for row in tables.load("base_salary")),
        step=1,
    )


def check_income(income: int, incomes: IncomeRange) -> None:
    """Raises UserMends for an income below the floor, above the ceiling, or between two steps."""
    if income < incomes.floor:
        raise UserMends("rules.vsi_income_low", field="income", floor_dong=incomes.floor)
    if income > incomes.ceiling:
        raise UserMends("rules.vsi_income_high", field="income", ceiling_dong=incomes.ceiling)
    over = (income - incomes.floor) % incomes.step
    if over:
        raise UserMends(
            "rules.vsi_income_off_step",
            field="income",
            step_dong=incomes.step,
            below_dong=income - over,
            above_dong=min(income - over + incomes.step, incomes.ceiling),
        )

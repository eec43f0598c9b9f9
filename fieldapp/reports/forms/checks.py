"""No list leaves whose money is not that of its receipts, or not what the form's formula gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from fieldapp.errors import DefectFound
from fieldapp.reports.forms.content import HealthLine, SocialLine
from fieldapp.rules.official_lists.money import agrees, hhi_gross, months_supported, vsi_gross

SUPPORTERS = ("state", "local", "other")


def check_line(line: HealthLine | SocialLine, number: int, listed_on: date) -> None:
    """Raises DefectFound `forms.line_differs` with the line's number and the amounts.

    Rates are those of the receipt's date; a line without one takes the date of the list.
    """
    checked = _Checked(line, number, line.receipt.issued_on or listed_on)
    checked.sums()
    if isinstance(line, HealthLine):
        checked.health(line)
    else:
        checked.social(line)


def state_months(line: SocialLine, listed_on: date) -> int:
    """For how many of the months the State's part was paid; the line has been checked."""
    paid_on = line.receipt.issued_on or listed_on
    found = months_supported(
        line.state_dong, line.state_percent, line.line_dong, line.months, paid_on
    )
    return line.months if found is None else found


def formula_gross(line: SocialLine, listed_on: date) -> int:
    """Column 4 × 5 × 22 %: differs from the premium where years ahead are discounted."""
    return vsi_gross(line.income_dong, line.months, line.receipt.issued_on or listed_on)


class _Checked:
    """One line under test."""

    def __init__(self, line: HealthLine | SocialLine, number: int, paid_on: date) -> None:
        self._line = line
        self._number = number
        self._paid_on = paid_on

    def sums(self) -> None:
        """The parts are not negative and add up to the premium."""
        line = self._line
        parts = line.state_dong + line.local_dong + line.other_dong + line.participant_dong
        if parts != line.gross_dong:
            self._differs("sum", line.gross_dong, parts)
        for name in (*SUPPORTERS, "participant"):
            dong = getattr(line, f"{name}_dong")
            if dong < 0:
                self._differs(name, dong, 0)

    def health(self, line: HealthLine) -> None:
        """The premium is base × rate × ladder × months, each support its part of it."""
        gross = hhi_gross(line.base_dong, line.percent, line.months, self._paid_on)
        if gross != line.gross_dong:
            self._differs("gross", line.gross_dong, gross)
        for name, dong, percent in self._supports():
            exact = line.gross_dong * Fraction(percent) / 100
            if not agrees(dong, exact):
                self._differs(name, dong, int(exact))

    def social(self, line: SocialLine) -> None:
        """Paid month by month it is months × income × 22 %; supports are whole months' worth."""
        if line.method == "periodic":
            gross = vsi_gross(line.income_dong, line.months, self._paid_on)
            if gross != line.gross_dong:
                self._differs("gross", line.gross_dong, gross)
        for name, dong, percent in self._supports():
            basis = line.line_dong, line.months, self._paid_on
            if months_supported(dong, percent, *basis) is None:
                monthly = vsi_gross(line.line_dong, line.months, self._paid_on)
                self._differs(name, dong, int(monthly * percent / 100))

    def _supports(self) -> list[tuple[str, int, Decimal]]:
        line = self._line
        return [
            (name, getattr(line, f"{name}_dong"), getattr(line, f"{name}_percent"))
            for name in SUPPORTERS
        ]

    def _differs(self, what: str, stored: int, computed: int) -> None:
        raise DefectFound(
            "forms.line_differs",
            line=self._number,
            name=self._line.person.full_name,
            what=what,
            stored_dong=stored,
            computed_dong=computed,
        )

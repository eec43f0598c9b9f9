"""Until when the next payment of voluntary social insurance may be made: not when the paid months
end, but some months into the next term (Luật 41/2024 Điều 36; before 2025-07-01 QĐ595 Điều 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fieldapp.rules.calendar_months import add_months, months_and_days
from fieldapp.rules.explained import Reason, Value
from fieldapp.rules.vsi.methods import latest_payment, periodic_row, terms


@dataclass(frozen=True)
class Due:
    """The last day of the next payment, and the months of its term; `months` None: the day is as
    the agency's list says it (D08a-TS, "hạn cuối phải đóng")."""

    day: date
    months: int | None

    def reason(self, name: str, today: date) -> Reason:
        """Why to come: the payment is due, or it is too late for it and the payments are paused
        (QĐ595 Điều 11.3)."""
        if self.day < today:
            return Reason("vsi_paused_since", {"name": name, "day": self.day})
        if self.months is None:
            return Reason("vsi_due", {"name": name, "day": self.day})
        row = periodic_row(self.months, self.day)
        values: dict[str, Value] = {"name": name, "day": self.day, "months": self.months}
        values |= {"n": row.whole("latest_month"), "article": row.article}
        return Reason("vsi_due_term", values)


def due_after(starts_on: date | None, ends_on: date) -> Due:
    """What is due after the last period that a person has paid for, or was listed for.

    Without a first day it stands on a list of the agency, and its end is the day to pay. Else the
    person goes on with the term that she paid last; after one that can't be gone on with, such as
    years paid ahead, with the shortest.
    """
    in_next = add_months(ends_on, 1)
    possible = terms(in_next)
    if starts_on is None or not possible:
        return Due(ends_on, None)
    paid = months_and_days(starts_on, in_next)[0]
    months = paid if paid in possible else possible[0]
    return Due(latest_payment(months, in_next), months)

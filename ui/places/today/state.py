"""What Today shows and allows, without a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fieldapp.usecases.visiting.today import Today, TodayRow

FILTERS = ("all", "appointment", "ends_30", "late", "never")
OUTCOME_KEYS = {
    "1": "not_at_home",
    "2": "appointment",
    "3": "considering",
    "4": "refused",
    "5": "enrolled",
    "6": "moved",
    "7": "do_not_contact",
}
AT_ONCE = frozenset({"not_at_home", "considering", "refused", "moved", "do_not_contact"})
"""Outcomes that are recorded by their key alone; an appointment asks for a day, an enrolment for
everything."""

Emptiness = Literal["", "no_list", "calm", "filter"]


def key_of(ward: str, household: str) -> str:
    """How a row is known."""
    return f"{ward}/{household}"


@dataclass(frozen=True)
class TodayState:
    """The list as it was read last, the filter and order, the selected row.

    `any_household` is False while this laptop has no list at all. `pending` holds rows whose
    outcome is being written: no second one is taken for them.
    """

    today: Today | None = None
    any_household: bool = True
    only: str = "all"
    order: str = "urgency"
    selected: str = ""
    pending: frozenset[str] = frozenset()

    def keys(self) -> list[str]:
        """The keys of all rows in the order in which they are shown."""
        return [key_of(row.ward, row.household) for row in self.today.rows] if self.today else []

    def row(self, key: str) -> TodayRow | None:
        """The row of a key."""
        place = self._place(key)
        return None if place is None or self.today is None else self.today.rows[place]

    def _place(self, key: str) -> int | None:
        ward, _, household = key.partition("/")
        return self.today.at.get((ward, household)) if self.today else None

    def current(self) -> TodayRow | None:
        """The selected row."""
        return self.row(self.selected)

    def can_record(self) -> bool:
        """Whether an outcome may be recorded for the selected row now."""
        return self.current() is not None and self.selected not in self.pending

    def after(self, key: str) -> str:
        """Where the selection goes on to: the next door still to come, else the one before it."""
        rows = self.today.rows if self.today else ()
        at = self._place(key)
        if at is None:
            return key_of(rows[0].ward, rows[0].household) if rows else ""
        for row in chain(islice(rows, at + 1, None), reversed(rows[:at])):
            other = key_of(row.ward, row.household)
            if row.done is None and other not in self.pending:
                return other
        return key

    def with_list(self, today: Today, *, any_household: bool = True) -> TodayState:
        """The state with a list that was just read; the selection stays if its row does."""
        state = replace(self, today=today, any_household=any_household)
        if state.row(self.selected) is not None:
            return state
        to_come = next((row for row in today.rows if row.done is None), None)
        first = to_come or next(iter(today.rows), None)
        return replace(state, selected=key_of(first.ward, first.household) if first else "")

    def emptiness(self) -> Emptiness:
        """Why there are no rows; empty while there are some, or nothing was read yet."""
        if self.today is None or self.today.rows:
            return ""
        if self.only != "all":
            return "filter"
        return "calm" if self.any_household else "no_list"

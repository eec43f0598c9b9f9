"""Whether a person's age fits the insurance group that was entered, and what to ask if not.

Whoever is insured by somebody else must not be sold household insurance; whoever is put down for
somebody else's money without being entitled stays without a card. Both are warnings with a sentence
to say at the door: only the agency knows residence, school and allowances.
"""

from __future__ import annotations

from datetime import date

from fieldapp.rules import tables
from fieldapp.rules.explained import Finding

HOUSEHOLD = "household"
TABLE = "hhi_ages"


def check_group(group: str, born_on: date | None, today: date) -> list[Finding]:
    """What to ask about a person's group at her age, as the table `hhi_ages` has it on a day.

    Asked of those who pay with the household at an age at which somebody else may pay, of those
    who have a group of another age, and of those whom somebody else insures anyway.
    """
    if born_on is None or born_on > today:
        return []
    age = age_on(born_on, today)
    fitting = [row.key for row in tables.rows_at(TABLE, today) if _fits(row, age)]
    if group == HOUSEHOLD:
        return [_ask(f"group_ask_{key}", age) for key in fitting[:1]]
    if group in tables.keys(TABLE) and group not in fitting:
        return [_ask("group_other_age", age)]
    return []


def age_on(born_on: date, day: date) -> int:
    """Full years of age on a day; who was born on 29 February ages on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _fits(row: tables.Row, age: int) -> bool:
    below = row.whole("below_age") if "below_age" in row.values else age + 1
    return row.whole("from_age") <= age < below


def _ask(code: str, age: int) -> Finding:
    return Finding(code, "warning", {"age": age}, "group")

"""Which group a person takes part in health insurance by, and who else pays for it.

Of several supported groups the one with the highest support counts (NĐ146/2018 Điều 8.2). Whom
somebody else insures does not pay as a household: the groups of Luật BHYT Điều 12 go in its order,
and the household comes last (QĐ595 Điều 17.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.explained import UNVERIFIED, Reason

HOUSEHOLD = "household"


@dataclass(frozen=True)
class Standing:
    """How a person takes part on a day.

    `support` is the row of `hhi_state_support` that counts; None: as a member of the household,
    by the ladder. `several` where it was chosen from more than one.
    """

    group: str
    support: tables.Row | None
    several: bool = False


def standing(groups: Sequence[str], day: date, *, field: str) -> Standing:
    """How a person of these groups (the main one first) takes part on a day.

    Raises UserMends about `field`: "rules.hhi_group_unknown", "rules.insured_<group>" for whom
    somebody else insures ("rules.insured_open" where that is not verified),
    "rules.hhi_group_not_yet" where the law of the day knows none of them.
    """
    for group in groups:
        _refuse(group, day, field)
    found = [tables.find("hhi_state_support", group, day) for group in groups]
    supports = [row for row in found if row is not None]
    if supports:
        best = max(supports, key=lambda row: (row.number("percent"), city_percent(row.key, day)))
        return Standing(best.key, best, several=len(supports) > 1)
    ordinary = [group for group in groups if group not in tables.keys("hhi_state_support")]
    if not ordinary:
        raise UserMends("rules.hhi_group_not_yet", field=field, group=groups[0], day=day)
    return Standing(ordinary[0], None)


def _refuse(group: str, day: date, field: str) -> None:
    """Refuses who is insured otherwise; before the day of that rule they paid as a household."""
    if group not in known_groups():
        raise UserMends("rules.hhi_group_unknown", field=field, group=group)
    reason = why_not(group, day)
    if reason:
        raise UserMends(f"rules.{reason.code}", field=field, group=group)


def known_groups() -> frozenset[str]:
    """All groups that there are: who pays, whom the State helps, whom somebody else insures."""
    return frozenset({HOUSEHOLD}).union(
        tables.keys("hhi_state_support"), tables.keys("hhi_insured_otherwise")
    )


def groups_for(groups: Sequence[str]) -> tuple[str, ...]:
    """The groups of a person that the health insurance knows; the main one, the first, always."""
    return (*groups[:1], *(group for group in groups[1:] if group in known_groups()))


def why_not(group: str, day: date) -> Reason | None:
    """Why a member of this group does not pay as a household on that day; None if they may."""
    row = tables.find("hhi_insured_otherwise", group, day)
    if row is None:
        return None
    return Reason("insured_open" if row.confidence == UNVERIFIED else f"insured_{group}")


def pays_at_door(group: str) -> bool:
    """Whether a card of this group is renewed by the household itself, with or without support."""
    if group == HOUSEHOLD:  # nearly everybody, and the working list asks of everybody
        return True
    return group in paying_at_door()


def paying_at_door() -> frozenset[str]:
    """All groups that `pays_at_door` says yes of."""
    supported = tables.keys("hhi_state_support") - tables.keys("hhi_insured_otherwise")
    return supported | {HOUSEHOLD}


def city_percent(group: str, day: date) -> Fraction:
    """The part of the premium in percent that the city pays for a group on that day."""
    row = tables.find("hhi_local_support", group, day)
    return row.number("percent") if row else Fraction(0)

"""Who helps to pay voluntary social insurance: the State, the locality, sponsors.

The State pays n × k × 22 % × CN (the rural poverty line on the day of payment) for at most 120
months paid (NĐ159/2025 Điều 5; before, QĐ595 Điều 12). Locality and sponsors give percents of the
same base for the same months (guide of D05-TS, QĐ366).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from fieldapp.errors import DefectFound, UserMends
from fieldapp.rules import tables
from fieldapp.rules.calendar_months import months_and_days
from fieldapp.rules.explained import Step, Value
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.money.shares import Shares

EVERYONE_ELSE = "other"


@dataclass(frozen=True)
class Aid:
    """What is known of a person's support.

    `groups` are keys of the table `vsi_support`, the highest rate counts, and the city's highest
    addition, which may be that of another group. `months_used` counts the
    months supported so far. Percents are of 22 % of the poverty line: `local_percent` None takes
    the city's from `vsi_local_support`, `other_percent` is what sponsors give.
    """

    groups: tuple[str, ...] = (EVERYONE_ELSE,)
    months_used: int = 0
    local_percent: int | Fraction | None = None
    other_percent: int | Fraction = 0


@dataclass(frozen=True)
class Support:
    """The support of one payment, exact, with the rows that it comes from.

    `months` of the months paid are supported. `scope` is the clause that lets this method have
    support where that is not plain; `local_row` None: the locality's percent was typed;
    `local_base` is the clause on what it is a percent of.
    """

    group: str
    months: int
    of_months: int
    base: Fraction
    percent: Fraction
    local_percent: Fraction
    other_percent: Fraction
    row: tables.Row
    poverty: tables.Row
    rate: tables.Row
    limit: tables.Row
    scope: tables.Row | None
    local_row: tables.Row | None
    local_base: tables.Row

    def dong(self, percent: Fraction) -> Fraction:
        """n × percent × 22 % × CN in đồng, exact."""
        return self.months * percent / 100 * self.base

    def steps(self, shares: Shares, income: int) -> list[Step]:
        """Each part that is not 0, and the end of the support if it falls inside the months.

        The news speak of the city's percent "of the premium", the guide of D05-TS of that of the
        poverty line: for an `income` above the line that is open, and told so.
        """
        base = self.poverty, self.rate
        scope = (self.scope,) if self.scope else ()
        found = []
        if shares.state:
            rows = (self.row, *base, *scope)
            found.append(Step("vsi_state", self._values(self.percent, shares.state), rows))
        if shares.local:
            values = self._values(self.local_percent, shares.local)
            if self.local_row is None:
                found.append(Step("vsi_local_typed", values))
            else:
                open_base = (self.local_base,) if income > self.poverty.whole("dong") else ()
                rows = (self.local_row, *base, *scope, *open_base)
                found.append(Step("vsi_local", values, rows))
        if shares.other:
            found.append(Step("vsi_other", self._values(self.other_percent, shares.other)))
        if self.percent and self.months < self.of_months:
            used_up: dict[str, Value] = {"limit": self.limit.whole("months"), "months": self.months}
            found.append(Step("vsi_support_ends", used_up, (self.limit,)))
        return found

    def _values(self, percent: Fraction, dong: int) -> dict[str, Value]:
        return {
            "percent": percent_text(percent),
            "rate": percent_text(self.rate.number("percent")),
            "poverty_dong": self.poverty.whole("dong"),
            "months": self.months,
            "support_dong": dong,
        }


def support_for(aid: Aid, *, months: int, paid_on: date, scope: str | None) -> Support:
    """The support of a payment for `months`; `scope` names a row of the table `clauses`, or none.

    Raises UserMends for an unknown group and a percent below 0; DefectFound for negative months
    used.
    """
    _check(aid)
    row = _highest(aid.groups, paid_on)
    poverty = tables.at("poverty_line", "", paid_on)
    rate = tables.at("vsi_rate", "", paid_on)
    limit = tables.at("vsi_support_limit", "", paid_on)
    city = _city_row(aid.groups, paid_on)
    of_city = city.number("percent") if city else Fraction(0)
    local = of_city if aid.local_percent is None else Fraction(aid.local_percent)
    return Support(
        group=row.key,
        months=min(months, max(0, limit.whole("months") - aid.months_used)),
        of_months=months,
        base=rate.number("percent") / 100 * poverty.number("dong"),
        percent=row.number("percent"),
        local_percent=local,
        other_percent=Fraction(aid.other_percent),
        row=row,
        poverty=poverty,
        rate=rate,
        limit=limit,
        scope=tables.at("clauses", scope, paid_on) if scope else None,
        local_row=city if local == of_city else None,
        local_base=tables.at("clauses", "vsi_local_base", paid_on),
    )


def _check(aid: Aid) -> None:
    if aid.months_used < 0:
        raise DefectFound("rules.support_months_negative", used=aid.months_used)
    for group in aid.groups:
        if group not in tables.keys("vsi_support"):
            raise UserMends("rules.vsi_group_unknown", field="group", group=group)
    for name, percent in (("local", aid.local_percent), ("other", aid.other_percent)):
        if percent is not None and percent < 0:
            raise UserMends("rules.percent_negative", field=f"{name}_percent")


def _highest(groups: tuple[str, ...], day: date) -> tables.Row:
    """The row of the group with the highest rate; of equal ones the first."""
    rows = [tables.at("vsi_support", group, day) for group in groups]
    return max(rows, key=lambda row: row.number("percent"))


def _city_row(groups: tuple[str, ...], day: date) -> tables.Row | None:
    """The highest of the city's additions: they go by the household's poverty, whichever group the
    State pays by (NQ84/2025/NQ-HĐND)."""
    rows = [tables.find("vsi_local_support", group, day) for group in groups]
    return max((row for row in rows if row), key=lambda row: row.number("percent"), default=None)


# --- from what is known of a person ---------------------------------------------------------------

_OF_HEALTH_GROUP = {"near_poor_hard": "near_poor", "ethnic_left_hard": "ethnic_minority"}
"""Groups of the health insurance whose people stand in one of `vsi_support` by the same proof."""


def groups_for(groups: Iterable[str]) -> tuple[str, ...]:
    """The groups of `vsi_support` among the groups of a person; at least everybody's."""
    known = tables.keys("vsi_support")
    named = (_OF_HEALTH_GROUP.get(group, group) for group in groups)
    return tuple(group for group in named if group in known) or (EVERYONE_ELSE,)


def months_supported(spans: Iterable[tuple[date, date]]) -> int:
    """How many months were supported so far, from the first and last days of what was paid.

    Counts whole months since there is support at all.
    """
    rows = tables.load("vsi_support")
    begins = min(row.valid_from for row in rows if row.number("percent"))
    ended = ((first, last + timedelta(days=1)) for first, last in spans)
    return sum(months_and_days(max(first, begins), max(end, begins))[0] for first, end in ended)

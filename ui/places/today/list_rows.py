"""The rows of Today as the list paints them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fieldapp.words.format import clock_time, money
from ui.places.today.state import key_of
from ui.say import OUTCOME_ICONS, Teller, with_name
from ui.widgets import Group, Mark, Row
from ui.widgets.doors import Door
from ui.widgets.rows import Item, Later

if TYPE_CHECKING:
    from fieldapp.usecases.visiting.today import DoneVisit, Today, TodayGroup, TodayRow

MARKS = {
    "late": ("brick", True, ""),
    "soon": ("ochre", True, ""),
    "time": ("accent", True, "clock"),
    "calm": ("ink3", False, ""),
}
BETWEEN = " · "
DOORS: dict[str, Door] = {
    "absent": "away",
    "to_come": "coming",
    "enrolled": "enrolled",
    "talked": "talked",
    "next": "next",
}
"""What the drawing of the doors calls them."""


def items_of(today: Today, teller: Teller) -> list[Item]:
    """Headings and rows of the list; what a row says is put into words when it is looked at."""
    items: list[Item] = []
    for group in today.groups:
        items.append(_heading(group, teller, counted=today.whole))
        street = group.band is not None
        items += [
            Later(
                key_of(row.ward, row.household),
                row.house_number,
                partial(row_of, row, teller, street=street),
            )
            for row in group.rows
        ]
    return items


def _heading(group: TodayGroup, teller: Teller, *, counted: bool) -> Group:
    title = group.street
    if group.band:
        title = teller.say(f"urgency.band_{group.band}")
    elif group.alley:
        title = teller.say("rules.alley", prefix=group.alley, street=group.street)
    code = "today.group_note" if group.left else "today.group_done"
    note = teller.say(code, n=len(group.rows), left=group.left) if counted else ""
    return Group(group.band or f"{group.street}/{group.alley or ''}", title, note)


def row_of(row: TodayRow, teller: Teller, *, street: bool = False) -> Row:
    """One household; `street` names its street, where the heading does not."""
    people = teller.people(row.members)
    done = row.done
    fact, stake = _done_texts(done, teller) if done else _texts(row, teller)
    return Row(
        key=key_of(row.ward, row.household),
        lead=row.house_number,
        title=row.head_name,
        note=f"{row.street}{BETWEEN}{people}" if street else people,
        fact=fact,
        fact_strong=row.urgency_level == "late" and done is None,
        stake=stake,
        extra=_last_visit(row, teller),
        mark=_done_mark(done, teller) if done else _mark(row, teller),
        state=row.state,
        done=done is not None,
    )


def _texts(row: TodayRow, teller: Teller) -> tuple[str, str]:
    facts = [teller.reason(reason) for reason in (row.reason, *row.also)]
    stake = teller.reason(with_name(row.stake, row.held_by))
    if row.held_by and row.held_until and not stake:
        stake = teller.say("today.held", name=row.held_by, day=teller.day(row.held_until))
    return BETWEEN.join(fact for fact in facts if fact), stake


def _done_texts(done: DoneVisit, teller: Teller) -> tuple[str, str]:
    note = done.note.replace("\n", " ") or teller.outcome_done(done.outcome).lower()
    fact = teller.say("today.done_line", time=clock_time(done.at), note=note)
    if done.receipt:
        paid = teller.say(
            "today.done_enrolled_line", amount=money(done.amount_dong), receipt=done.receipt
        )
        return fact, paid
    if done.next_on:
        return fact, teller.say("today.next_on", day=teller.day(done.next_on))
    return fact, ""


def _mark(row: TodayRow, teller: Teller) -> Mark:
    token, strong, icon = MARKS.get(row.urgency_level, MARKS["calm"])
    return Mark(teller.reason(row.urgency), token, icon, strong)


def _done_mark(done: DoneVisit, teller: Teller) -> Mark:
    token = "jade" if done.outcome == "enrolled" else "ink2"
    icon = OUTCOME_ICONS.get(done.outcome, "check-circle")
    return Mark(teller.outcome_done(done.outcome), token, icon)


def _last_visit(row: TodayRow, teller: Teller) -> str:
    if row.last_visit_on is None:
        return ""
    return teller.say("today.last_visit", day=teller.day(row.last_visit_on))

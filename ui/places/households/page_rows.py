"""The page of a household as its lists paint it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.places.households.covers import segments_of
from ui.places.households.member_list import MemberLine
from ui.say import OUTCOME_ICONS, Teller, born_text
from ui.widgets import Row

if TYPE_CHECKING:
    from fieldapp.usecases.households.history import HistoryRow
    from fieldapp.usecases.households.household import HouseholdPage, MemberRow
    from fieldapp.usecases.receipts.money import ReceiptRow

TABS = ("history", "visits", "dossiers", "receipts", "papers")
VISIT_ICONS = frozenset(OUTCOME_ICONS.values())
PAID_ICON = "receipt"


def member_line(member: MemberRow, teller: Teller) -> MemberLine:
    """One member over the time axis."""
    who = [
        teller.relationship(member.relationship),
        teller.sex(member.sex),
        born_text(member.born_on, teller.today),
    ]
    return MemberLine(
        key=member.person,
        name=member.name,
        who=", ".join(part for part in who if part),
        segments=tuple(segments_of(member.covers, teller.today, teller)),
        advice=teller.reason(member.advice),
        more=teller.reason(member.advice_more),
        level=member.advice_level,
    )


def rows_of(tab: str, page: HouseholdPage, teller: Teller) -> list[Row]:
    """The rows below a tab."""
    if tab == "receipts":
        return [_receipt_row(row, teller) for row in page.receipts]
    return [_history_row(row, teller) for row in _of_tab(tab, page)]


def counts_of(page: HouseholdPage, papers: int) -> dict[str, int]:
    """How many rows each tab has."""
    counts = {tab: len(_of_tab(tab, page)) for tab in TABS}
    return counts | {"receipts": len(page.receipts), "papers": papers}


def _of_tab(tab: str, page: HouseholdPage) -> list[HistoryRow]:
    if tab == "visits":
        return [row for row in page.history if row.icon in VISIT_ICONS]
    if tab == "dossiers":
        return [row for row in page.history if row.icon == PAID_ICON]
    return list(page.history)


def _history_row(row: HistoryRow, teller: Teller) -> Row:
    return Row(
        key=row.changeset or f"{row.at:%s}",
        time=teller.when(row.at),
        icon=row.icon,
        title=teller.reason(row.text),
        note=row.by,
        state=row.state,
    )


def _receipt_row(row: ReceiptRow, teller: Teller) -> Row:
    values = {"number": row.number, "amount_dong": row.amount_dong}
    return Row(
        key=row.receipt,
        time=teller.when(row.issued_at),
        icon=PAID_ICON,
        title=teller.say("household.receipt_line", **teller.values(values)),
        note=teller.say("household.receipt_note", payer=row.payer, by=row.by),
        state=row.state,
    )

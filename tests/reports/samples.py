"""Rows for the tests of the reports: ordinary ones, and names as nobody should have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from fieldapp.reports.visit_row import VisitRow
from fieldapp.reports.visits import VisitLog, WardPosition
from fieldapp.words import Words

VI = Words("vi")
MADE_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

ROW = VisitRow(
    visited_at=datetime(2026, 11, 22, 17, 30, tzinfo=UTC),  # half past midnight on the 23rd
    visited_on=date(2026, 11, 23),
    ward_code="00070",
    ward_name="Phường Thạnh Mỹ Tây",
    canvasser="Lê Thị Hồng Lan",
    head="Nguyễn Thị Bích Hằng",
    house_number="12/3",
    street="Ung Văn Khiêm",
    neighbourhood="Khu phố 3",
    members=5,
    outcome="enrolled",
    next_on=date(2026, 11, 30),
    note="Hẹn tối",
    enrolments=2,
    receipts=("0041906", "0041907"),
    amount_dong=1_263_600,
    id_number="001168002117",
    phone="0903000123",
)

LOG = VisitLog(
    made_at=MADE_AT,
    made_by="Vũ Thu Hiền",
    positions=(WardPosition("Phường Thạnh Mỹ Tây", 1, 1204),),
    wards=("Phường Thạnh Mỹ Tây",),
    date_from=date(2026, 11, 1),
    outcomes=("enrolled", "outcome_of_a_newer_program"),
)

HOSTILE = (
    '=cmd|" /C calc"!A0',
    "=HYPERLINK(\"http://example.invalid\")",
    "+1",
    "-2",
    "@x",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "'=1+1",
    "''",
    "x;=1+1",
    "x,=1+1",
    "a\n=1+1",
    'quote " inside; and separators, too',
    "🏠🧑🏽‍🌾 nhà",
    "\u202eأحمد\u202c",
    "dài " * 2_500,
    "d" * 10_000,
    "tách rời: a\u0302\u0323",
    "\x00\x07\ud800",
    "",
)  # fmt: skip


def visits(count: int) -> list[VisitRow]:
    """Rows that differ in time, name and amount."""
    return [
        ROW._replace(
            visited_at=ROW.visited_at + timedelta(minutes=number),
            head=f"Trần Thị {number}",
            amount_dong=1_000 * number,
            enrolments=number % 3,
        )
        for number in range(count)
    ]


def hostile_rows() -> list[VisitRow]:
    """One row for each hostile text, which is name, note, canvasser and phone at once."""
    return [
        ROW._replace(head=text, note=text, canvasser=text, phone=text, receipts=(text,))
        for text in HOSTILE
    ]

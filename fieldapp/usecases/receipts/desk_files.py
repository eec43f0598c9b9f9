"""The tables of the desk's money as files: what is seen, with what was chosen and as of when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from fieldapp.clock import VIETNAM, business_date
from fieldapp.errors import UserMends
from fieldapp.reports.tables import TableHead, Value, WrittenTable, write_table
from fieldapp.rules.money.cash import AGES
from fieldapp.store.receipt_choice import ReceiptChoice
from fieldapp.store.store import Store
from fieldapp.usecases.noting import noted_export
from fieldapp.usecases.receipts.desk import MoneyDesk, money_desk
from fieldapp.usecases.receipts.receipt_pages import page_of, receipt_choice
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.words import Words
from fieldapp.words.format import clock_time, long_date

AT_ONCE = 1_000

Columns = tuple[tuple[str, int], ...]
COLUMNS: Mapping[str, Columns] = {
    "faults": (("kind", 14), ("book", 14), ("number", 24), ("person", 28), ("at", 18)),
    "cash": (
        *(("person", 28), ("ward", 22), ("oldest", 12), ("fresh", 14), ("due", 14)),
        *(("late", 14), ("pending", 14), ("waiting", 14), ("total", 16)),
    ),
    "remittances": (
        *(("person", 28), ("ward", 22), ("at", 18), ("receipts", 10), ("amount", 16)),
        *(("counted", 16), ("state", 18), ("note", 30)),
    ),
    "books": (
        *(("person", 28), ("machine", 20), ("book", 14), ("range", 22), ("used", 10)),
        *(("void", 8), ("missing", 8), ("left", 8), ("seen", 18)),
    ),
    "receipts": (
        *(("book", 14), ("number", 12), ("at", 18), ("payer", 28), ("address", 34)),
        *(("person", 28), ("method", 14), ("state", 18), ("amount", 16)),
    ),
}
"""Columns of each table and their widths: their heads are those of the screen."""


def write_desk_table(
    store: Store,
    path: Path,
    words: Words,
    table: str,
    *,
    since: date | None = None,
    until: date | None = None,
    ward: str = "",
    by: str = "",
    only: str = "",
    sort: str = "at",
    upwards: bool = False,
) -> WrittenTable:
    """Writes one of the desk's tables (`COLUMNS`) as a workbook; `by`, `only` and the order count
    for receipts.

    Raises:
        UserMends: `receipts.no_such_table`, as `money_desk` says; SurroundingsMend: the file can't
            be written (`reports.…`).
    """
    if table not in COLUMNS:
        raise UserMends("receipts.no_such_table", field="table", names=", ".join(COLUMNS))
    desk = money_desk(store, since=since, until=until, ward=ward)
    chosen = receipt_choice(
        store, since=since, until=until, ward=ward, by=by, only=only, sort=sort, upwards=upwards
    )
    heads = tuple((words.say(_head(key)), width) for key, width in COLUMNS[table])
    head = TableHead(words.say(f"money_place.tab_{table}"), _notes(desk, words), heads)
    makers: Mapping[str, Callable[[], Iterator[list[Value]]]] = {
        "faults": lambda: _faults(desk, words),
        "cash": lambda: _cash(desk),
        "remittances": lambda: _remittances(desk, words),
        "books": lambda: _books(desk, words),
        "receipts": lambda: _receipts(store, chosen, words),
    }
    choices = {"table": table, "since": desk.since.isoformat(), "until": desk.until.isoformat()}
    choices |= {"by": by, "only": only}
    with noted_export(store, "money", chosen.wards, choices, masked=True) as came:
        written = write_table(path, head, makers[table](), words)
        came.to(rows=written.rows, sha256=written.sha256)
    return written


def _head(key: str) -> str:
    return {"address": "receipts_place.address", "note": "money_place.column_note"}.get(
        key, f"money_place.column_{key}"
    )


def _notes(desk: MoneyDesk, words: Words) -> tuple[str, ...]:
    at = desk.current_at
    as_of = words.say("money_place.as_of_unknown")
    if at is not None:
        day = long_date(business_date(at))
        as_of = words.say("money_place.as_of", time=clock_time(at), day=day)
    span = {"first": long_date(desk.since), "last": long_date(desk.until)}
    wards = ", ".join(one.name for one in desk.wards)
    return words.say("money_place.file_note", as_of=as_of, **span), wards


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if at else ""


def _faults(desk: MoneyDesk, words: Words) -> Iterator[list[Value]]:
    for row in desk.faults:
        fault = row.fault
        first, last = receipt_number(fault.first), receipt_number(fault.last)
        number = first if first == last else words.say("money_place.range", first=first, last=last)
        people = list(dict.fromkeys(row.people)) or [row.machine.person if row.machine else ""]
        kind = words.say(f"money_place.kind_{fault.kind}")
        yield [kind, fault.book, number, ", ".join(people), _moment(row.issued_at)]


def _cash(desk: MoneyDesk) -> Iterator[list[Value]]:
    names = {one.stream: one.name for one in desk.wards}
    for row in desk.holders:
        ages = [row.ages.get(age, 0) for age in AGES]
        start: list[Value] = [row.name, names.get(row.ward, ""), row.oldest_on]
        yield [*start, *ages, row.pending_dong, row.waiting_dong, row.total_dong]


def _remittances(desk: MoneyDesk, words: Words) -> Iterator[list[Value]]:
    names = {one.stream: one.name for one in desk.wards}
    for row in desk.remittances:
        differs = abs((row.counted_dong or 0) - row.amount_dong)
        state = words.say(f"money_place.state_{row.state}", dong=differs)
        start: list[Value] = [row.name, names.get(row.ward, ""), _moment(row.noted_at)]
        yield [*start, row.receipts, row.amount_dong, row.counted_dong, state, row.note]


def _books(desk: MoneyDesk, words: Words) -> Iterator[list[Value]]:
    for row in desk.books:
        one, tally = row.machine, row.tally
        first, last = receipt_number(row.first), receipt_number(row.last)
        span = words.say("money_place.range", first=first, last=last)
        start: list[Value] = [one.person if one else "", one.name if one else "", row.book, span]
        end = _moment(one.last_seen_at if one else None)
        yield [*start, tally.used, tally.void, tally.missing, tally.left, end]


def _receipts(store: Store, chosen: ReceiptChoice, words: Words) -> Iterator[list[Value]]:
    offset = 0
    while rows := page_of(store, chosen, offset, AT_ONCE):
        for row in rows:
            void = row.void_reason is not None
            where = "void" if void else "handed_in" if row.handed_in else "in_hand"
            told = words.say(f"money_place.{where}") if void or row.method == "cash" else ""
            method = words.say(f"receipts_place.method_{row.method}")
            yield [
                *(row.book, row.number, _moment(row.issued_at), row.payer, row.address, row.by),
                *(method, told, 0 if void else row.amount_dong),
            ]
        offset += len(rows)

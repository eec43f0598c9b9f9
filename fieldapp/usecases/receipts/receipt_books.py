"""The numbers of receipt books against the money (C17-TS): used, void and missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.model.happenings import UNKNOWN
from fieldapp.reports.forms.content import ListHead, OrganisationContent, ReceiptLineContent
from fieldapp.rules.money.receipt_numbers import missing_numbers
from fieldapp.rules.official_lists import forms
from fieldapp.store.queries import households as q
from fieldapp.store.queries import submissions as lists
from fieldapp.store.receipts import leased_ranges
from fieldapp.store.store import Store
from fieldapp.usecases.me import me, name_of, staff_names
from fieldapp.usecases.noting import noted_export, sha256_of
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.words import Words


@dataclass(frozen=True)
class Reconciliation:
    """Receipts of a span of days: each number once, and what they add up to."""

    since: date
    until: date
    lines: tuple[ReceiptLineContent, ...]
    used: int
    void: int
    missing: int
    total_dong: int


def reconcile_receipts(
    store: Store,
    words: Words,
    *,
    since: date | None = None,
    until: date | None = None,
    wards: Sequence[str] = (),
    collector: str = "",
    book: str = "",
) -> Reconciliation:
    """The receipts of a span of days (this month up to today without one), by book and number.

    Missing is a number below the last one that its collector used, of which this laptop has no
    receipt: of another ward, not yet synced, or lost. Numbers are missing from what is left when
    wards, collector and book are chosen.

    Raises:
        UserMends: `receipts.days_reversed`, `visit_log.not_granted`.
    """
    user, today = me(store), store.today()
    last = until or today
    first = since or last.replace(day=1)
    if first > last:
        raise UserMends("receipts.days_reversed", field="since")
    if foreign := set(wards) - set(user.streams):
        raise UserMends("visit_log.not_granted", field="wards", ward=min(foreign))
    staff = staff_names(store)
    incarnation = str(store.setting("incarnation"))

    def read(connection: Connection) -> list[ReceiptLineContent]:
        rows = lists.receipts_of_book(connection, tuple(wards) or user.streams)
        everything = lists.receipts_of_book(connection, user.streams)
        own = leased_ranges(connection, incarnation)
        lines: list[ReceiptLineContent] = []
        for name, taker in dict.fromkeys((row.book, row.issued_by) for row in rows):
            if collector not in ("", taker) or book not in ("", name):
                continue
            mine = [r for r in rows if (r.book, r.issued_by) == (name, taker)]
            shown = [r for r in mine if first <= business_date(r.issued_at) <= last]
            lines += [_line(r, name_of(staff, taker), words) for r in shown]
            given = {r.number for r in everything if r.book == name}
            used = [r.number for r in everything if (r.book, r.issued_by) == (name, taker)]
            leased = own.get(name, ()) if taker == user.username else ()
            lines += _missing(name, (shown, used, given, leased), name_of(staff, taker), words)
        return lines

    found = _with_twice(store.read(read), words)
    return Reconciliation(
        since=first,
        until=last,
        lines=found,
        used=sum(line.state == "used" for line in found),
        void=sum(line.state == "void" for line in found),
        missing=sum(line.state == "missing" for line in found),
        total_dong=sum(line.amount_dong for line in found if line.state == "used"),
    )


def _line(row: Any, taker: str, words: Words) -> ReceiptLineContent:
    void = row.void_reason is not None
    note = words.say("receipts.c17_void", reason=row.void_reason) if void else ""
    return ReceiptLineContent(
        book=row.book,
        number=receipt_number(row.number),
        amount_dong=row.amount_dong,
        issued_on=business_date(row.issued_at),
        payer=row.payer,
        state="void" if void else "used",
        note=" · ".join(part for part in (taker, note) if part),
    )


def _missing(
    book: str,
    numbers: tuple[Sequence[Any], Sequence[int], set[int], Sequence[tuple[int, int]]],
    taker: str,
    words: Words,
) -> list[ReceiptLineContent]:
    """The holes between the shown receipts, and those up to the one before: none stays between two
    months."""
    shown, used, given, leased = numbers
    if not shown:
        return []
    span = min(r.number for r in shown), max(r.number for r in shown)
    before = [number for number in used if number < span[0]]
    if before:
        span = max(before) + 1, span[1]
    else:
        starts = [first for first, last in leased if first <= span[0] <= last]
        span = min([span[0], *starts]), span[1]
    note = f"{taker} · {words.say('receipts.c17_missing')}"
    return [
        ReceiptLineContent(book, receipt_number(number), 0, state="missing", note=note)
        for number in missing_numbers(used, given, leased)
        if span[0] <= number <= span[1]
    ]


def _with_twice(
    lines: Iterable[ReceiptLineContent], words: Words
) -> tuple[ReceiptLineContent, ...]:
    """By book and number; one that came twice says so on both lines."""
    ordered = sorted(lines, key=lambda line: (line.book, line.number, line.state))
    numbers = [(line.book, line.number) for line in ordered]
    twice = {a for a, b in pairwise(numbers) if a == b}
    told = words.say("receipts.c17_twice")
    return tuple(
        line
        if (line.book, line.number) not in twice
        else ReceiptLineContent(
            line.book,
            line.number,
            line.amount_dong,
            line.issued_on,
            line.payer,
            line.state,
            f"{line.note} · {told}",
        )
        for line in ordered
    )


def write_reconciliation(
    store: Store,
    path: Path,
    words: Words,
    *,
    since: date | None = None,
    until: date | None = None,
    wards: Sequence[str] = (),
    collector: str = "",
    book: str = "",
) -> Reconciliation:
    """Writes C17-TS as a workbook, whole or not at all.

    Raises:
        UserMends: as `reconcile_receipts` says, `forms.no_lines`, `rules.form_too_old`.
        SurroundingsMend: the file can't be written (`reports.…`).
    """
    found = reconcile_receipts(
        store, words, since=since, until=until, wards=wards, collector=collector, book=book
    )
    forms.layout("c17", found.until)
    head = head_of(store, collector, found.until)
    from fieldapp.reports.forms import write_receipt_reconciliation

    choices = {"since": found.since.isoformat(), "until": found.until.isoformat()}
    choices |= {"collector": collector, "book": book if found.lines else book and UNKNOWN}
    named = tuple(wards) or me(store).streams
    with noted_export(store, "c17", named, choices, masked=True) as came:
        write_receipt_reconciliation(path, head, found.lines, words=words)
        came.to(rows=len(found.lines), sha256=sha256_of(path))
    return found


def head_of(store: Store, collector: str, day: date) -> ListHead:
    """The head of a table of one's own: the collector's organisation, else the user's, the only."""
    rows = {row.username: row for row in store.read(q.all_staff)}
    known = {row.code: row for row in store.read(lists.all_organisations)}
    named = rows.get(collector) if collector else None
    asker = named or rows.get(me(store).username)
    only = next(iter(known.values())) if len(known) == 1 else None
    row = known.get(asker.organisation if asker else "", only)
    names = ("name", "code", "tax_code", "address", "phone", "email")
    fields = {name: getattr(row, name) for name in names} if row else {}
    return ListHead(
        organisation=OrganisationContent(**fields),
        number="",
        listed_on=day,
        collector_name=named.full_name if named else "",
        collector_code=named.collector_code if named else "",
    )

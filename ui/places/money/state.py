"""What the desk's money shows, as plain values in words. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fieldapp.clock import business_date
from fieldapp.rules.money.cash import AGES
from fieldapp.store.receipt_choice import ReceiptSums
from fieldapp.usecases.receipts.desk import BookRow, FaultRow, HolderRow, MachineRow, MoneyDesk
from fieldapp.usecases.receipts.receipt_pages import PageRow
from fieldapp.usecases.receipts.remittances import RemittanceRow
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.words.format import clock_time, money, number
from ui.places.receipts.sorting import Sorting
from ui.say import Teller
from ui.widgets.table import Cell, Line

TABS = ("faults", "cash", "remittances", "books", "receipts")
NAMED = 3
"""So many silent machines are named; the others are counted."""
STATE_TOKENS = {
    "waiting": "ochre",
    "confirmed": "jade",
    "differs": "brick",
    "short": "brick",
    "over": "brick",
    "reversed": "ink3",
}
FAULT_TOKENS = {"skipped": "ochre", "twice": "brick", "never_leased": "ochre"}


NEWEST_FIRST = Sorting("at")


@dataclass(frozen=True)
class MoneyState:
    """The tab, the choices and what was read for them. `by`, `only`: narrow the receipts."""

    tab: str = ""
    ward: str = ""
    since: date | None = None
    until: date | None = None
    by: str = ""
    only: str = ""
    sorting: Sorting = NEWEST_FIRST
    desk: MoneyDesk | None = None
    sums: ReceiptSums | None = None

    def counts(self) -> dict[str, int]:
        """How much stands under each tab."""
        if self.desk is None:
            return dict.fromkeys(TABS, 0)
        return {
            "faults": len(self.desk.faults),
            "cash": sum(row.total_dong > 0 for row in self.desk.holders),
            "remittances": sum(
                row.state in ("waiting", "differs") for row in self.desk.remittances
            ),
            "books": len(self.desk.books),
            "receipts": self.sums.count if self.sums else 0,
        }

    def fault(self, key: str) -> FaultRow | None:
        """A fault by its key."""
        rows = self.desk.faults if self.desk else ()
        return next((row for row in rows if fault_key(row) == key), None)

    def holder(self, key: str) -> HolderRow | None:
        """Somebody's cash by its key."""
        rows = self.desk.holders if self.desk else ()
        return next((row for row in rows if holder_key(row) == key), None)

    def remittance(self, key: str) -> RemittanceRow | None:
        """A remittance by its key."""
        rows = self.desk.remittances if self.desk else ()
        return next((row for row in rows if row.remittance == key), None)

    def book(self, key: str) -> BookRow | None:
        """A range by its key."""
        rows = self.desk.books if self.desk else ()
        return next((row for row in rows if book_key(row) == key), None)


def fault_key(row: FaultRow) -> str:
    """A fault's key in the table."""
    return f"{row.fault.kind}/{row.fault.book}/{row.fault.first}"


def holder_key(row: HolderRow) -> str:
    """A holder's key in the table."""
    return f"{row.ward}/{row.username}"


def book_key(row: BookRow) -> str:
    """A range's key in the table."""
    return f"{row.book}/{row.first}"


# --- as of when, and whose work may be missing ---------------------------------------------------


def as_of(desk: MoneyDesk, teller: Teller) -> str:
    """As of when the figures are."""
    at = desk.current_at
    if at is None:
        return teller.say("money_place.as_of_unknown")
    day = teller.day(business_date(at))
    return teller.say("money_place.as_of", time=clock_time(at), day=day)


def missing_work(desk: MoneyDesk, teller: Teller) -> str:
    """Whose work may not have arrived; that none is missing is said, too."""
    say = teller.say
    told = [say("money_place.behind", n=number(desk.behind))] if desk.behind else []
    if desk.told_at is None:
        return " ".join([*told, say("money_place.told_never")])
    if not desk.silent:
        return " ".join([*told, say("money_place.all_heard")])
    silent = sorted(desk.silent, key=lambda one: (one.last_seen_at is not None, one.last_seen_at))
    named = [
        say("money_place.seen", name=one.person, when=seen(one, teller)) for one in silent[:NAMED]
    ]
    if len(silent) > NAMED:
        named.append(say("money_place.more", n=number(len(silent) - NAMED)))
    names = ", ".join(named)
    return " ".join([*told, say("money_place.silent", n=number(len(silent)), names=names)])


def seen(one: MachineRow | None, teller: Teller) -> str:
    """When a machine was last heard from."""
    if one is None:
        return ""
    if one.last_seen_at is None:
        return teller.say("money_place.seen_never")
    return teller.when(one.last_seen_at)


# --- lines ---------------------------------------------------------------------------------------


def fault_line(row: FaultRow, teller: Teller) -> Line:
    """A fault in the table."""
    fault = row.fault
    people = ", ".join(dict.fromkeys(row.people)) or (row.machine.person if row.machine else "")
    return Line(
        fault_key(row),
        (
            Cell(teller.say(f"money_place.kind_{fault.kind}"), FAULT_TOKENS[fault.kind], 600),
            Cell(numbers(fault.first, fault.last, teller), weight=600),
            Cell(fault.book, "ink2"),
            Cell(people),
            Cell(teller.when(row.issued_at) if row.issued_at else "", "ink2"),
        ),
        spoken=fault_title(row, teller),
    )


def numbers(first: int, last: int, teller: Teller) -> str:
    """One number, or a run of them."""
    if first == last:
        return receipt_number(first)
    values = {"first": receipt_number(first), "last": receipt_number(last)}
    return teller.say("money_place.range", **values)


def fault_title(row: FaultRow, teller: Teller) -> str:
    """What is wrong, with the number."""
    fault = row.fault
    if fault.first != fault.last:
        values = {"first": receipt_number(fault.first), "last": receipt_number(fault.last)}
        return teller.say("money_place.skipped_many_title", **values)
    code = f"money_place.{fault.kind}_title"
    return teller.say(code, number=receipt_number(fault.first))


def holder_line(row: HolderRow, teller: Teller) -> Line:
    """Somebody's cash in the table."""
    tokens = {"fresh": "ink2", "due": "ochre", "late": "brick"}
    ages = [
        Cell(_dong(row.ages.get(age, 0)), tokens[age], 600 if age == "late" else 500)
        for age in AGES
    ]
    return Line(
        holder_key(row),
        (
            Cell(row.name),
            Cell(teller.day(row.oldest_on) if row.oldest_on else "", "ink2"),
            *ages,
            Cell(_dong(row.pending_dong), "ochre"),
            Cell(_dong(row.waiting_dong), "ink2"),
            Cell(_dong(row.total_dong), weight=600),
        ),
    )


def _dong(value: int) -> str:
    return number(value) if value else ""


def remittance_line(row: RemittanceRow, teller: Teller) -> Line:
    """A remittance in the table."""
    state, token = state_told(row, teller)
    undone = row.state == "reversed"
    return Line(
        row.remittance,
        (
            Cell(row.name, "ink3" if undone else "ink"),
            Cell(teller.when(row.noted_at), "ink2"),
            Cell(number(row.receipts), "ink2"),
            Cell(number(row.amount_dong), "ink3" if undone else "ink", 600),
            Cell("" if row.counted_dong is None else number(row.counted_dong), "ink2"),
            Cell(""),
            Cell(state, token),
        ),
    )


def doubts_told(row: RemittanceRow, teller: Teller) -> list[str]:
    """What does not fit with a remittance, in sentences."""
    counts = [
        teller.say("money_place.one_count", dong=money(one.dong), by=one.by) for one in row.counts
    ]
    told = {"counts": ", ".join(counts)}
    return [teller.say(f"money_place.doubt_{doubt}", **told) for doubt in row.doubts]


def proposed_count(row: RemittanceRow) -> int | None:
    """What the field for the count says at first; None where somebody has to count first."""
    fits = not {"other_sum", "counts_differ"} & {*row.doubts}
    return row.amount_dong if fits else None


def state_told(row: RemittanceRow, teller: Teller) -> tuple[str, str]:
    """Where a remittance stands, and the token of its colour: what does not fit wants looking."""
    differs = abs((row.counted_dong or 0) - row.amount_dong)
    text = teller.say(f"money_place.state_{row.state}", dong=money(differs))
    return text, "brick" if row.doubts else STATE_TOKENS[row.state]


def book_line(row: BookRow, teller: Teller) -> Line:
    """A range in the table."""
    tally = row.tally
    machine = row.machine
    return Line(
        book_key(row),
        (
            Cell(machine.person if machine else "", note=machine.name if machine else ""),
            Cell(row.book, "ink2"),
            Cell(f"{receipt_number(row.first)}–{receipt_number(row.last)}", "ink2"),
            Cell(number(tally.used)),
            Cell(_dong(tally.void), "ink2"),
            Cell(_dong(tally.missing), "brick", 600),
            Cell(number(tally.left), "ink3" if row.closed else "ink2"),
            Cell(seen(machine, teller), "ink2"),
        ),
    )


def receipt_line(row: PageRow, teller: Teller) -> Line:
    """A receipt in the table."""
    void = row.void_reason is not None
    return Line(
        f"{row.ward}/{row.receipt}",
        (
            Cell(row.number, "ink3" if void else "ink", 600),
            Cell(teller.when(row.issued_at), "ink2"),
            Cell(""),
            Cell(row.payer, "ink3" if void else "ink", note=row.address),
            Cell(row.by, "ink2"),
            Cell(teller.say(f"receipts_place.method_{row.method}"), "ink2", 400),
            Cell(*held_by(row, teller)),
            Cell("0" if void else number(row.amount_dong), "ink3" if void else "ink", 600),
        ),
    )


def held_by(row: PageRow, teller: Teller) -> tuple[str, str]:
    """Where the money of a receipt is, and the token of its colour."""
    if row.void_reason is not None:
        return teller.say("money_place.void"), "brick"
    if row.handed_in:
        return teller.say("money_place.handed_in"), "ink3"
    return (teller.say("money_place.in_hand"), "ink2") if row.method == "cash" else ("", "ink3")


# --- the right band ------------------------------------------------------------------------------

Facts = list[tuple[str, str]]


def facts(named: Mapping[str, str], teller: Teller) -> Facts:
    """Labels in words; what says nothing is left out."""
    return [
        (teller.say(f"money_place.fact_{name}"), value) for name, value in named.items() if value
    ]


def fault_facts(row: FaultRow, teller: Teller) -> Facts:
    """What is known of a fault."""
    codes = [
        (teller.say("money_place.fact_check_code", name=name), paper.check_code)
        for name, paper in zip(row.people, row.fault.papers, strict=True)
        if row.fault.kind == "twice" and paper.check_code
    ]
    named = {"book": row.fault.book, "seen": seen(row.machine, teller)}
    return [*facts(named, teller), *codes]


def holder_facts(row: HolderRow, teller: Teller) -> Facts:
    """What is known of somebody's cash."""
    named: dict[str, str] = {
        **{str(age): money(row.ages[age]) if row.ages.get(age) else "" for age in AGES},
        "pending": money(row.pending_dong) if row.pending_dong else "",
        "waiting": money(row.waiting_dong) if row.waiting_dong else "",
        "receipts": number(row.receipts),
        "oldest": teller.day(row.oldest_on) if row.oldest_on else "",
    }
    return facts(named, teller)


def remittance_facts(row: RemittanceRow, teller: Teller) -> Facts:
    """What is known of a remittance."""
    named = {
        "receipts": number(row.receipts),
        "amount": money(row.amount_dong),
        "noted": moment(row.noted_at, teller),
        "noted_by": row.noted_by,
        "counted": "" if row.counted_dong is None else money(row.counted_dong),
        "answered": moment(row.answered_at, teller) if row.answered_at else "",
        "answered_by": row.answered_by,
    }
    return facts(named, teller)


def moment(at: datetime, teller: Teller) -> str:
    """10:07 21/11: the time with its day."""
    return f"{clock_time(at)} {teller.day(business_date(at))}"


def book_facts(row: BookRow, teller: Teller) -> Facts:
    """What is known of a range."""
    tally = row.tally
    named = {
        "book": row.book,
        "range": numbers(row.first, row.last, teller),
        "leased_at": moment(row.leased_at, teller),
        "used": number(tally.used),
        "void": _dong(tally.void),
        "pending": _dong(tally.pending),
        "elsewhere": _dong(tally.elsewhere),
        "missing": _dong(tally.missing),
        "left_closed" if row.closed else "left": number(tally.left),
        "seen": seen(row.machine, teller),
    }
    return facts(named, teller)


def receipt_facts(row: PageRow, teller: Teller) -> Facts:
    """What is known of a receipt."""
    named = {
        "book": row.book,
        "payer": row.payer,
        "address": row.address,
        "at": moment(row.issued_at, teller),
        "by": row.by,
        "method": teller.say(f"receipts_place.method_{row.method}"),
    }
    return facts(named, teller)


def dong_said(text: str) -> int | None:
    """What a person wrote for a sum: 1.263.600, 1 263 600 đ; None for what is none."""
    plain = text.strip().removesuffix("đ").replace("\u00a0", "").replace(" ", "")
    plain = plain.replace(".", "").replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 10 else None

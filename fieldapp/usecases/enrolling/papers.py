"""What is printed for the resident: the receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.reports.receipt import ReceiptLine, ReceiptPaper, write_receipt_pdf
from fieldapp.rules.money.words import in_english, in_vietnamese
from fieldapp.rules.people.signature import strokes_in
from fieldapp.store.queries.doors import door_of_receipt
from fieldapp.store.queries.households import signatures
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import gather
from fieldapp.usecases.households.history import names_of
from fieldapp.usecases.me import me, name_of, staff_names
from fieldapp.usecases.noting import noted_export, sha256_of
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.words import Words


def receipt_paper(store: Store, ward: str, receipt: str, words: Words) -> ReceiptPaper:
    """Everything that stands on the receipt.

    Raises:
        UserMends: `entry.gone`: this laptop has no such receipt.
    """
    user, staff = me(store), staff_names(store)
    home = store.read(door_of_receipt, ward, receipt)
    doors = store.read(gather, (ward,), home or "").by_id.values()
    found = [(door, row) for door in doors for row in door.receipts if row.id == receipt]
    if not found:
        raise UserMends("entry.gone", receipt=receipt)
    door, row = found[0]
    names = store.read(names_of, ward, door.row.id)  # who moved on since was paid for here
    ward_name = next((w.name for w in user.wards if w.stream == ward), "")
    signed = store.read(signatures, (ward,)).get(receipt)
    spell = in_vietnamese if words.language == "vi" else in_english
    return ReceiptPaper(
        issuing_unit=words.say("enrolment.issuing_unit"),
        unit_address=words.say("enrolment.unit_address", ward=ward_name),
        book=row.book,
        number=receipt_number(row.number),
        paid_on=business_date(row.issued_at),
        payer=row.payer,
        address=_address(door.row, ward_name),
        lines=tuple(
            ReceiptLine(names.get(e.person, ""), e.scheme, e.percent, e.months, e.participant_dong)
            for e in door.paid_for
            if e.receipt == receipt
        ),
        total_dong=row.amount_dong,
        total_words=spell(row.amount_dong),
        method=row.method,
        collector=name_of(staff, row.issued_by),
        check_code=row.check_code,
        record_id=row.id,
        void=row.void_reason is not None,
        signature=strokes_in(signed.signature) if signed else (),
    )


def _address(home: Any, ward_name: str) -> str:
    """Where the household is; in a hamlet there may be no number and no street."""
    door = f"{home.house_number} {home.street}".strip()
    return ", ".join(part for part in (door, home.neighbourhood, ward_name) if part)


def save_receipt(store: Store, ward: str, receipt: str, path: Path, words: Words) -> Path:
    """Writes the receipt as PDF, whole or not at all; raises as `write_receipt_pdf` does. The
    audit's list has it, as every file that leaves the laptop."""
    paper = receipt_paper(store, ward, receipt, words)
    with noted_export(store, "receipt", (ward,), {"receipt": receipt}, masked=True) as came:
        write_receipt_pdf(path, paper, words=words)
        came.to(rows=1, sha256=sha256_of(path))
    return path

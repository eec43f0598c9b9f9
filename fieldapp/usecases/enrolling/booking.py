"""Booking what was paid: receipt, enrolments, consent and visit, as records of one changeset."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fieldapp.model import Enrolment, Notice, Receipt, Visit
from fieldapp.rules import tables
from fieldapp.rules.calendar_months import last_day_of_term
from fieldapp.rules.hhi.lines import HhiLine
from fieldapp.rules.money.exact import decimal_text
from fieldapp.rules.vsi.quote import VsiQuote
from fieldapp.rules.vsi.standing import first_month
from fieldapp.store.store import Store, Unit
from fieldapp.usecases.households.household import HouseholdPage, vsi_paid_until

if TYPE_CHECKING:
    from fieldapp.usecases.enrolling.enrol import EnrolQuote

WORDING = "2026-1"
"""Version of the privacy wording that is shown before data and money are taken."""


def book_receipt(
    work: Unit, store: Store, page: HouseholdPage, paid: tuple[EnrolQuote, str, str]
) -> tuple[str, tuple[str, int]]:
    """Uses the book's next number: the receipt's id, and its book and number."""
    quoted, method, payer = paid
    book_name, number = work.receipt_number()
    receipt = work.create(
        Receipt(
            ward=page.ward,
            id=work.fresh_id(),
            household=page.household,
            book=book_name,
            number=number,
            payer=payer.strip(),
            amount_dong=quoted.total_dong,
            method=method,
            issued_by=store.setting("username"),
            issued_at=store.server_now(),
            check_code=_check_code(store, book_name, number, quoted.total_dong),
        )
    )
    return receipt, (book_name, number)


def _check_code(store: Store, book_name: str, number: int, amount: int) -> str:
    """Four signs by which two papers with one number from two machines can be told apart."""
    named = f"{store.setting('device')}\n{store.setting('incarnation')}\n{book_name}\n{number}"
    return hashlib.sha256(f"{named}\n{amount}".encode()).hexdigest()[:4].upper()


def book_members(work: Unit, page: HouseholdPage, quoted: EnrolQuote, receipt: str) -> None:
    """One enrolment a line of the quote, with all that made its price."""
    members = {member.person: member for member in page.members}
    for line, card in zip(quoted.hhi.lines if quoted.hhi else (), quoted.after, strict=True):
        kind = members[line.key].hhi_kind
        common = _common(work, page, (receipt, line.key, quoted.paid_on))
        work.create(
            Enrolment(
                **common,
                **_price(line),
                scheme="hhi",
                kind="renewal" if kind == "covered" else kind,
                months=line.months,
                valid_from=card.valid_from,
                valid_to=card.valid_to,
                rank=line.rank,
                percent=int(line.percent),
                base_dong=line.base_salary,
                group=line.group if line.group in tables.keys("hhi_state_support") else "",
            )
        )
    for person, social in quoted.vsi:
        covers = members[person].covers
        first = first_month(quoted.paid_on, vsi_paid_until(covers))
        known = any(span.scheme == "vsi" for span in covers)
        common = _common(work, page, (receipt, person, quoted.paid_on))
        work.create(
            Enrolment(
                **common,
                **_price(social),
                scheme="vsi",
                kind="renewal" if known else "new",
                method=social.payment.method,
                months=social.months,
                valid_from=first,
                valid_to=last_day_of_term(first, social.months),
                income_dong=social.income,
                base_dong=social.poverty_dong,
                group=social.group if social.state else "",
            )
        )


def _price(line: HhiLine | VsiQuote) -> dict[str, Any]:
    """The parts of a price, the percents behind them, and the steps that the resident was told."""
    return {
        "state_percent": _percent(line.state_percent),
        "local_percent": _percent(line.local_percent),
        "other_percent": _percent(line.other_percent),
        "gross_dong": line.gross,
        "state_dong": line.state,
        "local_dong": line.local,
        "other_dong": line.other,
        "participant_dong": line.participant,
        "quote_basis": [step.record for step in line.explanation],
        "tables_version": tables.edition(),
    }


def _percent(percent: Fraction) -> str | None:
    return decimal_text(percent) if percent else None


def _common(work: Unit, page: HouseholdPage, paid: tuple[str, str, date]) -> dict[str, Any]:
    receipt, person, paid_on = paid
    return {
        "ward": page.ward,
        "id": work.fresh_id(),
        "person": person,
        "household": page.household,
        "receipt": receipt,
        "paid_on": paid_on,
    }


@dataclass(frozen=True)
class Signed:
    """A signature on the screen: its strokes (`rules.people.signature`), and which member wrote
    it; None: somebody else."""

    strokes: tuple[tuple[int, ...], ...] = ()
    person: str | None = None


def note_consent(
    work: Unit, store: Store, page: HouseholdPage, given: tuple[str, Signed, str]
) -> None:
    """That the wording was shown, how the household agreed, and with which receipt."""
    consent, signed, receipt = given
    work.create(
        Notice(
            ward=page.ward,
            id=work.fresh_id(),
            household=page.household,
            wording=WORDING,
            consented=True,
            how=consent,
            receipt=receipt,
            signed_by=signed.person if signed.strokes else None,
            signature=[list(stroke) for stroke in signed.strokes],
            shown_by=store.setting("username"),
            shown_at=store.server_now(),
        )
    )


def note_visit(work: Unit, store: Store, page: HouseholdPage, receipt: str) -> None:
    """The visit at which they enrolled."""
    work.create(
        Visit(
            ward=page.ward,
            id=work.fresh_id(),
            household=page.household,
            canvasser=store.setting("username"),
            visited_at=store.server_now(),
            receipt=receipt,
            outcome="enrolled",
        )
    )

"""The form of an agreement: its texts, and what they say of the record. No widgets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldapp.usecases.agreements.recording import DAYS
from fieldapp.usecases.agreements.standing import FIELDS, AgreementRow
from ui.places.households.form_state import Checked
from ui.say import Teller, full_date
from ui.widgets.date_field import NoSuchDay, parse_day

SIGNATURE = ("signed_on", "valid_until", "document")
WAITING = ("waiting_for", "waiting_since")


def texts_of(row: AgreementRow) -> dict[str, str]:
    """What stands in the form of a ward as it is."""
    texts = {
        "state": "unsigned" if row.state == "unsigned" else "signed",
        "waiting_for": row.waiting_for,
        "waiting_since": full_date(row.waiting_since),
        "signed_on": full_date(row.signed_on),
        "valid_until": full_date(row.valid_until),
        "document": row.document,
        "note": row.note,
    }
    for party in row.parties:
        contact, phone = FIELDS[party.party]
        texts |= {contact: party.contact, phone: party.phone}
    return texts


def check(texts: Mapping[str, str], before: Mapping[str, str], teller: Teller) -> Checked:
    """What a person changed, typed; what can't be read, and what is missing."""
    say, values, messages = teller.say, dict[str, Any](), dict[str, tuple[str, str]]()
    away = WAITING if texts["state"] == "signed" else SIGNATURE
    for name, text in texts.items():
        if text.strip() == before.get(name, "").strip() or name in away:
            continue
        if name not in DAYS:
            values[name] = text.strip()
            continue
        day = _day(text, teller.today, past=name != "valid_until")
        if text.strip() and day is None:
            messages[name] = (say("agreements_place.not_a_day"), "error")
        values[name] = day
    missing = ""
    if messages:
        missing = say("agreements_place.fix_errors")
    elif texts["state"] == "signed" and not texts["signed_on"].strip():
        missing = say("agreements_place.missing_signed_on")
    elif not values:
        missing = say("agreements_place.nothing_changed")
    return Checked(values, messages, False, missing)


def _day(text: str, today: date, *, past: bool) -> date | None:
    try:
        return parse_day(text, today, past=past)
    except NoSuchDay:
        return None

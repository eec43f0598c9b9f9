"""The value of a disputed field as people read it, and as a person types another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldapp.words.format import long_date, money
from ui.say import Teller, phone_text
from ui.widgets.date_field import NoSuchDay, parse_day

TYPED_TEXTS = frozenset(
    {
        "full_name",
        "phone",
        "note",
        "house_number",
        "street",
        "neighbourhood",
        "call_hint",
        "id_number",
        "old_id_number",
        "si_number",
        "card_number",
        "id_reason",
        "document",
        "insurance_contact",
        "insurance_phone",
        "post_contact",
        "post_phone",
        "committee_contact",
        "committee_phone",
    }
)
TYPED_DAYS = frozenset(
    {"born_on", "moved_on", "next_on", "since", "until", "valid_from", "valid_to", "five_year_on"}
    | {"signed_on", "valid_until", "waiting_since"}
)
NAMED = frozenset({"head", "person", "merged_into"})
"""Fields whose value is a person's id."""
CODES = (
    ("rules.outcome_", "outcome"),
    ("rules.group_", "group"),
    ("agreements.state_", "state"),
    ("agreements.party_", "waiting_for"),
)
"""Where the words for a field's codes stand, as far as there are any."""


class NotThis(ValueError):
    """What was typed cannot be the field's value; `key` says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def can_type(field: str) -> bool:
    """Whether a person may type a third value: free texts and days, never codes."""
    return field in TYPED_TEXTS or field in TYPED_DAYS


def shown(field: str, value: Any, teller: Teller, names: Mapping[str, str]) -> str:
    """The value in words; `names` are those of people by id."""
    if field == "household" and not value:
        return teller.say("conflicts.no_household")
    if value is None or value == "" or value == []:
        return teller.say("conflicts.empty_value")
    if isinstance(value, bool):
        return teller.say("conflicts.yes" if value else "conflicts.no")
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, int):
        return money(value) if field.endswith("_dong") else str(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return _text(field, str(value), teller, names)


def _text(field: str, value: str, teller: Teller, names: Mapping[str, str]) -> str:
    if field in NAMED or field == "household":
        return names.get(value, value)
    if field == "phone" or field.endswith("_phone"):
        return phone_text(value)
    if field == "sex":
        return teller.sex(value) or value
    if field == "answer":
        return teller.say(f"receipts_place.step_{value}")
    if field == "relationship":
        return teller.relationship(value) or value
    for area, of in CODES:
        if field == of and teller.words.knows(area + value):
            return teller.say(area + value)
    return value


def typed(field: str, text: str, today: date) -> Any:
    """The value that a person typed. Raises NotThis for an empty text and for no date."""
    plain = " ".join(text.split())
    if not plain:
        raise NotThis("conflicts.other_missing")
    if field not in TYPED_DAYS:
        if field in ("phone", "id_number", "old_id_number", "si_number"):
            return "".join(plain.split())
        return plain
    try:
        day = parse_day(plain, today, past=field == "born_on")
    except NoSuchDay:
        day = None
    if day is None:
        raise NotThis("conflicts.other_not_date")
    return day

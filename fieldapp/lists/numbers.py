"""Which identifying number a list means, and the zero that a spreadsheet took off its front.

A cell of numbers loses leading zeros: 079168000001 becomes 79168000001. The zero is given back only
where the number then agrees with sex and year of birth; else it is a fault, never a guess.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from fieldapp.lists.cells import Day, Digits, Fault
from fieldapp.rules.people.identity import (
    FEMALE,
    birth_year_of,
    check_citizen_id,
    province_of,
    sex_of,
)

_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{12}")


class Owner(NamedTuple):
    """What the line says of the person besides the number."""

    born: Day | None
    sex: str
    today: date


class Number(NamedTuple):
    """A number with the field of a person that it belongs to."""

    field: str
    text: str
    mended: bool = False
    card: str = ""
    """The health card of 15 signs that the social insurance number was read from."""


def understand(digits: Digits, said: str, owner: Owner) -> Number | Fault:
    """The number of a column that holds `id_number`, `si_number`, `card_number` or `number` (any).

    Returns a Fault where it is none, or contradicts sex or year of birth.
    """
    text = digits.text
    if _CARD.fullmatch(text):
        return Number("si_number", text[-10:], card=text)
    if not text.isdecimal():
        return Fault("number_form", {"text": text[:40]})
    if len(text) == 12:
        return _checked(text, owner)
    if said == "id_number":
        return _citizen(digits, owner)
    return _insurance(digits, said, owner)


def _checked(text: str, owner: Owner) -> Number | Fault:
    """Twelve digits: they must agree with what the line says."""
    born = owner.born
    year = 1900 + int(text[3]) // 2 * 100 + int(text[4:6])
    if born is not None and born.year != year:
        values = {"year": str(year), "born": str(born.year)}
        return Fault("id_says_year", values)
    if born is not None and (int(text[3]) % 2 == 1) == (owner.sex == FEMALE) and owner.sex:
        return Number("id_number", text)
    for finding in check_citizen_id(text, sex=owner.sex, today=owner.today):
        if finding.level == "error" or finding.needs_reason:
            return Fault(finding.code, finding.values)
    return Number("id_number", text)


def _citizen(digits: Digits, owner: Owner) -> Number | Fault:
    text = digits.text
    if len(text) == 9:
        return Number("old_id_number", text)
    if len(text) in (10, 11) and (found := _with_zeros(text, owner)):
        return found
    return Fault("id_not_12_digits", {"n": len(text)})


def _insurance(digits: Digits, said: str, owner: Owner) -> Number | Fault:
    text = digits.text
    if len(text) == 10:
        return Number("si_number", text)
    if len(text) == 9 and not (said == "number" and digits.typed):
        return Number("si_number", f"0{text}", mended=True)
    if len(text) == 9:
        return Number("old_id_number", text)
    if len(text) == 11 and (found := _with_zeros(text, owner)):
        return found
    return Fault("number_length", {"n": len(text)})


def _with_zeros(text: str, owner: Owner) -> Number | None:
    """The citizen ID with its zeros back, if all that is known of the person agrees with it."""
    whole = text.zfill(12)
    if owner.born is None or not province_of(whole):
        return None
    agrees = birth_year_of(whole) == owner.born.year and owner.sex in ("", sex_of(whole))
    return Number("id_number", whole, mended=True) if agrees else None

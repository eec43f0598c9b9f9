"""Identity of a person: numbers, names, birth dates and phones, as typed or read from a card.

A contradiction between a citizen ID and what else is known is a warning that may stand with a
reason: the law allows corrections of numbers, births and sexes. Province codes are only a hint.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.explained import Finding

MALE, FEMALE = "male", "female"
FIRST_ID_DAY = date(2016, 1, 1)

_NOT_DIGIT = re.compile(r"[^0-9]")
_HEALTH_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{12}")
_DATE = re.compile(
    r"([0-9]{1,2})\s*[/.\- ]\s*([0-9]{1,2})\s*[/.\- ]\s*([0-9]{4})|([0-9]{2})([0-9]{2})([0-9]{4})"
)


def check_citizen_id(
    number: str, *, sex: str = "", born_on: date | None = None, today: date | None = None
) -> list[Finding]:
    """What is wrong or odd about a personal identification number (CCCD, căn cước).

    `sex` is "male", "female" or "" if not known yet. Twelve digits are a must; digit 4 tells
    century and sex, digits 5-6 the year of birth; there is no check digit. `today` rules out
    births in the future.
    """
    digits = digits_of(number)
    if not re.fullmatch(r"[0-9\s.]*", number) or len(digits) != 12:
        code = "id_old_number" if len(digits) == 9 else "id_not_12_digits"
        return [Finding(code, "error", {"n": len(digits)}, "citizen_id")]
    found = [_province_unknown(digits), *_contradictions(digits, sex, born_on, today)]
    return [finding for finding in found if finding]


def province_of(citizen_id: str) -> str:
    """The province of birth registration that the first three digits name, "" if unknown."""
    row = tables.find("province_codes", digits_of(citizen_id)[:3], FIRST_ID_DAY)
    return row.text("name") if row else ""


def birth_year_of(citizen_id: str) -> int:
    """The year of birth in a twelve-digit number: `079168...` is 1968."""
    digits = digits_of(citizen_id)
    return 1900 + int(digits[3]) // 2 * 100 + int(digits[4:6])


def sex_of(citizen_id: str) -> str:
    """The sex in a twelve-digit number: an even fourth digit is male, an odd one female."""
    return FEMALE if int(digits_of(citizen_id)[3]) % 2 else MALE


def check_si_number(number: str) -> list[Finding]:
    """A social insurance number has ten digits (QĐ595 Điều 2.13)."""
    digits = digits_of(number)
    if len(digits) == 10 and number.strip() == digits:
        return []
    return [Finding("si_not_10_digits", "error", {"n": len(digits)}, "si_number")]


def check_health_card(code: str, *, si_number: str = "") -> list[Finding]:
    """A health card has 15 characters (GD4790000000000) or, since 2021, the ten of the SI number.

    Twelve digits are accepted too: since 2025 the citizen ID is the key. If the SI number is known
    the card must end with it.
    """
    card = "".join(code.split()).upper()
    if not (_HEALTH_CARD.fullmatch(card) or re.fullmatch(r"[0-9]{10}|[0-9]{12}", card)):
        return [Finding("card_code_shape", "error", {"n": len(card)}, "health_card")]
    if si_number and len(card) != 12 and card[-10:] != si_number:
        values = {"card_number": card[-10:], "si_number": si_number}
        return [Finding("card_other_si_number", "error", values, "health_card")]
    return []


def normalise_phone(text: str) -> tuple[str, list[Finding]]:
    """The number as dialled inside Vietnam (`0903555214`) and what is odd about it.

    An unknown prefix is only a warning, since lists of prefixes are never complete; a wrong length
    is an error. An empty text is no number and no finding.
    """
    digits = digits_of(text)
    if not digits:
        return "", []
    if digits.startswith("0084"):
        digits = digits[2:]
    if digits.startswith("84") and len(digits) in (11, 12):
        digits = digits[2:]
    if not digits.startswith("0"):
        digits = f"0{digits}"
    if digits.startswith("02") and len(digits) == 11:
        return digits, []
    if len(digits) != 10:
        return digits, [Finding("phone_length", "error", {"n": len(digits)}, "phone")]
    if digits[:3] not in tables.keys("phone_prefixes"):
        values = {"prefix": digits[:3]}
        return digits, [Finding("phone_prefix_unknown", "warning", values, "phone")]
    return digits, []


def normalise_name(text: str) -> str:
    """Composed (NFC), without spaces at the ends, single spaces between the words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def check_name(text: str) -> list[Finding]:
    """A name is not empty and has no digits; a single word is odd but may stand."""
    name = normalise_name(text)
    if not name:
        return [Finding("name_missing", "error", {}, "name")]
    if any(c.isdigit() for c in name):
        return [Finding("name_with_digits", "error", {"name": name}, "name")]
    if " " not in name:
        return [Finding("name_single_word", "warning", {"name": name}, "name")]
    return []


def parse_birth_date(text: str, *, today: date | None = None) -> date:
    """The date in `21/11/1968`, `21-11-1968`, `21.11.1968` or `21111968`.

    Raises UserMends, field "birth_date", for a text of another form, a month or day that does not
    exist ("rules.birth_day_beyond_month" with month, year and the days it has), a year before 1900
    or a day after `today`.
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise UserMends("rules.birth_form", field="birth_date", text=text.strip())
    day, month, year = (int(part) for part in found.groups() if part)
    _check_calendar(day, month, year)
    born = date(year, month, day)
    if today and born > today:
        raise UserMends("rules.birth_in_future", field="birth_date", day=born)
    return born


def digits_of(text: str) -> str:
    """The digits of a text, without spaces, dots and signs."""
    return _NOT_DIGIT.sub("", text)


def _check_calendar(day: int, month: int, year: int) -> None:
    if year < 1900:
        raise UserMends("rules.birth_year", field="birth_date", year=year)
    if not 1 <= month <= 12:
        raise UserMends("rules.birth_month", field="birth_date", month=month)
    days = calendar.monthrange(year, month)[1]
    if day < 1:
        raise UserMends("rules.birth_day_zero", field="birth_date")
    if day > days:
        raise UserMends(
            "rules.birth_day_beyond_month",
            field="birth_date",
            month=month,
            year=str(year),
            days=days,
        )


def _province_unknown(digits: str) -> Finding | None:
    if province_of(digits):
        return None
    return Finding("id_province_unknown", "warning", {"code": digits[:3]}, "citizen_id")


def _contradictions(
    digits: str, sex: str, born_on: date | None, today: date | None
) -> list[Finding]:
    year, said = birth_year_of(digits), sex_of(digits)
    found = []
    if sex and sex != said:
        code = f"id_says_{said}"
        found.append(_doubt(code, {"year": str(year)}))
    if today and year > today.year:
        found.append(_doubt("id_year_in_future", {"year": str(year)}))
    elif born_on and born_on.year != year:
        found.append(_doubt("id_says_year", {"year": str(year), "born": str(born_on.year)}))
    return found


def _doubt(code: str, values: dict[str, int | str]) -> Finding:
    return Finding(code, "warning", {**values}, "citizen_id", needs_reason=True)

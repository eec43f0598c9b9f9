"""Identity of a person: numbers, names, birth dates and phones, as typed or read from a card.

A wrong shape is an error. A contradiction between a citizen ID and what else is known is an error
that a written reason overrides, here a warning with `needs_reason`: the law allows corrections of
numbers, births and sexes. Province codes and prefixes of phones are only hints.
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

BETWEEN_DIGITS = ".,/·'’−"
"""What people put between the digits of a number, besides spaces and dashes."""
UNSEEN = ("Cc", "Cf", "Cs")
"""Unicode categories of what nobody typed: controls, zero-width signs, halves of characters."""

_NO_DIGIT = re.compile(r"[^0-9]+")
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
    bare = bare_number(number)
    if re.search(r"[^0-9]", bare):
        return [_with_letters(bare, "id_number")]
    if len(bare) != 12:
        code = "id_old_number" if len(bare) == 9 else "id_not_12_digits"
        return [Finding(code, "error", {"n": len(bare)}, "id_number")]
    found = [_province_unknown(bare), *_contradictions(bare, sex, born_on, today)]
    return [finding for finding in found if finding]


def check_old_id(number: str) -> list[Finding]:
    """An identity card of before 2021 (CMND) had nine digits, a few of the last ones twelve.

    It is not valid any more and only a search key, so nothing but the count is checked.
    """
    bare = bare_number(number)
    if re.fullmatch(r"[0-9]{9}|[0-9]{12}", bare):
        return []
    return [Finding("old_id_shape", "error", {"n": len(digits_of(bare))}, "old_id_number")]


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
    """A social insurance number has ten digits (QĐ595 Điều 2.13).

    Since 2025-08-01 the citizen ID takes its place (CV1804/BHXH-QLT): twelve digits belong there.
    """
    bare = bare_number(number)
    if re.search(r"[^0-9]", bare):
        return [_with_letters(bare, "si_number")]
    if len(bare) == 10:
        return []
    code = "si_is_citizen_id" if len(bare) == 12 else "si_not_10_digits"
    return [Finding(code, "error", {"n": len(bare)}, "si_number")]


def check_health_card(code: str, *, si_number: str = "", id_number: str = "") -> list[Finding]:
    """A health card has 15 characters (GD4790000000000) or, since 2021, the ten of the SI number.

    Twelve digits are accepted too: since 2025 the citizen ID is the key. Where the other number is
    known the card must agree with it.
    """
    card = bare_number(code)
    if not (_HEALTH_CARD.fullmatch(card) or re.fullmatch(r"[0-9]{10}|[0-9]{12}", card)):
        return [Finding("card_code_shape", "error", {"n": len(card)}, "card_number")]
    if len(card) == 12:
        if id_number and card != bare_number(id_number):
            values = {"card_number": card, "id_number": bare_number(id_number)}
            return [Finding("card_other_id_number", "error", values, "card_number")]
    elif si_number and card[-10:] != bare_number(si_number):
        values = {"card_number": card[-10:], "si_number": bare_number(si_number)}
        return [Finding("card_other_si_number", "error", values, "card_number")]
    return []


def si_number_in(card_number: str) -> str:
    """The SI number that a health card carries: its last ten digits, "" on a card of twelve."""
    card = bare_number(card_number)
    return card[-10:] if len(card) in (10, 15) else ""


def normalise_phone(text: str) -> tuple[str, list[Finding]]:
    """The number as dialled inside Vietnam (`0903555214`) and what is odd about it.

    An unknown prefix is only a warning, since lists of prefixes are never complete; a wrong length
    is an error, and so are words without a number, which would be lost. An empty text is no number
    and no finding.
    """
    digits = digits_of(text)
    if not digits:
        words = any(sign.isalpha() for sign in text)
        return "", [Finding("phone_has_no_digits", "error", {}, "phone")] if words else []
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
    """Composed (NFC), single spaces between the words, nothing that can't be seen."""
    seen = (c for c in text if c.isspace() or unicodedata.category(c) not in UNSEEN)
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def check_name(text: str) -> list[Finding]:
    """A name is not empty and has no digits; a single word is odd but may stand."""
    name = normalise_name(text)
    if not name:
        return [Finding("name_missing", "error", {}, "full_name")]
    if any(c.isdigit() for c in name):
        return [Finding("name_with_digits", "error", {"name": name}, "full_name")]
    if " " not in name:
        return [Finding("name_single_word", "warning", {"name": name}, "full_name")]
    return []


def parse_birth_date(text: str, *, today: date | None = None) -> date:
    """The date in `21/11/1968`, `21-11-1968`, `21.11.1968` or `21111968`.

    Raises UserMends, field "born_on", for a text of another form, a month or day that does not
    exist ("rules.birth_day_beyond_month" with month, year and the days it has), a year before 1900
    or a day after `today`.
    """
    found = _DATE.fullmatch(_with_plain_digits(text).strip())
    if not found:
        raise UserMends("rules.birth_form", field="born_on", text=text.strip())
    day, month, year = (int(part) for part in found.groups() if part)
    _check_calendar(day, month, year)
    born = date(year, month, day)
    if today and born > today:
        raise UserMends("rules.birth_in_future", field="born_on", day=born)
    return born


def digits_of(text: str) -> str:
    """The digits of a text, of whatever script, as 0 to 9."""
    plain = _with_plain_digits(text)
    return plain if plain.isdecimal() else _NO_DIGIT.sub("", plain)


def bare_number(text: str) -> str:
    """A number as it is kept: plain digits and capitals, without what people put between them.

    Whatever else stands in it stays, so that a letter among the digits is told and not lost.
    """
    plain = _with_plain_digits(text).upper()
    if plain.isascii() and plain.isalnum():
        return plain
    return "".join(c for c in plain if not _stands_between(c))


def _with_plain_digits(text: str) -> str:
    """Fullwidth letters as usual ones, digits of every script as 0 to 9."""
    if text.isascii():  # nearly all numbers are
        return text
    composed = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(c, c)) for c in composed)


def _stands_between(sign: str) -> bool:
    category = unicodedata.category(sign)
    return sign in BETWEEN_DIGITS or category in UNSEEN or category[0] == "Z" or category == "Pd"


def _with_letters(bare: str, field: str) -> Finding:
    return Finding("number_with_letters", "error", {"number": bare[:30]}, field)


def _check_calendar(day: int, month: int, year: int) -> None:
    if year < 1900:
        raise UserMends("rules.birth_year", field="born_on", year=year)
    if not 1 <= month <= 12:
        raise UserMends("rules.birth_month", field="born_on", month=month)
    days = calendar.monthrange(year, month)[1]
    if day < 1:
        raise UserMends("rules.birth_day_zero", field="born_on")
    if day > days:
        raise UserMends(
            "rules.birth_day_beyond_month",
            field="born_on",
            month=month,
            year=str(year),
            days=days,
        )


def _province_unknown(digits: str) -> Finding | None:
    if province_of(digits):
        return None
    return Finding("id_province_unknown", "warning", {"code": digits[:3]}, "id_number")


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
    return Finding(code, "warning", {**values}, "id_number", needs_reason=True)

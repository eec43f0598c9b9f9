"""One cell made a value: text, date, number, sex, phone. What was mended is said, never hidden.

Every reader returns a `Read`: the value, the codes of what was mended in it, and the fault for
which it could not be read. A fault leaves the value empty. Codes have their words in
`imports.toml`: `mend_…` and `fault_…`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any, Generic, NamedTuple, TypeVar

from fieldapp.lists.legacy import Encoding, may_be_old, mend
from fieldapp.rules.explained import Value
from fieldapp.rules.folding import fold
from fieldapp.rules.people.identity import FEMALE, MALE, normalise_phone

Cell = str | float | bool | date | datetime | time | timedelta | None
"""What a file can hold in one place; text files hold only text."""

T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """Why a cell cannot be read; its words stand under `imports.fault_<code>`."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


class Read(NamedTuple, Generic[T]):
    """A cell as it was understood."""

    value: T | None = None
    mends: tuple[str, ...] = ()
    fault: Fault | None = None


NOTHING: Read[Any] = Read()

# --- text ----------------------------------------------------------------------------------------

_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
_TIDY = {ord(c): " " for c in _BLANKS} | {ord(c): None for c in _UNSEEN}
_TIDY |= {n: None for n in [*range(9), 11, 12, *range(14, 32), 127]} | {9: " ", 10: " ", 13: " "}
_QUOTES = "\"'`´‘’“”"
LONGEST_CELL = 2_000
"""Characters that any field of a list may have: longer is no name and no address."""


def text_of(cell: Cell, encoding: Encoding = "unicode") -> Read[str]:
    """The cell as a text: composed, in Unicode, with single blanks and without stray quotes."""
    raw = cell if isinstance(cell, str) else _as_written(cell)
    if not raw:
        return NOTHING
    if len(raw) > LONGEST_CELL:
        return Read(fault=Fault("cell_too_long", {"n": len(raw), "limit": LONGEST_CELL}))
    if raw.isascii() and raw.isprintable() and raw[0] not in _QUOTES and raw[-1] not in _QUOTES:
        tidy = " ".join(raw.split())
        return Read(tidy or None, ("spaces",) if tidy != raw else ())
    return _mended(raw, encoding)


def _mended(raw: str, encoding: Encoding) -> Read[str]:
    mends: list[str] = []
    turned, was = mend(raw, encoding)
    if was != "unicode" and turned != raw:
        mends.append(was)
    elif not unicodedata.is_normalized("NFC", raw):
        mends.append("decomposed")
    seen = turned if turned.isprintable() else turned.translate(_TIDY)
    tidy = " ".join(seen.split())
    if tidy != turned:
        mends.append("spaces")
    bare = tidy.strip(_QUOTES + " ")
    if bare != tidy and _is_wrapped(tidy):
        tidy = bare
        mends.append("quotes")
    return Read(tidy or None, tuple(mends))


def _is_wrapped(text: str) -> bool:
    """Quotes around the whole, or the apostrophe that Excel users type before a number."""
    return text[0] in _QUOTES and (text[-1] in _QUOTES or text[0] in "'`’‘")


def _as_written(cell: Cell) -> str:
    """A number or date as one would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def name_of(cell: Cell, encoding: Encoding = "unicode") -> Read[str]:
    """A person's name, in capitals only where names have them."""
    read = text_of(cell, encoding)
    name = read.value
    if not name:
        return read
    if any(c.isdigit() for c in name):
        return Read(mends=read.mends, fault=Fault("name_with_digits", {"name": name}))
    if _NO_NAME.search(name):
        return Read(mends=read.mends, fault=Fault("name_with_signs", {"name": name[:60]}))
    if may_be_old(name):
        return Read(mends=read.mends, fault=Fault("name_old_font", {"name": name[:60]}))
    if name.isupper() or name.islower():
        return Read(_capitalised(name), (*read.mends, "capitals"))
    return read


_NO_NAME = re.compile(r'[=<>@#|{}\[\]\\/:;"*%$^~+?!\ufffd]')
"""Of a formula, of two cells in one, or what is left of letters that an encoding lost."""


def _capitalised(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())


# --- dates ---------------------------------------------------------------------------------------

FIRST_YEAR, LAST_YEAR = 1900, 2100
_SERIALS = range(1_000, 80_000)
"""Day numbers of Excel for the years 1902 to 2119; a whole year (1968) is none of them."""
_SERIAL_ZERO = date(1899, 12, 30)
_NUMERIC = re.compile(r"(\d{1,4})\s*[/.\-\\ ]\s*(\d{1,2})\s*[/.\-\\ ]\s*(\d{1,4})")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})")
_MONTH = re.compile(r"(?:thang\s*)?(\d{1,2})\s*[/.\-]\s*(\d{4})")
_SPOKEN = re.compile(r"(?:ngay\s*)?(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})")
_TAIL = re.compile(r"[T ]\s*0{1,2}:00(?::00(?:\.0+)?)?Z?$")


class Day(NamedTuple):
    """A date of a list; where only its year (or month) is written, `on` is None."""

    on: date | None
    year: int


def day_of(cell: Cell, encoding: Encoding = "unicode") -> Read[Day]:
    """A date in any of the common forms: a date cell, Excel's day number, text, a bare year.

    Day before month, as Vietnam writes; year first as ISO does. Years of two digits are not
    guessed: they are a fault.
    """
    if isinstance(cell, datetime | date):
        day = cell.date() if isinstance(cell, datetime) else cell
        return _in_range(day, ())
    if isinstance(cell, float) and isfinite(cell):
        return _from_number(cell)
    read = text_of(cell, encoding)
    if read.value is None:
        return Read(mends=read.mends, fault=read.fault)
    found = _from_text(_TAIL.sub("", read.value))
    if found.fault is None and read.mends:
        return Read(found.value, read.mends + found.mends)
    return found


def _from_number(number: float) -> Read[Day]:
    whole = int(number)
    if whole == number and FIRST_YEAR <= whole <= LAST_YEAR:
        return Read(Day(None, whole), ("year_only",))
    if whole in _SERIALS:
        return _in_range(_SERIAL_ZERO + timedelta(days=whole), ("serial",))
    return _from_text(_as_written(number))


@lru_cache(maxsize=10_000)
def _from_text(text: str) -> Read[Day]:
    """Kept: a list has fewer days than lines, and the day up to which people are insured is one."""
    said = fold(text).removeprefix("ngay ").strip(" .,;")
    if re.fullmatch(r"\d{5}", said):
        return _from_number(float(said))
    if re.fullmatch(r"(?:nam\s*)?\d{4}", said):
        return _year(int(said[-4:]))
    if found := _SPOKEN.fullmatch(said) or _COMPACT.fullmatch(said):
        return _calendar(*map(int, found.groups()), text=text)
    if found := _MONTH.fullmatch(said):
        return _year(int(found[2]))
    found = _NUMERIC.fullmatch(said)
    if not found:
        return Read(fault=Fault("date_form", {"text": text[:40]}))
    first, month, last = found.groups()
    if len(first) == 4:
        return _calendar(int(last), int(month), int(first), text=text)
    if len(last) != 4:
        return Read(fault=Fault("date_two_digit_year", {"text": text}))
    return _calendar(int(first), int(month), int(last), text=text)


def _year(year: int) -> Read[Day]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Read(fault=Fault("date_year", {"text": str(year)}))
    return Read(Day(None, year), ("year_only",))


def _calendar(day: int, month: int, year: int, *, text: str) -> Read[Day]:
    if day == 0 or month == 0:
        return _year(year)
    if month > 12 >= day:
        return Read(fault=Fault("date_month_first", {"text": text}))
    try:
        return _in_range(date(year, month, day), ())
    except ValueError:
        return Read(fault=Fault("date_not_in_calendar", {"text": text}))


def _in_range(day: date, mends: tuple[str, ...]) -> Read[Day]:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Read(fault=Fault("date_year", {"text": f"{day:%d/%m/%Y}"}))
    return Read(Day(day, day.year), mends)


# --- numbers, sex, marks -------------------------------------------------------------------------

_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_GROUPING = str.maketrans("", "", " .-_")


class Digits(NamedTuple):
    """A number of a person as it stands in the list; `typed` is False for a cell of numbers."""

    text: str
    typed: bool


def digits_of(cell: Cell, encoding: Encoding = "unicode") -> Read[Digits]:
    """The signs of an identifying number, without blanks, dots and apostrophes, in capitals."""
    typed = isinstance(cell, str)
    read = text_of(cell, encoding)
    if not read.value:
        return Read(mends=read.mends, fault=read.fault)
    if _SCIENTIFIC.fullmatch(read.value):
        return Read(fault=Fault("number_scientific", {"text": read.value}))
    if not typed and not read.value.isdecimal():
        return Read(fault=Fault("number_form", {"text": read.value[:40]}))
    bare = read.value.translate(_GROUPING).upper()
    mends = (*read.mends, "spaces") if bare != read.value.upper() else read.mends
    return Read(Digits(bare, typed), tuple(dict.fromkeys(mends)))


_PARTED = re.compile(r"\s*[/;,|]\s*|\s+-\s+")


def phone_of(cell: Cell, encoding: Encoding = "unicode") -> Read[str]:
    """The first phone number of a cell. A cell that holds none is no fault: it is left out."""
    read = text_of(cell, encoding)
    if not read.value:
        return Read(mends=read.mends, fault=read.fault)
    for part in _PARTED.split(read.value):
        number, findings = normalise_phone(part)
        if number and not any(f.level == "error" for f in findings):
            same = number == read.value
            return Read(number, () if same else (*read.mends, "phone"))
    return Read(mends=(*read.mends, "phone_left_out"))


_SEXES = {
    "nam": MALE, "m": MALE, "male": MALE, "trai": MALE, "1": MALE,
    "nu": FEMALE, "f": FEMALE, "female": FEMALE, "gai": FEMALE, "2": FEMALE, "0": FEMALE,
}  # fmt: skip


def sex_of(cell: Cell, encoding: Encoding = "unicode") -> Read[str]:
    """`male` or `female`, from words or from the codes of the health card (1 and 2)."""
    read = text_of(cell, encoding)
    if not read.value:
        return Read(mends=read.mends, fault=read.fault)
    sex = _SEXES.get(fold(read.value))
    if sex is None:
        return Read(fault=Fault("sex_unknown", {"text": read.value[:40]}))
    return Read(sex, read.mends)


def is_marked(cell: Cell) -> bool:
    """Whether a place for a cross has one ("x", "1", a tick)."""
    read = text_of(cell)
    return bool(read.value) and fold(read.value or "") not in ("0", "khong", "-")


def birth_fault(day: Day, today: date) -> Fault | None:
    """A person of a list is born, and not before 1900."""
    if day.year > today.year or (day.on is not None and day.on > today):
        return Fault("birth_in_future", {"text": f"{day.on:%d/%m/%Y}" if day.on else str(day.year)})
    return None

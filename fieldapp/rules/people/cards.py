"""What a scanner types when it reads a card: QR of the citizen card and of the health card.

Fields beyond the known ones are other people's data and are thrown away at once: they are in no
answer, no finding and no error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.rules.explained import Finding
from fieldapp.rules.folding import fold
from fieldapp.rules.people.identity import (
    FEMALE,
    MALE,
    check_citizen_id,
    check_health_card,
    digits_of,
    normalise_name,
    parse_birth_date,
    si_number_in,
)
from fieldapp.rules.people.keyed_text import (
    TELEX,
    VNI,
    cleaned,
    keys_pressed,
    uncapped,
    without_alt_codes,
)

CITIZEN_FIELDS = 7
HEALTH_FIELDS = 16
NEEDED = 4
"""Number, old number, name and birth: with less nobody is known."""
DAY_DIGITS = 8
FIRST_BIRTH = 1900
REPLACED = ("\ufffd", "?")

_CITIZEN = re.compile(r"[0-9]{12}\|(?:[0-9]{9}|[0-9]{12})?\|")
_HEALTH = re.compile(
    r"(?:(?<![A-Z])[A-Z]{2}[1-5][0-9]{12}|(?<![0-9A-Z])(?:[0-9]{10}|[0-9]{12}))"
    r"\|(?:[0-9A-F]{2})+\|",
    re.IGNORECASE,
)
_DAY = re.compile(r"([0-9]{2})[/.-]?([0-9]{2})[/.-]?([0-9]{4})")


@dataclass(frozen=True)
class CitizenCard:
    """The person on a citizen card; "" and None where the scanner cut the text off."""

    number: str
    old_number: str
    name: str
    born_on: date
    sex: str
    address: str
    issued_on: date | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class HealthCard:
    """The person and the term on a health card.

    `born_on` is None where the card gives only `birth_year`; `benefit` is the digit of the benefit
    level (4 pays 80 %), "" on cards that do not carry it; `facility` has five digits.
    """

    code: str
    name: str
    born_on: date | None
    birth_year: int
    sex: str
    address: str
    facility: str
    valid_from: date | None
    valid_to: date | None
    issued_on: date | None
    si_number: str
    five_year_on: date | None
    benefit: str
    findings: tuple[Finding, ...] = ()


Card = CitizenCard | HealthCard


def recognise(text: str, *, today: date | None = None) -> Card | None:
    """The card in a scanned or pasted text, None if there is none that can be read."""
    try:
        return read_card(text, today=today)
    except UserMends:
        return None


def read_card(text: str, *, today: date | None = None) -> Card:
    """Reads the card in a text, the first one if two scans stick together.

    Raises UserMends("rules.card_not_read") if there is none, "rules.card_too_long" for a text that
    no scanner typed; field "card". `today` rules out births in the future.
    """
    found = list(_cards_in(cleaned(text), today))
    if not found:
        raise _not_read()
    first = found[0]
    if any(number_of(other) != number_of(first) for other in found[1:]):
        other = Finding("card_two_scans", "warning", {"name": first.name})
        return replace(first, findings=(*first.findings, other))
    return first


def number_of(card: Card) -> str:
    """The number by which a card is known: the citizen's, or that of the health card."""
    return card.number if isinstance(card, CitizenCard) else card.code


def read_citizen_card(text: str, *, today: date | None = None) -> CitizenCard:
    """Reads number | old number | name | birth | sex | address | issued.

    Sex, address and issue date may be missing (a warning says so). Raises
    UserMends("rules.card_not_read") if the first four fields do not validate: the card of
    2024-07-01 on has its QR on the back with an order of fields that is not published.
    """
    fields = _fields(text)[:CITIZEN_FIELDS]
    if len(fields) < NEEDED or not re.fullmatch(r"[0-9]{12}", fields[0]):
        raise _not_read()
    number, old_number, name, born, sex, address, issued = _padded(fields, CITIZEN_FIELDS)
    name, address = without_alt_codes(uncapped(name)), uncapped(address)
    address, issued = _own(address, issued)
    if not re.fullmatch(r"([0-9]{9}|[0-9]{12})?", old_number) or not _is_name(name):
        raise _not_read()
    born_on = _card_birth(born, today)
    known_sex = _sex(sex)
    findings = check_citizen_id(number, sex=known_sex, born_on=born_on, today=today)
    seen = {"sex": known_sex, "address": address, "issued_on": issued}
    findings += [*_missing(seen), *_lost_tones(name, address, sex)]
    findings += _unread({"issued_on": issued})
    return CitizenCard(
        number,
        old_number,
        name,
        born_on,
        known_sex,
        address,
        _day(issued),
        tuple(findings),
    )


def read_health_card(text: str, *, today: date | None = None) -> HealthCard:
    """Reads the QR of a health card: fields between `|`, texts as hex of UTF-8, `$` at the end.

    What stands behind the birth may be missing (a warning says so). Raises
    UserMends("rules.card_not_read") if code, name or birth cannot be read.
    """
    fields = _padded(_fields(text), HEALTH_FIELDS)
    code = next((c.upper() for c in _readings(fields[0]) if not check_health_card(c)), "")
    name, born = _from_hex(fields[1]), fields[2]
    birth_year = _birth_year(born)
    if not code or not _is_name(name) or not _is_past(birth_year, today):
        raise _not_read()
    held = fields[9][4:] if re.fullmatch(r"[0-9]{14}", fields[9]) else ""
    card = HealthCard(
        code=code,
        name=name,
        born_on=_day(born),
        birth_year=birth_year,
        sex={"1": MALE, "2": FEMALE}.get(fields[3], ""),
        address=_from_hex(fields[4]),
        facility=re.sub(r"[^0-9]", "", fields[5]),
        valid_from=_day(fields[6]),
        valid_to=_day(fields[7]),
        issued_on=_day(fields[8]),
        si_number=held or si_number_in(code),
        five_year_on=_day(fields[12]),
        benefit=code[2] if len(code) == 15 else fields[14],
    )
    return replace(card, findings=tuple(_health_findings(card, held, fields, today)))


def _cards_in(text: str, today: date | None) -> Iterator[Card]:
    """Every card that can be read, in the order of the text."""
    health = [found.start() for found in _HEALTH.finditer(text)]
    citizen = [found.start() for found in _CITIZEN.finditer(text)]
    pieces: list[tuple[int, str, Callable[..., Card]]] = []
    for start in citizen:
        end = min((one for one in (*citizen, *health) if one > start), default=len(text))
        pieces.append((start, text[start:end], read_citizen_card))
    pieces += [(start, text[start:], read_health_card) for start in health]
    whole = (0, text, read_health_card)  # an input method may have hidden where it begins
    for _, piece, read in sorted(pieces, key=lambda one: one[0]) or [whole]:
        try:
            yield read(piece, today=today)
        except UserMends:
            continue


def _fields(text: str) -> list[str]:
    """The fields of the first line, composed and trimmed; the closing `$` is no field."""
    lines = cleaned(text).strip().splitlines() or [""]
    return [normalise_name(part) for part in lines[0].partition("$")[0].split("|")]


def _own(address: str, issued: str) -> tuple[str, str]:
    """Address and issue date, "" for what may be of somebody else.

    Where no date stands last the card has another order than the published one, and the text before
    it is an address only if it has the parts of one.
    """
    other_order = any(c.isalpha() for c in issued) or len(digits_of(issued)) > DAY_DIGITS
    if address.isdecimal() or (other_order and "," not in address):
        address = ""
    return address, "" if other_order else issued


def _padded(fields: Sequence[str], count: int) -> list[str]:
    return [*fields, *[""] * (count - len(fields))][:count]


def _readings(text: str) -> Iterator[str]:
    """A text of letters and digits as it came, and as its keys were before an input method."""
    yield text
    if not text.isascii():
        yield from (keys_pressed(text, method) for method in (TELEX, VNI))


def _is_name(name: str) -> bool:
    return any(c.isalpha() for c in name) and not any(c.isdigit() for c in name)


def _sex(text: str) -> str:
    """`Nam`, `Nữ`, and what is left of them where the scanner can't type ữ."""
    folded = fold(text)
    if folded == "nam":
        return MALE
    return FEMALE if re.fullmatch(r"n(u|[^a-z]{1,3})", folded) else ""


def _missing(seen: Mapping[str, object]) -> list[Finding]:
    """Says what the scanner cut off, by the first thing that is not there."""
    gone = next((field for field, value in seen.items() if not value), "")
    return [Finding("card_incomplete", "warning", {}, gone)] if gone else []


def _lost_tones(name: str, address: str, sex: str) -> list[Finding]:
    garbled = any(mark in text for mark in REPLACED for text in (name, address, sex))
    if garbled or fold(sex) == "nu" == sex.casefold() or (name + address).isascii():
        return [Finding("card_lost_tones", "warning", {"name": name}, "full_name")]
    return []


def _unread(days: Mapping[str, str]) -> list[Finding]:
    return [
        Finding("card_day_unread", "warning", {"text": text[:20]}, field)
        for field, text in days.items()
        if text not in ("", "-") and _day(text) is None
    ]


def _health_findings(
    card: HealthCard, held: str, fields: Sequence[str], today: date | None
) -> Iterator[Finding]:
    yield from check_health_card(card.code, si_number=held)
    if len(card.code) == 12:
        yield from check_citizen_id(card.code, sex=card.sex, born_on=card.born_on, today=today)
    if card.born_on is None:
        year = {"year": str(card.birth_year)}
        yield Finding("card_year_only", "warning", year, "born_on")
    yield from _missing(
        {
            "sex": card.sex,
            "address": card.address,
            "facility": card.facility,
            "valid_from": fields[6],
            "valid_to": fields[7],
            "five_year_on": fields[12],
        }
    )
    days = ("valid_from", 6), ("valid_to", 7), ("five_year_on", 12)
    yield from _unread({name: fields[place] for name, place in days})


def _card_birth(text: str, today: date | None) -> date:
    try:
        return parse_birth_date(text, today=today)
    except UserMends as unreadable:
        raise _not_read() from unreadable


def _is_past(birth_year: int, today: date | None) -> bool:
    return FIRST_BIRTH <= birth_year <= (today.year if today else birth_year)


def _birth_year(text: str) -> int:
    """The year of `01/01/1990` or of the bare `1990`; 0 if neither."""
    day = _day(text)
    if day:
        return day.year
    return int(text) if re.fullmatch(r"(19|20)[0-9]{2}", text) else 0


def _day(text: str) -> date | None:
    """A date on a card in either form; None for `-`, an empty field or nonsense."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_hex(text: str) -> str:
    """The text behind hex of UTF-8; "" for `-` or for what is no such hex."""
    for reading in _readings(text):
        try:
            return normalise_name(bytes.fromhex(reading).decode("utf-8"))
        except ValueError:
            continue
    return ""


def _not_read() -> UserMends:
    return UserMends("rules.card_not_read", field="card")

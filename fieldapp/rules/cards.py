"""What a scanner types when it reads a card: QR of the citizen card and of the health card.

Scanners behave as keyboards: tones get lost, ends are cut, lines end in CR LF. Fields beyond the
known ones are other people's data and are thrown away at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.rules.explained import Finding
from fieldapp.rules.folding import fold
from fieldapp.rules.identity import (
    FEMALE,
    MALE,
    check_citizen_id,
    check_health_card,
    normalise_name,
    parse_birth_date,
)

CITIZEN_FIELDS = 7
CITIZEN_NEEDED = 4
HEALTH_NEEDED = 10
_DAY = re.compile(r"([0-9]{2})/?([0-9]{2})/?([0-9]{4})")
REPLACED = ("\ufffd", "?")


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


def recognise(text: str) -> CitizenCard | HealthCard | None:
    """The card in a scanned or pasted text, None if it is neither of the two."""
    for read in (read_citizen_card, read_health_card):
        try:
            return read(text)
        except UserMends:
            continue
    return None


def read_citizen_card(text: str) -> CitizenCard:
    """Reads number | old number | name | birth | sex | address | issued.

    Sex, address and issue date may be missing (a warning says so). Raises
    UserMends("rules.card_not_read") if the first four fields do not validate: the card of
    2024-07-01 on has its QR on the back with an order of fields that is not published.
    """
    fields = _fields(text)[:CITIZEN_FIELDS]
    if len(fields) < CITIZEN_NEEDED or not re.fullmatch(r"[0-9]{12}", fields[0]):
        raise UserMends("rules.card_not_read", field="card")
    complete = len(fields) == CITIZEN_FIELDS
    number, old_number, name, born, sex, address, issued = fields + [""] * (
        CITIZEN_FIELDS - len(fields)
    )
    if not re.fullmatch(r"([0-9]{9}|[0-9]{12})?", old_number) or not _is_name(name):
        raise UserMends("rules.card_not_read", field="card")
    born_on = _card_birth(born)
    known_sex = {"nam": MALE, "nu": FEMALE, "n?": FEMALE}.get(fold(sex), "")
    findings = check_citizen_id(number, sex=known_sex, born_on=born_on)
    findings += _scan_findings(complete and bool(known_sex), name, address, sex)
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


def read_health_card(text: str) -> HealthCard:
    """Reads the QR of a health card: fields between `|`, texts as hex of UTF-8, `$` at the end.

    Raises UserMends("rules.card_not_read") if code, name or birth cannot be read.
    """
    fields = _fields(text)
    if len(fields) < HEALTH_NEEDED or check_health_card(fields[0]):
        raise UserMends("rules.card_not_read", field="card")
    name, born = _from_hex(fields[1]), fields[2]
    birth_year = _birth_year(born)
    if not name or not birth_year:
        raise UserMends("rules.card_not_read", field="card")
    si_number = fields[9][4:] if re.fullmatch(r"[0-9]{14}", fields[9]) else ""
    tail = fields[10:] + [""] * 5
    return HealthCard(
        code=fields[0].upper(),
        name=name,
        born_on=_day(born),
        birth_year=birth_year,
        sex={"1": MALE, "2": FEMALE}.get(fields[3], ""),
        address=_from_hex(fields[4]),
        facility=re.sub(r"[^0-9]", "", fields[5]),
        valid_from=_day(fields[6]),
        valid_to=_day(fields[7]),
        issued_on=_day(fields[8]),
        si_number=si_number,
        five_year_on=_day(tail[2]),
        benefit=_benefit(fields),
        findings=tuple(check_health_card(fields[0], si_number=si_number)),
    )


def _fields(text: str) -> list[str]:
    """The fields of the first line, composed and trimmed; the closing `$` is no field."""
    lines = text.strip().lstrip("\ufeff").splitlines() or [""]
    fields = [normalise_name(part) for part in lines[0].split("|")]
    return fields[: fields.index("$")] if "$" in fields else fields


def _is_name(name: str) -> bool:
    return bool(name) and not any(c.isdigit() for c in name)


def _scan_findings(complete: bool, name: str, address: str, sex: str) -> list[Finding]:
    """Says what the scanner lost: the tail, or the marks on the letters."""
    found = []
    if not complete:
        found.append(Finding("card_incomplete", "warning", {}, "card"))
    texts = (name, address, sex)
    garbled = any(mark in text for mark in REPLACED for text in texts)
    if garbled or fold(sex) == "nu" == sex.casefold() or (name + address).isascii():
        found.append(Finding("card_lost_tones", "warning", {"name": name}, "name"))
    return found


def _card_birth(text: str) -> date:
    try:
        return parse_birth_date(text)
    except UserMends as unreadable:
        raise UserMends("rules.card_not_read", field="card") from unreadable


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
    try:
        return normalise_name(bytes.fromhex(text).decode("utf-8"))
    except ValueError:
        return ""


def _benefit(fields: list[str]) -> str:
    """The benefit level: third character of the long code, else the field behind the hash."""
    if len(fields[0]) == 15:
        return fields[0][2]
    return fields[14] if len(fields) > 14 else ""

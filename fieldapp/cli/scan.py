"""`fieldapp scan`: what stands on a card, from the text of its code or from a picture of it.

The keys of the answer are relied on by other programs. Nothing is kept, no profile is opened.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from fieldapp.cli.session import Session
from fieldapp.clock import SystemClock, business_date
from fieldapp.errors import UserMends
from fieldapp.rules.explained import Finding
from fieldapp.rules.people.card_ward import wards_on_card
from fieldapp.rules.people.cards import Card, CitizenCard, HealthCard, read_card
from fieldapp.rules.people.keyed_text import LONGEST
from fieldapp.words import Words
from fieldapp.words.format import long_date
from fieldapp.words.steps import said

STANDARD_INPUT = "-"
ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""By how the bytes begin: Windows pipes text as UTF-16."""


def run_scan(session: Session, text: str | None, image: Path | None) -> None:
    """Prints the card in a text (`-`: from standard input) or in a picture.

    Raises:
        UserMends: `cli.usage`: neither of the two, or both; and as `read_card` and `card_in_file`
            say.
    """
    today = business_date(SystemClock().now())
    card = _card_of(session, text, image, today)
    answer = answer_of(card, session.words)
    if session.common.json:
        session.tell(answer)
    else:
        lines = lines_of(answer, session.words)
        print("\n".join([*lines, *_ward_line(card, session.words, today)]))


def _card_of(session: Session, text: str | None, image: Path | None, today: date) -> Card:
    if (text is None) == (image is None):
        raise UserMends("cli.usage", detail=session.words.say("scan.one_of_both"))
    if image is not None:
        from fieldapp.usecases.households.pictures import card_in_file

        return card_in_file(image, today=today)
    assert text is not None
    return read_card(_standard_input() if text == STANDARD_INPUT else text, today=today)


def _standard_input() -> str:
    """What was piped in, a little more than a card may be long; other bytes do no harm."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.read(LONGEST + 1)
    content = stream.read(4 * (LONGEST + 1))
    encoding = next((name for mark, name in ENCODINGS if content.startswith(mark)), "utf-8")
    return str(content.decode(encoding, "replace"))


def answer_of(card: Card, words: Words) -> dict[str, Any]:
    """The card as other programs take it: ISO dates, null for what is missing."""
    fields = _citizen(card) if isinstance(card, CitizenCard) else _health(card)
    kind = "citizen_card" if isinstance(card, CitizenCard) else "health_insurance_card"
    told = [_warning(finding, words) for finding in card.findings]
    return {"kind": kind, **{name: value or None for name, value in fields}, "warnings": told}


def _citizen(card: CitizenCard) -> Iterator[tuple[str, str | date | None]]:
    yield "id_number", card.number
    yield "old_id_number", card.old_number
    yield "full_name", card.name
    yield "born_on", card.born_on
    yield "sex", card.sex
    yield "address", card.address
    yield "issued_on", card.issued_on


def _health(card: HealthCard) -> Iterator[tuple[str, str | date | None]]:
    yield "card_number", card.code
    yield "si_number", card.si_number
    yield "full_name", card.name
    yield "born_on", card.born_on
    yield "sex", card.sex
    yield "address", card.address
    yield "facility", card.facility
    yield "valid_from", card.valid_from
    yield "valid_to", card.valid_to
    yield "five_year_on", card.five_year_on


def _warning(finding: Finding, words: Words) -> dict[str, str | None]:
    values = {name: said(value, name) for name, value in finding.values.items()}
    message = words.say(f"rules.{finding.code}", **values)
    return {"code": finding.code, "message": message, "field": finding.field or None}


def lines_of(answer: Mapping[str, Any], words: Words) -> list[str]:
    """The card for people: one line a field that is there, the warnings below."""
    lines = [words.say(f"scan.{answer['kind']}")]
    for name, value in answer.items():
        if name not in ("kind", "warnings") and value is not None:
            lines.append(f"  {words.say(f'scan.{name}')}: {_shown(name, value, words)}")
    return lines + [f"! {warning['message']}" for warning in answer["warnings"]]


def _ward_line(card: Card, words: Words, today: date) -> list[str]:
    """The ward of today, for people: the names on the card are those of its day."""
    names = ", ".join(ward.name for ward in wards_on_card(card, today))
    return [f"  {words.say('scan.ward_today')}: {names}"] if names else []


def _shown(name: str, value: object, words: Words) -> str:
    if isinstance(value, date):
        return long_date(value)
    return words.say(f"people.sex_{value}") if name == "sex" else str(value)

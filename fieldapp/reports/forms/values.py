"""What stands in a column of a list, by the name that `form_layouts` gives it.

A value comes with its kind, which decides how the cell looks and what is written: `digits` are
texts that keep their zeros, `day` and `month` real dates, `money`, `count` and `percent` numbers,
`people` counts that may be large, `share` a part of 1 shown in per cent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Generic, Literal, TypeVar

from fieldapp.reports.forms.checks import formula_gross, state_months
from fieldapp.reports.forms.content import HealthLine, PersonContent, SocialLine
from fieldapp.rules.money.exact import percent_text
from fieldapp.words import Words
from fieldapp.words.format import NBSP, money

Kind = Literal[
    "text", "digits", "day", "month", "money", "count", "percent", "share", "people", "mark"
]
Cell = str | int | float | date | None
Line = TypeVar("Line")

MARK = "x"


@dataclass(frozen=True)
class Place(Generic[Line]):
    """A line on its list: its number from 1, the date of the list, and how notes are said."""

    line: Line
    number: int
    listed_on: date
    words: Words


@dataclass(frozen=True)
class Value(Generic[Line]):
    """A kind of cell and where its content comes from."""

    kind: Kind
    of: Callable[[Place[Line]], Cell]


def number_of(percent: Decimal) -> int | float | None:
    """A percentage as a number for a cell; None for 0, which leaves its cell empty."""
    if not percent:
        return None
    return int(percent) if percent == int(percent) else float(percent)


def sex_of(person: PersonContent, words: Words) -> str:
    """Nam or Nữ; "" where it is not known."""
    return words.say(f"forms.sex_{person.sex}") if person.sex else ""


def notes(*parts: str) -> str:
    """The notes that there are, one after the other."""
    return "; ".join(part for part in parts if part)


def _first_of_month(day: date | None) -> date | None:
    return day.replace(day=1) if day else None


def _supported(place: Place[HealthLine], by: str, percent: Decimal, dong: int) -> str:
    """A note that somebody pays a part of the premium; "" for nobody."""
    if not dong:
        return ""
    said = {"percent": _percent(percent), "dong": money(dong)}
    return place.words.say(f"forms.note_{by}_support", **said)


def _rank(place: Place[HealthLine]) -> str:
    """Which person of the household's year it is: the first may stand on an earlier list."""
    line = place.line
    if line.rank is None or line.rank == 1:
        return ""
    return place.words.say("forms.note_rank", rank=line.rank, percent=_percent(line.percent))


def _percent(percent: Decimal) -> str:
    return percent_text(Fraction(percent)).replace(" ", NBSP)


def _health_note(place: Place[HealthLine]) -> str:
    """D03-TS names the State's percentage in its head only: a member's own stands in the note."""
    line = place.line
    state = _supported(place, "state", line.state_percent, line.state_dong)
    return notes(_rank(place), state, line.note, line.person.note)


def _months_note(place: Place[HealthLine]) -> str:
    """Months of validity first; sponsors too stand in the notes (guide of Mẫu 3 column 10)."""
    line = place.line
    months = place.words.say("forms.note_months", n=line.months, months=line.months)
    other = _supported(place, "other", line.other_percent, line.other_dong)
    return notes(months, _rank(place), other, line.note, line.person.note)


def _formula_note(place: Place[SocialLine]) -> str:
    """Why column 6 is not 4 × 5 × 22 %, where it is not."""
    line, say = place.line, place.words.say
    if line.method == "periodic":
        return ""
    return say(f"forms.note_{line.method}", dong=money(formula_gross(line, place.listed_on)))


def _support_note(place: Place[SocialLine]) -> str:
    """That the State's support covers fewer months than were paid, where it does."""
    line = place.line
    supported = state_months(line, place.listed_on)
    if supported == line.months or not line.state_percent:
        return ""
    return place.words.say(
        "forms.note_support_months",
        supported=supported,
        months=line.months,
        dong=money(line.state_dong),
    )


def _social_note(place: Place[SocialLine]) -> str:
    line = place.line
    return notes(_formula_note(place), _support_note(place), line.note, line.person.note)


def _change(place: Place[SocialLine]) -> str:
    return place.words.say(f"forms.change_{place.line.change}")


def _result(place: Place[SocialLine]) -> str:
    return place.words.say(f"forms.result_{'paper' if place.line.person.paper_result else 'file'}")


HEALTH: Mapping[str, Value[HealthLine]] = {
    "number": Value("count", lambda p: p.number),
    "full_name": Value("text", lambda p: p.line.person.full_name),
    "si_number": Value("digits", lambda p: p.line.person.si_number),
    "id_number": Value("digits", lambda p: p.line.person.id_number),
    "born_on": Value("day", lambda p: p.line.person.born_on),
    "sex": Value("mark", lambda p: sex_of(p.line.person, p.words)),
    "address": Value("text", lambda p: p.line.household.address.whole),
    "facility": Value("text", lambda p: p.line.person.facility),
    "relationship": Value("mark", lambda p: p.line.person.relationship),
    "electronic": Value("mark", lambda p: "" if p.line.person.paper_result else MARK),
    "paper": Value("mark", lambda p: MARK if p.line.person.paper_result else ""),
    "receipt_day": Value("day", lambda p: p.line.receipt.issued_on),
    "receipt_number": Value("digits", lambda p: p.line.receipt.number),
    "participant_dong": Value("money", lambda p: p.line.participant_dong),
    "local_dong": Value("money", lambda p: p.line.local_dong or None),
    "other_dong": Value("money", lambda p: p.line.other_dong or None),
    "base_dong": Value("money", lambda p: p.line.base_dong),
    "reduced_base_dong": Value("money", lambda p: p.line.reduced_base_dong),
    "budget_percent": Value(
        # the State's part, the locality's included (guide of Mẫu 3 column 10)
        "percent",
        lambda p: number_of(p.line.state_percent + p.line.local_percent),
    ),
    "starts_on": Value("day", lambda p: p.line.starts_on),
    "starts_month": Value("month", lambda p: _first_of_month(p.line.starts_on)),
    "months": Value("count", lambda p: p.line.months),
    "collector_code": Value("digits", lambda p: p.line.collector_code),
    "note": Value("text", _health_note),
    "months_note": Value("text", _months_note),
}
"""Columns of D03-TS, Mẫu 3 and Mẫu 4."""

SOCIAL: Mapping[str, Value[SocialLine]] = {
    "number": Value("count", lambda p: p.number),
    "full_name": Value("text", lambda p: p.line.person.full_name),
    "si_number": Value("digits", lambda p: p.line.person.si_number),
    "id_number": Value("digits", lambda p: p.line.person.id_number),
    "born_on": Value("day", lambda p: p.line.person.born_on),
    "address": Value("text", lambda p: p.line.address.whole),
    "receipt_day": Value("day", lambda p: p.line.receipt.issued_on),
    "receipt_number": Value("digits", lambda p: p.line.receipt.number),
    "from_month": Value("month", lambda p: _first_of_month(p.line.from_month)),
    "months": Value("count", lambda p: p.line.months),
    "income_dong": Value("money", lambda p: p.line.income_dong),
    "gross_dong": Value("money", lambda p: p.line.gross_dong),
    "participant_dong": Value("money", lambda p: p.line.participant_dong),
    "state_percent": Value("percent", lambda p: number_of(p.line.state_percent)),
    "state_dong": Value("money", lambda p: p.line.state_dong or None),
    "local_percent": Value("percent", lambda p: number_of(p.line.local_percent)),
    "local_dong": Value("money", lambda p: p.line.local_dong or None),
    "other_percent": Value("percent", lambda p: number_of(p.line.other_percent)),
    "other_dong": Value("money", lambda p: p.line.other_dong or None),
    "result": Value("mark", _result),
    "change": Value("mark", _change),
    "collector_code": Value("digits", lambda p: p.line.collector_code),
    "note": Value("text", _social_note),
    "change_note": Value("text", lambda p: notes(_change(p), _social_note(p))),
}
"""Columns of D05-TS."""

"""Official lists: where an enrolment stands by its lines, what a form needs of a person, and what
the agency may have meant. Pure; layouts and columns stand with the forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from fieldapp.rules import tables
from fieldapp.rules.folding import fold

Scheme = Literal["hhi", "vsi"]
Standing = Literal["paid", "listed", "sent", "accepted", "returned", "mended"]

SCHEME_OF: dict[str, Scheme] = {"d03": "hhi", "mau3": "hhi", "mau4": "hhi", "d05": "vsi"}
"""What each form lists."""
LINES_A_LIST = 500
"""One list is one action, and travels whole: a longer one is drawn up as several."""


@dataclass(frozen=True)
class LineFacts:
    """One line on which an enrolment stands or stood.

    `live` is False where the line or its whole list was withdrawn. `answer` is `accepted`,
    `returned` or None.
    """

    live: bool = True
    sent: bool = False
    answer: str | None = None
    mended: bool = False


def health_form(listed_on: date) -> str:
    """The form for households in use on the date of a list: Mẫu 4, before it D03-TS."""
    row = tables.find("form_layouts", "mau4", listed_on)
    return "mau4" if row is not None and row.text("layout") else "d03"


def standing_of(lines: Sequence[LineFacts]) -> Standing:
    """Where an enrolment stands, by its lines from the first to the last.

    Only the last live line counts: earlier ones were returned, and are history.
    """
    live = [line for line in lines if line.live]
    if not live:
        return "paid"
    last = live[-1]
    if last.answer == "accepted":
        return "accepted"
    if last.answer == "returned":
        return "mended" if last.mended else "returned"
    return "sent" if last.sent else "listed"


def may_be_listed(standing: Standing) -> bool:
    """Whether the enrolment waits for a list: it is on none, or what was wrong is mended."""
    return standing in ("paid", "mended")


@dataclass(frozen=True)
class ListedPerson:
    """What a form needs to know of a person and her door."""

    full_name: str
    kind: str
    born_on: date | None = None
    sex: str | None = None
    id_number: str | None = None
    si_number: str | None = None
    facility: str | None = None
    relationship: str = ""
    house_number: str = ""
    street: str = ""


Need = Callable[[ListedPerson], bool]
_HAS: dict[str, Need] = {
    "full_name": lambda p: bool(p.full_name),
    "born_on": lambda p: p.born_on is not None,
    "sex": lambda p: bool(p.sex),
    "id_number": lambda p: bool(p.id_number),
    "number": lambda p: bool(p.id_number or p.si_number),
    "facility": lambda p: bool(p.facility) or p.kind != "new",
    "relationship": lambda p: p.relationship not in ("", "99"),
    "address": lambda p: bool(p.house_number and p.street),
}
"""The facility of one who goes on stays what the agency has; only a first card needs it said."""
_MEANS = {"number": "id_number", "address": "house_number"}
"""The field in which to enter what is missing."""
NEEDS: dict[str, tuple[str, ...]] = {
    "d03": ("full_name", "number", "born_on", "sex", "address", "facility"),
    "mau3": ("full_name", "id_number", "facility"),
    "mau4": ("full_name", "id_number", "born_on", "relationship", "facility"),
    "d05": ("full_name", "number", "born_on"),
}
"""The columns that must not be empty (D03-TS and D05-TS of QĐ490/2023 and QĐ366; NĐ188 Mẫu 3, 4).

The agency checks name, birth date and number against its databases and returns what lacks them
(QĐ366 Điều 5.1.1, 5.1.3)."""


def missing_fields(form: str, person: ListedPerson) -> tuple[str, ...]:
    """The fields of the person or the household that the form needs and that are empty."""
    return tuple(_MEANS.get(need, need) for need in NEEDS[form] if not _HAS[need](person))


Item = TypeVar("Item")


def in_lists(
    items: Iterable[Item], *, together: Callable[[Item], str], limit: int = LINES_A_LIST
) -> list[list[Item]]:
    """Splits lines in their order into lists of at most `limit`, what belongs together unparted.

    A group longer than the limit is the one that is parted: it fits nowhere.
    """
    lists: list[list[Item]] = []
    for group in _groups(items, together):
        for start in range(0, len(group), limit):
            part = group[start : start + limit]
            if not lists or len(lists[-1]) + len(part) > limit:
                lists.append([])
            lists[-1].extend(part)
    return lists


def _groups(items: Iterable[Item], together: Callable[[Item], str]) -> list[list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(together(item), []).append(item)
    return list(groups.values())


_MEANT = (
    ("facility", r"\bkcb\b|kham chua benh|kham benh|co so kham|benh vien"),
    ("born_on", r"ngay sinh|nam sinh|thang sinh|ngay thang nam"),
    ("si_number", r"ma so (?:bhxh|bhyt)|so so bhxh|so the|\bbhxh\b.*\btrung\b"),
    ("id_number", r"cccd|cmnd|dinh danh|ddcn|can cuoc"),
    ("sex", r"gioi tinh"),
    ("relationship", r"quan he"),
    ("phone", r"dien thoai|\bsdt\b|so dt\b"),
    ("house_number", r"dia chi|so nha"),
    ("full_name", r"ho ten|ho va ten|ho, ten|sai ten|ten khong|chu dem"),
)
"""First found, first meant: "họ tên" stands in many a sentence that is about something else."""


def field_meant(reason: str) -> str | None:
    """The field that the agency's words seem to be about; None where they don't tell.

    A guess for where to put the cursor, never more.
    """
    folded = fold(reason)
    return next((field for field, words in _MEANT if re.search(words, folded)), None)


Verdict = Literal["accepted", "returned"]
"""What the agency says of a line of a list."""

ACCEPTED = ("accepted", "chap nhan", "dat", "hop le", "da duyet", "duyet", "dong y", "da cap")
RETURNED = ("returned", "tra lai", "tra", "khong dat", "tu choi", "khong hop le", "sai", "loi")


def answer_meant(text: str) -> Verdict | None:
    """`accepted` or `returned` for what stands in an agency's file; None for anything else."""
    folded = fold(text).strip(" .,;:!")
    if folded in ACCEPTED or folded in (f"bhxh {word}" for word in ACCEPTED):
        return "accepted"
    returned = folded in RETURNED or folded in (f"bhxh {word}" for word in RETURNED)
    return "returned" if returned else None

"""What a line of a list says of a person, every cell understood or faulted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from fieldapp.lists.cells import (
    Cell,
    Day,
    Fault,
    Read,
    birth_fault,
    day_of,
    digits_of,
    is_marked,
    name_of,
    phone_of,
    sex_of,
    text_of,
)
from fieldapp.lists.layout import Line, scheme_named
from fieldapp.lists.legacy import Encoding, recognise
from fieldapp.lists.numbers import Number, Owner, understand
from fieldapp.rules import tables
from fieldapp.rules.folding import fold
from fieldapp.rules.people.identity import FEMALE, MALE
from fieldapp.rules.places.written_address import Place, read_address

HEAD, OTHER = "00", "99"
NUMBERS = ("id_number", "si_number", "card_number", "number")
TEXTS = ("nationality", "birth_place", "email", "note", "household_code", "head_name")
CODED = ("ethnic_group", "facility", "relationship")
PLACES = ("house_number", "street", "neighbourhood", "ward")
_DUE = frozenset({"due_on", "scheme"})
_ALIKE = frozenset(
    {"full_name", "sex", "born_on", "born_male", "born_female", "address", "due_on", "scheme"}
    | {"nationality", "birth_place", "head_name", "household_code", *CODED, *PLACES}
)
"""Fields of which several lines say the same."""
MOST_KEPT = 20_000
_TELLING_LINES = 400
"""Lines that are looked at to find out the encoding of a column."""

NOWHERE = Place()

Encodings = Mapping[str, Encoding]
T = TypeVar("T")


@dataclass(slots=True)
class Listed:
    """A line, understood.

    Attributes:
        place: the number of the line in the whole list, from 0.
        row: its number in the file, from 1, on its sheet.
        key: the name without tones.
        numbers: identifying numbers by the person's field.
        mends: (field, code) of what was mended.
        faults: (field, fault): such a line is not imported.
        group: key of the household that the line stands in, in a register.
    """

    place: int
    sheet: int
    row: int
    scheme: str = ""
    name: str = ""
    key: str = ""
    born: Day | None = None
    sex: str = ""
    numbers: dict[str, str] = field(default_factory=dict)
    phone: str = ""
    home: Place = NOWHERE
    due_on: date | None = None
    relationship: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    mends: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    group: str = ""


def encodings_of(lines: Iterable[Line]) -> dict[str, Encoding]:
    """The encoding of each column; a column with too few telling words goes with the others."""
    by_field: dict[str, list[str]] = {}
    for line in islice(lines, _TELLING_LINES):
        for name, cell in line.cells.items():
            if isinstance(cell, str) and not cell.isascii():
                by_field.setdefault(name, []).append(cell)
    known = {name: recognise(texts) for name, texts in by_field.items()}
    whole = recognise([t for texts in by_field.values() for t in texts], fewest=1) or "unicode"
    return {name: encoding or whole for name, encoding in known.items()}


class Reader:
    """Understands lines of one list.

    Args:
        above: what stands over the table of one household.
    """

    def __init__(
        self, encodings: Encodings, today: date, above: Mapping[str, str] | None = None
    ) -> None:
        self._encodings = encodings
        self._today = today
        self._above = above or {}
        self._places: dict[str, Place] = {}
        self._kept: dict[str, dict[str, Read[Any]]] = {name: {} for name in _ALIKE}

    def understand(self, line: Line, place: int) -> Listed:
        """What the line says."""
        said = Listed(place, line.sheet, line.row, line.scheme)
        self._person(line, said)
        self._numbers(line, said)
        self._home(line, said)
        self._due(line, said)
        for name in CODED:
            if name in line.cells:
                self._coded(line, said, name)
        for name in TEXTS:
            text = self._take(line, said, name, text_of) if name in line.cells else ""
            text = text or self._above.get(name, "")
            if text:
                said.texts[name] = text
        return said

    def _take(
        self,
        line: Line,
        said: Listed,
        name: str,
        read: Callable[[Cell, Encoding], Read[T]],
    ) -> T | None:
        cell = line.cells.get(name)
        if cell is None:
            if name in line.uncomputed:
                said.faults.append((name, Fault("formula_without_value")))
            return None
        found = self._found(name, cell, read)
        value, mends, fault = found
        if mends:
            said.mends += [(name, code) for code in mends]
        if fault is not None:
            said.faults.append((name, fault))
        return value

    def _found(self, name: str, cell: Cell, read: Callable[[Cell, Encoding], Read[T]]) -> Read[T]:
        """The cell as it is read; texts that come again are read once."""
        kept = self._kept.get(name)
        if kept is None or not isinstance(cell, str):
            return read(cell, self._encodings.get(name, "unicode"))
        found = kept.get(cell)
        if found is None:
            found = read(cell, self._encodings.get(name, "unicode"))
            if len(kept) < MOST_KEPT:
                kept[cell] = found
        return found

    def _person(self, line: Line, said: Listed) -> None:
        said.name = self._take(line, said, "full_name", name_of) or ""
        if not said.name and not _faulty(said, "full_name"):
            said.faults.append(("full_name", Fault("name_missing")))
        said.key = _key_of(said.name)
        said.sex = self._take(line, said, "sex", sex_of) or ""
        said.born = self._take(line, said, "born_on", day_of)
        for name, sex in (("born_male", MALE), ("born_female", FEMALE)):
            if line.cells.get(name) is not None:
                said.born, said.sex = self._take(line, said, name, day_of), said.sex or sex
        if "sex_female" in line.cells and not said.sex:
            said.sex = FEMALE if is_marked(line.cells["sex_female"]) else MALE
        if said.born and (fault := birth_fault(said.born, self._today)):
            said.faults.append(("born_on", fault))
        said.phone = self._take(line, said, "phone", phone_of) or ""

    def _numbers(self, line: Line, said: Listed) -> None:
        owner = Owner(said.born, said.sex, self._today)
        for name in NUMBERS:
            if name not in line.cells:
                continue
            digits = self._take(line, said, name, digits_of)
            if digits is not None:
                self._number(said, name, understand(digits, name, owner))

    def _number(self, said: Listed, name: str, found: Number | Fault) -> None:
        if isinstance(found, Fault):
            said.faults.append((name, found))
            return
        if found.mended:
            said.mends.append((name, "leading_zero"))
        known = said.numbers.setdefault(found.field, found.text)
        if known != found.text:
            said.faults.append((name, Fault("numbers_contradict", {"a": known, "b": found.text})))
        if found.card:
            said.numbers["card_number"] = found.card

    def _home(self, line: Line, said: Listed) -> None:
        text = self._take(line, said, "address", text_of) or ""
        if not text and line.cells.get("street") is None:
            text = self._above.get("address", "")
        whole = self._places.get(text)
        if whole is None:
            whole = self._places[text] = read_address(text) if text else NOWHERE
        parts = {
            name: part
            for name in PLACES
            if name in line.cells and (part := self._take(line, said, name, text_of))
        }
        said.home = replace(whole, **parts) if parts else whole

    def _due(self, line: Line, said: Listed) -> None:
        if not _DUE.isdisjoint(line.cells):
            self._due_cells(line, said)

    def _due_cells(self, line: Line, said: Listed) -> None:
        due = self._take(line, said, "due_on", day_of)
        if due is not None and due.on is None:
            said.faults.append(("due_on", Fault("date_not_whole", {"text": str(due.year)})))
        said.due_on = due.on if due else None
        if due is None and "due_on" in line.cells and not _faulty(said, "due_on"):
            said.faults.append(("due_on", Fault("due_missing")))
        text = self._take(line, said, "scheme", text_of)
        if text and scheme_named(text):
            said.scheme = scheme_named(text)

    def _coded(self, line: Line, said: Listed, name: str) -> None:
        text = self._take(line, said, name, text_of)
        if not text:
            return
        if name == "relationship":
            said.relationship, understood = _relationship(tables.edition(), text)
            if not understood:
                said.mends.append((name, "relationship_other"))
        elif name == "facility":
            digits = "".join(c for c in text if c.isdigit())[:5]
            if len(digits) == 5:
                said.texts[name] = digits
        elif code := ethnic_group_of(text):
            said.texts[name] = code


@lru_cache(maxsize=20_000)
def _key_of(name: str) -> str:
    """Kept: it becomes one text for all of the name."""
    return fold(name)


def _faulty(said: Listed, name: str) -> bool:
    return any(field == name for field, _ in said.faults)


# --- code lists ----------------------------------------------------------------------------------

_SAME_RELATIONSHIP = {
    "ba": "03", "cha": "03", "cha de": "03", "bo de": "03", "cha ruot": "03", "ba ruot": "03",
    "ma": "04", "me de": "04", "me ruot": "04", "con de": "08", "con ruot": "08", "con trai": "08",
    "con gai": "08", "con nuoi": "08", "chau noi": "09", "chau ngoai": "09", "chau ruot": "09",
    "em ruot": "05", "em trai": "05", "em gai": "05", "anh ruot": "06", "anh trai": "06",
    "chi ruot": "07", "chi gai": "07", "ong noi": "10", "ong ngoai": "10", "ba noi": "11",
    "ba ngoai": "11", "dau": "19", "re": "20", "chau dau": "99", "chu": "14", "chuho": "00",
    "ch": "00", "c ho": "00", "chu ho gia dinh": "00",
}  # fmt: skip
"""Spoken kinship beside the words of the table; "ba" is the father, as the South says it."""


@lru_cache(maxsize=2)
def _relationships(edition: str) -> Mapping[str, str]:
    rows = tables.load("relationships")
    folded = {fold(row.text("vi")): row.key for row in rows} | _SAME_RELATIONSHIP
    return folded | {row.text("vi"): row.key for row in rows}  # "bà" is not "ba"


def relationship_of(text: str) -> str:
    """The code of a relationship to the head, said in words or as code; `99` for any other."""
    said = " ".join(fold(text).replace(".", " ").split())
    if said.isdigit() and said.zfill(2) in tables.keys("relationships"):
        return said.zfill(2)
    toned = _relationships(tables.edition()).get(" ".join(text.casefold().split()))
    return toned or _relationships(tables.edition()).get(said, OTHER)


@lru_cache(maxsize=1_000)
def _relationship(edition: str, text: str) -> tuple[str, bool]:
    """The code, and whether it is what the text says."""
    code = relationship_of(text)
    return code, code != OTHER or fold(text) in ("khac", OTHER, "22")


def ethnic_group_of(text: str) -> str:
    """The code of an ethnic group by its name, where the table of them is there; else ""."""
    if "ethnic_groups" not in tables.names():
        return ""
    said = fold(text)
    if said.isdigit():
        return said.zfill(2) if said.zfill(2) in tables.keys("ethnic_groups") else ""
    rows: Sequence[tables.Row] = tables.load("ethnic_groups")
    return next((r.key for r in rows if fold(r.text("name") or r.text("vi")) == said), "")

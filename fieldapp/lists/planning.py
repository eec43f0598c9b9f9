"""What a list would change: each line compared with what stands, household by household.

A value that nobody knew is filled in. A value that a list wrote is replaced by a list. A value that
a person wrote by hand stands: the difference is told, and only a choice of the user replaces it.
Dates of insurance never go back to those of an older list. Records that a list makes have ids
derived from what they are, so that two desks with the same list make them once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from fieldapp.lists.cells import Fault
from fieldapp.lists.listed import OTHER, Listed
from fieldapp.lists.standing import Living, Standing, iso
from fieldapp.model.derived import derived_id
from fieldapp.rules.folding import fold
from fieldapp.rules.people.identity import sex_of
from fieldapp.rules.places.address import walking_key
from fieldapp.rules.places.written_address import door_key, street_key

Key = tuple[str, str]
Verdict = Literal["new", "changed", "same", "differs", "wrong"]
MOST_CHANGES = 200
"""Of one changeset: a boarding house of hundreds goes out in several."""


@dataclass(slots=True)
class Made:
    """A change to one record as planned.

    Attributes:
        fields: new values; of an edit only the changed ones.
        old: of an edit, the values that stood.
    """

    create: bool
    key: Key
    fields: dict[str, Any]
    old: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Piece:
    """What one changeset will hold: the changes of one household, and the lines they rest on."""

    changes: list[Made] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Differing:
    """A value of a line that is not the standing one.

    Attributes:
        line: the line's place in the list.
        why: `by_hand`, `older` (a list of before), "" while nobody has looked.
    """

    line: int
    key: Key
    field: str
    standing: Any
    value: Any
    why: str = ""


@dataclass
class Plan:
    """The whole list compared.

    Attributes:
        verdicts: per line.
        faults: per faulty line, field and fault.
        differing: values left standing.
    """

    ward: str
    pieces: list[Piece] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    faults: list[tuple[int, str, Fault]] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)
    households_new: int = 0

    def count(self, verdict: Verdict) -> int:
        """How many lines came to this."""
        return sum(one == verdict for one in self.verdicts)


class Planner:
    """Compares the lines of one list with a ward, line by line; `plan` is what came of it.

    Args:
        standing: changes as lines are taken: what one line makes, the next one finds.
        year_note: words for a birth of which only the year is known, with `{year}`.
    """

    def __init__(
        self, ward: str, standing: Standing, lines: int, *, today: date, year_note: str
    ) -> None:
        self.plan = Plan(ward, verdicts=["same"] * lines)
        self.standing = standing
        self.today = today
        self._year_note = year_note
        self._made: dict[Key, tuple[Made, Piece]] = {}
        self._open: dict[str, Piece] = {}
        self._maybe: list[tuple[Differing, str]] = []
        self._line = 0

    # what lines do

    def begin(self, said: Listed) -> bool:
        """Takes up a line; False for one with faults, which changes nothing."""
        self._line = said.place
        for name, fault in said.faults:
            self.fault(name, fault)
        return not said.faults

    def fault(self, name: str, fault: Fault) -> None:
        """The line at hand is wrong."""
        self.plan.verdicts[self._line] = "wrong"
        self.plan.faults.append((self._line, name, fault))

    def resume(self, said: Listed) -> None:
        """Goes on with a line that was begun."""
        self._line = said.place

    def person_of(self, said: Listed) -> Living | None:
        """The person of a line; None for somebody unknown or a fault (then the line is wrong)."""
        found = self.made_of(said) or self.standing.find(said)
        if isinstance(found, Fault):
            self.fault("full_name", found)
            return None
        return found

    def made_of(self, said: Listed) -> Living | None:
        """The person whom the same line of a list made before: her id says so."""
        found = self.standing.alive(self._derived("person", _parts_of(said)))
        return found if found is not None and found.key == said.key else None

    def _derived(self, kind: str, parts: tuple[str, ...]) -> str:
        return derived_here(self.plan.ward, kind, parts)

    @property
    def is_wrong(self) -> bool:
        """Whether the line at hand has a fault."""
        return self.plan.verdicts[self._line] == "wrong"

    def create(self, home: str, kind: str, parts: tuple[str, ...], fields: dict[str, Any]) -> str:
        """A new record with an id derived from `parts`; "" and a fault where it was withdrawn."""
        record = self._derived(kind, parts)
        key = (kind, record)
        if key in self.standing.records:
            self.fault("full_name", Fault("withdrawn_before"))
            return ""
        piece = self._piece(home or record)
        made = Made(True, key, fields)
        piece.changes.append(made)
        self._made[key] = made, piece
        self.standing.take(kind, record, dict(fields))
        return record

    def standing_record(self, kind: str, parts: tuple[str, ...]) -> str:
        """The record that a list made of the same parts before, if it stands; else ""."""
        record = self._derived(kind, parts)
        fields = self.standing.records.get((kind, record))
        return record if fields is not None and not fields.get("withdrawn") else ""

    def compare(self, home: str, key: Key, wanted: Mapping[str, Any], same: Same) -> None:
        """Sets values of a standing record: fills in what is empty, keeps apart what differs."""
        shown = self.standing.records[key]
        for name, value in wanted.items():
            if value is None or value == "" or same(name, shown.get(name), value):
                continue
            if shown.get(name) in (None, ""):
                self.put(home, key, name, value)
            else:
                differing = Differing(self._line, key, name, shown[name], value)
                self._maybe.append((differing, home))

    def put(self, home: str, key: Key, name: str, value: Any) -> None:
        """Changes a value of a record, of the plan's own making or standing."""
        made, piece = self._made.get(key, (None, None))
        if made is None or piece is not self._open.get(home):
            piece = self._piece(home)
            made = Made(False, key, {})
            piece.changes.append(made)
            self._made[key] = made, piece
        shown = self.standing.records[key]
        made.old.setdefault(name, shown.get(name))
        made.fields[name] = value
        shown[name] = value
        if key[0] == "person":
            self.standing.learn(key[1], name, value)
        self.mark("changed")

    def leave(self, key: Key, name: str, standing: Any, value: Any, why: str) -> None:
        """Notes a difference that no list may settle."""
        self.plan.differing.append(Differing(self._line, key, name, standing, value, why))
        self.mark("differs")

    def mark(self, verdict: Verdict) -> None:
        """What the line at hand came to; the strongest counts."""
        if _STRENGTH[verdict] > _STRENGTH[self.plan.verdicts[self._line]]:
            self.plan.verdicts[self._line] = verdict

    def _piece(self, home: str) -> Piece:
        piece = self._open.get(home)
        if piece is None or len(piece.changes) >= MOST_CHANGES:
            piece = self._open[home] = Piece()
            self.plan.pieces.append(piece)
        if not piece.lines or piece.lines[-1] != self._line:
            piece.lines.append(self._line)
        return piece

    # the end

    def undecided(self) -> dict[Key, set[str]]:
        """The fields of records whose standing value a list may only replace if a list wrote it."""
        asked: dict[Key, set[str]] = {}
        for differing, _ in self._maybe:
            asked.setdefault(differing.key, set()).add(differing.field)
        return asked

    def settle(self, why_not: Callable[[Differing], str], chosen: Callable[[int], bool]) -> Plan:
        """Decides what differs: `why_not` says why a value stands ("" if a list may replace it).

        `chosen` are the lines for which the user wants the list's value all the same.
        """
        left, self.plan.differing = self.plan.differing, []
        todo = [(d, self._home_of(d), d.why) for d in left]
        todo += [(d, home, why_not(d)) for d, home in self._maybe]
        for differing, home, why in todo:
            self._line = differing.line
            differing.why = why
            if why and not chosen(differing.line):
                self.plan.differing.append(differing)
                self.mark("differs")
            elif differing.field == "household":
                self._move(differing)
            else:
                self.put(home, differing.key, differing.field, differing.value)
        return self.plan

    def _move(self, differing: Differing) -> None:
        """Ends a membership and begins one in the household of the list."""
        person = self.standing.records[differing.key]["person"]
        self._open.pop(differing.value, None)  # a changeset of its own, after all that it stands on
        self.put(differing.value, differing.key, "until", self.today.isoformat())
        fields = {"person": person, "household": differing.value, "relationship": OTHER}
        fields["since"] = self.today.isoformat()
        self.create(differing.value, "membership", (person, differing.value), fields)

    def _home_of(self, differing: Differing) -> str:
        fields = self.standing.records[differing.key]
        someone = self.standing.living.get(fields.get("person", differing.key[1]))
        return someone.home or someone.id if someone else differing.key[1]

    # people

    def person_fields(self, said: Listed) -> dict[str, Any]:
        """What a line says of the person, as the record carries it."""
        born = said.born.on if said.born else None
        texts = {name: said.texts.get(name) for name in _PERSON_TEXTS}
        return {
            "full_name": said.name,
            "sex": said.sex or None,
            "born_on": iso(born),
            "phone": said.phone or None,
            **said.numbers,
            **{name: text for name, text in texts.items() if text},
        }

    def new_person(self, said: Listed, home: str) -> str:
        """Makes the person of a line."""
        fields = {name: value for name, value in self.person_fields(said).items() if value}
        if "sex" not in fields and "id_number" in fields:
            fields["sex"] = sex_of(fields["id_number"])
        note = said.texts.get("note", "")
        if said.born and not said.born.on:
            year = self._year_note.format(year=said.born.year)
            note = f"{year}\n{note}".strip()
        if note:
            fields["note"] = note
        self.mark("new")
        return self.create(home, "person", _parts_of(said), fields)

    def same_person(self, said: Listed, someone: Living, home: str) -> None:
        """Compares a line with the person whom it was found to be."""
        wanted = self.person_fields(said)
        year = said.born.year if said.born and not said.born.on else None
        if year is not None and someone.born and someone.born[:4] != str(year):
            self.fault("born_on", Fault("born_in_another_year", {"born": someone.born[:4]}))
            return
        self.compare(home, ("person", someone.id), wanted, same_value)


@lru_cache(maxsize=1_000)
def derived_here(ward: str, kind: str, parts: tuple[str, ...]) -> str:
    """The id of a record that lists of a ward make of these parts. Kept: first one looks whether
    there is such a record, then it is made."""
    return derived_id("list", kind, ward, *parts)


_STRENGTH: Mapping[Verdict, int] = {"same": 0, "differs": 1, "changed": 2, "new": 3, "wrong": 4}
_PERSON_TEXTS = ("ethnic_group", "nationality", "birth_place", "facility", "email")
Same = Callable[[str, Any, Any], bool]


def _parts_of(said: Listed) -> tuple[str, ...]:
    """What makes a person this one and no other: a number, else name, birth and door."""
    for name in ("id_number", "si_number", "card_number", "old_id_number"):
        if name in said.numbers:
            return name, said.numbers[name]
    born = said.born and (iso(said.born.on) or str(said.born.year))
    door = str(door_key(said.home.house_number, said.home.street))
    return "named", said.key, born or "", door, said.group


def same_value(name: str, standing: Any, value: Any) -> bool:
    """Whether two values of a field are two ways to write one."""
    if standing == value:
        return True
    if not isinstance(standing, str) or not isinstance(value, str):
        return False
    if name in ("full_name", "birth_place", "nationality"):
        toneless = value.isascii() and fold(standing) == fold(value)
        return standing.casefold() == value.casefold() or toneless
    if name == "house_number":
        return walking_key(standing) == walking_key(value)
    if name == "street":
        return street_key(standing) == street_key(value)
    if name == "neighbourhood":
        return _hamlet(standing) == _hamlet(value)
    if name == "email":
        return standing.casefold() == value.casefold()
    return False


def _hamlet(text: str) -> str:
    said = fold(text).replace(".", " ")
    return " ".join(said.replace("khu pho", "kp").split()).replace("kp ", "kp")

"""Erasure by right: who is erased, what that blanks, and what stands there then. Pure.

Laptops and server blank alike, so that row sums and chains go on being equal. `erased_bodies` does
it to changesets and their outcomes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from fieldapp.model.changesets import (
    Change,
    Changeset,
    Renewed,
)
from fieldapp.model.erasures import Erasure
from fieldapp.model.record import content_fields, record_types, to_wire

Key = tuple[str, str]
Place = tuple[str, str, str]
"""A field of a record: type, id, name."""
Fields = frozenset[str] | None
"""The fields of a record that are blanked; None: all that are personal."""

ERASURE = Erasure.type_name()
STAYS: Mapping[str, frozenset[str]] = {
    "person": frozenset({"withdrawn", "merged_into"}),
    "membership": frozenset({"person", "household", "relationship", "since", "until", "withdrawn"}),
    "coverage": frozenset({"person", "scheme", "payer", "withdrawn"}),
    "household": frozenset({"head", "do_not_contact", "moved_on", "withdrawn"}),
    "visit": frozenset(
        {"household", "canvasser", "visited_at", "receipt", "outcome", "next_on", "next_time"}
        | {"withdrawn"}
    ),
    "receipt": frozenset(
        {"household", "book", "number", "amount_dong", "method", "issued_by", "issued_at"}
        | {"check_code"}
    ),
    "notice": frozenset(
        {"household", "wording", "consented", "how", "receipt", "signed_by", "shown_by"}
        | {"shown_at"}
    ),
    "paper": frozenset({"household", "person", "added_by", "added_at", "withdrawn"}),
    "receipt_void": frozenset({"receipt", "voided_by", "voided_at"}),
    "submission_line": frozenset(
        {"submission", "enrolment", "number", "answer", "answered_on", "mended_on", "withdrawn"}
    ),
    "flag_reply": frozenset({"flag", "kind", "day", "canvasser", "replied_at"}),
    "flag_clearing": frozenset(
        {"flag", "kind", "day", "canvasser", "seen", "cleared_by", "cleared_at", "withdrawn"}
    ),
    "remittance_answer": frozenset(
        {"remittance", "how", "counted_dong", "answered_by", "answered_at"}
    ),
    "held_release": frozenset({"held", "how"}),
}
"""Of each type that can be blanked the fields which stay: links, states, money, moments. All else
goes, also what only a newer version knows."""

MADE_FOR = frozenset({"membership", "coverage", "notice", "paper"})
"""Records that say something of the person whom they name, whoever makes them and whenever; a
notice of who signed it."""
WORK_ON = MADE_FOR | {"enrolment"}
"""New records of these types are work on the person whom they name."""
OF_HER = MADE_FOR | {"person", "submission_line"}
"""What is blanked of these stays blank for ever. All other records outlive the person: whoever has
seen that a field of theirs was blanked may write it anew (`Changeset.renews`)."""


@dataclass(frozen=True)
class Erasing:
    """Who is erased in a ward, and which records that blanks.

    Attributes:
        with_whom: the same as `blanks`, person by person.
        lifted: fields that stay as they are: they have been written anew.
        renewers: the changesets that wrote a field anew.
    """

    people: frozenset[str] = frozenset()
    blanks: Mapping[Key, Fields] = field(default_factory=dict)
    with_whom: Mapping[Key, Mapping[str, Fields]] = field(default_factory=dict)
    lifted: frozenset[Place] = frozenset()
    renewers: Mapping[Place, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.people)

    def with_more(self, keys: Iterable[Key]) -> Erasing:
        """The same with further records, which are blanked wholly."""
        return replace(self, blanks={**self.blanks, **dict.fromkeys(keys)})

    def blanks_field(self, key: Key, name: str) -> bool:
        """Whether a field of a record is blanked."""
        return (*key, name) not in self.lifted and self.blanked_once(key, name)

    def blanked_once(self, key: Key, name: str) -> bool:
        """Whether a field was blanked, written anew since or not."""
        if key not in self.blanks or name in STAYS.get(key[0], (name,)):
            return False  # money and links stay, whatever an erasure says
        chosen = self.blanks[key]
        return chosen is None or name in chosen

    def of_her(self) -> Erasing:
        """The same without what is blanked in records that outlive her."""
        return replace(
            self, blanks={key: of for key, of in self.blanks.items() if key[0] in OF_HER}
        )

    def renewable(self, changes: Iterable[Change]) -> tuple[Renewed, ...]:
        """The fields that changes would write anew, each with whoever it was blanked with."""
        edited = (change for change in changes if change.kind != "create")
        places = sorted((*change.key, name) for change in edited for name in change.fields)
        return tuple((*place, one) for place in places for one in sorted(self._blanked_with(place)))

    def renewed_by(self, said: Iterable[Renewed]) -> frozenset[Place]:
        """The fields that somebody wrote anew who had seen each erasure that blanked them."""
        seen: dict[Place, set[str]] = {}
        for kind, record, name, person in said:
            seen.setdefault((kind, record, name), set()).add(person)
        return frozenset(
            place for place, people in seen.items() if set() < self._blanked_with(place) <= people
        )

    def _blanked_with(self, place: Place) -> set[str]:
        kind, record, name = place
        if kind in OF_HER or not self.blanked_once((kind, record), name):
            return set()
        found = self.with_whom.get((kind, record), {})
        return {person for person, chosen in found.items() if chosen is None or name in chosen}

    def beside(self, renewed: Collection[Place]) -> Erasing:
        """The same for a body that writes these fields anew, and no others."""
        return replace(self, lifted=frozenset(renewed))

    def renewed(
        self, changeset: str, places: Iterable[Place], standing: Iterable[Place]
    ) -> Erasing:
        """The same behind a changeset that wrote places anew; `standing`: what of it stands."""
        renewers = dict(self.renewers)
        for place in places:
            renewers[place] = renewers.get(place, frozenset()) | {changeset}
        return replace(self, renewers=renewers, lifted=self.lifted.union(standing))

    def is_for(self, values: Mapping[str, Any]) -> bool:
        """Whether a record says that it was made for one of them."""
        named = (values.get("person"), values.get("signed_by"))
        return any(isinstance(person, str) and person in self.people for person in named)

    def mentions(self, body: bytes) -> bool:
        """Whether a body may hold something of them: found without reading it."""
        names = {*self.people, *(record for _, record in self.blanks)}
        return any(name.encode() in body for name in names)


def erasing_of(said: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> Erasing:
    """From pairs of a person and what else is blanked with her."""
    people, blanks = set[str](), dict[Key, Fields]()
    with_whom: dict[Key, dict[str, Fields]] = {}
    for person, more in said:
        people.add(person)
        blanks["person", person] = None
        for kind, record, *names in more:
            key = (kind, record)
            mine = with_whom.setdefault(key, {})
            blanks[key] = _joined(blanks.get(key, frozenset()), names)
            mine[person] = _joined(mine.get(person, frozenset()), names)
    return Erasing(frozenset(people), blanks, with_whom)


def _joined(known: Fields, names: Sequence[str]) -> Fields:
    return None if not names or known is None else known | frozenset(names)


def erasures_in(changeset: Changeset) -> list[tuple[str, list[list[str]]]]:
    """The persons whom a changeset erases, each with what else is blanked."""
    made = [c for c in changeset.changes if (c.kind, c.record_type) == ("create", ERASURE)]
    found = ((_new(change, "person"), _new(change, "blanks") or []) for change in made)
    return [(person, blanks) for person, blanks in found if is_said(person, blanks)]


def is_said(person: Any, blanks: Any) -> bool:
    """Whether an erasure says whom and what in the form that it has."""
    whom = isinstance(person, str) and bool(person)
    return whom and isinstance(blanks, list) and all(map(_is_blank, blanks))


def _is_blank(one: Any) -> bool:
    whole = isinstance(one, list) and len(one) > 1 and all(isinstance(part, str) for part in one)
    return whole and one[0] in STAYS


def _new(change: Change, name: str) -> Any:
    return change.fields.get(name, (None, None))[1]


def is_work_on(changeset: Changeset, erasing: Erasing) -> bool:
    """Whether it says something of an erased person, or makes something for her."""
    if not erasing:
        return False
    here = erasing.beside(erasing.renewed_by(changeset.renews))
    return any(_is_work(change, here) for change in changeset.changes)


def _is_work(change: Change, erasing: Erasing) -> bool:
    if change.kind == "create":
        if change.record_type == "person" and change.record in erasing.people:
            return True
        values = {name: new for name, (_, new) in change.fields.items()}
        return change.record_type in WORK_ON and erasing.is_for(values)
    kind, record = change.key
    if kind == "person" and record in erasing.people and _new(change, "withdrawn") is False:
        return True  # she would be shown again, with nothing to show
    return any(erasing.blanks_field(change.key, name) for name in change.fields)


# --- values ------------------------------------------------------------------------------------


@cache
def blanks_of(kind: str) -> Mapping[str, Any]:
    """What stands where values were, of each known field of a type that may be left out."""
    record = record_types()[kind]
    return {
        name: to_wire(record.model_fields[name].get_default(call_default_factory=True))
        for name in content_fields(record)
        if not record.model_fields[name].is_required()
    }


def blank(kind: str, name: str) -> Any:
    """What stands where a value was; None for a field that this version does not know."""
    return blanks_of(kind).get(name)


def blank_values(erasing: Erasing, key: Key, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record's wire values without what is erased."""
    return {
        name: blank(key[0], name) if erasing.blanks_field(key, name) else value
        for name, value in values.items()
    }


def blank_sides(
    erasing: Erasing, place: tuple[str, str, str], sides: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The sides of a conflict on a field without what is erased."""
    kind, record, name = place
    if not erasing.blanked_once((kind, record), name):
        return [dict(side) for side in sides]
    nothing, anew = blank(kind, name), erasing.renewers.get(place, frozenset())
    return [_blank_side(dict(side), nothing, anew) for side in sides]


def _blank_side(side: dict[str, Any], nothing: Any, anew: frozenset[str]) -> dict[str, Any]:
    if side["changeset"] not in anew:
        side |= {"old": nothing, "value": nothing, "evidence": blank_evidence(side.get("evidence"))}
    settled = side.get("settled")
    if settled and settled["changeset"] not in anew:
        side["settled"] = dict(settled) | {"value": nothing}
    return side


def blank_evidence(evidence: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of what values rested on only the kind stays."""
    return None if evidence is None else {k: v for k, v in evidence.items() if k == "kind"}

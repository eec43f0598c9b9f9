"""What may be blank, on one side or on all, because its person was erased by right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str]
MAY_STAY: Mapping[str, frozenset[str]] = {
    "person": frozenset({"withdrawn", "merged_into", "_changeset"}),
    "coverage": frozenset({"person", "scheme", "payer", "withdrawn", "_changeset"}),
    "household": frozenset({"head", "do_not_contact", "moved_on", "withdrawn", "_changeset"}),
}
GOES: Mapping[str, frozenset[str]] = {
    "visit": frozenset({"note"}),
    "receipt": frozenset({"payer"}),
    "receipt_void": frozenset({"reason"}),
    "submission_line": frozenset({"content", "reason", "mended_note"}),
}


@dataclass
class Hidden:
    """Whom somebody has erased in this history, accepted or not."""

    people: set[str] = field(default_factory=set)
    keys: dict[Key, set[str] | None] = field(default_factory=dict)

    def clear(self) -> None:
        """Before another history."""
        self.people.clear()
        self.keys.clear()

    def note(self, made: Mapping[str, Any]) -> None:
        """Notes what a changeset erases."""
        for change in made["changes"]:
            if (change["kind"], change["type"]) != ("create", "erasure"):
                continue
            person = change["values"]["person"]
            self.people.add(person)
            self.keys["person", person] = None
            for kind, record, *names in change["values"].get("blanks", ()):
                known = self.keys.get((kind, record), set())
                whole = not names or known is None
                self.keys[kind, record] = None if whole else {*names, *(known or ())}

    def hides(self, key: Key, name: str, row: Mapping[str, Any] | None = None) -> bool:
        """Whether a field may be blank. `row`: what the record is known to say."""
        if key not in self.keys:
            if key[0] != "coverage" or (row or {}).get("person") not in self.people:
                return False
            chosen = None
        else:
            chosen = self.keys[key]
        if chosen is not None:
            return name in chosen
        if key[0] in GOES:
            return name in GOES[key[0]]
        return key[0] in MAY_STAY and name not in MAY_STAY[key[0]]

    def masked(self, key: Key, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row without what may be blank."""
        return {name: value for name, value in row.items() if not self.hides(key, name, row)}


HIDDEN = Hidden()

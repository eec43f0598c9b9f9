"""One change of one field before the judge: what it met, and what its policy makes of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fieldapp.model import record_types
from fieldapp.model.record import merge_of
from tests.simulation.folding import Key, Sum
from tests.simulation.memory import Place, Saved, must

_SIGNED = re.compile(r"^\w+: ")


@dataclass(frozen=True)
class Past:
    """An accepted change of a field."""

    id: str
    old: Any
    new: Any
    at: datetime
    honest: bool


@dataclass(frozen=True)
class Case:
    """One change of one field, and what it came to."""

    saved: Saved
    place: Place
    old: Any
    new: Any
    before: Sum = field(repr=False)
    after: Sum = field(repr=False)

    @property
    def was(self) -> Any:
        """What stood before."""
        return self.before.rows.get(self.place[:2], {}).get(self.place[2])

    @property
    def now(self) -> Any:
        """What stands after."""
        return self.after.rows.get(self.place[:2], {}).get(self.place[2])

    @property
    def withdraws(self) -> bool:
        """Whether it is a withdrawal."""
        return self.place[2] == "withdrawn" and self.new is True

    @property
    def merges(self) -> bool:
        """Whether it says that somebody is somebody else."""
        return self.place[2] == "merged_into" and self.new is not None

    @property
    def rings(self) -> bool:
        """Whether the one it is merged into is shown as the record itself."""
        kind, own = self.place[:2]
        target, asked = self.new, set[str]()
        while target is not None and target != own and target not in asked:
            asked.add(target)
            target = into(self.before, (kind, target))
        return bool(target == own)

    def __str__(self) -> str:
        saved = self.saved
        return (
            f"{self.place} {self.old!r} -> {self.new!r} by {saved.laptop} ({saved.id}):"
            f" stood {self.was!r}, stands {self.now!r}"
        )


def must_wait(case: Case) -> None:
    """The standing value stays, and the other one waits for a person."""
    must(case.now == case.was, "no silent overwrite", case)
    must_ask(case.after, case.place, case.saved.id, "no silent overwrite", case.new)


def must_ask(after: Sum, place: Place, changeset: str, invariant: str, value: Any = None) -> None:
    """There is an open conflict on the field with this changeset among its open sides."""
    for conflict in after.conflicts.values():
        if (conflict["type"], conflict["record"], conflict["field"]) == place:
            sides = [s for s in conflict["sides"] if s["changeset"] == changeset and s["open"]]
            others = [s for s in conflict["sides"] if s["changeset"] != changeset and s["open"]]
            right = value is None or any(side["value"] == value for side in sides)
            must(bool(sides and others) and right, invariant, (place, changeset, "no open side"))
            return
    must(False, invariant, (place, changeset, "no conflict"))


def text_ends(case: Case) -> bool:
    """Every line that somebody wrote is still there."""
    now, was = case.now or "", case.was or ""
    old, new = Counter((case.old or "").splitlines()), Counter((case.new or "").splitlines())
    removed = old - new
    must(all(line in now for line in new - old), "no line of a note is lost", case)
    kept = Counter(was.splitlines()) - removed
    must(all(_SIGNED.sub("", line) in now for line in kept), "no line of a note is lost", case)
    return True


def members_end(case: Case, missed: list[Past]) -> bool:
    old, new, was = set(case.old or ()), set(case.new or ()), set(case.was or ())
    added = {item for past in missed for item in set(past.new or ()) - set(past.old or ())}
    expected = (was - ((old - new) - added)) | (new - old)
    must(set(case.now or ()) == expected, "adds win over removals that did not see them", case)
    return True


def advance_ends(case: Case, missed: list[Past]) -> bool:
    order = merge_of(record_types()[case.place[0]], case.place[2]).order
    steps = [(case.old, case.new)] + [(past.old, past.new) for past in missed]
    if any(order.index(new) < order.index(old) for old, new in steps):
        must_wait(case)
        return False
    further = max(case.was, case.new, key=order.index)
    must(case.now == further, "the further state stands", case)
    return bool(case.now == case.new)


def is_gone(total: Sum, key: Key) -> bool:
    return bool(total.rows.get(key, {}).get("withdrawn"))


def into(total: Sum, key: Key) -> Any:
    return total.rows.get(key, {}).get("merged_into")

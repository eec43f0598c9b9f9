"""One action of a household's history: who, when, what it changed, and whether it can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from fieldapp.model.changesets import Changeset
from fieldapp.model.record import content_fields, from_wire, record_types
from fieldapp.rules.explained import Reason
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store
from fieldapp.usecases.changes import NOTHING, Told, made_by, why_not_undone
from fieldapp.usecases.households.history import describe, names_of
from fieldapp.usecases.me import name_of, staff_names

BEHIND = frozenset({"person", "since", "until", "withdrawn"})
"""Fields that tell nothing which the sentence does not."""


@dataclass(frozen=True)
class FieldChange:
    """What a field was and became; `name` is that of the person, "" for the household's own."""

    name: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class ChangePage:
    """An action; `refusal` is the code of the sentence that says why it can't be undone, and
    `names` are those of people and households among the values, by id."""

    changeset: str
    at: datetime
    by: str
    device: str
    icon: str
    text: Reason
    fields: tuple[FieldChange, ...]
    names: Mapping[str, str]
    refusal: str | None


def change_page(
    store: Store, ward: str, household: str, changeset: str, told: Told = NOTHING
) -> ChangePage:
    """The page of an action of a household's history. `told`: what the server said of it from
    before the log begins here.

    Raises:
        UserMends: `history.before_the_log`, `history.cannot_undo`: it is not on this laptop.
    """
    made = made_by(store, changeset, told)
    names = store.read(names_of, ward, household) | store.read(_homes, made)
    icon, text = describe(made, names)
    return ChangePage(
        changeset=made.id,
        at=made.corrected_at,
        by=name_of(staff_names(store), made.author),
        device=str((made.evidence or {}).get("device_name", "")),
        icon=icon,
        text=text,
        fields=tuple(_fields(made, names)),
        names=names,
        refusal=why_not_undone(store, changeset, told),
    )


def _homes(connection: Connection, made: Changeset) -> dict[str, str]:
    """The households among the values, in words."""
    homes = {str(home) for c in made.changes for home in c.fields.get("household", ()) if home}
    return {
        row.id: f"{row.head_name or ''}, {row.house_number} {row.street}"
        for home in sorted(homes)
        for row in q.household_rows(connection, (made.ward,), home)
    }


def _fields(made: Changeset, names: Mapping[str, str]) -> Iterator[FieldChange]:
    for change in made.changes:
        record = record_types().get(change.record_type)
        if record is None or change.kind == "create":
            continue
        known = set(content_fields(record)) - BEHIND
        for name in sorted(change.fields.keys() & known):
            old, new = (from_wire(record, name, value) for value in change.fields[name])
            yield FieldChange(names.get(change.record, ""), name, old, new)

"""What was recorded of an agreement a week ago: what stands now, less what was done since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.model.agreements import Agreement, agreement_id
from fieldapp.model.changesets import Changeset
from fieldapp.model.record import from_wire
from fieldapp.rules.agreements import Agreed
from fieldapp.store.queries import agreements as queries_agreements
from fieldapp.store.rows import Key

FIELDS = ("state", "signed_on", "valid_until")
"""Of which it depends what an agreement is worth."""


def recorded_on(connection: Connection, rows: Mapping[str, Any], day: date) -> dict[str, Agreed]:
    """What was recorded at the end of a day, by ward, of each of these rows; as far as the log here
    goes back."""
    return {ward: _recorded_on(connection, ward, row, day) for ward, row in rows.items()}


def _recorded_on(connection: Connection, ward: str, row: Any, day: date) -> Agreed:
    key = (Agreement.type_name(), agreement_id(ward))
    values = {name: getattr(row, name) for name in FIELDS}
    own = queries_agreements.own_changes(connection, ward, key)
    for changeset in own:
        if business_date(changeset.corrected_at) > day:
            values |= _before(changeset, key, set(FIELDS))
    known = {changeset.id for changeset in own}
    for done in queries_agreements.log_changes(connection, ward, key):
        changeset = done.changeset
        if changeset.id in known or business_date(changeset.corrected_at) <= day:
            continue
        if key in done.created:
            return Agreed()
        values |= _before(changeset, key, set(done.edited.get(key, ())))
    return Agreed(values["state"], values["signed_on"], values["valid_until"])


def _before(changeset: Changeset, key: Key, took_effect: set[str]) -> dict[str, Any]:
    """What its author saw in the fields that it changed."""
    said = {
        name: old
        for change in changeset.changes
        if change.key == key
        for name, (old, _) in change.fields.items()
    }
    return {
        name: from_wire(Agreement, name, old if old is not None or name != "state" else "unsigned")
        for name, old in said.items()
        if name in FIELDS and name in took_effect
    }

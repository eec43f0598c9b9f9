"""This laptop's own work: what waits, what needs a person, and taking something back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.model import Paper
from fieldapp.model.changesets import Change, Changeset, decode
from fieldapp.model.entries import Entry
from fieldapp.model.record import Record, content_fields, from_wire, record_types
from fieldapp.rules.explained import Reason
from fieldapp.store.queries import history as queries_log
from fieldapp.store.queries import households as q
from fieldapp.store.queries.history import Own
from fieldapp.store.queries.papers import forget_unsent
from fieldapp.store.rows import Key, read_fields
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases.households.history import can_undo, describe, names_of, state_of
from fieldapp.usecases.me import must_be_clerk
from fieldapp.usecases.visiting.today import StateWord

PAPER = Paper.type_name()


@dataclass(frozen=True)
class Told:
    """What the server told of the log from before it begins here.

    Attributes:
        keys: the records that it was asked about.
        made: what was done to them, with its revision, the newest first, from where the log begins
            here on back.
        whole: nothing is older.
    """

    keys: frozenset[Key] = frozenset()
    made: tuple[tuple[int, Changeset], ...] = ()
    whole: bool = False

    def and_then(self, keys: Collection[Key], entries: Sequence[Entry], *, whole: bool) -> Told:
        """With the next answer; of records about which both were asked."""
        more = tuple((entry.revision, decode(entry.content)) for entry in entries)
        both = self.keys & set(keys) if self.made else frozenset(keys)
        return Told(both, (*self.made, *more), whole)

    def of(self, changeset: str) -> Changeset | None:
        """An action by its id, if it was told."""
        return next((made for _, made in self.made if made.id == changeset), None)

    def since(self, undone: Changeset) -> tuple[Changeset, ...]:
        """What was done after what the author of an action had before him."""
        return tuple(made for revision, made in self.made if revision > undone.base.revision)

    def reaches(self, undone: Changeset) -> bool:
        """Whether it tells all that was done to the records of an action since that began."""
        asked = {change.key for change in undone.changes} <= self.keys
        oldest = self.made[-1][0] if self.made else None
        return asked and (self.whole or (oldest is not None and oldest <= undone.base.revision))


NOTHING = Told()


@dataclass(frozen=True)
class PendingRow:
    """An own changeset in a list; `reason` is why the server holds it, as a code."""

    number: int
    at: datetime
    icon: str
    text: Reason
    subject: str
    ward: str
    household: str | None
    state: StateWord
    changeset: str
    can_undo: bool
    reason: str | None


def pending(store: Store) -> tuple[PendingRow, ...]:
    """What only this laptop has, newest first."""
    return store.read(_rows, queries_log.unsent_work)


def troubled(store: Store) -> tuple[PendingRow, ...]:
    """Own work that a person must look at: held by the server, or in a conflict."""
    return store.read(_rows, queries_log.troubled_work)


def _rows(
    connection: Connection, query: Callable[[Connection], list[Own]]
) -> tuple[PendingRow, ...]:
    disputed = queries_log.open_sides(connection)
    return tuple(_row(connection, own, disputed) for own in query(connection))


def _row(connection: Connection, own: Own, disputed: frozenset[str]) -> PendingRow:
    subject, household, names = _subject(connection, own.changeset)
    icon, text = describe(own.changeset, names)
    return PendingRow(
        number=own.changeset.number,
        at=own.changeset.corrected_at,
        icon=icon,
        text=text,
        subject=subject,
        ward=own.changeset.ward,
        household=household,
        state=state_of(own, disputed),
        changeset=own.changeset.id,
        can_undo=can_undo(own.changeset),
        reason=own.reason,
    )


def _subject(
    connection: Connection, changeset: Changeset
) -> tuple[str, str | None, dict[str, str]]:
    """Whom a changeset is about: "head, address", the household's id, names of its people."""
    household = _household_of(connection, changeset)
    if household is None:
        return "", None, {}
    rows = q.household_rows(connection, (changeset.ward,), household)
    names = names_of(connection, changeset.ward, household)
    if not rows:
        return "", household, names
    row = rows[0]
    return f"{row.head_name or ''}, {row.house_number} {row.street}", household, names


def _household_of(connection: Connection, changeset: Changeset) -> str | None:
    for change in changeset.changes:
        if change.record_type == "household":
            return change.record
        if "household" in change.fields:
            old, new = change.fields["household"]
            return str(new or old)
    for change in changeset.changes:
        if change.record_type == "coverage":
            person = q.person_of_coverage(connection, changeset.ward, change.record)
            return q.household_of(connection, changeset.ward, person) if person else None
    for change in changeset.changes:
        if change.record_type == "person":
            return q.household_of(connection, changeset.ward, change.record)
    return None


def undo(store: Store, changeset: str, told: Told = NOTHING) -> str:
    """Takes an action back by another one; returns the id of the new changeset. `told`: what the
    server said of the log from before it begins here.

    What it made is withdrawn, what it changed is set back: if nobody has changed it since (to
    whatever value), and nothing was recorded since of what it made. Own actions anybody takes back,
    those of others a clerk, a supervisor or an administrator of the ward.

    Raises:
        UserMends: `history.cannot_undo` (not here, or already undone), `history.undo_no_right`,
            `history.cannot_undo_receipt` (a receipt is voided, never undone),
            `history.changed_since` (somebody went on), `history.before_the_log` (the ward came as
            it stands: nobody can tell here, nor by what was told).
    """
    refused = why_not_undone(store, changeset, told)
    if refused:
        raise UserMends(refused)
    undone = made_by(store, changeset, told)
    with store.work(Intent("change.undo", undone.ward, {"undoes": changeset})) as work:
        refused = _obstacle(work.connection, undone, told)
        if refused:
            raise UserMends(refused)
        for change in undone.changes:
            record = record_types()[change.record_type]
            if change.kind == "create":
                if "withdrawn" in content_fields(record):
                    work.edit(record, change.record, withdrawn=True)
            elif change.kind == "edit":
                work.edit(record, change.record, **_before(record, change))
        made = {c.record for c in undone.changes if c.key == (PAPER, c.record)}
        forget_unsent(work.connection, undone.ward, made)
    if work.saved.changeset is None:
        raise UserMends("history.cannot_undo")
    return work.saved.changeset.id


def made_by(store: Store, changeset: str, told: Told = NOTHING) -> Changeset:
    """An action by its id, of this laptop, of the log or of what was told.

    Raises:
        UserMends: `history.before_the_log`, `history.cannot_undo`: it is not here.
    """
    own = store.read(queries_log.own_changeset, changeset)
    found = own.changeset if own else store.read(queries_log.one_entry, changeset)
    found = found or told.of(changeset)
    if found is None:
        mine = store.read(queries_log.own_hash_of, changeset) is not None
        raise UserMends("history.before_the_log" if mine else "history.cannot_undo")
    return found


def why_not_undone(store: Store, changeset: str, told: Told = NOTHING) -> str | None:
    """The code of the sentence that says why an action can't be taken back; None: it can. Raises as
    `made_by`."""
    undone = made_by(store, changeset, told)
    if undone.author != store.setting("username"):
        try:
            must_be_clerk(store, undone.ward, "history.undo_no_right")
        except UserMends as refused:
            return refused.code
    if any(change.record_type == "receipt" for change in undone.changes):
        return "history.cannot_undo_receipt"
    if not can_undo(undone):
        return "history.cannot_undo"
    return store.read(_obstacle, undone, told)


def _obstacle(connection: Connection, undone: Changeset, told: Told) -> str | None:
    """What stands in the way among the records themselves."""
    standing = {
        change.key: read_fields(connection, undone.ward, change.key) or {}
        for change in undone.changes
    }
    if all(c.kind == "create" and standing[c.key].get("withdrawn") for c in undone.changes):
        return "history.cannot_undo"
    begins_late = queries_log.begins_after(connection, undone.ward) > undone.base.revision
    if begins_late and not told.reaches(undone):
        return "history.before_the_log"
    if _went_on(connection, undone, told.since(undone)) or any(
        standing[change.key].get(name) != new
        for change in undone.changes
        if change.kind == "edit"
        for name, (_, new) in change.fields.items()
    ):
        return "history.changed_since"
    return None


def _went_on(connection: Connection, undone: Changeset, told: Sequence[Changeset]) -> bool:
    """Whether others went on: from a field that it set, or with a record that it made."""
    later = queries_log.changed_since(connection, undone, told)
    made = {change.key for change in undone.changes if change.kind == "create"}
    edited = {(*c.key, name) for c in undone.changes if c.kind == "edit" for name in c.fields}
    if later & edited or any((kind, record) in made for kind, record, _ in later):
        return True
    own = {change.key for change in undone.changes}  # what it set to what it made is set back too
    return any(queries_log.referring(connection, undone.ward, key) - own for key in made)


def _before(record: type[Record], change: Change) -> dict[str, Any]:
    return {name: from_wire(record, name, old) for name, (old, _) in change.fields.items()}

"""The stream `city`: reference data for everybody, written by the server itself, as changesets.

So wards and people reach the laptops through the same log, chain and pages as everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from fieldapp.model import CITY, Record
from fieldapp.model.changesets import Change, Changeset, Position, content_hash, encode
from fieldapp.model.derived import derived_id
from fieldapp.model.record import fields_of
from sync.merge import Held
from sync.server.wardlog.appending import Maker, WardLog
from sync.server.wardlog.register import Register

AUTHOR = "server"


def city_id(record_type: str, name: str) -> str:
    """The id of a reference record: the same on every server that knows this name."""
    return derived_id(CITY, record_type, name)


def server_changeset(
    log: WardLog, action: str, changes: tuple[Change, ...], maker: Maker
) -> Changeset:
    """A changeset of the server's own, on top of everything in the log."""
    return Changeset(
        id=maker.ids.new(),
        ward=log.ward,
        device=AUTHOR,
        incarnation=log.epoch,
        number=log.revision + 1,
        author=AUTHOR,
        action=action,
        made_at=maker.clock.now(),
        base=Position(log.epoch, log.revision),
        changes=changes,
        offset_ms=0,
        salt=maker.random_bytes(12).hex(),
    )


def append_city(connection: Connection, records: Sequence[Record], maker: Maker) -> int:
    """Writes what is new or different in these records as one changeset; the city's revision.

    Raises:
        ValueError: a record that the log does not take.
    """
    log = WardLog(connection, CITY, maker)
    changes = tuple(change for record in records for change in _changes(log, record))
    if not changes:
        return log.revision
    made = server_changeset(log, "reference_data", changes, maker)
    content = encode(made)
    outcome = log.append(made, content, maker.clock.now())
    if isinstance(outcome, Held):
        raise ValueError(f"{outcome.reason}: {outcome.detail}")
    log.write()
    register = Register(connection, CITY)
    register.accepted(made.id, content_hash(content), outcome.status, log.revision)
    register.write(maker.clock.now())
    return log.revision


def _changes(log: WardLog, record: Record) -> Iterator[Change]:
    """What makes the stored record equal to this one."""
    wanted, key = fields_of(record), (record.type_name(), record.id)
    standing = log.view.row(*key)
    if standing is None:
        yield Change("create", *key, {name: (None, value) for name, value in wanted.items()})
        return
    changed = {
        name: (standing.get(name), value)
        for name, value in wanted.items()
        if standing.get(name) != value
    }
    if changed:
        yield Change("edit", *key, changed)

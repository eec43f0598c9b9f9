"""What was seen or taken out on this laptop, until the server's list has it; and that list.

A line is kept here for good and handed over at the end of a run; one that is handed over twice
makes one line there, by its id. After a restore of the server all are handed over again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from fieldapp.ready import Ready, among
from fieldapp.store.tables import happening, heard_audit

AT_ONCE = 500


@dataclass(frozen=True)
class Kept:
    """One line, as it is handed over."""

    id: str
    ward: str
    kind: str
    person: str
    details: Mapping[str, Any]
    happened_at: str


@dataclass(frozen=True)
class Heard:
    """A line of the server's list."""

    number: int
    ward: str
    kind: str
    actor: str
    person: str
    details: Mapping[str, Any]
    happened_at: str
    noted_at: str


_COLUMNS = [happening.c[name] for name in Kept.__dataclass_fields__]
_NOT_THERE = or_(happening.c.sent_epoch.is_(None), happening.c.sent_epoch != bindparam("epoch"))
_TO_HAND_OVER = Ready(
    select(*_COLUMNS)
    .where(_NOT_THERE)
    .order_by(happening.c.happened_at, happening.c.id)
    .limit(AT_ONCE)
)
_LAST = Ready(select(func.max(heard_audit.c.number)))
_ELSEWHERE = ~among(heard_audit.c.ward, "wards")
_OTHERS = Ready(select(heard_audit.c.number).where(_ELSEWHERE).limit(1))
_FORGET = Ready(delete(heard_audit).where(_ELSEWHERE))


def keep(connection: Connection, line: Kept) -> None:
    """Keeps a line."""
    connection.execute(insert(happening).values(asdict(line)))


def to_hand_over(connection: Connection, epoch: str) -> list[Kept]:
    """The oldest lines that this life of the server's database does not have."""
    return [Kept(*row) for row in _TO_HAND_OVER.all(connection, epoch=epoch)]


def loose_ends(connection: Connection, wards: Sequence[str], epoch: str) -> tuple[bool, bool]:
    """Whether there is a line of the server's list of another ward than these; and whether any
    line of this laptop's is not with this life of the server's database."""
    others = _OTHERS.first(connection, wards=wards) is not None
    return others, _TO_HAND_OVER.first(connection, epoch=epoch) is not None


def handed_over(
    connection: Connection, ids: Iterable[str], epoch: str, refused: Mapping[str, str]
) -> None:
    """The server has these, but for those that it refused, for the reason that it named."""
    for one in ids:
        mine = update(happening).where(happening.c.id == one)
        connection.execute(mine.values(sent_epoch=epoch, refused=refused.get(one)))


def last_heard(connection: Connection) -> int:
    """The number of the last line that was heard."""
    return _LAST.value(connection) or 0


def hear(connection: Connection, lines: Sequence[Heard]) -> None:
    """Takes lines of the server's list in."""
    for one in lines:
        connection.execute(insert(heard_audit).prefix_with("OR IGNORE").values(asdict(one)))


def forget(connection: Connection, but: Sequence[str]) -> None:
    """Lines of wards other than these leave the laptop."""
    _FORGET.run(connection, wards=but)


def lines_of(connection: Connection, person: str, wards: Sequence[str]) -> list[Heard]:
    """What the server's list says of a person, the oldest first."""
    c = heard_audit.c
    query = select(heard_audit).where(c.person == person, c.ward.in_(wards)).order_by(c.number)
    return [Heard(**row) for row in connection.execute(query).mappings()]


def own_lines(connection: Connection, person: str) -> list[Kept]:
    """What was kept here of a person and is not known to be in the server's list."""
    c = happening.c
    missing = or_(c.sent_epoch.is_(None), c.refused.is_not(None))
    query = select(*_COLUMNS).where(c.person == person, missing)
    return [Kept(*row) for row in connection.execute(query.order_by(c.happened_at))]

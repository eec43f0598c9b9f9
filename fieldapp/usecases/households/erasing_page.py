"""What an erasure by right would take, what the law keeps and why; how far each one has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from fieldapp.clock import from_iso
from fieldapp.errors import UserMends
from fieldapp.model.erasing import Erasing
from fieldapp.store import tables
from fieldapp.store.desk import Machine, desk_told
from fieldapp.store.merged import shown_as
from fieldapp.store.queries import held
from fieldapp.store.queries.papers import paper_row
from fieldapp.store.store import Store
from fieldapp.usecases.households.erasing import erasures, must_be_supervisor, to_erase
from fieldapp.usecases.households.held_on_person import HeldValue, gathered
from fieldapp.usecases.me import StaffName, me, name_of, staff_names
from fieldapp.words import Words

ErasureState = Literal["here", "held", "refused", "taken"]
KEPT_FOR: Mapping[str, str] = {
    "receipt": "accounting",
    "enrolment": "insurance",
    "submission_line": "insurance",
    "notice": "consent",
    "visit": "others",
    "paper": "others",
    "household": "others",
}
"""By kind of record why what is left of it stays: money that was taken and its papers; what the
agency counts; that she was told and agreed; what is of others. Of anything else links stay."""


@dataclass(frozen=True)
class ErasingLine:
    """One value that is held. `kept_for`: why it stays, "" if it goes."""

    value: HeldValue
    kept_for: str


@dataclass(frozen=True)
class ErasingPage:
    """What erasing a person would come to. `shared_papers`: scans that go though they are of the
    whole household, or of somebody else and named after her."""

    ward: str
    person: str
    name: str
    lines: tuple[ErasingLine, ...]
    shared_papers: int = 0

    @property
    def kept_for(self) -> tuple[str, ...]:
        """Why something stays, each reason once."""
        return tuple(dict.fromkeys(line.kept_for for line in self.lines if line.kept_for))


@dataclass(frozen=True)
class ErasedOn:
    """A machine of the ward's people: whether it has synced since, and when it was last seen."""

    name: str
    person: str
    done: bool
    last_seen_at: datetime | None
    revoked: bool


@dataclass(frozen=True)
class ErasureRow:
    """An erasure, and how far it has come.

    Attributes:
        state: on this laptop only, held by the server, refused, or taken into the log.
        machines: of a taken one, as of the server's last word.
    """

    ward: str
    erasure: str
    by: str
    at: datetime
    reason: str
    state: ErasureState
    machines: tuple[ErasedOn, ...] = ()

    @property
    def done(self) -> int:
        """On how many machines she is gone."""
        return sum(one.done for one in self.machines)


def erasing_page(store: Store, words: Words, ward: str, person: str) -> ErasingPage:
    """What is held on a person, and of each value whether an erasure takes it; this look is noted
    first.

    Raises:
        UserMends: `erasing.no_right`; `erasing.gone`; SurroundingsMend: the look could not be
            noted (a full disk).
    """
    must_be_supervisor(store, ward)
    shown = store.read(shown_as, ward, person)
    if not store.read(held.person_exists, ward, shown):
        raise UserMends("erasing.gone")
    store.happened("person_seen", (ward,), {"all": True}, shown)
    found, erasing = gathered(store, words, ward, shown), store.read(to_erase, ward, shown)
    lines = (
        ErasingLine(
            one,
            ""
            if erasing.blanks_field((one.kind, one.record), one.field)
            else KEPT_FOR.get(one.kind, "link"),
        )
        for one in found.values
    )
    shared = store.read(_shared_papers, ward, erasing)
    return ErasingPage(ward, shown, found.name, tuple(lines), shared)


def _shared_papers(connection: Connection, ward: str, erasing: Erasing) -> int:
    gone = [record for kind, record in erasing.blanks if kind == "paper"]
    rows = (paper_row(connection, ward, paper) for paper in gone)
    return sum(
        not row.withdrawn and bool(row.sha256) and row.person not in erasing.people
        for row in rows
        if row is not None
    )


def erasure_rows(store: Store) -> tuple[ErasureRow, ...]:
    """The erasures of the wards that the user supervises, the newest first."""
    wards = [ward for ward in me(store).streams if may_erase(store, ward)]
    staff, machines = staff_names(store), desk_told(store, wards).machines
    own = str(store.setting("device"))
    rows = store.read(_rows, wards)
    return tuple(_row(row, staff, machines, own) for row in rows)


def may_erase(store: Store, ward: str) -> bool:
    """Whether the user erases people of a ward."""
    try:
        must_be_supervisor(store, ward)
    except UserMends:
        return False
    return True


def _rows(connection: Connection, wards: list[str]) -> list[Any]:
    """Erasures with what became of the own work that made them, and whether the log has them."""
    change, journal = tables.log_change.c, tables.journal
    logged = (
        select(change.record)
        .where(change.ward == erasures.c.ward, change.record == erasures.c.id)
        .exists()
        .label("logged")
    )
    mark, same = tables.log_mark.c, change.ward == erasures.c.ward
    revision = select(func.min(change.revision)).where(same, change.record == erasures.c.id)
    taken_by = (
        select(func.min(mark.at))
        .where(mark.ward == erasures.c.ward, mark.revision >= revision.scalar_subquery())
        .scalar_subquery()
        .label("taken_by")
    )
    query = (
        select(
            erasures, logged, taken_by, journal.c.state, journal.c.confirmed_at, journal.c.settled
        )
        .outerjoin(journal, journal.c.id == erasures.c.changeset)
        .where(erasures.c.ward.in_(wards))
        .order_by(erasures.c.erased_at.desc(), erasures.c.id)
    )
    return list(connection.execute(query).all())


def _row(
    row: Any, staff: dict[str, StaffName], machines: tuple[Machine, ...], own: str
) -> ErasureRow:
    state = _state(row)
    since = _since(row)
    where = tuple(_on(one, since, staff, own) for one in machines) if state == "taken" else ()
    return ErasureRow(
        row.ward,
        row.id,
        name_of(staff, row.erased_by),
        row.erased_at,
        row.reason,
        state,
        where,
    )


def _state(row: Any) -> ErasureState:
    if row.withdrawn:
        return "refused"
    if row.state == "held" and not row.settled:
        return "held"
    pruned = row.state is None  # somebody else's, of the part of the log that left
    return "taken" if row.logged or row.settled or pruned else "here"


def _since(row: Any) -> datetime | None:
    """From when on whoever meets the server hears of it: somebody else's may have waited on her
    laptop for long, and is in the log since some moment before the first mark; None: no mark yet.
    """
    erased_at: datetime = row.erased_at
    if row.confirmed_at:
        return max(erased_at, from_iso(row.confirmed_at))
    if not row.logged:  # of the part of the log that left
        return erased_at
    return from_iso(row.taken_by) if row.taken_by else None


def _on(one: Machine, since: datetime | None, staff: dict[str, StaffName], own: str) -> ErasedOn:
    seen = one.last_seen_at
    done = one.device == own or (seen is not None and since is not None and seen > since)
    return ErasedOn(one.name, name_of(staff, one.username), done, seen, one.revoked)

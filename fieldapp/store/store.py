"""The store: what use cases and the sync client get of the laptop's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from fieldapp.clock import Ids, business_date, iso
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model.changesets import Changeset
from fieldapp.model.happenings import details_are_sound
from fieldapp.rules.tables import one_book
from fieldapp.store import doorsteps, receipts, search
from fieldapp.store.attachments.lane import AttachmentLane
from fieldapp.store.drafts import Drafts
from fieldapp.store.file.engine import large_cache
from fieldapp.store.happenings import Kept, keep
from fieldapp.store.log.believing import Belief, belief
from fieldapp.store.log.from_server import FromServer
from fieldapp.store.meta import read_meta, write_meta
from fieldapp.store.queries.households import people_count
from fieldapp.store.receipts import Mark
from fieldapp.store.rows import Key
from fieldapp.store.work import Basis, Intent, Stamp, Work, commit, take_basis
from fieldapp.store.works import Made, Works

CLOCK_SLACK = timedelta(minutes=2)
"""A clock that is off or set back by more is shown and recorded."""


@dataclass
class Saved:
    """What a finished work came to; `changeset` is None where nothing changed."""

    changeset: Changeset | None = None


class Unit(Work):
    """A work in progress with what only the store can give: ids and receipt numbers."""

    def __init__(self, work: Work, ids: Ids, take: Callable[[], Mark]) -> None:
        super().__init__(work.connection, work.intent, work.basis, work.new_id)
        self._ids = ids
        self._take = take
        self.saved = Saved()

    def fresh_id(self) -> str:
        """A new id for a record."""
        return self._ids.new()

    def receipt_number(self) -> tuple[str, int]:
        """The next number of the leased book. Raises UserMends as `receipts.take_number` says."""
        mark = self._take()
        return mark.book, mark.number


class Store(FromServer, AttachmentLane, Drafts):
    """The laptop's file, open: what people do, what the server sends, half-filled forms.

    Thread: any; writers wait for one another, readers never wait.
    """

    def basis(self, ward: str, *keys: Key) -> Basis:
        """What a form that shows these records stands on: take it when the user begins."""
        return self.read(take_basis, ward, keys)

    @contextmanager
    def work(self, intent: Intent, basis: Basis | None = None) -> Iterator[Unit]:
        """One action: what the block makes is committed when it ends, with its changeset.

        Leaving the block by an error writes nothing. `basis` is what the user's screen stood on;
        without it the action stands on the present state.

        Raises:
            UserMends: `entry.ward_not_granted`: the user has no grant in the ward (any more).
            SurroundingsMend: the disk is full, broken or locked: nothing was written.
        """
        taken: list[Mark] = []
        former: list[Mark] = []
        with one_book(), self._mark_set_back(former), self._write() as connection:

            def take() -> Mark:
                incarnation = str(read_meta(connection, "incarnation"))
                standing = self._marks.read()
                mark = receipts.take_number(connection, incarnation, standing)
                taken.append(mark)
                former.extend([standing] if standing else [])
                return mark

            self._must_be_granted(connection, intent.ward)
            shown = basis or take_basis(connection, intent.ward)
            unit = Unit(Work(connection, intent, shown, self._ids.new()), self._ids, take)
            yield unit
            unit.saved.changeset = self._commit(connection, unit)
            for mark in taken:
                self._write_mark(mark)  # before the commit: see `receipts`
        self._tell()

    def happened(
        self, kind: str, wards: Sequence[str], details: Mapping[str, Any], person: str = ""
    ) -> None:
        """Keeps a line for each ward, all or none: of a kind of `model.happenings`, with nothing
        among the details that it does not name there."""
        if not details_are_sound(kind, details):
            raise ValueError(f"details of {kind}: {sorted(details)}")
        at = iso(self.server_now())
        with self._write() as connection:
            for ward in wards:
                keep(connection, Kept(self._ids.new(), ward, kind, person, details, at))
        self._tell()

    def belief(self) -> Belief:
        """Where this laptop stands, as far as it knows."""
        return self.read(belief, self._marks.read())

    def people_count(self) -> int:
        """How many people this laptop holds. Counted once a commit: it takes the file's index."""
        known = self._people
        if known is None or known[0] != self._commits:
            known = self._people = (self._commits, self.read(people_count))
        return known[1]

    def keep_doorsteps(
        self, form: str, make: Callable[[Connection], Sequence[doorsteps.Line]]
    ) -> None:
        """Keeps the lines that `make` makes. Nothing of it shows, so nobody is told; and who only
        wants to read does not wait for a ward that is being taken in.

        Raises:
            SurroundingsMend: the disk is full, broken or locked, or somebody else is writing
                (`store.busy`): nothing was kept.
        """
        if self._one_writer.locked():
            raise SurroundingsMend("store.busy")
        with self._write() as connection:
            doorsteps.watch(connection, form)
            doorsteps.keep(connection, make(connection))

    def date_doorsteps(self, days: Mapping[int, date | None], dated_by: str) -> None:
        """Notes when kept lines are due. Raises as `keep_doorsteps` does."""
        with self._write() as connection:
            doorsteps.put_dates(connection, days, dated_by)

    @contextmanager
    def works(self, ward: str, action: str) -> Iterator[Works]:
        """An action too large for one changeset: many of them in one transaction, all or none.

        Each stands on what stands now and on those before it. Leaving the block by an error writes
        nothing. Raises as `work` does.
        """
        with self._write() as connection, large_cache(connection):
            self._must_be_granted(connection, ward)
            made_at = self.now()
            stamp = self._stamp(connection, jumped=self._clock_jumped(connection))
            works = Works(
                connection,
                Intent(action, ward),
                Made(self._ids, self._random_bytes, made_at),
                stamp,
            )
            yield works
            works.finish()
            if works.count:
                jumped = stamp.clock_jumped
                write_meta(connection, last_made_at=made_at.isoformat(), clock_jumped=jumped)
        self._tell()

    @contextmanager
    def _mark_set_back(self, former: list[Mark]) -> Iterator[None]:
        """Puts the mark back where a full disk refused the save: the number was not used.

        Should the file hold the receipt all the same, its own count is ahead of the mark, and the
        number is not given again.
        """
        try:
            yield
        except BaseException:
            if former and self._marks.read() != former[0]:
                with suppress(OSError):
                    self._marks.write(former[0])
            raise

    def _commit(self, connection: Connection, unit: Unit) -> Changeset | None:
        made_at, jumped = self.now(), self._clock_jumped(connection)
        stamp = self._stamp(connection, jumped=jumped)
        salt = self._random_bytes(8).hex()
        changeset = commit(connection, unit, stamp, made_at=made_at, salt=salt)
        if changeset is not None:
            keys = [change.key for change in changeset.changes]
            search.index_touched(connection, changeset.ward, keys)
            write_meta(connection, last_made_at=made_at.isoformat(), clock_jumped=jumped)
        return changeset

    @staticmethod
    def _stamp(connection: Connection, *, jumped: bool) -> Stamp:
        return Stamp(
            device=read_meta(connection, "device"),
            device_name=read_meta(connection, "device_name", ""),
            incarnation=read_meta(connection, "incarnation"),
            author=read_meta(connection, "username"),
            offset_ms=read_meta(connection, "offset_ms"),
            clock_jumped=jumped,
        )

    def _clock_jumped(self, connection: Connection) -> bool:
        """Whether the clock was set back since the handshake: later than now was seen already."""
        last = read_meta(connection, "last_made_at")
        back = last is not None and self.now() < datetime.fromisoformat(last) - CLOCK_SLACK
        return back or bool(read_meta(connection, "clock_jumped"))

    def _must_be_granted(self, connection: Connection, ward: str) -> None:
        """Refuses at the door what the server would hold: grants are those of the last sync."""
        grants = read_meta(connection, "grants")
        if grants is None:  # before the first sign-in there is nothing to go by
            return
        offset = timedelta(milliseconds=read_meta(connection, "offset_ms") or 0)
        today = business_date(self.now() + offset).isoformat()
        if not any(g["ward"] == ward and (g.get("until") or today) >= today for g in grants):
            raise UserMends("entry.ward_not_granted", field="ward", ward=ward.partition(".")[0])

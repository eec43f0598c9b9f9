"""The store: what use cases and the sync client get of the laptop's file."""

from __future__ import annotations

import errno
import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select
from sqlalchemy.exc import DBAPIError

from fieldapp.clock import Clock, Ids, business_date, iso
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model.changesets import Changeset
from fieldapp.model.sums import RowSum, schema_mark
from fieldapp.rules.tables import one_book
from fieldapp.store import (
    leaving,
    log,
    mending,
    queries_sync,
    receipts,
    reunion,
    search,
    sums,
    tables,
)
from fieldapp.store.dated_tables import DATED_TABLE, InForce
from fieldapp.store.engine import large_cache, sort_error, sorted_errors
from fieldapp.store.receipts import Mark, Marks
from fieldapp.store.rows import Key
from fieldapp.store.work import Basis, Intent, Stamp, Work, commit, take_basis
from fieldapp.store.works import Made, Works

Params = ParamSpec("Params")
Value = TypeVar("Value")

CLOCK_SLACK = timedelta(minutes=2)
"""A clock that is off or set back by more is shown and recorded."""

MENDED = "mended"
"""The setting that lists the last repairs: when, in which ward, which rows."""
LAST_MENDED = 20


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


class Store:
    """The laptop's file, open.

    Thread: any; writers wait for one another, readers never wait.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        ids: Ids,
        marks: Marks,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        eraser: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._clock = clock
        self._ids = ids
        self._marks = marks
        self._random_bytes = random_bytes
        self._eraser = eraser
        self._one_writer = threading.Lock()
        self._watchers: list[Callable[[], None]] = []
        self._closed = False
        self.dated_tables = InForce()

    def close(self) -> None:
        """Closes every connection, for good: the folder's lock is about to be given free."""
        self._closed = True
        self.dated_tables.leave()
        self._engine.dispose()

    def watch(self, changed: Callable[[], None]) -> None:
        """Calls back after each commit, on the thread that committed."""
        self._watchers.append(changed)

    # reading

    def read(
        self,
        query: Callable[Concatenate[Connection, Params], Value],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Value:
        """Runs a query of this package in one read transaction and gives its values."""
        self._must_be_open()
        with sorted_errors(), self._engine.begin() as connection:
            return query(connection, *args, **kwargs)

    def basis(self, ward: str, *keys: Key) -> Basis:
        """What a form that shows these records stands on: take it when the user begins."""
        return self.read(take_basis, ward, keys)

    def setting(self, name: str, default: Any = None) -> Any:
        """A value of this installation."""
        return self.read(_read_meta, name, default)

    def use_dated_tables(self) -> None:
        """Puts the dated tables that the server sent in force, in the whole process."""
        self.read(self.dated_tables.use)

    def random_bytes(self, count: int) -> bytes:
        """As many random bytes, fit for keys."""
        return self._random_bytes(count)

    # time

    def now(self) -> datetime:
        """The device's time, as it is."""
        return self._clock.now()

    def server_now(self) -> datetime:
        """The present moment by the server's clock, as far as the last handshake tells."""
        return self.now() + timedelta(milliseconds=self.setting("offset_ms") or 0)

    def today(self) -> date:
        """The business date in Ho Chi Minh City, by the server's clock."""
        return business_date(self.server_now())

    # writing

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
                incarnation = str(_read_meta(connection, "incarnation"))
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
                _write_meta(connection, last_made_at=made_at.isoformat(), clock_jumped=jumped)
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

    def _write_mark(self, mark: Mark) -> None:
        try:
            self._marks.write(mark)
        except OSError as error:
            full = error.errno == errno.ENOSPC
            raise SurroundingsMend("store.disk_full" if full else "store.disk_fault") from error

    def _commit(self, connection: Connection, unit: Unit) -> Changeset | None:
        made_at, jumped = self.now(), self._clock_jumped(connection)
        stamp = self._stamp(connection, jumped=jumped)
        salt = self._random_bytes(8).hex()
        changeset = commit(connection, unit, stamp, made_at=made_at, salt=salt)
        if changeset is not None:
            keys = [change.key for change in changeset.changes]
            search.index_touched(connection, changeset.ward, keys)
            _write_meta(connection, last_made_at=made_at.isoformat(), clock_jumped=jumped)
        return changeset

    @staticmethod
    def _stamp(connection: Connection, *, jumped: bool) -> Stamp:
        return Stamp(
            device=_read_meta(connection, "device"),
            device_name=_read_meta(connection, "device_name", ""),
            incarnation=_read_meta(connection, "incarnation"),
            author=_read_meta(connection, "username"),
            offset_ms=_read_meta(connection, "offset_ms"),
            clock_jumped=jumped,
        )

    def _clock_jumped(self, connection: Connection) -> bool:
        """Whether the clock was set back since the handshake: later than now was seen already."""
        last = _read_meta(connection, "last_made_at")
        back = last is not None and self.now() < datetime.fromisoformat(last) - CLOCK_SLACK
        return back or bool(_read_meta(connection, "clock_jumped"))

    def remember(self, **settings: Any) -> None:
        """Sets values of this installation."""
        with self._write() as connection:
            _write_meta(connection, **settings)

    def take_run(self, run: log.Run) -> set[Key]:
        """Takes a page of the log in, whole or not at all; returns the touched records.

        Raises:
            SurroundingsMend: as `log.apply_run` says; nothing was written.
        """
        with self._write() as connection:
            touched = log.apply_run(connection, run)
            search.index_touched(connection, run.ward, touched)
        self._took(touched)
        return touched

    def _took(self, touched: Iterable[Key]) -> None:
        """What follows once rows of the server are in the file."""
        if any(kind == DATED_TABLE for kind, _ in touched):
            self.use_dated_tables()
        self._tell()

    def mend(self, part: mending.SentPart) -> list[Key]:
        """Makes a part of a ward's rows what the server says; the records that differed.

        Raises:
            SurroundingsMend: as `mending.mend_part` says; nothing was written.
        """
        with self._write() as connection:
            mended = mending.mend_part(connection, part)
            search.index_touched(connection, part.ward, mended)
            if mended:
                rows = ["/".join(key) for key in mended]
                told = {"at": iso(self.server_now()), "ward": part.ward, "rows": rows}
                former = _read_meta(connection, MENDED, [])
                _write_meta(connection, **{MENDED: [*former, told][-LAST_MENDED:]})
        self._took(mended)
        return mended

    def recount(self, ward: str) -> RowSum:
        """Counts the row sum of a ward anew, from the rows as they stand in the file."""
        with self._write() as connection:
            return sums.recount(connection, ward)

    def meet_program(self) -> None:
        """Called once at opening: rows and sums are made to fit the fields that are known now."""
        standing = self.setting(sums.SCHEMA_MARK)
        if standing == schema_mark():
            return
        with self._write() as connection:
            log.learn_types(connection)
            sums.meet_schema(connection, standing)
            _write_meta(connection, **{sums.SCHEMA_MARK: schema_mark()})

    def take_answers(
        self, answers: Iterable[log.Answered], *, epoch: str, confirmed_at: str, receipt: str
    ) -> int:
        """Marks pushed changesets as the server answered; returns how many answers counted."""
        with self._write() as connection:
            counted = log.take_answers(connection, answers, epoch=epoch, confirmed_at=confirmed_at)
            last = _read_meta(connection, "confirmed_at") or ""
            if counted and confirmed_at >= last:  # a parcel's reply may come late
                _write_meta(connection, confirmed_at=confirmed_at, receipt=receipt)
        self._tell()
        return counted

    def take_grants(self, grants: list[dict[str, Any]], wards: Collection[str]) -> list[str]:
        """Keeps the user's grants; what of this file lies outside `wards` leaves it. Which those
        were. Own unsettled work stays."""
        with self._write() as connection:
            _write_meta(connection, grants=grants)
            gone = sorted(leaving.wards_here(connection) - set(wards))
            for ward in gone:
                leaving.leave_ward(connection, ward)
        if gone:
            self._tell()
        return gone

    def meet_again(self, met: reunion.Reunion) -> None:
        """Takes one ward over into another life of the server's database. Nothing is lost."""
        with self._write() as connection:
            touched = reunion.meet(connection, met)
            search.index_touched(connection, met.ward, touched)
        self._took(touched)

    def begin_new_life(self) -> str:
        """The file is an old copy, or one of two: it takes a new incarnation, which is given."""
        life = self._ids.new()
        self.remember(incarnation=life)
        return life

    def send_again(self, changesets: Collection[str]) -> None:
        """Marks own changesets as unsent: the server has said that it does not have them."""
        with self._write() as connection:
            log.send_again(connection, changesets)
        self._tell()

    def set_aside(self, changeset: str) -> None:
        """Notes that an own changeset is too large to be sent. It stays unsent, and is listed."""
        with self._write() as connection:
            log.set_aside(connection, changeset)
        self._tell()

    def erase(self, handed_in: Sequence[tuple[str, str]]) -> bool:
        """Makes the file unreadable for good, and closes it: only ever at the server's word.

        `handed_in`: the changesets that the server has, by id and hash. False, and nothing is
        erased, where the journal holds others by now.

        Raises:
            SurroundingsMend: `store.read_only`: the key could not be taken away.
        """
        with self._write() as connection:  # nobody saves in between
            if queries_sync.all_own(connection) != tuple(handed_in):
                return False
            self._eraser()
            self._closed = True
        self.close()
        return True

    def note_ends(self, answers: Iterable[log.Answered], *, epoch: str, confirmed_at: str) -> None:
        """Marks own held changesets that are held no more."""
        with self._write() as connection:
            log.take_answers(connection, answers, epoch=epoch, confirmed_at=confirmed_at)
        self._tell()

    def take_lease(self, lease: receipts.NewLease) -> None:
        """Files a leased range of receipt numbers and sets the mark right."""
        with self._write() as connection:
            receipts.take_lease(connection, lease)
            mark = receipts.mark_after_handshake(connection, lease, self._marks.read())
            if mark is not None:
                self._write_mark(mark)

    def keep_draft(self, place: str, subject: str, content: Any) -> None:
        """Keeps a half-filled form: it survives closing, power cuts and crashes."""
        draft = tables.draft
        with self._write() as connection:
            _drop_draft(connection, place, subject)
            connection.execute(
                insert(draft).values(
                    place=place, subject=subject, content=content, saved_at=self.now().isoformat()
                )
            )

    def drop_draft(self, place: str, subject: str) -> None:
        """Forgets a draft that was saved for good or thrown away."""
        with self._write() as connection:
            _drop_draft(connection, place, subject)

    def draft(self, place: str, subject: str) -> Any:
        """The kept draft, or None."""
        return self.read(_read_draft, place, subject)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        self._must_be_open()
        with self._one_writer, sorted_errors(), self._writer.begin() as connection:
            try:
                yield connection
            except DBAPIError as error:
                raise sort_error(error) from error

    def _must_be_granted(self, connection: Connection, ward: str) -> None:
        """Refuses at the door what the server would hold: grants are those of the last sync."""
        grants = _read_meta(connection, "grants")
        if grants is None:  # before the first sign-in there is nothing to go by
            return
        offset = timedelta(milliseconds=_read_meta(connection, "offset_ms") or 0)
        today = business_date(self.now() + offset).isoformat()
        if not any(g["ward"] == ward and (g.get("until") or today) >= today for g in grants):
            raise UserMends("entry.ward_not_granted", field="ward", ward=ward.partition(".")[0])

    def _must_be_open(self) -> None:
        if self._closed:
            raise SurroundingsMend("store.closed")

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()


_SETTING = select(tables.meta.c.value).where(tables.meta.c.name == bindparam("name"))
"""Read so often that putting it together each time would show."""


def _read_meta(connection: Connection, name: str, default: Any = None) -> Any:
    found = connection.execute(_SETTING, {"name": name}).one_or_none()
    return default if found is None else found[0]


def _write_meta(connection: Connection, **settings: Any) -> None:
    rows = [{"name": name, "value": value} for name, value in settings.items()]
    connection.execute(insert(tables.meta).prefix_with("OR REPLACE"), rows)


def _drop_draft(connection: Connection, place: str, subject: str) -> None:
    draft = tables.draft
    connection.execute(delete(draft).where(draft.c.place == place, draft.c.subject == subject))


def _read_draft(connection: Connection, place: str, subject: str) -> Any:
    draft = tables.draft.c
    return connection.execute(
        select(draft.content).where(draft.place == place, draft.subject == subject)
    ).scalar_one_or_none()

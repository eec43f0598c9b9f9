"""What the sync client brings into the file: pages, answers, grants, leases, repairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from fieldapp.clock import iso
from fieldapp.garbage import much_is_made
from fieldapp.model.erasing import ERASURE
from fieldapp.model.sums import RowSum, schema_mark
from fieldapp.store import erasing, happenings, receipts, search
from fieldapp.store.dated_tables import DATED_TABLE
from fieldapp.store.file.engine import large_cache
from fieldapp.store.file.open_file import OpenFile
from fieldapp.store.happenings import Heard
from fieldapp.store.log import arriving, leaving, mending, pruning, repacking, reunion, sums
from fieldapp.store.log import taking_in as log
from fieldapp.store.log.freshness import at_greeting
from fieldapp.store.log.reading import Run
from fieldapp.store.meta import read_meta, write_meta
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.rows import Key

MENDED = "mended"
"""The setting that lists the last repairs: when, in which ward, which rows."""
LAST_MENDED = 20
MANY = 300
"""Entries of a page from which on it pays to keep the collector off: it looks through all once when
it comes back."""


class FromServer(OpenFile):
    """Each method is one transaction."""

    def take_run(self, run: Run) -> set[Key]:
        """Takes a page of the log in, whole or not at all; returns the touched records.

        Raises:
            SurroundingsMend: as `log.apply_run` says; nothing was written.
        """
        quietly = much_is_made() if len(run.entries) >= MANY else nullcontext()
        with self._write() as connection, quietly:
            touched = log.apply_run(connection, run)
            search.index_touched(connection, run.ward, touched)
            if any(kind == ERASURE for kind, _ in touched):
                erasing.forget_words(connection)
        self._took(touched)
        return touched

    def begin_arrival(self, told: arriving.Told) -> None:
        """Notes which pieces of a ward's snapshot are to come."""
        with self._write() as connection:
            arriving.begin(connection, told)

    def take_pieces(self, ward: str, first: int, pieces: Sequence[bytes]) -> None:
        """Keeps pieces. Raises SurroundingsMend as `arriving.add` says; nothing was kept."""
        with self._write() as connection:
            arriving.add(connection, ward, first, pieces)

    def drop_arrival(self, ward: str) -> None:
        """Forgets a snapshot that was arriving."""
        with self._write() as connection:
            arriving.drop(connection, ward)

    def settle_in(self, ward: str, epoch: str, server_mark: str) -> None:
        """Makes an arrived snapshot the ward's state: whole or not at all.

        Raises:
            SurroundingsMend: as `arriving.settle_in` says; nothing was written.
        """
        with self._write() as connection, large_cache(connection), much_is_made():
            touched = arriving.settle_in(connection, ward, epoch)
            search.index_touched(connection, ward, touched)
            arriving.sum_again(connection, ward, server_mark)
            if any(kind == ERASURE for kind, _ in touched):
                erasing.forget_words(connection)
        self._took(touched)

    def handed_over(
        self,
        ids: Iterable[str],
        lines: Sequence[Heard] = (),
        *,
        epoch: str,
        refused: Mapping[str, str],
    ) -> None:
        """Notes which of what happened here the server's list has, which of them it refused and
        why, and reads that on."""
        with self._write() as connection:
            happenings.handed_over(connection, ids, epoch, refused)
            happenings.hear(connection, lines)

    def forget_audit(self, but: Sequence[str]) -> None:
        """Lines of the server's list leave that are of other wards than these."""
        with self._write() as connection:
            happenings.forget(connection, but)

    def take_bare(self, contents: Mapping[str, bytes]) -> None:
        """Puts what erasures left of own work in the place of what was written."""
        with self._write() as connection:
            touched = erasing.take_bare(connection, contents)
            for ward, keys in touched.items():
                search.index_touched(connection, ward, keys)
            if touched:
                erasing.forget_words(connection)
        self._tell()

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
                former = read_meta(connection, MENDED, [])
                write_meta(connection, **{MENDED: [*former, told][-LAST_MENDED:]})
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
            for ward, touched in log.learn_types(connection).items():
                search.index_touched(connection, ward, touched)
                erasing.forget_words(connection)
            sums.meet_schema(connection, standing)
            write_meta(connection, **{sums.SCHEMA_MARK: schema_mark()})

    def take_answers(
        self, answers: Iterable[log.Answered], *, epoch: str, confirmed_at: str, receipt: str
    ) -> int:
        """Marks pushed changesets as the server answered; returns how many answers counted."""
        with self._write() as connection:
            counted = log.take_answers(connection, answers, epoch=epoch, confirmed_at=confirmed_at)
            last = read_meta(connection, "confirmed_at") or ""
            if counted and confirmed_at >= last:  # a parcel's reply may come late
                write_meta(connection, confirmed_at=confirmed_at, receipt=receipt)
        self._tell()
        return counted

    def met_server(
        self,
        server_at: str,
        offset: timedelta,
        now: datetime,
        heads: Mapping[str, int],
        told: Mapping[str, object],
    ) -> None:
        """Keeps when the server was met, where its logs stood then, and what else it told.

        `offset`: server minus device time; `now`: the device's, which is trusted again from here
        on; `told`: settings.
        """
        with self._write() as connection:
            write_meta(connection, **told)
            write_meta(
                connection,
                offset_ms=round(offset.total_seconds() * 1000),
                clock_jumped=False,
                last_made_at=now.isoformat(),
                greeted_at=server_at,
                **at_greeting(connection, server_at, heads),
            )

    def take_grants(self, grants: list[dict[str, Any]], wards: Collection[str]) -> list[str]:
        """Keeps the user's grants; what of this file lies outside `wards` leaves it. Which those
        were. Own unsettled work stays."""
        with self._write() as connection:
            write_meta(connection, grants=grants)
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

    def keep_mark(self, ward: str, revision: int, at: str) -> None:
        """Notes that a ward's log up to a revision was with the server at a moment of its time."""
        with self._write() as connection:
            pruning.keep_mark(connection, ward, revision, at)

    def cut_log(self, cut: pruning.Cut, most: int) -> bool:
        """Lets some of what a cut names go: first entries, then contents of own work; whether
        anything went. Nothing of it shows on the screen, so nobody is told."""
        with self._write() as connection:
            return pruning.cut_log(connection, cut, most) or pruning.cut_own(connection, cut, most)

    def pack_log(self, most: int) -> bool:
        """Shortens some contents that lie in the file as older programs wrote them; whether there
        were any. They stay the same to whoever reads them."""
        if not any((self.setting(repacking.PLAIN_UPTO) or {}).values()):
            return False
        with self._write() as connection:
            return repacking.pack_some(connection, most)

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
            if queries_sync.own_kept(connection) != tuple(handed_in):
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

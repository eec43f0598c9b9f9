"""The files of one press: one after the other on the long lane, all of what was chosen then."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import Protocol

from fieldapp.errors import FieldappError, UserMends
from fieldapp.reports.visits import Written
from fieldapp.store.store import Store
from fieldapp.usecases.visiting import visit_log
from fieldapp.usecases.visiting.far_log import FarLog
from fieldapp.usecases.visiting.presets import LastExport
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from ui.places.ports import Cancelled, LongTasks, Progress
from ui.places.reports.exporting import ExportBand
from ui.places.reports.state import Target

CANCELLED = "reports.cancelled"


class ClosableFarLog(FarLog, Protocol):
    """Reads wards that are not here, and is closed after use."""

    def close(self) -> None:
        """Ends it."""
        ...


FarPort = Callable[[Cancelled], ClosableFarLog]


@dataclass(frozen=True)
class Press:
    """What was asked for with one press. `rows`: about how many this laptop has, to show how
    far a file is."""

    chosen: VisitFilter
    targets: tuple[Target, ...]
    columns: tuple[str, ...]
    reason: str
    preset: str
    rows: int
    last: LastExport | None = None
    """What all of them are compared with: the preset's last file before this press."""


class FilesDesk:
    """Writes files and shows how far they are. `ended` hears what stopped it, or None."""

    def __init__(
        self,
        store: Store,
        words: Words,
        tasks: LongTasks,
        band: ExportBand,
        far: FarPort | None,
        ended: Callable[[FieldappError | None], None],
    ) -> None:
        self._store, self._words, self._tasks, self._band = store, words, tasks, band
        self._far, self._ended = far, ended
        self._press: Press | None = None
        self._waiting: list[Target] = []
        self._stopped = False
        self._cancel: Callable[[], None] | None = None

    @property
    def busy(self) -> bool:
        """Whether files are being written."""
        return self._press is not None

    def write(self, press: Press) -> None:
        """Write the files of a press. They are of the same cut-offs, those of wards that the server
        reads too; own unsent work, which has none, is in each as it is when that one begins."""
        self._press, self._waiting, self._stopped = press, list(press.targets), False
        self._band.begin(press.targets[0].path.name)
        store, chosen = self._store, press.chosen
        self._tasks.read(
            lambda: {} if chosen.unsent else visit_log.cut_offs_now(store, chosen),
            lambda cuts: self._next(press, {ward: cut.revision for ward, cut in cuts.items()}),
            self._end,
        )

    def cancel(self) -> None:
        """Stop: the file that is being written is not kept, the others are not begun."""
        self._stopped = True
        if self._cancel is not None:
            self._cancel()

    def _next(self, press: Press, cut_offs: dict[str, int]) -> None:
        if not self._waiting or self._stopped:
            self._end(UserMends(CANCELLED, rows=0) if self._waiting else None)
            return
        target = self._waiting.pop(0)
        self._band.show_writing(target.path.name)
        self._band.show_progress(0, press.rows)

        def job(progress: Progress, cancelled: Cancelled) -> Written:
            return self._export(press, target, cut_offs, progress, cancelled)

        def then(written: Written) -> None:
            self._band.add_result(written)
            upto = {} if press.chosen.unsent else {**written.cut_offs}
            self._next(press, upto)

        cancel = self._tasks.long(job, then, self._end, self._band.show_progress)
        if self._press is press:
            self._cancel = cancel

    def _export(
        self,
        press: Press,
        target: Target,
        cut_offs: dict[str, int],
        progress: Progress,
        cancelled: Cancelled,
    ) -> Written:
        far = self._far(cancelled) if self._far else None

        def done(count: int) -> None:
            progress(count, press.rows + (far.expected if far else 0))

        with closing(far) if far else nullcontext():
            return visit_log.export(
                self._store,
                press.chosen,
                target.path,
                target.kind,
                self._words,
                columns=press.columns,
                full_ids_reason=press.reason,
                cut_offs=cut_offs,
                preset=press.preset,
                since=press.last,
                progress=done,
                cancelled=cancelled,
                far=far,
            )

    def _end(self, error: FieldappError | None) -> None:
        self._press, self._waiting, self._cancel = None, [], None
        self._ended(error)

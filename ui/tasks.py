"""Work off the GUI thread: one thread that reads, one that writes, one for long jobs.

Answers come back on the GUI thread. What is expected to go wrong goes to whoever asked; what is not
goes to `defect`, once, with its details, and the window lives on. No other module of the window
catches everything.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from fieldapp.errors import DefectFound, FieldappError

T = TypeVar("T")
Failed = Callable[[FieldappError], None] | None
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
LANES = ("read", "write", "long")


@dataclass
class _Job:
    """One job with what becomes of its answer."""

    work: Callable[[], Any]
    then: Callable[[Any], None]
    failed: Failed
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Defect:
    """Something that should not have happened: its kind, and the trace to hand on."""

    kind: str
    details: str


def defect_of(error: BaseException) -> Defect:
    """The defect that an exception is."""
    return Defect(type(error).__name__, "".join(traceback.format_exception(error)))


class TaskRunner(QObject):
    """`Tasks` of the window.

    Jobs of a lane run one after the other, in the order in which they were asked for, so that a
    write is seen by every read that is asked for in its answer. Thread: ask on the GUI thread.
    """

    defect = Signal(object)
    """A `Defect`, on the GUI thread."""
    trouble = Signal(object)
    """A `FieldappError` for which nobody asked, on the GUI thread."""
    idle = Signal()
    """Nothing is under way any more."""

    _answered = Signal(object, object, object)
    _stepped = Signal(object, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[str, SimpleQueue[_Job | None]] = {lane: SimpleQueue() for lane in LANES}
        self._threads: dict[str, threading.Thread] = {}
        self._under_way: list[_Job] = []
        self._closed = False
        self._answered.connect(self._take_answer, Qt.ConnectionType.QueuedConnection)
        self._stepped.connect(self._take_step, Qt.ConnectionType.QueuedConnection)

    # asking

    def read(self, job: Callable[[], T], then: Callable[[T], None], failed: Failed = None) -> None:
        """Runs a job that only reads."""
        self._start("read", _Job(job, then, failed))

    def write(self, job: Callable[[], T], then: Callable[[T], None], failed: Failed = None) -> None:
        """Runs a job that writes, after all writes before it."""
        self._start("write", _Job(job, then, failed))

    def long(
        self,
        job: Callable[[Progress, Cancelled], T],
        then: Callable[[T], None],
        failed: Failed = None,
        progressed: Progress | None = None,
    ) -> Callable[[], None]:
        """Runs a long job; returns what cancels it.

        The job gets `progress(done, total)` and `cancelled()`; `progressed` is told each step on
        the GUI thread. How a cancelled job ends is its own affair.
        """
        made = _Job(lambda: None, then, failed)
        made.work = lambda: job(
            lambda done, total: self._stepped.emit(progressed, done, total), made.cancelled.is_set
        )
        self._start("long", made)
        return made.cancelled.set

    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._under_way

    def close(self, seconds: float = 1.0) -> bool:
        """Takes no more jobs, drops answers, lets started writes end; whether all ended in time."""
        self._closed = True
        for job in self._under_way:
            job.cancelled.set()
        for queue in self._queues.values():
            queue.put(None)
        for thread in self._threads.values():
            thread.join(seconds)
        return not any(thread.is_alive() for thread in self._threads.values())

    # running

    def _start(self, lane: str, job: _Job) -> None:
        if self._closed:
            return
        self._under_way.append(job)
        if lane not in self._threads:
            thread = threading.Thread(target=self._work, args=(lane,), name=lane, daemon=True)
            self._threads[lane] = thread
            thread.start()
        self._queues[lane].put(job)

    def _work(self, lane: str) -> None:
        """A lane's thread. Reads that wait when the window closes are dropped, writes are not."""
        while (job := self._queues[lane].get()) is not None:
            if self._closed and lane != "write":
                continue
            answer, error = self._run(job)
            try:
                self._answered.emit(job, answer, error)
            except RuntimeError:
                return  # the window is gone

    @staticmethod
    def _run(job: _Job) -> tuple[Any, BaseException | None]:
        try:
            return job.work(), None
        except Exception as error:
            return None, error

    # answering, on the GUI thread

    def _take_answer(self, job: _Job, answer: Any, error: BaseException | None) -> None:
        if job in self._under_way:
            self._under_way.remove(job)
        if self._closed:
            return
        try:
            self._hand_over(job, answer, error)
        except RuntimeError as late:
            if "already deleted" not in str(late):
                self.defect.emit(defect_of(late))
        except Exception as defect:
            self.defect.emit(defect_of(defect))
        if self.is_idle():
            self.idle.emit()

    def _hand_over(self, job: _Job, answer: Any, error: BaseException | None) -> None:
        if error is None:
            job.then(answer)
        elif isinstance(error, FieldappError) and not isinstance(error, DefectFound):
            (job.failed or self.trouble.emit)(error)
        else:
            self.defect.emit(defect_of(error))
            if job.failed is not None:
                ours = error if isinstance(error, DefectFound) else None
                job.failed(ours or DefectFound("app.unexpected"))

    def _take_step(self, progressed: Progress | None, done: int, total: int) -> None:
        if progressed is None or self._closed:
            return
        try:
            progressed(done, total)
        except RuntimeError as late:
            if "already deleted" not in str(late):
                self.defect.emit(defect_of(late))

"""Follows the lesson: looks at the laptop after everything that happens, and goes a step further
when it shows that the step is done."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from fieldapp.errors import FieldappError
from fieldapp.training.lesson import END, STEPS, Seen, Story, key_of, next_of, place_of
from fieldapp.training.seeing import seen_of
from ui.training.ports import Neighbourhood
from ui.training.strip import LessonStrip
from ui.window import MainWindow

SETTING = "lesson"
"""Under which the laptop keeps how far the lesson is."""


@dataclass(frozen=True)
class _Begun:
    at: int
    story: Story


class LessonDesk(QObject):
    """The lesson of one main window. Thread: the GUI thread; `close` before the window is left."""

    _happened = Signal()
    moved = Signal(int)
    """The lesson stands at another step."""

    def __init__(self, window: MainWindow, made: Neighbourhood, strip: LessonStrip) -> None:
        super().__init__(window.shell)
        self._window, self._made, self.strip = window, made, strip
        self._store = window.store
        self.at = -1
        self.story: Story | None = None
        self._looking = self._acting = False
        self._stale = True
        self._shown: tuple[str, str] = ("", "")
        self._closed = False
        self._to_try: int | None = None
        """The step before which a partner could not act: tried again when something happens."""
        self._connect()
        store = self._store

        def begin() -> _Begun:
            return _Begun(place_of(store.setting(SETTING)), made.story(store))

        window.tasks.read(begin, self._begin)

    def _connect(self) -> None:
        window, queued = self._window, Qt.ConnectionType.QueuedConnection
        self._happened.connect(self._note, queued)
        self._store.watch(self._tell)
        window.ports.driver.on_status(lambda _: self._tell())
        window.shell.stack.currentChanged.connect(lambda _: self._look_where())
        window.tasks.idle.connect(self._look_where)

    def close(self) -> None:
        """Looks no more."""
        self._closed = True

    def _begin(self, begun: _Begun) -> None:
        self.story = begun.story
        self._enter(begun.at)

    # what happens

    def _tell(self) -> None:
        """On any thread."""
        if not self._closed:
            self._happened.emit()

    def _note(self) -> None:
        self._stale = True
        if self._to_try is not None:
            self._enter(self._to_try)
        else:
            self._look()

    def _look_where(self) -> None:
        """Another page is shown, or what one shows has been read."""
        if self._closed:
            return
        where = self._where()
        if where != self._shown or self._stale:
            self._shown, self._stale = where, True
            self._look()

    def _where(self) -> tuple[str, str]:
        page = getattr(self._window.navigator.current(), "page", None)
        code = self._window.navigator.current_code()
        household = getattr(page, "household", "") if code == "household" else ""
        return code, str(household)

    def _look(self) -> None:
        story = self.story
        busy = self._looking or self._acting or self._to_try is not None
        if self._closed or busy or story is None or not 0 <= self.at < END:
            return
        self._looking, self._stale = True, False
        store, cuts = self._store, self._made.line.cuts
        place, household = self._where()

        def job() -> Seen:
            return seen_of(store, story, place=place, household=household, cuts=cuts)

        self._window.tasks.read(job, self._take, self._not_seen)

    def _not_seen(self, error: FieldappError) -> None:
        self._looking = False
        self._window.navigator.banner(error)

    def _take(self, seen: Seen) -> None:
        self._looking = False
        if self._closed or self.story is None:
            return
        at = next_of(self.at, seen, self.story)
        if at != self.at:
            self._enter(at)
        elif self._stale:
            self._look()

    # a step

    def _enter(self, at: int) -> None:
        """The partner acts first, then the step is shown, kept, and looked for."""
        story = self.story
        assert story is not None
        step = STEPS[at] if at < END else None
        self._made.follow(step)
        if step is None or not step.act:
            self._show(at)
            return
        self._acting, self._to_try = True, None
        self.strip.say_busy()
        made, name = self._made, step.act

        def then(_: None) -> None:
            self._acting = False
            self._show(at)

        def failed(error: FieldappError) -> None:
            self._acting, self._to_try = False, at
            self._window.navigator.banner(error)

        self._window.tasks.long(lambda progress, cancelled: made.act(name, story), then, failed)

    def _show(self, at: int) -> None:
        if self._closed or self.story is None:
            return
        self.at = at
        self.strip.show_step(at, self.story)
        store, key = self._store, key_of(at)
        self._window.tasks.write(lambda: store.remember(**{SETTING: key}), lambda _: None)
        self._stale = True
        self.moved.emit(at)
        self._look()

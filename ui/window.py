"""The main window: the frame with the places of this role, fed from the file and from the sync."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from ui.navigator import WindowNavigator
from ui.say import Teller, retry_key, short_name
from ui.shell import ShellState, ShellWindow, SyncState, User
from ui.tasks import TaskRunner
from ui.theme import say, words

if TYPE_CHECKING:
    from fieldapp.errors import FieldappError
    from fieldapp.store.file.profile import Profile
    from fieldapp.usecases.me import Me
    from sync.client.driver import SyncDriver
    from sync.client.status import SyncStatus
    from ui.palette.scanner import ScanCatcher
    from ui.palette.search import Home
    from ui.places.settings.place import Look

AFTER_COMMIT_MS = 250
STOP_SECONDS = 1.5
SIGNED_OUT = "sync.signed_out"
"""The server wants the password again: the program asks it at the next unlocking."""

PLACES_OF: Mapping[str, tuple[str, ...]] = {
    "canvasser": ("today", "households", "dossiers", "receipts", "inbox", "settings"),
    "clerk": ("today", "households", "dossiers", "receipts", "inbox", "settings"),
    "supervisor": ("households", "inbox", "progress", "reports", "settings"),
    "admin": ("households", "inbox", "progress", "reports", "settings"),
}
"""The places that a role sees, in the order of the rail; the first is where it begins."""
BEGINS_AT = {"clerk": "inbox", "supervisor": "reports"}


@dataclass(frozen=True)
class Opened:
    """An open profile with what the window needs before its first paint."""

    profile: Profile
    me: Me
    today: date


@dataclass(frozen=True)
class Ports:
    """What the window is given by whoever wires it: the sync, and what only the program can do."""

    driver: SyncDriver
    program: Look


class MainWindow(QObject):
    """The window of one open profile. It reads and writes through `tasks`, goes by `navigator`.

    Thread: the GUI thread. `close` ends its jobs; profile and driver belong to whoever made them.
    """

    _status_came = Signal(object)
    _committed = Signal()

    def __init__(self, opened: Opened, ports: Ports) -> None:
        super().__init__()
        self.opened, self.ports = opened, ports
        self.store = opened.profile.store
        self.tasks = TaskRunner(self)
        self.shell = ShellWindow()
        self.navigator = WindowNavigator(self.shell, Teller(words(), opened.today))
        self.status: SyncStatus | None = None
        self._counts: dict[str, int] = {}
        self._closed = False
        self.scanner: ScanCatcher | None = None
        self._signed_out = False
        self._after_commit = QTimer(self)
        self._after_commit.setSingleShot(True)
        self._after_commit.setInterval(AFTER_COMMIT_MS)
        self._after_commit.timeout.connect(self._take_commit)
        self._connect()
        self._fill()

    def _connect(self) -> None:
        shell, navigator = self.shell, self.navigator
        queued = Qt.ConnectionType.QueuedConnection
        self._status_came.connect(self._take_status, queued)
        self._committed.connect(self._after_commit.start, queued)
        self.store.watch(self._tell_commit)
        self.ports.driver.on_status(self._tell_status)
        self.tasks.trouble.connect(navigator.banner)
        self.tasks.idle.connect(navigator.show_head)
        self.tasks.idle.connect(self._count_doors)
        shell.may_close = self.may_close
        shell.sync_requested.connect(self.want)
        shell.sync_opened.connect(lambda: navigator.go("sync"))
        shell.new_requested.connect(lambda: navigator.go("households", new=True))
        shell.export_requested.connect(lambda: self.ask_place("export"))
        shell.print_requested.connect(lambda: self.ask_place("print_paper"))
        shell.help_requested.connect(lambda: self.ask_place("help"))

    def may_close(self) -> bool:
        """Whether a person may close the window now; what the day still needs is shown first, once.

        The answer comes from the file, so that the first try waits for it.
        """
        if self._closed or self.navigator.current_code() == "day_end":
            return True
        from fieldapp.usecases.receipts.day_end import DayEnd, day_end
        from ui.places.day_end.state import has_to_tell

        def then(day: DayEnd) -> None:
            if has_to_tell(day, self.status):
                self.navigator.go("day_end")
                self.navigator.toast(say("day_end.close_again"))
            else:
                self.shell.close()

        def failed(_: FieldappError) -> None:
            self.shell.close()

        self.tasks.read(lambda: day_end(self.store), then, failed)
        return False

    def _fill(self) -> None:
        from ui.palette.cards import CardReader
        from ui.palette.search import SearchPalette
        from ui.places_of_window import PLACES, deeds, makers

        me = self.opened.me
        codes = self.codes = tuple(code for code in PLACES_OF[me.role] if code in PLACES)
        self.navigator.add_rail(codes, makers(self))
        self.navigator.deeds = deeds(self)
        box = self.shell.palette_box
        self.search = SearchPalette(
            self.store,
            words(),
            self.tasks,
            self.navigator,
            box,
            places=codes,
            desk=me.role != "canvasser",
            home=self._open_home,
        )
        self.cards = CardReader(
            self.tasks, self.navigator, self.search.teller, self.search.take_card, self.shell
        )
        self._catch_scans()
        begin = BEGINS_AT.get(me.role, codes[0])
        begin = begin if begin in codes else codes[0]
        self._show_state(begin)
        self.navigator.refresh()
        self.navigator.show_head()
        self._read_status()
        self._count()
        self.when_calm(self.navigator.focus)

    def _catch_scans(self) -> None:
        """A card that is scanned anywhere opens its person."""
        from ui.palette.scanner import ScanCatcher

        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.scanner = ScanCatcher(app, self.shell)
            self.scanner.scanned.connect(self.search.scan)

    def _open_home(self) -> Home | None:
        """The household whose page is shown, if one is."""
        from ui.palette.search import Home

        page = getattr(self.navigator.current(), "page", None)
        if self.navigator.current_code() != "household" or page is None:
            return None
        return Home(page.ward, page.household, page.head_name)

    def _show_state(self, current: str) -> None:
        me = self.opened.me
        ward = me.wards[0].name if len(me.wards) == 1 else say("app.wards", n=len(me.wards))
        user = User(short_name(me.full_name), ward)
        self.shell.set_state(ShellState(self.codes, current, user, dict(self._counts)))

    # what comes from other threads

    def _tell_status(self, status: SyncStatus) -> None:
        if not self._closed:
            self._status_came.emit(status)

    def _tell_commit(self) -> None:
        if not self._closed:
            self._committed.emit()

    def _take_status(self, status: SyncStatus) -> None:
        from sync.client.status import last_receipt, sentence

        self.status = status
        if status.problem == SIGNED_OUT and not self._signed_out:
            self._signed_out = True
            self.tasks.write(lambda: self.store.remember(signed_out=True), lambda _: None)
        page = self.navigator.current()
        tell = getattr(page, "status_changed", None)
        if callable(tell):
            tell()
        self.shell.set_sync(
            SyncState(
                on_device=status.unsent,
                sent=status.sent,
                needs_fixing=status.needs_fixing,
                conflict=status.conflict,
                network=self._sentence(*sentence(status)),
                receipt=self._sentence(*last_receipt(status)),
                online=status.problem != "sync.no_network",
                busy=status.phase in ("greeting", "pushing", "pulling"),
            )
        )

    def _sentence(self, key: str, values: Mapping[str, object]) -> str:
        teller = Teller(words(), self.opened.today)
        return say(retry_key(words(), key, values, self.store.now()), **teller.values(values))

    def _take_commit(self) -> None:
        """Something was written, here or by the sync: counts, status and what is shown follow."""
        if self._closed:
            return
        self._read_status()
        self._count()
        self.navigator.refresh()

    def _read_status(self) -> None:
        self.tasks.read(self.ports.driver.status, self._take_status)

    def _count(self) -> None:
        """How much waits in the inbox, on the rail."""
        from fieldapp.usecases.inbox.inbox import inbox

        self.tasks.read(lambda: len(inbox(self.store)), self._take_count)

    def _take_count(self, waiting: int) -> None:
        self._put_count("inbox", waiting)

    def _count_doors(self) -> None:
        """How many doors the list of today has left, once it was read."""
        place = self.navigator.places.get("today")
        day = getattr(getattr(place, "state", None), "today", None)
        if day is not None and day.whole:
            self._put_count("today", max(0, day.total - day.visited))

    def _put_count(self, place: str, count: int) -> None:
        if self._counts.get(place) != count:
            self._counts[place] = count
            self._show_state(self.shell.current_place())

    # what a person does

    def carry(self, path: Path) -> Path:
        """Hands a colleague's parcel in; not on the GUI thread."""
        return self.ports.driver.carry(path)

    def want(self) -> None:
        """Asks for a sync now."""
        self.ports.driver.want("button")

    def when_calm(self, act: Callable[[], None]) -> None:
        """Does something once what is under way has answered."""
        self.tasks.idle.connect(act, Qt.ConnectionType.SingleShotConnection)

    def ask_place(self, deed: str) -> None:
        """Passes a key of the frame on to the place that is shown, where it knows the deed."""
        act = getattr(self.navigator.current(), deed, None)
        if callable(act):
            act()
        elif deed == "help":
            self._help()

    def _help(self) -> None:
        """The help about what is shown; the same key leads back."""
        shown = self.navigator.current_code()
        if shown == "help":
            self.navigator.back()
        else:
            self.navigator.go("help", page=shown)

    def come_to_front(self) -> None:
        """A second start was made: this window is the one."""
        shell = self.shell
        if shell.isMinimized():
            shell.showNormal()
        shell.show()
        shell.raise_()
        shell.activateWindow()

    def is_busy(self) -> bool:
        """Whether a job is under way, or what was committed is still to be shown."""
        return not self.tasks.is_idle() or self._after_commit.isActive()

    def close(self) -> bool:
        """Ends the jobs and the window; whether everything ended in time."""
        self._closed = True
        if self.scanner is not None:
            self.scanner.stop()
        ended = self.tasks.close(STOP_SECONDS)
        self.shell.close()
        self.shell.deleteLater()
        return ended

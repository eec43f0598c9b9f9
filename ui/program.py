"""One run of the window: sign-in, main window, sync, end.

The sign-in shows first; the file, the records and the network are imported on a thread of their own
while the password is typed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.garbage import settled
from ui import preferences
from ui.cycle_search import CycleSearch
from ui.last_hook import LastHook
from ui.preferences import Preferences
from ui.sign_in.state import Saved
from ui.single_instance import FirstInstance
from ui.surroundings import Surroundings
from ui.tasks import TaskRunner
from ui.theme import apply

if TYPE_CHECKING:
    from fieldapp.store.file.profile import Profile
    from fieldapp.store.file.rescue import Rescued
    from sync.client.driver import SyncDriver
    from sync.client.status import SyncStatus
    from ui.places.settings.state import About
    from ui.window import MainWindow, Opened

SIZE = (1366, 768)
STOP_SECONDS = 2.0
ERASED, DAMAGED = "sync.device_erased", "store.damaged"
HEAVY = ("fieldapp.store.file.profile", "sync.client.driver", "sync.client.transport", "ui.window")
"""Imported while the sign-in is on the screen."""
READY, APART_MS = ("households", "enrol"), 100


class Program(QObject):
    """One run of the window on one profile: sign-in, main window, sync, end."""

    _imported = Signal()
    _brought = Signal()
    _barred = Signal(object)
    opened = Signal()
    """The main window is on the screen."""
    training = False
    """Whether it opens a profile of the training, and no other."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        surroundings: Surroundings,
        language: str | None = None,
    ) -> None:
        super().__init__()
        self.app, self.folder, self.surroundings = app, folder, surroundings
        said = preferences.load(folder)
        self.preferences = replace(said, language=language) if language else said
        self.sign_in: Any = None
        self.window: MainWindow | None = None
        self.profile: Profile | None = None
        self.driver: SyncDriver | None = None
        self.cycles = CycleSearch(self)
        self.tasks = TaskRunner(self)
        self.hook = LastHook(self)
        self.first = FirstInstance(folder, self)
        self._connect()

    def _connect(self) -> None:
        self.first.called.connect(self.come_to_front)
        self.tasks.defect.connect(self.hook.tell)
        self.opened.connect(self._bring_places)
        self._imported.connect(self._ready, Qt.ConnectionType.QueuedConnection)
        self._brought.connect(self._make_ready, Qt.ConnectionType.QueuedConnection)
        self._barred.connect(self._lock_because, Qt.ConnectionType.QueuedConnection)

    # starting

    def start(self, password: str | None = None) -> None:
        """Shows the sign-in, and imports the rest behind it. With a password it opens at once."""
        self.cycles.begin()
        self.hook.install()
        self._apply(self.preferences)
        if password is None:
            self.show_sign_in()
        else:
            QTimer.singleShot(0, lambda: self.unlock(password, self._not_opened))
        threading.Thread(target=self._import, name="imports", daemon=True).start()

    def show_sign_in(self) -> None:
        """The first window: who, and the password."""
        from ui.sign_in import SignInWindow

        self.sign_in = SignInWindow(self)
        self.sign_in.show()

    def _import(self) -> None:
        from importlib import import_module

        for name in HEAVY:
            import_module(name)
        self._imported.emit()

    def _bring_places(self) -> None:
        """What the other places need comes once the first one is there: whoever goes to one waits
        for no module (the papers of an enrolment alone took half a second)."""
        from importlib import import_module

        from ui.places_of_window import PLACES

        def bring() -> None:
            for module in dict.fromkeys(module for module, _ in PLACES.values()):
                import_module(module)
            with suppress(RuntimeError):  # the program has ended meanwhile
                self._brought.emit()

        def begin(_: None) -> None:
            threading.Thread(target=bring, name="places", daemon=True).start()

        if self.window is not None:  # behind the first page, not beside it
            self.window.tasks.read(lambda: None, begin)

    def _make_ready(self) -> None:
        """Places that take a while to be made are there before somebody needs them, one at a time:
        where searches and new households end, and where money is taken."""
        window = self.window
        if window is None:
            return
        settled()  # the modules
        for turn, place in enumerate(READY):
            make = partial(window.navigator.make_ready, place)
            QTimer.singleShot(turn * APART_MS, window.shell, make)

    def _ready(self) -> None:
        """Everything is imported; nothing to do but to know it."""

    def _apply(self, chosen: Preferences) -> None:
        scheme = self.app.styleHints().colorScheme()
        dark = chosen.light == "dark" or (
            chosen.light == "system" and scheme == Qt.ColorScheme.Dark
        )
        apply(self.app, dark, training=self.training, language=chosen.language)

    def come_to_front(self) -> None:
        """A second start was made."""
        if self.window is not None:
            self.window.come_to_front()
        elif self.sign_in is not None:
            self.sign_in.raise_()
            self.sign_in.activateWindow()

    # opening

    def unlock(self, password: str, failed: Callable[[FieldappError], None]) -> None:
        """Opens the profile with its password and shows the window; `failed` hears why not."""

        def job() -> Opened:
            from fieldapp.store.file import profile

            machine = self.surroundings.machine()
            opened = profile.unlock(self.folder, password, machine, training=self.training)
            self._sign_in_again(opened, password)
            return _opened(opened)

        self.tasks.write(job, self._show, failed)

    def _sign_in_again(self, profile: Profile, password: str) -> None:
        """Where the server had signed this machine out: gets a new token with the password. Without
        a network it stays signed out until next time."""
        store = profile.store
        if not store.setting("signed_out"):
            return
        from sync.client.sign_in import sign_in_again

        transport = self.surroundings.connect(profile.card.server, None)
        try:
            sign_in_again(store, transport, password)
            store.remember(signed_out=False)
        except FieldappError:
            return
        finally:
            transport.close()

    def rescue(
        self, password: str, rescued: Saved, failed: Callable[[FieldappError], None]
    ) -> None:
        """Sets a damaged file aside and opens what can be read of it; `rescued` hears what was
        kept, and what to call to go on."""

        def job() -> tuple[Opened, Rescued]:
            from fieldapp.store.file import profile

            opened, found = profile.rescue(self.folder, password, self.surroundings.machine())
            return _opened(opened), found

        def then(done: tuple[Opened, Rescued]) -> None:
            opened, found = done
            self.profile = opened.profile
            rescued(found, lambda: self._show(opened))

        self.tasks.write(job, then, failed)

    def enrol(
        self,
        server: str,
        username: str,
        password: str,
        invitation: str,
        failed: Callable[[FieldappError], None],
        *,
        machine_name: str = "",
    ) -> None:
        """Sets this profile up with an invitation, and shows the window. Without a name the machine
        is called as the system calls it."""

        def job() -> Opened:
            import platform

            from sync.client.sign_in import enrol_device
            from sync.protocol import SignIn

            name = machine_name or platform.node()
            request = SignIn(username, password, name, invitation=invitation)
            machine = self.surroundings.machine()
            connect = self.surroundings.connect
            return _opened(
                enrol_device(
                    self.folder, server, request, machine, connect=lambda at: connect(at, None)
                )
            )

        self.tasks.write(job, self._show, failed)

    def _not_opened(self, error: FieldappError) -> None:
        """The password that was handed in did not open it: a person is asked."""
        self.show_sign_in()
        self.sign_in.show_error(error)

    def _show(self, opened: Opened) -> None:
        self.profile = opened.profile
        self.driver = self._make_driver(opened.profile)
        self._build(opened)
        if self.sign_in is not None:
            self.sign_in.close()
            self.sign_in = None
        self.driver.start()
        self.opened.emit()

    def _heard(self, status: SyncStatus) -> None:
        """On the driver's thread: a revoked device's file has just become unreadable, or a damaged
        one was met."""
        if status.problem == ERASED:
            self._barred.emit(UserMends(ERASED))
        elif status.problem == DAMAGED:
            self._barred.emit(SurroundingsMend(DAMAGED))

    def _troubled(self, error: FieldappError) -> None:
        """A job of the window failed."""
        if error.code == DAMAGED:
            self._barred.emit(error)

    def _lock_because(self, error: FieldappError) -> None:
        """Nothing of the file stays on the screen; the sign-in says why, and what can be done."""
        if self.profile is not None:
            self._lock()
            self.sign_in.show_error(error)

    def _make_driver(self, profile: Profile) -> SyncDriver:
        from random import Random

        store, connect = profile.store, self.surroundings.connect
        listen, server = self.surroundings.listen, profile.card.server
        driver = self._driver_kind()(
            store,
            lambda: connect(server, store.setting("token")),
            self.surroundings.machine().clock,
            Random(),
            live=listen and (lambda: listen(server, store.setting("token"))),
        )
        driver.on_status(self._heard)
        return driver

    def _driver_kind(self) -> type[SyncDriver]:
        from sync.client.driver import SyncDriver

        return SyncDriver

    def _build(self, opened: Opened) -> None:
        from ui.window import MainWindow, Ports

        assert self.driver is not None
        ports = Ports(self.driver, self)
        self.window = MainWindow(opened, ports)
        self.window.tasks.defect.connect(self.hook.tell)
        self.window.tasks.trouble.connect(self._troubled)
        self.hook.window = self.window.shell
        self.window.shell.resize(*self._size())
        self.window.shell.show()

    def _size(self) -> tuple[int, int]:
        """What the screen has, up to the size that the pages were drawn for."""
        room = self.app.primaryScreen().availableGeometry()
        return min(SIZE[0], room.width()), min(SIZE[1], room.height())

    # changing

    @property
    def light(self) -> str:
        """`system`, `light` or `dark`, as it was chosen."""
        return self.preferences.light

    @property
    def about(self) -> About:
        """What the program knows of this installation."""
        from ui.places.settings.state import About

        if self.profile is None:
            return About(folder=str(self.folder))
        card = self.profile.card
        return About(card.device_name, card.server, str(self.folder))

    def change_language(self, language: str) -> None:
        """Builds the window anew in another language; what is typed is kept as draft."""
        self._change(replace(self.preferences, language=language), rebuild=True)

    def change_light(self, light: str) -> None:
        """Repaints everything in another light."""
        self._change(replace(self.preferences, light=light), rebuild=False)

    def _change(self, chosen: Preferences, *, rebuild: bool) -> None:
        self.preferences = chosen
        preferences.save(self.folder, chosen)
        self._apply(chosen)
        if rebuild and self.window is not None:
            QTimer.singleShot(0, self._rebuild)

    def _rebuild(self) -> None:
        """The old window stays until the new one shows: a program without one would end."""
        old = self.window
        assert old is not None
        place, shape = old.shell.current_place(), old.shell.geometry()
        self._build(old.opened)
        assert self.window is not None
        self.window.shell.setGeometry(shape)
        self.window.navigator.go(place)
        old.close()

    def open_training(self) -> None:
        """Opens the training as a program of its own, beside this one."""
        self.surroundings.train(self.folder, self.preferences.language)

    def lock(self) -> None:
        """Closes the file, and asks for the password again."""
        QTimer.singleShot(0, self._lock)

    def _lock(self) -> None:
        self.show_sign_in()
        self._close_profile()

    # ending

    def stop(self) -> bool:
        """Ends the sync and the jobs, and closes the file; whether it all ended in time."""
        ended = self._close_profile()
        ended = self.tasks.close() and ended
        self.first.close()
        self.hook.uninstall()
        self.cycles.end()
        return ended

    def _close_profile(self) -> bool:
        """Ends what works on the file, then the file; whether it ended in time."""
        ended = True
        if self.driver is not None:
            ended = self.driver.stop(STOP_SECONDS)
            self.driver = None
        if self.window is not None:
            ended = self.window.close() and ended
            self.window = self.hook.window = None
        if self.profile is not None:
            self.profile.close()
            self.profile = None
        return ended

    def main_widget(self) -> QWidget | None:
        """What is on the screen: the main window, or the sign-in."""
        return self.window.shell if self.window is not None else self.sign_in


def _opened(profile: Profile) -> Opened:
    from fieldapp.usecases.me import me
    from ui.window import Opened

    return Opened(profile, me(profile.store), profile.store.today())

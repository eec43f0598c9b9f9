"""The training as a program of its own: the real window on invented data, with the lesson."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from fieldapp.errors import FieldappError
from fieldapp.training.lesson import END
from ui import preferences
from ui.app import make_application, run_program
from ui.program import Program
from ui.say import Teller
from ui.single_instance import call_first
from ui.surroundings import Surroundings
from ui.theme import say, words
from ui.training.desk import LessonDesk
from ui.training.ports import Neighbourhood
from ui.training.strip import LessonStrip
from ui.training.waiting import WaitingWindow
from ui.widgets import Question

if TYPE_CHECKING:
    from sync.client.driver import SyncDriver
    from ui.window import Opened


def run_training_window(made: Neighbourhood, language: str | None = None) -> int:
    """Opens the training and runs until it is closed; returns the exit code. A window that has it
    already comes to the front instead."""
    app = make_application()
    if call_first(made.learner):
        return 0
    return run_program(TrainingProgram(app, made, language))


class TrainingProgram(Program):
    """One run of the training. Nobody is asked for a password: there is no secret in it."""

    training = True

    def __init__(self, app: QApplication, made: Neighbourhood, language: str | None = None) -> None:
        self.made = made
        self.desk: LessonDesk | None = None
        super().__init__(app, made.learner, Surroundings(made.machine, made.connect), language)

    def start(self, password: str | None = None) -> None:
        """Makes the neighbourhood, or goes on with the one that is there."""
        super().start(self.made.password)

    def unlock(self, password: str, failed: Callable[[FieldappError], None]) -> None:
        """The neighbourhood comes before the profile."""
        self._prepare()

    def _prepare(self, *, anew: bool = False) -> None:
        waiting = self._waiting()
        waiting.say_busy()
        made = self.made
        self.tasks.long(
            lambda progress, cancelled: made.prepare(progress, anew=anew),
            lambda _: super(TrainingProgram, self).unlock(made.password, self._not_opened),
            self._not_opened,
            waiting.show_progress,
        )

    def _waiting(self) -> WaitingWindow:
        if not isinstance(self.sign_in, WaitingWindow):
            self.show_sign_in()
        assert isinstance(self.sign_in, WaitingWindow)
        return self.sign_in

    def show_sign_in(self) -> None:
        """In place of the sign-in: what is being made."""
        self.sign_in = WaitingWindow(words())
        self.sign_in.again_asked.connect(lambda: self._prepare(anew=True))
        self.sign_in.progress.cancelled.connect(self.sign_in.close)
        self.sign_in.show()

    def _not_opened(self, error: FieldappError) -> None:
        self._waiting().show_error(Teller(words(), date.min).error(error))

    # the window with the lesson

    def _driver_kind(self) -> type[SyncDriver]:
        from sync.client.driver import SyncDriver
        from sync.client.machine import Why

        line = self.made.line

        class AskingDriver(SyncDriver):
            """Tells the lesson's network when a person asks for a sync."""

            def want(self, why: Why = "button") -> None:
                if why == "button":
                    line.asked()
                super().want(why)

        return AskingDriver

    def _build(self, opened: Opened) -> None:
        if self.desk is not None:
            self.desk.close()
        super()._build(opened)
        assert self.window is not None
        shell = self.window.shell
        shell.setWindowTitle(say("training.window"))
        strip = LessonStrip(words())
        strip.anew_asked.connect(self.ask_anew)
        strip.left.connect(self.app.closeAllWindows)
        shell.put_on_top(strip)
        self.desk = LessonDesk(self.window, self.made, strip)
        self.desk.moved.connect(lambda at: strip.leave.set_kind("plain" if at == END else "link"))

    def ask_anew(self) -> None:
        """Begins the lesson anew, after a question: what was done in it is gone then."""
        assert self.window is not None
        question = Question(
            say("training.anew_title"),
            say("training.anew_text"),
            say("training.anew"),
            self.window.shell,
        )
        question.accepted.connect(lambda: QTimer.singleShot(0, self.begin_anew))
        question.open()

    def begin_anew(self) -> None:
        """Everything of the training is made again."""
        self._waiting()
        self._close_profile()
        preferences.save(self.folder, self.preferences)
        self._prepare(anew=True)

    def open_training(self) -> None:
        """It is open."""
        self.come_to_front()

    def lock(self) -> None:
        """There is nothing to lock: the password is everybody's."""
        assert self.window is not None
        self.window.navigator.toast(say("training.no_lock"))

    def _lock_because(self, error: FieldappError) -> None:
        if self.profile is not None:
            self._waiting()
            self._close_profile()
            self._not_opened(error)

    def _close_profile(self) -> bool:
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        return super()._close_profile()

    def stop(self) -> bool:
        """Ends everything, and gives the neighbourhood free."""
        ended = super().stop()
        self.made.close()
        return ended

"""The first window: opens the profile with its password, or sets it up with an invitation."""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from ui.say import Teller, Told
from ui.sign_in.forms import DamagedCard, FirstForm, RescuedCard, UnlockForm
from ui.sign_in.parts import Paper
from ui.sign_in.state import FIELD_OF_CODE, Saved, can_rescue, look_into
from ui.theme import is_dark, words
from ui.widgets import Button, IconButton, Label, on_key

if TYPE_CHECKING:
    from fieldapp.store.file.rescue import Rescued

Failed = Callable[[FieldappError], None]
SIZE = (960, 640)
OTHER = {"vi": "en", "en": "vi"}


class Opener(Protocol):
    """The program, as far as this window asks it. The jobs run off the GUI thread; success closes
    the window, `failed` is called on the GUI thread. `enrol` may take `machine_name=` too."""

    folder: Path

    @property
    def enrol(self) -> Callable[..., None]:
        """Sets the profile up: server, username, password, invitation, failed."""
        ...

    def unlock(self, password: str, failed: Failed) -> None:
        """Opens the profile with its password."""
        ...

    def rescue(self, password: str, rescued: Saved, failed: Failed) -> None:
        """Opens what can be read of a damaged profile."""
        ...

    def open_training(self) -> None:
        """Opens the training in a window of its own; this one stays."""
        ...

    def change_language(self, language: str) -> None:
        """Puts another language in force."""
        ...

    def change_light(self, light: str) -> None:
        """Puts the light or dark theme in force."""
        ...


class SignInWindow(Paper):
    """Shows itself without the store: what is typed goes to the program's jobs.

    `show_error(error)` tells what a job said; so does the window itself when its own job fails.
    """

    def __init__(self, opener: Opener) -> None:
        super().__init__()
        self._opener = opener
        self._form: UnlockForm | FirstForm | None = None
        self._rescued: tuple[Rescued, Callable[[], None]] | None = None
        self._bar: QWidget | None = None
        self._middle: QWidget | None = None
        self.resize(*SIZE)
        self.setMinimumSize(480, 420)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(0)
        self._build()
        on_key(self, "Ctrl+L", self._turn_language, anywhere=True)
        on_key(self, "Ctrl+D", self._turn_light, anywhere=True)
        on_key(self, "Ctrl+T", self._opener.open_training, anywhere=True)

    @property
    def form(self) -> UnlockForm | FirstForm | None:
        """The card that is shown; None where the profile can't be read."""
        return self._form

    def _build(self) -> None:
        """Everything in the language in force; what is typed stays."""
        typed = self._form.texts() if self._form else {}
        self._take_away(self._bar)
        self.setWindowTitle(words().say("sign_in.title"))
        self._bar = self._switches()
        self._column.insertWidget(0, self._bar)
        card = self._card()
        self._put_middle(card)
        if isinstance(card, RescuedCard):
            card.go_on.setFocus()
        if self._form is not None:
            self._form.fill(typed)
            self._form.submitted.connect(self._submit)
            if isinstance(self._form, UnlockForm):
                self._form.rescue_asked.connect(self._rescue)
            self._form.focus_first()

    def _put_middle(self, card: QWidget) -> None:
        self._take_away(self._middle)
        self._middle = self._scrolled(card)
        self._column.addWidget(self._middle, 1)

    def _take_away(self, old: QWidget | None) -> None:
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()

    def _switches(self) -> QWidget:
        say = words().say
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.training = Button(
            say("sign_in.training"), kind="link", icon="graduation-cap", height=28
        )
        self.training.setToolTip("Ctrl T")
        self.training.clicked.connect(self._opener.open_training)
        row.addWidget(self.training)
        row.addSpacing(4)
        row.addWidget(Label(say("sign_in.training_text"), role="small", token="ink2"), 1)
        self.language = Button(
            say("sign_in.other_language"), kind="link", icon="translate", height=28
        )
        self.language.setToolTip("Ctrl L")
        self.language.clicked.connect(self._turn_language)
        meaning = say("sign_in.to_light" if is_dark() else "sign_in.to_dark")
        self.light = IconButton("sun" if is_dark() else "moon", meaning)
        self.light.clicked.connect(self._turn_light)
        row.addWidget(self.language)
        row.addSpacing(8)
        row.addWidget(self.light)
        return bar

    def _card(self) -> QWidget:
        if self._rescued is not None:
            return self._rescued_card(*self._rescued)
        say, found = words().say, look_into(self._opener.folder)
        if found.page in ("damaged", "training"):
            damaged = SurroundingsMend("store.damaged")
            kind = UserMends("store.is_training") if found.page == "training" else damaged
            told = self._teller().error(kind)
            self._form = None
            return DamagedCard(told.title, told.text)
        if found.owner is not None:
            self._form = UnlockForm(say, found.owner)
        else:
            self._form = FirstForm(say, platform.node())
        return self._form

    @staticmethod
    def _scrolled(card: QWidget) -> QScrollArea:
        """The card in the middle; a low window scrolls it."""
        inner = Paper()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 4, 0, 12)
        column.addStretch(2)
        line = QHBoxLayout()  # an alignment instead would wrap the texts at the window's width
        line.addStretch(1)
        line.addWidget(card)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(3)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return area

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._form is not None:
            self._form.focus_first()

    # what a person does

    def _submit(self) -> None:
        form = self._form
        if form is None or not form.primary.isEnabled():
            return
        form.clear_errors()
        if isinstance(form, UnlockForm):
            self._unlock(form)
        else:
            self._enrol(form)

    def _unlock(self, form: UnlockForm) -> None:
        if password := self._password(form):
            form.set_busy(True)
            self._opener.unlock(password, self.show_error)

    @staticmethod
    def _password(form: UnlockForm) -> str:
        """What is typed; nothing typed is said below the input."""
        password = form.texts()["password"]
        if not password:
            form.show_error("password", words().say("sign_in.missing_password"), "")
        return password

    def _rescue(self) -> None:
        form = self._form
        if not isinstance(form, UnlockForm):
            return
        form.clear_errors()
        if password := self._password(form):
            form.set_busy(True)
            self._opener.rescue(password, self._show_rescued, self.show_error)

    def _show_rescued(self, found: Rescued, go_on: Callable[[], None]) -> None:
        """What was kept is read before the work goes on."""
        self._rescued = (found, go_on)
        self._form = None
        self._build()

    def _rescued_card(self, found: Rescued, go_on: Callable[[], None]) -> QWidget:
        say = words().say
        kept = say("sign_in.rescued_text", kept=found.kept, unsent=found.unsent)
        more = {
            "rescued_missing": found.missing,
            "rescued_scans": found.scans,
            "rescued_scans_missing": found.scans_missing,
        }
        text = " ".join((kept, *(say(f"sign_in.{key}", n=n) for key, n in more.items() if n)))
        card = RescuedCard(say, say("sign_in.rescued"), text, str(found.aside))
        card.go_on.clicked.connect(go_on)
        return card

    def _enrol(self, form: FirstForm) -> None:
        typed = form.form()
        if missing := typed.missing():
            form.show_error(missing, words().say(f"sign_in.missing_{missing}"), "")
            return
        form.set_busy(True)
        named = {"machine_name": typed.machine} if typed.machine not in ("", form.machine) else {}
        self._opener.enrol(
            typed.address,
            typed.username,
            typed.password,
            typed.invitation,
            self.show_error,
            **named,
        )

    def show_error(self, error: FieldappError) -> None:
        """Why it did not open: what happened, what is safe, what to do."""
        form = self._form
        if form is None:
            return
        form.set_busy(False)
        told = self._teller().error(error)
        if isinstance(form, UnlockForm):
            form.offer_rescue(can_rescue(error))
        here = f"sign_in.at_{error.code.rpartition('.')[2]}"
        if isinstance(form, FirstForm) and words().knows(here):
            title, _, text = words().say(here).partition(". ")
            told = Told(title, text)
        form.show_error(FIELD_OF_CODE.get(error.code, error.field or ""), told.title, told.text)
        if not form.focusWidget():
            form.focus_first()

    def _teller(self) -> Teller:
        return Teller(words(), date.min)

    def _turn_language(self) -> None:
        self._opener.change_language(OTHER[words().language])
        self._build()

    def _turn_light(self) -> None:
        self._opener.change_light("light" if is_dark() else "dark")
        self._build()

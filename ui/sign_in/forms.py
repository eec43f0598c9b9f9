"""The two cards of the first window: opening a profile, and setting one up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from ui.sign_in.parts import AppMark, CenteredCard, PasswordInput
from ui.sign_in.state import FIELDS, EnrolForm, Owner
from ui.widgets import Button, ErrorBanner, Label, LabeledInput, Notice, on_key

Say = Callable[..., str]
ROWS = (("server",), ("invitation", "username"), ("password", "machine"))


class _Form(CenteredCard):
    """Mark, title, a banner for what concerns no input, inputs, one primary button.

    `submitted` goes out at Enter in the last input or from the button."""

    submitted = Signal()

    def __init__(self, say: Say, title: str, text: str, deed: str) -> None:
        super().__init__()
        self.say, self._deed = say, deed
        self.inputs: dict[str, LabeledInput] = {}
        self.banner = ErrorBanner()
        self.banner.hide()
        self.primary = Button(deed, kind="primary", key="Enter")
        self.primary.clicked.connect(self.submitted)
        self.column.addWidget(AppMark())
        self.column.addSpacing(4)
        self.column.addWidget(Label(title, role="title", wrap=True))
        if text:
            self.column.addWidget(Label(text, token="ink2", wrap=True))
        self.column.addWidget(self.banner)

    def add(self, **fields: LabeledInput) -> None:
        """Put inputs side by side below the others."""
        line = QHBoxLayout()
        line.setSpacing(8)
        for name, field in fields.items():
            self.inputs[name] = field
            field.edit.installEventFilter(self)
            field.edited.connect(lambda _, f=field: f.set_message(""))
            line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(line)

    def finish(self) -> None:
        """Put the button below everything."""
        self.column.addSpacing(4)
        self.column.addWidget(self.primary)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        edits = [field.edit for field in self.inputs.values()]
        at = edits.index(watched) if watched in edits else len(edits) - 1
        empty = next((e for e in edits[at + 1 :] if not e.text()), None)
        if empty is not None:
            empty.setFocus()
        else:
            self.submitted.emit()
        return True

    def set_busy(self, busy: bool) -> None:
        """While a job runs nothing can be changed, and the button says what is going on."""
        for field in self.inputs.values():
            field.setEnabled(not busy)
        self.primary.setEnabled(not busy)
        self.primary.setText(self.say("sign_in.busy") if busy else self._deed)
        self.primary.setAccessibleName(self.primary.text())

    def show_error(self, field: str, title: str, text: str) -> None:
        """Below the input that it concerns, else above all of them."""
        target = self.inputs.get(field)
        if target is None:
            self.banner.say(title, text)
            self.banner.show()
            return
        target.set_message(f"{title}. {text}" if text else title, "error")
        target.edit.setFocus()
        target.edit.selectAll()

    def clear_errors(self) -> None:
        """Before another try."""
        self.banner.hide()
        for field in self.inputs.values():
            field.set_message("")

    def texts(self) -> dict[str, str]:
        """What is typed."""
        return {name: field.text() for name, field in self.inputs.items()}

    def fill(self, texts: Mapping[str, str]) -> None:
        """Write as the program."""
        for name, field in self.inputs.items():
            if name in texts:
                field.set_text(texts[name])

    def focus_first(self) -> None:
        """Put the focus into the first empty input."""
        fields = list(self.inputs.values())
        first = next((field for field in fields if not field.text()), fields[-1])
        first.edit.setFocus()


class UnlockForm(_Form):
    """The password of the person whose profile this is. Where the data is damaged a second button
    sets it aside and goes on with what can be read: `rescue_asked`."""

    rescue_asked = Signal()

    def __init__(self, say: Say, owner: Owner) -> None:
        line = say("sign_in.owner", username=owner.username, machine=owner.machine)
        super().__init__(say, owner.full_name, line, say("sign_in.unlock"))
        show = say("sign_in.show_password")
        self.add(password=PasswordInput(say("sign_in.password"), show))
        self.finish()
        self.rescue = Button(say("sign_in.rescue"))
        self.rescue.clicked.connect(self.rescue_asked)
        self.rescue_text = Label(say("sign_in.rescue_text"), role="small", token="ink2", wrap=True)
        self.column.addWidget(self.rescue)
        self.column.addWidget(self.rescue_text)
        self.offer_rescue(False)
        self.column.addWidget(
            Label(say("sign_in.forgotten"), role="small", token="ink3", wrap=True)
        )

    def offer_rescue(self, offered: bool) -> None:
        """Show the second button, or take it away."""
        self.rescue.setVisible(offered)
        self.rescue_text.setVisible(offered)

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self.rescue.setEnabled(not busy)


class FirstForm(_Form):
    """Server, invitation, user, password, and what this machine is called."""

    def __init__(self, say: Say, machine: str) -> None:
        super().__init__(
            say, say("sign_in.first_title"), say("sign_in.first_text"), say("sign_in.enrol")
        )
        self.machine = machine
        made: dict[str, LabeledInput] = {
            name: LabeledInput(say(f"sign_in.{name}"), placeholder=say(f"sign_in.{name}_hint"))
            for name in FIELDS
            if name != "password"
        }
        show = say("sign_in.show_password")
        made["password"] = PasswordInput(say("sign_in.password"), show)
        for names in ROWS:
            self.add(**{name: made[name] for name in names})
        self.inputs["machine"].set_text(machine)
        self.finish()

    def form(self) -> EnrolForm:
        """What is typed."""
        return EnrolForm(**self.texts())


class DamagedCard(CenteredCard):
    """The profile's card can't be read: nothing is opened and nothing is overwritten."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.column.addWidget(AppMark())
        self.column.addWidget(Notice(title, text, "brick", icon="warning-circle"))


class RescuedCard(CenteredCard):
    """What a rescue kept and what it could not; `go_on` opens the window."""

    def __init__(self, say: Say, title: str, text: str, aside: str) -> None:
        super().__init__()
        self.column.addWidget(AppMark())
        self.column.addWidget(Notice(title, text, "jade", icon="check-circle"))
        where = Label(say("sign_in.aside", path=aside), role="small", token="ink2", wrap=True)
        self.column.addWidget(where)
        self.go_on = Button(say("sign_in.go_on"), kind="primary", key="Enter")
        self.column.addWidget(self.go_on)
        on_key(self, "Return", self.go_on.click, anywhere=True)
        on_key(self, "Enter", self.go_on.click, anywhere=True)

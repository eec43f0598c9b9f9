"""The right band for one action of the history: who, when, what, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fieldapp.errors import FieldappError, UserMends
from fieldapp.usecases import changes
from fieldapp.usecases.households.change_page import ChangePage, FieldChange, change_page
from ui.places.households.form_bands import FormBand
from ui.places.households.page_port import FormsPage, Made
from ui.places.inbox.values import shown
from ui.say import Teller, short_name
from ui.widgets import Label


class ChangeBand(FormBand):
    """Shows a `ChangePage`; the primary button takes it back, or the sentence says why not."""

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        super().__init__(teller, say("household.change_title"), say("household.change_undo"))
        self.what = Label(role="row", wrap=True)
        self.by = Label(role="small", token="ink2", wrap=True)
        self.fields = Label(wrap=True)
        self.way_back = Label(role="small", token="ink2", wrap=True)
        for label in (self.what, self.by, self.fields, self.way_back):
            self.body.addWidget(label)
        self.missing.hide()

    def show_change(self, page: ChangePage, *, more: bool = False) -> None:
        """Show another action. `more`: the server has more of the history than is shown."""
        say = self.teller.say
        self.what.setText(self.teller.reason(page.text))
        device = page.device or say("household.change_on_device")
        when = self.teller.when(page.at)
        self.by.setText(say("household.change_by", name=page.by, when=when, device=device))
        lines = [self._line(one, page) for one in page.fields]
        self.fields.setText("\n".join(lines))
        told = len(lines) == 1 and "new" in page.text.values
        self.fields.setVisible(bool(lines) and not told)
        self._show_way_back(page.refusal, more=more)

    def show_missing(self, error: UserMends, *, more: bool = False) -> None:
        """An action whose content is not on this laptop."""
        self.what.setText("")
        self.by.setText("")
        self.fields.hide()
        self._show_way_back(error.code, more=more)

    def _show_way_back(self, refusal: str | None, *, more: bool) -> None:
        if refusal == "history.before_the_log" and more:
            refusal = "household.change_older_first"
        self.way_back.setText(self.teller.say(refusal or "household.change_can"))
        self.save.setEnabled(refusal is None)
        self.save.setAccessibleDescription(self.way_back.text())

    def _line(self, one: FieldChange, page: ChangePage) -> str:
        old, new = (shown(one.field, v, self.teller, page.names) for v in (one.old, one.new))
        told = self.teller.say("household.change_field", old=old, new=new)
        key = f"story.title_{one.field}"
        if not self.teller.words.knows(key):
            return told
        title = self.teller.say(key, name=short_name(one.name)).removesuffix(": ")
        return f"{title}: {told}"

    def begin(self, first: str) -> None:
        """Put the focus on the way back, or on the way out."""
        (self.save if self.save.isEnabled() else self.close_button).setFocus()


class ChangeDesk(QObject):
    """Opens an action of the history and takes it back."""

    def __init__(self, on: FormsPage) -> None:
        super().__init__()
        self._on = on
        self._opened = ""
        on.view.form_made.connect(self._connect)

    def _connect(self, band: FormBand) -> None:
        if isinstance(band, ChangeBand):
            band.left.connect(self.close)
            band.saved.connect(self._undo)

    def open(self, changeset: str) -> None:
        """Shows an action of the history."""
        page, on = self._on.page, self._on
        if page is None:
            return
        on.forms.leave()
        self._opened = changeset

        def then(found: ChangePage) -> None:
            if self._opened == changeset:
                on.view.change.show_change(found, more=on.older.state.may_ask)
                on.view.show_form(on.view.change, "")

        def failed(error: FieldappError) -> None:
            if self._opened == changeset and isinstance(error, UserMends):
                on.view.change.show_missing(error, more=on.older.state.may_ask)
                on.view.show_form(on.view.change, "")

        store, ward, home, told = on.store, page.ward, page.household, on.older.state.known
        on.tasks.read(lambda: change_page(store, ward, home, changeset, told), then, failed)

    def close(self) -> None:
        """Closes the band."""
        if self._opened:
            self._opened = ""
            self._on.view.show_visit()

    def _undo(self) -> None:
        store, changeset, told = self._on.store, self._opened, self._on.older.state.known
        text = self._on.teller.say("household.change_undone")

        def job() -> Made:
            changes.undo(store, changeset, told)
            return text, None

        self._on.view.change.save.setEnabled(False)
        self._on.write(job, self._failed, self.close)

    def _failed(self, error: FieldappError) -> None:
        """Somebody went on meanwhile: the sentence stands where the button was."""
        if isinstance(error, UserMends) and self._opened:
            self.open(self._opened)
        else:
            self._on.navigator.banner(error)

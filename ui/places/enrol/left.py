"""The left column of the enrolment page: members, social insurance, consent."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.rules.vsi.income import IncomeRange
from fieldapp.words import Words
from ui.places.enrol.consent import ConsentBox
from ui.places.enrol.form import EnrolForm
from ui.places.enrol.state import Shown
from ui.places.enrol.ticks import TALL, TickList, TickRow
from ui.places.enrol.vsi_editor import VsiEditor
from ui.theme import colour, draw_icon
from ui.widgets import Hairline, Label, Scroll
from ui.widgets.button import Button, draw_key_cap, key_cap_width
from ui.widgets.painting import draw_text, vline


class _AddMember(Button):
    """+ Thêm người trong hộ [N], in line with the ticks."""

    def __init__(self, text: str) -> None:
        super().__init__(text, kind="link", key="N", height=36)
        self.setProperty("ring", None)  # the look of a focused tick instead

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            if self.hasFocus():
                painter.fillRect(box, colour("select"))
                painter.fillRect(QRectF(0, 0, 3, box.height()), colour("accent"))
            draw_icon(painter, "plus", QRectF(21, 10, 16, 16), "accent")
            right = box.right() - 20 - key_cap_width("N")
            text = QRectF(50, 0, right - 58, box.height())
            draw_text(painter, text, self.text(), "accent", weight=500)
            draw_key_cap(painter, QRectF(right, 0, 18, box.height()), "N")


class LeftColumn(QWidget):
    """Who joins what. Signals carry the person; the page answers with `show_state`."""

    hhi_wanted = Signal(str)
    vsi_wanted = Signal(str)
    income_changed = Signal(str, int)
    income_wrong = Signal()
    months_changed = Signal(str, int)
    missing_changed = Signal(str, int)
    member_asked = Signal()
    consent_chosen = Signal(str)
    sign_asked = Signal()

    def __init__(self, words: Words, version: str) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.hhi = TickList(say("enrol.hhi"))
        self.vsi = TickList(say("enrol.vsi"))
        self.add = _AddMember(say("enrol.add_member"))
        self.consent = ConsentBox(words, version)
        self._hhi_count = Label(role="small", token="ink2")
        self._vsi_count = Label(role="small", token="ink2")
        self._editors: dict[str, VsiEditor] = {}
        self.hhi.wanted.connect(self.hhi_wanted)
        self.vsi.wanted.connect(self.vsi_wanted)
        self.hhi.left.connect(lambda step: self.vsi.enter(1) if step > 0 else None)
        self.vsi.left.connect(lambda step: self.hhi.enter(-1) if step < 0 else None)
        self.add.clicked.connect(self.member_asked)
        self.consent.chosen.connect(self.consent_chosen)
        self.consent.sign_asked.connect(self.sign_asked)
        self._build()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 10, 0, 8)
        column.setSpacing(0)
        column.addLayout(self._heading("enrol.hhi", self._hhi_count))
        column.addWidget(self.hhi)
        column.addWidget(self.add)
        self._vsi_part = QWidget()
        part = QVBoxLayout(self._vsi_part)
        part.setContentsMargins(0, 6, 0, 0)
        part.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 20, 8)
        line.addWidget(Hairline(token="line2"))
        part.addLayout(line)
        part.addLayout(self._heading("enrol.vsi", self._vsi_count))
        part.addWidget(self.vsi)
        column.addWidget(self._vsi_part)
        column.addStretch(1)
        self.area = Scroll(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 1, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(self.consent)

    def _heading(self, key: str, count: Label) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(20, 4, 20, 4)
        row.addWidget(Label(self._words.say(key), weight=600), 1)
        row.addWidget(count)
        return row

    def show_state(self, shown: Shown, form: EnrolForm, incomes: IncomeRange) -> None:
        """Show ticks, editors of those who are ticked for social insurance, and the consent."""
        self.hhi.set_ticks(shown.hhi)
        self.vsi.set_ticks(shown.vsi)
        self._vsi_part.setVisible(bool(shown.vsi))
        self._hhi_count.setText(self._words.say("enrol.people", n=len(form.hhi)))
        self._vsi_count.setText(self._words.say("enrol.people", n=len(form.vsi)))
        self._place_editors(form, incomes)
        self.consent.show_consent(form.consent)
        self.fit()

    def _place_editors(self, form: EnrolForm, incomes: IncomeRange) -> None:
        wanted = {pick.person for pick in form.vsi}
        self._drop_editors([key for key in self._editors if key not in wanted])
        for pick in form.vsi:
            row = self.vsi.row(pick.person)
            if row is None:
                continue
            if pick.person not in self._editors:
                self._add_editor(pick.person, row)
            self._editors[pick.person].show_pick(pick, incomes)

    def forget(self) -> None:
        """Take away what is being typed, and begin at the top."""
        self.area.verticalScrollBar().setValue(0)
        self._drop_editors(list(self._editors))

    def _drop_editors(self, people: Sequence[str]) -> None:
        for person in people:
            editor = self._editors.pop(person)
            editor.blockSignals(True)  # what is left half-typed in it is nobody's
            self.vsi.column.removeWidget(editor)
            editor.hide()
            editor.deleteLater()

    def _add_editor(self, person: str, row: TickRow) -> None:
        editor = VsiEditor(self._words)
        editor.income_changed.connect(lambda income: self.income_changed.emit(person, income))
        editor.income_wrong.connect(self.income_wrong)
        editor.months_changed.connect(lambda months: self.months_changed.emit(person, months))
        editor.missing_changed.connect(lambda months: self.missing_changed.emit(person, months))
        self.vsi.column.insertWidget(self.vsi.column.indexOf(row) + 1, editor)
        self._editors[person] = editor
        editor.show()
        inside = self.area.widget()
        layout = inside.layout() if inside is not None else None
        if layout is not None:
            layout.activate()
        self.area.ensureWidgetVisible(editor, 0, 8)

    def editor(self, person: str) -> VsiEditor | None:
        """The editor of a person's income, while she is ticked."""
        return self._editors.get(person)

    def press(self, cap: str) -> bool:
        """Tick by number key; False if no line has that key."""
        for row in (*self.hhi.rows(), *self.vsi.rows()):
            if row.tick.cap == cap:
                row.setFocus(Qt.FocusReason.ShortcutFocusReason)
                row.click()
                self.area.ensureWidgetVisible(row)
                return True
        return False

    def fit(self) -> None:
        """Take less height where not everybody has room."""
        rows = len(self.hhi.rows()) + len(self.vsi.rows())
        editors = sum(editor.sizeHint().height() for editor in self._editors.values())
        needed = rows * TALL + editors + 130
        short = needed > self.height() - self.consent.sizeHint().height()
        self.hhi.set_short(short)
        self.vsi.set_short(short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("surface"))
            vline(painter, self.width() - 1, 0, self.height())

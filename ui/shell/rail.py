"""The rail: where am I. 184 px with words and counts; folded, 56 px with a dot for a count."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.words.format import number
from ui.shell.state import Place, ShellState, User
from ui.theme.current import colour, is_training, say
from ui.theme.focus import wants_ring
from ui.theme.fonts import text_width
from ui.theme.icons import draw_icon
from ui.theme.tokens import Radius, Size
from ui.widgets.button import draw_key_cap, key_cap_width
from ui.widgets.painting import draw_box, draw_text, hline, vline


class _PlaceButton(QAbstractButton):
    """One place; checked while it is the current one."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self._count = 0
        self._folded = False
        self._digit = ""
        self.setCheckable(True)
        self.setFixedHeight(32)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        wants_ring(self, Radius.CONTROL)
        self.update_word()

    def update_word(self) -> None:
        """Take the word in the language in force."""
        self.setText(say(self.place.word_key))
        self.set_count(self._count)

    def set_count(self, count: int) -> None:
        """How much waits there; 0 shows nothing."""
        self._count = count
        name = self.text()
        if count:
            name = say("shell.place_with_count", place=name, n=count)
        if self.isChecked():
            name = say("shell.current_place", place=name)
        self.setAccessibleName(name)
        self.setToolTip(name if self._folded else "")
        self.update()

    def set_folded(self, folded: bool) -> None:
        """Icon only, or icon and word."""
        self._folded = folded
        self.set_count(self._count)

    def set_digit(self, digit: str) -> None:
        """The number of the place while Ctrl is held, empty otherwise."""
        self._digit = digit
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(Size.RAIL_FOLDED - 16 if self._folded else Size.RAIL - 17, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        now = self.isChecked()
        box = QRectF(self.rect())
        with QPainter(self) as painter:
            if now:
                draw_box(painter, box, fill="soft", radius=Radius.CONTROL)
            elif self.underMouse():
                draw_box(painter, box, fill="fill", radius=Radius.CONTROL)
            token = "accent" if now else "ink2"
            left = round(box.center().x() - 9) if self._folded else 10
            icon = self.place.icon + ("-fill" if now else "")
            draw_icon(painter, icon, QRectF(left, 7, 18, 18), token)
            if self._folded:
                self._paint_dot(painter, left)
            else:
                self._paint_word(painter, box, now)
            if self._digit:
                where = QRectF(box.right() - key_cap_width(self._digit) - 4, 0, 18, 32)
                draw_key_cap(painter, where, self._digit)

    def _paint_dot(self, painter: QPainter, left: float) -> None:
        if self._count and not self._digit:
            draw_box(painter, QRectF(left + 16, 4, 7, 7), fill="accent", radius=3.5)

    def _paint_word(self, painter: QPainter, box: QRectF, now: bool) -> None:
        word = box.adjusted(38, 0, -40, 0)
        token = "accent" if now else "ink"
        draw_text(painter, word, self.text(), token, weight=600 if now else 500)
        if self._count and not self._digit:
            end = box.adjusted(0, 0, -11, 0)
            draw_text(
                painter,
                end,
                number(self._count),
                "accent" if now else "ink2",
                role="small",
                weight=500,
                align=Qt.AlignmentFlag.AlignRight,
            )


class _Mark(QWidget):
    """The app's mark and name, or the word of the training profile."""

    def __init__(self) -> None:
        super().__init__()
        self.folded = False
        self.setFixedHeight(Size.HEADER)
        self.setAccessibleName(say("shell.app"))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if is_training():
                box = QRectF(8, 14, self.width() - 16, 24)
                role = "tiny" if self.folded else "body"
                word = say("shell.training")
                if self.folded:
                    word = "".join(part[0] for part in word.split())
                draw_box(painter, box, fill="ochre_soft", radius=Radius.TAG)
                draw_text(
                    painter,
                    box,
                    word,
                    "ochre",
                    role=role,
                    weight=600,
                    align=Qt.AlignmentFlag.AlignHCenter,
                )
                return
            draw_box(painter, QRectF(16, 14, 24, 24), fill="button", radius=Radius.CONTROL)
            draw_box(painter, QRectF(22, 20, 6, 12), fill="on_button", radius=1)
            draw_box(painter, QRectF(29.5, 24, 5, 8), fill="button_line", radius=1)
            if not self.folded:
                text = QRectF(48, 14, self.width() - 52, 24)
                draw_text(painter, text, say("shell.app"), "ink", role="row", weight=600)


class _Who(QWidget):
    """The user's initials, name and line."""

    def __init__(self) -> None:
        super().__init__()
        self.folded = False
        self._user = User()
        self.setFixedHeight(56)

    def set_user(self, user: User) -> None:
        """Show another person."""
        self._user = user
        self.fit()
        self.setAccessibleName(", ".join(part for part in (user.name, user.line) if part))
        self.setToolTip(self.accessibleName())
        self.update()

    def fit(self) -> None:
        """Take the height that the line needs."""
        self.setFixedHeight(56 if len(self._lines()) < 2 else 74)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            hline(painter, 16, 0, self.width() - 33)
            if not self._user.name:
                return
            left = (self.width() - 31) // 2 if self.folded else 16
            circle = QRectF(left, 12, 30, 30)
            draw_box(painter, circle, fill="fill", radius=15)
            draw_text(
                painter,
                circle,
                self._user.initials,
                "ink2",
                role="tiny",
                weight=600,
                align=Qt.AlignmentFlag.AlignHCenter,
            )
            if not self.folded:
                name = QRectF(54, 10, self.width() - 60, 20)
                draw_text(painter, name, self._user.name, "ink", weight=500)
                for place, text in enumerate(self._lines()):
                    line = QRectF(54, 27 + 18 * place, self.width() - 60, 18)
                    draw_text(painter, line, text, "ink2", role="small")

    def _lines(self) -> list[str]:
        """The user's line, in two where one would be cut."""
        text, room = self._user.line, Size.RAIL - 60
        if self.folded or text_width(text, "small") <= room:
            return [text]
        parts = text.split()
        fits = [n for n in range(1, len(parts)) if text_width(" ".join(parts[:n]), "small") <= room]
        at = fits[-1] if fits else 1
        return [part for part in (" ".join(parts[:at]), " ".join(parts[at:])) if part]


class Rail(QWidget):
    """Places, and who is here. `chosen` goes out with a place's code."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(say("shell.places"))
        self._buttons: dict[str, _PlaceButton] = {}
        self._mark, self._who = _Mark(), _Who()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._mark)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(8, 8, 9, 0)
        self._column.setSpacing(2)
        column.addLayout(self._column)
        column.addStretch(1)
        column.addWidget(self._who)
        self.set_folded(False)

    def add_place(self, place: Place) -> None:
        """Add a place below the others."""
        button = _PlaceButton(place)
        button.clicked.connect(lambda: self.chosen.emit(place.code))
        if place.gap_above:
            self._column.addSpacing(10)
        self._column.addWidget(button)
        self._buttons[place.code] = button

    def show_state(self, state: ShellState) -> None:
        """Which places this role sees, the current one, counts, the user."""
        for code, button in self._buttons.items():
            button.setVisible(code in state.places)
            button.setChecked(code == state.current)
            button.set_count(state.counts.get(code, 0))
        self._who.set_user(state.user)

    def set_folded(self, folded: bool) -> None:
        """56 px with icons, or 184 px with words."""
        self.setFixedWidth(Size.RAIL_FOLDED if folded else Size.RAIL)
        self._mark.folded = self._who.folded = folded
        self._who.fit()
        for button in self._buttons.values():
            button.set_folded(folded)

    def show_digits(self, shown: bool) -> None:
        """Print the number of each visible place while Ctrl is held."""
        visible = [b for b in self._buttons.values() if b.isVisibleTo(self)]
        for digit, button in enumerate(visible, start=1):
            button.set_digit(str(digit) if shown else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            for button in self._buttons.values():
                button.update_word()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("paper"))
            vline(painter, self.width() - 1, 0, self.height())

"""The settings as widgets: two choices above, facts below, in one column of reading width."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.words import Words
from ui.places.settings.state import LANGUAGES, LIGHTS, Facts
from ui.places.settings.tables_state import TablesState
from ui.places.settings.tables_view import TablesPage
from ui.shell.state import Head
from ui.theme import is_training
from ui.widgets import Button, Choice, ChoiceCards, Filter, FilterBar, Hairline, Label
from ui.widgets.containers import Scroll
from ui.widgets.facts import FactList
from ui.widgets.reading_page import ReadingPage

WIDTH = 560
PAGES = ("general", "tables")
LIGHT_ICONS = {"system": "desktop", "light": "sun", "dark": "moon"}


class FactsPart(QWidget):
    """A heading with facts below it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.list = FactList()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(title, weight=600))
        column.addSpacing(4)
        column.addWidget(self.list)


class SettingsView(QWidget):
    """Shows choices and facts on one page, the dated tables on the other; what a person chooses
    goes out as signals."""

    head_changed = Signal()
    language_chosen = Signal(str)
    light_chosen = Signal(str)
    lock_asked = Signal()
    training_asked = Signal()
    staff_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.language = ChoiceCards(
            say("settings.language"),
            [Choice(code, say(f"settings.language_{code}")) for code in LANGUAGES],
        )
        self.light = ChoiceCards(
            say("settings.light"),
            [
                Choice(code, say(f"settings.light_{code}"), icon=LIGHT_ICONS[code])
                for code in LIGHTS
            ],
        )
        self.language.chosen.connect(self.language_chosen)
        self.light.chosen.connect(self.light_chosen)
        self.user = FactsPart(say("settings.who"))
        self.machine = FactsPart(say("settings.machine"))
        self.lock = Button(say("settings.lock"), icon="lock")
        self.lock.clicked.connect(self.lock_asked)
        self.training = Button(say("settings.training"), icon="graduation-cap")
        self.training.clicked.connect(self.training_asked)
        self.staff = Button(say("staff_place.open"), icon="users-three")
        self.staff.clicked.connect(self.staff_asked)
        self.staff.hide()
        self.tables = TablesPage(words)
        self.edition = ""
        self.pages = FilterBar(
            say("settings.pages"), [Filter(key, say(f"settings.page_{key}")) for key in PAGES]
        )
        self._stack = QStackedWidget()
        for page in (self._general(), self.tables):
            self._stack.addWidget(page)
        self.pages.chosen.connect(self.show_page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.pages)
        whole.addWidget(self._stack, 1)

    def _general(self) -> QWidget:
        say = self._words.say
        inner = ReadingPage(widest=WIDTH, edge=24)
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(0)
        column.addWidget(Label(say("settings.language"), weight=600))
        column.addSpacing(8)
        column.addWidget(self.language)
        column.addSpacing(4)
        column.addWidget(Label(say("settings.language_note"), role="small", token="ink2"))
        column.addSpacing(14)
        column.addWidget(Label(say("settings.light"), weight=600))
        column.addSpacing(8)
        column.addWidget(self.light)
        for part in (self.user, self.machine):
            column.addSpacing(14)
            column.addWidget(Hairline(token="line2"))
            column.addSpacing(10)
            column.addWidget(part)
            if part is self.user:
                column.addWidget(self.staff, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(14)
        column.addWidget(Hairline(token="line2"))
        column.addSpacing(12)
        if not is_training():  # which has no password, and is open already
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(self.lock)
            row.addWidget(self.training)
            note = Label(say("settings.lock_note"), role="small", token="ink2", wrap=True)
            row.addWidget(note, 1, Qt.AlignmentFlag.AlignVCenter)
            column.addLayout(row)
        column.addStretch(1)
        return Scroll(inner)

    def show_page(self, key: str) -> None:
        """Show the general settings or the dated tables."""
        self.pages.choose(key)
        self._stack.setCurrentIndex(PAGES.index(key))
        self.head_changed.emit()

    def show_tables(self, state: TablesState) -> None:
        """Show the dated tables; how many were refused stands beside their page's name."""
        self.edition = state.edition
        refused = sum(bool(one.refused) for one in state.states)
        say = self._words.say
        names = {key: say(f"settings.page_{key}") for key in PAGES}
        counts = {"general": None, "tables": refused or None}
        self.pages.set_filters([Filter(key, names[key], counts[key]) for key in PAGES])
        self.tables.show_tables(state)
        self.head_changed.emit()

    def show_choices(self, language: str, light: str) -> None:
        """Show what is chosen."""
        self.language.choose(language)
        self.light.choose(light)

    def show_facts(self, user: Facts, machine: Facts) -> None:
        """Show facts about the user and the machine."""
        self.user.list.show_facts(user)
        self.machine.list.show_facts(machine)

    def head(self) -> Head:
        """The title; of the dated tables also the edition of all together."""
        say = self._words.say
        if self.pages.current_key() == "general" or not self.edition:
            return Head(say("settings.title"))
        return Head(say("settings.title"), say("settings.edition", edition=self.edition))

    def focus_first(self) -> None:
        """Begin at the language, or at the tables."""
        general = self.pages.current_key() == "general"
        (self.language if general else self.tables.table).setFocus()

"""The controller of the settings: choices go to the program, facts come from the file."""

from __future__ import annotations

from typing import Any, Protocol

from fieldapp.clock import business_date
from fieldapp.store.store import Store
from fieldapp.words import Words
from ui.places.ports import Navigator, Tasks
from ui.places.settings.state import About, Installed, installed, machine_facts, user_facts
from ui.places.settings.tables_state import read_tables
from ui.places.settings.view import PAGES, SettingsView
from ui.say import Teller

SUPERVISES = ("supervisor", "admin")
"""Whom the settings lead to the people and devices of their wards."""


class Look(Protocol):
    """What the program can do for the settings."""

    @property
    def light(self) -> str:
        """`system`, `light` or `dark`, as it was chosen."""
        ...

    @property
    def about(self) -> About:
        """What the program alone knows of this installation."""
        ...

    def change_language(self, language: str) -> None:
        """Speak another language at once: the window is built anew."""
        ...

    def change_light(self, light: str) -> None:
        """Repaint everything in another light."""
        ...

    def open_training(self) -> None:
        """Open the training in a window of its own."""
        ...

    def lock(self) -> None:
        """Close the file and ask for the password again."""
        ...


class SettingsPlace:
    """Cài đặt. A choice acts at once and is kept by the program."""

    def __init__(
        self, store: Store, words: Words, tasks: Tasks, navigator: Navigator, look: Look
    ) -> None:
        self._store, self._tasks, self._go, self._look = store, tasks, navigator, look
        self._words = words
        self._teller = Teller(words, business_date(store.now()))
        self.widget = SettingsView(words)
        self.widget.show_choices(words.language, look.light)
        self.widget.language_chosen.connect(look.change_language)
        self.widget.light_chosen.connect(look.change_light)
        self.widget.lock_asked.connect(look.lock)
        self.widget.training_asked.connect(look.open_training)
        self.widget.staff_asked.connect(lambda: navigator.go("staff"))

    def open(self, page: str = "", **_: Any) -> None:
        """Show the place as it is now; `page` goes to the general settings or to the tables."""
        if page in PAGES:
            self.widget.show_page(page)
        self.refresh()

    def refresh(self) -> None:
        """Read who and which machine again."""

        def then(found: Installed) -> None:
            self.widget.show_choices(self._words.language, self._look.light)
            self.widget.staff.setVisible(found.user.role in SUPERVISES)
            self.widget.show_facts(
                user_facts(found, self._teller),
                machine_facts(found, self._look.about, self._teller),
            )

        store, words = self._store, self._words
        self._tasks.read(lambda: installed(store), then, self._go.banner)
        self._tasks.read(
            lambda: read_tables(store, words), self.widget.show_tables, self._go.banner
        )

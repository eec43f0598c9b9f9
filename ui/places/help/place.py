"""The controller of the help: which page, what is searched, whose keys."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from fieldapp.store.store import Store
from fieldapp.words import Words
from ui.places.help.keys import keys_of, keys_of_frame
from ui.places.help.state import BY_CODE, GUIDES, found_in, page_of
from ui.places.help.view import HelpView
from ui.places.ports import Navigator, Tasks
from ui.shell.state import Head


class Pages(Protocol):
    """The window, as far as the help looks at it."""

    def widget_of(self, code: str) -> QWidget | None:
        """The page of a place: the one that is open, else one that nobody sees."""
        ...

    def frame(self) -> QWidget:
        """What stands around every page."""
        ...


class HelpPlace:
    """Trợ giúp. `open(page=…)` shows the page about a place; Esc goes back to it. `places` are
    those whose keys it tells."""

    def __init__(
        self, store: Store, words: Words, tasks: Tasks, navigator: Navigator, pages: Pages
    ) -> None:
        self._words, self.places = words, pages
        self._pages = tuple(page_of(words, guide) for guide in GUIDES)
        self.shown = ""
        self.widget = HelpView(words)
        self.widget.chosen.connect(self.show)
        self.widget.typed.connect(self.find)

    def head(self) -> Head:
        """The title of the page is that of the place."""
        title = next((p.title for p in self._pages if p.guide.code == self.shown), "")
        return Head(self._words.say("guide.title"), title, back=True)

    def open(self, page: str = "", **_: Any) -> None:
        """Show the page about a place; one that is not known gets the first page."""
        self.widget.show_pages(self._pages, "")
        self.show(page if page in BY_CODE else GUIDES[0].code)

    def show(self, code: str) -> None:
        """Go to a page."""
        if code == self.shown:
            return
        self.shown = code
        by_code = {page.guide.code: page for page in self._pages}
        page = by_code[code]
        self.widget.list.choose(code)
        self.widget.show_page(page, [by_code[link] for link in page.guide.links])
        place = self.places.widget_of(code)
        here = keys_of(place, self._words) if place is not None else ()
        self.widget.show_keys(here, keys_of_frame(self.places.frame(), self._words))
        self.widget.head_changed.emit()

    def find(self, typed: str) -> None:
        """Show the pages with these words; the page that is open stays."""
        self.widget.show_pages(found_in(self._pages, typed), self.shown)

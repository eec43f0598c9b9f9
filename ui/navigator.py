"""Where the window goes: places of the rail, pages above them, the way back, toast and banner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.errors import FieldappError
from ui.say import Teller
from ui.shell import ALL_PLACES, Head, ShellWindow
from ui.theme import say
from ui.widgets import ErrorBanner

Undo = Callable[[], None] | None


class OpenPlace(Protocol):
    """What the window knows of a place. `open(**target)` and `refresh()` are used if there."""

    widget: QWidget


Maker = Callable[[], OpenPlace]
Deed = Callable[..., None]


@dataclass
class _Above:
    """A page above the current place."""

    code: str
    place: OpenPlace


USED_AGAIN = frozenset({"enrol"})
"""Pages that would hold up the window when they are made, and begin anew when they are opened."""


class WindowNavigator(QObject):
    """`Navigator` of the window.

    `makers` makes a place when it is first gone to: the rail's once, the others anew each time,
    since the frame throws a page away when it is closed, but for those of `USED_AGAIN`.
    """

    def __init__(self, shell: ShellWindow, teller: Teller) -> None:
        super().__init__(shell)
        self.shell, self._teller = shell, teller
        self.makers: Mapping[str, Maker] = {}
        self.deeds: Mapping[str, Deed] = {}
        self.rail_codes: frozenset[str] = frozenset()
        self.places: dict[str, OpenPlace] = {}
        self._above: list[_Above] = []
        self._spare: dict[str, OpenPlace] = {}
        self._undo: Undo = None
        self.box = _BannerBox(shell)
        self._error: FieldappError | None = None
        shell.back_requested.connect(self.back)
        shell.undo_requested.connect(self.undo)
        shell.place_chosen.connect(self._chosen)

    def add_rail(self, codes: tuple[str, ...], makers: Mapping[str, Maker]) -> None:
        """Takes the makers, and puts the places of the rail into the frame."""
        self.makers, self.rail_codes = makers, frozenset(codes) & makers.keys()
        for place in ALL_PLACES:
            if place.code in codes and place.code in makers:
                self.shell.add_place(place, partial(self._widget, place.code))

    # going

    def go(self, place: str, **target: object) -> None:
        """Opens a place of the rail, or a page above it, for a target. Who is there already gets
        the new target; what stood above is closed."""
        if place in self.deeds:
            self.deeds[place](**target)
            return
        if place not in self.makers:
            return  # a place that this version, or this role, does not have
        self.clear_banner()
        if place in self.rail_codes:
            self._leave_above()
            made = self._made(place)
            self.shell.show_place(place)
            _open(made, target)
        elif any(one.code == place for one in self._above):
            while self._above[-1].code != place:
                self._pop()
            _open(self._above[-1].place, target)
        else:
            self._push(place, target)
        self.show_head()

    def make_ready(self, place: str) -> None:
        """Makes a place while nobody waits: who goes to it next finds it there."""
        if place in self.rail_codes:
            self._made(place)
        elif place in self.makers and place not in self._spare and self.shown(place) is None:
            self._spare[place] = self._make(place)

    def back(self) -> None:
        """Closes the uppermost page, and reads again what lies below."""
        self.clear_banner()
        if self._above:
            self._pop()
            _refresh(self.current())
            self.show_head()

    def current(self) -> OpenPlace | None:
        """The place or page that is shown."""
        if self._above:
            return self._above[-1].place
        return self.places.get(self.shell.current_place())

    def shown(self, code: str) -> OpenPlace | None:
        """The place of this code where it is open, or was on the rail."""
        above = next((one.place for one in self._above if one.code == code), None)
        return above or self.places.get(code)

    def current_code(self) -> str:
        """Its code."""
        return self._above[-1].code if self._above else self.shell.current_place()

    def refresh(self) -> None:
        """Reads again what is shown: something came in, or was written."""
        _refresh(self.current())

    def focus(self) -> None:
        """Puts the focus where work on the shown page begins."""
        place = self.current()
        first = getattr(place.widget, "focus_first", None) if place is not None else None
        if callable(first):
            first()

    def show_head(self) -> None:
        """Takes title and context of what is shown: both may change once it has been read."""
        place = self.current()
        head = head_of(place) if place is not None else None
        if head is not None:
            self.shell.set_head(head)

    def _widget(self, code: str) -> QWidget:
        return self._made(code).widget

    def _made(self, code: str) -> OpenPlace:
        if code not in self.places:
            self.places[code] = self._make(code)
        return self.places[code]

    def _make(self, code: str) -> OpenPlace:
        made = self.makers[code]()
        changed = getattr(made.widget, "head_changed", None)
        if changed is not None:
            changed.connect(lambda *_: self.show_head())
        return made

    def _push(self, code: str, target: Mapping[str, object]) -> None:
        place = self._spare.pop(code, None) or self._make(code)
        self._above.append(_Above(code, place))
        if code in USED_AGAIN:
            self.shell.keeps.add(place.widget)
        _open(place, target)
        self.shell.open_page(place.widget, head_of(place) or Head("", back=True))

    def _pop(self) -> None:
        self._keep(self._above.pop())
        self.shell.close_page()

    def _leave_above(self) -> None:
        for left in self._above:
            self._keep(left)
        self._above.clear()

    def _keep(self, left: _Above) -> None:
        """A page that takes long to make is there for the next time: it begins anew when opened."""
        if left.code in USED_AGAIN:
            self._spare.setdefault(left.code, left.place)

    def _chosen(self, code: str) -> None:
        """A person chose a place on the rail; the frame shows it already."""
        self._leave_above()
        self.clear_banner()
        _refresh(self._made(code))
        self.show_head()

    # telling

    def toast(self, text: str, undo: Undo = None) -> None:
        """Says what was just done; Ctrl+Z and the toast's word take it back."""
        self._undo = undo
        self.shell.say_done(text, undo=undo is not None)

    def undo(self) -> None:
        """Takes back what the last toast told, once."""
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def banner(self, error: FieldappError) -> None:
        """Shows an error until it is closed, solved, or left by going elsewhere."""
        told = self._teller.error(error)
        self._error = error
        self.box.show_error(told.title, told.text)

    def clear_banner(self) -> None:
        """Takes the banner away."""
        self._error = None
        self.box.hide()

    def shown_error(self) -> FieldappError | None:
        """The error that the banner tells."""
        return self._error


class _BannerBox(QWidget):
    """The banner between header and page, with its way out."""

    def __init__(self, shell: ShellWindow) -> None:
        super().__init__(shell)
        self.banner = ErrorBanner()
        self.banner.set_action(say("app.close"))
        self.banner.acted.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 10, 20, 10)
        column.addWidget(self.banner)
        layout_below(shell, shell.header).insertWidget(1, self)
        self.hide()

    def show_error(self, title: str, text: str) -> None:
        """Shows another error."""
        self.banner.title.setText(title)
        self.banner.text.setText(text)
        self.show()


def layout_below(shell: ShellWindow, widget: QWidget) -> QVBoxLayout:
    """The column of the frame in which a widget stands."""
    for column in shell.findChildren(QVBoxLayout):
        if column.indexOf(widget) >= 0:
            return column
    raise LookupError(widget.objectName())


def head_of(place: OpenPlace) -> Head | None:
    """The head that a place gives itself or through its page."""
    maker: Any = getattr(place, "head", None) or getattr(place.widget, "head", None)
    made = maker() if callable(maker) else maker
    return made if isinstance(made, Head) else None


def _open(place: OpenPlace, target: Mapping[str, object]) -> None:
    opener = getattr(place, "open", None)
    if callable(opener):
        opener(**target)
    else:
        _refresh(place)


def _refresh(place: OpenPlace | None) -> None:
    refresh = getattr(place, "refresh", None)
    if callable(refresh):
        refresh()

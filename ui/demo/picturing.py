"""Pictures of every screen and state, in both languages, both themes, three sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp.demo.scene import forget_drafts
from fieldapp.demo.stage import PASSWORD, Stage
from fieldapp.errors import UserMends
from fieldapp.store.file.profile import Machine
from ui.app import make_application
from ui.demo.laid_out import layout_faults
from ui.demo.laptop import Album, Laptop
from ui.demo.screens import SCREENS, Screen
from ui.demo.ways import Town
from ui.theme import apply

if TYPE_CHECKING:
    from ui.training.ports import Neighbourhood

LANGUAGES = ("vi", "en")
SIZES = {
    "1366": (QSize(1366, 768), 1.0),
    "1920": (QSize(1920, 1080), 1.0),
    "125": (QSize(1093, 614), 1.25),
}
"""Logical size and scale: at 125 % a screen of 1366×768 has room for 1093×614."""

Tell = Callable[..., None]


def picture_screens(
    place: Stage,
    machine: Machine,
    training: Neighbourhood,
    only: Sequence[str],
    tell: Tell,
    *,
    plain: bool = False,
) -> Frames:
    """Takes all pictures, or those of the screens named; `plain`: one of each state in each
    language.

    Raises:
        UserMends: `demo.screen_unknown`.
        NotThere: a way leads nowhere.
    """
    from ui.demo.training_screens import TRAINING_SCREENS, picture_training

    names = [screen.name for screen in SCREENS] + list(TRAINING_SCREENS)
    if unknown := {*only} - {*names}:
        told = ", ".join(names)
        raise UserMends("demo.screen_unknown", field="only", name=min(unknown), names=told)
    app, frames = make_application(), Frames(place.out, plain=plain)
    _picture_laptops(app, frames, (place, machine), only, tell)
    if not only or {*only} & {*TRAINING_SCREENS}:
        picture_training(app, training, frames, only, tell)
    return frames


def _picture_laptops(
    app: QApplication,
    frames: Frames,
    on: tuple[Stage, Machine],
    only: Sequence[str],
    tell: Tell,
) -> None:
    """Each laptop's screens, the windows of the former ones below."""
    place, machine = on
    chosen = [screen for screen in SCREENS if not only or screen.name in only]
    laptops: list[Laptop] = []
    try:
        for who in dict.fromkeys(screen.who for screen in chosen):
            laptop = Laptop(app, place.laptop(who), machine, pictures=frames)
            laptops.append(laptop)
            frames.begin(f"sign-in-{who}")
            laptop.open(PASSWORD)
            for language in LANGUAGES:
                laptop.speak(language)
                for screen in (one for one in chosen if one.who == who):
                    tell("demo.screen", who=who, language=language, name=screen.name)
                    _take(app, laptop, frames, screen, (Town(place), language))
    finally:
        for laptop in reversed(laptops):
            laptop.close()


def _take(
    app: QApplication, laptop: Laptop, frames: Frames, screen: Screen, town: tuple[Town, str]
) -> None:
    """One state in both themes and all sizes, then back to its place."""
    laptop.window.shell.resize(SIZES["1366"][0])
    laptop.go_to(screen.place)
    laptop.place().open()
    laptop.settle()
    screen.way(laptop, town[0])
    frames.name = screen.name
    for dark, size, scale, folder in frames.variants(town[1]):
        apply(app, dark, language=town[1])
        laptop.window.shell.resize(size)
        laptop.settle()
        frames.folder, frames.scale = folder, scale
        laptop.picture(screen.name)
    apply(app, language=town[1])
    laptop.key("Escape", "Escape")
    _forget_drafts(laptop)


def _forget_drafts(laptop: Laptop) -> None:
    """The next language finds the forms as this one did."""
    forget_drafts(laptop.window.store)
    laptop.settle()


class Frames(Album):
    """Pictures by variant: `folder/name.png`, at the scale of the variant; `plain`: light, in the
    first size. `faults` says what is cut or covered on which of them, `count` how many there are.
    """

    def __init__(self, out: Path, *, plain: bool = False) -> None:
        super().__init__(out)
        self._out, self._plain = out, plain
        self.count = 0
        self.faults: list[str] = []
        self.begin("")

    def variants(self, language: str) -> Iterator[tuple[bool, QSize, float, str]]:
        """Dark or light, logical size, scale, and the folder of the pictures; of `plain` frames
        only the first."""
        for dark in (False,) if self._plain else (False, True):
            for name, (size, scale) in SIZES.items():
                theme = "dark" if dark else "light"
                yield dark, size, scale, f"{language}-{theme}-{name}"
                if self._plain:
                    return

    def begin(self, name: str) -> None:
        """The next picture is that of a sign-in, until a variant is chosen."""
        self.folder, self.name, self.scale = "sign-in", name, 1.0

    def keep(self, widget: QWidget, name: str) -> Path:
        """Paints the window with what stands above it."""
        path = self._out / self.folder / f"{self.name or name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        window = widget.window()
        picture = self._painted(window)
        above = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if above is not None and above.window() is not window:
            middle = window.rect().center() - above.window().rect().center()
            corner = middle if above.isModal() else above.window().pos() - window.pos()
            with QPainter(picture) as painter:
                painter.drawPixmap(QPoint(corner), self._painted(above.window()))
        picture.save(str(path))
        self.count += 1
        shown = f"{self.folder}/{path.stem}"
        self.faults += [f"{shown}: {fault}" for fault in layout_faults(window)]
        return path

    def _painted(self, widget: QWidget) -> QPixmap:
        picture = QPixmap(widget.size() * self.scale)
        picture.setDevicePixelRatio(self.scale)
        picture.fill(Qt.GlobalColor.transparent)
        widget.render(picture)
        return picture

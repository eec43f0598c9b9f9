"""Pictures of every screen and state that can be reached, in both languages, both themes, three
sizes. A state is one line of `SCREENS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp.demo.scene import forget_drafts
from fieldapp.demo.stage import PASSWORD, Stage
from fieldapp.demo.town import card_text
from fieldapp.errors import UserMends
from fieldapp.store.profile import Machine
from ui.app import make_application
from ui.demo.laid_out import layout_faults
from ui.demo.laptop import Album, Laptop
from ui.theme import apply, words

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
DUE_HEADS = (
    *("STT", "Họ và tên", "Số định danh", "Ngày sinh", "Địa chỉ"),
    *("Ngày cuối phải đóng", "Loại hình"),
)


@dataclass(frozen=True)
class Town:
    """What a way to a state may need to know of the invented people."""

    stage: Stage

    @property
    def head(self) -> str:
        """The head of the household of the story."""
        return self.stage.town.story.head.name

    @property
    def stranger(self) -> str:
        """The card of somebody whom no laptop knows."""
        address = "Số 9/2 đường Nguyễn Xí, Khu phố 3, Phường 13, Quận Bình Thạnh, TP. Hồ Chí Minh"
        return f"079190000123||Nguyễn Thị Mỹ Duyên|01011990|Nữ|{address}|15042021"

    @property
    def other_card(self) -> str:
        """The head's card with a name that is spelt otherwise."""
        head = self.stage.town.story.head
        return card_text(head).replace(head.card_name or head.name, "Nguyễn Thị Bích Hạnh")


Way = Callable[[Laptop, Town], None]


@dataclass(frozen=True)
class Screen:
    """A state: on whose laptop, and the way to it from its place. Afterwards Esc leads back."""

    name: str
    who: str
    place: str
    way: Way = lambda laptop, town: None


def _search(laptop: Laptop, town: Town) -> None:
    laptop.key("Ctrl+K")
    laptop.write("bich hang")


def _household(laptop: Laptop, town: Town) -> None:
    _search(laptop, town)
    laptop.key("Return")


def _filtered(only: str) -> Way:
    def way(laptop: Laptop, town: Town) -> None:
        laptop.place().filter(only)
        laptop.settle()

    return way


def _pair(*, merged: bool) -> Way:
    """The clerk's pair, merged or not, whatever the picture before left."""

    def way(laptop: Laptop, town: Town) -> None:
        _filtered("duplicate")(laptop, town)
        if (laptop.place().pairs.count == 0) != merged:
            laptop.key("G" if merged else "T")
        _filtered("duplicate")(laptop, town)

    return way


def _keys(*keys: str) -> Way:
    return lambda laptop, town: laptop.key(*keys)


def _in_household(*keys: str) -> Way:
    def way(laptop: Laptop, town: Town) -> None:
        _household(laptop, town)
        laptop.key(*keys)

    return way


def _moves(kind: str) -> Way:
    """The head leaves, or somebody of the household splits off."""

    def way(laptop: Laptop, town: Town) -> None:
        _household(laptop, town)
        laptop.place().moves.open(kind)
        laptop.settle()

    return way


def _change(laptop: Laptop, town: Town) -> None:
    """An own action of the history, with its way back."""
    _household(laptop, town)
    place = laptop.place()
    place.changes.open(next(row.changeset for row in place.page.history if row.can_undo))
    laptop.settle()


def _new_household(laptop: Laptop, town: Town) -> None:
    laptop.key("Ctrl+N")


def _scanned(card: Callable[[Town], str]) -> Way:
    def way(laptop: Laptop, town: Town) -> None:
        laptop.key("Ctrl+K")
        laptop.scan(card(town))

    return way


def _search_nobody(laptop: Laptop, town: Town) -> None:
    laptop.key("Ctrl+K")
    laptop.write("Lý Thị Không Có Ai")


def _void_question(laptop: Laptop, town: Town) -> None:
    place = laptop.place()
    row = next(row for row in place.state.shown() if not row.is_void)
    place.open(receipt=row.receipt)
    laptop.settle()
    place.void_question(row).open()
    laptop.settle()


def _void_receipt(laptop: Laptop, town: Town) -> None:
    place = laptop.place()
    row = next(row for row in place.state.shown() if row.is_void)
    place.open(receipt=row.receipt)
    laptop.settle()


def _due_list(*, heads: Sequence[str]) -> Way:
    """A due list of the ward: two who are known, one new, two lines with a fault."""

    def way(laptop: Laptop, town: Town) -> None:
        head, *others = town.stage.town.story.persons
        lines = [
            (head.name, head.id_number, f"{head.born_on:%d/%m/%Y}", "31/12/2024", "BHYT"),
            (others[0].name, others[0].id_number, "01/01/1970", "31/12/2024", "BHYT"),
            ("Đỗ Thị Kim Ngân", "079184000217", "08/03/1984", "15/12/2024", "BHXH tự nguyện"),
            ("Huỳnh Văn Lợi", "0790720003", "17/07/1972", "30/12/2024", "BHYT"),
            ("Võ Thị Mười", "079155000318", "05/10/1955", "31/02/2025", "BHYT"),
        ]
        story, wards = town.stage.town.story, town.stage.town.wards
        ward = next(one.name for one in wards if one.code == story.ward_code)
        home = f"{story.house_number} {story.street}, {ward}"
        path = town.stage.out / "den-han-thang-12.csv"
        rows = [heads, *([str(n), *line[:3], home, *line[3:]] for n, line in enumerate(lines, 1))]
        path.write_text("\n".join(";".join(map(str, row)) for row in rows), "utf-8")
        laptop.window.navigator.go("imports")
        laptop.settle()
        laptop.place().open(path=path, kind="due")
        laptop.settle()

    return way


def _preset(laptop: Laptop, _: Town) -> None:
    """A saved choice, with whole ID numbers and their reason still to be chosen."""
    view = laptop.place().widget
    presets = view.choosing.presets
    presets.save.click()
    presets.name.set_text("Báo cáo tháng")
    presets.keep.click()
    laptop.settle()
    view.band.full_ids.click()
    view.table.show_columns(("visited_at", "head", "canvasser", "outcome", "note"))
    laptop.settle()


def _people(laptop: Laptop, _: Town) -> None:
    laptop.window.navigator.go("people")
    laptop.settle()


def _lists(tab: str) -> Way:
    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("lists", tab=tab)
        laptop.settle()

    return way


def _one_list(laptop: Laptop, town: Town) -> None:
    _lists("done")(laptop, town)
    laptop.key("Return")


def _assign(laptop: Laptop, town: Town) -> None:
    laptop.window.navigator.go("assign")
    laptop.settle()
    laptop.key("1", "2")


def _day_end(laptop: Laptop, town: Town) -> None:
    laptop.window.navigator.go("day_end")
    laptop.settle()
    laptop.place().widget.count.edit.insert("1.000.000")
    laptop.settle()


def _benefit(laptop: Laptop, town: Town) -> None:
    _in_household("5")(laptop, town)
    laptop.place().widget.show_benefit()
    laptop.settle()


def _sign(laptop: Laptop, town: Town) -> None:
    _in_household("5")(laptop, town)
    laptop.place().widget.show_signing(town.head)
    laptop.settle()


def _transfer(laptop: Laptop, town: Town) -> None:
    """The code of a transfer to an account that is nobody's."""
    from fieldapp.rules.money.vietqr import Account, payload
    from fieldapp.usecases.receipts.transfers import Transfer
    from ui.places.receipts.transfer import TransferScreen

    account = Account("970400", "0000000000", "BUU DIEN MAU", "Ngân hàng Mẫu")
    told = (956_340, "BL 2607 0041907")
    shown = Transfer(account, *told, payload(account, *told))
    TransferScreen(laptop.window.shell, words(), shown)
    laptop.settle()


def _imports(laptop: Laptop, town: Town) -> None:
    laptop.window.navigator.go("imports")


def _money(tab: str) -> Way:
    """The ward's money: cash was handed in, counted, and some is still in hand."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("money", tab=tab)
        laptop.settle()

    return way


def _sync_page(laptop: Laptop, town: Town) -> None:
    laptop.click_status()


def _table(laptop: Laptop, town: Town) -> None:
    laptop.place().open(page="tables")
    laptop.settle()


def _flags(laptop: Laptop, town: Town) -> None:
    laptop.window.navigator.go("flags")
    laptop.settle()


def _visits_of_one(laptop: Laptop, town: Town) -> None:
    """Into the last ward, then into its first person."""
    laptop.key("End", "Return")
    laptop.key("Return")


def _agreements(*keys: str) -> Way:
    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("agreements")
        laptop.settle()
        laptop.key(*keys)

    return way


def _staff(*keys: str) -> Way:
    """The people of the supervisor's wards, as the server told of them in the demo's morning."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("staff")
        laptop.settle()
        laptop.key(*keys)

    return way


def _held(laptop: Laptop, town: Town) -> None:
    """What a supervisor sees of the head of the story."""
    _household(laptop, town)
    laptop.key("I")


def _erasing(laptop: Laptop, town: Town) -> None:
    """A supervisor asks what erasing the head of the story would come to."""
    _held(laptop, town)
    laptop.key("X")


SCREENS = (
    Screen("today", "lan", "today"),
    Screen("search", "lan", "today", _search),
    Screen("search-nothing", "lan", "today", _search_nobody),
    Screen("households", "lan", "households"),
    Screen("household-new", "lan", "households", _new_household),
    Screen("household-new-by-card", "lan", "today", _scanned(lambda town: town.stranger)),
    Screen("household", "lan", "today", _household),
    Screen("household-person", "lan", "today", _in_household("Down", "E")),
    Screen("household-card-differs", "lan", "today", _scanned(lambda town: town.other_card)),
    Screen("household-address", "lan", "today", _in_household("H")),
    Screen("household-change", "lan", "today", _change),
    Screen("household-leaves", "lan", "today", _moves("leave")),
    Screen("household-splits", "lan", "today", _moves("split")),
    Screen("enrol", "lan", "today", _in_household("5")),
    Screen("enrol-benefit", "lan", "today", _benefit),
    Screen("enrol-sign", "lan", "today", _sign),
    Screen("day-end", "lan", "today", _day_end),
    Screen("records", "lan", "dossiers"),
    Screen("records-returned", "lan", "dossiers", _filtered("returned")),
    Screen("receipts", "lan", "receipts"),
    Screen("receipts-transfer", "lan", "receipts", _transfer),
    Screen("receipts-void", "lan", "receipts", _void_receipt),
    Screen("receipts-void-question", "lan", "receipts", _void_question),
    Screen("inbox-returned", "lan", "inbox", _filtered("held")),
    Screen("inbox-duplicate", "lan", "inbox", _filtered("duplicate")),
    Screen("help", "lan", "today", _keys("F1")),
    Screen("sync-offline", "lan", "today", _sync_page),
    Screen("settings", "lan", "settings"),
    Screen("settings-tables", "lan", "settings", _table),
    Screen("people", "hien", "dossiers", _people),
    Screen("lists-ready", "hien", "dossiers", _lists("ready")),
    Screen("lists-open", "hien", "dossiers", _lists("open")),
    Screen("list", "hien", "dossiers", _one_list),
    Screen("receipts-clerk", "hien", "receipts"),
    Screen("money-faults", "hien", "receipts", _money("faults")),
    Screen("money-cash", "hien", "receipts", _money("cash")),
    Screen("money-remittances", "hien", "receipts", _money("remittances")),
    Screen("money-books", "hien", "receipts", _money("books")),
    Screen("money-receipts", "hien", "receipts", _money("receipts")),
    Screen("households-clerk", "hien", "households"),
    Screen("assign", "hien", "households", _assign),
    Screen("imports", "hien", "households", _imports),
    Screen("imports-looked", "hien", "households", _due_list(heads=DUE_HEADS)),
    Screen(
        *("imports-columns", "hien", "households"),
        _due_list(heads=("Số", "Ông bà", *DUE_HEADS[2:])),
    ),
    Screen("inbox-duplicate-clerk", "hien", "inbox", _pair(merged=False)),
    Screen("inbox-merged", "hien", "inbox", _pair(merged=True)),
    Screen("inbox-twice", "hien", "inbox", _filtered("held")),
    Screen("inbox-conflict", "hien", "inbox", _filtered("conflict")),
    Screen("flags-mine", "lan", "today", _flags),
    Screen("help-inbox", "hien", "inbox", _keys("F1")),
    Screen("inbox-done", "hien", "inbox", _filtered("closed")),
    Screen("records-clerk", "hien", "dossiers"),
    Screen("progress", "tri", "progress", _keys("2")),
    Screen("progress-canvassers", "tri", "progress", _keys("End", "Return")),
    Screen("progress-visits", "tri", "progress", _visits_of_one),
    Screen("progress-numbers", "tri", "progress", _keys("2", "B")),
    Screen("progress-charts", "tri", "progress", _keys("C")),
    Screen("flags", "tri", "progress", _flags),
    Screen("agreements", "tri", "progress", _agreements()),
    Screen("agreements-form", "tri", "progress", _agreements("E")),
    Screen("staff", "tri", "settings", _staff()),
    Screen("staff-give", "tri", "settings", _staff("Down", "G")),
    Screen("held", "tri", "progress", _held),
    Screen("erasing", "tri", "progress", _erasing),
    Screen("reports", "tri", "reports"),
    Screen("reports-preset", "tri", "reports", _preset),
    Screen("inbox-nothing", "tri", "inbox"),
)


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

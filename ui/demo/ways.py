"""Ways to the states that are pictured: what one presses on a laptop, from a place on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage, QPainter

from fieldapp.demo.stage import Stage
from fieldapp.demo.town import card_text
from ui.demo.laptop import Laptop
from ui.theme import words

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


def search(laptop: Laptop, town: Town) -> None:
    """The palette with what was found."""
    laptop.key("Ctrl+K")
    laptop.write("bich hang")


def household(laptop: Laptop, town: Town) -> None:
    """The household of the story."""
    search(laptop, town)
    laptop.key("Return")


def filtered(only: str) -> Way:
    """A filtered list of the inbox."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.place().filter(only)
        laptop.settle()

    return way


def pair(*, merged: bool) -> Way:
    """The clerk's pair, merged or not, whatever the picture before left."""

    def way(laptop: Laptop, town: Town) -> None:
        filtered("duplicate")(laptop, town)
        if (laptop.place().pairs.count == 0) != merged:
            laptop.key("G" if merged else "T")
        filtered("duplicate")(laptop, town)

    return way


def keys(*keys: str) -> Way:
    """Keys, one after the other."""
    return lambda laptop, town: laptop.key(*keys)


def in_household(*keys: str) -> Way:
    """Keys, pressed on the household of the story."""

    def way(laptop: Laptop, town: Town) -> None:
        household(laptop, town)
        laptop.key(*keys)

    return way


def moves(kind: str) -> Way:
    """The head leaves, or somebody of the household splits off."""

    def way(laptop: Laptop, town: Town) -> None:
        household(laptop, town)
        laptop.place().moves.open(kind)
        laptop.settle()

    return way


def new_paper(laptop: Laptop, town: Town) -> None:
    """The form of a scan that was chosen, with what it shows."""
    household(laptop, town)
    laptop.place().papers.take(_scan(town))
    laptop.settle()


def papers(laptop: Laptop, town: Town) -> None:
    """The papers of a household, one of them open."""
    new_paper(laptop, town)
    place = laptop.place()
    if not place.view.papers:
        place.view.new_paper.saved.emit()
        laptop.settle()
    place.view.show_papers()
    place.view.paper_opened.emit(place.view.papers[0].paper)
    laptop.settle()


def _scan(town: Town) -> QMimeData:
    """A sheet with a few lines, as a scanner sees it."""
    sheet = QImage(620, 400, QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    with QPainter(sheet) as painter:
        painter.setPen(Qt.GlobalColor.darkGray)
        for line, text in enumerate(("CĂN CƯỚC", town.head, "(ảnh minh họa)")):
            painter.drawText(220, 120 + 60 * line, text)
        painter.drawRect(40, 90, 130, 180)
    copied = QMimeData()
    copied.setImageData(sheet)
    return copied


def change(laptop: Laptop, town: Town) -> None:
    """An own action of the history, with its way back."""
    household(laptop, town)
    place = laptop.place()
    place.changes.open(next(row.changeset for row in place.page.history if row.can_undo))
    laptop.settle()


def new_household(laptop: Laptop, town: Town) -> None:
    """The form of a new household."""
    laptop.key("Ctrl+N")


def scanned(card: Callable[[Town], str]) -> Way:
    """What a scanned card opens."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.key("Ctrl+K")
        laptop.scan(card(town))

    return way


def search_nobody(laptop: Laptop, town: Town) -> None:
    """The palette that found nobody."""
    laptop.key("Ctrl+K")
    laptop.write("Lý Thị Không Có Ai")


def void_question(laptop: Laptop, town: Town) -> None:
    """The question before a receipt is crossed out."""
    place = laptop.place()
    row = next(row for row in place.state.shown() if not row.is_void)
    place.open(receipt=row.receipt)
    laptop.settle()
    place.void_question(row).open()
    laptop.settle()


def void_receipt(laptop: Laptop, town: Town) -> None:
    """A receipt that was crossed out."""
    place = laptop.place()
    row = next(row for row in place.state.shown() if row.is_void)
    place.open(receipt=row.receipt)
    laptop.settle()


def due_list(*, heads: Sequence[str]) -> Way:
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


def preset(laptop: Laptop, _: Town) -> None:
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


def people(laptop: Laptop, _: Town) -> None:
    """The table of all people."""
    laptop.window.navigator.go("people")
    laptop.settle()


def lists(tab: str) -> Way:
    """The official lists, of one tab."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("lists", tab=tab)
        laptop.settle()

    return way


def one_list(laptop: Laptop, town: Town) -> None:
    """One official list, open."""
    lists("done")(laptop, town)
    laptop.key("Return")


def assign(laptop: Laptop, town: Town) -> None:
    """The desk where households are given to canvassers."""
    laptop.window.navigator.go("assign")
    laptop.settle()
    laptop.key("1", "2")


def day_end(laptop: Laptop, town: Town) -> None:
    """The end of the canvasser's day."""
    laptop.window.navigator.go("day_end")
    laptop.settle()
    laptop.place().widget.count.edit.insert("1.000.000")
    laptop.settle()


def benefit(laptop: Laptop, town: Town) -> None:
    """The benefit card that a resident sees."""
    in_household("5")(laptop, town)
    laptop.place().widget.show_benefit()
    laptop.settle()


def sign(laptop: Laptop, town: Town) -> None:
    """Consent, signed on the screen."""
    in_household("5")(laptop, town)
    laptop.place().widget.show_signing(town.head)
    laptop.settle()


def transfer(laptop: Laptop, town: Town) -> None:
    """The code of a transfer to an account that is nobody's."""
    from fieldapp.rules.money.vietqr import Account, payload
    from fieldapp.usecases.receipts.transfers import Transfer
    from ui.places.receipts.transfer import TransferScreen

    account = Account("970400", "0000000000", "BUU DIEN MAU", "Ngân hàng Mẫu")
    told = (956_340, "BL 2607 0041907")
    shown = Transfer(account, *told, payload(account, *told))
    TransferScreen(laptop.window.shell, words(), shown)
    laptop.settle()


def imports(laptop: Laptop, town: Town) -> None:
    """The desk where lists are taken in."""
    laptop.window.navigator.go("imports")


def money(tab: str) -> Way:
    """The ward's money: cash was handed in, counted, and some is still in hand."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("money", tab=tab)
        laptop.settle()

    return way


def sync_page(laptop: Laptop, town: Town) -> None:
    """What was sent and what waits."""
    laptop.click_status()


def table(laptop: Laptop, town: Town) -> None:
    """The dated tables."""
    laptop.place().open(page="tables")
    laptop.settle()


def flags(laptop: Laptop, town: Town) -> None:
    """The questions about work."""
    laptop.window.navigator.go("flags")
    laptop.settle()


def visits_of_one(laptop: Laptop, town: Town) -> None:
    """Into the last ward, then into its first person."""
    laptop.key("End", "Return")
    laptop.key("Return")


def agreements(*keys: str) -> Way:
    """The agreements, then keys."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("agreements")
        laptop.settle()
        laptop.key(*keys)

    return way


def staff(*keys: str) -> Way:
    """The people of the supervisor's wards, as the server told of them in the demo's morning."""

    def way(laptop: Laptop, town: Town) -> None:
        laptop.window.navigator.go("staff")
        laptop.settle()
        laptop.key(*keys)

    return way


def held(laptop: Laptop, town: Town) -> None:
    """What a supervisor sees of the head of the story."""
    household(laptop, town)
    laptop.key("I")


def erasing(laptop: Laptop, town: Town) -> None:
    """A supervisor asks what erasing the head of the story would come to."""
    held(laptop, town)
    laptop.key("X")

"""The enrolment page on a real file: keys, prices, draft, saving, and what hinders it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.errors import FieldappError, SurroundingsMend
from fieldapp.rules import tables
from fieldapp.store.file.profile import Profile
from fieldapp.store.receipts import NewLease
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.dossiers import enrolments
from fieldapp.usecases.enrolling.papers import receipt_paper, save_receipt
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.official_lists.papers import declarations, write_declarations_of
from fieldapp.usecases.receipts.money import receipts
from fieldapp.words import Words
from fieldapp.words.format import money
from tests.ui.doubles import Elsewhere, Now, WhenTold
from tests.ui.town_store import open_town
from ui.demo.laid_out import layout_faults
from ui.places.enrol import EnrolPlace
from ui.places.enrol.premium import broken
from ui.places.enrol.signing import SigningScreen
from ui.places.enrol.view import EnrolView
from ui.places.receipts.transfer import TransferScreen
from ui.places.records.place import RecordsPlace
from ui.theme import text_width
from ui.widgets.over_window import OverWindow

T = TypeVar("T")
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    made = open_town(tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture
def store(profile: Profile) -> Store:
    store = profile.store
    store.take_lease(NewLease("BL 26-07", 41900, 41949, store.setting("incarnation"), 41907))
    return store


@dataclass
class Page:
    """The page with what it was given."""

    place: EnrolPlace
    window: Elsewhere
    store: Store
    ward: str
    household: str

    @property
    def view(self) -> EnrolView:
        return self.place.widget

    def missing(self) -> str:
        return self.view.band.missing.text()

    def total(self) -> str:
        return self.view.band.total.text()


def bich_hang(store: Store) -> tuple[str, str]:
    """The family of the pictures: five people, three of whom should pay."""
    lines = households(store, text="Nguyễn Thị Bích Hằng")
    return next((line.ward, line.household) for line in lines)


def open_page(qtbot: QtBot, store: Store, tasks: Any = None) -> Page:
    window = Elsewhere()
    place = EnrolPlace(store, Words("vi"), tasks or Now(), window)
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    ward, household = bich_hang(store)
    place.open(ward=ward, household=household)
    return Page(place, window, store, ward, household)


@pytest.fixture
def page(qtbot: QtBot, light: QApplication, store: Store) -> Page:
    return open_page(qtbot, store)


def test_those_whose_card_ends_are_ticked_when_the_page_opens(page: Page) -> None:
    ticked = [row.tick.name for row in page.view.left.hhi.rows() if row.tick.ticked]
    assert ticked == ["Nguyễn Thị Bích Hằng", "Trần Quốc Khoi", "Trần Minh Đức"]


def test_who_cannot_join_says_why_and_has_no_key(page: Page) -> None:
    rows = {row.tick.name: row.tick for row in page.view.left.hhi.rows()}
    child = rows["Trần Gia Hưng"]
    assert (child.able, child.cap) == (False, "")
    assert child.note == "dưới 6 tuổi, Nhà nước đóng"


def test_a_number_key_ticks_the_person_that_carries_it(page: Page, qtbot: QtBot) -> None:
    before = page.total()
    page.view.left.hhi.rows()[0].setFocus()
    qtbot.keyClick(page.view.left.hhi.rows()[0], Key.Key_3)
    assert "Trần Minh Đức" not in [line.title for line in shown_lines(page)]
    assert page.total() != before


def shown_lines(page: Page) -> list[Any]:
    from ui.places.enrol.premium import PayLineView

    QApplication.processEvents()
    views = page.view.middle.premium.lines.findChildren(PayLineView)
    return [view.line for view in views if not view.isHidden()]


def test_each_price_has_rank_share_and_article(page: Page) -> None:
    second = shown_lines(page)[1]
    assert (second.mark, second.share) == ("2", "70 %")
    assert "của người thứ nhất" in second.detail
    assert second.detail.endswith("NĐ188/2025 Điều 6")


def test_the_support_of_social_insurance_names_its_article_and_the_poverty_line(
    page: Page,
) -> None:
    page.view.left.vsi_wanted.emit(page.view.left.vsi.rows()[0].tick.person)
    told = [line.title for line in shown_lines(page)]
    at = next(place for place, title in enumerate(told) if title.startswith("Nhà nước hỗ trợ"))
    assert told[at].endswith("NĐ159/2025 Điều 5.1")
    assert told[at + 1] == "NĐ07/2021 Điều 3, chuẩn hộ nghèo nông thôn 1.500.000\u00a0đ"


def test_years_ahead_are_chosen_by_the_arrow_keys_and_explained(page: Page, qtbot: QtBot) -> None:
    row = page.view.left.vsi.rows()[0]
    page.view.left.vsi_wanted.emit(row.tick.person)
    editor = page.view.left.editor(row.tick.person)
    assert editor is not None
    editor.months.setFocus()
    for _ in range(2):  # from 6 months over 12 to 2 years
        qtbot.keyClick(editor.months, Key.Key_Right)
    assert editor.months.accessibleDescription().startswith("2 năm")
    (line,) = [line for line in shown_lines(page) if line.mark == "vsi"]
    assert (line.share, line.amount) == ("24 tháng", "7.644.801\u00a0đ")
    told = [line.title for line in shown_lines(page)]
    assert "Đóng trước 24 tháng: mỗi tháng chiết khấu về hôm nay, NĐ159/2025 Điều 6" in told
    assert any(one.endswith("0,31 % mỗi tháng, 59/TB-BHXH") for one in told)
    card = editor.months._card(5).center().toPoint()
    qtbot.mouseClick(editor.months, Qt.MouseButton.LeftButton, pos=card)
    (line,) = [line for line in shown_lines(page) if line.mark == "vsi"]
    assert line.share == "36 tháng"


def test_missing_months_are_tried_out_and_taken_by_nobody(page: Page, qtbot: QtBot) -> None:
    person = page.view.left.vsi.rows()[0].tick.person
    page.view.left.vsi_wanted.emit(person)
    before = page.total()
    editor = page.view.left.editor(person)
    assert editor is not None
    editor.missing.setFocus()
    qtbot.keyClicks(editor.missing, "12")
    qtbot.keyClick(editor.missing, Key.Key_Return)
    told = [line.title.replace("\u00a0", " ") for line in shown_lines(page)]
    at = told.index("Tính thử 12 tháng còn thiếu: 4.040.708 đ, người dân đóng 3.248.708 đ")
    assert "Đóng một lần 12 tháng còn thiếu: tính thêm lãi gộp, NĐ159/2025 Điều 7" in told[at:]
    assert page.total() == before
    assert page.store.draft("enrol", page.household)["vsi"][0]["missing"] == 12
    editor.missing.setText("61")
    qtbot.keyClick(editor.missing, Key.Key_Return)
    told = [line.title for line in shown_lines(page)]
    assert any(title.startswith("Không tính thử được: ") for title in told)
    editor.missing.setText("x")
    qtbot.keyClick(editor.missing, Key.Key_Return)
    assert editor.missing.text() == ""
    assert not [line for line in shown_lines(page) if "ính thử" in line.title]


def test_a_long_rule_breaks_where_it_fits_and_keeps_its_article_whole(light: QApplication) -> None:
    rule = "Đóng sau trong năm, lấy bậc 3 còn trống, NĐ188/2025, điều khoản chưa rõ"
    for said in (rule, f"{rule} · chưa kiểm chứng, cơ quan BHXH quyết định"):
        for width in range(60, 900, 20):
            first, rest = broken(said, width)
            assert said.startswith(first) and said.endswith(rest)
            assert len(said) - len(first) - len(rest) in (0, 2, 3)
    wide = text_width(rule, "small") + 1
    assert broken(f"{rule} · chưa kiểm chứng", wide) == (rule, "chưa kiểm chứng")
    assert broken("không có dấu", 1) == ("không có dấu", "")


def test_the_lines_add_up_to_the_total(page: Page, qtbot: QtBot) -> None:
    page.view.left.vsi_wanted.emit(page.view.left.vsi.rows()[0].tick.person)
    amounts = [
        int(line.amount.replace(".", "").replace("\u2212", "-").removesuffix("\u00a0đ"))
        for line in shown_lines(page)
        if line.amount
    ]
    assert min(amounts) < 0, "the State's support stands as a negative line"
    assert page.total() == money(sum(amounts))


def test_the_arrow_keys_change_the_term(page: Page, qtbot: QtBot) -> None:
    row = page.view.left.hhi.rows()[0]
    row.setFocus()
    qtbot.keyClick(row, Key.Key_Left)
    assert page.view.middle.terms.current_key() == "6"
    qtbot.keyClick(row, Key.Key_Left)
    qtbot.keyClick(row, Key.Key_Left)
    assert page.view.middle.terms.current_key() == "3"


def test_digits_typed_into_the_income_tick_nobody(page: Page, qtbot: QtBot) -> None:
    person = page.view.left.vsi.rows()[0].tick.person
    page.view.left.vsi_wanted.emit(person)
    editor = page.view.left.editor(person)
    assert editor is not None
    ticked = [row.tick.ticked for row in page.view.left.hhi.rows()]
    editor.edit.setFocus()
    editor.edit.clear()
    qtbot.keyClicks(editor.edit, "2000000")
    qtbot.keyClick(editor.edit, Key.Key_Return)
    assert [row.tick.ticked for row in page.view.left.hhi.rows()] == ticked
    assert page.view.left.vsi.rows()[0].tick.note == "2.000.000\u00a0đ/tháng, 6 tháng"


def test_an_income_below_the_poverty_line_says_so_and_hinders_saving(
    page: Page, qtbot: QtBot
) -> None:
    page.view.left.consent.press("spoken")
    person = page.view.left.vsi.rows()[0].tick.person
    page.view.left.vsi_wanted.emit(person)
    editor = page.view.left.editor(person)
    assert editor is not None
    editor.edit.setText("1.490.000")
    qtbot.keyClick(editor.edit, Key.Key_Return)
    assert "1.500.000" in editor.edit.accessibleDescription()
    assert not page.view.band.save.isEnabled()
    assert page.missing() == "Thu nhập chọn để đóng chưa đúng"
    editor.step(1)
    assert page.missing() == ""


def test_up_and_down_move_the_income_by_a_step(page: Page, qtbot: QtBot) -> None:
    person = page.view.left.vsi.rows()[0].tick.person
    page.view.left.vsi_wanted.emit(person)
    editor = page.view.left.editor(person)
    assert editor is not None
    qtbot.keyClick(editor.edit, Key.Key_Up)
    assert editor.edit.text() == "1.550.000"
    qtbot.keyClick(editor.edit, Key.Key_Down)
    qtbot.keyClick(editor.edit, Key.Key_Down)
    assert editor.edit.text() == "1.500.000", "never below the poverty line"


def test_without_consent_nothing_is_saved_and_the_button_says_so(page: Page, qtbot: QtBot) -> None:
    assert page.missing() == "Chưa ghi đồng ý dùng dữ liệu"
    qtbot.keyClick(
        page.view.left.hhi.rows()[0], Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    assert receipts(page.store) == ()


def test_without_a_book_the_button_says_to_sync(
    qtbot: QtBot, light: QApplication, profile: Profile
) -> None:
    page = open_page(qtbot, profile.store)
    page.view.left.consent.press("spoken")
    assert page.missing() == "Chưa có số biên lai. Đồng bộ để nhận quyển"
    assert not page.view.band.save.isEnabled()


def test_nobody_ticked_says_so(page: Page) -> None:
    for row in page.view.left.hhi.rows():
        if row.tick.ticked:
            row.click()
    assert page.missing() == "Chọn ít nhất một người đóng"


def save(page: Page, qtbot: QtBot) -> None:
    page.view.left.hhi.rows()[0].setFocus()
    qtbot.keyClick(page.view.left.hhi.rows()[0], Key.Key_D)
    qtbot.keyClick(
        page.view.left.hhi.rows()[0], Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )


def test_ctrl_enter_takes_the_money_with_the_next_number(page: Page, qtbot: QtBot) -> None:
    shown = page.total()
    save(page, qtbot)
    (receipt,) = receipts(page.store)
    assert receipt.number == "0041907"
    assert money(receipt.amount_dong) == shown
    assert page.view.stack.currentWidget() is page.view.done
    assert page.view.done.receipt.text() == "Biên lai 0041907, quyển BL 26-07"


def test_enter_after_saving_goes_back_to_today(page: Page, qtbot: QtBot) -> None:
    save(page, qtbot)
    qtbot.keyClick(page.view.done.today, Key.Key_Return)
    assert page.window.gone == [("today", {})]


def test_printing_after_saving_writes_the_receipt_where_a_person_says(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    asked: list[Path] = []

    def ask(usual: Path) -> Path:
        asked.append(usual)
        return tmp_path / usual.name

    page.place.papers.ask = ask
    save(page, qtbot)
    page.place.print_paper()
    assert asked[0].name == "bien-lai-0041907.pdf"
    assert (tmp_path / "bien-lai-0041907.pdf").read_bytes().startswith(b"%PDF")
    assert page.view.done.note.text() == "Đã lưu bien-lai-0041907.pdf"


class FullDisk(Now):
    """A disk that is full for whatever is saved."""

    def write(
        self,
        job: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[FieldappError], None] | None = None,
    ) -> None:
        if failed is not None:
            failed(SurroundingsMend("store.disk_full"))


def test_a_full_disk_leaves_the_form_as_it_is_with_an_error(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    page = open_page(qtbot, store, FullDisk())
    total = page.total()
    save(page, qtbot)
    assert page.view.stack.currentWidget() is page.view.form
    assert not page.view.middle.banner.isHidden()
    assert page.view.middle.banner.title.text() == "Ổ đĩa đầy, chưa lưu được"
    assert page.total() == total
    assert page.view.left.consent.consent() == "spoken"
    assert page.view.band.save.isEnabled(), "one may press again when there is room"


def test_a_price_that_changed_behind_the_form_is_told_and_shown_before_it_is_taken(
    page: Page, qtbot: QtBot
) -> None:
    told = page.total()
    dearer = tables.SHIPPED.text("base_salary").replace("2530000", "2600000")
    with tables.in_force(tables.Book({"base_salary": dearer})):
        save(page, qtbot)
        assert receipts(page.store) == ()
        assert page.view.middle.banner.title.text() == "Số tiền vừa đổi"
        now = page.total()
        assert now != told and now in page.view.middle.banner.text.text()
        qtbot.keyClick(page.view.left.hhi.rows()[0], Key.Key_Return, CTRL)
    (receipt,) = receipts(page.store)
    assert money(receipt.amount_dong) == now


def sheet_of(page: Page, qtbot: QtBot) -> SigningScreen:
    """K turns the sheet for the signature to the family."""
    row = page.view.left.hhi.rows()[0]
    row.setFocus()
    qtbot.keyClick(row, Key.Key_K)
    return page.view.window().findChildren(SigningScreen)[-1]


def sign(page: Page, qtbot: QtBot) -> tuple[tuple[int, ...], ...]:
    """Writes with the mouse; what is kept."""
    sheet = sheet_of(page, qtbot)
    assert not sheet.take.isEnabled()
    left = Qt.MouseButton.LeftButton
    for x in (40, 200):
        qtbot.mousePress(sheet.pad, left, pos=QPoint(x, 30))
        for step in range(1, 9):
            at = QPointF(x + 12 * step, 30 + 6 * step)
            move = QMouseEvent(QEvent.Type.MouseMove, at, at, left, left, NO_KEYS)
            QApplication.sendEvent(sheet.pad, move)
        qtbot.mouseRelease(sheet.pad, left, pos=QPoint(x + 96, 78))
    strokes = sheet.pad.strokes()
    qtbot.keyClick(sheet, Key.Key_Return, CTRL)
    return strokes


def test_a_signature_is_saved_with_the_receipt_and_shown_on_the_enrolment_and_the_papers(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    strokes = sign(page, qtbot)
    assert len(strokes) == 2 and page.view.left.consent.consent() == "signed"
    page.view.band.save.click()
    (receipt,) = receipts(page.store)
    assert {row.signature for row in enrolments(page.store)} == {strokes}
    paper = receipt_paper(page.store, page.ward, receipt.receipt, Words("vi"))
    assert paper.signature == strokes
    head = household_page(page.store, page.ward, page.household).members[0]
    own, *others = sorted(
        declarations(page.store, page.ward, "mau2", household=page.household),
        key=lambda one: one.person.full_name != head.name,
    )
    assert own.signature == strokes and not any(one.signature for one in others)
    save_receipt(page.store, page.ward, receipt.receipt, tmp_path / "b.pdf", Words("vi"))
    write_declarations_of(
        page.store, page.ward, "mau2", tmp_path / "t.pdf", household=page.household
    )
    records = RecordsPlace(page.store, Words("vi"), Now(), page.window)
    qtbot.addWidget(records.widget)
    records.open()
    assert records.widget.story.signature.strokes() == strokes


def test_it_can_be_signed_on_paper_and_esc_leaves_all_as_it_was(page: Page, qtbot: QtBot) -> None:
    qtbot.keyClick(sheet_of(page, qtbot), Key.Key_Escape)
    assert page.view.left.consent.consent() == ""
    sheet = sheet_of(page, qtbot)
    qtbot.mouseClick(sheet.pad, Qt.MouseButton.LeftButton)
    assert not sheet.take.isEnabled(), "a dot is no signature"
    qtbot.keyClick(sheet, Key.Key_G)
    assert page.view.left.consent.consent() == "paper" and page.missing() == ""
    page.view.band.save.click()
    assert len(receipts(page.store)) == 1
    assert not any(row.signature for row in enrolments(page.store))


ACCOUNT = """
[[row]]
key = "all"
bin = "970415"
account = "113366668888"
holder = "BUU DIEN MAU"
bank = "Ngân hàng Mẫu"
valid_from = 2020-01-01
valid_to = ""
source = "Công văn mẫu"
confidence = "S"
"""


def test_a_transfer_has_a_code_only_with_an_account_that_the_server_sent(
    page: Page, qtbot: QtBot
) -> None:
    page.view.left.consent.press("spoken")
    page.view.band.method_chosen.emit("transfer")
    page.view.band.save.click()
    done = page.view.done
    assert done.transfer.isVisible()
    qtbot.keyClick(done.today, Key.Key_Q)
    assert [error.code for error in page.window.banners] == ["rules.no_transfer_account"]
    assert not page.view.window().findChildren(TransferScreen)
    with tables.in_force(tables.Book({"collect_accounts": ACCOUNT})):
        qtbot.keyClick(done.today, Key.Key_Q)
    (screen,) = page.view.window().findChildren(TransferScreen)
    assert screen.facts["content"] == "BL 2607 0041907"
    assert screen.facts["account"] == "113366668888"
    assert screen.facts["amount"] == money(receipts(page.store)[0].amount_dong)
    qtbot.keyClick(screen, Key.Key_Escape)
    assert not screen.isVisible()


def test_a_form_that_was_left_is_offered_again(page: Page, qtbot: QtBot) -> None:
    page.view.left.hhi.rows()[0].click()
    strokes = sign(page, qtbot)
    again = open_page(qtbot, page.store)
    assert not again.view.left.hhi.rows()[0].tick.ticked
    assert again.view.left.consent.consent() == "signed"
    assert again.place._form.signature == strokes
    assert not again.view.middle.draft.isHidden()
    again.view.middle.draft.dropped.emit()
    assert again.view.left.hhi.rows()[0].tick.ticked
    assert page.store.draft("enrol", page.household) is None


def test_no_draft_is_left_after_saving(page: Page, qtbot: QtBot) -> None:
    save(page, qtbot)
    assert page.store.draft("enrol", page.household) is None


def test_the_price_of_an_older_choice_never_replaces_that_of_a_newer(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = open_page(qtbot, store, tasks)
    tasks.answer()  # the household
    page.view.middle.months_chosen.emit(6)
    waiting = [n for n, (_, _, failed) in enumerate(tasks.waiting)]
    assert len(waiting) == 3, "the first price, the draft, the second price"
    tasks.answer(2)
    half_a_year = page.total()
    tasks.answer(0)
    assert page.total() == half_a_year


def test_another_household_is_opened_and_no_key_reaches_the_one_before(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = open_page(qtbot, store, tasks)
    tasks.answer()  # the household
    tasks.answer()  # its price
    page.view.left.consent.press("spoken")
    tasks.answer()  # the draft
    other = next(line for line in households(store) if line.household != page.household)
    page.place.open(ward=other.ward, household=other.household)
    for key, held in ((Key.Key_B, NO_KEYS), (Key.Key_K, NO_KEYS), (Key.Key_Return, CTRL)):
        qtbot.keyClick(page.view.form, key, held)
    assert len(tasks.waiting) == 1 and page.view.window().findChildren(OverWindow) == []
    tasks.answer()
    assert page.view.head().context != "" and receipts(store) == ()


def test_a_page_that_is_used_again_shows_nothing_of_the_one_before(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = open_page(qtbot, store, tasks)
    for _ in range(2):
        tasks.answer()
    first, second = [one for one in households(store) if one.household != page.household][:2]
    for one in (first, second):
        page.place.open(ward=one.ward, household=one.household)
    assert not page.view.form.isVisible()
    tasks.answer(1)  # the second household
    tasks.answer()  # the first one, too late
    while tasks.waiting:
        tasks.answer()
    assert page.view.form.isVisible()
    assert second.head_name in page.view.head().context


def test_what_is_saved_while_another_household_is_opened_is_told_of_its_own(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = open_page(qtbot, store, tasks)
    for _ in range(2):
        tasks.answer()
    page.view.left.consent.press("spoken")
    tasks.answer()
    page.view.band.save.click()
    other = next(line for line in households(store) if line.household != page.household)
    store.keep_draft("enrol", other.household, {"kept": True})
    page.place.open(ward=other.ward, household=other.household)
    tasks.answer(1)  # the other household
    while tasks.waiting:
        tasks.answer()
    assert store.draft("enrol", other.household) is not None
    assert not page.view.done.isVisible()
    ((told, _),) = page.window.toasts
    assert receipts(store)[0].number in told


def test_n_goes_to_the_form_of_a_new_member(page: Page, qtbot: QtBot) -> None:
    row = page.view.left.hhi.rows()[0]
    row.setFocus()
    qtbot.keyClick(row, Key.Key_N)
    assert page.window.gone == [("add_member", {"ward": page.ward, "household": page.household})]


def test_b_turns_the_benefit_card_to_the_family_and_any_key_takes_it_away(
    page: Page, qtbot: QtBot
) -> None:
    from ui.places.enrol.benefit import BenefitScreen

    row = page.view.left.hhi.rows()[0]
    row.setFocus()
    qtbot.keyClick(row, Key.Key_B)
    (screen,) = page.view.window().findChildren(BenefitScreen)
    assert screen.isVisible()
    assert screen.size() == page.view.window().size()
    qtbot.keyClick(screen, Key.Key_Escape)
    assert not screen.isVisible()


def test_l_on_the_card_saves_the_sheet_that_the_family_keeps(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    from ui.places.enrol.benefit import BenefitScreen

    asked: list[Path] = []

    def ask(usual: Path) -> Path:
        asked.append(usual)
        return tmp_path / "to.pdf"

    page.place.papers.ask = ask
    row = page.view.left.hhi.rows()[0]
    row.setFocus()
    qtbot.keyClick(row, Key.Key_B)
    (screen,) = page.view.window().findChildren(BenefitScreen)
    qtbot.keyClick(screen, Key.Key_L)
    assert screen.isVisible() and asked[0].name.startswith("To gioi thieu")
    assert (tmp_path / "to.pdf").read_bytes().startswith(b"%PDF")
    qtbot.keyClick(screen, Key.Key_Escape)


def test_the_total_stands_in_words_below(page: Page) -> None:
    assert page.view.band.total_words.text().endswith("đồng")


@pytest.mark.parametrize("size", [(1182, 684), (1037, 530)])
def test_what_is_essential_is_seen_without_scrolling(page: Page, size: tuple[int, int]) -> None:
    page.view.resize(*size)
    QApplication.processEvents()
    for widget in (
        page.view.band.save,
        page.view.band.total,
        page.view.band.method,
        page.view.middle.terms,
        page.view.middle.premium.sum,
        page.view.left.consent,
    ):
        corner = widget.mapTo(page.view, widget.rect().bottomRight())
        assert widget.isVisible()
        assert page.view.rect().contains(corner), widget
        assert not widget.visibleRegion().isEmpty()


def test_a_household_that_is_gone_is_said_in_the_banner(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    window = Elsewhere()
    place = EnrolPlace(store, Words("vi"), Now(), window)
    qtbot.addWidget(place.widget)
    ward, _ = bich_hang(store)
    place.open(ward=ward, household="nobody")
    assert [error.code for error in window.banners] == ["entry.gone"]


def test_the_page_speaks_english_as_a_whole(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    place = EnrolPlace(store, Words("en"), Now(), Elsewhere())
    qtbot.addWidget(place.widget)
    ward, household = bich_hang(store)
    assert household_page(store, ward, household).head_name
    place.open(ward=ward, household=household)
    assert place.widget.head().title == "Enrol"
    assert place.widget.band.save.text() == "Take the money and save"
    assert place.widget.band.missing.text() == "Consent to data use is not recorded yet"


def test_work_begins_at_the_first_person_once_she_is_read(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    tasks = WhenTold()
    page = open_page(qtbot, store, tasks)
    page.view.focus_first()
    assert not page.view.left.add.hasFocus()
    while tasks.waiting:
        tasks.answer()
    first = page.view.left.hhi.rows()[0]
    qtbot.waitUntil(first.hasFocus)


def test_enter_goes_on_to_today_after_the_paper_was_saved(page: Page, qtbot: QtBot) -> None:
    page.view.show_done()
    page.view.done.pdf.setFocus()
    page.view.done.say_saved("Đã lưu bien-lai.pdf")
    qtbot.keyClick(page.view.focusWidget(), Key.Key_Return)
    assert page.window.gone == [("today", {})]


def test_other_choices_are_told_where_there_is_room(page: Page) -> None:
    """Minh Đức's card ended 02/09: who waits past 02/12 waits again."""
    line, same = page.view.middle.what_if.texts()
    assert same.replace("\u00a0", " ") == "Đóng từ 01/12: vẫn 3.142.260 đ"
    assert line == (
        "Đợi quá 02/12: Trần Minh Đức có thể chờ đến khoảng 02/01/2027, mất 5 năm liên tục,"
        " cơ quan BHXH quyết định"
    )


@pytest.mark.parametrize("width", [1182, 1366, 1736])
def test_no_other_choice_is_cut(page: Page, width: int) -> None:
    text = (
        "Waiting past 07/12: Trần Minh Đức's card may work only from about 07/01/2027, the five"
        " years lost; the insurance office decides"
    )
    page.view.resize(width, 1000)
    what_if = page.view.middle.what_if
    for line in (text, text[: len(text) // 2], text * 2):
        what_if.set_lines((line,))
        what_if.fit(400, page.view.middle.width() - 48)
        QApplication.processEvents()
        assert layout_faults(page.view.middle) == []


def test_the_other_terms_of_a_pension_insurance_are_told(page: Page) -> None:
    page.view.resize(1366, 900)
    page.view.left.vsi_wanted.emit(page.view.left.vsi.rows()[0].tick.person)
    QApplication.processEvents()
    line = page.view.middle.what_if.texts()[1].replace("\u00a0", " ")
    assert line.startswith("BHXH của Nguyễn Thị Bích Hằng: 1 tháng 264.000 đ, 3 tháng 792.000 đ")


def test_other_choices_leave_first_when_the_height_is_short(page: Page) -> None:
    page.view.resize(1182, 600)
    QApplication.processEvents()
    assert page.view.middle.what_if.texts() == ()
    assert page.view.middle.one_more.isVisible()

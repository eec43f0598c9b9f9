"""The reports on a real file: choosing, figures, files, stopping, and what can go wrong."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.errors import FieldappError, SurroundingsMend
from fieldapp.reports.pasting import pasted
from fieldapp.store.store import Store
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.visiting import visits
from fieldapp.usecases.visiting.presets import Preset
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now, WhenTold
from tests.ui.town_store import open_town
from ui.places.reports import ReportsPlace
from ui.places.reports.place import SETTING
from ui.places.reports.state import OUTCOME_CODES, ReportForm, first_form, refreshed
from ui.places.reports.view import ReportsView

T = TypeVar("T")
Key = Qt.Key
TODAY = date(2026, 11, 23)


@dataclass
class Long(Now):
    """Tasks that also run long jobs at once; `stop` is what a person presses meanwhile."""

    steps: list[tuple[int, int]] = field(default_factory=list)
    stop: bool = False
    fails: FieldappError | None = None
    meanwhile: Callable[[], None] | None = None

    def long(
        self,
        job: Callable[[Callable[[int, int], None], Callable[[], bool]], T],
        then: Callable[[T], None],
        failed: Callable[[FieldappError], None] | None = None,
        progressed: Callable[[int, int], None] | None = None,
    ) -> Callable[[], None]:
        stopped = threading.Event()

        def progress(done: int, total: int) -> None:
            self.steps.append((done, total))
            if progressed is not None:
                progressed(done, total)

        def work() -> T:
            if self.fails is not None:
                raise self.fails
            if self.meanwhile is not None:
                self.meanwhile, press = None, self.meanwhile
                press()
            return job(progress, lambda: self.stop or stopped.is_set())

        self.read(work, then, failed)
        return stopped.set


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile")
    for number, outcome in enumerate(("not_at_home", "refused", "considering", "refused")):
        line = households(profile.store)[number]
        visits.record_visit(profile.store, line.ward, line.household, outcome)
    yield profile.store
    profile.close()


@dataclass
class Page:
    """The place with what it was given."""

    place: ReportsPlace
    tasks: Long
    folder: Path

    @property
    def view(self) -> ReportsView:
        return self.place.widget

    def figure(self, label: str) -> str:
        return self.view.figures.figures()[label]


@pytest.fixture
def page(qtbot: QtBot, light: QApplication, store: Store, tmp_path: Path) -> Page:
    tasks, folder = Long(), tmp_path / "báo cáo"
    folder.mkdir()
    store.remember(**{SETTING: str(folder)})
    place = ReportsPlace(store, Words("vi"), tasks, Elsewhere())
    place.confirm = lambda _: pytest.fail("nobody should be asked")
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    place.widget.choosing.unsent.click()
    place.widget.choosing.since.set_day(TODAY)
    place.widget.choosing.days_changed.emit(TODAY, TODAY)
    return Page(place, tasks, folder)


def test_the_figures_are_those_of_what_is_chosen(page: Page) -> None:
    assert page.figure("Lượt thăm") == "4"
    assert page.view.figures.accessibleDescription() == "Vắng nhà 1 · Suy nghĩ thêm 1 · Từ chối 2"


def test_unticking_an_outcome_changes_figures_and_preview(page: Page) -> None:
    page.view.choosing.groups["outcomes"].box("refused").click()
    assert page.figure("Lượt thăm") == "2"
    assert page.view.table.model().rowCount() == 2
    assert page.view.choosing.groups["outcomes"].all.isVisible()
    page.view.choosing.groups["outcomes"].all.click()
    assert page.figure("Lượt thăm") == "4"


def test_no_tick_is_squeezed_where_the_column_is_longer_than_the_window(page: Page) -> None:
    QApplication.processEvents()
    groups = page.view.choosing.groups.values()
    assert {box.height() for group in groups for box in group._boxes.values()} == {24}


def test_a_list_without_a_tick_says_what_is_missing(page: Page) -> None:
    for key in page.place.form.all_wards if page.place.form else ():
        page.view.choosing.groups["wards"].box(key).click()
    assert page.view.band.missing.text() == "Chọn ít nhất một phường"
    assert not page.view.band.three.isEnabled()


def test_days_the_wrong_way_round_are_told_before_anything_is_written(page: Page) -> None:
    page.view.choosing.days_changed.emit(date(2026, 11, 24), TODAY)
    assert page.view.band.missing.text() == "Ngày đầu sau ngày cuối, sửa lại"
    page.place.export()
    assert list(page.folder.iterdir()) == []


def test_no_visits_at_all_is_an_empty_state_and_nothing_to_write(page: Page) -> None:
    long_ago = date(2020, 1, 1)
    page.view.choosing.days_changed.emit(long_ago, long_ago)
    assert page.view.below.currentWidget() is page.view.empty
    assert page.view.band.missing.text() == "Không có lượt thăm nào để xuất"


def test_all_three_files_hold_the_same_rows_total_and_hash(page: Page) -> None:
    page.place.export()
    names = sorted(path.suffix for path in page.folder.iterdir())
    assert names == [".csv", ".pdf", ".xlsx"]
    said = [line.accessibleName().partition(",")[2] for line in page.view.band.results]
    assert len(said) == 3
    assert len(set(said)) == 1
    assert said[0] == " 4 dòng, 0\u00a0đ"
    hashes = {line.toolTip().splitlines()[1] for line in page.view.band.results}
    assert len(hashes) == 1


def test_the_files_are_named_after_the_days(page: Page) -> None:
    page.view.band.single["csv"].click()
    (written,) = page.folder.iterdir()
    assert written.name == "nhat-ky_2026-11-23_2026-11-23.csv"


def test_the_progress_goes_up_to_all_rows(page: Page) -> None:
    page.view.band.single["csv"].click()
    assert page.tasks.steps[-1] == (4, 4)
    assert page.view.band.progress.isHidden(), "and leaves when it is done"
    assert page.view.band.three.isEnabled()


def test_stopping_keeps_no_half_file_and_says_so(page: Page) -> None:
    page.tasks.stop = True
    page.place.export()
    assert list(page.folder.iterdir()) == []
    assert not page.view.band.stopped.isHidden()
    assert page.view.band.banner.isHidden()
    assert page.view.band.three.isEnabled()


def test_who_stops_before_the_first_file_begins_gets_none(
    qtbot: QtBot, light: QApplication, store: Store, tmp_path: Path
) -> None:
    tasks = WhenTold()
    store.remember(**{SETTING: str(tmp_path)})
    place = ReportsPlace(store, Words("vi"), tasks, Elsewhere())
    qtbot.addWidget(place.widget)
    place.open()
    place.widget.choosing.unsent.click()
    while tasks.waiting:
        tasks.answer()
    place.widget.choosing.unsent.click()
    while tasks.waiting:
        tasks.answer()
    place.export()
    place.files.cancel()
    while tasks.waiting:
        tasks.answer()
    assert not list(tmp_path.glob("nhat-ky*"))
    assert not place.widget.band.stopped.isHidden() and place.widget.band.progress.isHidden()


def test_what_is_ticked_while_files_are_written_is_for_the_next_ones(page: Page) -> None:
    notes = page.view.choosing.groups["columns"].box("note")
    page.tasks.meanwhile = notes.click
    page.place.export()
    hashes = {line.toolTip().splitlines()[1] for line in page.view.band.results}
    assert len(page.view.band.results) == 3 and len(hashes) == 1
    assert not notes.isChecked()


def test_a_file_that_is_open_in_excel_says_what_to_do(page: Page) -> None:
    page.tasks.fails = SurroundingsMend("reports.file_held_open", name="nhat-ky.xlsx")
    page.view.band.single["xlsx"].click()
    banner = page.view.band.banner
    assert banner.title.text().startswith("nhat-ky.xlsx đang mở ở chương trình khác")
    assert "Đóng tệp đó" in banner.text.text()


def test_after_a_failure_the_other_files_are_not_tried(page: Page) -> None:
    page.tasks.fails = SurroundingsMend("reports.disk_full", name="nhat-ky.xlsx")
    page.place.export()
    assert page.view.band.results == []
    assert page.view.band.banner.title.text().startswith("Ổ đĩa đầy")


def test_a_folder_that_is_gone_is_told_and_nothing_is_lost(page: Page) -> None:
    page.folder.rmdir()
    page.view.band.single["csv"].click()
    assert page.view.band.banner.title.text().startswith("Không thấy thư mục")


def test_an_old_file_is_replaced_only_after_a_question(page: Page) -> None:
    page.view.band.single["csv"].click()
    (path,) = page.folder.iterdir()
    path.write_text("ghi chú của tôi", "utf-8")
    asked: list[str] = []

    def no(names: str) -> bool:
        asked.append(names)
        return False

    page.place.confirm = no
    page.view.band.single["csv"].click()
    assert asked == [path.name]
    assert path.read_text("utf-8") == "ghi chú của tôi"
    page.place.confirm = lambda _: True
    page.view.band.single["csv"].click()
    assert path.read_text("utf-8-sig") != "ghi chú của tôi"


def test_another_folder_is_remembered(page: Page, store: Store, tmp_path: Path) -> None:
    other = tmp_path / "usb"
    other.mkdir()
    page.place.ask_folder = lambda _: other
    page.view.band.change.click()
    assert store.setting(SETTING) == str(other)
    assert page.view.band.folder.text() == str(other)
    page.view.band.single["csv"].click()
    assert len(list(other.iterdir())) == 1


def test_giving_up_the_folder_question_changes_nothing(page: Page) -> None:
    page.place.ask_folder = lambda _: None
    page.view.band.change.click()
    assert page.view.band.folder.text() == str(page.folder)


def test_space_ticks_and_the_arrows_go_to_the_neighbour(page: Page, qtbot: QtBot) -> None:
    group = page.view.choosing.groups["outcomes"]
    first = group.box(OUTCOME_CODES[0])
    first.setFocus()
    qtbot.keyClick(first, Key.Key_Down)
    second = group.box(OUTCOME_CODES[1])
    assert second.hasFocus()
    qtbot.keyClick(second, Key.Key_Space)
    assert not second.isChecked()


@dataclass(frozen=True)
class Ward:
    stream: str
    code: str = ""
    name: str = ""


def choices(*, people: tuple[str, ...], first: date, last: date) -> Any:
    from fieldapp.usecases.visiting.visit_log import LogChoices

    return LogChoices((Ward("w1"),), tuple((p, p) for p in people), first, last)  # type: ignore[arg-type]  # what the page reads of it


def test_one_begins_with_the_month_so_far() -> None:
    form = first_form(choices(people=("lan",), first=date(2026, 8, 1), last=TODAY), TODAY)
    assert (form.since, form.until) == (date(2026, 11, 1), TODAY)


def test_with_only_older_visits_one_begins_with_the_first() -> None:
    old = choices(people=("lan",), first=date(2026, 8, 1), last=date(2026, 9, 1))
    assert first_form(old, TODAY).since == date(2026, 8, 1)


def test_everything_ticked_asks_for_no_restriction() -> None:
    form = first_form(choices(people=("lan", "phuc"), first=TODAY, last=TODAY), TODAY)
    asked = form.filter()
    assert asked is not None
    assert (asked.canvassers, asked.outcomes) == ((), ())
    narrowed = form.toggled("canvassers", "lan").filter()
    assert narrowed is not None
    assert narrowed.canvassers == ("phuc",)


def test_somebody_new_is_ticked_and_who_was_unticked_stays_so() -> None:
    form = first_form(choices(people=("lan", "phuc"), first=TODAY, last=TODAY), TODAY)
    form = form.toggled("canvassers", "lan")
    after = refreshed(form, choices(people=("lan", "mai", "phuc"), first=TODAY, last=TODAY))
    assert after.canvassers == ("mai", "phuc")


def test_an_empty_form_asks_for_nothing() -> None:
    assert ReportForm().filter() is None


def test_the_first_day_is_filled_in_even_while_its_field_has_the_focus(
    qtbot: QtBot, light: QApplication, store: Store
) -> None:
    place = ReportsPlace(store, Words("vi"), Long(), Elsewhere())
    qtbot.addWidget(place.widget)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.widget.focus_first()
    place.open()
    assert place.widget.choosing.since.text() == "01/11/2026"


def test_full_id_numbers_need_a_reason_before_anything_is_written(page: Page) -> None:
    page.view.band.full_ids.click()
    assert page.view.band.missing.text() == "Ghi lý do cần đủ số định danh"
    assert not page.view.band.three.isEnabled()
    page.view.band.reason.set_text("agency_check")
    page.view.band.reason.edited.emit("agency_check")
    page.view.band.single["csv"].click()
    (path,) = page.folder.iterdir()
    assert "Số định danh đầy đủ. Lý do: Đối chiếu với cơ quan BHXH" in path.read_text("utf-8-sig")


def test_a_choice_is_kept_under_a_name_and_picked_again(page: Page) -> None:
    box, groups = page.view.choosing.presets, page.view.choosing.groups
    groups["columns"].box("note").click()
    groups["outcomes"].box("refused").click()
    box.save.click()
    box.keep.click()
    assert box.name._message.text().startswith("Mẫu chưa có tên")
    box.name.set_text("Vắng nhà")
    box.keep.click()
    assert (box.choice.text(), box.name.isHidden()) == ("Vắng nhà", True)
    assert box.note.text() == "Mỗi lần chọn: ngày hôm đó."
    groups["columns"].all.click()
    groups["outcomes"].all.click()
    box.picked.emit("Vắng nhà")
    assert not groups["columns"].box("note").isChecked() and page.figure("Lượt thăm") == "2"
    page.view.band.single["csv"].click()
    assert "Xuất lần cuối lúc 10:07 23/11/2026" in box.note.text()
    box.rename.click()
    box.name.set_text("Hôm nay")
    box.keep.click()
    assert box.choice.text() == "Hôm nay"
    box.delete.click()
    assert box.choice.text() == "" and not box.delete.isVisible()


def test_a_choice_of_somebody_who_has_no_visits_here_is_not_one_of_everybody(page: Page) -> None:
    form = page.place.form
    assert form is not None and form.since is not None and form.until is not None
    of_hoa = VisitFilter(form.wards, form.since, form.until, ("hoa",))
    preset = Preset("Của Hoa", of_hoa, "fixed")
    assert form.with_preset(preset, TODAY).missing() == "canvassers"


def test_unsent_visits_are_left_out_and_told_unless_asked_for(page: Page) -> None:
    page.view.choosing.unsent.click()
    assert page.figure("Lượt thăm") == "0"
    assert page.view._note.text() == "Còn 4 lượt chưa gửi, không vào tệp"


def test_selected_rows_are_copied_for_a_spreadsheet(page: Page, qtbot: QtBot) -> None:
    table = page.view.table
    table.selectAll()
    qtbot.keyClick(table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Lúc\tChủ hộ\tKết quả\tSố tiền" and len(lines) == 5
    assert all(line.startswith("2026-11-23 10:07\t") for line in lines[1:])
    assert sum(line.endswith("\tVắng nhà\t0") for line in lines) == 1


def test_what_a_spreadsheet_would_compute_is_pasted_as_text() -> None:
    cells = ["=1+1", "@x", "0903", "a\tb\nc", None, 1_200, TODAY]
    assert pasted(["+h"], [cells]) == "+h\n'=1+1\t'@x\t'0903\ta b c\t\t1200\t2026-11-23\n"


def test_quotes_at_the_start_of_a_cell_keep_it_one_cell_and_a_text() -> None:
    cells = ['"Hẹn mai', '"=1+1"', 'bà nói "mai"', '"']
    (row,) = csv.reader(io.StringIO(pasted([], [cells]).lstrip("\n")), dialect="excel-tab")
    assert row == cells


def test_columns_and_order_of_the_table_are_remembered(
    page: Page, qtbot: QtBot, store: Store
) -> None:
    table = page.view.table
    for key in ("note", "canvasser", "head"):
        next(a for a in table.menu().actions() if a.text() == titles(page)[key]).trigger()
    assert table.shown() == ("visited_at", "canvasser", "outcome", "amount_dong", "note")
    page.place.table.sort_by("outcome")
    page.place.table.sort_by("outcome")
    outcomes = [column.key for column in table.columns].index("outcome")

    def told() -> list[str]:
        return [str(table.model().index(row, outcomes).data()) for row in range(2)]

    qtbot.waitUntil(lambda: told() == ["Từ chối", "Từ chối"])
    again = ReportsPlace(store, Words("vi"), Long(), Elsewhere())
    qtbot.addWidget(again.widget)
    assert again.widget.table.shown() == table.shown()
    assert (again.table.sort, again.table.upwards) == ("outcome", False)


def titles(page: Page) -> dict[str, str]:
    return {column.key: column.title for column in page.view.table.columns}

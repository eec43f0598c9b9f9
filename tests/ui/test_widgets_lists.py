"""Lists and tables: keys, selection that stays, folding, what a screen reader hears."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets import (
    Cell,
    Column,
    Filter,
    FilterBar,
    Group,
    Line,
    Mark,
    Row,
    RowList,
    SectionTable,
    on_key,
)
from ui.widgets.rows import Later

DAY = (
    Group("g1", "Hẻm 123", "2 hộ"),
    Row("a", "Lê Văn Tám", lead="123/4", fact="gia hạn", mark=Mark("còn 9 ngày", "brick")),
    Row("b", "Phan Thị Mỹ Lệ", lead="123/4/5", state="conflict"),
    Group("g2", "Hẻm 157", "1 hộ"),
    Row("c", "Bùi Thị Út", lead="157/6"),
)


def listed(qtbot: QtBot) -> RowList:
    """A list of a day with the first row selected and the focus."""
    rows = RowList("Việc hôm nay")
    qtbot.addWidget(rows)
    rows.resize(700, 300)
    rows.set_items(DAY)
    rows.show()
    rows.activateWindow()
    rows.setFocus()
    return rows


def test_the_first_row_is_selected_not_its_heading(light: QApplication, qtbot: QtBot) -> None:
    assert listed(qtbot).current_key() == "a"


def test_new_rows_keep_the_selected_one(light: QApplication, qtbot: QtBot) -> None:
    rows = listed(qtbot)
    rows.select_key("b")
    rows.set_items((DAY[0], Row("new", "Mới"), *DAY[1:]))
    assert rows.current_key() == "b"


def test_when_the_selected_row_is_gone_the_next_one_is_selected(
    light: QApplication, qtbot: QtBot
) -> None:
    rows = listed(qtbot)
    rows.select_key("b")
    rows.set_items([item for item in DAY if item.key != "b"])
    assert rows.current_key() == "c"


def test_enter_opens_the_row(light: QApplication, qtbot: QtBot) -> None:
    rows = listed(qtbot)
    rows.select_key("c")
    with qtbot.waitSignal(rows.opened) as opened:
        qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert opened.args == ["c"]


def test_left_folds_the_group_and_right_opens_it(light: QApplication, qtbot: QtBot) -> None:
    rows = listed(qtbot)
    qtbot.keyClick(rows, Qt.Key.Key_Left)
    assert rows.keys() == ["c"]
    qtbot.keyClick(rows, Qt.Key.Key_Right)
    assert rows.keys() == ["a", "b", "c"]


def test_a_folded_group_stays_folded_with_new_rows(light: QApplication, qtbot: QtBot) -> None:
    rows = listed(qtbot)
    rows.set_folded("g1", True)
    rows.set_items(DAY)
    assert rows.keys() == ["c"]


def test_a_digit_is_an_outcome_in_the_list_and_a_digit_in_a_field(
    light: QApplication, qtbot: QtBot
) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    rows, edit = RowList("Việc"), QLineEdit()
    rows.set_items(DAY)
    column.addWidget(rows)
    column.addWidget(edit)
    heard: list[str] = []
    on_key(page, "1", lambda: heard.append("1"))
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_1)
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_1)
    assert heard == ["1"]
    assert edit.text() == "1"
    assert rows.current_key() == "a"


def test_a_row_speaks_all_that_it_shows(light: QApplication, qtbot: QtBot) -> None:
    rows = listed(qtbot)
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = [rows.model().index(n, 0).data(role) for n in range(3)]
    assert spoken == [
        "Hẻm 123, 2 hộ, đang mở",
        "123/4, Lê Văn Tám, gia hạn, còn 9 ngày",
        "123/4/5, Phan Thị Mỹ Lệ, Xung đột",
    ]


def test_the_selected_row_is_told_once_per_change(light: QApplication, qtbot: QtBot) -> None:
    rows = listed(qtbot)
    told: list[str] = []
    rows.current_changed.connect(told.append)
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    rows.set_items(DAY)
    assert told == ["b"]


def test_filters_move_by_arrows_and_keep_the_chosen_one(light: QApplication, qtbot: QtBot) -> None:
    bar = FilterBar("Lọc", [Filter("all", "Tất cả", 28), Filter("due", "Có hẹn", 3)])
    qtbot.addWidget(bar)
    with qtbot.waitSignal(bar.chosen) as chosen:
        qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert chosen.args == ["due"]
    bar.set_filters([Filter("all", "Tất cả", 27), Filter("due", "Có hẹn", 2)])
    assert bar.current_key() == "due"
    assert bar.accessibleDescription() == "Có hẹn 2, đã chọn"


def test_a_table_asks_to_sort_and_keeps_the_selected_line(
    light: QApplication, qtbot: QtBot
) -> None:
    table = SectionTable("Phường", [Column("w", "Phường"), Column("n", "BHYT mới", 120, True)])
    qtbot.addWidget(table)
    lines = [Line("1", (Cell("Phường 25"), Cell("171"))), Line("2", (Cell("Xã A"), Cell("9")))]
    table.set_lines(lines)
    table.select_key("1")
    with qtbot.waitSignal(table.sort_asked) as asked:
        table.horizontalHeader().sectionClicked.emit(1)
    assert asked.args == ["n"]
    table.set_lines(lines[::-1])
    assert table.current_key() == "1"


def test_filters_stay_within_their_bar_however_narrow_it_is(
    qtbot: QtBot, light: QApplication
) -> None:
    texts = ("All", "Conflicts", "Needs fixing", "Duplicates", "Done")
    bar = FilterBar("Show", [Filter(text, text, 12) for text in texts], inset=20)
    qtbot.addWidget(bar)
    bar.show()
    for width in (500, 400, 340):
        bar.resize(width, 36)
        boxes = bar._boxes()
        assert boxes[-1].right() <= width
        assert all(one.right() < other.left() for one, other in pairwise(boxes))


def test_columns_leave_whole_before_a_name_is_cut(qtbot: QtBot, light: QApplication) -> None:
    columns = [
        Column("name", "Name", 0),
        Column("first", "Leaves first", 100, leaves=1),
        Column("stays", "Stays", 100),
        Column("then", "Leaves then", 100, leaves=2),
    ]
    table = SectionTable("People", columns)
    qtbot.addWidget(table)
    table.show()
    for width, hidden in ((600, set()), (500, {"first"}), (400, {"first", "then"}), (700, set())):
        table.resize(width, 200)
        gone = {c.key for n, c in enumerate(columns) if table.isColumnHidden(n)}
        assert gone == hidden


def test_a_long_list_makes_only_the_rows_that_are_looked_at(
    light: QApplication, qtbot: QtBot
) -> None:
    made: list[str] = []

    def later(key: str) -> Later:
        def make() -> Row:
            made.append(key)
            return Row(key, f"Hộ {key}")

        return Later(key, key, make)

    rows = RowList("Danh sách")
    qtbot.addWidget(rows)
    rows.resize(600, 400)
    rows.set_items([Group("g", "Gấp"), *(later(str(number)) for number in range(2_000))])
    rows.show()
    rows.setFocus()
    assert rows.current_key() == "0"
    assert len(rows.keys()) == 2_000
    assert len(set(made)) < 400
    rows.select_key("1500")
    assert rows.current_key() == "1500"
    qtbot.keyClick(rows, Qt.Key.Key_End)
    assert rows.current_key() == "1999"
    rows.set_folded("g", folded=True)
    assert rows.keys() == []

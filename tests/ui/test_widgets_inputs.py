"""Inputs, dates, choices, buttons, the question."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.widgets import (
    Button,
    CheckBox,
    Choice,
    ChoiceCards,
    DateField,
    KeyedItem,
    KeyedList,
    LabeledInput,
    Question,
    ReasonedButton,
    parse_day,
)
from ui.widgets.date_field import NoSuchDay

THURSDAY = date(2024, 11, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23", date(2024, 11, 23)),
        ("21", THURSDAY),
        ("20", date(2024, 12, 20)),
        ("23/11", date(2024, 11, 23)),
        ("5/1", date(2025, 1, 5)),
        ("23/11/2025", date(2025, 11, 23)),
        ("23.11.25", date(2025, 11, 23)),
        ("t7", date(2024, 11, 23)),
        ("T5", date(2024, 11, 28)),
        ("thứ 2", date(2024, 11, 25)),
        ("cn", date(2024, 11, 24)),
        ("+3", date(2024, 11, 24)),
        ("-1", date(2024, 11, 20)),
        ("mai", None),
        ("45", None),
        ("10/13", None),
        ("", None),
    ],
)
def test_a_date_is_understood_as_people_type_it(text: str, day: date | None) -> None:
    assert parse_day(text, THURSDAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("23", date(2024, 10, 23)), ("5/12", date(2023, 12, 5)), ("1/2/68", date(1968, 2, 1))],
)
def test_a_date_of_the_past_is_looked_for_backwards(text: str, day: date) -> None:
    assert parse_day(text, THURSDAY, past=True) == day


def test_the_31st_jumps_over_months_that_have_none() -> None:
    assert parse_day("31", THURSDAY) == date(2024, 12, 31)
    assert parse_day("30", date(2025, 2, 1)) == date(2025, 3, 30)


def test_a_day_that_its_month_lacks_is_named(light: QApplication, qtbot: QtBot) -> None:
    with pytest.raises(NoSuchDay) as wrong:
        parse_day("31/02/1968", THURSDAY)
    assert (wrong.value.month, wrong.value.year, wrong.value.days) == (2, 1968, 29)
    field = DateField("Ngày sinh", THURSDAY, past=True)
    qtbot.addWidget(field)
    field.edit.setText("31/02/1968")
    field.read()
    assert field.has_error()
    assert field.message() == "Tháng 2 năm 1968 chỉ có 29 ngày. Xem lại thẻ"
    assert field.day() is None


def test_a_date_moves_by_arrows_once_it_is_understood(light: QApplication, qtbot: QtBot) -> None:
    field = DateField("Hẹn ngày", THURSDAY, day=date(2024, 11, 23))
    qtbot.addWidget(field)
    assert field.text() == "Thứ Bảy 23/11/2024"
    qtbot.keyClick(field.edit, Qt.Key.Key_Right)
    assert field.day() == date(2024, 11, 24)
    qtbot.keyClick(field.edit, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert field.day() == date(2024, 11, 17)


def test_emptying_a_date_forgets_it(light: QApplication, qtbot: QtBot) -> None:
    field = DateField("Hẹn ngày", THURSDAY, day=THURSDAY)
    qtbot.addWidget(field)
    field.edit.clear()
    with qtbot.waitSignal(field.day_changed) as changed:
        field.read()
    assert changed.args == [None]


def test_an_error_stands_below_and_is_described(light: QApplication, qtbot: QtBot) -> None:
    field = LabeledInput("Số căn cước")
    qtbot.addWidget(field)
    high = field.edit.height()
    field.set_message("Số này ghi nữ", "error")
    assert field.edit.accessibleName() == "Số căn cước"
    assert field.edit.accessibleDescription() == "Số này ghi nữ"
    assert field.edit.height() == high
    field.set_message("")
    assert not field.has_error()


def test_choices_move_by_arrows_over_what_cannot_be_chosen(
    light: QApplication, qtbot: QtBot
) -> None:
    cards = ChoiceCards(
        "Đóng bao lâu",
        [Choice("3", "3 tháng"), Choice("6", "6 tháng", enabled=False), Choice("12", "12 tháng")],
    )
    qtbot.addWidget(cards)
    with qtbot.waitSignal(cards.chosen) as chosen:
        qtbot.keyClick(cards, Qt.Key.Key_Right)
    assert chosen.args == ["12"]
    assert cards.accessibleName() == "Đóng bao lâu"
    assert cards.accessibleDescription() == "12 tháng, đã chọn"


def test_outcomes_are_chosen_by_arrows(light: QApplication, qtbot: QtBot) -> None:
    outcomes = KeyedList("Kết quả", [KeyedItem("a", "1", "Vắng nhà"), KeyedItem("b", "2", "Hẹn")])
    qtbot.addWidget(outcomes)
    qtbot.keyClick(outcomes, Qt.Key.Key_Down)
    qtbot.keyClick(outcomes, Qt.Key.Key_Down)
    assert outcomes.current_key() == "b"


def test_a_button_tells_its_key_and_is_pressed_by_enter(light: QApplication, qtbot: QtBot) -> None:
    button = Button("Hẹn lại", key="2")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.accessibleDescription()) == ("Hẹn lại", "2")
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Return)


def test_a_disabled_button_says_what_is_missing(light: QApplication, qtbot: QtBot) -> None:
    held = ReasonedButton(Button("Ghi danh"))
    qtbot.addWidget(held)
    held.set_reason("Chưa chọn người đóng")
    assert not held.button.isEnabled()
    assert held.button.accessibleDescription() == "Chưa chọn người đóng"
    held.set_reason("")
    assert held.button.isEnabled()


def test_a_tick_box_is_ticked_by_space(light: QApplication, qtbot: QtBot) -> None:
    box = CheckBox("Trần Quốc Khôi", note="gia hạn")
    qtbot.addWidget(box)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()
    assert box.accessibleName() == "Trần Quốc Khôi, gia hạn"


def test_the_question_needs_its_reason_and_never_takes_enter(
    light: QApplication, qtbot: QtBot
) -> None:
    ask = Question("Hủy biên lai 0041906?", "Số vẫn giữ.", "Hủy biên lai", reason="Lý do")
    qtbot.addWidget(ask)
    ask.show()
    assert not ask.deed.isEnabled()
    ask.reason.setText("ghi sai số tiền")
    assert ask.deed.isEnabled()
    qtbot.keyClick(ask.reason, Qt.Key.Key_Return)
    assert ask.isVisible()
    qtbot.keyClick(ask, Qt.Key.Key_Escape)
    assert ask.result() == 0


def test_a_question_without_reason_rests_on_the_safe_answer(
    light: QApplication, qtbot: QtBot
) -> None:
    ask = Question("Thu hồi máy KV-07?", "Máy này không gửi được nữa.", "Thu hồi máy")
    qtbot.addWidget(ask)
    ask.show()
    ask.activateWindow()
    assert ask.focusWidget() is ask.safe

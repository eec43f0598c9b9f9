"""Today with a real file behind it: keys record, the list goes on, and undo takes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.clock import SetClock
from fieldapp.errors import SurroundingsMend
from fieldapp.store.store import Store
from fieldapp.usecases.households import household
from fieldapp.usecases.visiting import days_doors, today, visits
from fieldapp.usecases.visiting.assignments import assign
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now, WhenTold
from tests.ui.town_store import NOW, open_town
from ui.places.today.place import TodayPlace


@pytest.fixture
def clock() -> SetClock:
    """The laptop's clock."""
    return SetClock(NOW)


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    """A laptop with the town on it."""
    profile = open_town(tmp_path / "profile", households=30, clock=clock)
    yield profile.store
    profile.close()


@pytest.fixture
def place(light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere) -> TodayPlace:
    """Today, shown, with its list."""
    made = TodayPlace(store, Words("vi"), Now(), window)
    made.widget.resize(1182, 684)
    qtbot.addWidget(made.widget)
    made.widget.show()
    made.refresh()
    made.view.focus_first()
    return made


def press(qtbot: QtBot, place: TodayPlace, key: Qt.Key) -> None:
    """A key while the list has the focus."""
    qtbot.keyClick(place.view.list, key)


def visits_of(store: Store, place: TodayPlace, key: str) -> int:
    """How many visits the household has."""
    row = place.state.row(key)
    assert row is not None
    return household.household_page(store, row.ward, row.household).visits


def test_one_key_records_that_nobody_was_home_and_goes_on(
    qtbot: QtBot, place: TodayPlace, store: Store, window: Elsewhere
) -> None:
    first = place.state.selected
    before = visits_of(store, place, first)
    press(qtbot, place, Qt.Key.Key_1)
    row = place.state.row(first)
    assert row is not None
    assert row.done is not None
    assert row.done.outcome == "not_at_home"
    assert visits_of(store, place, first) == before + 1
    assert place.state.selected != first
    assert place.view.list.current_key() == place.state.selected
    assert window.toasts[-1][0] == "Đã ghi: vắng nhà, ghé lại 24/11"


def test_undo_of_the_toast_takes_the_visit_back_and_selects_the_door(
    qtbot: QtBot, place: TodayPlace, store: Store, window: Elsewhere
) -> None:
    first = place.state.selected
    before = visits_of(store, place, first)
    press(qtbot, place, Qt.Key.Key_4)
    undo = window.toasts[-1][1]
    assert undo is not None
    undo()
    assert visits_of(store, place, first) == before
    assert place.state.selected == first
    row = place.state.row(first)
    assert row is not None
    assert row.done is None


def test_two_asks_for_a_day_and_enter_saves_it(
    qtbot: QtBot, place: TodayPlace, window: Elsewhere
) -> None:
    first = place.state.selected
    press(qtbot, place, Qt.Key.Key_2)
    plan = place.view.plan
    assert plan.isVisible()
    assert not place.view.outcomes.isVisible()
    plan.day.edit.setText("+3")
    plan.time.set_text("9h")
    qtbot.keyClick(plan.time.edit, Qt.Key.Key_Return)
    row = place.state.row(first)
    assert row is not None
    assert row.done is not None
    assert row.done.outcome == "appointment"
    assert f"{row.done.next_on:%d/%m}" == "26/11"
    assert window.toasts[-1][0] == "Đã ghi: hẹn lại 26/11"
    assert not plan.isVisible()


def test_a_day_that_is_over_is_refused_where_it_is_typed(
    qtbot: QtBot, place: TodayPlace, window: Elsewhere
) -> None:
    press(qtbot, place, Qt.Key.Key_2)
    place.view.plan.day.edit.setText("20/11/2026")
    place.view.plan.submit()
    assert place.view.plan.day.has_error()
    assert window.toasts == []


def test_escape_leaves_the_appointment_without_recording(
    qtbot: QtBot, place: TodayPlace, window: Elsewhere
) -> None:
    press(qtbot, place, Qt.Key.Key_2)
    qtbot.keyClick(place.view.plan.day.edit, Qt.Key.Key_Escape)
    assert not place.view.plan.isVisible()
    assert window.toasts == []


def test_five_opens_the_enrolment_and_enter_the_household(
    qtbot: QtBot, place: TodayPlace, window: Elsewhere
) -> None:
    row = place.state.current()
    assert row is not None
    target = {"ward": row.ward, "household": row.household}
    press(qtbot, place, Qt.Key.Key_5)
    press(qtbot, place, Qt.Key.Key_Return)
    assert window.gone == [("enrol", target), ("household", target)]


def test_the_filter_keeps_the_doors_of_the_whole_day(qtbot: QtBot, place: TodayPlace) -> None:
    assert place.state.today is not None
    doors = place.state.today.doors
    qtbot.keyClick(place.view.list, Qt.Key.Key_F)
    assert place.view.filters.hasFocus()
    for only in ("appointment", "ends_30", "late", "never"):
        qtbot.keyClick(place.view.filters, Qt.Key.Key_Right)
        assert place.state.only == only
        assert len(place.state.keys()) == place.state.today.filters[only]
        assert place.state.today.doors == doors
    assert len(doors) == place.state.today.filters["all"]


def test_the_most_urgent_stands_first_and_w_turns_to_walking_order(
    qtbot: QtBot, place: TodayPlace
) -> None:
    by_urgency = place.state.keys()
    assert place.state.today is not None
    assert place.state.today.groups[0].band is not None

    press(qtbot, place, Qt.Key.Key_W)

    assert place.state.order == "walking"
    assert all(group.band is None for group in place.state.today.groups)
    assert sorted(place.state.keys()) == sorted(by_urgency)


def test_the_right_band_shows_the_door_that_is_selected(qtbot: QtBot, place: TodayPlace) -> None:
    press(qtbot, place, Qt.Key.Key_Down)
    row = place.state.current()
    assert row is not None
    assert place.view.brief.name.text() == row.head_name
    qtbot.waitUntil(lambda: len(place.view.brief.covers.shown()) == row.members)


def test_a_failed_write_comes_back_to_the_door_and_says_so(
    qtbot: QtBot,
    place: TodayPlace,
    store: Store,
    window: Elsewhere,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> object:
        raise SurroundingsMend("store.disk_full")

    first = place.state.selected
    monkeypatch.setattr(store, "work", full)
    press(qtbot, place, Qt.Key.Key_1)
    assert [error.code for error in window.banners] == ["store.disk_full"]
    assert place.state.selected == first
    assert place.state.can_record()


def test_an_answer_that_comes_too_late_is_dropped(
    light: QApplication, qtbot: QtBot, store: Store, window: Elsewhere
) -> None:
    tasks = WhenTold()
    place = TodayPlace(store, Words("vi"), tasks, window)
    qtbot.addWidget(place.widget)
    place.refresh()
    place.view.filter_chosen.emit("never")
    tasks.answer(1)
    narrow = place.state.keys()
    tasks.answer(0)
    assert place.state.keys() == narrow


def test_a_laptop_without_a_list_says_what_to_do(
    light: QApplication, qtbot: QtBot, tmp_path: Path, window: Elsewhere
) -> None:
    profile = open_town(tmp_path / "empty", households=0)
    place = TodayPlace(profile.store, Words("vi"), Now(), window)
    qtbot.addWidget(place.widget)
    place.widget.show()
    place.refresh()
    assert place.state.emptiness() == "no_list"
    place.view.empty_acted.emit("no_list")
    assert window.gone == [("sync", {"now": True})]
    profile.close()


def test_what_comes_while_a_day_is_asked_for_takes_neither_form_nor_keys(
    qtbot: QtBot, place: TodayPlace, window: Elsewhere
) -> None:
    """A colleague's work arrives at any moment: digits of a time must not become outcomes."""
    first = place.state.selected
    press(qtbot, place, Qt.Key.Key_2)
    plan = place.view.plan
    plan.day.edit.setText("+3")
    plan.time.edit.setFocus()
    place.refresh()
    assert plan.isVisible() and plan.day.edit.text() == "Thứ Năm 26/11/2026"
    assert plan.time.edit.hasFocus()
    assert place.state.selected == first and window.toasts == []
    other = place.state.keys()[3]
    ward, home = other.split("/")
    place.open(ward=ward, household=home)
    assert not plan.isVisible() and place.state.selected == other


def test_what_came_while_a_day_was_asked_for_is_shown_afterwards(
    qtbot: QtBot, place: TodayPlace, store: Store
) -> None:
    first = place.state.current()
    assert first is not None and place.state.today is not None
    before = place.state.today.visited
    press(qtbot, place, Qt.Key.Key_2)
    visits.record_visit(store, first.ward, first.household, "not_at_home")
    place.refresh()
    assert place.state.today.visited == before
    qtbot.keyClick(place.view.plan.day.edit, Qt.Key.Key_Escape)
    assert place.state.today.visited == before + 1


def test_after_midnight_the_list_is_that_of_the_new_day(
    qtbot: QtBot, place: TodayPlace, clock: SetClock
) -> None:
    press(qtbot, place, Qt.Key.Key_1)
    assert place.state.today is not None and place.state.today.visited == 1
    heads = [place.view.head().context]
    place.view.head_changed.connect(lambda head: heads.append(head.context))
    clock.forward(hours=20)
    place.tick()
    assert place.state.today.visited == 0 and "24/11/2026" in heads[-1]
    clock.forward(hours=-24)
    place.tick()
    assert place.state.today.visited == 1 and "23/11/2026" in heads[-1]


def test_the_beginning_of_a_long_list_is_there_before_the_rest(
    light: QApplication,
    qtbot: QtBot,
    store: Store,
    window: Elsewhere,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, count in (("FIRST", 8), ("SCREENFUL", 4), ("A_FEW", 3)):
        monkeypatch.setattr(today, name, count)
    monkeypatch.setattr(days_doors, "JUDGED_AT_ONCE", 7)
    store.remember(username="hoa")  # to whom no door is assigned: she sees all of them
    yesterday = today.DaysList(store)
    yesterday.read()
    yesterday.remember()

    tasks = WhenTold()
    place = TodayPlace(store, Words("vi"), tasks, window)
    qtbot.addWidget(place.widget)
    place.refresh()
    tasks.answer()
    begun, shown = place.view.list.keys(), place.state.today
    assert shown is not None and not shown.whole
    assert len(begun) >= 4
    assert place.state.selected == begun[0]
    steps = 0
    while tasks.waiting:
        tasks.answer()
        steps += 1
    assert steps > 2
    assert place.state.today is not None and place.state.today.whole
    assert place.view.list.keys()[:4] == begun[:4]
    assert place.state.selected == begun[0]
    assert place.state.today.filters["all"] == len(place.view.list.keys())


def test_a_key_for_a_door_that_a_colleague_took_is_not_recorded_at_another(
    qtbot: QtBot, place: TodayPlace, store: Store, window: Elsewhere
) -> None:
    place.view.select(place.state.keys()[2])
    row = place.state.current()
    assert row is not None
    assign(store, row.ward, [row.household], "phuc", until=date(2026, 12, 31))
    place.refresh()
    now = place.state.current()
    assert now is not None and now.household != row.household
    before = visits_of(store, place, place.state.selected)
    press(qtbot, place, Qt.Key.Key_7)
    assert "chưa ghi gì" in window.toasts[-1][0] and now.head_name in window.toasts[-1][0]
    assert visits_of(store, place, place.state.selected) == before
    key = place.state.selected
    press(qtbot, place, Qt.Key.Key_1)
    assert visits_of(store, place, key) == before + 1

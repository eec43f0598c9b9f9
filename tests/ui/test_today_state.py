"""What Today shows and allows, without a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from fieldapp.rules.explained import Reason
from fieldapp.usecases.visiting.today import DoneVisit, Today, TodayGroup, TodayRow
from fieldapp.words import Words
from ui.places.today.list_rows import items_of, row_of
from ui.places.today.parts import read_time
from ui.places.today.state import TodayState
from ui.say import Teller
from ui.widgets import Group

DAY = date(2026, 11, 23)
DONE = DoneVisit(
    outcome="not_at_home",
    at=datetime(2026, 11, 23, 2, 20, tzinfo=UTC),
    note="",
    next_on=date(2026, 11, 24),
    amount_dong=0,
    receipt=None,
)


def a_row(household: str, *, done: DoneVisit | None = None, level: str = "late") -> TodayRow:
    """A household with two cards that end."""
    return TodayRow(
        ward="w",
        household=household,
        house_number=f"123/{household}",
        street="Ung Văn Khiêm",
        head_name="Nguyễn Thị Bích Hằng",
        members=5,
        bucket="ends_30",
        reason=Reason("cards_end", {"n": 2, "day": date(2026, 12, 2)}),
        also=(Reason("cards_lapsed", {"n": 1, "day": date(2026, 8, 31)}),),
        stake=Reason("stake_wait", {"day": date(2026, 12, 2)}),
        urgency=Reason("urgency.days_left", {"n": 9}),
        urgency_level="done" if done else level,
        done=done,
        state="on_device" if done else "sent",
        last_visit_on=None,
        held_by=None,
        held_until=None,
    )


def a_day(*rows: TodayRow) -> Today:
    """A day with one alley."""
    groups = (TodayGroup("123", "Ung Văn Khiêm", rows, sum(r.done is None for r in rows)),)
    return Today(
        day=DAY,
        groups=groups if rows else (),
        filters={},
        doors=(),
        visited=0,
        total=len(rows),
        enrolled=0,
        talked=0,
        absent=0,
        collected_dong=0,
        receipts=0,
    )


def test_the_first_door_still_to_come_is_selected() -> None:
    state = TodayState().with_list(a_day(a_row("1", done=DONE), a_row("2"), a_row("3")))
    assert state.selected == "w/2"


def test_the_selection_stays_when_the_list_comes_again() -> None:
    state = replace(TodayState(), selected="w/3").with_list(a_day(a_row("2"), a_row("3")))
    assert state.selected == "w/3"


def test_the_selection_goes_on_to_the_next_open_door_and_then_back_up() -> None:
    state = TodayState().with_list(a_day(a_row("1"), a_row("2"), a_row("3", done=DONE), a_row("4")))
    assert state.after("w/2") == "w/4"
    assert state.after("w/4") == "w/2"


def test_a_door_being_written_takes_no_second_outcome_and_is_passed_over() -> None:
    state = TodayState().with_list(a_day(a_row("1"), a_row("2"), a_row("3")))
    waiting = replace(state, selected="w/2", pending=frozenset({"w/2"}))
    assert not waiting.can_record()
    assert waiting.after("w/1") == "w/3"


def test_an_empty_day_says_why_it_is_empty() -> None:
    assert TodayState().emptiness() == ""
    assert TodayState().with_list(a_day(), any_household=False).emptiness() == "no_list"
    assert TodayState().with_list(a_day(), any_household=True).emptiness() == "calm"
    assert replace(TodayState(only="late")).with_list(a_day()).emptiness() == "filter"


def test_a_row_says_its_reasons_then_its_stake_and_how_long_there_is() -> None:
    row = row_of(a_row("4"), Teller(Words("vi"), DAY))
    assert row.fact == "2 thẻ hết hạn 02/12 · 1 thẻ hết hạn từ 31/08"
    assert row.stake == "Quá 02/12: phải chờ 30 ngày, mất 5 năm liên tục"
    assert row.mark is not None
    assert (row.mark.text, row.mark.token) == ("còn 9 ngày", "brick")
    assert row.fact_strong


def test_a_done_row_is_grey_and_keeps_its_outcome() -> None:
    row = row_of(a_row("4", done=DONE), Teller(Words("vi"), DAY))
    assert row.done
    assert row.mark is not None
    assert row.mark.text == "Vắng nhà"
    assert row.fact == "09:20 vắng nhà"
    assert row.stake == "hẹn 24/11"


def test_an_enrolled_row_names_money_and_receipt_in_english_too() -> None:
    done = replace(DONE, outcome="enrolled", amount_dong=631_800, receipt="0041906", next_on=None)
    row = row_of(a_row("4", done=done), Teller(Words("en"), DAY))
    assert row.stake == "631.800\u00a0đ, receipt 0041906"
    assert row.mark is not None
    assert (row.mark.text, row.mark.token) == ("Enrolled", "jade")


def test_a_heading_names_the_alley_and_what_is_left_in_it() -> None:
    items = items_of(a_day(a_row("1", done=DONE), a_row("2")), Teller(Words("vi"), DAY))
    assert isinstance(items[0], Group)
    assert (items[0].title, items[0].note) == ("Hẻm 123 Ung Văn Khiêm", "2 hộ, còn 1")


def test_a_time_is_read_as_people_write_it() -> None:
    assert read_time("17:30") == "17:30"
    assert read_time("17h30") == "17:30"
    assert read_time("1730") == "17:30"
    assert read_time("9h") == "09:00"
    assert read_time("") == ""
    assert read_time("25:00") is None
    assert read_time("chiều") is None

"""The list of the day: who is on it, why, in which order, and how the day is counted."""

from __future__ import annotations

from datetime import date

from fieldapp.demo.town import Town
from fieldapp.store.store import Store
from fieldapp.usecases.households import people
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.visiting import assignments, visits
from fieldapp.usecases.visiting.today import todays_list
from tests.support.laptops import WARD
from tests.usecases.conftest import register


def rows(store: Store, **asked: str) -> list[str]:
    return [r.household for g in todays_list(store, **asked).groups for r in g.rows]


def test_a_row_says_why_it_is_there_and_what_waiting_costs(store: Store, home: str) -> None:
    (row,) = (r for g in todays_list(store).groups for r in g.rows)

    assert row.head_name == "Nguyễn Thị Bích Hằng"
    assert (row.reason.code, row.reason.values["n"]) == ("cards_end", 2)
    assert row.reason.values["day"] == date(2026, 12, 2)
    assert row.stake is not None and row.stake.code == "stake_wait_open"
    assert row.urgency_level == "late"
    assert row.state == "on_device"


def test_cover_that_ends_first_stands_on_top(store: Store, town: Town) -> None:
    for door in town.households[:30]:
        register(store, door)

    listed = [r for g in todays_list(store).groups for r in g.rows]
    left = [r.urgency.values.get("n", 0) for r in listed if r.urgency.code == "urgency.days_left"]

    assert len(left) > 10
    assert left == sorted(left)
    assert [g.band for g in todays_list(store).groups][:2] == ["within_14", "within_30"]


def test_walking_order_goes_through_an_alley_by_its_numbers(store: Store) -> None:
    from fieldapp.usecases.households import people

    for number in ("123/10", "123/4/5A", "123/4/5", "123/4"):
        fields = {"house_number": number, "street": "Ung Văn Khiêm"}
        people.register_household(store, WARD, fields, [{"full_name": "Lê Văn Tám"}])

    (group,) = todays_list(store, order="walking").groups
    assert [row.house_number for row in group.rows] == ["123/4", "123/4/5", "123/4/5A", "123/10"]
    assert group.alley == "123"


def test_a_visited_door_stays_in_place_with_its_outcome(store: Store, home: str) -> None:
    visits.record_visit(store, WARD, home, "not_at_home", note="cửa khóa")

    today = todays_list(store)
    (row,) = (r for g in today.groups for r in g.rows)

    assert row.done is not None
    assert (row.done.outcome, row.done.note) == ("not_at_home", "cửa khóa")
    assert (today.visited, today.absent, today.total) == (1, 1, 1)
    assert today.doors == ("absent",)


def test_who_must_not_be_contacted_is_never_listed_again(store: Store, home: str) -> None:
    visits.record_visit(store, WARD, home, "do_not_contact")
    store._clock.forward(days=1)  # type: ignore[attr-defined]  # the tests' clock is a SetClock

    assert rows(store) == []


def test_only_own_households_are_listed_once_some_are_assigned(store: Store, town: Town) -> None:
    doors = [register(store, door) for door in town.households[:6]]
    assignments.assign(store, WARD, doors[:2], "lan", until=date(2026, 12, 31))
    assignments.assign(store, WARD, doors[2:4], "phuc", until=date(2026, 12, 31))

    assert set(rows(store)) <= set(doors[:2])
    held = {r.household: r.held_by for g in todays_list(store, scope="all").groups for r in g.rows}
    assert all(held[door] == "phuc" for door in doors[2:4] if door in held)
    assert all(held[door] is None for door in doors[:2] if door in held)


def test_filters_count_what_they_show(store: Store, town: Town) -> None:
    for door in town.households[:40]:
        register(store, door)

    counts = todays_list(store).filters
    assert counts["ends_30"] > 0 and counts["late"] > 0 and counts["never"] > 0
    for name, count in counts.items():
        assert len(rows(store, only=name)) == count


def test_every_row_of_the_day_is_counted_as_a_door(store: Store, town: Town) -> None:
    doors = [register(store, door) for door in town.households[:12]]
    visits.record_visit(store, WARD, doors[0], "not_at_home")
    store.remember(username="phuc")

    today = todays_list(store, scope="all")
    assert today.total == today.filters["all"] == len(rows(store, scope="all"))
    assert today.visited == 1


def vsi_door(store: Store, *, since: date | None, until: date) -> str:
    """A household of one who has paid voluntary social insurance, or stands on a due list."""
    cover = {"scheme": "vsi", "payer": "household", "valid_from": since, "valid_to": until}
    member = {"full_name": "Lý Thị Út", "relationship": "00", "born_on": date(1985, 3, 2)}
    fields = {"house_number": "7", "street": "D3"}
    return people.register_household(store, WARD, fields, [member | {"covers": [cover]}])


def test_a_term_of_six_months_is_due_in_the_fourth_month_of_the_next(store: Store) -> None:
    """Paid for May to October: the next term may be paid until the end of February."""
    vsi_door(store, since=date(2026, 5, 1), until=date(2026, 10, 31))
    store._clock.forward(days=7)  # type: ignore[attr-defined]  # the tests' clock is a SetClock
    (row,) = (r for g in todays_list(store).groups for r in g.rows)
    assert (row.reason.code, row.reason.values["day"]) == ("vsi_due_term", date(2027, 2, 28))
    assert (row.reason.values["months"], row.reason.values["n"]) == (6, 4)
    assert row.urgency.values == {"n": 90}


def test_who_is_past_the_last_day_is_paused_and_says_so(store: Store) -> None:
    vsi_door(store, since=date(2026, 9, 1), until=date(2026, 9, 30))
    (row,) = (r for g in todays_list(store).groups for r in g.rows)
    assert (row.bucket, row.reason.code) == ("lapsed", "vsi_paused_since")
    assert row.reason.values["day"] == date(2026, 10, 31)


def test_who_stands_on_a_due_list_may_pay_until_that_day(store: Store) -> None:
    home = vsi_door(store, since=None, until=date(2026, 11, 30))
    (row,) = (r for g in todays_list(store).groups for r in g.rows)
    assert (row.reason.code, row.reason.values["day"]) == ("vsi_due", date(2026, 11, 30))
    (member,) = household_page(store, WARD, home).members
    assert member.vsi_why_not is None


def test_who_is_in_the_compulsory_insurance_by_now_has_missed_nothing(store: Store) -> None:
    home = vsi_door(store, since=date(2026, 9, 1), until=date(2026, 9, 30))
    (member,) = household_page(store, WARD, home).members
    people.edit_person(store, WARD, member.person, {"group": "employer"})
    (row,) = (r for g in todays_list(store).groups for r in g.rows)
    assert row.reason.code == "never_visited"

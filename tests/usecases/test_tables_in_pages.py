"""Tables of many lines: any order, a page at a time, filtered, and written as they are seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.errors import UserMends
from fieldapp.rules.folding import address_sort_key, fold, name_sort_key
from fieldapp.store.file.profile import Profile
from fieldapp.store.queries import ordered, visit_order
from fieldapp.store.store import Store
from fieldapp.usecases.households import people_table as people
from fieldapp.usecases.me import me
from fieldapp.usecases.visiting import visit_log, visit_table, visits
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from tests.support.refusals import refused
from tests.ui.town_store import open_town

VI = Words("vi")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    profile = open_town(tmp_path_factory.mktemp("town"), households=120)
    yield profile
    profile.close()


@pytest.fixture
def store(town: Profile) -> Store:
    return town.store


def everything(store: Store) -> VisitFilter:
    found = visit_log.choices(store)
    return VisitFilter(me(store).streams, found.first_day, found.last_day)


def whole_table(
    store: Store, chosen: VisitFilter, sort: str, *, upwards: bool
) -> visit_table.VisitTable:
    table = visit_table.begin_visit_table(store, chosen, sort, upwards=upwards)
    while visit_table.take_more(store, table) is not None:
        pass
    return table


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_a_table_taken_piece_by_piece_is_in_the_order_of_the_whole(
    store: Store, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = everything(store)
    assert len(chosen.wards) > 1, "pieces of several wards are put together"
    whole = visit_log.preview(store, chosen, 10_000)
    by = {
        "visited_at": lambda row: 0,
        "head": lambda row: name_sort_key(row.head),
        "street": lambda row: (address_sort_key(row.street), address_sort_key(row.house_number)),
        "canvasser": lambda row: name_sort_key(row.canvasser),
        "outcome": lambda row: row.outcome,
        "next_on": lambda row: (row.next_on is not None, row.next_on),
        "amount_dong": lambda row: (bool(row.receipts), row.amount_dong),
    }
    for name in ("PIECE", "FIRST_PIECE", "LEAST"):
        monkeypatch.setattr(visit_order, name, piece)
    for sort in visit_order.VISIT_SORTS:
        ordered_rows = [row.visit for row in sorted(whole, key=by[sort])]
        up, down = (whole_table(store, chosen, sort, upwards=way) for way in (True, False))
        assert [visit for _, visit in up.order.keys(0, 9_999)] == ordered_rows
        assert [visit for _, visit in down.order.keys(0, 9_999)] == ordered_rows[::-1]


def test_the_first_page_by_time_stands_before_the_others_are_looked_at(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = everything(store)
    monkeypatch.setattr(visit_order, "FIRST_PIECE", 8)
    monkeypatch.setattr(visit_order, "LEAST", 1)
    whole = visit_log.preview(store, chosen, 10_000)
    begun = visit_table.begin_visit_table(store, chosen, "visited_at", upwards=True)
    first = visit_table.rows_of_table(store, begun, 0)
    assert 0 < len(first) <= 8 and first == whole[: len(first)]
    assert visit_table.begin_visit_table(store, chosen, "head", upwards=True).count == 0
    narrow = replace(chosen, outcomes=("refused",), canvassers=(whole[-1].canvasser,))
    assert whole_table(store, narrow, "visited_at", upwards=True).count == 0, "a name is no user"


def test_pages_of_visits_are_those_of_the_file_in_any_order(store: Store) -> None:
    chosen = everything(store)
    whole = visit_log.preview(store, chosen, 10_000)
    assert len(whole) > 50
    for sort in visit_order.VISIT_SORTS:
        for upwards in (True, False):
            table = whole_table(store, chosen, sort, upwards=upwards)
            pages = [visit_table.rows_of_table(store, table, at, 7) for at in range(0, 999, 7)]
            rows = [row for page in pages for row in page]
            assert sorted(row.visit for row in rows) == sorted(row.visit for row in whole)
            values = [str(getattr(row, sort) or "") for row in rows]
            if sort in ("visited_at", "outcome", "canvasser") and sort != "canvasser":
                assert values == sorted(values, reverse=not upwards)
    assert visit_table.visit_rows(store, chosen, limit=5) == whole[:5]
    with refused(UserMends, "visit_log.sort_unknown"):
        visit_table.begin_visit_table(store, chosen, "id_number", upwards=True)


def test_own_unsent_work_shows_where_it_is_asked_for(store: Store) -> None:
    line = people.people_lines(store, limit=1)[0]
    visits.record_visit(store, line.ward, line.household, "refused")
    day = store.today()
    without = VisitFilter(me(store).streams, day, day)
    with_own = VisitFilter(me(store).streams, day, day, unsent=True)
    count = [len(visit_table.visit_rows(store, one, limit=999)) for one in (without, with_own)]
    assert count[1] == count[0] + 1


def test_people_are_listed_by_their_given_names_and_found_by_words(store: Store) -> None:
    table = people.people_table(store)
    lines = people.lines_of_people(store, table, 0, 9_999)
    assert table.count == len(lines) > 200
    given = [line.name.rpartition(" ")[2] for line in lines]
    assert given.index("An") < given.index("Yến")
    downwards = people.people_lines(store, upwards=False, limit=9_999)
    assert {line.person for line in downwards} == {line.person for line in lines}
    some = people.people_lines(store, text="nguyen thi", limit=9_999)
    assert some and all("nguyen" in fold(f"{line.name} {line.street}") for line in some)
    assert len(some) < len(lines)
    ends = [line.ends_on for line in people.people_lines(store, sort="ends_on", limit=9_999)]
    known = [day for day in ends if day is not None]
    assert known == sorted(known)
    assert people.people_lines(store, text='"* OR', limit=9) is not None
    with refused(UserMends, "visit_log.not_granted"):
        people.people_table(store, ward="00001.20250701")


def test_rows_stand_in_the_order_of_what_is_shown(store: Store) -> None:
    lines = people.people_lines(store, limit=9_999)
    assert [one.name for one in lines] == sorted((one.name for one in lines), key=name_sort_key)
    at_home = people.people_lines(store, sort="street", limit=9_999)
    doors = [(address_sort_key(one.street), address_sort_key(one.house_number)) for one in at_home]
    assert doors == sorted(doors) and len(set(doors)) > 1
    chosen = everything(store)
    for sort in ("head", "canvasser"):
        shown = [
            getattr(one, sort)
            for one in visit_table.visit_rows(store, chosen, sort=sort, limit=9_999)
        ]
        assert shown == sorted(shown, key=name_sort_key)
        assert len(set(shown)) > 1


def test_a_supervisor_of_a_whole_city_has_tables(store: Store) -> None:
    wards = (*(f"{code:05d}.20250701" for code in range(300)), *me(store).streams)
    chosen = ordered.PeopleChoice(wards)
    found = store.read(ordered.ordered_people, chosen, "name", upwards=True)
    assert len(found) > 200 and {ward for ward, _ in found.keys(0, 9)} <= {*me(store).streams}


def test_the_table_is_written_as_it_is_seen(store: Store, tmp_path: Path) -> None:
    seen = people.people_lines(store, text="tran", sort="born_on", limit=9_999)
    path = tmp_path / "a.xlsx"
    columns = ("name", "born_on", "id_number")
    made = people.write_people_table(store, path, VI, text="tran", sort="born_on", columns=columns)
    assert made.rows == len(seen)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    head = rows.index(["Họ tên", "Ngày sinh", "Số định danh"])
    told = [row[0] for row in rows[head + 1 : head + 1 + made.rows]]
    assert told == [line.name for line in seen]
    assert all(not row[2] or str(row[2]).startswith("••••") for row in rows[head + 1 :])
    with refused(UserMends, "reports.cancelled"):
        people.write_people_table(store, tmp_path / "b.xlsx", VI, cancelled=lambda: True)
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]

"""Households given to canvassers: alley by alley, or what nobody holds shared out evenly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.model import CITY, Staff
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.households.search import find
from fieldapp.usecases.visiting.assignments import assign, board, share_out, shares_of
from fieldapp.usecases.visiting.visits import record_visit
from sync.server.reference.city import city_id
from tests.support.laptops import WARD, add_family
from tests.support.team import Laptop, Team

LAST = date(2026, 12, 31)
STREET = "Ung Văn Khiêm"


@pytest.fixture
def desk(tmp_path: Path) -> Store:
    """A clerk's laptop that knows Lan and Phúc, with nine doors in three alleys."""
    team = Team()
    for name, full in (("lan", "Lê Thị Lan"), ("phuc", "Đỗ Hữu Phúc")):
        person = Staff(ward=CITY, id=city_id("staff", name), username=name, full_name=full)
        team.admin.append_city([person])
    laptop: Laptop = team.laptop(tmp_path / "hien", "hien", role="clerk")
    laptop.synced()
    numbers = ("123/1", "123/10", "123/2", "123/4/5A", "9", "11", "45/1", "45/2", "45/3")
    for number in numbers:
        add_family(laptop.store, [f"Chủ {number}"], house_number=number, street=STREET)
    return laptop.store


def told(store: Store) -> list[tuple[str, int, int, dict[str, int]]]:
    found = board(store, WARD)
    return [(a.alley.prefix, len(a.households), len(a.free), dict(a.held)) for a in found.alleys]


def test_a_ward_is_told_alley_by_alley_in_walking_order(desk: Store) -> None:
    assert told(desk) == [("", 2, 2, {}), ("45", 3, 3, {}), ("123", 4, 4, {})]
    assert [(h.username, h.held) for h in board(desk, WARD).holders] == [("lan", 0), ("phuc", 0)]


def test_what_nobody_holds_is_shared_in_runs_that_end_with_an_alley(desk: Store) -> None:
    shares = shares_of(board(desk, WARD), ("lan", "phuc"))
    assert [len(share.households) for share in shares] == [5, 4]
    share_out(desk, WARD, ("lan", "phuc"), until=LAST)
    assert told(desk) == [
        ("", 2, 0, {"lan": 2}),
        ("45", 3, 0, {"lan": 3}),
        ("123", 4, 0, {"phuc": 4}),
    ]


def test_who_holds_doors_already_gets_fewer_and_keeps_them(desk: Store) -> None:
    alley = board(desk, WARD).alleys[2]
    assign(desk, WARD, alley.households, "lan", until=LAST)
    share_out(desk, WARD, ("lan", "phuc"), until=LAST)
    held = {holder.username: holder.held for holder in board(desk, WARD).holders}
    assert held == {"lan": 4, "phuc": 5}


def test_who_holds_the_far_end_goes_on_there(desk: Store) -> None:
    far = board(desk, WARD).alleys[2]
    assign(desk, WARD, far.households[2:], "lan", until=LAST)
    share_out(desk, WARD, ("lan", "phuc"), until=LAST)
    assert told(desk)[2][3] == {"lan": 4} and told(desk)[0][3] == {"phuc": 2}


def test_a_change_of_hands_is_seen_at_once_and_undone(desk: Store) -> None:
    alley = board(desk, WARD).alleys[0]
    assign(desk, WARD, alley.households, "lan", until=LAST)
    given = assign(desk, WARD, alley.households, "phuc", until=LAST)
    assert told(desk)[0] == ("", 2, 0, {"phuc": 2})
    changes.undo(desk, given)
    assert told(desk)[0] == ("", 2, 0, {"lan": 2})


def test_what_ended_yesterday_is_free_again(desk: Store) -> None:
    alley = board(desk, WARD).alleys[0]
    assign(desk, WARD, alley.households, "lan", until=desk.today())
    assert told(desk)[0][2] == 0
    with pytest.raises(UserMends):
        assign(desk, WARD, alley.households, "lan", until=date(2020, 1, 1))


@pytest.mark.parametrize("chosen", [(), ("lan",)])
def test_nothing_is_shared_without_people_or_doors(desk: Store, chosen: tuple[str, ...]) -> None:
    share_out(desk, WARD, ("phuc",), until=LAST)
    with pytest.raises(UserMends) as refused:
        share_out(desk, WARD, chosen, until=LAST)
    code = "entry.nothing_to_assign" if chosen else "entry.nobody_to_assign"
    assert refused.value.code == code


def test_who_must_not_be_contacted_is_given_to_nobody_and_the_search_says_so(desk: Store) -> None:
    alley = board(desk, WARD).alleys[1]
    never, gone, asked = alley.households
    made = record_visit(desk, WARD, never, "do_not_contact")
    record_visit(desk, WARD, gone, "moved")
    assert told(desk)[1] == ("45", 1, 1, {})
    given = share_out(desk, WARD, ("lan",), until=LAST)
    assert told(desk)[1] == ("45", 1, 0, {"lan": 1})
    assert board(desk, WARD).alleys[1].households == (asked,)
    assert [hit.do_not_contact for hit in find(desk, "chu 45").hits].count(True) == 1
    [hit] = find(desk, "chu 45/1").hits
    assert hit.do_not_contact and hit.household == never

    changes.undo(desk, made)
    assert told(desk)[1] == ("45", 2, 1, {"lan": 1}) and len(given) == 1
    assert not any(hit.do_not_contact for hit in find(desk, "chu 45").hits)

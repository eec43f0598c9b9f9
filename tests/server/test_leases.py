"""Receipt numbers: no number is given twice, whatever a laptop says or forgets."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.protocol import Greeting, Handshake, Lease
from sync.server.refusals import Refused
from tests.support.changes import WARD, create
from tests.support.ward_office import Hand, Office, family

AT = "2026-11-23T01:00:00.000Z"


def greets(hand: Hand, used: tuple[str, int] | None = None, incarnation: str = "i1") -> Greeting:
    return hand.session.greet(Handshake(incarnation, AT, {}, used))


def lease(hand: Hand, used: tuple[str, int] | None = None, incarnation: str = "i1") -> Lease:
    given_lease = greets(hand, used, incarnation).lease
    assert given_lease is not None
    return given_lease


def test_a_handshake_tells_epoch_time_heads_and_a_lease(office: Office) -> None:
    office.admin.add_book("Q1", 1, 500, WARD)
    lan = office.hires("lan")
    greeting = greets(lan)
    assert greeting.epoch == lan.who.epoch
    assert greeting.server_at == AT
    assert {head.ward: head.revision for head in greeting.heads} == {"city": 2, WARD: 0}
    assert greeting.lease == Lease("Q1", 1, 50, "i1", 1)
    [device] = office.admin.devices()
    assert (device["incarnation"], device["clock_offset_ms"]) == ("i1", 0)


def test_the_clock_of_a_device_is_compared(office: Office) -> None:
    lan = office.hires("lan")
    lan.session.greet(Handshake("i1", "2023-11-23T01:00:00.000Z"))
    assert office.admin.devices()[0]["clock_offset_ms"] == 1096 * 86_400_000


def test_a_lost_answer_gets_the_same_lease_again(office: Office) -> None:
    office.admin.add_book("Q1", 1, 500, WARD)
    lan = office.hires("lan")
    assert lease(lan) == lease(lan) == lease(lan, ("Q1", 30))


def test_near_its_end_a_lease_is_lengthened_where_the_book_goes_on(office: Office) -> None:
    office.admin.add_book("Q1", 1, 120, WARD)
    lan = office.hires("lan")
    assert lease(lan).last == 50
    assert lease(lan, ("Q1", 41)).last == 50
    assert lease(lan, ("Q1", 42)) == Lease("Q1", 1, 100, "i1", 1)
    assert lease(lan, ("Q1", 99)) == Lease("Q1", 1, 120, "i1", 1)
    assert lease(lan, ("Q1", 120)) == Lease("Q1", 1, 120, "i1", 1)
    assert greets(lan, ("Q1", 121)).lease is None


def test_whoever_names_no_lease_gets_more_by_the_receipts_that_have_come(office: Office) -> None:
    """A laptop of an older program names none where all its numbers are used up."""
    office.admin.add_book("Q1", 1, 120, WARD)
    lan = office.hires("lan")
    assert lease(lan).last == 50
    money = {"book": "Q1", "number": 50, "amount_dong": 500_000, "household": "h1"}
    receipt = create("receipt", "r50", issued_at="2026-11-23T02:00:00.000Z", **money)
    lan.pushes(lan.writes(0, *family(), receipt))
    assert lease(lan) == Lease("Q1", 1, 100, "i1", 51)


def test_two_devices_get_different_ranges_and_a_second_one_near_the_end(office: Office) -> None:
    office.admin.add_book("Q1", 1, 500, WARD)
    lan, minh = office.hires("lan"), office.hires("minh")
    assert (lease(lan).first, lease(minh).first) == (1, 51)
    assert lease(lan, ("Q1", 45)) == Lease("Q1", 101, 150, "i1", 101)
    assert lease(lan, ("Q1", 46)) == Lease("Q1", 101, 150, "i1", 101)
    assert lease(lan, ("Q1", 101)) == Lease("Q1", 101, 150, "i1", 101)


def test_another_life_of_a_device_gets_other_numbers(office: Office) -> None:
    office.admin.add_book("Q1", 1, 500, WARD)
    lan = office.hires("lan")
    assert lease(lan) == Lease("Q1", 1, 50, "i1", 1)
    assert lease(lan, ("Q1", 20), "i2") == Lease("Q1", 51, 100, "i2", 51)
    with pytest.raises(Refused) as refused:
        greets(lan, ("Q1", 20), "i1")
    assert refused.value.code == "server.superseded"


def test_an_own_book_comes_before_the_wards_and_a_full_one_is_passed_over(office: Office) -> None:
    office.admin.add_book("A1", 1, 40, WARD)
    office.adds_user("minh")
    office.admin.add_book("M1", 1, 20, WARD, username="minh")
    lan, minh = office.hires("lan"), office.enrols("minh")
    assert lease(minh) == Lease("M1", 1, 20, "i1", 1)
    assert lease(lan) == Lease("A1", 1, 40, "i1", 1)
    office.admin.add_book("B1", 7, 9, WARD)
    assert lease(lan, ("A1", 41)) == Lease("B1", 7, 9, "i1", 7)


def test_a_clerk_collects_no_money_and_gets_no_numbers(office: Office) -> None:
    office.admin.add_book("Q1", 1, 500, WARD)
    assert greets(office.hires("hoa", "clerk")).lease is None


CALLS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["i1", "i2"]), st.integers(0, 60)), max_size=12
)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(calls=CALLS)
def test_no_number_belongs_to_two_lives(office: Office, calls: list[tuple[int, str, int]]) -> None:
    """Whatever laptops say of themselves; the office is shared, which only makes it harder."""
    if not office.admin.devices():
        office.admin.add_book("Q1", 1, 100_000, WARD)
        office.hires("lan")
        office.hires("minh")
    hands = [office.enrols(name) for name in ("lan", "minh")]
    owners: dict[tuple[str, int], tuple[int, str]] = {}
    for who, incarnation, used in calls:
        mine = [n for n, owner in owners.items() if owner == (who, incarnation)]
        reported = (mine[0][0], mine[0][1] + used) if mine else None
        try:
            got = lease(hands[who], reported, incarnation)
        except Refused as refused:  # a life that another one has superseded
            assert refused.code == "server.superseded"
            continue
        for number in range(got.first, got.last + 1):
            owner = owners.setdefault((got.book, number), (who, incarnation))
            assert owner == (who, incarnation)

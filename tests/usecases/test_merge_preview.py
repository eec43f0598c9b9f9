"""What two records of one woman have of cover and money, before a clerk joins them."""

from __future__ import annotations

from datetime import date

from fieldapp.model import Coverage, Person
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households.duplicates import likely_duplicates
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.merge_preview import Holding, merge_previews
from fieldapp.usecases.receipts.voids import void_receipt
from tests.support.laptops import WARD, add_family, edit, working


def pays(store: Store, home: str, person: str) -> str:
    page = household_page(store, WARD, home)
    choice = Choice((person,))
    return enrol.enrol(store, page, choice, method="cash", payer="Hằng", consent="spoken").receipt


def test_cover_and_money_of_both_and_what_was_paid_twice(leased: Store) -> None:
    store = leased
    doors = [
        add_family(store, ["Nguyễn Thị Hằng"], house_number=number, street="Nguyễn Xí")
        for number in ("12/3", "12/3A")
    ]
    (home, (hang,)), (other, (again,)) = doors
    for person in (hang, again):
        edit(store, Person, person, born_on=date(1968, 5, 17), phone="0903111222")
    (pair,) = likely_duplicates(store, WARD)
    (empty,) = merge_previews(store, [pair])
    assert empty.one == empty.both == Holding() and empty.twice == ()

    with working(store) as unit:
        unit.create(
            Coverage(
                ward=WARD,
                id=unit.fresh_id(),
                person=hang,
                valid_from=date(2026, 1, 1),
                valid_to=date(2026, 11, 30),
            )
        )
    pays(store, home, hang)
    second = pays(store, other, again)
    (held,) = merge_previews(store, [pair])
    one, two = (held.one, held.other) if pair.one.person == hang else (held.other, held.one)
    assert one.receipts == ("0041906",) and two.receipts == ("0041907",)
    assert held.both.paid_dong == one.paid_dong + two.paid_dong > 0
    assert held.both.receipts == ("0041906", "0041907")
    assert held.both.cover_until == max(one.cover_until, two.cover_until)
    (twice,) = held.twice
    assert twice.scheme == "hhi" and twice.begins_on < twice.ends_on

    void_receipt(store, WARD, second, "Viết sai số tiền")
    (held,) = merge_previews(store, [pair])
    assert held.twice == () and held.both.receipts == ("0041906",)
    assert held.both.paid_dong == one.paid_dong

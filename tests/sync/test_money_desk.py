"""The money of a ward's desk over real syncs: numbers, cash in hand, what was handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.usecases.receipts import receipt_pages, remittances
from fieldapp.usecases.receipts.desk import HolderRow, MoneyDesk, money_desk
from fieldapp.usecases.receipts.voids import void_receipt
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.support.refusals import refused


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        yield opened


def desk(office: Listing) -> MoneyDesk:
    office.hien.synced()
    return money_desk(office.hien.store)


def lans(found: MoneyDesk) -> HolderRow:
    return next(row for row in found.holders if row.username == "lan")


def test_a_desk_sees_whose_numbers_are_used_and_whose_machine_was_heard_from(
    office: Listing,
) -> None:
    office.pays(office.lan, HANG)
    wrong = office.pays(office.lan, HUSBAND)
    void_receipt(office.lan.store, WARD, wrong.receipt, "Ghi nhầm")
    office.lan.synced()
    found = desk(office)
    book = next(row for row in found.books if row.machine and row.machine.username == "lan")
    assert (book.tally.used, book.tally.void, book.tally.missing) == (1, 1, 0)
    assert book.tally.left == book.last - book.first - 1
    assert found.faults == ()
    assert found.silent == ()
    assert (found.told_at, found.current_at) == (office.team.clock.now(), office.team.clock.now())


def test_a_number_that_is_skipped_is_told_when_the_next_has_synced(office: Listing) -> None:
    office.pays(office.lan, HANG)
    office.lan.synced()
    skip_a_number(office)
    office.pays(office.lan, HUSBAND)
    office.lan.synced()
    [row] = desk(office).faults
    assert (row.fault.kind, row.fault.last - row.fault.first) == ("skipped", 0)
    assert row.machine is not None and row.machine.username == "lan"


def skip_a_number(office: Listing) -> None:
    """As a machine does that was put back and told the server of a mark ahead."""
    from sqlalchemy import update

    from fieldapp.store import tables

    store = office.lan.store
    with store._write() as connection:
        connection.execute(update(tables.lease).values(next=tables.lease.c.next + 1))


def test_cash_is_in_hand_until_it_is_handed_in_and_in_hand_again_when_that_was_a_mistake(
    office: Listing,
) -> None:
    first, second = office.pays(office.lan, HANG), office.pays(office.lan, HUSBAND)
    both = first.amount_dong + second.amount_dong
    office.lan.synced()
    assert lans(desk(office)).ages == {"fresh": both}

    noted = remittances.hand_in(office.lan.store, WARD)
    with refused(UserMends, "receipts.nothing_in_hand"):
        remittances.hand_in(office.lan.store, WARD)
    office.lan.synced()
    found = desk(office)
    assert (lans(found).total_dong, lans(found).waiting_dong) == (0, both)
    [row] = found.remittances
    assert (row.state, row.amount_dong, row.receipts, row.doubts) == ("waiting", both, 2, ())

    with refused(UserMends, "receipts.count_needs_note"):
        remittances.confirm_remittance(office.hien.store, WARD, noted, both - 1_000)
    remittances.confirm_remittance(office.hien.store, WARD, noted, both - 1_000, "Thiếu một tờ")
    [row] = money_desk(office.hien.store).remittances
    assert (row.state, row.counted_dong, row.note) == ("short", both - 1_000, "Thiếu một tờ")
    with refused(UserMends, "receipts.already_answered"):
        remittances.confirm_remittance(office.hien.store, WARD, noted)

    remittances.reverse_remittance(office.hien.store, WARD, noted, "Ghi nhầm người")
    found = desk(office)
    assert found.remittances[0].state == "reversed"
    assert lans(found).ages == {"fresh": both}


def test_two_desks_that_take_the_same_cash_make_two_and_both_say_so(office: Listing) -> None:
    office.pays(office.lan, HANG)
    office.lan.synced()
    office.hien.synced()
    noted = remittances.hand_in(office.lan.store, WARD)
    taken = remittances.take_cash(office.hien.store, WARD, "lan")
    office.lan.synced()
    found = {row.remittance: row for row in desk(office).remittances}
    assert found[taken].state == "confirmed"
    assert found[noted].doubts == found[taken].doubts == ("twice",)


def test_the_same_cash_is_told_though_the_other_remittance_is_of_a_day_not_chosen(
    office: Listing,
) -> None:
    office.pays(office.lan, HANG)
    office.lan.synced()
    office.hien.synced()
    noted = remittances.hand_in(office.lan.store, WARD)
    for clock in (office.lan.clock, office.hien.clock, office.team.clock):
        clock.forward(days=1)
    taken = remittances.take_cash(office.hien.store, WARD, "lan")
    office.lan.synced()
    desk(office)
    remittances.confirm_remittance(office.hien.store, WARD, noted)
    [row] = money_desk(office.hien.store, since=office.hien.store.today()).remittances
    assert (row.remittance, row.doubts) == (taken, ("twice",))


def test_a_receipt_that_is_crossed_out_after_it_was_handed_in_no_longer_fits(
    office: Listing,
) -> None:
    paid = office.pays(office.lan, HANG)
    remittances.hand_in(office.lan.store, WARD)
    void_receipt(office.lan.store, WARD, paid.receipt, "Trả lại tiền")
    office.lan.synced()
    [row] = desk(office).remittances
    assert row.doubts == ("other_sum",)


def test_money_grows_older_by_working_days_and_the_oldest_is_first(office: Listing) -> None:
    office.pays(office.lan, HANG)
    office.lan.synced()
    for laptop in (office.lan, office.hien):
        laptop.clock.forward(days=9)
    office.team.clock.forward(days=9)
    found = desk(office)
    assert list(lans(found).ages) == ["late"]
    assert lans(found).oldest_on == date(2026, 11, 23)
    assert [one.username for one in found.silent] == ["lan", "phuc", "tri"]


def test_money_in_work_that_is_held_is_taken_and_pending(office: Listing) -> None:
    office.lan.synced()
    office.team.admin.revoke_grant("lan", WARD)
    paid = office.pays(office.lan, HANG)
    office.lan.sync()
    row = lans(desk(office))
    assert (row.pending_dong, row.total_dong, row.receipts) == (paid.amount_dong,) * 2 + (0,)


def test_a_canvasser_is_told_nothing_beside_the_logs_and_may_not_answer_for_a_desk(
    office: Listing,
) -> None:
    office.pays(office.lan, HANG)
    noted = remittances.hand_in(office.lan.store, WARD)
    office.lan.synced()
    assert office.lan.store.setting("desk_told") is None
    with refused(UserMends, "receipts.not_at_desk"):
        money_desk(office.lan.store)
    with refused(UserMends, "receipts.not_at_desk"):
        remittances.confirm_remittance(office.lan.store, WARD, noted)


def test_receipts_come_in_pages_in_any_order_and_add_up(office: Listing) -> None:
    paid = [office.pays(office.lan, who) for who in (HANG, HUSBAND, SON)]
    void_receipt(office.lan.store, WARD, paid[1].receipt, "Ghi nhầm")
    office.lan.synced()
    office.hien.synced()
    store = office.hien.store
    chosen = receipt_pages.receipt_choice(store, sort="number", upwards=True)
    sums = receipt_pages.sums_of(store, chosen)
    assert (sums.count, sums.void) == (3, 1)
    assert sums.total_dong == paid[0].amount_dong + paid[2].amount_dong
    numbers = [
        row.number
        for offset in (0, 1, 2)
        for row in receipt_pages.page_of(store, chosen, offset, 1)
    ]
    assert numbers == [one.number for one in paid]
    in_hand = receipt_pages.receipt_page(store, only="in_hand")
    assert {row.receipt for row in in_hand} == {paid[0].receipt, paid[2].receipt}
    remittances.take_cash(store, WARD, "lan")
    assert receipt_pages.receipt_page(store, only="in_hand") == ()

"""The money of a ward's desk over real syncs: numbers, cash in hand, what was handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.model import Remittance, RemittanceAnswer
from fieldapp.store.work import Intent
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


def test_cash_of_a_receipt_that_was_crossed_out_is_counted_and_explained(office: Listing) -> None:
    kept, gone = office.pays(office.lan, HANG), office.pays(office.lan, HUSBAND)
    noted = remittances.hand_in(office.lan.store, WARD)
    void_receipt(office.lan.store, WARD, gone.receipt, "Trả lại tiền")
    office.lan.synced()
    desk(office)
    store, both = office.hien.store, kept.amount_dong + gone.amount_dong
    with refused(UserMends, "receipts.count_first"):
        remittances.confirm_remittance(store, WARD, noted)
    with refused(UserMends, "receipts.count_unexplained"):
        remittances.confirm_remittance(store, WARD, noted, both)
    remittances.confirm_remittance(store, WARD, noted, kept.amount_dong, "Một tờ đã hủy")
    [row] = money_desk(store).remittances
    assert (row.state, row.counted_dong) == ("short", kept.amount_dong)


def counted_at_two_desks(office: Listing, *less: int) -> tuple[str, int]:
    """A remittance that Hien and Trí count, each so much less, before they hear of each other."""
    paid = office.pays(office.lan, HANG)
    noted = remittances.hand_in(office.lan.store, WARD)
    office.sync(office.lan, office.hien, office.tri)
    for laptop, missing in zip((office.hien, office.tri), less, strict=True):
        counted = paid.amount_dong - missing
        remittances.confirm_remittance(laptop.store, WARD, noted, counted, "Thiếu" * bool(missing))
    office.sync(office.hien, office.tri, office.hien)
    return noted, paid.amount_dong


def test_two_desks_that_count_alike_make_one_answer(office: Listing) -> None:
    counted_at_two_desks(office, 0, 0)
    [row] = money_desk(office.tri.store).remittances
    assert (row.state, [one.by for one in row.counts]) == ("confirmed", ["Hien"])


def test_two_desks_that_count_differently_show_both_until_a_person_decides(
    office: Listing,
) -> None:
    noted, amount = counted_at_two_desks(office, 0, 50_000)
    for laptop in (office.hien, office.tri):
        [row] = money_desk(laptop.store).remittances
        assert (row.state, row.counted_dong, row.doubts) == ("differs", None, ("counts_differ",))
        told = {(one.by, one.dong) for one in row.counts}
        assert told == {("Hien", amount), ("Tri", amount - 50_000)}
    with refused(UserMends, "receipts.already_answered"):
        remittances.confirm_remittance(office.hien.store, WARD, noted, amount)
    with refused(UserMends, "receipts.count_unexplained"):
        remittances.settle_count(office.hien.store, WARD, noted, amount, "")
    settled = remittances.settle_count(office.hien.store, WARD, noted, amount, "Đếm lại: đủ")
    office.sync(office.hien, office.tri)
    found = {row.remittance: row for row in money_desk(office.tri.store).remittances}
    assert (found[noted].state, found[settled].state) == ("reversed", "confirmed")
    assert found[settled].doubts == () and desk(office).holders == ()
    with refused(UserMends, "receipts.nothing_to_settle"):
        remittances.settle_count(office.hien.store, WARD, settled, amount, "Lần nữa")


def test_who_collects_and_sits_at_the_desk_confirms_her_own_cash_nowhere(office: Listing) -> None:
    office.team.admin.grant("lan", WARD, "clerk")
    office.pays(office.lan, HANG)
    noted = remittances.hand_in(office.lan.store, WARD)
    office.sync(office.lan, office.hien)
    store = office.lan.store
    with refused(UserMends, "receipts.own_cash"):
        remittances.confirm_remittance(store, WARD, noted)
    office.pays(office.lan, HUSBAND)
    with refused(UserMends, "receipts.own_cash"):
        remittances.take_cash(store, WARD, "lan")
    with store.work(Intent("forged", WARD)) as work:  # as a changed program does
        work.create(
            RemittanceAnswer(
                ward=WARD,
                id=work.fresh_id(),
                remittance=noted,
                counted_dong=1,
                answered_by="lan",
                answered_at=store.server_now(),
            )
        )
    office.lan.sync()
    assert [one["reason"] for one in office.team.admin.held()] == ["no_right"]
    [row] = desk(office).remittances
    assert row.state == "waiting"


def test_a_remittance_that_names_what_is_not_hers_takes_nothing_from_anybody(
    office: Listing,
) -> None:
    hers, his = office.pays(office.lan, HANG), office.pays(office.phuc, HUSBAND)
    office.sync(office.lan, office.phuc, office.lan)
    store = office.lan.store
    with store.work(Intent("forged", WARD)) as work:
        work.create(
            Remittance(
                ward=WARD,
                id=work.fresh_id(),
                handed_by="lan",
                amount_dong=hers.amount_dong + his.amount_dong,
                receipts=[hers.receipt, his.receipt],
                noted_by="lan",
                noted_at=store.server_now(),
            )
        )
    office.lan.synced()
    found = desk(office)
    [row] = found.remittances
    assert row.doubts == ("other_sum", "not_hers")
    phucs = next(one for one in found.holders if one.username == "phuc")
    assert phucs.total_dong == his.amount_dong
    assert lans(found).total_dong == 0


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

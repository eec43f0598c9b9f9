"""C17-TS and B15a: numbers against money, targets against results, on every machine of the ward."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.errors import UserMends
from fieldapp.usecases.official_lists.target_table import target_table, write_target_table
from fieldapp.usecases.receipts.receipt_books import reconcile_receipts, write_reconciliation
from fieldapp.usecases.receipts.voids import void_receipt
from fieldapp.words import Words
from sync.server.reference.campaigns import Campaigns, NewTarget
from tests.support.laptops import WARD, working
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.support.refusals import refused

VI = Words("vi")
TODAY = date(2026, 11, 23)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        yield opened


def test_used_void_and_missing_numbers_are_told_with_the_money(office: Listing) -> None:
    lan = office.lan.store
    first = office.pays(office.lan, HANG)
    with working(lan) as unit:
        unit.receipt_number()  # a number that was taken and of which no receipt came to be
    wrong = office.pays(office.lan, HUSBAND)
    void_receipt(lan, WARD, wrong.receipt, "Ghi nhầm")
    last = office.pays(office.lan, SON)
    office.sync(office.lan, office.hien)

    for store in (lan, office.hien.store):
        found = reconcile_receipts(store, VI)
        assert (found.used, found.void, found.missing) == (2, 1, 1)
        assert found.total_dong == first.amount_dong + last.amount_dong
        assert [line.state for line in found.lines] == ["used", "missing", "void", "used"]
        numbers = [int(line.number) for line in found.lines]
        assert numbers == list(range(numbers[0], numbers[0] + 4))
        assert found.lines[2].note == "Lan · đã hủy: Ghi nhầm"
    assert reconcile_receipts(lan, VI, collector="phuc").lines == ()
    assert reconcile_receipts(lan, VI, since=TODAY, until=TODAY, book=first.book).used == 2
    with refused(UserMends, "receipts.days_reversed"):
        reconcile_receipts(lan, VI, since=TODAY, until=date(2026, 11, 1))
    with refused(UserMends, "visit_log.not_granted"):
        reconcile_receipts(lan, VI, wards=("00001.20250701",))


def test_a_number_lost_between_two_months_is_missing_in_the_second(office: Listing) -> None:
    lan = office.lan.store
    first = office.pays(office.lan, HANG)
    with working(lan) as unit:
        unit.receipt_number()
    office.lan.clock.forward(days=10)
    second = office.pays(office.lan, HUSBAND)
    office.sync(office.lan, office.hien)
    end = date(2026, 11, 30)
    for store in (lan, office.hien.store):
        november = reconcile_receipts(store, VI, since=date(2026, 11, 1), until=end)
        december = reconcile_receipts(store, VI, since=date(2026, 12, 1), until=date(2026, 12, 31))
        assert [(x.number, x.state) for x in november.lines] == [(first.number, "used")]
        assert [x.state for x in december.lines] == ["missing", "used"]
        assert december.total_dong == second.amount_dong


def test_the_reconciliation_is_a_workbook_with_the_same_sums(
    office: Listing, tmp_path: Path
) -> None:
    paid = office.pays(office.lan, HANG)
    file = tmp_path / "c17.xlsx"
    write_reconciliation(office.lan.store, file, VI)
    text = said(file)
    assert paid.number in text and "1366200" in text


def said(file: Path) -> str:
    book = CalamineWorkbook.from_path(str(file))
    sheet = book.get_sheet_by_index(0).to_python()
    return "\n".join(
        " ".join(f"{c:.0f}" if isinstance(c, float) else str(c) for c in r) for r in sheet
    )


@pytest.fixture
def aimed(office: Listing) -> Listing:
    """A campaign since October with targets for all, the organisation and Lan."""
    campaigns = Campaigns(office.team.service)
    campaigns.add_campaign("T", "Đợt thử", date(2026, 10, 1), date(2026, 12, 31))
    for scheme, kind, people, whose in (
        ("hhi", "renewal", 100, {}),
        ("vsi", "new", 10, {}),
        ("hhi", "renewal", 40, {"organisation": "BD01"}),
        ("vsi", "new", 5, {"collector": "lan"}),
        ("vsi", "new", 3, {"collector": "phuc"}),
    ):
        campaigns.add_target(NewTarget("T", scheme, kind, people, **whose))
    office.pays(office.lan, HANG, HUSBAND, SON, vsi=SON)
    office.sync(office.lan, office.hien)
    return office


def test_results_stand_against_targets_by_organisation_and_collector(aimed: Listing) -> None:
    table = target_table(aimed.hien.store, VI)

    assert (table.campaign, table.month, table.since) == ("T", date(2026, 11, 1), date(2026, 10, 1))
    lines = {line.name: line for line in table.lines}
    assert list(lines) == ["Toàn thành phố", "Bưu điện TP. Hồ Chí Minh", "Lan", "Phuc"]
    assert lines["Lan"].code == "NV-lan"
    everybody, post = lines["Toàn thành phố"], lines["Bưu điện TP. Hồ Chí Minh"]
    assert (everybody.hhi.target_renewal, post.hhi.target_renewal) == (100, 40)
    for line in (everybody, post, lines["Lan"]):
        assert (line.hhi.month_new, line.hhi.month_renewal) == (1, 2)
        assert (line.vsi.month_new, line.vsi.total_new) == (1, 1)
    assert (lines["Phuc"].vsi.target_new, lines["Phuc"].vsi.total_new) == (3, 0)


def test_a_month_counts_its_own_and_what_came_before(aimed: Listing) -> None:
    aimed.lan.clock.forward(days=10)
    aimed.hien.clock.forward(days=10)
    table = target_table(aimed.hien.store, VI)
    (lan,) = [line for line in table.lines if line.name == "Lan"]
    assert table.month == date(2026, 12, 1)
    assert (lan.hhi.month_renewal, lan.hhi.total_renewal) == (0, 2)
    with refused(UserMends, "targets.campaign_unknown"):
        target_table(aimed.hien.store, VI, campaign="none")
    before = target_table(aimed.hien.store, VI, month=date(2026, 9, 1))
    assert (before.campaign, before.since) == ("", date(2026, 1, 1))


def test_void_receipts_are_no_result(aimed: Listing, tmp_path: Path) -> None:
    from fieldapp.usecases.receipts import money

    (row,) = money.receipts(aimed.hien.store)
    void_receipt(aimed.hien.store, WARD, row.receipt, "Ghi nhầm")
    file = tmp_path / "b15a.xlsx"
    table = write_target_table(aimed.hien.store, file, VI)
    assert all(line.hhi.total_renewal == line.vsi.total_new == 0 for line in table.lines)
    assert "Bưu điện TP. Hồ Chí Minh" in said(file)


def test_who_collects_for_an_organisation_counts_once_in_the_total(
    aimed: Listing, tmp_path: Path
) -> None:
    file = tmp_path / "b15a.xlsx"
    table = write_target_table(aimed.hien.store, file, VI)
    assert [line.depth for line in table.lines] == [0, 1, 2, 2]
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    everybody, total = (next(row for row in rows if row[1] == name) for name in (
        "Toàn thành phố", "Tổng cộng"
    ))  # fmt: skip
    assert total[2:] == everybody[2:]

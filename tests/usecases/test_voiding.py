"""Crossing a receipt out: its number stays, its money and what it paid for count no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from fieldapp.errors import UserMends
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling.dossiers import enrolments
from fieldapp.usecases.enrolling.enrol import book
from fieldapp.usecases.enrolling.papers import save_receipt
from fieldapp.usecases.inbox.inbox import inbox
from fieldapp.usecases.official_lists.answers import LineAnswer, record_answers
from fieldapp.usecases.official_lists.lists import mark_sent, official_list
from fieldapp.usecases.official_lists.papers import list_content
from fieldapp.usecases.official_lists.submissions import draw_up, ready_lines
from fieldapp.usecases.receipts import money
from fieldapp.usecases.receipts.voids import void_receipt
from fieldapp.usecases.visiting import visit_log
from fieldapp.usecases.visiting.today import todays_list
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.support.refusals import refused

TODAY = date(2026, 11, 23)
WHY = "Ghi nhầm số tiền"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        yield opened


def test_a_void_receipt_keeps_its_number_and_counts_for_nothing(office: Listing) -> None:
    lan = office.lan.store
    before = office.page(office.lan)
    wrong = office.pays(office.lan, HANG, HUSBAND)
    void_receipt(lan, WARD, wrong.receipt, WHY)
    right = office.pays(office.lan, HANG)

    rows = {row.number: row for row in money.receipts(lan)}
    assert (rows[wrong.number].is_void, rows[wrong.number].counted_dong) == (True, 0)
    assert (rows[wrong.number].void_reason, rows[wrong.number].lines) == (WHY, 2)
    assert rows[wrong.number].amount_dong == wrong.amount_dong
    assert int(right.number) == int(wrong.number) + 1

    page = office.page(office.lan)
    assert page.ranks_taken == {1}
    husband = next(m for m in page.members if m.name == HUSBAND)
    assert husband.covers == next(m for m in before.members if m.name == HUSBAND).covers
    assert [row.person_name for row in enrolments(lan)] == [HANG]
    day = todays_list(lan)
    assert (day.collected_dong, day.receipts) == (right.amount_dong, 1)
    chosen = VisitFilter((WARD,), TODAY, TODAY, unsent=True)
    assert visit_log.summary(lan, chosen).total_dong == right.amount_dong
    assert visit_log.summary(lan, chosen).enrolments == 1


def test_a_void_needs_a_reason_and_is_final(office: Listing) -> None:
    lan = office.lan.store
    paid = office.pays(office.lan, HANG)
    with refused(UserMends, "receipts.void_no_reason"):
        void_receipt(lan, WARD, paid.receipt, "  ")
    with refused(UserMends, "receipts.void_reason_long"):
        void_receipt(lan, WARD, paid.receipt, "x" * 501)
    with refused(UserMends, "entry.gone"):
        void_receipt(lan, WARD, "nothing", WHY)
    changeset = void_receipt(lan, WARD, paid.receipt, WHY)
    with refused(UserMends, "receipts.void_already"):
        void_receipt(lan, WARD, paid.receipt, WHY)
    with refused(UserMends, "history.cannot_undo"):
        changes.undo(lan, changeset)
    assert book(lan) is not None


def test_a_canvasser_crosses_out_her_own_receipts_only_a_clerk_any(office: Listing) -> None:
    paid = office.pays(office.lan, HANG)
    office.sync()
    with refused(UserMends, "receipts.void_not_yours"):
        void_receipt(office.phuc.store, WARD, paid.receipt, WHY)
    void_receipt(office.hien.store, WARD, paid.receipt, WHY)
    office.sync()
    assert [row.is_void for row in money.receipts(office.lan.store)] == [True]


def test_the_paper_of_a_void_receipt_says_so_and_still_what_it_was_for(
    office: Listing, tmp_path: Path
) -> None:
    paid = office.pays(office.lan, HANG, HUSBAND)
    void_receipt(office.lan.store, WARD, paid.receipt, WHY)
    file = save_receipt(office.lan.store, WARD, paid.receipt, tmp_path / "r.pdf", Words("vi"))
    said = PdfReader(file).pages[0].extract_text()
    assert "ĐÃ HỦY" in said.upper() and HUSBAND in said


def test_both_desks_void_one_receipt_and_make_one_void(office: Listing) -> None:
    paid = office.pays(office.lan, HANG, HUSBAND)
    office.sync()
    void_receipt(office.lan.store, WARD, paid.receipt, WHY)
    void_receipt(office.hien.store, WARD, paid.receipt, "Khách đổi ý")
    office.sync()

    for laptop in office.everybody:
        (row,) = money.receipts(laptop.store)
        assert (row.void_reason, row.counted_dong) == (WHY, 0)
        assert enrolments(laptop.store) == () and inbox(laptop.store) == ()


def test_what_the_agency_has_is_not_crossed_out(office: Listing) -> None:
    paid = office.pays(office.lan, HANG, HUSBAND)
    office.sync(office.lan, office.hien)
    hien = office.hien.store
    submission = draw_up(hien, WARD, "mau4").lists[0].submission
    mark_sent(hien, WARD, submission)
    with refused(UserMends, "receipts.void_on_sent_list"):
        void_receipt(hien, WARD, paid.receipt, WHY)

    both = [LineAnswer(1, "returned", "đã có thẻ"), LineAnswer(2, "returned", "đã có thẻ")]
    record_answers(hien, WARD, submission, both)
    void_receipt(hien, WARD, paid.receipt, "Đã có thẻ nơi khác, trả lại tiền")
    assert ready_lines(hien, WARD, "mau4").returned == 0


def test_lines_of_a_list_that_was_not_sent_fall_away_with_the_receipt(office: Listing) -> None:
    office.pays(office.lan, HANG)
    wrong = office.pays(office.lan, SON)
    office.sync(office.lan, office.hien)
    hien = office.hien.store
    submission = draw_up(hien, WARD, "mau4").lists[0].submission
    void_receipt(hien, WARD, wrong.receipt, WHY)
    office.sync()

    assert official_list(office.lan.store, WARD, submission).row.lines == 1
    left = list_content(office.lan.store, WARD, submission).lines
    assert [line.person.full_name for line in left] == [HANG]


def test_voided_here_while_it_is_listed_there_is_for_a_person_to_decide(office: Listing) -> None:
    paid = office.pays(office.lan, HANG)
    office.sync(office.lan, office.hien, office.lan)
    submission = draw_up(office.hien.store, WARD, "mau4").lists[0].submission
    void_receipt(office.lan.store, WARD, paid.receipt, WHY)
    office.sync()

    (row,) = inbox(office.hien.store)
    assert (row.kind, row.title.code) == ("conflict", "story.title_withdrawn")
    assert row.title.values["name"] == HANG
    for laptop in office.everybody:
        assert money.receipts(laptop.store)[0].counted_dong == 0
        assert official_list(laptop.store, WARD, submission).row.lines == 0
        assert list_content(laptop.store, WARD, submission).lines == ()

"""Enrolling: the price of a choice, and the money against the next number of the book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Connection, select

from fieldapp.errors import UserMends
from fieldapp.model import Enrolment
from fieldapp.rules import tables
from fieldapp.rules.vsi.methods import LATE, MISSING, YEARS_AHEAD
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling import papers
from fieldapp.usecases.enrolling.enrol import (
    Choice,
    Enrolled,
    VsiChoice,
    book,
    enrol,
    lowest_income,
    price,
    quote,
)
from fieldapp.usecases.households import people
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.usecases.receipts.money import receipts
from fieldapp.usecases.visiting.today import todays_list
from fieldapp.words import Words
from tests.support.laptops import WARD


def person(page: HouseholdPage, name: str) -> str:
    return next(member.person for member in page.members if member.name == name)


@pytest.fixture
def page(leased: Store, home: str) -> HouseholdPage:
    return household_page(leased, WARD, home)


@pytest.fixture
def family(page: HouseholdPage) -> Choice:
    """Renew two, take the son back in, and the son's pension insurance for six months."""
    names = ("Nguyễn Thị Bích Hằng", "Trần Quốc Khoi", "Trần Minh Đức")
    social = VsiChoice(person(page, "Trần Minh Đức"), 1_500_000, 6)
    return Choice(tuple(person(page, name) for name in names), 12, (social,))


def pay(store: Store, page: HouseholdPage, choice: Choice) -> Enrolled:
    payer = "Nguyễn Thị Bích Hằng"
    return enrol(store, page, choice, method="cash", payer=payer, consent="spoken")


def test_the_price_is_that_of_the_table_for_the_payment_date(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    priced = quote(leased, page, family)

    assert priced.hhi is not None
    assert [line.participant for line in priced.hhi.lines] == [1_366_200, 956_340, 819_720]
    assert [line.rank for line in priced.hhi.lines] == [1, 2, 3]
    assert all(line.explanation[0].source for line in priced.hhi.lines)
    assert priced.vsi[0][1].participant == 6 * (330_000 - 66_000)
    assert priced.total_dong == 1_366_200 + 956_340 + 819_720 + 1_584_000
    assert priced.one_more is not None and priced.one_more.participant == 683_100
    assert priced.terms == {3: 785_565, 6: 1_571_130, 12: 3_142_260}


def test_the_cards_after_payment_go_on_without_a_break(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    renewed, _, rejoined = quote(leased, page, family).after

    assert (renewed.valid_from, renewed.valid_to) == (date(2026, 12, 3), date(2027, 12, 2))
    assert rejoined.valid_from == date(2026, 11, 23)
    assert not rejoined.waits


def test_taking_the_money_books_everything_in_one_changeset(
    leased: Store, page: HouseholdPage, family: Choice, home: str
) -> None:
    done = pay(leased, page, family)

    assert (done.book, done.number) == ("BL 26-01", "0041906")
    (row,) = receipts(leased, household=home)
    assert (row.amount_dong, row.lines) == (4_726_260, 4)
    own = changes.pending(leased)[0]
    assert own.changeset == done.changeset
    assert own.text.values["n"] == 4
    today = todays_list(leased)
    assert (today.enrolled, today.collected_dong, today.receipts) == (1, 4_726_260, 1)


def test_an_enrolment_keeps_all_that_made_its_price(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    done = pay(leased, page, family)

    rows = leased.read(rows_of, done.receipt)
    health, social = rows[1], rows[3]
    assert (health.scheme, health.rank, health.percent) == ("hhi", 2, 70)
    assert (health.base_dong, health.group, health.state_percent) == (2_530_000, "", None)
    assert (social.scheme, social.method, social.group) == ("vsi", "periodic", "other")
    assert (social.base_dong, social.state_percent) == (1_500_000, "20")
    assert (social.local_percent, social.other_percent, social.other_dong) == (None, None, 0)
    for row in rows:
        assert row.tables_version == tables.edition()
        parts = row.state_dong + row.local_dong + row.other_dong + row.participant_dong
        assert row.gross_dong == parts
    told = social.quote_basis[1]
    assert (told["code"], told["source"]) == ("vsi_state", "NĐ159/2025 Điều 5.1")
    assert told["rows"][0]["table"] == "vsi_support"
    assert told["rows"][0]["valid_from"] == "2025-07-01"


def rows_of(connection: Connection, receipt: str) -> list[Any]:
    table = Enrolment.__table__
    query = select(table).where(table.c.receipt == receipt).order_by(table.c.id)
    return list(connection.execute(query))


def test_the_groups_of_a_person_decide_what_others_pay(leased: Store, page: HouseholdPage) -> None:
    son = person(page, "Trần Minh Đức")
    groups = ("ethnic_left_hard", "near_poor", "ethnic_minority")
    members = tuple(
        replace(member, other_groups=groups) if member.person == son else member
        for member in page.members
    )
    choice = Choice((son,), 12, (VsiChoice(son, 1_500_000, 1),))

    priced = price(replace(page, members=members), choice, page.today)

    assert priced.hhi is not None
    line = priced.hhi.lines[0]
    assert (line.group, line.rank, line.participant) == ("near_poor", None, 0)
    ((_, social),) = priced.vsi
    assert (social.group, social.state, social.local) == ("near_poor", 132_000, 82_500)
    done = pay(leased, replace(page, members=members), choice)
    health, paid = leased.read(rows_of, done.receipt)
    assert (health.group, health.state_percent, health.local_percent) == ("near_poor", "70", "30")
    assert (paid.group, paid.state_percent, paid.local_percent) == ("near_poor", "40", "25")


def test_other_choices_are_told_the_most_pressing_first(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    waits, terms, same = quote(leased, page, family).what_if

    assert (waits.code, waits.values["name"]) == ("enrolment.if_waits_open", "Trần Minh Đức")
    assert terms.code == "enrolment.if_vsi_terms"
    assert terms.values["m12_dong"] == 12 * 264_000
    assert same.code == "enrolment.if_next_month_same"
    assert same.values == {"first": date(2026, 12, 1), "total_dong": 2_322_540 + 819_720}


def test_an_income_that_the_law_of_next_month_does_not_have_is_told(
    leased: Store, page: HouseholdPage
) -> None:
    khoi = person(page, "Trần Quốc Khoi")
    day = date(2026, 12, 5)
    december = replace(page, today=day)
    low = price(december, Choice(vsi=(VsiChoice(khoi, 1_500_000, 6),)), day).what_if[0]
    assert low.code == "enrolment.if_vsi_income_low"
    assert (low.values["first"], low.values["floor_dong"]) == (date(2027, 1, 1), 2_200_000)
    other = price(december, Choice(vsi=(VsiChoice(khoi, 2_200_000, 6),)), day).what_if[0]
    assert other.code == "enrolment.if_vsi_next_month"
    assert other.values["total_dong"] == 2_323_200
    here = price(page, Choice(vsi=(VsiChoice(khoi, 1_500_000, 6),)), page.today).what_if
    assert [reason.code for reason in here] == ["enrolment.if_vsi_terms"]


def test_waiting_into_another_year_or_base_salary_is_told_with_the_difference(
    leased: Store, page: HouseholdPage
) -> None:
    choice = Choice((person(page, "Trần Minh Đức"),))
    dearer = price(page, choice, date(2026, 6, 15)).what_if[-1]
    assert dearer.code == "enrolment.if_next_month_more"
    assert dearer.values == {
        "first": date(2026, 7, 1),
        "total_dong": 1_366_200,
        "change_dong": 102_600,
    }
    paid = replace(page, ranks_taken=frozenset({1, 2}), today=date(2026, 12, 5))
    dearer = price(paid, choice, date(2026, 12, 5)).what_if[-1]
    assert dearer.values["total_dong"] == 1_366_200
    assert dearer.values["change_dong"] == 1_366_200 - 819_720
    first = replace(page, ranks_taken=frozenset(), today=date(2025, 12, 31))
    later = price(first, choice, date(2025, 12, 31)).what_if
    assert later[-1].code == "enrolment.if_next_month_same"


def test_a_household_is_shown_also_when_the_tables_are_too_old_for_a_price(
    leased: Store, home: str
) -> None:
    leased._clock.forward(days=500)  # type: ignore[attr-defined]  # the tests' clock is a SetClock

    assert household_page(leased, WARD, home).estimate_dong is None


def test_a_member_who_joins_later_in_the_year_takes_the_next_rank(
    leased: Store, page: HouseholdPage, home: str
) -> None:
    first = Choice((person(page, "Nguyễn Thị Bích Hằng"), person(page, "Trần Quốc Khoi")))
    pay(leased, page, first)
    again = household_page(leased, WARD, home)

    later = quote(leased, again, Choice((person(again, "Trần Minh Đức"),)))

    assert later.hhi is not None and later.hhi.lines[0].rank == 3


def test_numbers_ascend_without_a_gap_until_the_book_is_used_up(
    leased: Store, home: str, page: HouseholdPage
) -> None:
    one = Choice((person(page, "Nguyễn Thị Bích Hằng"),))
    numbers = [pay(leased, household_page(leased, WARD, home), one).number for _ in range(5)]

    assert numbers == [f"00419{n:02d}" for n in range(6, 11)]
    assert book(leased) is None
    with pytest.raises(UserMends) as refused:
        pay(leased, household_page(leased, WARD, home), one)
    assert refused.value.code == "receipts.book_used_up"


def test_a_refused_payment_uses_no_number_and_writes_nothing(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    before = changes.pending(leased)
    with pytest.raises(UserMends) as refused:
        enrol(leased, page, family, method="cash", payer="Hằng", consent="")

    assert refused.value.code == "enrolment.no_consent"
    assert changes.pending(leased) == before
    left = book(leased)
    assert left is not None and left.next_number == 41906


def test_somebody_insured_by_the_employer_is_refused_with_the_reason(
    leased: Store, page: HouseholdPage
) -> None:
    insured = person(page, "Trần Ngọc Ánh Nguyệt")
    with pytest.raises(UserMends) as refused:
        quote(leased, page, Choice((insured,)))
    assert refused.value.code == "rules.insured_employer"


def test_a_booked_receipt_is_never_undone(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    done = pay(leased, page, family)
    with pytest.raises(UserMends) as refused:
        changes.undo(leased, done.changeset)
    assert refused.value.code == "history.cannot_undo_receipt"


def test_the_rank_counts_again_in_the_next_calendar_year(
    leased: Store, page: HouseholdPage, home: str
) -> None:
    pay(leased, page, Choice((person(page, "Nguyễn Thị Bích Hằng"),)))
    leased._clock.forward(days=60)  # type: ignore[attr-defined]  # the tests' clock is a SetClock

    assert household_page(leased, WARD, home).ranks_taken == frozenset()


def test_the_receipt_prints_its_lines_and_the_total_in_words(
    leased: Store, page: HouseholdPage, family: Choice, tmp_path: Path
) -> None:
    done = pay(leased, page, family)
    path = papers.save_receipt(leased, WARD, done.receipt, tmp_path / "r.pdf", Words("vi"))

    text = " ".join(PdfReader(path).pages[0].extract_text().split())
    assert "0041906" in text
    assert "Nguyễn Thị Bích Hằng" in text
    assert "Bốn triệu bảy trăm hai mươi sáu nghìn hai trăm sáu mươi đồng" in text


def test_years_paid_ahead_are_enrolled_with_their_discount_and_their_receipt(
    leased: Store, page: HouseholdPage, home: str, tmp_path: Path
) -> None:
    son = person(page, "Trần Minh Đức")
    choice = Choice(vsi=(VsiChoice(son, 1_500_000, 24, method=YEARS_AHEAD),))
    quoted = quote(leased, page, choice)
    assert quoted.total_dong == 7_644_801 - 24 * 66_000
    codes = [step.code for step in quoted.vsi[0][1].explanation]
    assert codes == ["vsi_premium", "vsi_fund_rate", "vsi_ahead", "vsi_state"]
    done = pay(leased, page, choice)
    (row,) = leased.read(rows_of, done.receipt)
    assert (row.method, row.months, row.gross_dong) == ("years_ahead", 24, 7_644_801)
    assert (row.valid_from, row.valid_to) == (date(2026, 11, 1), date(2028, 10, 31))
    path = papers.save_receipt(leased, WARD, done.receipt, tmp_path / "r.pdf", Words("vi"))
    text = " ".join(PdfReader(path).pages[0].extract_text().split())
    assert "Trần Minh Đức 24 6.060.801" in text
    again = household_page(leased, WARD, home)
    with pytest.raises(UserMends) as told:
        quote(leased, again, Choice(vsi=(VsiChoice(son, 1_500_000, 1),)))
    assert told.value.code == "rules.vsi_paid_until"


@pytest.mark.parametrize("method", [MISSING, LATE])
def test_missing_and_late_months_are_never_taken(
    leased: Store, page: HouseholdPage, method: str
) -> None:
    son = person(page, "Trần Minh Đức")
    with pytest.raises(UserMends) as told:
        pay(leased, page, Choice(vsi=(VsiChoice(son, 1_500_000, 12, method=method),)))
    assert (told.value.code, told.value.field) == ("rules.vsi_method_unknown", "method")


def test_a_new_member_can_join_at_once(leased: Store, page: HouseholdPage, home: str) -> None:
    fields = {"full_name": "Lê Thị Mai", "sex": "female", "born_on": date(2000, 1, 1)}
    added = people.add_member(leased, WARD, home, fields, "19")
    again = household_page(leased, WARD, home)

    (card,) = quote(leased, again, Choice((added,))).after

    assert card.waits and card.warn is not None
    assert card.valid_from == date(2026, 11, 23) + timedelta(days=30)


def test_the_lowest_income_is_the_poverty_line_of_the_day(leased: Store) -> None:
    assert lowest_income(leased) == 1_500_000


def test_a_form_that_stayed_open_while_the_same_people_paid_is_refused(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    pay(leased, page, family)
    left = book(leased)

    with pytest.raises(UserMends) as refused:
        pay(leased, page, family)

    assert refused.value.code == "enrolment.changed_since"
    assert book(leased) == left


def test_no_receipt_is_dated_before_the_last_handshake(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    leased.remember(greeted_at="2029-11-23T01:00:00.000Z")
    left = book(leased)

    with pytest.raises(UserMends) as refused:
        pay(leased, page, family)

    assert refused.value.code == "enrolment.clock_behind"
    assert book(leased) == left


def test_another_sum_than_the_one_that_was_told_is_never_booked(
    leased: Store, page: HouseholdPage, family: Choice
) -> None:
    told = quote(leased, page, family).total_dong
    dearer = tables.SHIPPED.text("base_salary").replace("2530000", "2600000")
    before = book(leased)

    with tables.in_force(tables.Book({"base_salary": dearer})), pytest.raises(UserMends) as refused:
        enrol(leased, page, family, method="cash", payer="Hằng", consent="spoken", shown_dong=told)

    assert refused.value.code == "enrolment.price_changed"
    assert refused.value.context["shown_dong"] == told
    assert book(leased) == before
    done = enrol(
        leased, page, family, method="cash", payer="Hằng", consent="spoken", shown_dong=told
    )
    assert done.amount_dong == told


def test_a_price_told_on_the_last_evening_of_the_year_is_not_taken_the_next_morning(
    leased: Store, home: str
) -> None:
    leased._clock.forward(days=38)  # type: ignore[attr-defined]  # the tests' clock is a SetClock
    page = household_page(leased, WARD, home)
    son = person(page, "Trần Minh Đức")
    choice = Choice((son,), 12, (VsiChoice(son, 3_000_000, 1),))
    told = quote(leased, page, choice).total_dong
    leased._clock.forward(hours=20)  # type: ignore[attr-defined]  # the tests' clock is a SetClock

    with pytest.raises(UserMends) as refused:
        enrol(leased, page, choice, method="cash", payer="Đức", consent="spoken", shown_dong=told)

    assert refused.value.code == "enrolment.price_changed"
    assert (told, refused.value.context["total_dong"]) == (1_960_200, 1_929_400)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"born_on": date(2016, 5, 5)}, "rules.vsi_too_young"),
        ({"group": "forces"}, "rules.vsi_insured_otherwise"),
        ({"group": "unemployment"}, "rules.vsi_insured_otherwise"),
    ],
)
def test_nobody_whom_the_law_keeps_out_pays_social_insurance(
    leased: Store, home: str, fields: dict[str, Any], code: str
) -> None:
    known = {"full_name": "Lê Thị Mai", "sex": "female", "born_on": date(2000, 1, 1)} | fields
    added = people.add_member(leased, WARD, home, known, "19")
    page = household_page(leased, WARD, home)

    with pytest.raises(UserMends) as refused:
        pay(leased, page, Choice(vsi=(VsiChoice(added, 1_500_000, 1),)))

    assert refused.value.code == code
    member = next(one for one in page.members if one.person == added)
    assert member.vsi_why_not is not None


def test_social_insurance_goes_on_after_the_months_that_are_paid(leased: Store, home: str) -> None:
    page = household_page(leased, WARD, home)
    son = person(page, "Trần Minh Đức")
    pay(leased, page, Choice(vsi=(VsiChoice(son, 1_500_000, 1),)))
    with pytest.raises(UserMends) as refused:
        pay(leased, household_page(leased, WARD, home), Choice(vsi=(VsiChoice(son, 1_500_000, 3),)))
    assert refused.value.code == "rules.vsi_paid_until"
    leased._clock.forward(days=7)  # type: ignore[attr-defined]  # the tests' clock is a SetClock
    last_day = household_page(leased, WARD, home)
    assert last_day.today == date(2026, 11, 30)

    done = pay(leased, last_day, Choice(vsi=(VsiChoice(son, 1_500_000, 3),)))

    (row,) = leased.read(rows_of, done.receipt)
    assert (row.valid_from, row.valid_to) == (date(2026, 12, 1), date(2027, 2, 28))

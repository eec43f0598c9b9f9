"""`fieldapp quote`: what else could be done, and what that would cost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.quoting import Call, answer, hhi, refused, vsi


def bare(told: Any) -> Any:
    """An answer without the steps that lead to its numbers."""
    if isinstance(told, list):
        return [bare(part) for part in told]
    return {name: part for name, part in told.items() if name != "explanation"}


def test_a_household_is_told_one_more_member_other_terms_and_next_month(quote: Call) -> None:
    told = hhi(quote, "2026-11-23", 2, 12)["what_if"]
    more = told["one_more"]
    assert (more["rank"], more["percent"], more["participant"]) == (3, 60, 819_720)
    assert more["explanation"][0]["table"] == "hhi_ladder"
    assert bare(told["terms"]) == [
        {"months": 3, "participant": 580_635},
        {"months": 6, "participant": 1_161_270},
        {"months": 12, "participant": 2_322_540},
    ]
    assert bare(told["next_month"]) == {
        "paid_on": "2026-12-01",
        "participant": 2_322_540,
        "change": 0,
        "same": True,
        "refused": None,
    }
    assert told["waiting"] is None


@pytest.mark.parametrize(
    ("day", "change"), [("2026-06-30", 102_600), ("2024-06-01", 291_600), ("2026-07-01", 0)]
)
def test_next_month_tells_what_a_new_base_salary_makes_of_it(
    quote: Call, day: str, change: int
) -> None:
    told = hhi(quote, day, 1, 12)
    later = told["what_if"]["next_month"]
    assert later["change"] == change == later["participant"] - told["total_participant"]
    assert later["same"] == (change == 0)
    again = hhi(quote, later["paid_on"], 1, 12)
    assert later["participant"] == again["total_participant"]


def test_a_month_without_a_price_says_why(quote: Call) -> None:
    later = hhi(quote, "2027-12-31", 1, 12)["what_if"]["next_month"]
    assert (later["participant"], later["change"], later["same"]) == (None, None, False)
    assert later["refused"]["code"] == "rules.date_out_of_range" and later["refused"]["message"]
    poor = vsi(quote, "2026-12-05", 1_500_000, "--months", "6")["what_if"]["next_month"]
    assert (poor["paid_on"], poor["refused"]["field"]) == ("2027-01-01", "income")
    assert "2.200.000" in poor["refused"]["message"]


def test_waiting_past_the_gap_is_told_from_the_end_of_the_card(quote: Call) -> None:
    told = hhi(quote, "2024-11-21", 1, 6, "--card-until", "2024-08-31")["what_if"]["waiting"]
    assert bare(told) == {
        "no_wait_by": "2024-11-30",
        "pays_on": "2024-12-01",
        "first_valid_on": "2024-12-31",
        "last_valid_on": "2025-06-30",
        "certain": False,
    }
    gone = hhi(quote, "2024-11-21", 1, 6, "--card-until", "2024-01-31")
    assert gone["what_if"]["waiting"] is None
    long_ago = hhi(quote, "2024-11-21", 1, 6, "--card-until", "0001-01-01")
    assert long_ago["what_if"]["waiting"] is None
    asked = ["--paid-on", "2024-11-21", "--members", "1", "--months", "6", "--card-until", "x"]
    for far in ("x", "2035-01-01", "9999-12-30", "9999-12-31"):
        assert refused(quote("hhi", *asked[:-1], far, "--json"))["field"] == "card_until"


def test_one_person_is_told_other_terms_a_higher_income_and_next_month(quote: Call) -> None:
    told = vsi(quote, "2026-11-23", 1_500_000, "--months", "6")["what_if"]
    assert bare(told["terms"]) == [
        {"months": months, "participant": 264_000 * months} for months in (1, 3, 6, 12)
    ]
    assert bare(told["income"]) == {"income": 1_550_000, "participant": 1_650_000}
    assert told["next_month"]["same"] and told["next_month"]["participant"] == 1_584_000
    top = vsi(quote, "2026-11-23", 50_600_000, "--months", "1")
    assert top["what_if"]["income"] is None
    late = [
        "--method",
        "late",
        "--months",
        "3",
        "--months-late",
        "2",
        "--fund-rate-percent",
        "0.31",
    ]
    paid = vsi(quote, "2024-11-05", 1_500_000, *late)
    assert paid["what_if"]["next_month"]["change"] > 0


def test_people_read_the_same(quote: Call) -> None:
    household = "hhi --paid-on 2026-11-23 --members 1 --months 12 --card-until 2026-09-30"
    told = quote(*household.split()).out
    for line in (
        "Nếu khác đi",
        "  Thêm một người: 956.340\u00a0đ (bậc 2, 70 %)",
        "  Đóng 3 tháng: 341.550\u00a0đ",
        "  Đóng từ 01/12/2026: vẫn 1.366.200\u00a0đ",
        "  Đợi quá 31/12/2026: có thẻ khoảng 31/01/2027, mất 5 năm liên tục",
    ):
        assert line in told.splitlines()
    dearer = quote(
        *["hhi", "--paid-on", "2026-06-30", "--members", "1", "--months", "12", "--lang", "en"]
    ).out
    assert "  Paid from 01/07/2026: 1.366.200\u00a0đ, 102.600\u00a0đ more" in dearer
    cheaper = quote(*["vsi", "--paid-on", "2026-12-05", "--income", "2200000", "--months", "1"]).out
    assert "  Đóng từ 01/01/2027: 387.200\u00a0đ, bớt 30.800\u00a0đ" in cheaper
    assert "  Thu nhập 2.250.000\u00a0đ: 429.000\u00a0đ" in cheaper
    none = quote(*["vsi", "--paid-on", "2026-12-05", "--income", "1500000", "--months", "1"]).out
    assert "Đóng từ 01/01/2027: không tính được. " in none
    assert answer(quote(*f"{household} --json".split()))["what_if"]["waiting"]["certain"] is False


def numbers_without_rows(answer: Any) -> list[Any]:
    """The parts of a what-if that carry a price or a day and lead to no row."""
    if isinstance(answer, list):
        return [found for part in answer for found in numbers_without_rows(part)]
    if not isinstance(answer, dict):
        return []
    priced = answer.get("participant") is not None or "first_valid_on" in answer
    rows = [row for step in answer.get("explanation", ()) for row in step["rows"]]
    found = [answer] if priced and not rows else []
    parts = [part for name, part in answer.items() if name != "explanation"]
    return [*found, *numbers_without_rows(parts)]


def test_every_number_of_a_what_if_leads_to_the_rows_that_it_comes_from(quote: Call) -> None:
    told = hhi(quote, "2026-06-15", 2, 12, "--card-until", "2026-08-01")["what_if"]
    assert numbers_without_rows(told) == []
    later = [row for step in told["next_month"]["explanation"] for row in step["rows"]]
    salary = next(row for row in later if row["table"] == "base_salary")
    assert salary["valid_from"] == "2026-07-01" and salary["article"] == "NĐ161/2026 Điều 3.2"
    assert any(row["table"] == "hhi_continuity" for step in told["waiting"]["explanation"]
               for row in step["rows"])  # fmt: skip
    assert numbers_without_rows(vsi(quote, "2026-06-15", 3_000_000, "--months", "12")) == []

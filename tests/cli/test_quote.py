"""`fieldapp quote`: who is priced how, and what the answer is told with."""

from __future__ import annotations

from typing import Any

import pytest

from fieldapp.rules import tables
from tests.cli.quoting import Call, answer, hhi, vsi


def test_the_near_poor_pay_nothing_since_the_city_pays_the_rest(quote: Call) -> None:
    def parts(day: str) -> list[int]:
        (one,) = hhi(quote, day, 1, 12, "--member", "near_poor")["members"]
        return [one["state"], one["local"], one["participant"]]

    assert parts("2025-12-31") == [884_520, 0, 379_080]
    assert parts("2026-01-01") == [884_520, 379_080, 0]


def test_named_members_come_first_and_the_rest_are_ordinary(quote: Call) -> None:
    shares = ["--local-percent", "0", "--other-percent", "7.5"]
    told = hhi(quote, "2024-11-21", 3, 12, "--member", "near_poor+average_farm", *shares)
    assert [one["group"] for one in told["members"]] == ["near_poor", "household", "household"]
    assert [one["rank"] for one in told["members"]] == [None, 1, 2]
    assert [one["other"] for one in told["members"]] == [94_770, 0, 0]
    assert told["members"][0]["other_percent"] == 7.5
    assert told["total_other"] == 94_770


def test_members_who_paid_before_in_the_year_have_taken_their_ranks(quote: Call) -> None:
    told = hhi(quote, "2024-11-21", 2, 12, "--ranks-taken", "3")
    assert [one["rank"] for one in told["members"]] == [4, 5]
    assert told["total_participant"] == 631_800 + 505_440


def test_the_rest_of_a_decision_is_bought(quote: Call) -> None:
    more = ["--member", "near_poor", "--decision-until", "2024-12-31"]
    told = hhi(quote, "2024-11-21", 2, 12, *more)
    assert [one["months"] for one in told["members"]] == [2, 12]
    assert told["members"][0]["gross"] == 210_600


@pytest.mark.parametrize("year", range(2018, 2028))
def test_every_month_of_the_known_years_has_its_price(quote: Call, year: int) -> None:
    for month in range(1, 13):
        day = f"{year}-{month:02}-01"
        assert hhi(quote, day, 2, 12)["total_gross"]
        income = 700_000 if year < 2022 else 1_500_000 if year < 2027 else 2_200_000
        assert vsi(quote, day, income, "--months", "12")["gross"] == income * 12 * 22 // 100


# --- what everything is told with -----------------------------------------------------------------


def steps(told: Any) -> list[Any]:
    own = told.get("explanation", [])
    return [*own, *(step for one in told.get("members", []) for step in one["explanation"])]


@pytest.mark.parametrize(
    "arguments",
    [
        "hhi --paid-on 2026-11-23 --members 3 --months 12 --ranks-taken 1 --member near_poor",
        "hhi --paid-on 2018-03-01 --members 2 --months 3 --state-percent 33.3",
        "vsi --paid-on 2026-11-23 --income 1530000 --months 6 --group poor",
        "vsi --paid-on 2026-11-23 --income 1500000 --method years_ahead --years 2",
        "vsi --paid-on 2026-11-23 --income 1500000 --method missing --months 9"
        " --fund-rate-percent 0.3",
        "refund --income 1500000 --months 12 --months-left 1 --state-part 0",
    ],
)
def test_every_number_leads_to_its_row_and_article(quote: Call, arguments: str) -> None:
    told = answer(quote(*arguments.split(), "--json"))
    assert told["edition"] == tables.edition()
    assert steps(told)
    for step in steps(told):
        assert step["edition"] == tables.edition()
        assert step["text"]
        for row in step["rows"]:
            assert bool(row["article_confidence"]) == row["article_known"]
            known = [
                found
                for found in tables.load(row["table"])
                if found.key == row["key"] and str(found.valid_from) == row["valid_from"]
            ]
            assert [found.source for found in known] == [row["source"]]
        if step["rows"]:
            first = step["rows"][0]
            assert (step["table"], step["key"]) == (first["table"], first["key"])
            assert step["valid_from"] == first["valid_from"]
            assert step["article"] and step["source"]
            assert step["article_known"] == ("điều khoản chưa rõ" not in step["text"])
        else:  # typed by hand: no article is claimed
            assert (step["article"], step["article_known"]) == ("", False)
        unsure = not step["rows"] or "U" in [row["confidence"] for row in step["rows"]]
        assert (step["confidence"] == "U") == unsure == ("chưa kiểm chứng" in step["text"])


def test_people_read_steps_parts_rows_and_edition(quote: Call) -> None:
    ran = quote("hhi", "--paid-on", "2026-11-23", "--members", "2", "--months", "12")
    assert (ran.code, ran.err) == (0, "")
    assert "2. Hộ gia đình, bậc 2" in ran.out
    assert "70 % của người thứ nhất" in ran.out
    assert "Người dân đóng: 2.322.540\u00a0đ" in ran.out
    assert "base_salary từ 01/07/2026: NĐ161/2026 Điều 3.2 [S; điều khoản S2]" in ran.out
    assert tables.edition() in ran.out
    vsi_told = quote("vsi", "--paid-on", "2026-11-23", "--income", "1500000", "--months", "1")
    assert "vsi_support/other từ 01/07/2025: NĐ159/2025 Điều 5.1 [S; điều khoản S2]" in vsi_told.out
    assert "Người dân đóng: 264.000\u00a0đ" in vsi_told.out
    back = "refund --income 1500000 --months 12 --months-left 1 --state-part 0 --lang en"
    assert "Given back: 330.000\u00a0đ" in quote(*back.split()).out

"""`fieldapp quote`: worked examples and tables of the law come out to the đồng, and nothing that
was typed wrong ever comes out as a number."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fieldapp.__main__ import run
from fieldapp.rules import tables
from tests.cli.conftest import Ran

Call = Callable[..., Ran]


@pytest.fixture
def quote(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs `fieldapp quote …` without a profile or a password."""
    monkeypatch.delenv("FIELDAPP_PASSWORD", raising=False)

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["quote", *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


def answer(ran: Ran) -> Any:
    assert (ran.code, ran.err) == (0, "")
    return ran.answer


def hhi(quote: Call, day: str, members: int, months: int, *more: str) -> Any:
    numbers = ["--members", str(members), "--months", str(months)]
    return answer(quote("hhi", "--paid-on", day, *numbers, *more, "--json"))


def vsi(quote: Call, day: str, income: int, *more: str) -> Any:
    return answer(quote("vsi", "--paid-on", day, "--income", str(income), *more, "--json"))


def refused(ran: Ran) -> Any:
    """The one document of an error; there is no number beside it."""
    assert (ran.code, ran.out) == (2, "")
    error = json.loads(ran.err)["error"]
    assert set(error) == {"code", "message", "field"} and error["message"]
    assert error["code"] != "cli.unexpected"
    return error


# --- household health insurance: tables and examples ----------------------------------------------

LADDER = [
    ("2015-06-01", "2016-04-30", 1_150_000, [621_000, 434_700, 372_600, 310_500, 248_400]),
    ("2016-05-01", "2017-06-30", 1_210_000, [653_400, 457_380, 392_040, 326_700, 261_360]),
    ("2017-07-01", "2018-06-30", 1_300_000, [702_000, 491_400, 421_200, 351_000, 280_800]),
    ("2018-07-01", "2019-06-30", 1_390_000, [750_600, 525_420, 450_360, 375_300, 300_240]),
    ("2019-07-01", "2023-06-30", 1_490_000, [804_600, 563_220, 482_760, 402_300, 321_840]),
    ("2023-07-01", "2024-06-30", 1_800_000, [972_000, 680_400, 583_200, 486_000, 388_800]),
    ("2024-07-01", "2026-06-30", 2_340_000, [1_263_600, 884_520, 758_160, 631_800, 505_440]),
    ("2026-07-01", "2027-12-31", 2_530_000, [1_366_200, 956_340, 819_720, 683_100, 546_480]),
]


@pytest.mark.parametrize(("first", "last", "base", "year"), LADDER)
def test_a_year_costs_what_the_table_says_from_the_first_to_the_last_day_of_a_base_salary(
    quote: Call, first: str, last: str, base: int, year: list[int]
) -> None:
    for day in (first, last):
        told = hhi(quote, day, 6, 12)
        assert [one["participant"] for one in told["members"]] == [*year, year[4]]
        assert [one["rank"] for one in told["members"]] == [1, 2, 3, 4, 5, 6]
        assert [one["percent"] for one in told["members"]] == [100, 70, 60, 50, 40, 40]
        assert {one["base_salary"] for one in told["members"]} == {base}
        assert told["total_gross"] == told["total_participant"] == sum(year) + year[4]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-11-21", 3, [315_900, 221_130, 189_540, 157_950, 126_360]),
        ("2024-11-21", 6, [631_800, 442_260, 379_080, 315_900, 252_720]),
        ("2026-11-23", 3, [341_550, 239_085, 204_930, 170_775, 136_620]),
        ("2026-11-23", 6, [683_100, 478_170, 409_860, 341_550, 273_240]),
    ],
)
def test_a_part_of_a_year_costs_its_months(
    quote: Call, day: str, months: int, expected: list[int]
) -> None:
    assert [one["gross"] for one in hhi(quote, day, 5, months)["members"]] == expected


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2016-01-01", [51_750, 36_225, 31_050, 25_875, 20_700]),
        ("2017-01-01", [54_450, 38_115, 32_670, 27_225, 21_780]),
        ("2018-01-01", [58_500, 40_950, 35_100, 29_250, 23_400]),
        ("2019-01-01", [62_550, 43_785, 37_530, 31_275, 25_020]),
        ("2020-01-01", [67_050, 46_935, 40_230, 33_525, 26_820]),
        ("2024-01-01", [81_000, 56_700, 48_600, 40_500, 32_400]),
        ("2025-01-01", [105_300, 73_710, 63_180, 52_650, 42_120]),
        ("2027-01-01", [113_850, 79_695, 68_310, 56_925, 45_540]),
    ],
)
def test_three_months_cost_three_times_the_monthly_table(
    quote: Call, day: str, month: list[int]
) -> None:
    told = hhi(quote, day, 5, 3)["members"]
    assert [one["gross"] for one in told] == [3 * dong for dong in month]


def test_the_official_household_of_the_list_guide(quote: Call) -> None:
    """QĐ595, guide of D03-TS, base 1,300,000: B, C and D for 12 months."""
    told = hhi(quote, "2017-09-01", 3, 12)["members"]
    assert [one["participant"] for one in told] == [702_000, 491_400, 421_200]


@pytest.mark.parametrize("member", [["--member", "near_poor"], []])
def test_the_official_near_poor_person_with_70_and_10_percent(
    quote: Call, member: list[str]
) -> None:
    """QĐ595, guide of D03-TS: 1,300,000 × 4.5 % × 6 × 20 %."""
    shares = ["--state-percent", "70", "--local-percent", "10"]
    told = hhi(quote, "2018-01-15", 1, 6, *member, *shares)
    (one,) = told["members"]
    parts = {name: one[name] for name in ("gross", "state", "local", "participant", "rank")}
    assert parts == {
        "gross": 351_000,
        "state": 245_700,
        "local": 35_100,
        "participant": 70_200,
        "rank": None,
    }


def test_the_reduced_base_of_form_3_is_no_money_to_pay(quote: Call) -> None:
    """NĐ188/2025, guide of Mẫu 3 at 2,340,000."""
    told = hhi(quote, "2026-05-04", 3, 12)["members"]
    assert [one["reduced_base"] for one in told] == [2_340_000, 1_638_000, 1_404_000]


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


# --- voluntary social insurance: tables and examples ----------------------------------------------


@pytest.mark.parametrize(
    ("income", "months", "gross"),
    [
        (4_000_000, 1, 880_000),
        (4_000_000, 6, 5_280_000),
        (5_000_000, 6, 6_600_000),
    ],
)
def test_the_official_examples_1_2_and_6(quote: Call, income: int, months: int, gross: int) -> None:
    told = vsi(quote, "2018-03-01", income, "--months", str(months))
    assert told["gross"] == gross
    assert told["participant"] == gross - 15_400 * months


def test_the_official_example_3_of_two_years_ahead(quote: Call) -> None:
    more = ["--method", "years_ahead", "--years", "2", "--fund-rate-percent", "0.628"]
    assert vsi(quote, "2018-03-01", 3_000_000, *more)["gross"] == 14_753_539
    assert vsi(quote, "2018-03-01", 3_000_000, "--months", "24", *more)["gross"] == 14_753_539


def test_the_official_examples_9_and_10_of_the_near_poor_person(quote: Call) -> None:
    year = vsi(quote, "2018-06-01", 800_000, "--months", "12", "--group", "near_poor")
    assert year["participant"] == 1_650_000
    later = vsi(quote, "2019-06-03", 800_000, "--months", "1")
    assert later["participant"] == 160_600


@pytest.mark.parametrize(("used", "months", "state"), [("119", 1, 96_800), ("120", 0, 0)])
def test_the_official_example_11_of_the_last_supported_month(
    quote: Call, used: str, months: int, state: int
) -> None:
    """Supported since June 2018: month 120 is the last."""
    more = ["--months", "1", "--support-months-used", used]
    told = vsi(quote, "2027-12-31", 2_200_000, *more)
    assert (told["support_months"], told["state"]) == (months, state)


@pytest.mark.parametrize(
    ("day", "income", "gross"),
    [
        ("2026-11-23", 1_500_000, 330_000),
        ("2026-11-23", 2_000_000, 440_000),
        ("2027-01-01", 2_200_000, 484_000),
        ("2026-11-23", 5_000_000, 1_100_000),
        ("2026-06-30", 46_800_000, 10_296_000),
        ("2026-07-01", 50_600_000, 11_132_000),
    ],
)
def test_a_month_costs_22_percent_of_the_income(
    quote: Call, day: str, income: int, gross: int
) -> None:
    assert vsi(quote, day, income, "--months", "1")["gross"] == gross


SUPPORT = [
    ("2025-06-30", "poor", 1_500_000, 99_000, 231_000),
    ("2025-06-30", "near_poor", 1_500_000, 82_500, 247_500),
    ("2025-06-30", "minority", 1_500_000, 33_000, 297_000),
    ("2024-11-21", "other", 1_500_000, 33_000, 297_000),
    ("2025-07-01", "poor", 1_500_000, 165_000, 165_000),
    ("2025-07-01", "island", 1_500_000, 165_000, 165_000),
    ("2025-07-01", "near_poor", 1_500_000, 132_000, 198_000),
    ("2025-07-01", "minority", 1_500_000, 99_000, 231_000),
    ("2025-07-01", "other", 1_500_000, 66_000, 264_000),
    ("2027-01-01", "island", 2_200_000, 242_000, 242_000),
    ("2027-01-01", "minority", 2_200_000, 145_200, 338_800),
    ("2027-01-01", "other", 2_200_000, 96_800, 387_200),
]


@pytest.mark.parametrize(("day", "group", "income", "state", "participant"), SUPPORT)
def test_the_support_table_at_the_lowest_income(
    quote: Call, day: str, group: str, income: int, state: int, participant: int
) -> None:
    told = vsi(quote, day, income, "--months", "1", "--group", group)
    assert (told["state"], told["local"], told["participant"]) == (state, 0, participant)


@pytest.mark.parametrize(
    ("day", "group", "income", "state", "participant"),
    [
        ("2027-01-01", "poor", 2_200_000, 242_000, 242_000),
        ("2027-01-01", "near_poor", 2_200_000, 193_600, 290_400),
    ],
)
def test_the_support_table_of_2027_before_the_city_adds(
    quote: Call, day: str, group: str, income: int, state: int, participant: int
) -> None:
    more = ["--months", "1", "--group", group, "--local-percent", "0"]
    told = vsi(quote, day, income, *more)
    assert (told["state"], told["participant"]) == (state, participant)


def test_the_city_adds_to_the_support_of_poor_and_near_poor_from_2026(quote: Call) -> None:
    def parts(day: str, group: str) -> list[int]:
        told = vsi(quote, day, 1_500_000, "--months", "1", "--group", group)
        return [told["local"], told["participant"]]

    assert parts("2025-12-31", "poor") == [0, 165_000]
    assert parts("2026-01-01", "poor") == [99_000, 66_000]
    assert parts("2026-01-01", "near_poor") == [82_500, 115_500]


@pytest.mark.parametrize(
    ("years", "gross"), [(2, 7_644_801), (3, 11_259_443), (4, 14_742_290), (5, 18_098_148)]
)
def test_years_ahead_at_the_rate_of_2026(quote: Call, years: int, gross: int) -> None:
    more = ["--method", "years_ahead", "--years", str(years)]
    assert vsi(quote, "2026-11-23", 1_500_000, *more)["gross"] == gross
    typed = vsi(quote, "2025-08-01", 1_500_000, *more, "--fund-rate-percent", "0,31")
    assert typed["gross"] == gross


def test_missing_and_late_months(quote: Call) -> None:
    rate = ["--fund-rate-percent", "0.31"]
    missing = ["--months", "60", "--method", "missing", *rate]
    assert vsi(quote, "2025-07-01", 1_500_000, *missing)["gross"] == 21_791_542
    late = ["--months", "3", "--method", "late", "--months-late", "2", *rate]
    assert vsi(quote, "2024-11-21", 1_500_000, *late)["gross"] == 996_148


def test_a_refund(quote: Call) -> None:
    known = ["--income", "3000000", "--months-left", "6", "--state-part", "92400"]
    rate = ["--fund-rate-percent", "0.628"]
    ahead = answer(quote("refund", *known, *rate, "--years", "2", "--json"))
    assert ahead["refund"] == 3_390_843
    term = answer(quote("refund", *known, "--months", "12", "--paid-on", "2024-11-21", "--json"))
    assert term["refund"] == 6 * 660_000 - 92_400


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
        unsure = not step["rows"] or "U" in [row["confidence"] for row in step["rows"]]
        assert (step["confidence"] == "U") == unsure == ("chưa kiểm chứng" in step["text"])


def test_people_read_steps_parts_rows_and_edition(quote: Call) -> None:
    ran = quote("hhi", "--paid-on", "2026-11-23", "--members", "2", "--months", "12")
    assert (ran.code, ran.err) == (0, "")
    assert "2. Hộ gia đình, bậc 2" in ran.out
    assert "70 % của người thứ nhất" in ran.out
    assert "Người dân đóng: 2.322.540\u00a0đ" in ran.out
    assert "base_salary từ 01/07/2026: NĐ161/2026 [S]" in ran.out
    assert tables.edition() in ran.out
    vsi_told = quote("vsi", "--paid-on", "2026-11-23", "--income", "1500000", "--months", "1")
    assert "vsi_support/other từ 01/07/2025: NĐ159/2025 Điều 5 [S]" in vsi_told.out
    assert "Người dân đóng: 264.000\u00a0đ" in vsi_told.out
    back = "refund --income 1500000 --months 12 --months-left 1 --state-part 0 --lang en"
    assert "Given back: 330.000\u00a0đ" in quote(*back.split()).out


# --- what is refused ------------------------------------------------------------------------------

GOOD = {
    "hhi": {"--paid-on": "2026-11-23", "--members": "2", "--months": "12"},
    "vsi": {"--paid-on": "2026-11-23", "--income": "1500000", "--months": "12"},
    "refund": {
        "--income": "1500000",
        "--years": "2",
        "--months-left": "6",
        "--fund-rate-percent": "0.31",
        "--state-part": "0",
    },
}
NO_NUMBERS = [
    "",
    " ",
    "-1",
    "nan",
    "inf",
    "1e30",
    "1" + "0" * 30,
    "1.5",
    "1_0",
    "x",
    "+3",
    "٣",
    "３",
]
BAD = [
    *(("hhi", "--months", said, "months") for said in [*NO_NUMBERS, "0", "7", "1", "13"]),
    *(("hhi", "--members", said, "members") for said in [*NO_NUMBERS, "0", "100000"]),
    *(("hhi", "--ranks-taken", said, "ranks_taken") for said in [*NO_NUMBERS, "100000"]),
    *(("hhi", "--member", said, "member_1") for said in ["rich", "", "near_poor+", "poor", "NAN"]),
    *(("vsi", "--income", said, "income") for said in [*NO_NUMBERS, "0", "1.5e6", "50600001"]),
    *(("vsi", "--months", said, "months") for said in [*NO_NUMBERS, "0", "2", "7", "24"]),
    *(("vsi", "--support-months-used", said, "support_months_used") for said in NO_NUMBERS),
    *(("vsi", "--group", said, "group") for said in ["rich", "", "poor+", "household"]),
    *(("vsi", "--method", said, "method") for said in ["late", "yearly", "", "periodic "]),
    *(("refund", "--years", said, "years") for said in [*NO_NUMBERS, "0", "1", "6"]),
    *(("refund", "--months-left", said, "months_left") for said in [*NO_NUMBERS, "25"]),
    *(("refund", "--state-part", said, "state_part") for said in [*NO_NUMBERS, "99999999"]),
    *(("refund", "--income", said, "income") for said in [*NO_NUMBERS, "0", "699999"]),
]
NO_PERCENTS = [
    "",
    "-1",
    "nan",
    "inf",
    "1e1",
    "100.1",
    "1000",
    "1" + "0" * 30,
    "7,",
    ".5",
    "٧",
    "70%",
]
NO_RATES = ["", "nan", "inf", "-1", "1000", "3.01", "1e-1", "0.31%", "1" + "0" * 30, "۰"]
NO_DAYS = ["", "2026-02-30", "23/11/2026", "2026-11-23T00:00", "20261123", "nan", "٢٠٢٦-١١-٢٣"]
FAR_DAYS = ["1999-12-31", "2014-12-31", "2028-01-01", "2100-01-01", "9999-12-31", "0001-01-01"]
BAD += [
    *(("hhi", "--state-percent", said, "state_percent") for said in NO_PERCENTS),
    *(("hhi", "--local-percent", said, "local_percent") for said in NO_PERCENTS),
    *(("hhi", "--other-percent", said, "other_percent") for said in NO_PERCENTS),
    *(("vsi", "--local-percent", said, "local_percent") for said in NO_PERCENTS),
    *(("vsi", "--other-percent", said, "other_percent") for said in NO_PERCENTS),
    ("vsi", "--months-late", "", "months_late"),
    *(("refund", "--fund-rate-percent", said, "fund_rate_percent") for said in NO_RATES),
    *(("hhi", "--decision-until", said, "decision_until") for said in NO_DAYS),
    *((scheme, "--paid-on", said, "paid_on") for scheme in GOOD for said in [*NO_DAYS, *FAR_DAYS]),
]


@pytest.mark.parametrize(("scheme", "option", "said", "field"), BAD)
def test_what_cannot_be_is_refused_and_never_becomes_a_number(
    quote: Call, scheme: str, option: str, said: str, field: str
) -> None:
    typed = [part for pair in (GOOD[scheme] | {option: said}).items() for part in pair]
    assert refused(quote(scheme, *typed, "--json"))["field"] == field


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("vsi --paid-on 2015-12-31 --income 1500000 --months 1", "rules.date_out_of_range"),
        ("vsi --paid-on 2026-11-23 --income 1500000", "cli.option_missing"),
        ("vsi --paid-on 2026-11-23 --months 1", "cli.usage"),
        ("vsi --paid-on 2026-11-23 --income 1499999 --months 1", "rules.vsi_income_low"),
        ("vsi --paid-on 2024-11-21 --income 1530000 --months 1", "rules.vsi_income_off_step"),
        ("vsi --paid-on 2027-01-01 --income 1500000 --months 1", "rules.vsi_income_low"),
        (
            "vsi --paid-on 2027-01-01 --income 2200000 --method years_ahead --years 2",
            "rules.vsi_fund_rate_missing",
        ),
        (
            "vsi --paid-on 2026-11-23 --income 1500000 --method years_ahead --years 6",
            "rules.vsi_years",
        ),
        (
            "vsi --paid-on 2026-11-23 --income 1500000 --method years_ahead --months 18",
            "rules.vsi_years",
        ),
        (
            "vsi --paid-on 2026-11-23 --income 1500000 --method missing --months 61",
            "rules.vsi_missing_months",
        ),
        (
            "vsi --paid-on 2025-07-01 --income 1500000 --months 1 --method late --months-late 1",
            "rules.vsi_late_not_any_more",
        ),
        (
            "vsi --paid-on 2024-11-21 --income 1500000 --months 1 --method late "
            "--fund-rate-percent 0.3",
            "rules.vsi_months_late",
        ),
        ("hhi --paid-on 2026-11-23 --members 1 --months 12 --member pupil", "rules.insured_pupil"),
        (
            "hhi --paid-on 2026-11-23 --members 1 --months 12 --member near_poor "
            "--member near_poor",
            "cli.members_named",
        ),
        (
            "hhi --paid-on 2026-11-23 --members 1 --months 12 --state-percent 70 "
            "--local-percent 31",
            "rules.support_above_premium",
        ),
        ("hhi --paid-on 2026-11-23 --members 1 --months 12 --colour red", "cli.usage"),
        ("refund --income 1500000 --months-left 1 --state-part 0", "cli.years_or_months"),
        (
            "refund --income 1500000 --months-left 1 --state-part 0 --years 2 --months 12",
            "cli.years_or_months",
        ),
        (
            "refund --income 1500000 --months-left 1 --state-part 0 --years 2",
            "rules.vsi_fund_rate_missing",
        ),
    ],
)
def test_what_the_law_does_not_know_is_refused_with_its_reason(
    quote: Call, arguments: str, code: str
) -> None:
    assert refused(quote(*arguments.split(), "--json"))["code"] == code


def test_without_json_an_error_is_one_sentence(quote: Call) -> None:
    ran = quote("vsi", "--paid-on", "2100-01-01", "--income", "1500000", "--months", "1")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "Chưa có bảng mức cho ngày 01/01/2100. Chưa ghi gì. Xem lại ngày\n"


@pytest.mark.parametrize("year", range(2018, 2028))
def test_every_month_of_the_known_years_has_its_price(quote: Call, year: int) -> None:
    for month in range(1, 13):
        day = f"{year}-{month:02}-01"
        assert hhi(quote, day, 2, 12)["total_gross"]
        income = 700_000 if year < 2022 else 1_500_000 if year < 2027 else 2_200_000
        assert vsi(quote, day, income, "--months", "12")["gross"] == income * 12 * 22 // 100

"""Every figure and worked example of the notes on the domain, to the đồng: `fieldapp quote` is
asked, and the section of the notes is named beside."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.cli.quoting import Call, answer, hhi, refused, vsi

# --- 1 household health insurance -----------------------------------------------------------------

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


@pytest.mark.parametrize(
    ("group", "day", "state", "local"),
    [
        ("near_poor_hard", "2024-11-21", 100, 0),
        ("near_poor_hard", "2025-07-01", 100, 0),
        ("near_poor", "2018-12-01", 70, 0),
        ("near_poor", "2025-12-31", 70, 0),
        ("near_poor", "2026-01-01", 70, 30),
        ("ethnic_left_hard", "2024-11-21", 70, 0),
        ("average_farm", "2024-11-21", 30, 0),
        ("average_farm", "2026-11-23", 30, 0),
        ("grassroots_security", "2025-07-01", 50, 0),
        ("village_health", "2025-07-01", 50, 0),
        ("village_worker", "2025-07-01", 50, 0),
        ("artisan", "2025-07-01", 50, 0),
        ("trafficking_victim", "2025-07-01", 50, 0),
        ("mine_victim", "2025-07-01", 30, 0),
        ("average_farm+near_poor", "2024-11-21", 70, 0),
    ],
)
def test_the_supported_groups_of_1_5_have_their_share_and_no_rank(
    quote: Call, group: str, day: str, state: int, local: int
) -> None:
    (one,) = hhi(quote, day, 1, 12, "--member", group)["members"]
    assert (one["state_percent"], one["local_percent"]) == (state, local)
    assert (one["rank"], one["percent"]) == (None, 100)
    assert one["participant"] == one["gross"] * (100 - state - local) // 100


@pytest.mark.parametrize(
    ("group", "day"),
    [
        *(
            (group, "2026-11-23")
            for group in ("child_under_6", "poor", "survivor_75", "social_allowance", "merit")
        ),
        *((group, "2024-11-21") for group in ("island", "employer", "pension", "pupil")),
        ("social_pension", "2025-07-01"),
        ("resident_65_74", "2026-01-01"),
        ("city_supported", "2026-01-01"),
    ],
)
def test_whom_somebody_else_insures_is_not_sold_a_card(quote: Call, group: str, day: str) -> None:
    """1.5 and 1.6: the groups that must not be sold household insurance."""
    asked = ["--paid-on", day, "--members", "1", "--months", "12", "--member", group]
    assert refused(quote("hhi", *asked, "--json"))["code"] == f"rules.insured_{group}"


def test_residents_from_65_pay_until_the_city_does(quote: Call) -> None:
    """Since 14/11/2025 or 1/1/2026: in between nobody is sold a card, and the reason says so."""
    told = hhi(quote, "2025-11-13", 1, 12, "--member", "resident_65_74")
    assert told["total_participant"] == 1_263_600
    for day in ("2025-11-14", "2025-12-31"):
        asked = ["--paid-on", day, "--members", "1", "--months", "12", "--member", "resident_65_74"]
        error = refused(quote("hhi", *asked, "--json"))
        assert error["code"] == "rules.insured_open" and "chưa kiểm chứng" in error["message"]


# --- 2 voluntary social insurance -----------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("day", "income", "may"),
    [
        ("2021-12-31", 699_999, False),
        ("2021-12-31", 700_000, True),
        ("2022-01-01", 1_499_999, False),
        ("2022-01-01", 1_500_000, True),
        ("2026-12-31", 1_500_000, True),
        ("2027-01-01", 2_199_999, False),
        ("2027-01-01", 2_200_000, True),
        ("2026-06-30", 46_800_001, False),
        ("2026-07-01", 50_600_001, False),
        ("2025-06-30", 1_510_000, False),
        ("2025-06-30", 1_550_000, True),
        ("2025-07-01", 1_510_000, True),
    ],
)
def test_floor_ceiling_and_step_of_2_1(quote: Call, day: str, income: int, may: bool) -> None:
    asked = ["--paid-on", day, "--income", str(income), "--months", "1"]
    ran = quote("vsi", *asked, "--json")
    assert (answer(ran)["income"] if may else refused(ran)["field"]) == (
        income if may else "income"
    )


@pytest.mark.parametrize(
    ("day", "method", "may"),
    [
        *(
            ("2026-11-23", f"years_ahead --years {years}", years in (2, 3, 4, 5))
            for years in range(7)
        ),
        ("2026-11-23", "missing --months 60", True),
        ("2026-11-23", "missing --months 61", False),
        ("2025-06-30", "missing --months 120", True),
        ("2025-06-30", "missing --months 121", False),
        ("2025-06-30", "late --months 3 --months-late 1", True),
        ("2025-07-01", "late --months 3 --months-late 1", False),
        *(("2026-11-23", f"monthly --months {n}", n in (1, 3, 6, 12)) for n in range(14)),
    ],
)
def test_the_ways_to_pay_of_2_3(quote: Call, day: str, method: str, may: bool) -> None:
    rate = [] if method.startswith("monthly") else ["--fund-rate-percent", "0.31"]
    asked = ["--paid-on", day, "--income", "1500000", "--method", *method.split(), *rate]
    ran = quote("vsi", *asked, "--json")
    assert ran.code == (0 if may else 2)
    assert answer(ran)["gross"] if may else refused(ran)["field"]


def half_up(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def test_the_formulas_of_2_4(quote: Call) -> None:
    """T2, T3 and HT at the rates that the notes name, reckoned here by their sums."""
    month, r = Fraction(22, 100) * 3_000_000, Fraction(363, 100_000)
    rate = ["--fund-rate-percent", "0.363"]
    missing = ["--method", "missing", "--months", "7", *rate]
    expected = half_up(sum((month * (1 + r) ** i for i in range(1, 8)), Fraction(0)))
    assert vsi(quote, "2026-11-23", 3_000_000, *missing)["gross"] == expected
    late = ["--method", "late", "--months", "3", "--months-late", "5", *rate]
    expected = half_up(3 * month * (1 + r) ** 5)
    assert vsi(quote, "2018-03-01", 3_000_000, *late)["gross"] == expected
    for years in (2, 3, 4, 5):
        left = range(12 * years - 6, 12 * years + 1)
        expected = half_up(sum((month / (1 + r) ** (i - 1) for i in left), Fraction(-92_400)))
        known = ["--income", "3000000", "--years", str(years), "--months-left", "7"]
        told = answer(quote("refund", *known, "--state-part", "92400", *rate, "--json"))
        assert told["refund"] == expected


def test_the_support_begins_in_2018_and_ends_after_120_months(quote: Call) -> None:
    assert vsi(quote, "2017-12-31", 700_000, "--months", "1")["state"] == 0
    assert vsi(quote, "2018-01-01", 700_000, "--months", "1")["state"] == 15_400
    told = vsi(quote, "2026-11-23", 1_500_000, "--months", "12", "--support-months-used", "114")
    assert (told["support_months"], told["state"]) == (6, 6 * 66_000)

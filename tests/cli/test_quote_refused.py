"""`fieldapp quote`: what was typed wrong, or what the law does not know, is refused with its reason
and never comes out as a number."""

from __future__ import annotations

import pytest

from tests.cli.quoting import Call, refused

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
    *(("hhi", "--card-until", said, "card_until") for said in NO_DAYS),
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

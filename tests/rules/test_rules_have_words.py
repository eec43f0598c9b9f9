"""Every code that a rule answers with has its words in both languages, with the values it needs."""

from __future__ import annotations

import ast
import re
import string
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import fieldapp.rules
from fieldapp.rules import tables
from fieldapp.rules.explained import Step
from fieldapp.rules.hhi.coverage import Cover, renew
from fieldapp.rules.hhi.groups import why_not
from fieldapp.rules.hhi.household_cover import MemberFacts
from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.quote import quote_hhi
from fieldapp.rules.people.duplicates import POINTS
from fieldapp.rules.visiting.outcomes import OUTCOMES
from fieldapp.rules.visiting.worklist import ENDS, RANK, HouseholdFacts, work_item
from fieldapp.rules.vsi.methods import LATE, MISSING, YEARS_AHEAD, Payment
from fieldapp.rules.vsi.quote import quote_vsi
from fieldapp.rules.vsi.refund import Prepaid, refund_periodic
from fieldapp.rules.vsi.support import Aid
from fieldapp.words import LANGUAGES, Words, catalogue
from fieldapp.words.format import money

ANSWERS = (
    *("Reason", "Step", "Finding", "UserMends", "DefectFound"),
    *("_doubt", "_wait_step", "_formula"),
)
TODAY = date(2026, 11, 23)


def written_codes(*kinds: str) -> set[str]:
    """The codes that stand as plain texts in the sources of the rules."""
    found = set()
    for file in Path(str(fieldapp.rules.__file__)).parent.rglob("*.py"):
        calls = [n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call)]
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id in (kinds or ANSWERS) and call.args:
                found |= plain_texts(call.args[0])
    return found


def plain_texts(node: ast.expr) -> set[str]:
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    texts = [part.value for part in parts if isinstance(part, ast.Constant)]
    return {str(text).removeprefix("rules.") for text in texts}


def built_codes() -> set[str]:
    """The codes that are put together from the tables and lists."""
    groups = {"household", *tables.keys("hhi_state_support"), *tables.keys("vsi_support")}
    insured = tables.keys("hhi_insured_otherwise")
    buckets = {"appointment", *RANK, *(bucket for _, bucket in ENDS)}
    codes = {f"group_{group}" for group in groups | insured}
    codes |= {f"insured_{group}" for group in insured} | {"insured_open"}
    codes |= {f"bucket_{bucket}" for bucket in buckets}
    codes |= {f"dup_{code}" for code in POINTS}
    codes |= {f"group_ask_{key}" for key in tables.keys("hhi_ages")} | {"group_other_age"}
    for outcome in OUTCOMES:
        codes |= {f"{kind}_{outcome.code}" for kind in ("outcome", "proposal", "done")}
    chosen = "id_says_male id_says_female cover_after_gap cover_continues unverified"
    codes |= {
        f"hhi_{part}" for part in ("state", "state_typed", "local", "local_typed", "other_typed")
    }
    return codes | set(chosen.split()) | {"id_old_number", "refused_until", "waits_until"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_rules_has_its_words(language: str) -> None:
    words = Words(language)
    codes = written_codes() | built_codes()
    assert len(codes) > 120
    assert [code for code in sorted(codes) if not words.knows(f"rules.{code}")] == []


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    def shape(language: str) -> dict[str, list[set[str | None]]]:
        return {
            key: [fields(text) for text in (entry.values() if isinstance(entry, dict) else [entry])]
            for key, entry in catalogue(language).items()
            if key.startswith("rules.")
        }

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert shape("vi") == shape("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_is_plain(language: str) -> None:
    for key, entry in catalogue(language).items():
        if key.startswith("rules."):
            for text in entry.values() if isinstance(entry, dict) else [entry]:
                assert not re.search(r"vui lòng|thành công|!|please|server|token", text.lower()), (
                    key
                )


def step_codes() -> set[str]:
    """All codes of steps that have words, by how they begin."""
    prefixes = ("base_salary", "hhi_", "vsi_", "cover_")
    others = written_codes("UserMends", "Finding", "Reason")
    known = {key.removeprefix("rules.") for key in catalogue("vi") if key.startswith("rules.")}
    return {code for code in known if code.startswith(prefixes)} - others


def say(step: Step, language: str = "vi") -> str:
    values = {
        name: money(value) if name.endswith("_dong") and isinstance(value, int) else value
        for name, value in step.placeholders.items()
    }
    return Words(language).say(f"rules.{step.code}", **values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_quotes_and_renewals_can_be_said(language: str) -> None:
    supported = sorted(tables.keys("hhi_state_support") - tables.keys("hhi_insured_otherwise"))
    members = [HhiMember("1"), HhiMember("2"), *(HhiMember(key, key) for key in supported)]
    typed = {"state_percent": 50, "local_percent": 7, "other_percent": 5}
    members.append(HhiMember("3", "near_poor", ("average_farm",), **typed))  # type: ignore[arg-type]  # fields given by name
    members.append(HhiMember("4", "near_poor", decision_ends_on=TODAY))
    hhi = quote_hhi(members, months=12, paid_on=TODAY, taken=[1])
    steps = [*hhi.explanation, *(step for line in hhi.lines for step in line.explanation)]
    rate = Fraction("0.363")
    payments = [
        (TODAY, Payment(1)),
        (TODAY, Payment(12)),
        (TODAY, Payment(24, YEARS_AHEAD)),
        (TODAY, Payment(2, MISSING, fund_rate=rate)),
        (date(2024, 11, 21), Payment(1, LATE, 1, rate)),
    ]
    for day, payment in payments:
        for aid in (Aid(("poor",), 119), Aid(("poor",), 119, 5, 5)):
            steps += quote_vsi(1_550_000, payment, paid_on=day, aid=aid).explanation
    steps += quote_vsi(1_530_000, Payment(1), paid_on=TODAY).explanation
    steps += refund_periodic(Prepaid(1_500_000, 12, 1, 66_000)).explanation
    for ends_on in (date(2026, 11, 30), date(2026, 11, 21), date(2025, 12, 30), None):
        covers = [Cover(date(2020, 1, 1), ends_on)] if ends_on else []
        renewal = renew(covers, paid_on=TODAY, months=12)
        assert renewal is not None
        steps += renewal.explanation
    over_new_year = [Cover(date(2020, 1, 1), date(2025, 10, 31))]
    renewal = renew(over_new_year, paid_on=date(2026, 2, 15), months=12)
    assert renewal is not None
    steps += renewal.explanation
    assert all(say(step, language) for step in steps)
    codes = {step.code for step in steps}
    assert codes == step_codes()


def test_the_lines_of_the_reference_screen_are_said_as_there() -> None:
    quote = quote_hhi([HhiMember("1"), HhiMember("2")], months=12, paid_on=date(2024, 11, 21))
    assert say(quote.lines[0].explanation[0]) == (
        "4,5 % × 2.340.000\u00a0đ × 12 tháng, NĐ146/2018 Điều 7.1e"
    )
    assert say(quote.lines[1].explanation[1]) == "70 % của người thứ nhất, NĐ146/2018 Điều 7.1e"
    assert say(quote.explanation[0]) == "NĐ73/2024 Điều 3.2, lương cơ sở 2.340.000\u00a0đ"


def test_reasons_of_the_list_can_be_said() -> None:
    members = (MemberFacts("Minh Đức", "household", date(2026, 9, 1)), MemberFacts("Hằng"))
    item = work_item(HouseholdFacts("a", members), TODAY)
    assert item.stake is not None
    for language in LANGUAGES:
        words = Words(language)
        for reason in (item.reason, *item.also, item.stake):
            assert words.say(f"rules.{reason.code}", **reason.values)
    reason = why_not("employer", TODAY)
    assert reason is not None
    said = Words("en").say(f"rules.{reason.code}")
    assert said == "Insured by the employer, no household premium"

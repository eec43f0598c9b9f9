"""Steps know the rows that they rest on, and what may not be told as certain."""

from __future__ import annotations

from datetime import date, time

from fieldapp.rules import tables
from fieldapp.rules.explained import Step

DAY = date(2026, 11, 23)
LADDER = tables.at("hhi_ladder", "", date(2024, 11, 21))
SALARY = tables.at("base_salary", "", DAY)
READING = tables.at("clauses", "hhi_no_rank", DAY)


def test_the_first_row_is_the_law_of_a_step() -> None:
    step = Step("x", {}, (LADDER, SALARY))
    assert (step.source, step.article) == ("NĐ146/2018 Điều 7.1e",) * 2
    assert not step.article_open
    assert (step.confidence, step.verified) == ("S", True)


def test_a_step_is_as_sure_as_its_weakest_row() -> None:
    step = Step("x", {}, (LADDER, READING))
    assert (step.confidence, step.verified) == ("U", False)


def test_a_step_without_a_row_was_typed_and_is_not_verified() -> None:
    step = Step("x")
    assert (step.source, step.article, step.confidence, step.verified) == ("", "", "U", False)


def test_a_sentence_gets_source_article_and_months_as_its_number() -> None:
    step = Step("x", {"months": 3, "rate": "22 %"}, (LADDER,))
    assert step.placeholders == {
        "n": 3,
        "months": 3,
        "rate": "22 %",
        "source": "NĐ146/2018 Điều 7.1e",
        "article": "NĐ146/2018 Điều 7.1e",
    }
    assert "n" not in Step("x").placeholders


def test_a_step_is_kept_as_plain_values_with_its_rows() -> None:
    step = Step("x", {"day": DAY, "at": time(17, 30), "n": 2, "text": "a"}, (SALARY, READING))
    assert step.record == {
        "code": "x",
        "values": {"day": "2026-11-23", "at": "17:30:00", "n": 2, "text": "a"},
        "source": "NĐ161/2026 Điều 3.2",
        "article": "NĐ161/2026 Điều 3.2",
        "article_known": True,
        "confidence": "U",
        "rows": [
            {
                "table": "base_salary",
                "key": "",
                "valid_from": "2026-07-01",
                "source": "NĐ161/2026 Điều 3.2",
                "article": "NĐ161/2026 Điều 3.2",
                "article_known": True,
                "confidence": "S",
            },
            {
                "table": "clauses",
                "key": "hhi_no_rank",
                "valid_from": "2025-07-01",
                "source": "NĐ188/2025",
                "article": "NĐ188/2025",
                "article_known": False,
                "confidence": "U",
            },
        ],
    }

"""Every number of a quote leads to an article, or to the statement that nobody has seen which."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.rules import tables
from fieldapp.rules.hhi.lines import HhiMember
from fieldapp.rules.hhi.quote import quote_hhi
from fieldapp.rules.tables import Row
from fieldapp.rules.tables.shapes import ARTICLE, SHAPES
from fieldapp.rules.vsi.methods import Payment
from fieldapp.rules.vsi.quote import quote_vsi
from fieldapp.rules.vsi.support import Aid
from fieldapp.words import LANGUAGES, Words
from fieldapp.words.dated_tables import article_text, placeholders, row_line, row_source

QUOTED = sorted(name for name, shape in SHAPES.items() if ARTICLE.keys() <= shape.columns.keys())
SURE = {"S": 0, "C": 1, "S2": 2, "U": 3}
TODAY = date(2026, 11, 23)


def rows() -> list[Row]:
    return [row for name in QUOTED for row in tables.SHIPPED.rows(name)]


def test_the_tables_of_a_quote_are_those_that_its_rules_ask() -> None:
    """A table that a quote takes a row from must have the columns of an article."""
    used = {row.table for day in (date(2024, 11, 21), TODAY) for row in _rows_of_quotes(day)}
    assert used <= set(QUOTED)
    assert {"base_salary", "poverty_line", "hhi_ladder", "vsi_rate", "clauses"} <= used


def _rows_of_quotes(day: date) -> list[Row]:
    members = [HhiMember("a"), HhiMember("b"), HhiMember("c", "near_poor"), HhiMember("d")]
    health = quote_hhi(members, months=12, paid_on=day, taken={1})
    steps = [*health.explanation, *(s for line in health.lines for s in line.explanation)]
    for method, months in (("periodic", 12), ("years_ahead", 24), ("missing", 12)):
        rate = None if method == "periodic" else tables.SHIPPED.rows("vsi_fund_rate")[0]
        payment = Payment(months, method, fund_rate=rate and rate.number("percent"))
        aid = Aid(("poor",), months_used=115)
        steps += quote_vsi(1_600_000, payment, paid_on=day, aid=aid).explanation
    return [row for step in steps for row in step.rows]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.table}-{row.key}-{row.valid_from}")
def test_a_row_has_an_article_or_says_that_it_is_not_known(row: Row) -> None:
    known, stated = bool(row.text("article")), row.values.get("article_open") is True
    assert known != stated, "one of the two, and never both"
    for language in LANGUAGES:
        words = Words(language)
        told = article_text(words, row)
        assert told in (row.article, words.say("rules.article_open", document=row.article))
        assert (told == row.article) == known
        open_words = words.say("rules.article_open", document="")
        assert (open_words in row_line(words, row)) == stated
    if known:
        assert row.article.split(" Điều ")[0] in row.source
        assert SURE[row.article_confidence] >= SURE[row.confidence]


def test_an_article_that_is_less_sure_than_its_number_says_so() -> None:
    row = tables.at("base_salary", "", TODAY)
    assert (row.confidence, row.article_confidence) == ("S", "S2")
    assert row_source(Words("vi"), row) == (
        "NĐ161/2026 Điều 3.2 (văn bản gốc; điều khoản theo báo, cổng pháp luật)"
    )
    sure = tables.at("vsi_rate", "", TODAY)
    assert row_source(Words("en"), sure) == "Luật 41/2024 Điều 36.1 (official text)"
    unseen = tables.at("poverty_line", "", date(2027, 1, 1))
    assert (unseen.article, unseen.article_open, unseen.article_confidence) == (
        "NĐ351/2025",
        True,
        "",
    )


def test_what_is_not_known_stands_beside_the_document_that_it_is_of() -> None:
    row = tables.at("hhi_state_support", "near_poor", TODAY)
    assert row_source(Words("vi"), row) == (
        "NĐ188/2025, điều khoản chưa rõ; nhóm: Luật BHYT Điều 12.4a (văn bản gốc)"
    )


def test_a_line_of_a_quote_says_that_an_article_is_not_known() -> None:
    line = quote_hhi([HhiMember("a", "near_poor")], months=12, paid_on=TODAY).lines[0]
    state = next(step for step in line.explanation if step.code == "hhi_state")
    assert placeholders(Words("vi"), state)["article"] == "NĐ188/2025, điều khoản chưa rõ"
    assert placeholders(Words("en"), state)["article"] == "NĐ188/2025, article not known"


def test_a_table_from_elsewhere_without_articles_says_so_too() -> None:
    text = '[[row]]\ndong = 1\nvalid_from = 2027-01-01\nvalid_to = ""\n'
    (row,) = tables.parse("poverty_line", text + 'source = "NĐ9/2027; x"\nconfidence = "S"\n')
    assert article_text(Words("vi"), row) == "NĐ9/2027, điều khoản chưa rõ"
    named = text + 'source = "NĐ9/2027 Điều 3.2; x"\nconfidence = "S"\n'
    (row,) = tables.parse("poverty_line", named)
    assert article_text(Words("vi"), row) == "NĐ9/2027 Điều 3.2"


def test_rows_that_no_quote_goes_by_say_nothing_of_articles() -> None:
    ward = tables.at("wards", "26740", TODAY)
    assert row_source(Words("vi"), ward).startswith(f"{ward.source} (")

"""The book in force: exchanged as a whole, seen whole by every rule, read once."""

from __future__ import annotations

import re
import threading
from datetime import date

import pytest

from fieldapp.errors import DefectFound
from fieldapp.rules import tables
from fieldapp.rules.tables import SHIPPED, Book
from fieldapp.rules.tables.changes import row_changes, samples
from fieldapp.rules.tables.rows import document
from tests.rules.table_texts import entry, with_new_salary

DAY = date(2027, 7, 1)
NEW = {"base_salary": with_new_salary(2_800_000, DAY)}


def salary() -> int:
    return tables.at("base_salary", "", DAY).whole("dong")


def test_a_book_in_force_is_what_rules_ask_and_is_taken_back() -> None:
    with tables.in_force(Book(NEW)) as book:
        assert tables.book() is book and salary() == 2_800_000
        assert tables.edition() == book.edition != SHIPPED.edition
        assert tables.names() == SHIPPED.names
        assert tables.load("wards") is SHIPPED.rows("wards")
    assert tables.book() is SHIPPED and salary() == 2_530_000


def test_what_began_with_one_book_ends_with_it() -> None:
    with tables.one_book():
        tables.put_in_force(Book(NEW))
        try:
            assert salary() == 2_530_000
            seen: list[int] = []
            other = threading.Thread(target=lambda: seen.append(salary()))
            other.start()
            other.join()
            assert seen == [2_800_000]
        finally:
            tables.put_in_force(SHIPPED)


def test_the_edition_follows_the_content_alone() -> None:
    assert Book(NEW).edition == Book(dict(NEW)).edition
    assert Book({"base_salary": with_new_salary(2_800_001)}).edition != Book(NEW).edition
    assert Book({}).edition == SHIPPED.edition


def test_a_table_is_read_once_for_all_threads_and_what_is_made_of_it_too() -> None:
    book, made = Book(NEW), []

    def longest(of: Book) -> int:
        made.append(1)
        return len(of.rows("base_salary"))

    def ask() -> None:
        assert book.made(longest) == 9

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert book.rows("base_salary") is book.rows("base_salary")


def test_one_table_has_an_edition_of_its_own_and_a_row_a_form_as_json() -> None:
    new = Book(NEW)
    assert re.fullmatch("[0-9a-f]{6}", new.edition_of("base_salary"))
    assert new.edition_of("base_salary") != SHIPPED.edition_of("base_salary")
    assert new.edition_of("wards") == SHIPPED.edition_of("wards")
    ladder = document(SHIPPED.rows("hhi_ladder")[-1])
    assert ladder["values"] == {
        "article": "NĐ188/2025 Điều 6",
        "article_confidence": "S2",
        "rate": "4.5",
        "percents": [100, 70, 60, 50, 40],
    }
    assert (ladder["valid_from"], ladder["valid_to"]) == ("2025-07-01", None)


def test_a_name_that_is_no_table_is_a_defect() -> None:
    for name in ("weather", "../secret"):
        with pytest.raises(DefectFound):
            SHIPPED.text(name)


# --- what a new table changes --------------------------------------------------------------------


def test_a_new_salary_ends_one_row_and_adds_one() -> None:
    new = Book(NEW)
    changes = row_changes(SHIPPED.rows("base_salary"), new.rows("base_salary"))
    assert [(c.kind, c.day, c.row.whole("dong")) for c in changes] == [
        ("ended", DAY, 2_530_000),
        ("added", DAY, 2_800_000),
    ]
    found = {(s.name, s.day): (s.before, s.after) for s in samples(SHIPPED, new, changes)}
    assert found["hhi_four", date(2027, 6, 30)] == (3_825_360, 3_825_360)
    assert found["hhi_four", DAY] == (3_825_360, 4_233_600)
    assert found["vsi_other", DAY] == (387_200, 387_200)


def test_corrected_and_removed_rows_are_told_apart() -> None:
    def rows(text: str) -> tuple[tables.Row, ...]:
        return tables.parse("phone_prefixes", text)

    first = entry("2020-01-01", key="031", network="A") + entry(
        "2020-01-01", key="030", network="B"
    )
    second = entry("2020-01-01", "2026-01-01", key="031", network="C")
    changes = row_changes(rows(first), rows(second))
    assert [(c.kind, c.row.key) for c in changes] == [("removed", "030"), ("changed", "031")]
    assert row_changes(rows(first), rows(first)) == ()
    assert samples(SHIPPED, SHIPPED, changes) == ()


def test_a_day_that_the_tables_do_not_reach_has_no_price() -> None:
    older = SHIPPED.text("base_salary") + entry("2013-01-01", "2013-06-30", dong=1_050_000)
    changes = row_changes(
        SHIPPED.rows("base_salary"), Book({"base_salary": older}).rows("base_salary")
    )
    assert [c.kind for c in changes] == ["added"]
    assert samples(SHIPPED, Book({"base_salary": older}), changes) == ()

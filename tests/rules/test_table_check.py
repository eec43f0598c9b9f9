"""A table from elsewhere: whatever does not hold together is found, named, and kept out."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules import tables
from fieldapp.rules.tables import check as table_check
from fieldapp.rules.tables.check import faults_of, judged, misfits
from fieldapp.rules.tables.rows import LONGEST, read
from fieldapp.rules.tables.shapes import SHAPES
from fieldapp.words import LANGUAGES, Words, catalogue
from tests.rules.table_texts import entry, with_new_salary

START = date(2010, 1, 1)


@pytest.mark.parametrize("table", tables.SHIPPED.names)
def test_every_table_of_the_program_is_declared_and_holds_together(table: str) -> None:
    assert table in SHAPES, "declare it in fieldapp/rules/table_shapes.py"
    assert faults_of(table, tables.SHIPPED.text(table)) == ()
    assert list(misfits(tables.SHIPPED, table)) == []


def test_every_declared_table_is_there() -> None:
    assert SHAPES.keys() == set(tables.SHIPPED.names)


def codes(table: str, text: str) -> list[str]:
    return [fault.code for fault in faults_of(table, text)]


# --- gaps and overlaps ---------------------------------------------------------------------------

spans = st.lists(st.integers(1, 900), min_size=1, max_size=8)


def chain(lengths: list[int]) -> list[tuple[date, date | None]]:
    """Spans that follow one another without a gap; the last one is open."""
    found: list[tuple[date, date | None]] = []
    start = START
    for length in lengths:
        end = start + timedelta(days=length - 1)
        found.append((start, end))
        start = end + timedelta(days=1)
    return [*found, (start, None)]


def salaries(rows: list[tuple[date, date | None]]) -> str:
    return "".join(entry(start, end, dong=1_000_000) for start, end in rows)


@given(spans, st.randoms())
def test_rows_that_follow_one_another_are_taken_in_any_order(
    lengths: list[int], chance: Random
) -> None:
    rows = chain(lengths)
    chance.shuffle(rows)
    assert codes("base_salary", salaries(rows)) == []


@given(spans, st.data())
def test_any_gap_is_found(lengths: list[int], data: st.DataObject) -> None:
    rows = chain(lengths)
    at = data.draw(st.integers(1, len(rows) - 1))
    days = data.draw(st.integers(1, 400))
    gap = timedelta(days=days)
    later = [(start + gap, end and end + gap) for start, end in rows[at:]]
    assert codes("base_salary", salaries(rows[:at] + later)) == ["fault_gap"]


@given(spans, st.data())
def test_any_overlap_is_found(lengths: list[int], data: st.DataObject) -> None:
    rows = chain(lengths)
    at = data.draw(st.integers(0, len(rows) - 2))
    start, end = rows[at]
    assert end is not None
    longer = data.draw(st.one_of(st.none(), st.integers(1, 400)))
    rows[at] = (start, None if longer is None else end + timedelta(days=longer))
    assert "fault_overlap" in codes("base_salary", salaries(rows))


@given(spans)
def test_a_single_value_may_not_run_out(lengths: list[int]) -> None:
    assert codes("base_salary", salaries(chain(lengths)[:-1])) == ["fault_ends"]


@given(st.dates(date(2013, 7, 2), date(2026, 1, 1)))
def test_days_that_the_program_has_may_not_be_lost(start: date) -> None:
    assert codes("base_salary", entry(start, dong=1)) == ["fault_days_lost"]


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("base_salary", "dong", "0", "fault_money"),
        ("base_salary", "dong", "-5", "fault_money"),
        ("base_salary", "dong", "2530000.5", "fault_money"),
        ("base_salary", "dong", '"2.530.000"', "fault_money"),
        ("base_salary", "dong", "true", "fault_money"),
        ("base_salary", "dong", str(10**30), "fault_money"),
        ("vsi_rate", "percent", "101", "fault_percent"),
        ("vsi_rate", "percent", "-0.1", "fault_percent"),
        ("vsi_rate", "percent", '"22"', "fault_percent"),
        ("hhi_ladder", "percents", "[100, 70, 80]", "fault_percents"),
        ("hhi_ladder", "percents", "[]", "fault_percents"),
        ("hhi_ladder", "percents", "[100, -1]", "fault_percents"),
        ("hhi_periods", "months", "[3, 3]", "fault_counts"),
        ("hhi_periods", "months", '["3"]', "fault_counts"),
        ("hhi_periods", "months", "12", "fault_counts"),
        ("vsi_ceiling", "times", "0", "fault_count"),
        ("vsi_rate", "article", '""', "fault_text"),
        ("hhi_insured_otherwise", "payer", '"nobody"', "fault_choice"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(table: str, column: str, value: str, code: str) -> None:
    lines = tables.SHIPPED.text(table).splitlines()
    where = next(n for n, line in enumerate(lines) if line.startswith(f"{column} ="))
    lines[where] = f"{column} = {value}"
    faults = faults_of(table, "\n".join(lines))
    assert [fault.code for fault in faults] == [code]
    assert faults[0].values["column"] == column
    assert lines[faults[0].line - 1] == "[[row]]" and faults[0].line <= where + 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dong = ", "fault_unreadable"),
        ("[[row]]\ndong = 1e999999999", "fault_unreadable"),
        ("[[row]]\ndong = nan", "fault_unreadable"),
        ("[[row]]\ndong = " + "9" * 5000, "fault_unreadable"),
        ("x = " + "[" * 20_000, "fault_unreadable"),
        ("#" * (LONGEST + 1), "fault_too_long"),
        ("row = 5", "fault_not_rows"),
        ("row = [5]", "fault_not_rows"),
        ("[other]\na = 1", "fault_not_rows"),
        ("", "fault_empty"),
        (entry("2010-01-01T10:00:00", dong=1), "fault_dates"),
        (entry("2010-01-01", "2009-01-01", dong=1), "fault_dates"),
        (entry("0001-01-01", dong=1), "fault_dates"),
        (entry("2010-01-01", "9999-12-31", dong=1), "fault_dates"),
        (entry("2010-01-01", dong=1).replace('"NĐ999/2027"', '" "'), "fault_source"),
        (entry("2010-01-01", dong=1).replace('"S"', '"sure"'), "fault_confidence"),
        (entry("2010-01-01", dong=1).replace('"S"', "[1]"), "fault_confidence"),
        (entry("2010-01-01", dong=1, note=5), "fault_note"),
        (entry("2010-01-01", dong=1, key=5), "fault_key"),
        (entry('"soon"', dong=1), "fault_dates"),
        (entry("2010-01-01", dong=1, key="a"), "fault_key"),
        (entry("2010-01-01"), "fault_column_missing"),
        (entry("2010-01-01", dong=1, dongs=2), "fault_column_unknown"),
    ],
    ids=lambda value: value[:30],
)
def test_a_broken_text_is_named_and_nothing_crashes(text: str, code: str) -> None:
    assert code in codes("base_salary", text)


@given(st.text(max_size=300))
def test_no_text_at_all_crashes_the_reader(text: str) -> None:
    assert faults_of("base_salary", text)


def test_a_fault_names_the_line_of_its_row() -> None:
    text = "# comment\n\n" + entry("2010-01-01", "2010-12-31", dong=1) + entry("2011-01-01", dong=0)
    (fault,) = faults_of("base_salary", text)
    assert text.splitlines()[fault.line - 1] == "[[row]]" and fault.line == 9
    (broken,) = faults_of("base_salary", "[[row]]\ndong = = 5\n")
    assert broken.line == 2


def test_where_lines_can_not_be_told_apart_none_is_named() -> None:
    text = entry("2010-01-01", dong=0, note="x") + 'more = """\n[[row]]\n"""\n'
    rows, faults = read("base_salary", text)
    assert (rows[0].line, faults) == (0, ())


def test_a_group_more_or_less_is_refused() -> None:
    support = tables.SHIPPED.text("vsi_support")
    more = support + entry("2027-01-01", key="night_watch", percent=30)
    assert codes("vsi_support", more) == ["fault_key_unknown"]
    less = support.replace('key = "island"', 'key = "poor"')
    assert "fault_key_needed" in codes("vsi_support", less)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('successors = ["26737"]\n', "", "fault_column_missing"),
        ('successors = ["26737"]', 'successors = "26737"', "fault_texts"),
        ('successors = ["26737"]', 'successors = ["26737", "26737"]', "fault_texts"),
        ('successors = ["26737"]', "successors = [26737]", "fault_texts"),
        ('kind = "ward"', 'kind = "moon"', "fault_choice"),
        ('key = "26734"', 'key = "2673"', "fault_key"),
    ],
)
def test_a_ward_that_ended_says_what_it_became(old: str, new: str, code: str) -> None:
    assert codes("wards", tables.SHIPPED.text("wards").replace(old, new, 1)) == [code]


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("wards", 'successors = ["26737"]', 'successors = ["00001"]'),
        ("wards", 'district = "760"', 'district = "999"'),
        ("wards", 'key = "27676"', 'key = "27677"'),
        ("ward_offices", 'key = "27676"', 'key = "27677"'),
        ("ward_offices", 'office = "27"', 'office = "99"'),
        ("districts", 'key = "760"', 'key = "999"'),
        ("agency_offices", 'key = "36"', 'key = "37"'),
    ],
)
def test_codes_that_lead_nowhere_keep_a_table_out(table: str, old: str, new: str) -> None:
    found = judged({table: tables.SHIPPED.text(table).replace(old, new)})
    assert [fault.code for fault in found.refused[table]] == ["fault_reference"]
    assert found.book is tables.SHIPPED


def test_the_facilities_that_the_server_sends_are_taken() -> None:
    row = entry(
        "2026-01-01", "2026-12-31", key="79999", name="Trạm y tế mẫu", ward="26740", quota=0
    )
    assert judged({"facilities": row}).refused == {}
    for old, new in (("26740", "00001"), ('"79999"', '"9"'), ("quota = 0", "quota = -1")):
        assert judged({"facilities": row.replace(old, new)}).refused.keys() == {"facilities"}


def test_a_broken_form_is_named() -> None:
    text = tables.SHIPPED.text("form_layouts")
    for old, new in (
        ('no = "A", head', "no = 1, head"),
        ("width = 4", "width = 0"),
        ("\nwritten = false", '\nwritten = "no"'),
        ('left = ["', 'left = [1, "'),
    ):
        assert old in text
        assert codes("form_layouts", text.replace(old, new, 1)) != [], new


def test_decomposed_letters_are_read_composed() -> None:
    text = tables.SHIPPED.text("province_codes").replace("Hà Nội", "Hà Nội")
    rows, _ = read("province_codes", text)
    assert rows[0].text("name") == "Hà Nội"


# --- several tables ------------------------------------------------------------------------------


def test_what_holds_together_is_in_and_what_does_not_is_out() -> None:
    texts = {
        "base_salary": with_new_salary(),
        "vsi_rate": entry("2016-01-01", percent=220),
        "moon_phases": entry("2016-01-01", percent=22),
    }
    found = judged(texts)
    assert found.refused.keys() == {"vsi_rate", "moon_phases"}
    assert found.book.replaced.keys() == {"base_salary"}
    assert found.book.by_key("base_salary")[""][-1].whole("dong") == 2_800_000
    assert found.book.rows("vsi_rate") == tables.SHIPPED.rows("vsi_rate")


def test_a_table_that_names_what_is_not_there_is_out() -> None:
    found = judged({"vsi_local_support": entry("2027-01-01", key="pilot", percent=10)})
    (fault,) = found.refused["vsi_local_support"]
    assert (fault.code, fault.values["other"]) == ("fault_reference", "vsi_support")
    assert found.book is tables.SHIPPED


def test_an_empty_table_may_be_in_force_where_that_means_something() -> None:
    found = judged({"vsi_local_support": "# nothing any more\n"})
    assert found.refused == {} and found.book.rows("vsi_local_support") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_its_words(language: str) -> None:
    sources = "".join(
        path.read_text("utf-8") for path in Path(table_check.__file__).parent.glob("*.py")
    )
    codes = set(re.findall(r'"(fault_\w+)"', sources))
    assert len(codes) > 20
    assert [code for code in sorted(codes) if not Words(language).knows(f"tables.{code}")] == []
    spoken = {key for key in catalogue(language) if key.startswith("tables.fault_")}
    assert spoken == {f"tables.{code}" for code in codes}

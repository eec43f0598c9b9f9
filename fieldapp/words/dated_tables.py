"""Dated tables in words: their names, their rows, what is wrong with one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from fractions import Fraction

from fieldapp.rules.explained import Step, Value
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.tables.changes import RowChange
from fieldapp.rules.tables.rows import Fault, Row
from fieldapp.rules.tables.shapes import SHAPES
from fieldapp.words import Words
from fieldapp.words.format import long_date, money

PLAIN = ("name", "vi", "dong", "number")
"""Columns whose values say by themselves what they are."""

UNSAID = ("article", "article_open", "article_confidence", "kind")
"""Columns that say again what the source, or the name, says."""

PERCENTS = ("percent", "percents", "rate")
LABELLED_FROM = 2
"""A row with fewer values needs no label before its value."""


def table_name(words: Words, table: str) -> str:
    """What people call the table; its own name if this version has no words for it."""
    return _word(words, f"tables.name_{table}", table)


def key_name(words: Words, row: Row) -> str:
    """What the row is about: the group in words, else its key; "" in tables of one value, and where
    the row has a name or number of its own."""
    own = any(row.values.get(name) for name in ("name", "vi", "number"))
    key = _word(words, f"tables.key_{row.key}", "" if own and not row.key.isdigit() else row.key)
    return _word(words, f"rules.group_{row.key}", key)


def row_values(words: Words, row: Row) -> str:
    """The values of a row, money and percentages as people write them."""
    values = {name: value for name, value in row.values.items() if name not in UNSAID}
    labelled = len(values) >= LABELLED_FROM
    return ", ".join(_values(words, values, labelled=labelled))


def row_span(words: Words, row: Row) -> str:
    """The days on which the row holds."""
    first = long_date(row.valid_from)
    if row.valid_to is None:
        return words.say("tables.since", first=first)
    return words.say("tables.between", first=first, last=long_date(row.valid_to))


def row_source(words: Words, row: Row) -> str:
    """Where the row comes from, and how sure it is; of the article too where that is less."""
    mark = with_article_mark(words, row, confidence(words, row.confidence))
    return f"{whole_source(words, row)} ({mark})"


def with_article_mark(words: Words, row: Row, mark: str) -> str:
    """A mark in words, and how sure the article is where that is less than the row."""
    if row.article_confidence in ("", row.confidence):
        return mark
    less = confidence(words, row.article_confidence)
    return words.say("tables.article_mark", mark=mark, article=less)


def whole_source(words: Words, row: Row) -> str:
    """All that is known of where a row comes from; of a number of a quote never the bare decree."""
    if not row.article_open or "article_open" not in _columns(row):
        return row.source
    document, more, rest = row.source.partition(";")
    return f"{words.say('rules.article_open', document=document)}{more}{rest}"


def article_text(words: Words, row: Row) -> str:
    """Law and article for a line of a quote, or that the article is not known."""
    return (
        words.say("rules.article_open", document=row.article) if row.article_open else row.article
    )


def placeholders(words: Words, step: Step) -> Mapping[str, Value]:
    """All that the sentence of a step may use, the article as it is told."""
    told = article_text(words, step.rows[0]) if step.rows else ""
    return {**step.placeholders, "article": told} if told else step.placeholders


def _columns(row: Row) -> Container[str]:
    shape = SHAPES.get(row.table)
    return shape.columns if shape else ()


def row_line(words: Words, row: Row) -> str:
    """A row in one line: what it is about, its values, its days, its source."""
    parts = (key_name(words, row), row_values(words, row), row_span(words, row))
    told = ", ".join(part for part in parts if part)
    return f"{told}. {row_source(words, row)}"


def change_line(words: Words, change: RowChange) -> str:
    """A change in one line, what was before it too."""
    kind = words.say(f"tables.change_{change.kind}")
    line = f"{kind}: {row_line(words, change.row)}"
    if change.kind == "changed" and change.before is not None:
        return words.say("tables.before", line=line, before=row_line(words, change.before))
    return line


def confidence(words: Words, mark: str) -> str:
    """How sure a row is: its mark in words."""
    return _word(words, f"tables.confidence_{mark.lower()}", mark)


def fault_line(words: Words, fault: Fault) -> str:
    """What is wrong, with the line of the text if it is known."""
    told = words.say(f"tables.{fault.code}", which=fault.key, table=fault.table, **fault.values)
    return words.say("tables.at_line", line=fault.line, told=told) if fault.line else told


def _values(words: Words, values: dict[str, object], *, labelled: bool) -> Iterator[str]:
    """Of many values only those that have a word: a form's layout is no thing to read out."""
    for name, value in values.items():
        label = _word(words, f"tables.column_{name}", "")
        if isinstance(value, bool):
            yield from (label,) if value and label else ()
            continue
        shown = _value(name, value)
        shown = _word(words, f"tables.value_{shown}", shown)
        if not labelled or name in PLAIN:
            yield from (shown,) if shown else ()
        elif label and shown:
            yield f"{label} {shown}"


def _value(name: str, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_value(name, part) for part in value)
    if isinstance(value, int | Fraction):
        if name == "dong" and isinstance(value, int):
            return money(value)
        shown = percent_text(value)
        return shown if name in PERCENTS else shown.removesuffix(" %")
    return str(value)


def _word(words: Words, key: str, otherwise: str) -> str:
    return words.say(key) if words.knows(key) else otherwise

"""The steps of a quote as scripts and people read them: sentence, rows, articles, edition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fieldapp.rules import tables
from fieldapp.rules.explained import Step
from fieldapp.rules.hhi.lines import HhiLine
from fieldapp.rules.hhi.quote import HhiQuote
from fieldapp.rules.vsi.quote import VsiQuote
from fieldapp.words import Words
from fieldapp.words.dated_tables import whole_source
from fieldapp.words.format import money
from fieldapp.words.steps import said, step_text


def step_json(step: Step, words: Words) -> dict[str, Any]:
    """A step with its sentence, every row that its numbers come from (the law that it follows
    first, named at the top too), and the edition of the tables. `article_confidence` of a row is
    "" where its article is not known."""
    first = (
        step.record["rows"][0] if step.rows else {"table": None, "key": None, "valid_from": None}
    )
    named = {name: first[name] for name in ("table", "key", "valid_from")}
    told = step.record
    marks = [{"article_confidence": row.article_confidence} for row in step.rows]
    told["rows"] = [row | mark for row, mark in zip(told["rows"], marks, strict=True)]
    return {"text": step_text(step, words), **told, **named, "edition": tables.edition()}


def step_lines(steps: Sequence[Step], words: Words) -> list[str]:
    """The steps as lines of text, each with its rows below."""
    lines = []
    for step in steps:
        lines.append(f"  {step_text(step, words)}")
        lines += [_row_line(row, words) for row in step.rows]
    return lines


def _row_line(row: tables.Row, words: Words) -> str:
    return words.say(
        "cli.quote_row",
        table=f"{row.table}/{row.key}" if row.key else row.table,
        day=said(row.valid_from, "valid_from"),
        source=whole_source(words, row),
        mark=_mark(row, words),
    )


def _mark(row: tables.Row, words: Words) -> str:
    """S, S2, C or U; and that of the article where it is less sure."""
    if row.article_confidence in ("", row.confidence):
        return row.confidence
    return words.say("tables.article_mark", mark=row.confidence, article=row.article_confidence)


def parts_text(parts: HhiLine | HhiQuote | VsiQuote, words: Words) -> list[str]:
    """Who pays what, without those who pay nothing."""
    named = {
        "gross": parts.gross,
        "state": parts.state,
        "local": parts.local,
        "other": parts.other,
        "participant": parts.participant,
    }
    always = "gross", "participant"
    return [
        words.say(f"cli.quote_{name}", dong=money(dong))
        for name, dong in named.items()
        if dong or name in always
    ]

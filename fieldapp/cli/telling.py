"""What the commands print: answers as text or JSON, errors as a sentence or a JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any

from fieldapp.clock import iso
from fieldapp.errors import DefectFound, FieldappError, SurroundingsMend, UserMends
from fieldapp.words import Words
from fieldapp.words.steps import said

USER, SURROUNDINGS, OURS = 2, 3, 4


def plain(value: Any) -> Any:
    """A value of the use cases as JSON knows it. Raises TypeError for what has no such form."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {_name(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON form of {type(value).__name__}")


def _name(key: Any) -> str:
    return "/".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def sentence(error: FieldappError, words: Words) -> str:
    """What happened, in the user's language; its code where no words are known for it."""
    if not words.knows(error.code):
        return words.say("cli.no_words_for", code=error.code)
    try:
        return words.say(error.code, **{name: said(v, name) for name, v in error.context.items()})
    except KeyError:
        return words.say("cli.no_words_for", code=error.code)


def exit_code(error: FieldappError) -> int:
    """Who mends it, as a number for scripts."""
    if isinstance(error, UserMends):
        return USER
    return SURROUNDINGS if isinstance(error, SurroundingsMend) else OURS


def tell_error(error: FieldappError, words: Words, *, as_json: bool) -> int:
    """Prints an error on standard error; returns the exit code."""
    told = sentence(error, words)
    if as_json:
        document = {"code": error.code, "message": told, "field": error.field}
        _print_line(json.dumps({"error": document}, ensure_ascii=False), sys.stderr)
    else:
        _print_line(told, sys.stderr)
        if isinstance(error, DefectFound):
            _print_line(words.say("cli.details", details=str(error)), sys.stderr)
    return exit_code(error)


def tell(answer: Any, text: str, *, as_json: bool) -> None:
    """Prints an answer: as one JSON document, or as the text made for people."""
    if as_json:
        _print_line(json.dumps(plain(answer), ensure_ascii=False, indent=1), sys.stdout)
    elif text:
        _print_line(text, sys.stdout)


def _print_line(text: str, stream: Any) -> None:
    """Prints whatever the terminal's encoding can show: a sentence is never lost to it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)

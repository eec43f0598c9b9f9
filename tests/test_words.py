"""The words: both languages say the same things, every code has its sentence, none is rude."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fieldapp.words import LANGUAGES, catalogue

ROOT = Path(__file__).parent.parent
ERRORS = ("UserMends", "SurroundingsMend", "DefectFound", "Refused", "Problem")
SAYING = ("say", "_say")
BESIDES = {"Refused": {"detail"}, "Problem": {"detail"}}
"""What a refusal of the server carries beside what stands in the call."""
NAMED_OTHERWISE = frozenset({"field", "status", "retry_after", "undo"})


@dataclass(frozen=True)
class Saying:
    """A place in the code that names a sentence: its key, the values it gives (None: unknown)."""

    where: str
    key: str
    values: frozenset[str] | None


def forms(entry: str | dict[str, str]) -> dict[str, str]:
    """All forms of an entry: itself, or one and other."""
    return entry if isinstance(entry, dict) else {"": entry}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def all_placeholders(language: str, key: str) -> set[str]:
    return set().union(*map(placeholders, forms(catalogue(language)[key]).values()))


def test_both_languages_say_the_same_things() -> None:
    vi, en = catalogue("vi"), catalogue("en")
    assert sorted(vi.keys() - en.keys()) == [] and sorted(en.keys() - vi.keys()) == []
    assert len(vi) > 300


def test_both_languages_take_the_same_values() -> None:
    different = {
        key: (all_placeholders("vi", key), all_placeholders("en", key))
        for key in catalogue("vi")
        if key in catalogue("en") and all_placeholders("vi", key) != all_placeholders("en", key)
    }
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_one_and_other(language: str) -> None:
    wrong = [
        key
        for key, entry in catalogue(language).items()
        if isinstance(entry, dict) and set(entry) != {"one", "other"}
    ]
    assert wrong == []


RUDE = {
    "vi": r"vui lòng|thành công|xin hãy|!|máy khách|cơ sở dữ liệu|token",
    "en": r"\bplease\b|successful|!|database|token",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_rude_or_technical(language: str) -> None:
    """Of the window; an administrator's program may name what he installed."""
    found = {
        key: text
        for key, entry in catalogue(language).items()
        if not key.startswith(("server.", "cli."))
        for text in forms(entry).values()
        if re.search(RUDE[language], text, re.IGNORECASE)
    }
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ellipsis_is_one_sign(language: str) -> None:
    texts = [text for entry in catalogue(language).values() for text in forms(entry).values()]
    assert [text for text in texts if "..." in text] == []


# --- what the code says --------------------------------------------------------------------------


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in ("fieldapp", "sync", "ui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name.startswith("gallery"):
                continue
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def called(names: tuple[str, ...]) -> Iterator[tuple[str, str, ast.Call]]:
    """Calls of these names with something in the first place."""
    for where, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = ast.unparse(node.func).rpartition(".")[2]
                if name in names:
                    yield f"{where}:{node.lineno}", name, node


def texts_of(node: ast.expr) -> list[str]:
    """The plain texts that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) + texts_of(node.orelse)
    return []


def keywords(call: ast.Call, *more: str) -> frozenset[str] | None:
    """The names of the values given; None where some are handed on."""
    if any(word.arg is None for word in call.keywords):
        return None
    return frozenset({str(word.arg) for word in call.keywords} - NAMED_OTHERWISE | set(more))


def errors() -> Iterator[Saying]:
    for where, name, call in called(ERRORS):
        for key in texts_of(call.args[0]):
            yield Saying(where, key, keywords(call, *BESIDES.get(name, ())))


def reasons() -> Iterator[Saying]:
    for where, _, call in called(("Reason",)):
        values = call.args[1] if len(call.args) > 1 else None
        known: frozenset[str] | None = frozenset()
        if isinstance(values, ast.Dict) and None not in values.keys:
            known = frozenset(text for key in values.keys if key for text in texts_of(key))
        elif values is not None or call.keywords:
            known = None
        for code in texts_of(call.args[0]):
            yield Saying(where, code if "." in code else f"rules.{code}", known)


def sayings() -> Iterator[Saying]:
    for where, _, call in called(SAYING):
        for key in texts_of(call.args[0]):
            if re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", key):
                yield Saying(where, key, keywords(call))


KINDS = {"errors": errors, "reasons": reasons, "sayings": sayings}


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_said_has_its_words(kind: str) -> None:
    said = list(KINDS[kind]())
    assert len(said) > 30
    missing = sorted({f"{one.key} ({one.where})" for one in said if one.key not in catalogue("vi")})
    assert missing == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_gets_the_values_it_needs(kind: str) -> None:
    lacking = {
        f"{one.key} ({one.where})": sorted(lacks)
        for one in KINDS[kind]()
        if one.values is not None and one.key in catalogue("vi")
        if (lacks := all_placeholders("vi", one.key) - one.values)
    }
    assert lacking == {}


def test_words_for_one_and_many_get_their_number() -> None:
    lacking = [
        f"{one.key} ({one.where})"
        for kind in KINDS.values()
        for one in kind()
        if one.values is not None and isinstance(catalogue("en").get(one.key), dict)
        if "n" not in one.values
    ]
    assert lacking == []

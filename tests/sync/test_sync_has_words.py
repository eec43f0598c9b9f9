"""Every code that the laptop's file and the sync can raise has its sentence, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from fieldapp.words import Words, catalogue

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'"((?:store|sync|receipts|server)\.[a-z_]+)"')
AREAS = ("store", "sync", "receipts")


def codes_in_the_code() -> set[str]:
    files = [*(ROOT / "fieldapp/store").rglob("*.py"), *(ROOT / "sync/client").glob("*.py")]
    found = {code for file in files for code in CODE.findall(file.read_text("utf-8"))}
    for way in ("slow", "fast"):
        found |= {f"sync.clock_{way}_{unit}" for unit in ("years", "days", "hours", "minutes")}
    waits = ("no_network", "incomplete_answer", "server_busy", "server_trouble")
    return found | {f"sync.{name}_until" for name in waits}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", sorted(codes_in_the_code()))
def test_a_code_has_its_sentence(code: str, language: str) -> None:
    assert Words(language).knows(code)


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_sentences_with_the_same_places(area: str) -> None:
    assert _shape("vi", area) == _shape("en", area)


def _shape(language: str, area: str) -> dict[str, object]:
    return {
        key: {form: _places(text) for form, text in entry.items()}
        if isinstance(entry, dict)
        else _places(entry)
        for key, entry in catalogue(language).items()
        if key.startswith(area + ".")
    }


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("area", AREAS)
def test_no_sentence_shouts_begs_or_boasts(area: str, language: str) -> None:
    for key, entry in catalogue(language).items():
        texts = entry.values() if isinstance(entry, dict) else [entry]
        if key.startswith(area + "."):
            for text in texts:
                assert not re.search(r"!|vui lòng|thành công|please|success", text, re.I), key


def test_only_the_sentence_with_the_servers_receipt_calls_the_laptop_safe_to_shut_down() -> None:
    mine = {k: text for k, text in catalogue("vi").items() if k.startswith("sync.")}
    safe = [k for k, text in mine.items() if "an toàn để tắt máy" in str(text).lower()]
    assert safe == ["sync.all_sent"]

"""Every code that the server can say has its sentence, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import sync.server
from fieldapp.words import Words
from sync.server.wardlog.register import WAITS

CODE = re.compile(r'"(server\.[a-z_]+)"')


def codes() -> set[str]:
    [folder] = sync.server.__path__
    text = "".join(file.read_text("utf-8") for file in Path(folder).rglob("*.py"))
    return {code for code in CODE.findall(text) if code not in ("server.db", "server.toml")}


def test_every_code_of_the_server_has_its_words() -> None:
    assert len(codes()) > 30
    for language in ("vi", "en"):
        missing = [code for code in sorted(codes()) if not Words(language).knows(code)]
        assert missing == [], language


def test_every_reason_for_holding_has_its_words() -> None:
    [folder] = sync.server.__path__
    text = (Path(folder) / "wardlog" / "intake.py").read_text("utf-8")
    reasons = {*re.findall(r'Obstacle\("([a-z_]+)"', text), *WAITS, "broken_rule"}
    assert len(reasons) == 15
    for language in ("vi", "en"):
        assert all(Words(language).knows(f"server.held_{reason}") for reason in reasons)

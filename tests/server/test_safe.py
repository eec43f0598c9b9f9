"""What the server keeps outside its database: the seal key and the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldapp.errors import SurroundingsMend
from sync.server.lives.safe import FileLedger, Safe, open_safe

ONE = {"set": "device", "where": {"id": "a"}, "rows": []}
TWO = {"set": "device", "where": {"id": "b"}, "rows": []}


def numbers(ledger: FileLedger) -> list[tuple[int, int]]:
    return [(line["n"], line["group"]) for line in ledger.lines()]


def test_lines_are_numbered_and_grouped_and_there_for_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    first, second = FileLedger(path), FileLedger(path)
    assert first.append([ONE, TWO]) == 2
    assert second.append([ONE]) == 3, "two processes write into one ledger"
    assert first.append([TWO]) == 4
    assert numbers(FileLedger(path)) == [(1, 1), (2, 1), (3, 3), (4, 4)]


def test_every_cut_of_the_last_line_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    FileLedger(path).append([ONE])
    whole = path.read_bytes()
    FileLedger(path).append([TWO])
    longer = path.read_bytes()
    for cut in range(len(whole), len(longer)):
        path.write_bytes(longer[:cut])
        assert numbers(FileLedger(path)) == [(1, 1)]
        assert FileLedger(path).append([TWO]) == 2
        assert path.read_bytes() == longer


def test_a_line_that_was_changed_left_out_or_put_in_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    for line in (ONE, TWO, ONE, TWO):
        FileLedger(path).append([line])
    lines = path.read_bytes().splitlines(keepends=True)
    changed = lines[1].replace(b'"b"', b'"c"')
    for wrong in (
        [lines[0], changed, *lines[2:]],
        [lines[0], *lines[2:]],
        [lines[0], lines[0], *lines[1:]],
    ):
        path.write_bytes(b"".join(wrong))
        with pytest.raises(SurroundingsMend) as damaged:
            FileLedger(path).lines()
        assert damaged.value.code == "server.ledger_damaged"
        assert damaged.value.context["line"] == 2


def test_the_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "safe"
    assert open_safe(folder).key == open_safe(folder).key != open_safe(tmp_path / "other").key
    assert (folder / "seal.key").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "other", [("f", "w", 7, "c"), ("e", "v", 7, "c"), ("e", "w", 8, "c"), ("e", "w", 7, "d")]
)
def test_a_seal_proves_one_entry_at_one_place(other: tuple[str, str, int, str]) -> None:
    safe = Safe(b"1" * 32)
    seal = safe.seal("e", "w", 7, "c")
    assert safe.proves(seal, "e", "w", 7, "c")
    assert not safe.proves(seal, *other)
    assert not safe.proves("", "e", "w", 7, "c")
    assert not Safe(b"2" * 32).proves(seal, "e", "w", 7, "c")
    assert "1" * 8 not in repr(safe)

"""Damaged or restored files: a clear refusal, never an empty profile and never a number twice."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from fieldapp.errors import SurroundingsMend
from fieldapp.model import Person
from fieldapp.store.file import profile
from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.receipts import NewLease
from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from tests.support.laptops import PASSWORD, add_person, working
from tests.support.refusals import refused

WRONG_KEYS: list[dict[str, Any]] = [
    {"salt": 5},
    {"salt": "###"},
    {"salt": ""},
    {"nonce": ""},
    {"sealed": None},
    {"profile": 7},
    {"cost": {"memory_kib": 0, "passes": 1, "lanes": 1}},
    {"cost": {"memory_kib": "x", "passes": 1, "lanes": 1}},
]


@pytest.mark.parametrize("wrong", WRONG_KEYS, ids=str)
def test_a_damaged_key_file_is_told_as_damage(
    opened: Profile, on: Machine, wrong: dict[str, Any]
) -> None:
    opened.close()
    path = opened.folder / "key.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | wrong))
    with refused(SurroundingsMend, "store.damaged"):
        profile.unlock(opened.folder, PASSWORD, on)


def test_a_file_cut_to_nothing_is_damage_and_not_a_new_profile(
    opened: Profile, on: Machine
) -> None:
    opened.close()
    (opened.folder / "field.db").write_bytes(b"")
    with refused(SurroundingsMend, "store.damaged"):
        profile.unlock(opened.folder, PASSWORD, on)
    assert (opened.folder / "field.db").read_bytes() == b""


def test_a_file_whose_log_was_lost_is_not_opened_as_an_older_one(
    opened: Profile, on: Machine, tmp_path: Path
) -> None:
    """Somebody copies only field.db of a laptop at work, or a cleaning program takes the log."""
    add_person(opened.store, "Hằng")
    shutil.copytree(opened.folder, tmp_path / "killed")
    shutil.copytree(opened.folder, tmp_path / "with")
    (tmp_path / "killed" / "field.db-wal").unlink()
    with refused(SurroundingsMend, "store.damaged"):
        profile.unlock(tmp_path / "killed", PASSWORD, on)
    rescued, told = profile.rescue(tmp_path / "killed", PASSWORD, on)
    assert told.kept == 0
    rescued.close()
    profile.unlock(tmp_path / "killed", PASSWORD, on).close()
    whole = profile.unlock(tmp_path / "with", PASSWORD, on)
    assert [hit.name for hit in whole.store.read(find_people, "hang")] == ["Hằng"]
    whole.close()


def test_the_password_opens_the_file_however_the_keyboard_composes(
    opened: Profile, on: Machine
) -> None:
    opened.close()
    profile.unlock(opened.folder, unicodedata.normalize("NFD", PASSWORD), on).close()


def test_an_old_copy_from_before_the_next_book_gives_no_number(
    opened: Profile, on: Machine, tmp_path: Path
) -> None:
    incarnation = str(opened.store.setting("incarnation"))
    opened.store.take_lease(NewLease("A", 1, 2, incarnation, 1))
    opened.store.take_lease(NewLease("B", 1, 5, incarnation, 1))
    assert _take(opened.store) == ("A", 1)
    opened.close()
    shutil.copytree(opened.folder, tmp_path / "copy")

    again = profile.unlock(opened.folder, PASSWORD, on)
    assert [_take(again.store), _take(again.store)] == [("A", 2), ("B", 1)]
    again.close()

    restored = profile.unlock(tmp_path / "copy", PASSWORD, on)
    with pytest.raises(Exception, match=r"receipts\.sync_first"):
        _take(restored.store)
    restored.close()


def _take(store: Store) -> tuple[str, int]:
    with working(store) as unit:
        return unit.receipt_number()


def test_a_full_disk_at_the_commit_uses_no_number_and_stops_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark outside the file was written already: it is put back, no handshake is needed."""
    incarnation = str(store.setting("incarnation"))
    store.take_lease(NewLease("A", 1, 5, incarnation, 1))
    assert _take(store) == ("A", 1)
    with monkeypatch.context() as full, refused(SurroundingsMend, "store.disk_full"):
        full.setattr("sqlalchemy.engine.default.DefaultDialect.do_commit", _no_room)
        _take(store)
    assert _take(store) == ("A", 2)


def _no_room(*_: Any) -> None:
    raise dbapi2.OperationalError("database or disk is full")


def test_right_tones_come_first_however_many_others_there_are(store: Store) -> None:
    with working(store) as unit:
        for _ in range(150):
            unit.create(Person(id=unit.fresh_id(), full_name="Trần Thị Hang"))
        unit.create(Person(id=unit.fresh_id(), full_name="Trần Thị Hằng"))
    for query in ("hằng", "HẰNG", unicodedata.normalize("NFD", "Hằng")):
        assert store.read(find_people, query)[0].name == "Trần Thị Hằng"

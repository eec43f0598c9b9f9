"""Damaged or restored files: a clear refusal, never an empty profile and never a number twice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Person
from fieldapp.store.file import migrate, profile
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.receipts import NewLease
from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from tests.support.laptops import PASSWORD, add_person, new_profile, working
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


SAVES_AND_FAILS = """
import sys
from pathlib import Path
from fieldapp.store.file import migrate, profile
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine
from tests.support.laptops import CHEAP, PASSWORD, add_person, machine
on = machine(seed=5)
opened = profile.unlock(Path(sys.argv[1]), PASSWORD, Machine(on.clock, on.ids, NoKeystore(), CHEAP))
add_person(opened.store, "Hằng")
raise RuntimeError("nobody closes the profile")
"""


def test_a_program_that_an_error_ends_leaves_a_file_that_opens(tmp_path: Path, on: Machine) -> None:
    """Python gives the connections back all the same, and SQLite takes the log in and away."""
    plain = Machine(on.clock, on.ids, NoKeystore(), on.cost)
    new_profile(tmp_path, plain).close()
    failed = subprocess.run(
        [sys.executable, "-c", SAVES_AND_FAILS, str(tmp_path)], check=False, stderr=subprocess.PIPE
    )
    assert b"nobody closes the profile" in failed.stderr
    again = profile.unlock(tmp_path, PASSWORD, plain)
    assert [hit.name for hit in again.store.read(find_people, "hang")] == ["Hằng"]
    again.close()


def test_a_start_that_is_refused_after_a_kill_leaves_a_file_that_opens(
    opened: Profile, on: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has opened the file and closed it, by which the log that the kill left is gone."""
    add_person(opened.store, "Hằng")
    for name in ("older program", "of the training"):
        shutil.copytree(opened.folder, tmp_path / name)
    with monkeypatch.context() as older, refused(SurroundingsMend, "store.newer"):
        older.setattr(migrate, "HEAD", "0001")
        profile.unlock(tmp_path / "older program", PASSWORD, on)
    card = tmp_path / "of the training" / "profile.json"
    real = card.read_text("utf-8")
    card.write_text(json.dumps(json.loads(real) | {"training": True}))
    with refused(UserMends, "store.not_training"):
        profile.unlock(card.parent, PASSWORD, on, training=True)
    card.write_text(real, "utf-8")
    for name in ("older program", "of the training"):
        again = profile.unlock(tmp_path / name, PASSWORD, on)
        assert [hit.name for hit in again.store.read(find_people, "hang")] == ["Hằng"]
        again.close()

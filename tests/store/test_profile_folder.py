"""The profile folder: the key, the password, the lock, and nothing readable on the disk."""

from __future__ import annotations

import base64
import gc
import json
import threading
from pathlib import Path

import pytest
from filelock import FileLock, Timeout
from sqlalchemy import Connection, inspect, text

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.store.file import profile, salvage
from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.search import find_people
from tests.support.laptops import (
    PASSWORD,
    KeptSecrets,
    add_family,
    add_person,
    machine,
    new_profile,
)
from tests.support.refusals import refused


def _files(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in sorted(folder.rglob("*")) if f.name != "lock"}


def test_what_was_saved_is_there_after_the_profile_is_opened_again(
    tmp_path: Path, on: Machine
) -> None:
    first = new_profile(tmp_path, on)
    add_person(first.store, "Nguyễn Thị Hằng")
    first.close()
    second = profile.unlock(tmp_path, PASSWORD, on)
    assert [hit.name for hit in second.store.read(find_people, "hang")] == ["Nguyễn Thị Hằng"]
    second.close()


def test_a_wrong_password_is_refused_and_leaves_every_file_as_it_was(
    tmp_path: Path, on: Machine
) -> None:
    new_profile(tmp_path, on).close()
    before = _files(tmp_path)
    with pytest.raises(UserMends) as refusal:
        profile.unlock(tmp_path, "sáng nay trời nắng", on)
    assert (refusal.value.code, refusal.value.field) == ("store.wrong_password", "password")
    assert _files(tmp_path) == before
    profile.unlock(tmp_path, PASSWORD, on).close()


def test_the_password_alone_does_not_open_a_copy_on_another_machine(
    tmp_path: Path, on: Machine
) -> None:
    new_profile(tmp_path, on).close()
    with refused(SurroundingsMend, "store.keystore_lost"):
        profile.unlock(tmp_path, PASSWORD, machine())


def test_a_keystore_with_another_secret_does_not_open_the_file(tmp_path: Path, on: Machine) -> None:
    new_profile(tmp_path, on).close()
    other = KeptSecrets({"device-lan": "00" * 32})
    with refused(UserMends, "store.wrong_password"):
        profile.unlock(tmp_path, PASSWORD, Machine(on.clock, on.ids, other, on.cost))


def test_a_second_opener_is_refused_until_the_first_has_closed(tmp_path: Path, on: Machine) -> None:
    first = new_profile(tmp_path, on)
    with refused(SurroundingsMend, "store.in_use"):
        profile.unlock(tmp_path, PASSWORD, on)
    first.close()
    profile.unlock(tmp_path, PASSWORD, on).close()


def test_a_profile_closed_by_another_thread_gives_the_folder_free(
    tmp_path: Path, on: Machine
) -> None:
    first = new_profile(tmp_path, on)
    closer = threading.Thread(target=first.close)
    closer.start()
    closer.join()
    profile.unlock(tmp_path, PASSWORD, on).close()


def test_a_folder_with_a_profile_is_not_set_up_again(opened: Profile, on: Machine) -> None:
    opened.close()
    before = _files(opened.folder)
    with refused(UserMends, "store.profile_exists"):
        new_profile(opened.folder, on)
    assert _files(opened.folder) == before


def test_a_set_up_that_was_cut_before_its_card_counts_as_none(tmp_path: Path, on: Machine) -> None:
    cut = new_profile(tmp_path, on)
    add_person(cut.store)
    cut.close()
    (tmp_path / "profile.json").unlink()
    with refused(UserMends, "store.no_profile"):
        profile.unlock(tmp_path, PASSWORD, on)
    again = new_profile(tmp_path, on)
    assert again.store.setting("username") == "lan"
    again.close()


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"profile": 1}'])
def test_a_damaged_card_is_reported_and_not_written_over(
    tmp_path: Path, on: Machine, broken: str
) -> None:
    new_profile(tmp_path, on).close()
    (tmp_path / "profile.json").write_text(broken)
    with refused(SurroundingsMend, "store.damaged"):
        profile.unlock(tmp_path, PASSWORD, on)
    assert (tmp_path / "profile.json").read_text() == broken


def test_a_missing_data_file_is_reported_and_no_empty_one_is_made(
    tmp_path: Path, on: Machine
) -> None:
    new_profile(tmp_path, on).close()
    (tmp_path / "field.db").unlink()
    with refused(SurroundingsMend, "store.damaged"):
        profile.unlock(tmp_path, PASSWORD, on)
    assert not (tmp_path / "field.db").exists()


@pytest.mark.parametrize("at", [100, 2_000, 5_000, 9_000, 30_000, 60_000])
def test_one_flipped_bit_in_the_file_never_gives_other_data(
    tmp_path: Path, on: Machine, at: int
) -> None:
    made = new_profile(tmp_path, on)
    add_family(made.store, [f"Người {n}" for n in range(200)])
    right = made.store.read(_everything)
    made.close()
    file = tmp_path / "field.db"
    body = bytearray(file.read_bytes())
    body[at] ^= 1
    file.write_bytes(body)
    assert _what_opens(tmp_path, on) in ("store.damaged", right)


def _what_opens(folder: Path, on: Machine) -> object:
    try:
        opened = profile.unlock(folder, PASSWORD, on)
    except SurroundingsMend as error:
        return error.code
    try:
        return opened.store.read(_everything)
    except SurroundingsMend as error:
        return error.code
    finally:
        opened.close()


def _everything(connection: Connection) -> list[str]:
    names = sorted(inspect(connection).get_table_names())
    return [repr(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names]


CANARIES = ("Huỳnh Ngọc Canari", "079168003579", "0912345678", "ghi chú rất riêng")


def test_no_file_of_the_profile_holds_a_name_a_number_or_a_note_in_the_clear(
    tmp_path: Path, on: Machine
) -> None:
    made = new_profile(tmp_path, on, token="bí-mật-của-máy")
    name, number, phone, note = CANARIES
    for _ in range(30):
        add_person(made.store, name, id_number=number, phone=phone, note=note)
    made.store.keep_draft("visit", "somebody", {"note": note})
    while_open = _files(tmp_path)
    made.close()
    everything = (
        b"".join((while_open | _files(tmp_path)).values()) + json.dumps(sorted(while_open)).encode()
    )
    assert b"SQLite format 3" not in everything
    for canary in (*CANARIES, "bí-mật-của-máy"):
        raw = canary.encode()
        shapes = [raw, canary.encode("utf-16-le"), base64.b64encode(raw)[:-4], raw.hex().encode()]
        assert not any(shape in everything for shape in shapes), canary


def test_a_closed_profile_writes_no_more_behind_the_next_ones_back(
    tmp_path: Path, on: Machine
) -> None:
    first = new_profile(tmp_path, on)
    first.close()
    second = profile.unlock(tmp_path, PASSWORD, on)
    with refused(SurroundingsMend, "store.closed"):
        add_person(first.store, "Nguyễn Văn Trễ")
    assert second.store.read(find_people, "tre") == []
    second.close()


def test_whoever_has_the_store_keeps_the_file_open(tmp_path: Path, on: Machine) -> None:
    store = new_profile(tmp_path / "lan", on).store
    gc.collect()
    assert store.today() is not None and not lock_is_free(tmp_path / "lan")
    del store
    gc.collect()
    assert lock_is_free(tmp_path / "lan") and not (tmp_path / "lan" / salvage.RUNNING).exists()


def lock_is_free(folder: Path) -> bool:
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True

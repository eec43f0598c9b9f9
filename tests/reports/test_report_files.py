"""A file appears whole or not at all, and an error says who can mend it."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.reports.files import mended_by, sweep, whole_file


def write(path: Path, text: str = "mới") -> None:
    with whole_file(path) as part:
        part.write_text(text, "utf-8")


def test_the_file_has_its_name_only_when_it_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "nhật ký.csv"
    with whole_file(path) as part:
        part.write_text("một nửa", "utf-8")
        assert not path.exists()
    assert path.read_text("utf-8") == "một nửa"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_that_name_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("cũ", "utf-8")
    write(path)
    assert path.read_text("utf-8") == "mới"


def test_an_error_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("cũ", "utf-8")
    with pytest.raises(ZeroDivisionError), whole_file(path) as part:
        part.write_text("một nửa", "utf-8")
        raise ZeroDivisionError
    assert path.read_text("utf-8") == "cũ"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_being_written_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    with whole_file(tmp_path / "log.csv") as part:
        assert part.parent.stat().st_mode & 0o077 == 0
        part.touch()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsMend) as caught:
        write(tmp_path / "usb" / "log.csv")
    assert caught.value.code == "reports.folder_missing"
    assert caught.value.context["folder"] == str(tmp_path / "usb")


def test_a_file_where_the_folder_should_be_is_a_missing_folder(tmp_path: Path) -> None:
    (tmp_path / "usb").write_text("")
    with pytest.raises(SurroundingsMend) as caught:
        write(tmp_path / "usb" / "log.csv")
    assert caught.value.code == "reports.folder_missing"


def test_a_folder_that_vanishes_while_writing_is_a_missing_folder(tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    with pytest.raises(SurroundingsMend) as caught, whole_file(folder / "log.csv") as part:
        part.write_text("một nửa", "utf-8")
        folder.rename(tmp_path / "rút ra")
    assert caught.value.code == "reports.folder_missing"


def test_what_a_share_that_vanished_kept_leaves_with_the_next_file(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    with pytest.raises(SurroundingsMend), whole_file(share / "log.csv") as part:
        part.write_text("079168002117", "utf-8")
        share.rename(tmp_path / "away")
    (tmp_path / "away").rename(share)
    assert len(list(share.iterdir())) == 1
    write(share / "log.csv")
    assert [one.name for one in share.iterdir()] == ["log.csv"]


def test_what_a_killed_program_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".abc.part").mkdir()
    (tmp_path / "bao-cao.part").write_text("của tôi", "utf-8")
    killed = f"""
import os
from pathlib import Path
from fieldapp.reports.files import whole_file
with whole_file(Path({str(tmp_path / "log.csv")!r})) as part:
    part.write_text("079168002117", "utf-8")
    os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == 9
    mine = {".abc.part", "bao-cao.part"}
    assert len({one.name for one in tmp_path.iterdir()} - mine) == 1
    with whole_file(tmp_path / "other.csv") as part:
        part.write_text("một nửa", "utf-8")
        sweep(tmp_path)
        assert part.exists(), "what is being written stays"
    assert {one.name for one in tmp_path.iterdir()} == mine | {"other.csv"}


def test_a_target_held_open_by_another_program_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.csv"
    path.write_text("cũ", "utf-8")

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "held", str(target))

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(SurroundingsMend) as caught:
        write(path)
    assert caught.value.code == "reports.file_held_open"
    assert path.read_text("utf-8") == "cũ"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, mode: int = 0o777) -> None:
        raise PermissionError(errno.EACCES, "refused", str(self))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(SurroundingsMend) as caught:
        write(tmp_path / "log.csv")
    assert caught.value.code == "reports.folder_not_writable"


def test_the_name_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with pytest.raises(UserMends) as caught:
        write(tmp_path / "log")
    assert caught.value.code == "reports.name_is_folder"


def test_a_name_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserMends) as caught:
        write(tmp_path / ("ệ" * 200 + ".csv"))
    assert caught.value.code == "reports.name_not_usable"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "reports.disk_full"),
        (errno.EDQUOT, "reports.disk_full"),
        (errno.EROFS, "reports.folder_not_writable"),
        (errno.ENODEV, "reports.folder_missing"),
        (errno.EIO, "reports.not_written"),
    ],
)
def test_what_the_system_says_becomes_who_mends_it(number: int, code: str, tmp_path: Path) -> None:
    found: FieldappError | None = None
    try:
        with whole_file(tmp_path / "log.csv"):
            raise OSError(number, "said the system")
    except FieldappError as error:
        found = error
    assert found is not None and found.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_sharing_violation_of_windows_is_a_file_held_open(tmp_path: Path) -> None:
    error = OSError(errno.EACCES, "The process cannot access the file")
    error.winerror = 32  # type: ignore[attr-defined,unused-ignore]  # Windows alone has it
    assert mended_by(error, tmp_path / "log.csv").code == "reports.file_held_open"

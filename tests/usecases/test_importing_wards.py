"""Which ward a list goes into, and which of its lines do not belong there."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from fieldapp.errors import UserMends
from fieldapp.store import tables
from fieldapp.store.store import Store
from fieldapp.usecases.importing.preview import Choice
from fieldapp.usecases.importing.taking_in import look_at, take_in
from tests.support.books import BAO, DUE_HEADS, HANG, due_book, write_book
from tests.support.laptops import WARD
from tests.support.refusals import refused


def test_a_list_of_another_ward_is_refused(store: Store, tmp_path: Path) -> None:
    there = "1 Hồ Văn Huê, Phường Đức Nhuận"
    lines = [(*HANG[:4], there, *HANG[5:]), (*BAO[:4], there, *BAO[5:])]
    with refused(UserMends, "imports.other_ward"):
        look_at(store, "due", due_book(tmp_path / "a.xlsx", *lines))
    titled = write_book(
        tmp_path / "b.xlsx", [("UBND PHƯỜNG BẾN THÀNH",), ("BHYT",), DUE_HEADS, BAO]
    )
    with refused(UserMends, "imports.other_ward"):
        look_at(store, "due", titled)


def test_a_single_line_of_another_ward_is_an_error(store: Store, tmp_path: Path) -> None:
    stray = (*BAO[:4], "1 Hồ Văn Huê, Phường Đức Nhuận", *BAO[5:])
    done = look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, HANG, stray))
    assert [one.code for one in done.remarks] == ["other_ward"]


@pytest.mark.parametrize(
    ("home", "now"),
    [
        ("12 Đường số 5, Hiệp Bình Chánh, Thủ Đức", "Phường Hiệp Bình"),
        ("1 Hồ Văn Huê, Đức Nhuận, TP. Hồ Chí Minh", "Phường Đức Nhuận"),
    ],
)
def test_a_ward_without_the_word_for_it_is_another_one_all_the_same(
    store: Store, tmp_path: Path, home: str, now: str
) -> None:
    stray = at_home(BAO, home)
    done = look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, HANG, stray))
    assert [one.values["ward"] for one in done.remarks] == [now]
    with refused(UserMends, "imports.other_ward"):
        look_at(store, "due", due_book(tmp_path / "b.xlsx", stray))


def at_home(line: tuple[object, ...], address: str) -> tuple[object, ...]:
    return (*line[:4], address, *line[5:])


def test_an_old_ward_with_its_district_says_which_ward_it_is_now(
    store: Store, tmp_path: Path
) -> None:
    ours = at_home(BAO, "12 Ung Văn Khiêm, P.25, Q.Bình Thạnh, TP.HCM")
    looked = look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, HANG, ours))
    assert (looked.wrong, looked.ward.stream) == (0, WARD)
    theirs = at_home(BAO, "12 Nguyễn Xí, Phường 13, Quận Bình Thạnh")
    done = look_at(store, "due", due_book(tmp_path / "b.xlsx", HANG, HANG, theirs))
    assert [one.code for one in done.remarks] == ["other_ward_now"]
    assert done.remarks[0].values["ward"] == "Phường Bình Lợi Trung"
    with refused(UserMends, "imports.other_ward"):
        look_at(store, "due", due_book(tmp_path / "c.xlsx", theirs))


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("Phường 6, Quận 3", "Phường Xuân Hòa"),
        ("P.Bình Khánh, Q.2", "Phường An Khánh"),
        ("Phường An Khánh, Quận 2", "Phường An Khánh"),
        ("Phường 5, Quận 4, TP.HCM", "Phường Khánh Hội, Phường Vĩnh Hội"),
        ("Phường Phước Bình, Quận 9", "Phường Phước Long"),
    ],
)
def test_a_ward_of_before_2021_says_which_wards_it_is_now(
    store: Store, tmp_path: Path, old: str, now: str
) -> None:
    theirs = at_home(BAO, f"12 Đường Số 1, {old}")
    done = look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, HANG, theirs))
    assert [(one.code, one.values["ward"]) for one in done.remarks] == [("other_ward_now", now)]


def test_a_district_without_the_word_for_it_is_one(store: Store, tmp_path: Path) -> None:
    ours = at_home(BAO, "12 Ung Văn Khiêm, Phường 25, Bình Thạnh, TP.HCM")
    assert look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, HANG, ours)).wrong == 0
    for theirs in ("Phường 24, Bình Thạnh", "Phường Phú Cường, TP. Thủ Dầu Một, Bình Dương"):
        line = at_home(BAO, f"12 Nguyễn Xí, {theirs}")
        done = look_at(store, "due", due_book(tmp_path / "b.xlsx", HANG, HANG, line))
        assert [one.code for one in done.remarks] == ["other_ward_now"]


def test_an_old_ward_without_its_district_says_nothing(store: Store, tmp_path: Path) -> None:
    line = at_home(BAO, "12 Nguyễn Xí, Phường 13")
    assert look_at(store, "due", due_book(tmp_path / "a.xlsx", line)).wrong == 0


def test_a_ward_of_before_is_not_the_commune_that_has_its_name_today(
    store: Store, tmp_path: Path
) -> None:
    gone = at_home(BAO, "12 Lương Định Của, Phường Bình Khánh, TP.HCM")
    assert look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, HANG, gone)).wrong == 0
    there = at_home(BAO, "Ấp Bình An, Xã Bình Khánh, TP.HCM")
    done = look_at(store, "due", due_book(tmp_path / "b.xlsx", HANG, HANG, there))
    assert [one.values["ward"] for one in done.remarks] == ["Xã Bình Khánh"]


def test_a_divided_ward_is_told_with_those_that_it_became(store: Store, tmp_path: Path) -> None:
    tan_dinh, sai_gon = "26737.20250701", "26740.20250701"
    line = at_home(BAO, "12 Nguyễn Văn Giai, Phường Đa Kao, Quận 1")
    path = due_book(tmp_path / "a.xlsx", line)
    with refused(UserMends, "imports.other_ward") as found:
        look_at(store, "due", path)
    assert found.value.context["ward"] == "Phường Tân Định, Phường Sài Gòn"
    both = [{"ward": w, "role": "canvasser", "until": None} for w in (tan_dinh, sai_gon)]
    store.remember(grants=both)
    with refused(UserMends, "imports.ward_needed"):
        look_at(store, "due", path)
    chosen = look_at(store, "due", path, Choice(ward=sai_gon))
    assert (chosen.wrong, chosen.mended.get("ward_divided")) == (0, 1)


@pytest.mark.parametrize(
    ("title", "stream"),
    [
        ("UBND PHƯỜNG BẾN THÀNH VÀ PHƯỜNG THẠNH MỸ TÂY", WARD),
        ("DANH SÁCH PHƯỜNG 25, QUẬN BÌNH THẠNH", WARD),
        ("BHXH cơ sở - UBND phường Thạnh Mỹ Tây - Đông Hưng Thuận", WARD),
    ],
)
def test_titles_may_name_several_wards_and_old_ones(
    store: Store, tmp_path: Path, title: str, stream: str
) -> None:
    granted = [{"ward": w, "role": "canvasser", "until": None} for w in (WARD, "26743.20250701")]
    store.remember(grants=granted[:1])
    path = write_book(tmp_path / "b.xlsx", [(title,), ("BHYT",), DUE_HEADS, BAO])
    assert look_at(store, "due", path).ward.stream == stream


def test_a_longer_name_in_a_title_is_not_the_shorter_one(store: Store, tmp_path: Path) -> None:
    """Phường An Phú Đông is in the table beside An Phú."""
    titled = write_book(
        tmp_path / "b.xlsx", [("UBND PHƯỜNG AN PHÚ ĐÔNG",), ("BHYT",), DUE_HEADS, BAO]
    )
    with refused(UserMends, "imports.other_ward") as found:
        look_at(store, "due", titled)
    assert found.value.context["ward"] == "Phường An Phú Đông"


def test_without_a_grant_nothing_is_imported(store: Store, tmp_path: Path) -> None:
    path = due_book(tmp_path / "a.xlsx", HANG)
    with refused(UserMends, "entry.ward_not_granted"):
        look_at(store, "due", path, Choice(ward="26743"))
    preview = look_at(store, "due", path)
    store.remember(grants=[{"ward": WARD, "role": "canvasser", "until": "2026-01-01"}])
    with refused(UserMends, "entry.ward_not_granted"):
        take_in(store, preview)
    count = select(func.count()).select_from(tables.journal)
    assert store.read(lambda connection: connection.execute(count).scalar()) == 0


def test_with_several_wards_the_list_must_say_which(store: Store, tmp_path: Path) -> None:
    granted = [{"ward": w, "role": "canvasser", "until": None} for w in (WARD, "26743.20250701")]
    store.remember(grants=granted)
    named = due_book(tmp_path / "a.xlsx", HANG)
    assert look_at(store, "due", named).ward.stream == WARD
    silent = due_book(tmp_path / "b.xlsx", BAO)
    with refused(UserMends, "imports.ward_needed"):
        look_at(store, "due", silent)
    assert look_at(store, "due", silent, Choice(ward="26743")).ward.code == "26743"

"""Importing lists: what becomes of each line, what stands, what is refused, what is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from fieldapp.errors import UserMends
from fieldapp.lists.columns import parse_mapping
from fieldapp.model.changesets import Changeset, decode
from fieldapp.store import tables
from fieldapp.store.rows import table_of
from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from fieldapp.usecases.households import people
from fieldapp.usecases.importing.preview import Choice, Preview, write_errors
from fieldapp.usecases.importing.taking_in import again, import_list, look_at, take_in
from fieldapp.words import Words
from tests.support.books import (
    BAO,
    DUE_HEADS,
    HANG,
    REGISTER_HEADS,
    due_book,
    register_book,
    write_book,
    write_text,
)
from tests.support.laptops import WARD
from tests.support.refusals import refused

VI = Words("vi")
HEAD = (1, "H01", "Nguyễn Thị Bích Hằng", "Chủ hộ", "21/11/1968", "Nữ", "079168000001",
        "123/4/5A", "Ung Văn Khiêm", "Khu phố 3", "0903555214")  # fmt: skip
HUSBAND = (2, "H01", "Trần Minh Đức", "Chồng", "02/03/1965", "Nam", "079065000009")
SINGLE = (3, "H02", "Phạm Văn Tí", "Chủ hộ", "1990", "Nam", None, "7", "Nguyễn Xí", "Khu phố 4")


def journal(store: Store) -> list[Changeset]:
    query = select(tables.journal.c.content).order_by(text("rowid"))
    return store.read(lambda c: [decode(content) for content in c.execute(query).scalars()])


def rows(store: Store, kind: str) -> list[Any]:
    return store.read(lambda c: list(c.execute(select(table_of(kind))).all()))


def everything(store: Store) -> list[str]:
    def query(connection: Connection) -> list[str]:
        names = [table.name for table in tables.JOURNAL.sorted_tables]
        names += ["person", "household", "membership", "coverage"]
        return [repr(connection.execute(text(f"SELECT * FROM {n}")).all()) for n in names]

    return store.read(query)


def counts(preview: Preview) -> tuple[int, int, int, int, int]:
    """New, changed, same, differs, wrong."""
    return (preview.new, preview.changed, preview.same, preview.differs, preview.wrong)


def take(store: Store, kind: Any, path: Path, **choice: Any) -> Preview:
    return take_in(store, look_at(store, kind, path, Choice(**choice)))


def codes(preview: Preview) -> list[str]:
    return [remark.code for remark in preview.remarks]


# looking and taking


def test_a_look_writes_nothing_at_all(store: Store, tmp_path: Path) -> None:
    before = everything(store)
    said = parse_mapping(["note=G"], "due")
    preview = look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, BAO), Choice(columns=said))
    assert counts(preview) == (2, 0, 0, 0, 0)
    assert everything(store) == before


def test_unknown_people_of_a_due_list_move_in_at_their_address(
    store: Store, tmp_path: Path
) -> None:
    done = take(store, "due", due_book(tmp_path / "a.xlsx", HANG, BAO))
    assert done.households_new == 2
    (home, _) = sorted(rows(store, "household"), key=lambda row: row.street, reverse=True)
    assert (home.house_number, home.street) == ("123/4/5A", "Ung Văn Khiêm")
    cover = {row.person: row for row in rows(store, "coverage")}[home.head]
    assert (cover.scheme, cover.valid_to) == ("hhi", date(2026, 12, 31))
    assert store.read(find_people, "bich hang")[0].address == "123/4/5A Ung Văn Khiêm"


def test_each_household_is_a_changeset_with_its_rows_as_evidence(
    store: Store, tmp_path: Path
) -> None:
    path = due_book(tmp_path / "a.xlsx", HANG, BAO)
    done = take(store, "due", path)
    first, second = journal(store)
    assert first.evidence is not None and second.evidence is not None
    assert first.evidence["kind"] == "list_line" and first.evidence["row"] == 7
    assert second.evidence["row"] == 8
    assert first.evidence["list"] == done.digest[:16]
    assert (first.action, first.number, second.number) == ("list.due", 1, 2)


@pytest.mark.parametrize("kind", ["due", "households"])
def test_the_same_file_once_more_changes_nothing(store: Store, tmp_path: Path, kind: Any) -> None:
    path = tmp_path / "a.xlsx"
    if kind == "due":
        due_book(path, HANG, BAO)
    else:
        register_book(path, HEAD, HUSBAND, SINGLE)
    first = take(store, kind, path)
    before = everything(store)
    second = take(store, kind, path)
    assert counts(second) == (0, 0, first.rows, 0, 0)
    assert everything(store) == before


def test_a_person_is_found_by_number_or_by_name_birth_and_street(
    store: Store, tmp_path: Path, home: str
) -> None:
    known = next(row for row in rows(store, "person") if row.id_number)
    by_number = (1, known.full_name.upper(), known.id_number, "", "", "31/12/2027", None)
    born = f"{known.born_on:%d/%m/%Y}"
    by_name = (2, known.full_name, None, born, "125 Ung Văn Khiêm", "31/12/2028", None)
    before = len(rows(store, "person"))
    done = take(store, "due", due_book(tmp_path / "a.xlsx", by_number, by_name))
    assert (done.new, done.wrong, len(rows(store, "person"))) == (0, 0, before)


def test_two_people_who_fit_are_never_guessed(store: Store, tmp_path: Path) -> None:
    for _ in range(2):
        people.register_household(
            store, WARD, {"house_number": "12", "street": "Nguyễn Xí"},
            [{"full_name": "Trần Văn Bảo", "born_on": date(1968, 3, 2), "relationship": "00"}],
        )  # fmt: skip
    line = (1, "Trần Văn Bảo", None, "02/03/1968", "12 Nguyễn Xí", "31/12/2026", None)
    done = take(store, "due", due_book(tmp_path / "a.xlsx", line))
    assert codes(done) == ["two_people_fit"] and done.wrong == 1


def test_a_namesake_at_another_address_is_asked_about(
    store: Store, tmp_path: Path, home: str
) -> None:
    known = next(row for row in rows(store, "person") if row.born_on)
    line = (1, known.full_name, None, f"{known.born_on:%d/%m/%Y}", "1 Lê Lợi", "31/12/2026", None)
    done = take(store, "due", due_book(tmp_path / "a.xlsx", line))
    assert codes(done) == ["namesake_elsewhere"]


def test_a_number_that_is_anothers_is_told(store: Store, tmp_path: Path) -> None:
    take(store, "due", due_book(tmp_path / "a.xlsx", HANG))
    other = (1, "Lê Thị Lan", HANG[2], "01/02/1968", "9 Nguyễn Xí", "31/12/2026", None)
    assert codes(take(store, "due", due_book(tmp_path / "b.xlsx", other))) == ["number_of_another"]


def test_an_unknown_person_without_a_door_is_an_error(store: Store, tmp_path: Path) -> None:
    line = (*HANG[:4], "gần chợ Bà Chiểu", "31/12/2026", None)
    done = take(store, "due", due_book(tmp_path / "a.xlsx", line))
    assert codes(done) == ["address_unreadable"] and not journal(store)


# dates of insurance


def test_a_newer_due_list_moves_the_day_on(store: Store, tmp_path: Path) -> None:
    take(store, "due", due_book(tmp_path / "a.xlsx", HANG))
    done = take(store, "due", due_book(tmp_path / "b.xlsx", (*HANG[:5], "31/12/2027", None)))
    assert counts(done) == (0, 1, 0, 0, 0)
    assert [row.valid_to for row in rows(store, "coverage")] == [date(2027, 12, 31)]


def test_last_years_list_sets_nothing_back(store: Store, tmp_path: Path) -> None:
    old = due_book(tmp_path / "a.xlsx", HANG)
    take(store, "due", old)
    take(store, "due", due_book(tmp_path / "b.xlsx", (*HANG[:5], "31/12/2027", None)))
    for _ in range(2):
        done = take(store, "due", old)
        assert counts(done) == (0, 0, 0, 1, 0)
        assert [one.why for one in done.differing] == ["older"]
    assert [row.valid_to for row in rows(store, "coverage")] == [date(2027, 12, 31)]


def test_both_schemes_of_one_person(store: Store, tmp_path: Path) -> None:
    lines = [DUE_HEADS, (None, "BHXH tự nguyện"), HANG, (None, "BHYT"), HANG]
    done = take(store, "due", write_book(tmp_path / "a.xlsx", lines))
    assert counts(done) == (1, 1, 0, 0, 0)
    assert sorted(row.scheme for row in rows(store, "coverage")) == ["hhi", "vsi"]
    assert len(rows(store, "person")) == 1


def test_a_line_outside_any_section_is_an_error(store: Store, tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", [DUE_HEADS, HANG])
    assert codes(look_at(store, "due", path)) == ["no_section"]
    said = Choice(columns=parse_mapping(["scheme=vsi"], "due"))
    assert counts(look_at(store, "due", path, said)) == (1, 0, 0, 0, 0)


# registers


def test_a_register_makes_households_people_and_memberships(store: Store, tmp_path: Path) -> None:
    done = take(store, "households", register_book(tmp_path / "a.xlsx", HEAD, HUSBAND, SINGLE))
    assert (counts(done), done.households_new) == ((3, 0, 0, 0, 0), 2)
    names = {row.id: row for row in rows(store, "person")}
    home = next(row for row in rows(store, "household") if row.household_code == "H01")
    assert names[home.head].full_name == "Nguyễn Thị Bích Hằng"
    lived = {m.person: m.relationship for m in rows(store, "membership") if m.household == home.id}
    assert sorted(lived.values()) == ["00", "02"]
    single = next(row for row in names.values() if row.full_name == "Phạm Văn Tí")
    assert (single.born_on, single.note) == (None, "Sinh năm 1990")


def test_a_register_completes_whom_a_due_list_brought(store: Store, tmp_path: Path) -> None:
    take(store, "due", due_book(tmp_path / "a.xlsx", HANG))
    done = take(store, "households", register_book(tmp_path / "b.xlsx", HEAD, HUSBAND))
    assert counts(done) == (1, 1, 0, 0, 0) and done.households_new == 0
    (home,) = rows(store, "household")
    assert home.household_code == "H01" and len(rows(store, "membership")) == 2


def test_a_person_who_stands_twice_in_a_register_is_one(store: Store, tmp_path: Path) -> None:
    book = register_book(tmp_path / "a.xlsx", HEAD, HUSBAND, HUSBAND)
    assert counts(take(store, "households", book)) == (2, 0, 1, 0, 0)
    assert len(rows(store, "person")) == 2


def test_households_without_codes_begin_at_their_heads(store: Store, tmp_path: Path) -> None:
    heads = ("Họ tên", "Quan hệ với chủ hộ", "Ngày sinh", "Địa chỉ")
    lines = [
        heads,
        ("Nguyễn Văn An", "Chủ hộ", "01/01/1960", "12 Nguyễn Xí"),
        ("Trần Thị Bé", "Vợ", "02/02/1962", None),
        ("Lê Văn Dũng", "Chủ hộ", "03/03/1970", "12 Nguyễn Xí"),
        ("Lê Thị Em", "Con", "04/04/2000", None),
    ]
    path = write_book(tmp_path / "a.xlsx", lines)
    done = take(store, "households", path)
    assert (done.new, done.households_new) == (4, 2)
    assert counts(take(store, "households", path)) == (0, 0, 4, 0, 0)


def test_a_sheet_like_form_4_with_the_household_above(store: Store, tmp_path: Path) -> None:
    lines = [
        ("DANH SÁCH THÀNH VIÊN HỘ GIA ĐÌNH THAM GIA BHYT",),
        ("Họ và tên chủ hộ: Nguyễn Thị Bích Hằng",),
        ("Địa chỉ: 123/4/5A Ung Văn Khiêm, Phường Thạnh Mỹ Tây",),
        ("STT", "Họ và tên", "Mã số BHYT", "Số CCCD/ĐDCN", "Ngày, tháng, năm sinh",
         "Nơi đăng ký KCB ban đầu", "Tiền lương", "Quan hệ với chủ hộ", "Ghi chú"),
        ("A", "B", "1", "2", "3", "4", "5", "6", "10"),
        (1, "Nguyễn Thị Bích Hằng", "7916800001", "079168000001", "21/11/1968", "79 - 034",
         2530000, "Chủ hộ", 12),
        (2, "Trần Minh Đức", "7906500009", "079065000009", "02/03/1965", "79034", 1771000,
         "Chồng", 12),
    ]  # fmt: skip
    done = take(store, "households", write_book(tmp_path / "a.xlsx", lines))
    assert counts(done) == (2, 0, 0, 0, 0) and done.households_new == 1
    assert {row.facility for row in rows(store, "person")} == {"79034"}


def test_somebody_who_lives_elsewhere_is_not_moved_unless_chosen(
    store: Store, tmp_path: Path
) -> None:
    take(store, "households", register_book(tmp_path / "a.xlsx", HEAD, HUSBAND, SINGLE))
    moved = (2, "H02", *HUSBAND[2:3], "Khác", *HUSBAND[4:])
    path = register_book(tmp_path / "b.xlsx", SINGLE, moved)
    preview = look_at(store, "households", path)
    assert [one.why for one in preview.differing] == ["moved"]
    chosen = again(store, preview, Choice(overwrite=frozenset({1})))
    take_in(store, chosen)
    husband = next(row.id for row in rows(store, "person") if row.full_name == "Trần Minh Đức")
    lived = [row for row in rows(store, "membership") if row.person == husband]
    assert sorted(row.until is None for row in lived) == [False, True]


# what people wrote by hand


@pytest.fixture
def corrected(store: Store, tmp_path: Path) -> Path:
    """A register whose head's phone a canvasser changed after the import."""
    path = register_book(tmp_path / "a.xlsx", HEAD, HUSBAND)
    take(store, "households", path)
    hang = next(row.id for row in rows(store, "person") if row.phone)
    people.edit_person(store, WARD, hang, {"phone": "0912000111"})
    return path


def test_what_a_canvasser_wrote_since_is_left_standing(store: Store, corrected: Path) -> None:
    done = take(store, "households", corrected)
    assert counts(done) == (0, 0, 1, 1, 0)
    (one,) = done.differing
    told = (one.row, one.field, one.standing, one.value, one.why)
    assert told == (3, "phone", "0912000111", "0903555214", "by_hand")
    assert {row.phone for row in rows(store, "person")} == {"0912000111", None}


def test_it_is_replaced_where_the_user_chose_so(store: Store, corrected: Path) -> None:
    done = take(store, "households", corrected, overwrite=True)
    assert counts(done) == (0, 1, 1, 0, 0)
    assert {row.phone for row in rows(store, "person")} == {"0903555214", None}
    change = journal(store)[-1].changes[0]
    assert change.fields == {"phone": ("0912000111", "0903555214")}


def test_what_a_list_wrote_a_newer_list_replaces_and_the_older_does_not(
    store: Store, tmp_path: Path
) -> None:
    old = register_book(tmp_path / "a.xlsx", HEAD)
    new = register_book(tmp_path / "b.xlsx", (*HEAD[:10], "0912000111"))
    take(store, "households", old)
    assert counts(take(store, "households", new)) == (0, 1, 0, 0, 0)
    done = take(store, "households", old)
    assert counts(done) == (0, 0, 0, 1, 0)
    assert [one.why for one in done.differing] == ["older"]


def test_what_was_withdrawn_does_not_come_back(store: Store, tmp_path: Path) -> None:
    from fieldapp.model import Person
    from tests.support.laptops import edit

    path = due_book(tmp_path / "a.xlsx", HANG)
    take(store, "due", path)
    edit(store, Person, rows(store, "person")[0].id, withdrawn=True)
    assert codes(take(store, "due", path)) == ["withdrawn_before"]


def test_names_without_tones_take_no_tones_away(store: Store, tmp_path: Path) -> None:
    take(store, "due", due_book(tmp_path / "a.xlsx", HANG))
    line = (1, "NGUYEN THI BICH HANG", *HANG[2:])
    assert counts(take(store, "due", due_book(tmp_path / "b.xlsx", line))) == (0, 0, 1, 0, 0)


# one transaction


def test_cancel_writes_nothing(store: Store, tmp_path: Path) -> None:
    preview = look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG, BAO))
    before, asked = everything(store), iter([False, True])
    with refused(UserMends, "imports.cancelled"):
        take_in(store, preview, cancelled=lambda: next(asked))
    assert everything(store) == before
    with refused(UserMends, "imports.cancelled"):
        look_at(store, "due", tmp_path / "a.xlsx", cancelled=lambda: True)


def test_cancel_is_heard_wherever_it_is_asked(store: Store, tmp_path: Path) -> None:
    path = due_book(tmp_path / "a.xlsx", HANG, BAO)
    preview, before = look_at(store, "due", path), everything(store)
    looked = _times_asked(lambda cancelled: look_at(store, "due", path, cancelled=cancelled))
    assert looked > 5  # while the file is opened, its lines and the ward are read and compared
    assert everything(store) == before
    assert _times_asked(lambda cancelled: take_in(store, preview, cancelled=cancelled)) > 1
    assert len(rows(store, "person")) == 2


def _times_asked(run: Callable[[Callable[[], bool]], object]) -> int:
    """Cancels at the first question, then at the second and so on, until the work comes through."""
    heard = 0
    while True:
        answers = iter([False] * heard)
        try:
            run(partial(next, answers, True))
        except UserMends as cancelled:
            assert cancelled.code == "imports.cancelled"
            heard += 1
        else:
            return heard


def test_progress_goes_from_nothing_to_all(store: Store, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = due_book(tmp_path / "a.xlsx", HANG, BAO)
    preview = look_at(store, "due", path)
    take_in(store, preview, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] and told == sorted(told)


def test_what_changed_between_look_and_taking_is_compared_anew(
    store: Store, tmp_path: Path
) -> None:
    path = due_book(tmp_path / "a.xlsx", HANG)
    first, second = look_at(store, "due", path), look_at(store, "due", path)
    take_in(store, first)
    assert counts(take_in(store, second)) == (0, 0, 1, 0, 0)
    assert len(journal(store)) == 1


# what is left over


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_errors_can_be_corrected_in_their_file_and_imported(
    store: Store, tmp_path: Path, suffix: str
) -> None:
    wrong = (2, "Lê Văn Cường", "7.9068E+10", "21/11/68", "9 Nguyễn Xí", "31/12/26", "gấp")
    lines = [("DANH SÁCH",), DUE_HEADS, (None, "BHXH tự nguyện"), HANG, (None, "BHYT"), BAO, wrong]
    path = tmp_path / f"a.{suffix}"
    write_book(path, lines) if suffix == "xlsx" else write_text(path, lines)
    done = take(store, "due", path)
    left = tmp_path / f"left.{suffix}"
    assert write_errors(store, done, left, VI) == 1
    from fieldapp.lists.reading import open_file

    (sheet,) = open_file(left).sheets
    found = [cells for _, cells in sheet.rows()]
    assert [row[1] for row in found[1:]] == ["Họ và tên", "BHYT", "Lê Văn Cường"]
    assert found[1][7] == "Vì sao chưa nhập" and "chỉ có hai số" in found[-1][7]
    found[-1][2:6] = ["079068000003", "21/11/1968", "9 Nguyễn Xí", "31/12/2026"]
    fixed = tmp_path / f"fixed.{suffix}"
    write_book(fixed, found) if suffix == "xlsx" else write_text(fixed, found)
    again_done = take(store, "due", fixed)
    assert counts(again_done) == (1, 0, 0, 0, 0)
    assert {row.scheme for row in rows(store, "coverage")} == {"vsi", "hhi"}


def test_a_leftover_line_of_a_register_tells_its_household(store: Store, tmp_path: Path) -> None:
    heads = ("Họ tên", "Quan hệ với chủ hộ", "Ngày sinh", "Địa chỉ")
    lines = [
        heads,
        ("Nguyễn Văn An", "Chủ hộ", "01/01/1960", "12 Nguyễn Xí"),
        ("Trần Thị Bé", "Vợ", "02/02/62", None),
        ("Lê Văn Dũng", "Chủ hộ", "03/03/1970", "14 Nguyễn Xí"),
    ]
    done = take(store, "households", write_book(tmp_path / "a.xlsx", lines))
    left = tmp_path / "left.xlsx"
    assert write_errors(store, done, left, VI) == 1
    from fieldapp.lists.reading import open_file

    found = [cells for _, cells in open_file(left).sheets[0].rows()]
    assert [row[0] for row in found[1:]] == ["Nguyễn Văn An", "Trần Thị Bé"]
    found[2][2] = "02/02/1962"
    done = take(store, "households", write_book(tmp_path / "fixed.xlsx", found))
    assert counts(done) == (1, 0, 1, 0, 0) and done.households_new == 0


def test_without_errors_no_file_is_written(store: Store, tmp_path: Path) -> None:
    preview = look_at(store, "due", due_book(tmp_path / "a.xlsx", HANG))
    assert write_errors(store, preview, tmp_path / "left.xlsx", VI) == 0
    assert not (tmp_path / "left.xlsx").exists()
    assert noted(store) == []


def noted(store: Store) -> list[tuple[str, str, Any]]:
    lines = store.read(lambda c: c.execute(select(tables.happening)).all())
    return [(line.kind, line.ward, line.details) for line in lines]


def test_the_audit_is_told_of_lines_that_leave_in_a_file_of_errors(
    store: Store, tmp_path: Path
) -> None:
    wrong = (2, "Lê Văn Cường", "7.9068E+10", "21/11/68", "9 Nguyễn Xí", "31/12/26", "gấp")
    done = take(store, "due", due_book(tmp_path / "a.xlsx", HANG, wrong))
    write_errors(store, done, tmp_path / "left.xlsx", VI)
    begun = {"what": "import_errors", "masked": False, "choices": {"kind": "due"}}
    assert noted(store) == [
        ("export", WARD, begun),
        ("exported", WARD, {"what": "import_errors", "rows": 1}),
    ]


def test_a_mapping_is_remembered_once_it_was_imported_with(store: Store, tmp_path: Path) -> None:
    heads = ("Cột 1", "Cột 2", "Ngày sinh", "Địa chỉ", "Cột 5")
    path = write_book(tmp_path / "a.xlsx", [("BHYT",), heads, (1, *HANG[1:2], *HANG[3:6])])
    with refused(UserMends, "imports.columns_missing"):
        look_at(store, "due", path)
    said = Choice(columns=parse_mapping(["full_name=B", "due_on=E"], "due"))
    take_in(store, look_at(store, "due", path, said))
    assert counts(look_at(store, "due", path)) == (0, 0, 1, 0, 0)


def test_a_large_household_goes_out_in_several_changesets(store: Store, tmp_path: Path) -> None:
    lines = [
        (n, "H01", f"Nguyễn Văn {'ABCDEFGHIJ'[n % 10]}", "Chủ hộ" if n == 130 else "Khác",
         f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1950 + n % 50}", "Nam", None, "7", "Nguyễn Xí")
        for n in range(1, 251)
    ]  # fmt: skip
    path = register_book(tmp_path / "a.xlsx", *lines)
    done = take(store, "households", path)
    assert done.wrong == 0
    made = journal(store)
    assert len(made) > 1
    seen: set[tuple[str, str]] = set()
    for changeset in made:
        here = {change.key for change in changeset.changes if change.kind == "create"}
        for change in changeset.changes:
            for name in ("person", "household", "head"):
                value = change.fields.get(name, (None, None))[1]
                kind = "household" if name == "household" else "person"
                assert value is None or (kind, value) in seen | here
        seen |= here
    assert set(made[1].on) <= {one.id for one in made} and made[0].id in made[1].on
    assert counts(take(store, "households", path)) == (0, 0, 250, 0, 0)


def test_in_one_step_for_scripts(store: Store, tmp_path: Path) -> None:
    path = due_book(tmp_path / "a.xlsx", HANG, (*BAO[:5], "31/12/26", None))
    errors = tmp_path / "left.xlsx"
    looked = import_list(store, "due", path, VI, dry_run=True, errors=errors)
    assert (looked.written, looked.errors_file, errors.exists()) == (False, None, False)
    done = import_list(store, "due", path, VI, errors=errors)
    assert (done.written, done.errors_file, done.wrong) == (True, str(errors), 1)
    assert done.errors[0]["row"] == 8 and done.errors[0]["column"] == "F"
    assert "hai số" in str(done.errors[0]["message"])
    assert store.read(lambda c: c.execute(select(func.count(tables.journal.c.id))).scalar()) == 1


def test_a_list_that_is_none_is_refused(store: Store, tmp_path: Path) -> None:
    with refused(UserMends, "imports.no_heads"):
        look_at(store, "due", write_book(tmp_path / "a.xlsx", [("một",), ("hai",)]))
    with refused(UserMends, "imports.no_lines"):
        look_at(store, "households", write_book(tmp_path / "b.xlsx", [REGISTER_HEADS]))
    with refused(UserMends, "imports.kind_unknown"):
        look_at(store, "cards", tmp_path / "b.xlsx")  # type: ignore[arg-type]  # a kind that there is none of

"""Files of the visit log: the same cut-off says the same, whatever came later; presets, masks,
reasons, and what the audit holds of each."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Household, Person
from fieldapp.reports.visits import Written
from fieldapp.reports.visits_csv import unguarded
from fieldapp.store import tables
from fieldapp.store.store import Store
from fieldapp.usecases.changes import undo
from fieldapp.usecases.enrolling import papers
from fieldapp.usecases.households.moves import leave_household, move_person, split_household
from fieldapp.usecases.official_lists.target_table import write_target_table
from fieldapp.usecases.receipts.voids import void_receipt
from fieldapp.usecases.visiting import presets, visit_log, visits
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from sync.server.store.tables import audit_line
from tests.reports.test_visit_log import pdf_text
from tests.support.laptops import WARD, edit
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.support.refusals import refused
from tests.usecases.conftest import DAY

VI = Words("vi")
ALL = VisitFilter((WARD,), DAY.replace(day=1), DAY)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path / "office") as opened:
        opened.pays(opened.lan, HANG)
        for outcome in ("not_at_home", "considering"):
            opened.team.clock.forward(minutes=5)
            visits.record_visit(opened.lan.store, WARD, opened.other, outcome, note="Lần đầu")
        opened.sync(opened.lan, opened.hien)
        yield opened


def export(store: Store, path: Path, chosen: VisitFilter = ALL, **more: Any) -> Written:
    return visit_log.export(store, chosen, path, path.suffix[1:], VI, **more)


def cuts(store: Store) -> dict[str, int]:
    return {ward: cut.revision for ward, cut in visit_log.cut_offs_now(store, ALL).items()}


def rows_of(path: Path) -> list[list[str]]:
    return rows_of_all(path)[1:]


def sheets(path: Path) -> dict[str, bytes]:
    """The sheets of a workbook, but the last, which says who made it and when."""
    with zipfile.ZipFile(path) as file:
        names = sorted(name for name in file.namelist() if "/sheet" in name)
        return {name: file.read(name) for name in names[:-1]}


def much_comes_later(office: Listing) -> None:
    """Work of all kinds that a row of the log is made of."""
    lan, home = office.lan.store, office.page(office.lan)
    edit(lan, Household, office.other, phone="0903999888", street="Đường Mới")
    head = next(member.person for member in home.members if member.name == HANG)
    edit(lan, Person, head, full_name="Nguyễn Thị Bích Hương")
    paid = office.pays(office.lan, SON)
    office.team.clock.forward(minutes=1)
    visits.record_visit(lan, WARD, office.home, "refused")
    office.sync(office.lan)
    void_receipt(lan, WARD, paid.receipt, "Ghi nhầm")
    first = lan.read(_receipts)[0]
    void_receipt(lan, WARD, first, "Trả lại tiền")
    undo(lan, _visit_changeset(lan, "considering"))
    office.sync(office.lan, office.hien)


def _receipts(connection: Any) -> list[str]:
    from fieldapp.model import Receipt
    from fieldapp.model.record import table_behind

    receipt = table_behind(Receipt).c
    return list(connection.execute(select(receipt.id).order_by(receipt.number)).scalars())


def _visit_changeset(store: Store, outcome: str) -> str:
    from fieldapp.model import Visit
    from fieldapp.model.record import table_behind

    visit = table_behind(Visit).c
    found = select(visit.changeset).where(visit.outcome == outcome)
    return str(store.read(lambda c: c.execute(found).scalar_one()))


def test_the_same_cut_off_gives_the_same_bytes_after_later_work(
    office: Listing, tmp_path: Path
) -> None:
    hien = office.hien.store
    then = cuts(hien)
    before = {kind: export(hien, tmp_path / f"before.{kind}") for kind in visit_log.KINDS}
    assert {one.rows for one in before.values()} == {3}
    much_comes_later(office)
    office.team.clock.forward(hours=3)
    now = export(hien, tmp_path / "now.csv")
    for kind in visit_log.KINDS:
        again = export(hien, tmp_path / f"again.{kind}", cut_offs=then)
        assert (again.rows, again.sha256) == (before[kind].rows, before[kind].sha256)
        assert again.total_dong == before[kind].total_dong
    assert now.sha256 != before["csv"].sha256 and now.total_dong == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "before.csv").read_bytes()
    assert sheets(tmp_path / "again.xlsx") == sheets(tmp_path / "before.xlsx")
    office.sync(office.tri)
    other = export(office.tri.store, tmp_path / "tri.csv", cut_offs=then)
    assert other.sha256 == before["csv"].sha256, "on another laptop, too"


def test_people_who_moved_later_still_count_where_they_lived(
    office: Listing, tmp_path: Path
) -> None:
    hien, lan = office.hien.store, office.lan.store
    then, before = cuts(hien), export(hien, tmp_path / "before.csv")
    visits.record_visit(lan, WARD, office.other, "refused")
    people = {member.name: member.person for member in office.page(office.lan).members}
    move_person(lan, WARD, people[SON], office.other, "99")
    office.sync(office.lan, office.hien)
    assert export(hien, tmp_path / "1.csv", cut_offs=then).sha256 == before.sha256
    leave_household(lan, WARD, office.home, people[HUSBAND], "died")
    office.sync(office.lan, office.hien)
    moved, twice = cuts(hien), export(hien, tmp_path / "2.csv")
    assert export(hien, tmp_path / "3.csv", cut_offs=then).sha256 == before.sha256
    move_person(lan, WARD, people[SON], office.home, "03")
    split_household(lan, WARD, office.home, {people[SON]: "00"})
    office.sync(office.lan, office.hien)
    assert export(hien, tmp_path / "4.csv", cut_offs=then).sha256 == before.sha256
    assert export(hien, tmp_path / "5.csv", cut_offs=moved).sha256 == twice.sha256


def test_work_that_is_not_sent_is_left_out_unless_it_is_asked_for(
    office: Listing, tmp_path: Path
) -> None:
    lan = office.lan.store
    sent = export(lan, tmp_path / "sent.csv")
    edit(lan, Household, office.other, street="Đường Chưa Gửi")
    visits.record_visit(lan, WARD, office.home, "refused")
    assert visit_log.summary(lan, ALL).unsent == 1
    assert export(lan, tmp_path / "still.csv").sha256 == sent.sha256
    assert len(visit_log.preview(lan, ALL)) == 3
    with_own = VisitFilter(ALL.wards, ALL.since, ALL.until, unsent=True)
    assert export(lan, tmp_path / "own.csv", with_own).rows == 4
    assert "chưa gửi của máy này" in (tmp_path / "own.csv").read_text("utf-8-sig")
    assert "Đường Chưa Gửi" in (tmp_path / "own.csv").read_text("utf-8-sig")


def test_a_cut_off_that_cannot_be_told_here_is_refused(office: Listing, tmp_path: Path) -> None:
    hien, here = office.hien.store, cuts(office.hien.store)
    with refused(UserMends, "visit_log.cut_off_ahead"):
        export(hien, tmp_path / "a.csv", cut_offs={WARD: here[WARD] + 1})
    with hien._write() as connection:  # as if the log had begun here later
        connection.execute(tables.position.update().values(floor=here[WARD]))
    much_comes_later(office)
    with refused(UserMends, "visit_log.cut_off_too_old"):
        export(hien, tmp_path / "a.csv", cut_offs={WARD: here[WARD] - 1})
    assert not any(tmp_path.glob("*.csv"))


def test_ids_are_masked_without_a_reason_and_the_audit_has_both(
    office: Listing, tmp_path: Path
) -> None:
    hien = office.hien.store
    export(hien, tmp_path / "masked.csv")
    export(hien, tmp_path / "full.csv", full_ids_reason="agency_check")
    assert all(row[6].startswith("••••") for row in rows_of(tmp_path / "masked.csv"))
    assert all(len(row[6].lstrip("'")) == 12 for row in rows_of(tmp_path / "full.csv"))
    assert "Đối chiếu với cơ quan BHXH" in (tmp_path / "full.csv").read_text("utf-8-sig")
    lines = hien.read(lambda c: c.execute(select(tables.happening)).all())
    asked = [line.details for line in lines if line.kind == "export"]
    assert [one["masked"] for one in asked] == [True, False]
    assert asked[1]["choices"]["reason"] == "agency_check"
    assert asked[0]["choices"]["cut_offs"] == cuts(hien)
    assert [line.details["rows"] for line in lines if line.kind == "exported"] == [3, 3]


@pytest.mark.parametrize("kind", visit_log.KINDS)
def test_a_file_has_the_chosen_columns_alone(office: Listing, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    some = export(office.hien.store, path, columns=("visited_on", "outcome", "note"))
    assert some.sha256 != export(office.hien.store, tmp_path / f"all.{kind}").sha256
    if kind == "csv":
        assert {len(row) for row in rows_of(path)} == {3}
        assert "BÍCH" not in path.read_text("utf-8-sig").upper()
    with refused(UserMends, "visit_log.column_unknown"):
        export(office.hien.store, path, columns=("cccd",))


TOLD = ["Không còn", "Mới", "Mới", "Đổi: Chủ hộ, Hồ sơ, Số tiền", "Đổi: Đường, Điện thoại"]


def test_a_preset_tells_what_is_otherwise_than_in_its_last_file(
    office: Listing, tmp_path: Path
) -> None:
    hien = office.hien.store
    presets.save_preset(hien, "Báo cáo tháng", ALL)
    first = export(hien, tmp_path / "1.xlsx", preset="Báo cáo tháng")
    assert len(CalamineWorkbook.from_path(str(tmp_path / "1.xlsx")).sheet_names) == 2
    much_comes_later(office)
    export(hien, tmp_path / "2.xlsx", preset="Báo cáo tháng")
    book = CalamineWorkbook.from_path(str(tmp_path / "2.xlsx"))
    assert book.sheet_names == ["Lượt thăm", "Thay đổi từ lần trước", "Tóm tắt"]
    told = [str(row[0]) for row in book.get_sheet_by_index(1).to_python()[1:]]
    assert sorted(told) == TOLD
    said = {row[0]: row[1] for row in book.get_sheet_by_index(2).to_python()}
    assert said["Dấu kiểm lần trước"] == first.sha256 and said["Số dòng thay đổi"] == 5
    export(hien, tmp_path / "3.xlsx", preset="Báo cáo tháng")
    book = CalamineWorkbook.from_path(str(tmp_path / "3.xlsx"))
    assert len(book.get_sheet_by_index(1).to_python()) == 1, "nothing is otherwise"


def test_a_csv_has_a_second_file_of_what_changed_and_a_pdf_pages(
    office: Listing, tmp_path: Path
) -> None:
    hien = office.hien.store
    presets.save_preset(hien, "Tháng", ALL)
    assert export(hien, tmp_path / "0.csv", preset="Tháng").changes is None
    last = presets.preset(hien, "Tháng").last
    much_comes_later(office)
    second = export(hien, tmp_path / "2.csv", preset="Tháng")
    assert second.changes == tmp_path / "2 thay đổi.csv"
    plain = export(hien, tmp_path / "plain.csv")
    assert (tmp_path / "2.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    assert plain.changes is None
    rows = list(csv.reader(second.changes.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    end = rows.index([""] * len(rows[0]))
    assert rows[0][:2] == ["Thay đổi", "Ngày thăm"]
    assert sorted(row[0] for row in rows[1:end]) == TOLD
    said = {row[0]: row[1] for row in rows[end + 1 :]}
    assert last is not None and unguarded(said["Dấu kiểm lần trước"]) == last.sha256
    assert said["Số dòng thay đổi"] == "5"
    export(hien, tmp_path / "2.pdf", preset="Tháng", since=last)
    paper = pdf_text(tmp_path / "2.pdf")
    assert "Thay đổi từ lần trước" in paper and last.sha256 in paper
    assert [paper.count(one) for one in ("Không còn", "Đổi: Đường, Điện thoại")] == [1, 1]


def test_what_has_no_column_of_the_last_file_is_not_compared_by_others(
    office: Listing, tmp_path: Path
) -> None:
    hien = office.hien.store
    presets.save_preset(hien, "Tháng", ALL)
    export(hien, tmp_path / "1.csv", preset="Tháng", columns=("street", "head"))
    much_comes_later(office)
    second = export(hien, tmp_path / "2.csv", preset="Tháng", columns=("head", "phone"))
    assert second.changes is not None
    (heads, *rows) = rows_of_all(second.changes)
    assert heads == ["Thay đổi", "Chủ hộ"] and "Đổi: Đường" not in {row[0] for row in rows}
    assert export(hien, tmp_path / "3.csv", preset="Tháng", columns=("note",)).changes is None
    export(hien, tmp_path / "4.xlsx", preset="Tháng", columns=("phone",))
    assert changes_in(tmp_path / "4.xlsx")[0].startswith("Không so được với lần xuất trước")


def rows_of_all(path: Path) -> list[list[str]]:
    """The rows of a csv with its heads, up to the empty line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(takewhile(any, csv.reader(file, delimiter=";")))


def test_a_second_file_that_cannot_be_written_leaves_neither(
    office: Listing, tmp_path: Path
) -> None:
    hien = office.hien.store
    presets.save_preset(hien, "Tháng", ALL)
    export(hien, tmp_path / "1.csv", preset="Tháng")
    (tmp_path / "2 thay đổi.csv").mkdir()
    with refused(UserMends, "reports.name_is_folder"):
        export(hien, tmp_path / "2.csv", preset="Tháng")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["1.csv", "2 thay đổi.csv", "office"]


def changes_in(path: Path) -> list[str]:
    """What the sheet of changes says of each row; of a file without one, why there is none."""
    book = CalamineWorkbook.from_path(str(path))
    if len(book.sheet_names) == 3:
        return [str(row[0]) for row in book.get_sheet_by_index(1).to_python()[1:]]
    said = {str(row[0]): str(row[1]) for row in book.get_sheet_by_index(1).to_python()}
    return [said["So với"]]


def test_a_file_with_unsent_work_is_nothing_to_compare_with(
    office: Listing, tmp_path: Path
) -> None:
    lan = office.lan.store
    with_own = VisitFilter(ALL.wards, ALL.since, ALL.until, unsent=True)
    presets.save_preset(lan, "Của tôi", with_own)
    first = export(lan, tmp_path / "1.xlsx", with_own, preset="Của tôi")
    visits.record_visit(lan, WARD, office.home, "refused")
    second = export(lan, tmp_path / "2.xlsx", with_own, preset="Của tôi")
    assert second.rows == first.rows + 1
    (why,) = changes_in(tmp_path / "2.xlsx")
    assert why.startswith("Không so được với lần xuất trước")


def test_what_is_not_asked_for_any_more_is_not_gone(office: Listing, tmp_path: Path) -> None:
    hien = office.hien.store
    presets.save_preset(hien, "Hôm nay", VisitFilter((WARD,), DAY, DAY))
    export(hien, tmp_path / "1.xlsx", preset="Hôm nay")
    later = VisitFilter((WARD,), DAY + timedelta(days=1), DAY + timedelta(days=1))
    export(hien, tmp_path / "2.xlsx", later, preset="Hôm nay")
    assert changes_in(tmp_path / "2.xlsx") == []
    export(hien, tmp_path / "3.xlsx", preset="Hôm nay")
    assert set(changes_in(tmp_path / "3.xlsx")) == {"Mới"}
    some = VisitFilter((WARD,), DAY, DAY, outcomes=("considering",))
    export(hien, tmp_path / "4.xlsx", some, preset="Hôm nay")
    assert changes_in(tmp_path / "4.xlsx") == []


def test_presets_are_renamed_and_forgotten(office: Listing) -> None:
    hien = office.hien.store
    presets.save_preset(hien, "  Tháng   này ", ALL, ("visited_on",))
    with refused(UserMends, "visit_log.preset_unnamed"):
        presets.save_preset(hien, " ", ALL)
    presets.save_preset(hien, "Khác", VisitFilter((WARD,), DAY, DAY))
    with refused(UserMends, "visit_log.preset_taken"):
        presets.rename_preset(hien, "Khác", "Tháng này")
    presets.rename_preset(hien, "Khác", "Hôm nay")
    assert [one.name for one in presets.visit_presets(hien)] == ["Hôm nay", "Tháng này"]
    later = DAY.replace(month=12, day=5)
    today, month = presets.visit_presets(hien)
    assert today.on(later, [WARD]).since == later and month.on(later, []).wards == ()
    assert month.on(later, [WARD]).since == later.replace(day=1)
    presets.delete_preset(hien, "Hôm nay")
    with refused(UserMends, "visit_log.preset_unknown"):
        presets.delete_preset(hien, "Hôm nay")


@pytest.mark.parametrize("kind", visit_log.KINDS)
def test_what_fails_halfway_leaves_nothing_and_is_noted(
    office: Listing, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "share"
    folder.mkdir()
    monkeypatch.setattr("fieldapp.reports.files.os.fsync", full)
    with refused(SurroundingsMend, "reports.disk_full"):
        export(office.hien.store, folder / f"a.{kind}")
    monkeypatch.undo()
    with refused(UserMends, "reports.cancelled"):
        export(office.hien.store, folder / f"a.{kind}", cancelled=lambda: True)
    assert list(folder.iterdir()) == []
    folder.rmdir()
    with refused(SurroundingsMend, "reports.folder_missing"):
        export(office.hien.store, folder / f"a.{kind}")
    lines = office.hien.store.read(lambda c: c.execute(select(tables.happening)).all())
    assert [line.kind for line in lines] == ["export", "export_stopped"] * 3


def test_receipts_and_targets_are_noted_too(office: Listing, tmp_path: Path) -> None:
    lan = office.lan.store
    (receipt,) = lan.read(_receipts)
    papers.save_receipt(lan, WARD, receipt, tmp_path / "r.pdf", VI)
    write_target_table(office.hien.store, tmp_path / "b15a.xlsx", VI)
    for store, what, rows in ((lan, "receipt", 1), (office.hien.store, "b15a", None)):
        lines = store.read(lambda c: c.execute(select(tables.happening)).all())
        assert [(line.kind, line.details["what"]) for line in lines] == [
            ("export", what),
            ("exported", what),
        ]
        assert len(lines[1].details["sha256"]) == 64
        assert rows in (None, lines[1].details["rows"])
    begun = lan.read(lambda c: c.execute(select(tables.happening)).first())
    assert begun is not None and begun.details["choices"] == {"receipt": receipt}
    assert office.lan.synced()
    with office.team.service.database.read() as connection:
        told = connection.execute(select(audit_line).where(audit_line.c.kind == "exported")).all()
    assert [line.details["what"] for line in told] == ["receipt"]

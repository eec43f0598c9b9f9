"""The visit log in three formats: the same rows, the same figures, whole or not at all."""

from __future__ import annotations

import csv
import re
import resource
import signal
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, time
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from fieldapp.errors import DefectFound, SurroundingsMend, UserMends
from fieldapp.reports.texts import clean
from fieldapp.reports.visit_cells import columns, values_of
from fieldapp.reports.visit_changes import ChangedRow, Changes, changed_rows
from fieldapp.reports.visit_row import VisitRow
from fieldapp.reports.visits import Tally, VisitLog, Watch, Written, bytes_of, masked
from fieldapp.reports.visits_csv import guarded, unguarded, write_csv
from fieldapp.reports.visits_pdf import write_pdf
from fieldapp.reports.visits_xlsx import write_xlsx
from fieldapp.reports.workbook import CELL_UNITS, fitted
from fieldapp.words import Words
from tests.reports.samples import HOSTILE, LOG, ROW, VI, hostile_rows, visits

Writer = Callable[..., Written]
WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx, "pdf": write_pdf}


@pytest.fixture(params=list(WRITERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(path: Path, rows: Iterable[VisitRow], *, log: VisitLog = LOG, **more: Any) -> Written:
    return WRITERS[path.suffix[1:]](path, rows, log=log, words=VI, **more)


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file, delimiter=";"))
    keys = [column.key for column in columns(VI)]
    told = takewhile(any, read[1:])  # what the file is stands behind an empty line
    return [dict(zip(keys, fields, strict=True)) for fields in told]


def xlsx_rows(path: Path, sheet: int = 0) -> list[dict[str, Any]]:
    read = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(sheet).to_python()
    keys = [column.key for column in columns(VI)]
    return [dict(zip(keys, fields, strict=True)) for fields in read[1:]]


def xlsx_summary(path: Path) -> dict[str, Any]:
    book = CalamineWorkbook.from_path(str(path))
    return {
        row[0]: row[1] for row in book.get_sheet_by_index(-1 % len(book.sheet_names)).to_python()
    }


def pdf_text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_the_three_formats_agree_on_count_total_and_hash(tmp_path: Path) -> None:
    rows = visits(431)
    found = [written(tmp_path / f"log.{kind}", iter(rows)) for kind in WRITERS]
    total = 1_000 * 431 * 430 // 2
    assert {(w.rows, w.total_dong, w.enrolments) for w in found} == {(431, total, 430)}
    assert len({w.sha256 for w in found}) == 1

    table = csv_rows(tmp_path / "log.csv")
    assert len(table) == 431 and sum(int(row["amount_dong"]) for row in table) == total
    sheet = xlsx_rows(tmp_path / "log.xlsx")
    assert len(sheet) == 431 and sum(row["amount_dong"] for row in sheet) == total
    said = xlsx_summary(tmp_path / "log.xlsx")
    assert (said["Số lượt thăm"], said["Tổng tiền (đồng)"]) == (431, total)
    assert said["Dấu kiểm nội dung"] == found[0].sha256
    text = pdf_text(tmp_path / "log.pdf").replace("\u00a0", " ")
    assert "Cộng 431 lượt thăm, 430 hồ sơ, 92.665.000 đ" in text
    assert found[0].sha256 in text
    names = re.findall(r"Trần Thị (\d+)", text)
    assert [int(name) for name in names] == list(range(431))


def test_the_hash_changes_with_any_field_and_with_the_order(tmp_path: Path) -> None:
    def hashed(*rows: VisitRow) -> str:
        return written(tmp_path / "log.csv", rows).sha256

    other = ROW._replace(note="Hẹn sáng")
    seen = {hashed(ROW), hashed(other), hashed(ROW, other), hashed(other, ROW), hashed()}
    assert len(seen) == 5


def test_a_row_is_hashed_as_documented() -> None:
    assert bytes_of()(ROW).decode() == (
        '["2026-11-22T17:30:00.000Z","2026-11-23","00070",'
        '"Ph\\u01b0\\u1eddng Th\\u1ea1nh M\\u1ef9 T\\u00e2y",'
        '"L\\u00ea Th\\u1ecb H\\u1ed3ng Lan","Nguy\\u1ec5n Th\\u1ecb B\\u00edch H\\u1eb1ng",'
        '"12/3","Ung V\\u0103n Khi\\u00eam","Khu ph\\u1ed1 3",5,"enrolled","2026-11-30",'
        '"H\\u1eb9n t\\u1ed1i",2,["0041906","0041907"],1263600,"001168002117","0903000123"]\n'
    )


def test_the_csv_is_what_excel_in_vietnam_opens_right(tmp_path: Path) -> None:
    written(tmp_path / "log.csv", [ROW], log=replace(LOG, masked=False, reason="mending"))
    raw = (tmp_path / "log.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" + '"Ngày thăm";"Giờ";'.encode())
    assert raw.count(b"\r\n") == raw.count(b"\n") and raw.endswith(b"\r\n")
    assert '"Số lượt thăm";"1"'.encode() in raw.partition(b'\r\n"";"";')[2]
    assert b"sep=" not in raw
    (row,) = csv_rows(tmp_path / "log.csv")
    assert (row["visited_on"], row["visited_at"]) == ("2026-11-23", "00:30")
    assert (row["amount_dong"], row["members"]) == ("1263600", "5")
    assert row["id_number"] == "'001168002117" and row["house_number"] == "'12/3"
    assert row["head"] == "Nguyễn Thị Bích Hằng" and row["outcome"] == "Ghi danh"


def test_hostile_texts_in_a_csv_stay_texts_and_can_be_had_back(tmp_path: Path) -> None:
    written(tmp_path / "log.csv", hostile_rows())
    rows = csv_rows(tmp_path / "log.csv")
    assert len(rows) == len(HOSTILE)
    for row, text in zip(rows, HOSTILE, strict=True):
        for field in row.values():
            assert not re.match(r"\s*[=+\-@]", field), field[:40]
            assert not re.search(r"[,;\t\r\n]\s*[=+\-@]", field), field[:40]
        assert unguarded(row["head"]) == clean(text)


@given(st.text(alphabet=st.sampled_from("=+-@'\t\r\n ,;a1＝"), max_size=12) | st.text())
def test_a_guarded_text_is_never_a_formula_and_comes_back_as_it_was(text: str) -> None:
    safe = guarded(text)
    assert unguarded(safe) == text
    assert not re.match(r"[\s]*[=+\-@＝0-9]", safe)
    assert not re.search(r"[,;\t\r\n]\s*[=+\-@＝]", safe)


def test_the_workbook_has_real_dates_numbers_and_texts(tmp_path: Path) -> None:
    written(tmp_path / "log.xlsx", [ROW], log=replace(LOG, masked=False, reason="mending"))
    (row,) = xlsx_rows(tmp_path / "log.xlsx")
    assert row["visited_on"] == date(2026, 11, 23) and row["next_on"] == date(2026, 11, 30)
    assert row["visited_at"] == time(0, 30)
    assert row["amount_dong"] == 1_263_600.0
    assert (row["id_number"], row["ward_code"]) == ("001168002117", "00070")
    assert (row["house_number"], row["phone"]) == ("12/3", "0903000123")


def test_the_workbook_can_be_filtered_and_keeps_its_head_in_sight(tmp_path: Path) -> None:
    written(tmp_path / "log.xlsx", visits(3))
    with zipfile.ZipFile(tmp_path / "log.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<autoFilter ref="A1:R4"/>' in sheet
    assert 'ySplit="1"' in sheet and 'state="frozen"' in sheet


def test_the_second_sheet_says_what_was_asked_and_how_far_the_data_reached(tmp_path: Path) -> None:
    written(tmp_path / "log.xlsx", [ROW])
    said = xlsx_summary(tmp_path / "log.xlsx")
    assert said["Lập lúc"] == "17:00 23/11/2026" and said["Người lập"] == "Vũ Thu Hiền"
    assert said["Phường/xã"] == "Phường Thạnh Mỹ Tây" and said["Người đi thăm"] == "Tất cả"
    assert said["Ngày thăm"] == "Từ 01/11/2026"
    assert said["Kết quả"] == "Ghi danh, outcome_of_a_newer_program"
    assert said["Số liệu đến"] == "Phường Thạnh Mỹ Tây: đến lượt ghi 1.204 của sổ 1"


def test_hostile_texts_in_a_workbook_are_never_formulas(tmp_path: Path) -> None:
    written(tmp_path / "log.xlsx", hostile_rows())
    with zipfile.ZipFile(tmp_path / "log.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                xml = archive.read(name)
                assert b"<f>" not in xml and b"<f " not in xml and b"<hyperlink" not in xml
    rows = xlsx_rows(tmp_path / "log.xlsx")
    assert len(rows) == len(HOSTILE)
    for row, text in zip(rows, HOSTILE, strict=True):
        assert row["head"].replace("\r", "\n") == clean(text).replace("\r", "\n")


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis(tmp_path: Path) -> None:
    assert fitted("a" * CELL_UNITS) == "a" * CELL_UNITS
    assert fitted("a" * (CELL_UNITS + 1)) == "a" * (CELL_UNITS - 1) + "…"
    houses = fitted("🏠" * 20_000)
    assert len(houses.encode("utf-16-le")) // 2 <= CELL_UNITS and houses.endswith("🏠…")
    written(tmp_path / "log.xlsx", [ROW._replace(note="n" * 40_000)])
    assert len(xlsx_rows(tmp_path / "log.xlsx")[0]["note"]) == CELL_UNITS


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    done = write_xlsx(path, visits(25), log=LOG, words=VI, rows_a_sheet=10)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["Lượt thăm", "Lượt thăm 2", "Lượt thăm 3", "Tóm tắt"]
    assert [len(xlsx_rows(path, sheet)) for sheet in range(3)] == [10, 10, 5]
    assert done.rows == 25


def test_the_paper_has_its_head_and_its_number_on_each_page(tmp_path: Path) -> None:
    written(tmp_path / "log.pdf", visits(60))
    pages = [page.extract_text() for page in PdfReader(tmp_path / "log.pdf").pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "Nhật ký thăm hộ" in page and "Hộ gia đình" in page
        assert "Lập lúc 17:00 23/11/2026, Vũ Thu Hiền" in page
        assert f"Trang {number}/{len(pages)}" in page.replace("\n", "")


def test_the_paper_shows_only_the_last_digits_of_an_id_number(tmp_path: Path) -> None:
    written(tmp_path / "log.pdf", [ROW])
    text = pdf_text(tmp_path / "log.pdf")
    assert "••••2117" in text and "001168" not in text
    assert masked("") == "" and masked("2117") == "••••"


def test_a_note_longer_than_a_page_is_printed_to_its_end(tmp_path: Path) -> None:
    words = " ".join(f"chữ{number}" for number in range(3_000))
    written(tmp_path / "log.pdf", [ROW._replace(note=words), ROW])
    text = re.sub(r"\s", "", pdf_text(tmp_path / "log.pdf"))
    assert all(f"chữ{number}" in text for number in range(0, 3_000, 100))
    assert "chữ2999" in text and "Cộng2lượtthăm" in text


def test_hostile_texts_are_printed_within_the_page(tmp_path: Path) -> None:
    written(tmp_path / "log.pdf", hostile_rows())
    reader = PdfReader(tmp_path / "log.pdf")
    rights: list[float] = []

    def note(text: str, _cm: Any, tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            rights.append(tm[4])

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    assert max(rights) < 842 - 34
    text = re.sub(r"\s", "", pdf_text(tmp_path / "log.pdf"))
    assert "=HYPERLINK" in text and "d" * 200 in text and "táchrời:ậ" in text


def test_a_log_without_visits_says_so(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"log.{kind}"
    assert written(path, []).rows == 0
    if kind == "pdf":
        assert "Không có lượt thăm nào." in pdf_text(path)
    else:
        assert (csv_rows if kind == "csv" else xlsx_rows)(path) == []


def test_rows_are_taken_one_by_one(kind: str, tmp_path: Path) -> None:
    """A writer that collected the rows first would have taken them all before it reported."""
    taken = 0

    def rows() -> Iterator[VisitRow]:
        nonlocal taken
        for row in visits(650):
            taken += 1
            yield row

    seen: list[tuple[int, int]] = []
    watch = Watch(progress=lambda done: seen.append((done, taken)))
    written(tmp_path / f"log.{kind}", rows(), watch=watch)
    assert seen == [(0, 0), (200, 200), (400, 400), (600, 600), (650, 650)]


def test_a_cancelled_log_leaves_no_file(kind: str, tmp_path: Path) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked == 3

    with pytest.raises(UserMends) as caught:
        written(tmp_path / f"log.{kind}", visits(1_000), watch=Watch(cancelled=cancelled))
    assert caught.value.code == "reports.cancelled" and caught.value.context["rows"] == 400
    assert list(tmp_path.iterdir()) == []


def test_rows_that_break_off_leave_the_old_file(kind: str, tmp_path: Path) -> None:
    def rows() -> Iterator[VisitRow]:
        yield from visits(30)
        raise DefectFound("store.broken")

    path = tmp_path / f"log.{kind}"
    path.write_text("cũ", "utf-8")
    with pytest.raises(DefectFound, match=r"store\.broken"):
        written(path, rows())
    assert path.read_text("utf-8") == "cũ" and list(tmp_path.iterdir()) == [path]


def test_a_log_with_fewer_rows_than_were_counted_is_not_saved(kind: str, tmp_path: Path) -> None:
    log = replace(LOG, expected_rows=31)
    with pytest.raises(DefectFound) as caught:
        written(tmp_path / f"log.{kind}", visits(30), log=log)
    assert caught.value.context == {"expected": 31, "rows": 30}
    assert list(tmp_path.iterdir()) == []
    assert written(tmp_path / f"log.{kind}", visits(31), log=log).rows == 31


def test_a_folder_that_is_missing_stops_each_writer_before_it_starts(
    kind: str, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match=r"reports\.folder_missing"):
        written(tmp_path / "usb" / f"log.{kind}", visits(3))


def test_the_values_of_a_row_stand_in_the_order_of_the_columns() -> None:
    for words in (VI, Words("en")):
        row = dict(zip((c.key for c in columns(words)), values_of(words)(ROW), strict=True))
        assert row["receipts"] == "0041906, 0041907"
        assert row["outcome"] == {"vi": "Ghi danh", "en": "Enrolled"}[words.language]


def test_a_tally_counts_without_a_file() -> None:
    tally = Tally(LOG)
    assert sum(1 for _ in tally.over(visits(5))) == 5
    assert (tally.rows, tally.total_dong) == (5, 10_000)


def test_a_disk_that_fills_up_among_the_rows_leaves_nothing(kind: str, tmp_path: Path) -> None:
    """The system itself refuses to write on: in the middle of a file, or of what it is put of."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(SurroundingsMend) as caught:
            written(tmp_path / f"log.{kind}", iter(visits(3_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)
    assert caught.value.code == "reports.disk_full"
    assert list(tmp_path.iterdir()) == []


def test_changes_go_on_in_the_next_sheet_as_rows_do(tmp_path: Path) -> None:
    rows = visits(7)
    changes = Changes(
        (ChangedRow(row, "changed", ("note", "outcome")) for row in rows),
        LOG.made_at,
        LOG.positions,
        "a" * 64,
        ("visited_on", "head", "note"),
    )
    written(tmp_path / "log.xlsx", iter(rows), changes=changes, rows_a_sheet=3)
    book = CalamineWorkbook.from_path(str(tmp_path / "log.xlsx"))
    assert book.sheet_names == [
        *("Lượt thăm", "Lượt thăm 2", "Lượt thăm 3"),
        *("Thay đổi từ lần trước", "Thay đổi từ lần trước 2", "Thay đổi từ lần trước 3"),
        "Tóm tắt",
    ]
    sheets = [book.get_sheet_by_index(at).to_python() for at in (3, 4, 5)]
    assert [len(sheet) - 1 for sheet in sheets] == [3, 3, 1]
    assert sheets[2][1][0] == "Đổi: Ghi chú, Kết quả"


def test_what_changed_stands_on_the_page_of_its_row(tmp_path: Path) -> None:
    rows = visits(45)
    new = (ChangedRow(row, "new") for row in rows)
    found = Changes(new, LOG.made_at, LOG.positions, "a" * 64, ())
    write_pdf(tmp_path / "log.pdf", rows[:1], log=LOG, words=VI, changes=found)
    pages = [page for page in pdf_text(tmp_path / "log.pdf").split("Nhật ký thăm hộ")[2:] if page]
    assert len(pages) > 2 and sum(page.count("Mới\n") for page in pages) == 45
    assert all(page.count("Mới\n") == page.count("Trần Thị") for page in pages)


def test_rows_are_compared_by_what_both_files_have() -> None:
    one, two, three = (row._replace(visit=str(at)) for at, row in enumerate(visits(3)))
    mended = two._replace(note="Khác", phone="1")
    found = list(changed_rows([one, two], [mended, three], ("head", "note")))
    assert [(row.change, row.row.visit, row.fields) for row in found] == [
        ("gone", "0", ()),
        ("changed", "1", ("note",)),
        ("new", "2", ()),
    ]
    assert list(changed_rows([two], [mended], ("head",))) == []

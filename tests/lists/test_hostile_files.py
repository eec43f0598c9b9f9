"""Files made to do harm, or broken on the way, are refused with the reason and nothing happens."""

from __future__ import annotations

import resource
import zipfile
from pathlib import Path
from random import Random

import pytest

from fieldapp.errors import FieldappError, UserMends
from fieldapp.lists.layout import lay_out, lines
from fieldapp.lists.reading import open_file
from tests.support.books import BAO, HANG, due_book, write_text
from tests.support.refusals import refused

SHEET = "xl/worksheets/sheet1.xml"


def rebuilt(path: Path, *, add: dict[str, bytes] | None = None, **replaced: bytes) -> Path:
    """The workbook with some parts replaced or added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    names = {"sheet": SHEET, "strings": "xl/sharedStrings.xml", "book": "xl/workbook.xml"}
    parts |= {names[key]: content for key, content in replaced.items()} | (add or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return due_book(tmp_path / "good.xlsx", HANG, BAO)


def part(path: Path, name: str = SHEET) -> bytes:
    with zipfile.ZipFile(path) as opened:
        return opened.read(name)


def test_a_good_file_is_opened(good: Path) -> None:
    (sheet,) = open_file(good).sheets
    assert sum(1 for _ in sheet.rows()) == 8


def test_a_zip_bomb(good: Path) -> None:
    bomb = b"<worksheet><sheetData>" + b" " * 60_000_000 + b"</sheetData></worksheet>"
    with refused(UserMends, "imports.zip_bomb"):
        open_file(rebuilt(good, sheet=bomb))


def test_a_bomb_that_lies_about_its_size(good: Path) -> None:
    rebuilt(good, sheet=b"<worksheet>" + b" " * 3_000_000 + b"</worksheet>")
    content = bytearray(good.read_bytes())
    size = len(b"<worksheet>" + b" " * 3_000_000 + b"</worksheet>").to_bytes(4, "little")
    small = (1_000).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = small
    good.write_bytes(content)
    with refused(UserMends, "imports.zip_bomb"):
        open_file(good)


def test_a_container_of_thousands_of_parts(good: Path) -> None:
    with refused(UserMends, "imports.zip_bomb"):
        open_file(rebuilt(good, add={f"xl/p{n}.xml": b"<a/>" for n in range(2_100)}))


def test_entities_that_grow(good: Path) -> None:
    laughs = b'<!DOCTYPE w [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'
    with refused(UserMends, "imports.damaged"):
        open_file(rebuilt(good, sheet=laughs))


def test_macros(good: Path, tmp_path: Path) -> None:
    with refused(UserMends, "imports.macros"):
        open_file(good.rename(tmp_path / "good.xlsm"))
    renamed = (tmp_path / "good.xlsm").rename(good)
    with refused(UserMends, "imports.macros"):
        open_file(rebuilt(renamed, add={"xl/vbaProject.bin": b"x"}))


def test_links_to_other_files(good: Path) -> None:
    with refused(UserMends, "imports.external_links"):
        open_file(rebuilt(good, add={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}))


def corners(last: str) -> bytes:
    """A sheet with a value at its first cell and at a far one."""
    rows = (
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{last}"><v>1</v></c></row>'
    )
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()


def test_a_cell_at_the_far_corner_reserves_no_memory(good: Path) -> None:
    sheet = corners("XFD1048576")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with refused(UserMends, "imports.too_many_columns"):
        open_file(rebuilt(good, sheet=sheet))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_two_million_rows(tmp_path: Path, good: Path) -> None:
    sheet = corners("B1048576")
    with refused(UserMends, "imports.too_many_rows"):
        open_file(rebuilt(good, sheet=sheet))
    path = tmp_path / "long.csv"
    path.write_text("Họ và tên;Ngày sinh\n" + "a;b\n" * 2_000_000)
    (text,) = open_file(path).sheets
    with refused(UserMends, "imports.too_many_rows"):
        list(text.rows())


def test_empty_formatted_rows_to_the_end_of_the_sheet_do_not_count(good: Path) -> None:
    tail = b'<row r="1048576"><c r="A1048576" s="1"/></row></sheetData>'
    (sheet,) = open_file(rebuilt(good, sheet=part(good).replace(b"</sheetData>", tail))).sheets
    assert sum(1 for _ in sheet.rows()) == 8


def test_a_thousand_columns(tmp_path: Path) -> None:
    (text,) = open_file(write_text(tmp_path / "wide.csv", [["x"] * 1_000])).sheets
    with refused(UserMends, "imports.too_many_columns"):
        list(text.rows())
    with refused(UserMends, "imports.too_many_columns"):
        open_file(due_book(tmp_path / "wide.xlsx", ["x"] * 1_000))


def test_one_cell_of_a_hundred_megabytes(good: Path, tmp_path: Path) -> None:
    random = Random(1)
    noise = "".join(random.choices("abcdefghijklmnop", k=3_000_000)).encode()
    strings = b"<sst><si><t>" + noise + b"</t></si></sst>"
    with refused(UserMends, "imports.cell_too_long"):
        open_file(rebuilt(good, strings=strings))
    path = tmp_path / "cell.csv"
    path.write_text(f"Họ và tên;Ngày sinh\n{'x' * 1_000_000};b\n")
    (text,) = open_file(path).sheets
    with refused(UserMends, "imports.cell_too_long"):
        list(text.rows())
    path.write_bytes(b"x" * 100_000_000)
    with refused(UserMends, "imports.file_too_large"):
        open_file(path)


def test_passwords_old_formats_and_wrong_names(good: Path, tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    cases = {
        "locked.xlsx": (ole + "EncryptedPackage".encode("utf-16-le"), "imports.encrypted"),
        "old.xls": (ole, "imports.old_format"),
        "book.ods": (good.read_bytes(), "imports.old_format"),
        "book.csv": (good.read_bytes(), "imports.wrong_extension"),
        "page.xls": (b"<html><table></table></html>", "imports.wrong_extension"),
        "text.xlsx": (b"a;b\n1;2\n", "imports.wrong_extension"),
        "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "imports.not_text"),
        "empty.csv": (b"", "imports.empty"),
        "nuls.csv": (bytes(1_000), "imports.empty"),
        "some.csv": (b"a;b\n1;\x00\n", "imports.not_text"),
    }
    for name, (content, code) in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        with refused(UserMends, code):
            open_file(path)


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "docs.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("readme.txt", "xin chào")
    with refused(UserMends, "imports.not_a_workbook"):
        open_file(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with refused(UserMends, "cli.file_unreadable"):
        open_file(tmp_path / "none.xlsx")
    with refused(UserMends, "cli.file_unreadable"):
        open_file(tmp_path)


def test_formulas_are_counted_and_taken_only_as_computed(tmp_path: Path) -> None:
    line = (1, "=F:=B99", *HANG[2:])
    opened = open_file(due_book(tmp_path / "a.xlsx", line, BAO))
    (laid,) = lay_out(opened, "due", {})
    first, _ = lines(laid, "due")
    assert first.uncomputed == {"full_name"} and laid.formulas == 1


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    rows = [["Họ và tên", "Hạn thẻ"], ["=cmd|' /C calc'!A0", "@SUM(1)"], ["+84903", "-1"]]
    (sheet,) = open_file(write_text(tmp_path / "a.csv", rows)).sheets
    assert [cells for _, cells in sheet.rows()] == rows


@pytest.mark.parametrize("seed", range(25))
def test_no_truncated_or_mutated_workbook_does_more_than_be_refused(good: Path, seed: int) -> None:
    random = Random(seed)
    content = bytearray(good.read_bytes())
    if seed % 5 == 0:
        content = content[: random.randrange(len(content))]
    for _ in range(random.randrange(1, 30)):
        content[random.randrange(len(content))] = random.randrange(256)
    read_somehow(good, bytes(content))


@pytest.mark.parametrize("seed", range(25))
def test_no_mutated_part_does_more_than_be_refused(good: Path, seed: int) -> None:
    random = Random(seed)
    name = random.choice([SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
    content = bytearray(part(good, name))
    for _ in range(random.randrange(1, 10)):
        at = random.randrange(len(content))
        content[at : at + random.randrange(4)] = random.randbytes(random.randrange(4))
    rebuilt(good, add={name: bytes(content)})
    read_somehow(good, good.read_bytes())


def read_somehow(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        for sheet in open_file(path).sheets:
            assert sum(1 for _ in sheet.rows()) <= 200_000
    except FieldappError as refusal:
        assert refusal.code.startswith("imports.")


def test_the_checked_bytes_are_the_bytes_that_are_read(good: Path) -> None:
    opened = open_file(good)
    good.write_bytes(b"something else")
    assert sum(1 for _ in opened.sheets[0].rows()) == 8

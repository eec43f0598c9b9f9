"""Text files: the encoding and the sign between the fields are found out."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.lists.layout import lay_out, lines
from fieldapp.lists.legacy import TCVN3
from fieldapp.lists.listed import Listed, Reader, encodings_of
from fieldapp.lists.reading import open_file
from fieldapp.lists.text_file import TextSheet
from tests.lists.test_legacy_text import NAMES, as_tcvn3, as_vni
from tests.support.books import DUE_HEADS, HANG, write_text
from tests.support.laptops import MORNING
from tests.support.refusals import refused

ROWS = [
    DUE_HEADS,
    ("", "Bảo hiểm y tế"),
    *[(n, name, "", "21/11/1968", HANG[4], "31/12/2026") for n, name in enumerate(NAMES)],
]


def opened(path: Path) -> TextSheet:
    (sheet,) = open_file(path).sheets
    assert isinstance(sheet, TextSheet)
    return sheet


def understood(path: Path) -> list[Listed]:
    (laid,) = lay_out(open_file(path), "due", {})
    encodings = encodings_of(lines(laid, "due"))
    reader = Reader(encodings, MORNING.date())
    return [reader.understand(line, n) for n, line in enumerate(lines(laid, "due"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_unicode_files_with_any_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write_text(tmp_path / "a.csv", ROWS, encoding=encoding, delimiter=delimiter)
    assert opened(path).delimiter == delimiter
    assert [said.name for said in understood(path)] == NAMES


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    path = write_text(tmp_path / "a.csv", [(*DUE_HEADS, "x" * 80), *ROWS[1:]], encoding=encoding)
    assert opened(path).encoding == encoding


def windows_1258(text: str) -> bytes:
    """As Windows writes it: letters with their own place, tones behind them."""
    made = b""
    for sign in text:
        try:
            made += sign.encode("cp1258")
        except UnicodeEncodeError:
            whole = unicodedata.normalize("NFD", sign)
            base = unicodedata.normalize("NFC", whole[:-1] if len(whole) > 2 else whole[0])
            tone = whole[-1] if len(whole) == 2 or whole[-1] in "\u0300\u0301\u0303\u0309" else ""
            if whole[1] == "\u0323":  # the dot below comes before the roof in canonical order
                base, tone = unicodedata.normalize("NFC", whole[0] + whole[2:]), "\u0323"
            made += (base + tone).encode("cp1258")
    return made


def test_windows_1258(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "\r\n".join(";".join(map(str, row)) for row in ROWS)
    path.write_bytes(windows_1258(text))
    assert opened(path).encoding == "windows-1258"
    assert [said.name for said in understood(path)] == NAMES


@pytest.mark.parametrize(("typed", "code"), [(as_tcvn3, "tcvn3"), (as_vni, "vni")])
def test_old_fonts_in_the_western_code_page(tmp_path: Path, typed: object, code: str) -> None:
    assert callable(typed)
    path = tmp_path / "a.csv"
    text = "\r\n".join(";".join(typed(str(cell)) for cell in row) for row in ROWS)
    path.write_bytes(text.encode("latin-1"))
    found = understood(path)
    assert [said.name for said in found] == NAMES
    assert all((("full_name", code) in said.mends) for said in found)


def test_the_soft_hyphen_of_tcvn3_is_a_letter() -> None:
    assert TCVN3["\u00ad"] == "ư"


def test_a_mark_alone_is_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(codecs.BOM_UTF8 + b"\r\n\r\na")
    assert opened(path).text.strip() == "a"


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", ROWS)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(NAMES[1], f'"{NAMES[1]}', 1), encoding="utf-8")
    with refused(UserMends, "imports.quote_open") as found:
        understood(path)
    assert found.value.context["row"] == 4


def test_an_address_on_several_lines_is_no_swallowed_row(tmp_path: Path) -> None:
    row = (1, NAMES[0], "", "21/11/1968", "12 Nguyễn Xí,\nPhường 13, Quận Bình Thạnh, TP.HCM")
    path = write_text(tmp_path / "a.csv", [*ROWS[:2], (*row, "31/12/2026")], delimiter=",")
    assert [said.name for said in understood(path)] == [NAMES[0]]

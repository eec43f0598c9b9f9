"""`fieldapp import`: lists through the program, its answers and its errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran
from tests.support.books import BAO, HANG, due_book, register_book, write_text

Call = Callable[..., Ran]
KEYS = {"kind", "file", "rows", "new", "changed", "same", "differs", "wrong", "mended",
        "households_new", "written", "errors", "errors_file"}  # fmt: skip


def test_a_look_then_the_list_then_the_same_again(fieldapp: Call, tmp_path: Path) -> None:
    path = due_book(tmp_path / "d08a.xlsx", HANG, BAO)
    looked = fieldapp("import", "due", str(path), "--dry-run", "--json")
    assert looked.code == 0, looked.err
    assert looked.answer.keys() >= KEYS
    assert (looked.answer["new"], looked.answer["written"]) == (2, False)
    done = fieldapp("import", "due", str(path), "--json").answer
    assert (done["new"], done["written"], done["errors"]) == (2, True, [])
    again = fieldapp("import", "due", str(path), "--json").answer
    assert (again["same"], again["written"]) == (2, False)
    assert len(fieldapp("do", "households", "{}").answer) == 2


def test_wrong_lines_are_told_and_put_into_a_file(fieldapp: Call, tmp_path: Path) -> None:
    path = due_book(tmp_path / "a.xlsx", HANG, (*BAO[:5], "31/12/26", None))
    left = tmp_path / "left.xlsx"
    ran = fieldapp("import", "due", str(path), "--errors", str(left), "--json")
    (error,) = ran.answer["errors"]
    assert (error["row"], error["column"], error["code"]) == (8, "F", "date_two_digit_year")
    assert ran.answer["errors_file"] == str(left) and left.exists()
    told = fieldapp("import", "due", str(path))
    assert "Dòng 8, cột F" in told.out and "Chưa nhập được: 1" in told.out
    assert "Row 8, column F" in fieldapp("import", "due", str(path), "--lang", "en").out


def test_columns_are_named_on_the_line(fieldapp: Call, tmp_path: Path) -> None:
    heads = ("ai", "khi nào", "ở đâu", "Ngày sinh", "ghi chú")
    line = (HANG[1], "31/12/2026", HANG[4], HANG[3], "x")
    path = write_text(tmp_path / "a.csv", [heads, line])
    refused = fieldapp("import", "due", str(path), "--json")
    assert (refused.code, refused.error["code"]) == (2, "imports.columns_missing")
    ran = fieldapp(
        "import", "due", str(path), "--mapping", "full_name=A,due_on=B,address=C",
        "--mapping", "scheme=hhi", "--ward", "26956", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.answer["new"] == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("cards", "{file}"), "imports.kind_unknown"), (("due", "{none}"), "cli.file_unreadable"),
     (("due", "{file}", "--ward", "00001"), "entry.ward_not_granted"),
     (("due", "{file}", "--mapping", "x"), "imports.mapping_field"),
     (("due", "{broken}"), "imports.damaged"), (("households", "{due}"), "")],
)  # fmt: skip
def test_what_goes_wrong_is_one_document_and_no_trace(
    fieldapp: Call, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    file = register_book(tmp_path / "a.xlsx")
    due = due_book(tmp_path / "due.xlsx", HANG)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(due.read_bytes()[:900])
    names = {"file": due, "none": tmp_path / "no.xlsx", "broken": broken, "due": file}
    ran = fieldapp("import", *(a.format(**names) for a in arguments), "--json")
    assert ran.code == 2  # a path is the user's to mend
    if code:
        assert ran.error["code"] == code
    assert set(ran.error) == {"code", "message", "field"} and "Traceback" not in ran.err

"""Lists as others send them, made for tests: workbooks and text files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

DUE_HEADS = ("STT", "Họ và tên", "Số định danh", "Ngày sinh", "Địa chỉ", "Ngày cuối phải đóng",
             "Ghi chú")  # fmt: skip
REGISTER_HEADS = ("STT", "Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Giới tính",
                  "Số CCCD", "Số nhà", "Đường", "Khu phố", "Điện thoại")  # fmt: skip

HANG = (1, "Nguyễn Thị Bích Hằng", "079168000001", "21/11/1968",
        "123/4/5A Ung Văn Khiêm, Khu phố 3, Phường Thạnh Mỹ Tây", "31/12/2026", None)  # fmt: skip
BAO = (2, "Trần Văn Bảo", "079068000002", "02/03/1968", "12 Nguyễn Xí", "30/11/2026", None)

Rows = Sequence[Sequence[Any]]


def write_book(path: Path, *sheets: Rows, merged: Sequence[tuple[int, int, int, int]] = ()) -> Path:
    """A workbook with these sheets; dates are date cells, texts stay texts."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for square in merged:
            sheet.merge_range(*square, "")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                _write(sheet, at, column, cell, day)
    book.close()
    return path


def _write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if isinstance(cell, str) and cell.startswith("=F:"):
        sheet.write_formula(row, column, cell[3:], None, "")
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif cell is not None:
        sheet.write(row, column, cell)


def due_book(path: Path, *lines: Sequence[Any], section: str = "II. BHYT") -> Path:
    """A due list in the form D08a-TS with one section."""
    numbers = ("A", "B", "C", "D", "1", "2", "3")
    titles: list[Sequence[Any]] = [("BHXH THÀNH PHỐ HỒ CHÍ MINH",), ("DANH SÁCH ĐẾN HẠN ĐÓNG",)]
    return write_book(path, [*titles, (), DUE_HEADS, numbers, (None, section), *lines])


def register_book(path: Path, *lines: Sequence[Any]) -> Path:
    """A household register with codes."""
    return write_book(path, [("SỔ HỘ GIA ĐÌNH",), REGISTER_HEADS, *lines])


def write_text(path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    """A text file."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([["" if c is None else c for c in row] for row in rows])
    return path

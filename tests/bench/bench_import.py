"""How long a list of 100,000 people takes: a register, the same once more, then its due list.

The floor is the same rows written straight into the same kind of encrypted file: people,
households, memberships and one journal row a household, without reading or comparing anything.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter
from sqlalchemy import text

from fieldapp.lists.columns import Kind
from fieldapp.store.file.engine import open_engine
from fieldapp.usecases.importing.preview import Preview
from fieldapp.usecases.importing.taking_in import look_at, take_in
from tests.bench.harness import Measured, Taken, heading, keep, line, timed
from tests.support.laptops import WARD, machine, new_profile

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng")
MIDDLES = ("Thị Bích", "Văn", "Minh", "Thị Ngọc", "Hữu", "Thị Thu", "Quốc", "Thanh")
GIVEN = ("Hằng", "Đức", "Bảo", "Lan", "Phúc", "Hà", "Tuấn", "Trang", "Khoa", "Yến", "Dũng")
STREETS = ("Ung Văn Khiêm", "Nguyễn Xí", "Xô Viết Nghệ Tĩnh", "Điện Biên Phủ", "D2", "Bùi Đình Túy")
PER_HOUSEHOLD = 4
RUNS: tuple[tuple[Kind, str, str], ...] = (
    ("households", "register", "new register"),
    ("households", "register", "the same register again"),
    ("due", "due", "due list of the same people"),
)
Person = tuple[object, ...]


def people(count: int) -> list[Person]:
    """Invented people, four to a door."""
    random, made = Random(1), []
    for number in range(count):
        household, place = divmod(number, PER_HOUSEHOLD)
        born = date(1950, 1, 1) + timedelta(days=random.randrange(20_000))
        female = place % 2
        name = " ".join(map(random.choice, (FAMILIES, MIDDLES, GIVEN)))
        century = 2 * (born.year >= 2000)
        code = f"079{female + century}{born:%y}{number:06d}"
        relationship = ("Chủ hộ", "vợ", "con", "con")[place]
        door = f"{household // 6 % 400 + 1}/{household % 6 + 1}/{household // 2400 + 1}"
        street = STREETS[household // 40 % len(STREETS)]
        made.append(
            (f"H{household:06d}", name, relationship, f"{born:%d/%m/%Y}",
             "Nữ" if female else "Nam", code, f"{door} {street}, KP {household % 30 + 1}",
             f"0903{number:06d}")
        )  # fmt: skip
    return made


def register(path: Path, rows: list[Person]) -> None:
    """The workbook of a household register."""
    heads = ("STT", "Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Giới tính", "CCCD",
             "Địa chỉ", "SĐT")  # fmt: skip
    _write(path, heads, [(n, *row) for n, row in enumerate(rows, 1)])


def due_list(path: Path, rows: list[Person]) -> None:
    """The workbook of a due list of the same people."""
    heads = ("STT", "Họ và tên", "Số định danh", "Ngày sinh", "Địa chỉ", "Ngày cuối phải đóng")
    lines: list[Person] = [("", "BHYT")]
    lines += [(n, r[1], r[5], r[3], r[6], "31/12/2026") for n, r in enumerate(rows, 1)]
    _write(path, heads, lines)


def _write(path: Path, heads: tuple[str, ...], rows: list[Person]) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    sheet.write_row(0, 0, heads)
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            else:
                sheet.write_number(at, column, cell)
    book.close()


def floor_taken(folder: Path, rows: list[Person]) -> Taken:
    """The same rows, written raw in one transaction."""
    engine = open_engine(folder / "floor.db", bytes(32))
    with engine.begin() as made:
        for table in ("person", "household", "membership", "journal", "own"):
            made.execute(text(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, a, b, c, d, e, f)"))
    writer = engine.execution_options(writes=True)
    with timed() as taken, writer.begin() as connection:
        for table, wanted in _raw(rows).items():
            insert = f"INSERT INTO {table} VALUES (:id, :a, :b, :c, :d, :e, :f)"
            connection.execute(text(insert), wanted)
    engine.dispose()
    return taken


def _raw(rows: list[Person]) -> dict[str, list[dict[str, object]]]:
    def raw(key: str, *values: object) -> dict[str, object]:
        return {"id": key} | dict(zip("abcdef", (*values, *[None] * 6), strict=False))

    found: dict[str, list[dict[str, object]]] = {"person": [], "household": [], "membership": []}
    found |= {"journal": [], "own": []}
    for number, row in enumerate(rows):
        key, home = f"{number:036d}", f"h{row[0]}"
        found["person"].append(raw(key, WARD, *row[1:6]))
        found["membership"].append(raw(key, WARD, key, home, row[2]))
        found["own"] += [raw(f"p{key}", WARD, key, home), raw(f"m{key}", WARD, key, home)]
        if number % PER_HOUSEHOLD == 0:
            found["household"].append(raw(home, WARD, row[6]))
            found["journal"].append(raw(home, WARD, "x" * 3_000))
    return found


def main(count: int) -> None:
    """Measures and prints."""
    rows = people(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        register(folder / "register.xlsx", rows)
        due_list(folder / "due.xlsx", rows)
        floor = floor_taken(folder, rows)
        measured: list[Measured] = []
        grants = [{"ward": WARD, "role": "canvasser", "until": None}]
        profile = new_profile(folder / "profile", machine(), grants=grants)
        heading()
        for kind, file, metric in RUNS:
            with timed() as look:
                preview = look_at(profile.store, kind, folder / f"{file}.xlsx")
            with timed() as write:
                done = take_in(profile.store, preview)
            ours = look.seconds + write.seconds
            line(f"{file}, {count} lines: {_told(done)}", ours, floor.seconds)
            print(f"    look {look.seconds:.1f} s, write {write.seconds:.1f} s", end="")
            print(f"; of it busy {look.busy:.1f} s and {write.busy:.1f} s", end="")
            print(f" (floor {floor.busy:.1f} s)", flush=True)
            del preview, done  # what the next list needs is not what this one left behind
            busy = look.busy + write.busy
            measured += [
                Measured(f"import: {metric}, {count} lines", "s", ours, floor.seconds),
                Measured(f"import: {metric}, {count} lines, busy", "s", busy, floor.busy),
            ]
        profile.close()
    print(f"kept in {keep(measured)}")


def _told(done: Preview) -> str:
    return f"new {done.new} changed {done.changed} same {done.same}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

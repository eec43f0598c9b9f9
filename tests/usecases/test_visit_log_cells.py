"""The three formats of a log, cell by cell, against what the tables of the file say."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from fieldapp.clock import VIETNAM, from_iso
from fieldapp.model import Person
from fieldapp.reports.texts import clean
from fieldapp.reports.visit_cells import COLUMN_KEYS
from fieldapp.reports.visits_csv import unguarded
from fieldapp.store.store import Store
from fieldapp.usecases.visiting import visit_log, visits
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from tests.support.laptops import WARD, edit
from tests.support.listing import HANG, SON, Listing, open_listing
from tests.support.office import converted
from tests.usecases.conftest import DAY

VI = Words("vi")
NOTES = ("=1+1", "'@x", "12/3", "-5", "a\tb", "Gọi trước; cổng xanh, hẻm", "0903000123", "🏠 nhà")
TRUTH = """
SELECT v.visited_at, w.name AS ward_name, w.code AS ward_code, s.full_name AS canvasser,
  p.full_name AS head, p.id_number, h.phone, h.house_number, h.street, h.neighbourhood,
  (SELECT count(*) FROM membership m JOIN person q ON q.ward = m.ward AND q.id = m.person
   WHERE m.ward = v.ward AND m.household = v.household AND m.until IS NULL AND m.withdrawn = 0
   AND q.withdrawn = 0 AND q.merged_into IS NULL) AS members,
  v.outcome, v.next_on,
  (SELECT count(*) FROM enrolment e WHERE e.ward = v.ward AND e.receipt = v.receipt) AS enrolments,
  r.number, coalesce(r.amount_dong, 0) AS amount_dong, v.note
FROM visit v JOIN household h ON h.ward = v.ward AND h.id = v.household
LEFT JOIN person p ON p.ward = h.ward AND p.id = h.head
LEFT JOIN receipt r ON r.ward = v.ward AND r.id = v.receipt
JOIN ward w ON w.stream = v.ward LEFT JOIN staff s ON s.username = v.canvasser
WHERE v.withdrawn = 0 ORDER BY v.visited_at, v.id
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listing]:
    with open_listing(tmp_path_factory.mktemp("office")) as opened:
        opened.pays(opened.lan, HANG, SON)
        for note in NOTES:
            opened.team.clock.forward(minutes=7)
            opened.lan.clock.forward(minutes=7)
            day = DAY.replace(month=12)
            visits.record_visit(
                *(opened.lan.store, WARD, opened.other, "appointment"), next_on=day, note=note
            )
        hang = next(one for one in opened.page(opened.lan).members if one.name == HANG)
        edit(opened.lan.store, Person, hang.person, full_name="=Nguyễn Thị; Bích Hằng")
        opened.sync(opened.lan, opened.hien)
        yield opened


@pytest.fixture(scope="module")
def files(office: Listing, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("files")
    chosen = VisitFilter((WARD,), DAY.replace(day=1), DAY)
    made = {kind: folder / f"log.{kind}" for kind in visit_log.KINDS}
    for kind, path in made.items():
        visit_log.export(office.hien.store, chosen, path, kind, VI, full_ids_reason="inspection")
    return made


def truth(store: Store) -> list[dict[str, Any]]:
    """The rows as the tables have them, by a question of its own."""
    rows = store.read(lambda c: [dict(row) for row in c.execute(text(TRUTH)).mappings()])
    for row in rows:
        at = from_iso(row["visited_at"]).astimezone(VIETNAM)
        row |= {"visited_on": at.date(), "visited_at": at.time().replace(second=0, microsecond=0)}
        row["next_on"] = date.fromisoformat(row["next_on"]) if row["next_on"] else None
        row["outcome"] = VI.say(f"rules.outcome_{row['outcome']}")
        row["receipts"] = f"{row.pop('number'):07d}" if row["number"] else ""
    return [{key: row[key] if row[key] is not None else "" for key in COLUMN_KEYS} for row in rows]


def test_each_cell_of_the_workbook_is_that_of_the_database_for_libreoffice_too(
    office: Listing, files: dict[str, Path], tmp_path: Path
) -> None:
    expected = truth(office.hien.store)
    assert len(expected) == len(NOTES) + 1
    opened = converted([files["xlsx"]], tmp_path, "xlsx")["log"]
    for path in (files["xlsx"], opened):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
        for row, told in zip(rows, expected, strict=True):
            for value, (key, wanted) in zip(row, told.items(), strict=True):
                if isinstance(wanted, str):
                    wanted = clean(wanted)
                assert _plain(value) == wanted, (path.parent.name, key)


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    return int(value) if isinstance(value, float) else value


def test_each_field_of_the_csv_is_that_of_the_database(
    office: Listing, files: dict[str, Path]
) -> None:
    with files["csv"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(takewhile(any, list(csv.reader(file, delimiter=";"))[1:]))
    for row, told in zip(rows, truth(office.hien.store), strict=True):
        for field, (key, wanted) in zip(row, told.items(), strict=True):
            said = f"{wanted:%H:%M}" if isinstance(wanted, time) else str(wanted)
            assert unguarded(field) == clean(said), key


def test_each_text_of_the_paper_is_that_of_the_database(
    office: Listing, files: dict[str, Path]
) -> None:
    pages = "".join(page.extract_text() for page in PdfReader(files["pdf"]).pages)
    left = _squeezed(pages)
    for told in truth(office.hien.store):
        day, at = f"{told['visited_on']:%d/%m/%Y}", f"{told['visited_at']:%H:%M}"
        start = left.index(f"{day}{at}")
        row, left = left[start:], left[start + 1 :]
        shown = (told["canvasser"], told["head"], told["id_number"], told["outcome"], told["note"])
        amount = f"{told['amount_dong']:,}".replace(",", ".") if told["amount_dong"] else ""
        for value in (*shown, told["receipts"], amount, told["street"], told["phone"]):
            printed = _squeezed(str(value).replace("🏠", "?"))
            assert printed in row[:600], value


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text)).replace("\u00a0", "")

"""Official lists through the door for scripts: drawn up, written, answered, mended."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.clock import Ids, SystemClock
from fieldapp.store.file.keys import Cost, NoKeystore
from fieldapp.store.file.profile import Machine, unlock
from fieldapp.store.receipts import NewLease
from tests.cli.conftest import PASSWORD, WARD, Ran

Call = Callable[..., Ran]
FAMILY = {
    "ward": WARD,
    "fields": {"house_number": "123/4", "street": "Ung Văn Khiêm", "neighbourhood": "Khu phố 3"},
    "members": [
        {
            "full_name": "Nguyễn Thị Thử",
            "relationship": "00",
            "sex": "female",
            "born_on": "1968-05-17",
            "id_number": "079168000001",
            "si_number": "7900000001",
            "covers": [{"scheme": "hhi", "payer": "household", "valid_to": "2026-11-30"}],
        },
        {
            "full_name": "Trần Văn Thử",
            "relationship": "02",
            "sex": "male",
            "born_on": "1965-10-02",
            "covers": [{"scheme": "hhi", "payer": "household", "valid_to": "2026-11-30"}],
        },
    ],
}


@pytest.fixture
def paid(fieldapp: Call, folder: Path) -> dict[str, Any]:
    """Two members have paid; the second has no ID number. Household and receipt."""
    home = str(fieldapp("do", "register_household", json.dumps(FAMILY)).answer)
    clock = SystemClock()
    cheap = Cost(memory_kib=64, passes=1, lanes=1)
    profile = unlock(folder, PASSWORD, Machine(clock, Ids(clock), NoKeystore(), cheap))
    store = profile.store
    store.take_lease(NewLease("AB/2026", 41906, 41910, str(store.setting("incarnation")), 41906))
    profile.close()
    where = {"ward": WARD, "household": home}
    members = fieldapp("do", "household_page", json.dumps(where)).answer["members"]
    people = {m["name"]: m["person"] for m in members}
    money = {"method": "cash", "payer": "Thử", "consent": "spoken"}
    choice = {"choice": {"hhi": list(people.values()), "months": 12}}
    ran = fieldapp("do", "enrol", json.dumps(where | money | choice))
    assert ran.code == 0, ran.err
    return {"household": home, "receipt": ran.answer["receipt"], "people": people}


def done(fieldapp: Call, name: str, **said: Any) -> Any:
    ran = fieldapp("do", name, json.dumps({"ward": WARD} | said))
    assert ran.code == 0, ran.err
    return ran.answer


def cells(path: Path) -> str:
    book = CalamineWorkbook.from_path(str(path))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return "\n".join(" ".join(map(str, row)) for sheet in sheets for row in sheet)


def test_a_dry_run_says_what_is_ready_and_what_is_missing(
    fieldapp: Call, paid: dict[str, Any], tmp_path: Path
) -> None:
    ran = fieldapp("export", "mau4", "--dry-run", "--json")
    assert ran.code == 0, ran.err
    answer = ran.answer
    assert (answer["form"], answer["layout"], answer["dry_run"]) == ("mau4", "2026", True)
    assert [line["person_name"] for line in answer["ready"]] == ["Nguyễn Thị Thử"]
    (missing,) = answer["incomplete"]
    assert (missing["person_name"], missing["missing"]) == ("Trần Văn Thử", ["id_number"])
    assert done(fieldapp, "official_lists") == []
    assert list(tmp_path.glob("*.xlsx")) == []


def test_a_list_goes_all_the_way_through_the_door_for_scripts(
    fieldapp: Call, paid: dict[str, Any], tmp_path: Path
) -> None:
    first = tmp_path / "mau4.xlsx"
    ran = fieldapp("export", "mau4", "--out", str(first), "--ward", "26956", "--json")
    assert ran.code == 0, ran.err
    (made,) = ran.answer["lists"]
    assert (made["lines"], made["path"]) == (1, str(first))
    assert "Nguyễn Thị Thử" in cells(first) and "079168000001" in cells(first)

    submission = made["submission"]
    done(fieldapp, "mark_sent", submission=submission)
    answers = [{"number": 1, "answer": "returned", "reason": "Sai ngày sinh"}]
    done(fieldapp, "record_answers", submission=submission, answers=answers)
    (back,) = fieldapp("do", "returned_lines", "{}").answer
    assert (back["reason"], back["field"]) == ("Sai ngày sinh", "born_on")
    person = paid["people"]["Nguyễn Thị Thử"]
    done(fieldapp, "edit_person", person=person, fields={"full_name": "Nguyễn Thị Thử Hai"})
    done(fieldapp, "mend_returned", line=back["line"], note="sửa theo căn cước")

    second = tmp_path / "again.xlsx"
    ran = fieldapp("export", "mau4", "--out", str(second), "--json")
    assert ran.code == 0, ran.err
    assert "Nguyễn Thị Thử Hai" in cells(second)
    old = tmp_path / "old.xlsx"
    ran = fieldapp("export", "mau4", "--submission", submission, "--out", str(old), "--json")
    assert ran.code == 0, ran.err
    assert cells(old) == cells(first) and ran.answer["lists"][0]["number"] == made["number"]


def test_a_list_whose_file_cannot_be_written_is_ready_again(
    fieldapp: Call, paid: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = tmp_path / "mau4.xlsx"

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("fieldapp.reports.files._settle", full)
        ran = fieldapp("export", "mau4", "--out", str(good), "--json")
    assert (ran.code, ran.error["code"], good.exists()) == (3, "reports.disk_full", False)
    ran = fieldapp("export", "mau4", "--out", str(good), "--json")
    assert ran.code == 0, ran.err
    assert "Nguyễn Thị Thử" in cells(good)
    states = [row["state"] for row in done(fieldapp, "official_lists")]
    assert sorted(states) == ["drawn", "withdrawn"]


def test_a_void_receipt_and_its_numbers_are_told(
    fieldapp: Call, paid: dict[str, Any], tmp_path: Path
) -> None:
    done(fieldapp, "void_receipt", receipt=paid["receipt"], reason="Ghi nhầm")
    ran = fieldapp("export", "c17", "--out", str(tmp_path / "c17.xlsx"), "--json")
    assert ran.code == 0, ran.err
    counts = {name: ran.answer[name] for name in ("used", "void", "missing", "total_dong")}
    assert counts == {"used": 0, "void": 1, "missing": 0, "total_dong": 0}
    assert "0041906" in cells(tmp_path / "c17.xlsx")


def test_declarations_and_targets_are_written(
    fieldapp: Call, paid: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "mau2.pdf"
    household = paid["household"]
    sheet = str(file.with_suffix(".XLSX"))
    wrong = fieldapp("export", "mau2", "--household", household, "--out", sheet, "--json")
    assert (wrong.code, wrong.error["code"]) == (2, "cli.out_format")
    ran = fieldapp("export", "mau2", "--household", household, "--out", str(file), "--json")
    assert ran.code == 0, ran.err
    assert ran.answer["declarations"] == 2 and file.read_bytes().startswith(b"%PDF")
    table = tmp_path / "b15a.xlsx"
    ran = fieldapp("export", "b15a", "--out", str(table), "--json")
    assert ran.code == 0, ran.err
    (line,) = ran.answer["lines"]
    assert (line["name"], line["hhi"]["month_renewal"]) == ("lan", 2)


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("mau4",), "cli.out_missing", "out"),
        (("d03", "--out", "x.xlsx"), "rules.form_replaced", "listed_on"),
        (("mau4", "--out", "x.xlsx", "--ward", "00001"), "cli.ward_unknown", "ward"),
        (("mau4", "--out", "x.xlsx", "--listed-on", "2026-13-01"), "cli.day_invalid", "listed_on"),
        (("mau4", "--out", "x.xlsx", "--listed-on", "2999-01-01"), "submission.listed_later",
         "listed_on"),
        (("mau4", "--out", "no/folder/x.xlsx"), "cli.folder_missing", "out"),
        (("mau4", "--out", "x.pdf"), "cli.out_format", "out"),
        (("c17", "--out", "x.csv"), "cli.out_format", "out"),
        (("mau4", "--out", "x" * 300), "reports.name_not_usable", "path"),
        (("mau4", "--out", "x.xlsx", "--submission", "none"), "entry.gone", "submission"),
        (("mau2", "--out", "x.pdf"), "submission.nothing_declared", None),
        (("b15a", "--out", "x.xlsx", "--campaign", "none"), "targets.campaign_unknown", "campaign"),
        (("b15a", "--out", "x.xlsx", "--month", "2026-13"), "cli.day_invalid", "month"),
        (("c17", "--out", "x.xlsx", "--since", "2026-11-09", "--until", "2026-11-08"),
         "receipts.days_reversed", "since"),
    ],
)  # fmt: skip
def test_what_names_nothing_is_an_error_with_code_and_field(
    fieldapp: Call, paid: dict[str, Any], arguments: tuple[str, ...], code: str, field: str | None
) -> None:
    ran = fieldapp("export", *arguments, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert (ran.error["code"], ran.error["field"]) == (code, field)
    assert done(fieldapp, "official_lists") == []

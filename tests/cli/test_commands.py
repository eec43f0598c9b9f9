"""The program for scripts: answers on standard output, errors on standard error, codes between."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import get_origin

import pytest
from pydantic import TypeAdapter

from fieldapp.cli.do import registry
from fieldapp.cli.options import take_common
from tests.cli.conftest import PASSWORD, WARD, Ran

Call = Callable[..., Ran]
HOUSEHOLD = {
    "ward": WARD,
    "fields": {"house_number": "123/4", "street": "Ung Văn Khiêm"},
    "members": [{"full_name": "Nguyễn Thị Thử", "relationship": "00", "sex": "female"}],
}


def registered(fieldapp: Call) -> str:
    """A household made through the program; its id."""
    ran = fieldapp("do", "register_household", json.dumps(HOUSEHOLD), "--json")
    assert ran.code == 0, ran.err
    return str(ran.answer)


def test_a_script_registers_a_household_and_records_a_visit(fieldapp: Call) -> None:
    household = registered(fieldapp)
    visit = {"ward": WARD, "household": household, "outcome": "not_at_home", "note": "khóa cửa"}
    ran = fieldapp("do", "record_visit", json.dumps(visit))
    assert (ran.code, ran.err) == (0, "")
    lines = fieldapp("do", "households", "{}").answer
    assert [line["head_name"] for line in lines] == ["Nguyễn Thị Thử"]
    todo = fieldapp("do", "todays_list", "{}").answer
    assert todo["visited"] == 1 and todo["absent"] == 1


def test_dates_are_told_as_iso_texts(fieldapp: Call) -> None:
    household = registered(fieldapp)
    visit = {"ward": WARD, "household": household, "outcome": "appointment"}
    ran = fieldapp("do", "record_visit", json.dumps(visit | {"next_on": "2999-01-05"}))
    assert ran.code == 0, ran.err
    rows = fieldapp("do", "todays_list", "{}").answer["groups"][0]["rows"]
    assert rows[0]["done"]["next_on"] == "2999-01-05"


def test_a_file_of_use_cases_stops_at_the_first_error_and_keeps_what_was_done(
    fieldapp: Call, tmp_path: Path
) -> None:
    jobs = [
        {"do": "register_household", "with": HOUSEHOLD},
        {"do": "visits.proposal", "with": {"outcome": "no such outcome"}},
        {"do": "register_household", "with": HOUSEHOLD},
    ]
    path = tmp_path / "jobs.jsonl"
    path.write_text("\n".join(json.dumps(job, ensure_ascii=False) for job in jobs), "utf-8")
    ran = fieldapp("do", "--file", str(path), "--json")
    assert ran.code == 4
    assert [one["line"] for one in ran.answer] == [1, 2]
    assert ran.answer[1]["error"] == ran.error["code"] == "rules.outcome_unknown"
    assert len(fieldapp("do", "households", "{}").answer) == 1


def test_a_file_with_a_broken_line_runs_nothing_at_all(fieldapp: Call, tmp_path: Path) -> None:
    path = tmp_path / "jobs.jsonl"
    good = json.dumps({"do": "register_household", "with": HOUSEHOLD})
    path.write_text(good + "\n{broken\n", "utf-8")
    ran = fieldapp("do", "--file", str(path), "--json")
    assert (ran.code, ran.error["code"], ran.out) == (2, "cli.not_json", "")
    assert fieldapp("do", "households", "{}").answer == []


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        (["do", "fly"], "cli.usecase_unknown", "usecase"),
        (["do", "proposal", "{}"], "cli.argument_missing", "outcome"),
        (["do", "proposal", '{"outcome": "moved", "x": 1}'], "cli.argument_unknown", "x"),
        (["do", "appointments_on", '{"day": "tomorrow"}'], "cli.argument_invalid", "day"),
        (["do", "proposal", "[]"], "cli.not_an_object", None),
        (["do", "proposal", '{"outcome": NaN}'], "cli.not_json", None),
        (["export", "visits", "--out", "a.doc"], "cli.format_unknown", "format"),
        (["export", "visits", "--out", "a.csv", "--ward", "1"], "cli.ward_unknown", "ward"),
        (["export", "visits", "--out", "a.csv", "--since", "1/2"], "cli.day_invalid", "since"),
        (
            ["export", "visits", "--out", "a.csv", "--outcome", "x"],
            "cli.outcome_unknown",
            "outcome",
        ),
        (["walk"], "cli.usage", None),
        (["sync", "--lang", "fr"], "cli.usage", "lang"),
        (
            ["export", "visits", "--out", "a.csv", "--cut-off", "x"],
            "cli.cut_off_invalid",
            "cut_off",
        ),
        (
            ["export", "visits", "--out", "a.csv", "--preset", "x"],
            "visit_log.preset_unknown",
            "preset",
        ),
        (
            ["export", "visits", "--out", "a.csv", "--column", "x"],
            "visit_log.column_unknown",
            "columns",
        ),
        (["export", "visits"], "cli.usage", "out"),
        (["export", "visits", "--out"], "cli.usage", "out"),
        (["quote", "hhi", "--paid-on", "--"], "cli.usage", "json"),
    ],
)
def test_what_the_user_can_mend_ends_with_2_and_one_document(
    fieldapp: Call, said: list[str], code: str, field: str | None
) -> None:
    ran = fieldapp(*said, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert (ran.error["code"], ran.error["field"]) == (code, field)
    assert ran.error["message"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["do", "appointments_on", '{"day": "mai"}'], "day chưa đúng: cần một ngày như"),
        (["do", "appointments_on", '{"day": NaN}'], "Dòng 1 không phải JSON, sai từ ký tự 9"),
        (["do", "proposal", '{"x": "NaN", "day": NaN}'], "Dòng 1 không phải JSON, sai từ ký tự 21"),
        (["do", "proposal", '{"outcome": 1e999}'], "Dòng 1 không phải JSON, sai từ ký tự 13"),
        (["do", "proposal", '{"outcome": 2.5}'], "outcome chưa đúng: "),
        (["do", "proposal", "[1]"], "không phải [1]"),
    ],
)
def test_a_wrong_argument_is_told_without_a_word_of_english(
    fieldapp: Call, said: list[str], told: str
) -> None:
    ran = fieldapp(*said, "--json", "--lang", "vi")
    assert told in ran.error["message"]
    assert not {"should", "valid", "input", "Expecting", "or"} & set(ran.error["message"].split())


LONE_HALF = '{"ward": "26956", "household": "\\ud83d"}'
"""Half a letter: no text, and no file can hold it."""


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"ward": ' + "[" * 100_000 + "]" * 100_000 + "}", "cli.too_deep"),
        ('{"ward": 1' + "0" * 5_000 + "}", "cli.not_json"),
        ('{"ward": 9007199254740992}', "cli.not_json"),
        (LONE_HALF, "cli.not_json"),
        ('{"ward": "26956", "household": 7}', "cli.argument_invalid"),
        ('{"ward": ' + "[" * 200 + "]" * 200 + ', "household": "h"}', "cli.argument_invalid"),
    ],
    ids=["deep", "long", "too large for some", "half a letter", "a number for a name", "nested"],
)
@pytest.mark.parametrize("name", ["household_page", "quote"])
def test_what_no_use_case_can_take_is_told_as_the_users_to_mend(
    fieldapp: Call, said: str, code: str, name: str
) -> None:
    """`quote` stands on a household's page: what names that one is looked at, too."""
    if name == "quote":
        said = said[:-1] + ', "choice": {}}'
    ran = fieldapp("do", name, said, "--json")
    assert (ran.code, ran.error["code"]) == (2, code)
    if said.startswith(LONE_HALF[:-1]):
        assert "ký tự 32" in ran.error["message"]


def test_what_is_wrong_on_the_line_is_told_in_the_language_asked_for(fieldapp: Call) -> None:
    vietnamese = fieldapp("quote", "hhi", "--json").error["message"]
    assert vietnamese.startswith("Chưa hiểu dòng lệnh: thiếu --paid-on. ")
    english = fieldapp("quote", "--lang", "en", "--json").error["message"]
    assert english.startswith("The command line is not clear: no command was chosen. ")


def test_a_wrong_password_is_told_in_the_language_asked_for(
    fieldapp: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDAPP_PASSWORD", "another one")
    told = {lang: fieldapp("do", "me", "--lang", lang).err for lang in ("vi", "en")}
    assert fieldapp("do", "me").code == 2
    assert re.search(r"[ạảãàáậẩ]", told["vi"]) and "password" in told["en"].lower()
    assert "Traceback" not in told["vi"] + told["en"]


def test_the_password_comes_from_a_file_when_one_is_named(
    fieldapp: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDAPP_PASSWORD", "another one")
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\nsecond line\n", "utf-8")
    assert fieldapp("do", "me", "--password-file", str(path)).answer["username"] == "lan"
    path.unlink()
    ran = fieldapp("do", "me", "--json", "--password-file", str(path))
    assert (ran.code, ran.error["code"]) == (3, "cli.password_file")


def test_without_a_server_a_sync_ends_with_3_and_loses_nothing(fieldapp: Call) -> None:
    registered(fieldapp)
    ran = fieldapp("sync", "--json")
    assert (ran.code, ran.error["code"]) == (3, "sync.no_network")
    assert len(fieldapp("do", "pending", "{}").answer) == 1


def test_a_folder_without_a_profile_is_told_as_such(fieldapp: Call, tmp_path: Path) -> None:
    ran = fieldapp("--profile", str(tmp_path / "empty"), "--json", "do", "me")
    assert (ran.code, ran.error["code"]) == (2, "store.no_profile")


def test_a_defect_ends_with_4_and_leaves_its_trace_in_a_file(
    fieldapp: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("fieldapp.cli.do.run_list", broken)
    ran = fieldapp("do", "--json")
    assert (ran.code, ran.error["code"]) == (4, "cli.unexpected")
    path = re.search(r"\S*fieldapp-\S+\.txt", ran.error["message"])
    assert path is not None
    assert "ZeroDivisionError" in Path(path[0]).read_text("utf-8")
    Path(path[0]).unlink()


def test_the_doctor_answers_without_a_password(
    fieldapp: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIELDAPP_PASSWORD")
    ran = fieldapp("doctor", "--json")
    assert ran.code == 0
    assert {check["name"] for check in ran.answer["checks"]} >= {"file_engine", "window", "disk"}


def test_the_doctor_counts_the_rows_where_it_may_open_the_file(fieldapp: Call) -> None:
    ran = fieldapp("doctor", "--json")
    (rows,) = [check for check in ran.answer["checks"] if check["name"] == "rows"]
    assert (rows["well"], rows["seen"]) == (True, "0, 0")


def test_a_damaged_file_is_rescued_and_a_sound_one_left_alone(fieldapp: Call, folder: Path) -> None:
    assert fieldapp("rescue", "--json").error["code"] == "store.not_damaged"
    damaged = bytes(4096) + (folder / "field.db").read_bytes()[4096:]
    (folder / "field.db").write_bytes(damaged)
    assert fieldapp("do", "me", "--json").error["code"] == "store.damaged"
    ran = fieldapp("rescue", "--json")
    assert (ran.code, ran.answer["kept"], ran.answer["missing"]) == (0, 0, 0)
    assert (Path(ran.answer["aside"]) / "field.db").read_bytes() == damaged
    assert fieldapp("do", "me", "--json").answer["username"] == "lan"


def test_common_options_may_stand_anywhere_but_after_the_double_dash() -> None:
    common, rest = take_common(
        ["do", "--json", "me", "--profile=/p", "--lang", "en", "--", "--json"]
    )
    assert (common.json, str(common.profile), common.language) == (True, "/p", "en")
    assert rest == ["do", "me", "--", "--json"]


def test_every_use_case_takes_only_what_a_script_can_say() -> None:
    for name, usecase in registry().items():
        for said in usecase.asked():
            kind = usecase.hints.get(said, str)  # what names a page is a text
            assert TypeAdapter(kind).json_schema() is not None, f"{name}: {said}"
            # pydantic looks into one of these only when it is gone through, in the use case
            assert get_origin(kind) is not Iterable, f"{name}: {said}"

"""Dated tables on the server: judged first, sent out through the stream `city`, withdrawn again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.model.changesets import decode
from fieldapp.rules import tables
from sync.server.reference.dated_tables import DatedTables
from sync.server.verify import verify
from tests.rules.table_texts import entry, with_new_salary
from tests.server.test_server_cli import Tool, tool
from tests.support.ward_office import Office

DECREE = "NĐ999/2027"
NEW = with_new_salary()
__all__ = ["tool"]


def sent(office: Office) -> list[dict[str, object]]:
    """What laptops get of tables, in order."""
    made = office.hires("lan").pulls(ward="city")
    changes = [change for e in made.entries for change in decode(e.content.encode()).changes]
    return [
        {name: new for name, (_, new) in change.fields.items()}
        for change in changes
        if change.record_type == "dated_table"
    ]


def test_a_table_is_sent_to_all_and_withdrawn_again(office: Office) -> None:
    desk = DatedTables(office.service)
    looked = desk.put("base_salary", NEW, f" {DECREE} ")
    assert [change.kind for change in looked.changes] == ["ended", "added"]
    assert {sample.day for sample in looked.samples} == {date(2027, 6, 30), date(2027, 7, 1)}
    assert desk.text("base_salary") == NEW
    standing = {one.name: one for one in desk.listed()}
    assert (standing["base_salary"].note, standing["vsi_rate"].issued_at) == (DECREE, None)
    assert [change.kind for change in desk.withdraw("base_salary")] == ["changed", "removed"]
    assert desk.text("base_salary") == tables.SHIPPED.text("base_salary")
    first, last = sent(office)
    assert (first["name"], first["content"], first["note"]) == ("base_salary", NEW, DECREE)
    assert last["content"] == ""
    assert verify(office.service.database) == []


def test_a_table_with_a_fault_goes_nowhere(office: Office) -> None:
    desk = DatedTables(office.service)
    for name, text in (("base_salary", entry("2010-01-01", dong=0)), ("moon", NEW)):
        assert desk.put(name, text, DECREE).faults == desk.look(name, text).faults != ()
    assert sent(office) == []


def test_a_table_that_would_break_another_one_is_refused(office: Office) -> None:
    desk = DatedTables(office.service)
    support = entry("2027-01-01", key="near_poor", percent=25)
    assert desk.put("hhi_local_support", support, DECREE).faults == ()
    cut = tables.SHIPPED.text("hhi_state_support").replace('key = "near_poor"\n', 'key = "poor"\n')
    assert desk.look("hhi_state_support", cut).faults != ()


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda desk: desk.put("base_salary", NEW, " "), "server.table_note"),
        (lambda desk: desk.put("base_salary", NEW, "N" * 201), "server.table_note"),
        (
            lambda desk: desk.put("base_salary", tables.SHIPPED.text("base_salary"), DECREE),
            "server.table_same",
        ),
        (lambda desk: desk.withdraw("base_salary"), "server.table_not_put"),
        (lambda desk: desk.text("moon"), "server.table_unknown"),
    ],
)
def test_what_makes_no_sense_is_told(
    office: Office, act: Callable[[DatedTables], object], code: str
) -> None:
    with pytest.raises(UserMends) as told:
        act(DatedTables(office.service))
    assert told.value.code == code
    assert sent(office) == []


def test_an_administrator_checks_previews_and_sends(tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "base_salary.toml"
    file.write_text(NEW, encoding="utf-8")
    seen = tool.json("table", "preview", str(file))
    assert seen["sound"] and [change["kind"] for change in seen["changes"]] == ["ended", "added"]
    assert seen["changes"][1]["after"]["values"] == {"dong": 2_800_000}
    four = [s for s in seen["samples"] if s["name"] == "hhi_four"]
    assert [(s["day"], s["before"], s["after"]) for s in four] == [
        ("2027-06-30", 3_825_360, 3_825_360),
        ("2027-07-01", 3_825_360, 4_233_600),
    ]
    told = tool.run("table", "put", str(file), "--note", DECREE)
    assert told.returncode == 0
    assert (
        "added: 2.800.000\u00a0đ, from 01/07/2027. NĐ999/2027, article not known (official text)"
        in told.stdout
    )
    assert "Family of four, health insurance 12 months: 3.825.360" in told.stdout
    listed = {one["name"]: one for one in tool.json("table", "list")}
    assert listed["base_salary"]["sent"] and listed["base_salary"]["note"] == DECREE
    assert tool.run("table", "show", "base_salary").stdout == NEW
    assert tool.json("table", "show", "base_salary")[-1]["valid_from"] == "2027-07-01"
    assert tool.json("table", "withdraw", "base_salary")["sound"]


def test_a_fault_is_told_with_its_line_and_sends_nothing(tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text("# draft\n" + entry("2013-07-01", dong=0), encoding="utf-8")
    for command in (("check",), ("put", "--note", DECREE)):
        told = tool.run("table", command[0], str(file), *command[1:], "--name", "base_salary")
        assert (told.returncode, told.stdout) == (1, "")
        assert "base_salary: Line 2: dong = 0: must be whole đồng" in told.stderr
    assert not any(one["sent"] for one in tool.json("table", "list"))
    file.write_bytes(b"\xff\xfe")
    assert "can't be read" in tool.run("table", "check", str(file)).stderr

"""`fieldapp quote` goes by the tables that the profile has received, and says whose they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fieldapp.__main__ import run
from fieldapp.rules import tables
from tests.cli.conftest import Ran
from tests.cli.quoting import Call, answer
from tests.rules.table_texts import with_new_salary

ONE = ["hhi", "--paid-on", "2027-08-01", "--members", "1", "--months", "12", "--json"]
BY_PROGRAM, BY_PROFILE = 1_366_200, 2_800_000 * 45 * 12 // 1000
Receive = Callable[[str, str], None]


@pytest.fixture
def received(receive: Receive) -> None:
    """A new decree has come by sync."""
    receive("base_salary", with_new_salary(2_800_000, date(2027, 7, 1)))


@pytest.mark.usefixtures("received")
def test_a_named_profile_prices_by_what_it_received(fieldapp: Call) -> None:
    told = answer(fieldapp("quote", *ONE))
    assert (told["total_gross"], told["tables"]) == (BY_PROFILE, "profile")
    assert told["edition"] != tables.SHIPPED.edition
    assert {step["edition"] for step in told["explanation"]} == {told["edition"]}
    assert tables.edition() == tables.SHIPPED.edition, "the file is closed again"
    refund = ["refund", "--income", "1500000", "--months", "12", "--months-left", "1"]
    vsi = ["vsi", "--paid-on", "2026-11-23", "--income", "1500000", "--months", "1"]
    for asked in ([*refund, "--state-part", "0"], vsi):
        assert answer(fieldapp("quote", *asked, "--json"))["edition"] == told["edition"]
    assert told["edition"] in fieldapp("quote", *ONE[:-1]).out


def test_a_profile_that_received_nothing_prices_like_the_program(fieldapp: Call) -> None:
    told = answer(fieldapp("quote", *ONE))
    assert (told["total_gross"], told["tables"]) == (BY_PROGRAM, "profile")
    assert told["edition"] == tables.SHIPPED.edition


@pytest.mark.usefixtures("received")
def test_a_named_profile_that_nobody_can_open_is_an_error(
    fieldapp: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDAPP_PASSWORD", "another one")
    ran = fieldapp("quote", *ONE)
    assert (ran.code, ran.out, ran.error["code"]) == (2, "", "store.wrong_password")
    monkeypatch.delenv("FIELDAPP_PASSWORD")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("it asked"))
    ran = fieldapp("quote", *ONE)
    assert (ran.code, ran.out, ran.error["code"]) == (2, "", "cli.password_missing")


def test_a_folder_without_a_profile_has_the_tables_of_the_program(
    fieldapp: Call, tmp_path: Path
) -> None:
    told = answer(fieldapp("quote", *ONE, "--profile", str(tmp_path / "nobody")))
    assert (told["total_gross"], told["tables"]) == (BY_PROGRAM, "program")
    assert told["edition"] == tables.SHIPPED.edition


@pytest.fixture
def plainly(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """The plain form on a machine whose usual profile is that of `folder`."""
    monkeypatch.setattr("fieldapp.cli.session.usual_profile", lambda: folder)

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(["quote", *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


@pytest.mark.usefixtures("received")
def test_the_usual_profile_prices_where_its_password_is_at_hand(plainly: Call) -> None:
    told = answer(plainly(*ONE))
    assert (told["total_gross"], told["tables"]) == (BY_PROFILE, "profile")
    assert told["tables_note"] is None


@pytest.mark.usefixtures("received")
def test_the_plain_form_answers_without_a_password_and_never_asks(
    plainly: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIELDAPP_PASSWORD")
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("it asked"))
    told = answer(plainly(*ONE))
    assert (told["total_gross"], told["tables"]) == (BY_PROGRAM, "program")
    assert "Chưa có mật khẩu" in told["tables_note"]
    ran = plainly(*ONE[:-1])  # no terminal: nobody to ask
    assert ran.code == 0
    assert "của chương trình" in ran.out and "Chưa có mật khẩu" in ran.out
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert answer(plainly(*ONE))["tables"] == "program"


@pytest.mark.usefixtures("received")
def test_a_person_at_a_terminal_is_asked_for_the_password(
    plainly: Call, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    password = "cà phê sữa đá buổi sáng"
    monkeypatch.delenv("FIELDAPP_PASSWORD")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: password)
    assert "15.120.000" not in plainly(*ONE[:-1]).out
    assert "1.512.000" in plainly(*ONE[:-1]).out

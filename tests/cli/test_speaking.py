"""What the program for scripts says of itself and of a line that it does not understand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import typer

from fieldapp.__main__ import run
from fieldapp.cli.program import cli
from fieldapp.cli.spoken import help_keys
from fieldapp.words import catalogue
from tests.cli.conftest import Ran

Call = Callable[..., Ran]
ENGLISH = re.compile(r"\b(usage|such|missing|option|argument|command|unexpected|try|got)\b", re.I)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a line as it stands, with no profile."""
    monkeypatch.delenv("FIELDAPP_PASSWORD", raising=False)
    monkeypatch.delenv("FIELDAPP_LANG", raising=False)

    def call(*line: str) -> Ran:
        capsys.readouterr()
        code = run(line)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


HHI = "quote hhi --paid-on 2026-11-23 --members 1 --months 12"
LINES = [
    ("quote", None, "chưa chọn lệnh"),
    ("export", None, "chưa chọn lệnh"),
    ("table --", None, "chưa chọn lệnh"),
    ("", None, "chưa chọn lệnh"),
    ("frobnicate", None, "không có lệnh frobnicate"),
    ("quote life", None, "không có lệnh life"),
    ("quote HHI", None, "không có lệnh HHI"),
    (f"{HHI} more", None, "thừa more"),
    ("sync now please", None, "thừa now please"),
    ("table list base_salary", None, "thừa base_salary"),
    (f"{HHI} --colour red", "colour", "không có --colour"),
    (f"{HHI} --paid_on 2026-11-23", "paid_on", "không có --paid_on"),
    (f"{HHI} -x", "x", "không có -x"),
    ("quote hhi --members 1 --months 12", "paid_on", "thiếu --paid-on"),
    ("table show", "name", "thiếu NAME"),
    (f"{HHI} --member", "member", "--member chưa có giá trị"),
    (f"{HHI} --paid-on 2026-11-23", "paid_on", "--paid-on được ghi hai lần"),
    (f"{HHI} --months 6", "months", "--months được ghi hai lần"),
    ("do --file=a --file=b", "file", "--file được ghi hai lần"),
    ("do me --file a", "usecase", "thừa me"),
    ("table list --shipped=yes", "shipped", "--shipped không nhận giá trị"),
    ("sync --json=1", "json", "--json không nhận giá trị"),
    ("sync --lang fr", "lang", "--lang chỉ nhận vi hoặc en"),
    ("sync --profile", "profile", "--profile chưa có giá trị"),
    ("sync --profile=", "profile", "--profile chưa có giá trị"),
    ("sync --password-file", "password_file", "--password-file chưa có giá trị"),
]


@pytest.mark.parametrize(("line", "field", "detail"), LINES)
def test_what_is_not_understood_is_told_in_the_users_language(
    say: Call, line: str, field: str | None, detail: str
) -> None:
    ran = say("--json", *line.split())
    assert (ran.code, ran.out) == (2, "")
    assert set(json.loads(ran.err)) == {"error"}
    assert set(ran.error) == {"code", "message", "field"}
    assert (ran.error["code"], ran.error["field"]) == ("cli.usage", field)
    assert f": {detail}. " in ran.error["message"]
    own_names = re.sub(r"-\S+|\b[A-Z]{2,}\b", "", ran.error["message"])
    assert not ENGLISH.search(own_names)
    plain = say(*line.split()) if line else say("--lang=vi", "--")
    assert (plain.code, plain.out) == (2, "") and detail in plain.err


def test_the_environment_may_name_the_language(say: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDAPP_LANG", "en")
    assert "there is no command frobnicate" in say("frobnicate").err
    assert "không có lệnh frobnicate" in say("frobnicate", "--lang", "vi").err
    monkeypatch.setenv("FIELDAPP_LANG", "fr")
    assert say("frobnicate", "--json").error["field"] == "lang"


@pytest.mark.parametrize(
    "path", ["", "quote", "quote hhi", "import", "do", "export c17", "table show"]
)
def test_help_is_vietnamese_and_english_where_asked_for(say: Call, path: str) -> None:
    vi, en = say(*path.split(), "--help"), say(*path.split(), "--help", "--lang", "en")
    assert (vi.code, vi.err, en.code, en.err) == (0, "", 0, "")
    name = " ".join(["fieldapp", *path.split()])
    assert vi.out.startswith(f"Cách gọi: {name} ") and en.out.startswith(f"Usage: {name} ")
    assert "Show this." in en.out and "Show this." not in vi.out and "Hiện phần này." in vi.out
    assert (
        "{" not in vi.out.replace('{"do"', "")
        and "(phải có)" in vi.out + say("quote", "hhi", "--help").out
    )


def test_every_command_and_option_has_its_help_and_no_help_is_left_over() -> None:
    """Whichever key is not its own is shared; none says nothing."""
    words = catalogue("vi")
    keys = list(help_keys(typer.main.get_command(cli)))
    assert [key for key, shared in keys if key not in words and shared not in words] == []
    used = {key for pair in keys for key in pair if key in words}
    frame = {"usage", "usage_command", "usage_options", "arguments", "options", "commands"}
    frame |= {"required", "option_help"}
    told = {key for key in words if key.startswith("help.")}
    assert told - used == {f"help.{name}" for name in frame}


def test_the_doctor_says_that_the_password_is_wrong_and_goes_on(
    fieldapp: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDAPP_PASSWORD", "another one")
    ran = fieldapp("doctor", "--json")
    assert (ran.code, ran.err, ran.answer["well"]) == (3, "", False)
    seen = {check["name"]: check for check in ran.answer["checks"]}
    for name in ("tables", "rows"):
        assert not seen[name]["well"] and "ật khẩu" in seen[name]["seen"]
    assert seen["disk"]["well"]


# --- hostile lines --------------------------------------------------------------------------------

HOSTILE = ["", " ", "-1", "nan", "1e30", "2147483648", "\udcff", "\x00", "0001-01-01", "9999-12-31"]
HOSTILE += ["2026-02-29", "1" * 5000, "'; --", "--", "{}", "💥", "\u202e1", "１２"]
PLACES = {
    "quote hhi": {"--paid-on": "2026-11-23", "--members": "2", "--months": "12"},
    "quote vsi": {"--paid-on": "2026-11-23", "--income": "1500000", "--months": "12"},
    "quote refund": {
        "--income": "1500000",
        "--years": "2",
        "--months-left": "6",
        "--fund-rate-percent": "0.31",
        "--state-part": "0",
    },
    "table show": {"--on": "2026-11-23"},
}
MORE = {
    "quote hhi": ["--member", "--state-percent", "--ranks-taken", "--decision-until"],
    "quote vsi": ["--group", "--method", "--years", "--months-late", "--support-months-used"],
    "quote refund": ["--paid-on", "--months"],
    "table show": ["--key"],
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_hostile_becomes_a_defect_or_half_an_answer(
    say: Call, place: str, said: str
) -> None:
    good = PLACES[place]
    for option in [*good, *MORE[place]]:
        typed = [part for pair in (good | {option: said}).items() for part in pair]
        name = ["base_salary"] if place == "table show" else []
        ran = say(*place.split(), *name, *typed, "--json", f"--profile=/nobody/{option}")
        if ran.code == 0:
            assert ran.err == "" and isinstance(ran.answer, dict)
        else:
            assert (ran.code, ran.out) == (2, "")
            assert set(ran.error) == {"code", "message", "field"} and ran.error["field"]


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_told_and_never_a_defect(say: Call, said: str) -> None:
    for line in ([said], ["quote", said], ["table", "show", said], ["scan", said], ["do", said]):
        ran = say("--json", "--profile=/nobody", *line)
        assert ran.code in (0, 2), line
        assert ran.code == 0 or (ran.out == "" and set(ran.error) == {"code", "message", "field"})

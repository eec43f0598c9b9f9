"""`fieldapp scan`: exactly the keys that other programs rely on, and an error for anything else."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.__main__ import run
from tests.cli.conftest import Ran
from tests.rules.test_scanned_cards import HEALTH, HEALTH_NEW, MAN, WOMAN
from tests.support.pictures import as_bytes, photo

Call = Callable[..., Ran]
LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")


@pytest.fixture
def scan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs the command without a profile, with what is piped into it."""

    def call(*arguments: str, piped: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped)))
        capsys.readouterr()
        code = run(["scan", *arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


def test_a_citizen_card_has_exactly_its_keys(scan: Call) -> None:
    ran = scan(MAN, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.answer.items()) == [
        ("kind", "citizen_card"),
        ("id_number", "079090000000"),
        ("old_id_number", "012345678"),
        ("full_name", "Nguyễn Văn A"),
        ("born_on", "1990-01-01"),
        ("sex", "male"),
        ("address", "Số 1 Đường B, Phường Bến Thành, Quận 1, TP. Hồ Chí Minh"),
        ("issued_on", "2021-04-15"),
        ("warnings", []),
    ]


def test_what_is_missing_is_null_and_never_empty(scan: Call) -> None:
    woman = scan(WOMAN, "--json").answer
    assert (woman["old_id_number"], woman["sex"]) == (None, "female")
    cut = scan("|".join(MAN.split("|")[:4]), "--json").answer
    assert [cut[key] for key in ("sex", "address", "issued_on")] == [None, None, None]
    assert "" not in cut.values()
    codes = [(warning["code"], warning["field"]) for warning in cut["warnings"]]
    assert codes == [("card_incomplete", "sex")]


@pytest.mark.parametrize(("text", "number"), [(HEALTH, "GD4790000000000"), (HEALTH_NEW, "0" * 10)])
def test_a_health_card_has_exactly_its_keys(scan: Call, text: str, number: str) -> None:
    ran = scan(text, "--json")
    assert list(ran.answer.items()) == [
        ("kind", "health_insurance_card"),
        ("card_number", number),
        ("si_number", "0000000000"),
        ("full_name", "Nguyễn Văn A"),
        ("born_on", "1990-01-01"),
        ("sex", "male"),
        ("address", "Phường Bến Thành, TP HCM"),
        ("facility", "79034"),
        ("valid_from", "2024-12-01"),
        ("valid_to", "2025-11-30"),
        ("five_year_on", "2028-12-01"),
        ("warnings", []),
    ]


def test_warnings_are_said_in_the_language_asked_for(scan: Call) -> None:
    year_only = HEALTH.replace("01/01/1990", "1990").replace("30/11/2025", "-")
    vi, en = (scan(year_only, "--json", "--lang", lang).answer for lang in ("vi", "en"))
    assert vi["born_on"] is vi["valid_to"] is None
    (warning,) = vi["warnings"]
    assert warning == {
        "code": "card_year_only",
        "message": "Thẻ chỉ ghi năm sinh 1990. Hỏi ngày sinh đầy đủ",
        "field": "born_on",
    }
    assert "year of birth" in en["warnings"][0]["message"]


def test_people_read_it_line_by_line(scan: Call) -> None:
    ran = scan(WOMAN.replace("|Nữ|", "|Nam|"), "--lang", "en")
    assert ran.code == 0
    assert "  Full name: Trần Thị B\n  Born on: 05/06/1990\n  Sex: male\n" in ran.out
    assert "! This number says female, born 1990. Sex is set to male" in ran.out
    assert "Old ID" not in ran.out


@pytest.mark.parametrize(
    "piped",
    [
        MAN.encode() + b"\r\n",
        b"\xef\xbb\xbf" + MAN.encode(),
        MAN.encode("utf-16"),
        b"\xfe\xff" + MAN.encode("utf-16-be"),
        b"\x00" + MAN.encode() + b"\x00",
    ],
)
def test_a_text_may_be_piped_in(scan: Call, piped: bytes) -> None:
    assert scan("-", "--json", piped=piped).answer["full_name"] == "Nguyễn Văn A"


def test_a_picture_may_be_named(scan: Call, tmp_path: Path) -> None:
    picture = tmp_path / "thẻ bác Tư.jpg"
    picture.write_bytes(as_bytes(photo(WOMAN), "JPEG"))
    assert scan("--image", str(picture), "--json").answer["id_number"] == "079190000000"


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ((), "cli.usage", None),
        ((MAN, "--image", "a.png"), "cli.usage", None),
        ((MAN, "again"), "cli.usage", None),
        (("",), "rules.card_not_read", "card"),
        (("hello",), "rules.card_not_read", "card"),
        ((MAN[:30],), "rules.card_not_read", "card"),
        (("|" * 50_000,), "rules.card_too_long", "card"),
        (("--image", "no such file.png"), "scan.file_unreadable", "image"),
        (("--image", "."), "scan.file_unreadable", "image"),
        (("--image", __file__), "scan.not_a_picture", "image"),
    ],
)
def test_what_can_not_be_read_ends_with_2_and_one_document(
    scan: Call, said: tuple[str, ...], code: str, field: str | None
) -> None:
    ran = scan(*said, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert list(json.loads(ran.err)) == ["error"]
    assert list(ran.error) == ["code", "message", "field"]
    assert (ran.error["code"], ran.error["field"]) == (code, field)


def test_a_megabyte_of_anything_is_an_error_and_no_trace(scan: Call) -> None:
    for piped in (b"\x00" * 1_000_000, b"\xff\xfe\xfd" * 400_000, b"|" * 1_000_000):
        ran = scan("-", "--json", piped=piped)
        assert (ran.code, ran.out) == (2, "")
        assert ran.error["code"] == "rules.card_too_long"


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
@given(st.one_of(st.text(LETTERS), st.lists(st.text(LETTERS, max_size=9)).map("|".join)))
def test_any_text_is_a_card_or_an_error(scan: Call, text: str) -> None:
    ran = scan("--json", "--", text)
    assert ran.code == (0 if ran.out else 2)
    assert json.loads(ran.out or ran.err)


def test_the_program_itself_reads_a_card_without_a_profile_or_a_display(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "fieldapp", "scan", "-", "--json"],
        input=MAN.encode(),
        capture_output=True,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
        check=True,
    )
    assert json.loads(told.stdout)["id_number"] == "079090000000"
    assert told.stderr == b""
    assert list(tmp_path.iterdir()) == []


def test_for_people_the_ward_of_today_stands_below_the_address_of_before(scan: Call) -> None:
    told = scan(MAN.replace("Phường Bến Thành, Quận 1", "Phường 6, Quận 3")).out.splitlines()
    assert "  Phường hiện nay: Phường Xuân Hòa" in told
    nowhere = scan(MAN.replace("Phường Bến Thành, Quận 1, ", "")).out
    assert "Phường hiện nay" not in nowhere

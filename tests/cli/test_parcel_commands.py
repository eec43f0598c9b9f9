"""`fieldapp parcel` and `fieldapp-server parcel`: a day's work handed in without any network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server.cli import program as server_cli
from tests.cli.field import WARD, Field, open_field

HOUSEHOLD = {
    "ward": WARD,
    "fields": {"house_number": "12/3", "street": "Nguyễn Xí"},
    "members": [{"full_name": "Nguyễn Thị Thử", "relationship": "00"}],
}


@pytest.fixture
def field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Field]:
    with open_field(
        tmp_path, monkeypatch, capsys, {"lan": "canvasser", "phuc": "canvasser"}
    ) as made:
        yield made


def test_a_parcel_travels_by_hand_both_ways(field: Field, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert field.call("lan", "do", "register_household", json.dumps(HOUSEHOLD)).code == 0
    written = field.call("lan", "parcel", "write", "--out", str(stick)).answer
    (parcel,) = written["files"]
    assert written["changesets"] == 1

    reply = field.call("phuc", "parcel", "carry", parcel).answer["reply"]
    again = stick / "again.traloi"
    office = ["parcel", "take", parcel, "--reply", str(again), "--data", str(field.data)]
    server_cli.cli(office, standalone_mode=False)
    assert again.stat().st_size > 100

    for answer in (reply, str(again)):
        taken = field.call("lan", "parcel", "read", answer).answer
        assert taken == {"confirmed": 1, "named": 1}
    status = field.call("lan", "sync").answer
    assert (status["unsent"], status["sent"], status["safe_to_shut_down"]) == (0, 1, True)


def test_what_goes_wrong_is_told_in_the_users_words(field: Field, tmp_path: Path) -> None:
    def refused(*arguments: str) -> tuple[int, str]:
        ran = field.call("lan", "parcel", *arguments)
        assert ran.out == ""
        return ran.code, ran.error["code"]

    assert refused("write", "--out", str(tmp_path)) == (2, "parcel.nothing_unsent")
    field.call("lan", "do", "register_household", json.dumps(HOUSEHOLD))
    assert refused("write", "--out", str(tmp_path / "gone")) == (3, "parcel.not_written")
    assert refused("read", str(tmp_path / "gone.traloi")) == (3, "parcel.not_read")
    letter = tmp_path / "letter.goi"
    letter.write_text("chào", "utf-8")
    assert refused("carry", str(letter)) == (2, "parcel.not_a_parcel")
    assert refused("read", str(letter)) == (2, "parcel.not_a_reply")

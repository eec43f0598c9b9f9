"""Papers by script: what one laptop adds, another one fetches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.rules.attachments import JPEG, look
from tests.cli.field import WARD, Field, open_field
from tests.support.scans import photo

HOUSEHOLD = {
    "ward": WARD,
    "fields": {"house_number": "12/3", "street": "Nguyễn Xí"},
    "members": [{"full_name": "Nguyễn Thị Thử", "relationship": "00"}],
}


@pytest.fixture
def field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Field]:
    with open_field(tmp_path, monkeypatch, capsys, {"lan": "canvasser", "hien": "clerk"}) as made:
        yield made


def test_a_scan_goes_from_a_file_here_into_a_file_there(field: Field, tmp_path: Path) -> None:
    photographed, there = tmp_path / "IMG_1.jpg", tmp_path / "there.jpg"
    photographed.write_bytes(photo())
    home = field.call("lan", "do", "register_household", json.dumps(HOUSEHOLD)).answer
    place = {"ward": WARD, "household": home}
    said = json.dumps(place | {"path": str(photographed), "kind": "declaration"})
    added = field.call("lan", "do", "add_paper", said).answer
    synced = field.call("lan", "sync").answer
    assert (synced["pictures_waiting"], synced["safe_to_shut_down"]) == (0, True)

    field.call("hien", "sync")
    (paper,) = field.call("hien", "do", "household_papers", json.dumps(place)).answer
    assert (paper["paper"], paper["here"]) == (added["paper"], False)
    fetch = ("paper", "fetch", WARD, paper["paper"], "--out", str(there))
    assert field.call("hien", *fetch).answer["sha256"] == added["sha256"]
    assert look(there.read_bytes()).media == JPEG
    (paper,) = field.call("hien", "do", "household_papers", json.dumps(place)).answer
    assert paper["here"]

    photographed.unlink()
    gone = field.call("lan", "do", "add_paper", said)
    assert (gone.code, gone.error["code"]) == (2, "papers.file_unreadable")

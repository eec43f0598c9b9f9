"""Papers of a household on the laptop: put in, listed, removed; hostile files."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from fieldapp.cli.do import call
from fieldapp.errors import UserMends
from fieldapp.rules.attachments import MOST_BYTES, fault_of
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.papers import (
    MOST_PAPERS,
    add_paper,
    household_papers,
    keep_paper,
    remove_paper,
    save_paper,
    scan_of_paper,
)
from fieldapp.usecases.households.scans import LONGEST_SIDE, scan_of
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.refusals import refused
from tests.support.scans import MAKER, PDF, drawing, photo


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "IMG_0001.jpg"
    made.write_bytes(photo())
    return made


def test_a_photo_is_kept_small_upright_and_without_where_it_was_taken(
    store: Store, home: str, file: Path
) -> None:
    added = call(
        *(store, Words(), "add_paper"),
        {"ward": WARD, "household": home, "path": str(file), "kind": "id_card"},
    )
    (row,) = household_papers(store, WARD, home)
    assert (row.kind, row.state, row.here, row.paper) == (
        "id_card",
        "on_device",
        True,
        added["paper"],
    )
    scan = scan_of_paper(store, WARD, row.paper)
    assert scan is not None and fault_of(scan.content, scan.media) is None
    assert len(scan.content) == row.size < len(photo())
    assert MAKER.encode() not in scan.content and b"Exif" not in scan.content
    drawn = scan_of(photo())
    assert (drawn.wide, drawn.high) == (900, 1200), "turned as it was held"
    assert drawn.content == scan.content
    assert store.read(attachments.standing, store.setting("epoch")) == (1, 0)


def test_a_large_photo_is_made_small_and_a_drawing_gets_paper_behind_it() -> None:
    large = scan_of(photo(size=(4000, 3000)))
    assert max(large.wide, large.high) == LONGEST_SIDE
    assert len(large.content) < MOST_BYTES
    assert scan_of(drawing()).media == "image/jpeg"
    assert scan_of(PDF).content == PDF


def test_the_same_picture_twice_is_two_papers_and_one_content(
    store: Store, home: str, file: Path
) -> None:
    first = add_paper(store, WARD, home, file, "id_card")
    second = add_paper(store, WARD, home, file, "other", title="Bản sao")
    assert first.sha256 == second.sha256
    assert store.read(attachments.standing, store.setting("epoch")) == (1, 0)
    remove_paper(store, WARD, first.paper)
    assert scan_of_paper(store, WARD, second.paper) is not None
    remove_paper(store, WARD, second.paper)
    assert store.read(attachments.find, WARD, first.sha256) is None


def test_undoing_what_was_not_sent_takes_the_picture_away_too(
    store: Store, home: str, file: Path
) -> None:
    added = add_paper(store, WARD, home, file, "declaration")
    changes.undo(store, added.changeset)
    assert household_papers(store, WARD, home) == ()
    assert store.read(attachments.find, WARD, added.sha256) is None
    assert store.read(attachments.standing, store.setting("epoch")) == (0, 0)
    told = [row.text.code for row in household_page(store, WARD, home).history]
    assert told[:2] == ["history.undone", "history.paper_added"]


def test_a_paper_that_leaves_as_a_file_is_noted(
    store: Store, home: str, file: Path, tmp_path: Path
) -> None:
    added = add_paper(store, WARD, home, file)
    written = tmp_path / "out.jpg"
    assert save_paper(store, WARD, added.paper, written) == added.sha256
    assert len(written.read_bytes()) == added.size


def test_more_papers_than_a_household_has_are_refused(store: Store, home: str) -> None:
    for number in range(MOST_PAPERS):
        keep_paper(store, WARD, home, scan_of(PDF + b"%%EOF" * number))
    with refused(UserMends, "papers.too_many"):
        keep_paper(store, WARD, home, scan_of(PDF))


HUGE_PNG = drawing()[:16] + struct.pack(">II", 60_000, 60_000) + drawing()[24:]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + bytes(200), "papers.unknown_kind"),
        (b"", "papers.unknown_kind"),
        (HUGE_PNG, "papers.too_many_pixels"),
        (photo()[:9_000], "papers.damaged"),
        (drawing()[:60], "papers.damaged"),
        (PDF[:20], "papers.damaged"),
        (PDF[:9] + bytes(MOST_BYTES) + PDF[9:], "papers.too_large"),
    ],
)
def test_hostile_contents_are_refused_with_a_reason(
    store: Store, home: str, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "scan.jpg"
    path.write_bytes(content)
    with refused(UserMends, code):
        add_paper(store, WARD, home, path)
    assert household_papers(store, WARD, home) == ()


def test_files_that_are_none_are_refused(store: Store, home: str, tmp_path: Path) -> None:
    large = tmp_path / "1GB.jpg"
    with large.open("wb") as file:
        file.truncate(1_000_000_000)
    with refused(UserMends, "papers.file_too_large"):
        add_paper(store, WARD, home, large)
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    for path in (tmp_path, tmp_path / "gone.jpg", Path("a\0b"), Path("/dev/zero"), pipe):
        with refused(UserMends, "papers.file_unreadable"):
            add_paper(store, WARD, home, path)


def test_what_is_said_of_a_paper_must_make_sense(store: Store, home: str, file: Path) -> None:
    for said, code in (
        ({"kind": "passport"}, "papers.kind_unknown"),
        ({"title": "x" * 101}, "papers.title_too_long"),
        ({"person": "nobody"}, "papers.not_a_member"),
    ):
        with refused(UserMends, code):
            add_paper(store, WARD, home, file, **said)  # type: ignore[arg-type]  # `said` is what the case changes
    with refused(UserMends, "entry.gone"):
        add_paper(store, WARD, "nowhere", file)

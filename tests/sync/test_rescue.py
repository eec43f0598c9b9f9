"""A damaged file is set aside, own work is taken out of it, the server brings the rest."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Person
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.file import profile
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.rows import table_of
from fieldapp.store.search import find_people
from fieldapp.store.work import Intent
from fieldapp.usecases.households.papers import keep_paper
from fieldapp.usecases.households.scans import scan_of
from sync.client.attachments import fetch_attachment, send_all
from sync.client.machine import State
from sync.client.sign_in import sign_in_again
from sync.client.status import read_status
from sync.server.verify import verify
from tests.crash.examine import bench, disorder
from tests.crash.images import images
from tests.crash.recording import Recorder
from tests.support.laptops import PASSWORD, WARD, KeptSecrets, add_family, add_person, edit
from tests.support.refusals import refused
from tests.support.scans import photo
from tests.support.team import Laptop, Team

PAGE = 4096


@pytest.fixture
def worked(team: Team, lan: Laptop, phuc: Laptop) -> list[str]:
    """A file with sent work, others' work, and unsent work over both; the names of its people."""
    team.admin.add_book("BL 26", 1, 5_000, WARD)
    _, (person, *_) = add_family(lan.store, ["Hằng", "Bảo"], street="Lê Lợi")
    lan.synced()
    other = add_person(phuc.store, "Mai")
    phuc.synced()
    lan.synced()
    for number in range(12):
        add_person(lan.store, f"Người {number}")
    edit(lan.store, Person, person, full_name="Bích Hằng")
    edit(lan.store, Person, other, full_name="Tuyết Mai")
    lan.store.keep_draft("household", "x", {"note": "dở"})
    names = ["Bích Hằng", "Bảo", "Tuyết Mai", *(f"Người {n}" for n in range(12))]
    assert people(lan) == sorted(names)
    return sorted(names)


def people(laptop: Laptop) -> list[str]:
    rows = laptop.store.read(lambda c: c.execute(table_of("person").select()).all())
    return sorted(row.full_name for row in rows)


def closed(laptop: Laptop) -> Path:
    laptop.profile.close()
    return laptop.folder / "field.db"


def rescued(laptop: Laptop) -> profile.Rescued:
    laptop.profile, told = profile.rescue(laptop.folder, PASSWORD, laptop.machine)
    return told


def spoil(path: Path, page: int) -> None:
    """One page, in the middle, as a bad sector would."""
    with path.open("r+b") as file:
        file.seek(page * PAGE + 1_000)
        file.write(bytes(512))


def test_a_sound_file_is_not_rescued(lan: Laptop, worked: list[str]) -> None:
    before = closed(lan).read_bytes()
    with refused(UserMends, "store.not_damaged"):
        profile.rescue(lan.folder, PASSWORD, lan.machine)
    assert (lan.folder / "field.db").read_bytes() == before
    lan.profile = profile.unlock(lan.folder, PASSWORD, lan.machine)


def test_whichever_page_is_damaged_the_rest_is_kept_and_the_server_brings_what_it_has(
    team: Team, lan: Laptop, phuc: Laptop, worked: list[str], tmp_path: Path
) -> None:
    whole = closed(lan)
    pages = whole.stat().st_size // PAGE
    shutil.copytree(lan.folder, tmp_path / "whole")
    kept_all = lost_some = 0
    for page in Random(3).sample(range(1, pages), 14):
        shutil.rmtree(lan.folder)
        shutil.copytree(tmp_path / "whole", lan.folder)
        spoil(whole, page)
        spoiled = whole.read_bytes()
        told = rescued(lan)
        assert (told.aside / "field.db").read_bytes() == spoiled
        assert told.kept + told.missing <= 15
        faults = disorder(lan.store)
        if told.kept < 15:  # the numbers of what could not be read are nowhere
            faults = [fault for fault in faults if not fault.startswith("journal: numbers")]
        assert faults == []
        kept_all += told.kept == 15
        lost_some += told.kept < 15
        assert told.kept > 0
        lan.profile.close()
    assert kept_all > lost_some


def test_without_the_first_page_own_work_is_found_page_by_page(
    team: Team, lan: Laptop, phuc: Laptop, worked: list[str]
) -> None:
    """SQLite reads nothing without its schema; who the user is stands in the card."""
    spoil(closed(lan), 0)
    told = rescued(lan)
    assert (told.kept, told.unsent, told.missing) == (15, 15, 0)
    assert [hit.name for hit in lan.store.read(find_people, "nguoi 7")] == ["Người 7"]
    assert lan.sync().trouble is not None, "the token was on a page that can't be read"
    sign_in_again(lan.store, lan.transport(), PASSWORD)
    lan.synced()
    phuc.synced()
    assert people(lan) == people(phuc) == worked
    assert disorder(lan.store) == []
    assert verify(team.service.database) == []


def test_after_a_rescue_everybody_has_everything_again(
    team: Team, lan: Laptop, phuc: Laptop, worked: list[str]
) -> None:
    path = closed(lan)
    page = _damaged_page(path, lan, lambda told: told.kept == 15)
    assert page
    assert lan.store.draft("household", "x") == {"note": "dở"}
    assert [hit.name for hit in lan.store.read(find_people, "nguoi 7")] == ["Người 7"]
    with lan.profile.store.work(_receipt()) as unit, refused(UserMends, "receipts.book_used_up"):
        unit.receipt_number()
    lan.synced()
    phuc.synced()
    assert people(lan) == people(phuc) == worked
    assert disorder(lan.store) == []
    assert verify(team.service.database) == []
    sums = [one.store.read(queries_sync.row_sums)[WARD] for one in (lan, phuc)]
    assert sums[0] == sums[1]
    with lan.profile.store.work(_receipt()) as unit:
        assert unit.receipt_number() == ("BL 26", 101)


def _receipt() -> Intent:
    return Intent("receipt", WARD)


def _damaged_page(path: Path, laptop: Laptop, fits: Callable[[profile.Rescued], bool]) -> int:
    """Damages the first page whose loss has such an end; the laptop is open afterwards."""
    whole = path.read_bytes()
    for page in range(1, len(whole) // PAGE):
        path.write_bytes(whole)
        spoil(path, page)
        if fits(rescued(laptop)):
            return page
        laptop.profile.close()
    return 0


def test_a_log_that_is_not_of_this_file_loses_nothing_that_was_written_back(
    team: Team, lan: Laptop, phuc: Laptop, worked: list[str]
) -> None:
    """A log copied over from another laptop: never mixed in, and the file's own work is kept."""
    path = closed(lan)
    add_person(phuc.store, "Ai đó")
    shutil.copyfile(phuc.folder / "field.db-wal", path.with_name("field.db-wal"))
    try:
        lan.profile = profile.unlock(lan.folder, PASSWORD, lan.machine)
    except SurroundingsMend as damage:
        assert damage.code == "store.damaged"
        assert rescued(lan).kept == 15
    lan.synced()
    assert people(lan) == worked


def test_a_crash_during_a_rescue_ends_with_the_damaged_file_or_the_new_one(
    lan: Laptop, phuc: Laptop, worked: list[str]
) -> None:
    path = closed(lan)
    add_person(phuc.store, "Ai đó")
    shutil.copyfile(phuc.folder / "field.db-wal", path.with_name("field.db-wal"))
    assert isinstance(lan.machine.keystore, KeptSecrets)
    recorder = Recorder(lan.folder, lan.machine.keystore, digests=False)
    with recorder.watching():
        recording = recorder.record("rescue", lambda: rescued(lan))
    ends = Counter[str]()
    with bench(recording.key) as here:
        for image in images(recording, Random(5), cuts=1, every=97):
            here.lay_out(image)
            try:
                opened = profile.unlock(here.folder, PASSWORD, lan.machine)
                ends["new"] += opened.store.setting("rescued") is not None
            except SurroundingsMend as damage:
                assert damage.code == "store.damaged", damage.code
                opened, told = profile.rescue(here.folder, PASSWORD, lan.machine)
                assert told.kept == 15
                ends["again"] += 1
            assert disorder(opened.store) == []
            opened.close()
    assert ends["new"] and ends["again"]


def test_scans_that_were_only_here_are_kept_and_those_that_can_not_be_read_are_told(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    home, _ = add_family(lan.store, ["Hằng"])
    sent = keep_paper(lan.store, WARD, home, scan_of(photo(seed=9)))
    lan.synced()
    assert send_all(lan.store, lan.transport()) is None
    waiting = keep_paper(lan.store, WARD, home, scan_of(photo(seed=1)))
    lan.synced()
    unsent = keep_paper(lan.store, WARD, home, scan_of(photo(seed=2)))
    scans = {one.sha256: WARD for one in (waiting, unsent)}
    whole = closed(lan)
    pages = whole.stat().st_size // PAGE
    shutil.copytree(lan.folder, tmp_path / "whole")
    kept = lost = 0
    for page in Random(1).sample(range(1, pages), 12):
        shutil.rmtree(lan.folder)
        shutil.copytree(tmp_path / "whole", lan.folder)
        spoil(whole, page)
        told = rescued(lan)
        here = [n for n in scans if lan.store.read(attachments.content_of, WARD, n) is not None]
        assert (told.scans, len(here)) == (len(here), told.scans)
        assert told.scans + told.scans_missing == 2 or not told.scans_missing
        assert lan.store.read(attachments.find, WARD, sent.sha256) is None
        kept, lost = kept + (told.scans == 2), lost + told.scans_missing
        lan.profile.close()
    assert kept > 3 and lost > 3
    shutil.rmtree(lan.folder)
    shutil.copytree(tmp_path / "whole", lan.folder)
    _damaged_page(whole, lan, lambda told: told.kept == 4 and told.scans == 2)
    lan.synced()
    assert read_status(lan.store, State(phase="done")).pictures_waiting == 2
    assert send_all(lan.store, lan.transport()) is None
    phuc.synced()
    for one in (sent, waiting, unsent):
        assert fetch_attachment(phuc.store, phuc.transport(), WARD, one.paper)
    assert verify(team.service.database, team.service.safe) == []


def test_without_the_first_page_the_scans_that_may_be_missing_are_counted(
    team: Team, lan: Laptop
) -> None:
    home, _ = add_family(lan.store, ["Hằng"])
    keep_paper(lan.store, WARD, home, scan_of(photo()))
    spoil(closed(lan), 0)
    told = rescued(lan)
    assert (told.kept, told.scans, told.scans_missing) == (2, 0, 1)

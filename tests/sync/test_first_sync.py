"""A ward that comes as it stands: cut, damaged, restored meanwhile, and worked in meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Household, Person
from fieldapp.store import tables
from fieldapp.store.log import arriving, reunion, sums
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.rows import read_fields
from fieldapp.store.search import find_people
from fieldapp.usecases import changes
from fieldapp.usecases.households import erasing
from sync.client import arriving as client
from sync.client.machine import State
from sync.client.status import read_status
from sync.protocol import Manifest, Pieces
from sync.server.lives.backups import make_backup, restore
from sync.server.store.tables import snapshot_piece
from sync.server.wardlog import snapshots
from tests.support.laptops import WARD, add_family, add_person, edit
from tests.support.refusals import refused
from tests.support.team import Faulty, Laptop, Team

PEOPLE = 12


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes thousands of entries in the field takes a few here."""
    for module in (client, snapshots):
        monkeypatch.setattr(module, "SMALLEST", 3)
    monkeypatch.setattr(snapshots, "PIECE_BYTES", 1_500)
    monkeypatch.setattr("sync.client.load.FIRST_PAGE", 2_000)
    monkeypatch.setattr("sync.client.load.SMALLEST_PAGE", 1_000)
    monkeypatch.setattr("sync.client.load.LARGEST_PAGE", 2_000)


@pytest.fixture
def full(team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path) -> Laptop:
    """lan, who has registered some people; the server has a backup of all but the last two, and
    knows the laptop of phuc, who has not synced yet."""
    for number in range(PEOPLE - 2):
        add_person(lan.store, f"Người {number}", note="x" * 300)
    lan.synced()
    backed_up(team, tmp_path)
    add_family(lan.store, ["Trần Thị Hằng", "Trần Bảo"])
    add_person(lan.store, "Lê Văn Cuối")
    lan.synced()
    return lan


def backed_up(team: Team, folder: Path, name: str = "b1") -> Path:
    path = folder / f"{name}.backup"
    assert make_backup(team.service, path, keep=1) == []
    return path


def at(laptop: Laptop) -> int | None:
    found = laptop.store.read(queries_sync.positions).get(WARD)
    return found[1] if found else None


def names(way: Faulty) -> list[str]:
    return [name for name, _ in way.calls]


def equal(one: Laptop, other: Laptop) -> bool:
    counted = [laptop.store.read(sums.count, WARD) for laptop in (one, other)]
    kept = [laptop.store.read(queries_sync.row_sums)[WARD] for laptop in (one, other)]
    texts = [(found.rows, found.text) for found in counted]
    return texts[0] == texts[1] == kept[0] == kept[1]


def entries(laptop: Laptop) -> list[int]:
    found = select(tables.log_entry.c.revision).where(tables.log_entry.c.ward == WARD)
    return laptop.store.read(lambda c: sorted(c.execute(found).scalars()))


def pieces_here(laptop: Laptop) -> int:
    standing = laptop.store.read(arriving.standing, WARD)
    return standing.here if standing else 0


def test_a_new_laptop_gets_the_ward_as_it_stands_and_goes_on_from_there(
    team: Team, full: Laptop, phuc: Laptop
) -> None:
    way = phuc.transport()
    assert phuc.sync(way).done
    assert {"snapshot", "pieces"} <= set(names(way))
    assert WARD not in {one.ward for name, one in way.calls if name == "pull"}
    assert equal(full, phuc)
    assert entries(phuc) == [PEOPLE - 1, PEOPLE], "what no backup has is kept like pulled"
    [found] = phuc.store.read(find_people, "le van cuoi")
    assert found.name == "Lê Văn Cuối"

    edit(full.store, Person, found.person, phone="0903000001")
    full.synced()
    edit(phuc.store, Person, found.person, note="đã gặp")
    phuc.synced()
    full.synced()
    assert equal(full, phuc)
    assert at(phuc) == PEOPLE + 2


def test_a_snapshot_is_made_once_and_outgrown_by_the_log(
    team: Team, full: Laptop, phuc: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = snapshots.make

    def make(connection: Any, ward: str) -> Any:
        made.append(ward)
        return real(connection, ward)

    monkeypatch.setattr("sync.server.service.make", make)
    phuc.synced()
    add_person(full.store, "Thêm")
    full.synced()
    hien = team.laptop(tmp_path / "hien", "hien")
    hien.synced()
    assert made == [WARD]
    assert equal(full, hien), "what came since is pulled"
    for _ in range(3):
        add_person(full.store)
    full.synced()
    thu = team.laptop(tmp_path / "thu", "thu")
    thu.synced()
    assert made == [WARD, WARD] and equal(full, thu)
    for laptop in (hien, thu):
        laptop.profile.close()


def test_without_a_backup_the_log_is_pulled(lan: Laptop, phuc: Laptop) -> None:
    for _ in range(5):
        add_person(lan.store)
    lan.synced()
    way = phuc.transport()
    assert phuc.sync(way).done
    assert "pieces" not in names(way)
    assert entries(phuc) == [1, 2, 3, 4, 5]


def test_a_transfer_goes_on_where_it_was_cut_also_after_a_restart(
    full: Laptop, phuc: Laptop
) -> None:
    report = phuc.sync(phuc.transport(pieces=["none", "none", "lost"]))
    assert report.trouble is not None and report.trouble.code == "sync.no_network"
    here = pieces_here(phuc)
    assert here >= 2 and at(phuc) is None
    assert phuc.store.read(find_people, "nguoi") == [], "nothing shows before all of it is there"
    phuc.profile.close()
    phuc.profile = phuc.reopened()
    way = phuc.transport()
    assert phuc.sync(way, state=report.state).done
    asked = [one.first for name, one in way.calls if name == "pieces"]
    assert asked[0] == here and "snapshot" not in names(way)
    assert equal(full, phuc)


def _flipped(came: Pieces) -> Pieces:
    raw = bytearray(base64.b64decode(came.pieces[0]))
    raw[len(raw) // 2] ^= 1
    return replace(came, pieces=(base64.b64encode(bytes(raw)).decode(), *came.pieces[1:]))


SPOILT: dict[str, Callable[[Any], Any]] = {
    "damaged": _flipped,
    "no base64": lambda came: replace(came, pieces=("?",)),
    "none": lambda came: replace(came, pieces=()),
    "too many": lambda came: replace(came, pieces=came.pieces * 50),
    "of another ward": lambda came: replace(came, ward="27211.20250701"),
    "another place": lambda came: replace(came, first=came.first + 1),
}


@pytest.mark.parametrize("what", sorted(SPOILT))
def test_a_spoilt_piece_is_not_kept(full: Laptop, phuc: Laptop, what: str) -> None:
    person = add_person(phuc.store, "Việc của Phúc")
    token = phuc.store.setting("token")
    report = phuc.sync(phuc.transport(pieces=["none", SPOILT[what]]))
    assert report.trouble is not None and report.trouble.code == "sync.incomplete_answer"
    assert (phuc.store.setting("token"), at(phuc)) == (token, None)
    assert phuc.store.read(read_fields, WARD, ("person", person)) is not None
    phuc.synced()
    full.synced()
    assert equal(full, phuc)


LIES: dict[str, dict[str, Any]] = {
    "another sum": {"row_sum": "0" * 64},
    "more rows": {"rows": 999},
    "another chain": {"chain": "f" * 64},
    "another floor": {"floor_chain": "f" * 64},
}


@pytest.mark.parametrize("what", sorted(LIES))
def test_what_does_not_add_up_does_not_count(full: Laptop, phuc: Laptop, what: str) -> None:
    lies = [lambda told: replace(told, **LIES[what])]
    report = phuc.sync(phuc.transport(snapshot=lies))
    assert report.trouble is not None and report.trouble.code == "sync.broken_page"
    assert at(phuc) is None and phuc.store.read(find_people, "nguoi") == []
    assert entries(phuc) == []
    phuc.synced()
    assert equal(full, phuc)


def test_types_of_a_newer_program_are_pulled_with_the_log(full: Laptop, phuc: Laptop) -> None:
    def newer(told: Manifest) -> Manifest:
        return replace(told, types=(*told.types, "drone"))

    way = phuc.transport(snapshot=[newer])
    assert phuc.sync(way).done
    assert entries(phuc) == list(range(1, PEOPLE + 1))


def test_a_full_disk_on_the_day_it_counts_leaves_all_pieces_here(
    full: Laptop, phuc: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any) -> None:
        raise SurroundingsMend("store.disk_full")

    with monkeypatch.context() as patched:
        patched.setattr("fieldapp.store.log.arriving._settle_own", no_room)
        report = phuc.sync()
    assert report.trouble is not None and report.trouble.code == "store.disk_full"
    assert at(phuc) is None and pieces_here(phuc) > 2
    way = phuc.transport()
    assert phuc.sync(way, state=report.state).done
    assert not {"snapshot", "pieces"} & set(names(way)) and equal(full, phuc)


def test_a_server_restored_meanwhile_sends_another_one(
    team: Team, full: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    path = backed_up(team, tmp_path, "b2")
    phuc.sync(phuc.transport(pieces=["none", "lost"]))
    old = pieces_here(phuc)
    restore(team.service, path)
    way = phuc.transport()
    phuc.synced_by(way)
    assert old and "snapshot" in names(way)
    full.synced()
    assert equal(full, phuc)


def test_a_grant_taken_meanwhile_takes_the_pieces_along(
    team: Team, full: Laptop, phuc: Laptop
) -> None:
    phuc.sync(phuc.transport(pieces=["none", "lost"]))
    assert pieces_here(phuc)
    team.admin.revoke_grant("phuc", WARD)
    phuc.synced()
    assert pieces_here(phuc) == 0 and at(phuc) is None


def test_own_work_saved_while_a_ward_arrives_lies_over_it(full: Laptop, phuc: Laptop) -> None:
    first = add_person(phuc.store, "Trước")
    phuc.sync(phuc.transport(pieces=["none", "lost"]))
    second = add_person(phuc.store, "Sau")
    phuc.synced()
    full.synced()
    assert equal(full, phuc)
    for person in (first, second):
        assert full.store.read(read_fields, WARD, ("person", person)) is not None
    status = read_status(phuc.store, State())
    assert (status.unsent, status.safe_to_shut_down) == (0, True)


def test_own_work_that_the_snapshot_holds_has_come_back_with_it(
    team: Team, full: Laptop, tmp_path: Path
) -> None:
    """The ward was taken and given back: what lan had sent is in the snapshot."""
    person = add_person(full.store, "Của Lan")
    full.sync(full.transport(pull=["lost"]))
    backed_up(team, tmp_path, "b2")
    team.admin.revoke_grant("lan", WARD)
    full.synced()
    team.admin.grant("lan", WARD, "canvasser")
    way = full.transport()
    full.synced_by(way)
    assert "pieces" in names(way)
    assert full.store.read(read_fields, WARD, ("person", person)) is not None
    assert full.store.read(queries_sync.something_waits) is False


def test_what_was_done_before_the_log_begins_here_is_not_undone_blindly(
    team: Team, full: Laptop, tmp_path: Path
) -> None:
    person = add_person(full.store, "Của Lan")
    full.synced()
    done, _ = full.store.read(queries_sync.all_own)[-1]
    add_person(full.store, "Ai đó sau")
    full.synced()
    backed_up(team, tmp_path, "b2")
    team.admin.revoke_grant("lan", WARD)
    full.synced()
    team.admin.grant("lan", WARD, "canvasser")
    full.synced()
    with refused(UserMends, "history.before_the_log"):
        changes.undo(full.store, done)
    fields = full.store.read(read_fields, WARD, ("person", person))
    assert fields is not None and fields["withdrawn"] is False


def test_a_restored_server_gets_back_what_came_with_the_snapshot(
    team: Team, full: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    """phuc's log begins late; lan's laptop is lost with what the backup lacks."""
    phuc.synced()
    edit(phuc.store, Household, _household(phuc), note="còn đây")
    phuc.synced()
    restore(team.service, tmp_path / "b1.backup")
    phuc.synced()
    hien = team.laptop(tmp_path / "hien", "hien")
    hien.synced()
    assert equal(phuc, hien)
    fields = hien.store.read(read_fields, WARD, ("household", _household(phuc)))
    assert fields is not None and fields["note"] == "còn đây"
    assert [one.name for one in hien.store.read(find_people, "le van cuoi")] == ["Lê Văn Cuối"]
    hien.profile.close()


def _household(laptop: Laptop) -> str:
    table = Household.__table__  # type: ignore[attr-defined]  # SQLModel's stubs leave it out
    found = laptop.store.read(lambda c: c.execute(select(table.c.id)).scalars().all())
    return str(found[0])


def test_a_server_put_back_below_the_floor_makes_the_ward_come_anew(
    team: Team, full: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    phuc.synced()
    floor = phuc.store.read(reunion.floor_of, WARD)[0]
    assert floor == PEOPLE - 2
    restore(team.service, tmp_path / "b1.backup")
    phuc.synced()
    full.synced()
    phuc.synced()
    assert equal(full, phuc)


def test_an_older_server_has_none(full: Laptop, phuc: Laptop) -> None:
    way = phuc.transport(greet=[lambda told: replace(told, speaks=())])
    assert phuc.sync(way).done
    assert not {"snapshot", "pieces", "exchange"} & set(names(way))
    assert entries(phuc) == list(range(1, PEOPLE + 1))


def test_who_is_erased_is_in_no_snapshot_that_is_kept(
    team: Team, full: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    phuc.sync(phuc.transport(pieces=["none", "lost"]))
    chief = team.laptop(tmp_path / "thu", "thu", role="supervisor")
    chief.synced()
    [hit] = chief.store.read(find_people, "le van cuoi")
    erasing.erase_person(chief.store, WARD, hit.person)
    chief.synced()
    with team.service.database.read() as connection:
        assert connection.execute(select(snapshot_piece.c.number)).all() == []
    phuc.synced()
    assert equal(chief, phuc)
    assert phuc.store.read(find_people, "le van cuoi") == []
    chief.profile.close()

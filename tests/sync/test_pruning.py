"""The beginning of a log leaves the laptop: what may, when it may, and that all goes on without."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Person
from fieldapp.store import tables
from fieldapp.store.file import profile as profiles
from fieldapp.store.log import pruning, reunion, sums
from fieldapp.store.queries import history as queries_log
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.rows import read_fields, table_of
from fieldapp.store.search import find_people
from fieldapp.usecases import changes
from fieldapp.usecases.households import erasing, people
from fieldapp.usecases.inbox import conflicts
from sync.client.keeping import AT_HAND, AT_LEAST, Limits
from sync.client.machine import State
from sync.client.pruning import prune
from sync.client.status import read_status
from sync.server.lives.backups import make_backup, restore
from tests.support.laptops import PASSWORD, WARD, add_family, add_person, edit
from tests.support.refusals import refused
from tests.support.team import Laptop, Team

LIMITS = Limits(worth_it=1)
PEOPLE = 6


@pytest.fixture
def old(team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path) -> Laptop:
    """lan, whose work of more than a year ago is in the only backup; three more actions since."""
    for number in range(PEOPLE):
        add_person(lan.store, f"Người {number}")
    _meet(lan, phuc)
    backed_up(team, tmp_path)
    later(team, lan, phuc, AT_HAND)
    for number in range(3):
        add_person(lan.store, f"Sau {number}")
    _meet(lan, phuc)
    return lan


def _meet(*laptops: Laptop) -> None:
    """What a synced laptop has is noted as it is pruned after a run."""
    for laptop in (*laptops, *laptops):
        laptop.synced()
        list(prune(laptop.store, LIMITS))


def later(team: Team, *laptops: Laptop | timedelta) -> None:
    """Days pass for everybody."""
    span = laptops[-1]
    assert isinstance(span, timedelta)
    for clock in (team.clock, *(one.clock for one in laptops if isinstance(one, Laptop))):
        clock.forward(days=span.days + 1)


def backed_up(team: Team, folder: Path, name: str = "b1") -> Path:
    path = folder / f"{name}.backup"
    assert make_backup(team.service, path, keep=1) == []
    return path


def entries(laptop: Laptop) -> list[int]:
    found = select(tables.log_entry.c.revision).where(tables.log_entry.c.ward == WARD)
    return laptop.store.read(lambda c: sorted(c.execute(found).scalars()))


def floor(laptop: Laptop) -> int:
    return laptop.store.read(reunion.floor_of, WARD)[0]


def empty(laptop: Laptop) -> list[int]:
    """Own work that has lost its content, by number."""
    journal = tables.journal.c
    found = select(journal.number).where(journal.content == b"").order_by(journal.number)
    return laptop.store.read(lambda c: list(c.execute(found).scalars()))


def equal(*laptops: Laptop) -> bool:
    counted = {laptop.store.read(sums.count, WARD).text for laptop in laptops}
    kept = {laptop.store.read(queries_sync.row_sums)[WARD][1] for laptop in laptops}
    return len(counted | kept) == 1


def test_what_is_durable_and_old_has_gone_and_everything_goes_on(old: Laptop, phuc: Laptop) -> None:
    assert entries(old) == [7, 8, 9] == entries(phuc)
    assert empty(old) == [1, 2, 3, 4, 5, 6]
    status = read_status(old.store, State())
    assert (status.sent, status.safe_to_shut_down) == (9, True)
    [hit] = phuc.store.read(find_people, "nguoi 3")
    edit(phuc.store, Person, hit.person, note="đã gặp")
    way = phuc.transport()
    phuc.synced_by(way)
    assert not {"meet", "count_parts"} & {name for name, _ in way.calls}
    old.synced()
    assert equal(old, phuc)
    assert _calls(old) == ["knock"], "a log that begins late knocks as any other"


def _calls(laptop: Laptop) -> list[str]:
    way = laptop.transport()
    laptop.synced_by(way)
    return [name for name, _ in way.calls]


def test_nothing_goes_before_its_time_or_without_a_backup(
    team: Team, lan: Laptop, tmp_path: Path
) -> None:
    for _ in range(PEOPLE):
        add_person(lan.store)
    _meet(lan)
    small = Limits(worth_it=1, most_entries=1)
    later(team, lan, AT_HAND)
    lan.synced()
    assert list(prune(lan.store, small)) == [], "no backup"
    backed_up(team, tmp_path)
    lan.synced()
    list(prune(lan.store, small))
    assert entries(lan) == [PEOPLE]
    for _ in range(PEOPLE):
        add_person(lan.store)
    _meet(lan)
    backed_up(team, tmp_path, "b2")
    later(team, lan, AT_LEAST - timedelta(days=2))
    lan.synced()
    assert list(prune(lan.store, small)) == [], "too young"


def test_a_clock_that_was_set_decides_nothing(team: Team, lan: Laptop, tmp_path: Path) -> None:
    for _ in range(PEOPLE):
        add_person(lan.store)
    _meet(lan)
    backed_up(team, tmp_path)
    lan.synced()
    lan.clock.forward(days=2000)
    assert list(prune(lan.store, LIMITS)) == []
    lan.synced()
    assert list(prune(lan.store, LIMITS)) == []
    assert entries(lan) == list(range(1, PEOPLE + 1))


def test_work_that_is_not_settled_keeps_what_it_stands_on(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    person = add_person(lan.store, "Lê Văn Tám")
    add_person(lan.store)
    _meet(lan, phuc)
    edit(phuc.store, Person, person, note="viết lúc chưa có mạng")
    for _ in range(3):
        add_person(lan.store)
    _meet(lan)
    phuc.sync(phuc.transport(push=["lost"]))
    phuc.sync(phuc.transport(push=["lost"]))
    backed_up(team, tmp_path)
    later(team, lan, phuc, AT_HAND)
    later(team, lan, phuc, AT_HAND)
    phuc.sync(phuc.transport(push=["lost"]))
    list(prune(phuc.store, LIMITS))
    assert entries(phuc) == list(range(floor(phuc) + 1, len(entries(phuc)) + floor(phuc) + 1))
    assert floor(phuc) <= 2, "what came after its author had looked stays"
    _meet(phuc, lan)
    assert equal(lan, phuc)
    fields = lan.store.read(read_fields, WARD, ("person", person))
    assert fields is not None and fields["note"] == "viết lúc chưa có mạng"


def test_a_server_put_back_to_its_backup_gets_everything_that_it_lacks(
    team: Team, old: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    restore(team.service, tmp_path / "b1.backup")
    way = phuc.transport()
    phuc.synced_by(way)
    assert "offer" in {name for name, _ in way.calls}
    old.synced()
    phuc.synced()
    assert equal(old, phuc)
    for name in ("nguoi 0", "sau 2"):
        assert len(old.store.read(find_people, name)) == 1
    status = read_status(old.store, State())
    assert (status.sent, status.unproven, status.safe_to_shut_down) == (9, 0, True)


def test_a_server_put_back_to_a_backup_that_was_given_up_is_told_the_truth(
    team: Team, lan: Laptop, tmp_path: Path
) -> None:
    """It had said that it would never use that backup again: what went is nowhere, and no laptop
    that lacks it says that it is safe."""
    add_person(lan.store, "Đầu tiên")
    lan.synced()
    first = backed_up(team, tmp_path, "first")
    for number in range(PEOPLE):
        add_person(lan.store, f"Người {number}")
    _meet(lan)
    backed_up(team, tmp_path, "second")
    later(team, lan, AT_HAND)
    _meet(lan)
    assert floor(lan) == PEOPLE
    restore(team.service, first)
    lan.synced()
    lan.synced()
    status = read_status(lan.store, State())
    assert status.unproven == PEOPLE - 1 and not status.safe_to_shut_down
    add_person(lan.store, "Sau cùng")
    lan.synced()
    lan.synced()
    assert _calls(lan) == ["knock"], "it comes to rest all the same"


def test_a_ward_that_comes_anew_gives_own_work_its_content_back(
    team: Team, old: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    team.admin.revoke_grant("lan", WARD)
    old.synced()
    team.admin.grant("lan", WARD, "canvasser")
    old.synced()
    assert entries(old) == list(range(1, 10)), "a short log is pulled"
    assert empty(old) == [1, 2, 3, 4, 5, 6]
    restore(team.service, tmp_path / "b1.backup")
    old.synced()
    phuc.synced()
    old.synced()
    assert equal(old, phuc)


def test_what_was_done_before_the_log_begins_is_not_undone_blindly(old: Laptop) -> None:
    first, _ = old.store.read(queries_sync.all_own)[0]
    with refused(UserMends, "history.before_the_log"):
        changes.undo(old.store, first)


def test_a_decision_whose_entries_have_gone_is_whole_all_the_same(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    """One took a member out again whom another one had just written about: a clerk keeps her, a
    year later, with her place in the household; and that can't be taken back another year later."""
    home, _ = add_family(lan.store, ["Trần Thị Hằng"])
    people.add_member(lan.store, WARD, home, {"full_name": "Trần Bảo"}, "03")
    added, _ = lan.store.read(queries_sync.all_own)[-1]
    clerk = team.laptop(tmp_path / "hien", "hien", role="clerk")
    _meet(lan, phuc, clerk)
    [hit] = phuc.store.read(find_people, "tran bao")
    edit(phuc.store, Person, hit.person, note="mới gặp hôm qua")
    changes.undo(lan.store, added)
    lan.synced()
    phuc.synced()
    add_person(lan.store)
    _meet(lan, clerk)
    backed_up(team, tmp_path)
    later(team, lan, phuc, clerk, AT_HAND)
    _meet(lan, clerk)
    conflict = clerk.store.read(queries_log.conflict_rows)[0]
    assert floor(clerk) >= conflict.revision
    page = conflicts.conflict_page(clerk.store, WARD, conflict.id)
    conflicts.decide(clerk.store, page, False)
    _meet(clerk, lan)
    places = lan.store.read(lambda c: c.execute(select(table_of("membership").c.withdrawn)).all())
    assert [bool(gone) for (gone,) in places] == [False, False]
    add_person(lan.store)
    _meet(lan, clerk)
    backed_up(team, tmp_path, "b2")
    later(team, lan, phuc, clerk, AT_HAND)
    _meet(lan, clerk)
    page = conflicts.conflict_page(clerk.store, WARD, conflict.id)
    with refused(UserMends, "history.before_the_log"):
        conflicts.take_back(clerk.store, page)
    clerk.profile.close()


def test_a_rescued_file_knows_that_nothing_is_missing(old: Laptop) -> None:
    old.profile.close()
    damaged = old.folder / "field.db"
    raw = bytearray(damaged.read_bytes())
    raw[4096 * 3 : 4096 * 4] = bytes(4096)
    damaged.write_bytes(raw)
    opened, found = profiles.rescue(old.folder, PASSWORD, old.machine)
    old.profile = opened
    assert (found.missing, found.unsent) == (0, 0)
    old.synced()
    old.synced()
    assert len(old.store.read(find_people, "nguoi")) == PEOPLE


def test_a_person_is_erased_from_what_is_left(
    team: Team, old: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    chief = team.laptop(tmp_path / "thu", "thu", role="supervisor")
    chief.synced()
    [hit] = chief.store.read(find_people, "nguoi 3")
    erasing.erase_person(chief.store, WARD, hit.person)
    chief.synced()
    _meet(old, phuc)
    assert old.store.read(find_people, "nguoi 3") == []
    assert equal(old, phuc, chief)
    chief.profile.close()


def test_a_revoked_laptop_is_not_asked_for_what_the_server_keeps(team: Team, old: Laptop) -> None:
    add_person(old.store)
    team.admin.revoke_device(str(old.store.setting("device")))
    way = old.transport()
    old.sync(way)
    named = {name for call, one in way.calls if call == "farewell" for name, _ in one.named}
    assert len(named) == 4


def test_a_cut_of_many_entries_goes_on_where_it_was_left(old: Laptop, phuc: Laptop) -> None:
    assert floor(old) == PEOPLE
    cut = pruning.Cut(WARD, str(old.store.setting("epoch")), 8, 0)
    assert old.store.cut_log(cut, 1) and floor(old) == PEOPLE + 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pruning, "_BEGIN_LATER", _Full())
        with refused(SurroundingsMend, "store.disk_full"):
            old.store.cut_log(cut, 1)
    assert entries(old) == [8, 9]
    assert old.store.cut_log(cut, 1) and not old.store.cut_log(cut, 1)
    assert entries(old) == [9]
    other = pruning.Cut(WARD, "another life", 9, 9)
    assert not old.store.cut_log(other, 5)
    assert _proved(old)


class _Full:
    def run(self, *_: object, **__: object) -> None:
        raise SurroundingsMend("store.disk_full")


def _proved(laptop: Laptop) -> bool:
    """The floor's chain is that of the server's log."""
    at, chain = laptop.store.read(reunion.floor_of, WARD)
    found = laptop.service.for_token(laptop.store.setting("token"))
    from sync.protocol import Pull

    page = found.pull(Pull(WARD, str(laptop.store.setting("epoch")), at))
    return page.chain_at_after == chain

"""One action, one transaction, one changeset: what `Store.work` promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from fieldapp.clock import SetClock
from fieldapp.errors import DefectFound, SurroundingsMend
from fieldapp.model import Household, Person
from fieldapp.model.changesets import Changeset, Position, content_hash, decode
from fieldapp.store import tables
from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.rows import read_fields
from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from tests.support.laptops import WARD, add_family, add_person, edit, new_profile, working
from tests.support.refusals import refused


def journal(store: Store) -> list[Changeset]:
    """The journal, in the order in which it was written."""

    def query(connection: Connection) -> list[Changeset]:
        rows = connection.execute(
            select(tables.journal.c.content, tables.journal.c.hash).order_by(text("rowid"))
        )
        found = []
        for content, digest in rows:
            assert content_hash(content) == digest
            found.append(decode(content))
        return found

    return store.read(query)


def test_one_action_is_one_changeset_with_all_its_records(store: Store) -> None:
    home, people = add_family(store, ["Hằng", "Bảo"], street="Nguyễn Xí")
    (changeset,) = journal(store)
    keys = [change.key for change in changeset.changes]
    assert ("household", home) in keys
    assert [record for kind, record in keys if kind == "person"] == people
    assert len(keys) == 5


def test_an_edit_writes_old_and_new_value_of_the_changed_fields_only(store: Store) -> None:
    person = add_person(store, "Nguyễn Thị Hằng", phone="0912345678")
    basis = store.basis(WARD, ("person", person))
    with store.work(Intent("edit", WARD), basis) as unit:
        unit.edit(Person, person, full_name="Nguyễn Thị Bích Hằng", phone="0912345678")
    change = journal(store)[1].changes[0]
    assert change.fields == {"full_name": ("Nguyễn Thị Hằng", "Nguyễn Thị Bích Hằng")}


def test_an_action_that_changes_nothing_leaves_no_changeset(store: Store) -> None:
    person = add_person(store, "Hằng")
    edit(store, Person, person, full_name="Hằng")
    assert len(journal(store)) == 1


def test_an_action_that_fails_half_way_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), working(store) as unit:
        unit.create(Person(id=unit.fresh_id(), full_name="Hằng"))
        1 / 0  # noqa: B018
    assert journal(store) == []
    assert store.read(find_people, "hang") == []


def test_a_field_that_does_not_exist_is_a_defect_and_writes_nothing(store: Store) -> None:
    person = add_person(store)
    with refused(DefectFound, "store.defect"):
        edit(store, Person, person, full_nam="Hằng")
    assert len(journal(store)) == 1


def test_two_changes_of_one_record_in_one_action_are_a_defect(store: Store) -> None:
    with refused(DefectFound, "store.defect"), working(store) as unit:
        home = unit.create(Household(id=unit.fresh_id()))
        unit.edit(Household, home, street="Nguyễn Xí")
    assert journal(store) == []


def test_numbers_count_the_actions_of_this_life_of_the_file_from_one(store: Store) -> None:
    for _ in range(3):
        add_person(store)
    assert [changeset.number for changeset in journal(store)] == [1, 2, 3]


def test_an_action_names_the_own_unsettled_work_that_it_stands_on(store: Store) -> None:
    person = add_person(store, "Hằng")
    other = add_person(store, "Bảo")
    edit(store, Person, person, full_name="Bích Hằng")
    first, second, third = journal(store)
    assert (first.on, second.on, third.on) == ((), (), (first.id,))
    assert other != person


def test_a_new_record_stands_on_the_unsettled_record_that_it_refers_to(store: Store) -> None:
    person = add_person(store, "Hằng")
    with working(store) as unit:
        unit.create(Household(id=unit.fresh_id(), head=person))
    first, second = journal(store)
    assert second.on == (first.id,)


def test_what_was_saved_after_the_form_was_opened_is_not_counted_as_seen(store: Store) -> None:
    person = add_person(store, "Hằng")
    form = store.basis(WARD, ("person", person))
    edit(store, Person, person, full_name="Bích Hằng")
    with store.work(Intent("edit", WARD), form) as unit:
        unit.edit(Person, person, full_name="Thu Hằng")
    first, second, third = journal(store)
    assert third.on == (first.id,)
    assert third.changes[0].fields["full_name"] == ("Hằng", "Thu Hằng")
    assert second.id not in third.on


def test_before_the_first_page_an_action_stands_on_revision_nought(store: Store) -> None:
    add_person(store)
    assert journal(store)[0].base == Position("", 0)


def test_an_action_carries_its_evidence_and_who_made_it_where(store: Store) -> None:
    with store.work(Intent("scan", WARD, {"kind": "card_scan"})) as unit:
        unit.create(Person(id=unit.fresh_id(), full_name="Hằng"))
    made = journal(store)[0]
    assert made.evidence == {"kind": "card_scan", "device_name": "laptop"}
    assert (made.author, made.device, made.action) == ("lan", "device-lan", "scan")
    assert made.incarnation == store.setting("incarnation")


def test_watchers_hear_of_each_commit_and_of_nothing_else(store: Store) -> None:
    heard: list[str] = []
    store.watch(lambda: heard.append("saved"))
    add_person(store)
    with pytest.raises(ZeroDivisionError), working(store):
        1 / 0  # noqa: B018
    assert heard == ["saved"]


# the clock


def _clock(on: Machine) -> SetClock:
    assert isinstance(on.clock, SetClock)
    return on.clock


def test_a_clock_that_was_set_back_marks_what_follows(store: Store, on: Machine) -> None:
    add_person(store)
    _clock(on).forward(days=-365)
    add_person(store)
    _clock(on).forward(days=400)
    add_person(store)
    assert [changeset.clock_jumped for changeset in journal(store)] == [False, True, True]


def test_a_clock_corrected_by_a_minute_is_let_pass(store: Store, on: Machine) -> None:
    add_person(store)
    _clock(on).forward(seconds=-60)
    add_person(store)
    assert [changeset.clock_jumped for changeset in journal(store)] == [False, False]


def test_the_business_date_follows_the_server_and_not_the_wrong_clock(
    store: Store, on: Machine
) -> None:
    store.remember(offset_ms=3 * 365 * 24 * 3600 * 1000)
    assert (store.now().year, store.today().year) == (2026, 2029)
    add_person(store)
    made = journal(store)[0]
    assert made.made_at == on.clock.now()
    assert made.offset_ms == store.setting("offset_ms")


# the disk


def test_a_full_disk_refuses_the_save_and_the_next_one_works_once_there_is_room(
    store: Store,
) -> None:
    add_person(store, "Hằng")
    store.read(_leave_no_room)
    with refused(SurroundingsMend, "store.disk_full"):
        add_family(store, [f"Người số {n}" for n in range(300)], note="x" * 20_000)
    assert len(journal(store)) == 1
    assert [hit.name for hit in store.read(find_people, "hang")] == ["Hằng"]
    store.read(_give_room)
    add_person(store, "Bảo")
    assert len(journal(store)) == 2


def _leave_no_room(connection: Connection) -> None:
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.execute(text(f"PRAGMA max_page_count = {pages}"))


def _give_room(connection: Connection) -> None:
    connection.execute(text("PRAGMA max_page_count = 1000000"))


SAVES_THEN_DIES = """
import os, sys
from pathlib import Path
from fieldapp.store.file import profile
from fieldapp.store.work import Intent
from fieldapp.model import Person
from tests.support.laptops import WARD, PASSWORD, machine, CHEAP
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine
on = machine(seed=5)
opened = profile.unlock(Path(sys.argv[1]), PASSWORD, Machine(on.clock, on.ids, NoKeystore(), CHEAP))
with opened.store.work(Intent("register", WARD)) as unit:
    unit.create(Person(id=unit.fresh_id(), full_name="Đã lưu"))
with opened.store.work(Intent("register", WARD)) as unit:
    unit.create(Person(id=unit.fresh_id(), full_name="Chưa lưu"))
    os.kill(os.getpid(), 9)
"""


def test_a_process_killed_within_an_action_keeps_all_earlier_ones_and_nothing_of_this_one(
    tmp_path: Path, on: Machine
) -> None:
    from fieldapp.store.file import profile
    from fieldapp.store.file.keys import NoKeystore
    from tests.support.laptops import PASSWORD

    plain = Machine(on.clock, on.ids, NoKeystore(), on.cost)
    new_profile(tmp_path, plain).close()
    died = subprocess.run([sys.executable, "-c", SAVES_THEN_DIES, str(tmp_path)], check=False)
    assert died.returncode == -9
    opened: Profile = profile.unlock(tmp_path, PASSWORD, plain)
    assert [hit.name for hit in opened.store.read(find_people, "lưu")] == ["Đã lưu"]
    assert len(journal(opened.store)) == 1
    opened.close()


def test_drafts_survive_closing_and_are_gone_once_dropped(tmp_path: Path, on: Machine) -> None:
    from fieldapp.store.file import profile
    from tests.support.laptops import PASSWORD

    first = new_profile(tmp_path, on)
    first.store.keep_draft("visit", "nhà 157", {"note": "hẹn lại"})
    first.store.keep_draft("visit", "nhà 157", {"note": "hẹn lại thứ tư"})
    first.close()
    second = profile.unlock(tmp_path, PASSWORD, on)
    assert second.store.draft("visit", "nhà 157") == {"note": "hẹn lại thứ tư"}
    assert second.store.draft("visit", "nhà 158") is None
    second.store.drop_draft("visit", "nhà 157")
    assert second.store.draft("visit", "nhà 157") is None
    second.close()


def test_a_record_reads_back_as_it_was_written(store: Store) -> None:
    person = add_person(store, "Đặng Quốc Bảo", sex="male", id_number="079068000001")
    fields = store.read(read_fields, WARD, ("person", person))
    assert fields is not None
    assert (fields["full_name"], fields["sex"]) == ("Đặng Quốc Bảo", "male")

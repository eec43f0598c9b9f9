"""Grants given and taken, and devices revoked: what may not be here leaves, own work never does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import CITY, Household, Person
from fieldapp.model.record import record_types
from fieldapp.store import tables
from fieldapp.store.file import profile
from fieldapp.store.log.from_server import MENDED
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.rows import conflict_table, read_fields, table_of
from fieldapp.store.search import find_people
from fieldapp.store.work import Intent
from sync.client.machine import State
from sync.client.status import read_status, sentence
from sync.server.lives.backups import make_backup, restore
from sync.server.verify import verify
from tests.support.laptops import PASSWORD, WARD, add_family, add_person, edit
from tests.support.refusals import refused
from tests.support.team import Laptop, Team


def shown(laptop: Laptop, person: str) -> Any:
    return laptop.store.read(read_fields, WARD, ("person", person))


def holdings(laptop: Laptop, ward: str = WARD) -> dict[str, int]:
    """How much of a ward is in the file, by table; empty tables left out."""

    def count(connection: Connection) -> dict[str, int]:
        found = {}
        kept = [tables.log_entry, tables.log_change, tables.position, tables.search_entry]
        kept += [tables.shadow, tables.old_entry]
        for table in (*map(table_of, record_types()), conflict_table(), *kept):
            rows = select(func.count()).select_from(table).where(table.c.ward == ward)
            if number := int(connection.execute(rows).scalar_one()):
                found[table.name] = number
        return found

    return laptop.store.read(count)


# a ward taken away


def test_a_ward_that_is_taken_away_leaves_the_laptop_at_its_next_sync(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    add_family(phuc.store, ["Hằng", "Bảo"], street="Lê Lợi")
    phuc.synced()
    person = add_person(lan.store, "Mai")
    lan.synced()
    phuc.synced()
    edit(phuc.store, Person, person, full_name="Mai Lan")
    edit(lan.store, Person, person, full_name="Mai Hoa")
    phuc.synced()
    lan.synced()
    assert {"person", "conflict", "log_entry", "search_entry"} <= holdings(lan).keys()
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    assert holdings(lan) == {}
    assert lan.store.read(find_people, "hang") == []
    assert CITY in lan.store.read(queries_sync.positions)
    assert read_status(lan.store, State()).sent == 2, "its own work is told as before"


def test_own_work_that_is_not_in_yet_stays_without_what_others_wrote(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    person = add_person(phuc.store, "Hằng", phone="0903000001")
    phuc.synced()
    lan.synced()
    edit(lan.store, Person, person, full_name="Hạnh")
    own = add_person(lan.store, "Mai")
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    assert shown(lan, person) is None
    assert shown(lan, own)["full_name"] == "Mai"
    assert [hit.name for hit in lan.store.read(find_people, "mai")] == ["Mai"]
    assert len(team.admin.held()) == 2
    assert read_status(lan.store, State()).needs_fixing == 2
    content = json.dumps(lan.store.read(lambda c: [tuple(r) for r in _shadows(c)]))
    assert "0903000001" not in content


def _shadows(connection: Connection) -> Any:
    return connection.execute(select(tables.shadow.c.record, tables.shadow.c.fields)).all()


def test_work_that_was_acknowledged_but_not_pulled_leaves_too(team: Team, lan: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    assert not lan.sync(lan.transport(pull=["none", "lost"])).done
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    assert shown(lan, person) is None
    assert holdings(lan) == {}


def test_a_ward_that_is_given_back_begins_anew_and_own_work_lies_over_it(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    person = add_person(phuc.store, "Hằng", phone="0903000001")
    phuc.synced()
    lan.synced()
    edit(lan.store, Person, person, full_name="Hạnh")
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    edit(phuc.store, Person, person, phone="0903000002")
    phuc.synced()
    team.admin.grant("lan", WARD, "canvasser")
    lan.synced()
    assert (shown(lan, person)["full_name"], shown(lan, person)["phone"]) == ("Hạnh", "0903000002")
    assert (
        lan.store.read(queries_sync.positions)[WARD]
        == phuc.store.read(queries_sync.positions)[WARD]
    )
    assert lan.store.setting(MENDED) is None
    assert (
        lan.store.read(queries_sync.row_sums)[WARD] == phuc.store.read(queries_sync.row_sums)[WARD]
    )
    for one in team.admin.held():
        team.admin.release(one["id"])
    phuc.synced()
    lan.synced()
    assert shown(phuc, person) == shown(lan, person)
    assert (
        lan.store.read(queries_sync.row_sums)[WARD] == phuc.store.read(queries_sync.row_sums)[WARD]
    )
    assert verify(team.service.database) == []


def test_one_of_two_wards_leaves_alone(team: Team, lan: Laptop) -> None:
    other = team.admin.add_ward("26962", date(2025, 7, 1), "Phường Bình Thạnh")
    team.admin.grant("lan", other, "canvasser")
    lan.synced()
    add_person(lan.store, "Hằng")
    with lan.store.work(Intent("register", other)) as unit:
        unit.create(Household(id=unit.fresh_id(), street="Lê Lợi"))
    lan.synced()
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    assert holdings(lan) == {}
    assert holdings(lan, other)["household"] == 1


@pytest.mark.parametrize("taken", ["while restored", "later"])
def test_lost_lines_of_a_ward_that_is_taken_away_leave_once_they_were_offered(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path, taken: str
) -> None:
    add_family(phuc.store, ["Hằng"], street="Lê Lợi")
    phuc.synced()
    assert make_backup(team.service, tmp_path / "b.backup") == []
    add_family(phuc.store, ["Bảo"], street="Lê Lai")
    phuc.synced()
    lan.synced()
    restore(team.service, tmp_path / "b.backup")
    if taken == "later":
        lan.synced()
        assert holdings(lan)["old_entry"] == 1
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    assert holdings(lan) == {}
    hien = team.laptop(tmp_path / "hien", "hien")
    hien.synced()
    assert [one.name for one in hien.store.read(find_people, "bao")] == ["Bảo"]
    hien.profile.close()


def test_all_places_where_own_work_stood_are_proved_after_its_ward_has_left(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    home, _ = add_family(lan.store, ["Hằng"], street="Lê Lợi")
    lan.synced()
    phuc.synced()
    hien = team.laptop(tmp_path / "hien", "hien")
    assert make_backup(team.service, tmp_path / "b.backup") == []
    edit(lan.store, Household, home, tags=["b"])
    lan.synced()
    _goes_on_anew(team, tmp_path / "b.backup", phuc)
    lan.synced()  # what she added stands at another place now, and she sees it there
    edit(lan.store, Household, home, tags=[])
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    _goes_on_anew(team, tmp_path / "b.backup", hien)  # phuc's laptop is lost
    lan.synced()
    for one in team.admin.held():
        team.admin.release(one["id"])
    hien.synced()
    stands = hien.store.read(read_fields, WARD, ("household", home))
    assert stands is not None and stands["tags"] == []
    hien.profile.close()


def _goes_on_anew(team: Team, backup: Path, laptop: Laptop) -> None:
    """The server is put back, and somebody else's work comes first."""
    copy = backup.with_suffix(".copy")
    copy.write_bytes(backup.read_bytes())
    restore(team.service, copy)
    laptop.synced()
    add_family(laptop.store, ["Bảo"], street="Lê Lai")
    laptop.synced()


def test_a_grant_that_runs_out_takes_the_ward_along(team: Team, lan: Laptop) -> None:
    team.admin.revoke_grant("lan", WARD)
    team.admin.grant("lan", WARD, "canvasser", until=date(2026, 11, 25))
    add_person(lan.store, "Hằng")
    lan.synced()
    lan.clock.forward(days=4)
    team.clock.forward(days=4)
    lan.synced()
    assert holdings(lan) == {}


# a device revoked


def revoke(team: Team, laptop: Laptop) -> None:
    team.admin.revoke_device(laptop.store.setting("device"))


def test_a_revoked_device_hands_in_its_work_reads_nothing_and_is_locked_for_good(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    lan.synced()
    add_person(lan.store, "Hằng")
    add_person(phuc.store, "Bảo")
    phuc.synced()
    revoke(team, lan)
    way = lan.transport()
    report = lan.sync(way)
    assert report.trouble is not None
    assert (report.state.phase, report.trouble.code) == ("refused", "sync.device_erased")
    # the server may have been restored meanwhile: it says what is missing once that is given back
    told = ["greet", "farewell", "meet", "push", "farewell"]
    assert [name for name, _ in way.calls] == told
    assert [held["reason"] for held in team.admin.held()] == ["revoked_device"]
    assert sentence(read_status(lan.store, report.state))[0] == "sync.device_erased"
    with refused(SurroundingsMend, "store.closed"):
        lan.store.setting("username")
    lan.profile.close()
    with refused(UserMends, "store.erased"):
        profile.unlock(lan.folder, PASSWORD, lan.machine)
    assert "sealed" not in (lan.folder / "key.json").read_text("utf-8")
    assert set(lan.machine.keystore.secrets.values()) <= {""} | _marks(lan)  # type: ignore[attr-defined]  # the tests' keystore


def _marks(laptop: Laptop) -> set[str]:
    secrets = laptop.machine.keystore.secrets  # type: ignore[attr-defined]  # the tests' keystore
    return {value for name, value in secrets.items() if name.endswith(".mark")}


@pytest.mark.parametrize("fault", ["lost", "unheard"])
@pytest.mark.parametrize("call", ["push", "farewell"])
def test_nothing_is_erased_before_the_server_has_everything(
    team: Team, lan: Laptop, call: str, fault: str
) -> None:
    lan.synced()
    person = add_person(lan.store, "Hằng")
    revoke(team, lan)
    report = lan.sync(lan.transport(**{call: [fault]}))
    assert report.state.phase == "waiting"
    assert shown(lan, person)["full_name"] == "Hằng"
    report = lan.sync(state=report.state)
    assert report.trouble is not None and report.trouble.code == "sync.device_erased"
    assert len(team.admin.held()) == 1


def test_what_the_server_lost_is_handed_in_again_before_the_end(team: Team, lan: Laptop) -> None:
    add_person(lan.store, "Hằng")
    lan.synced()
    revoke(team, lan)
    name = lan.store.read(queries_sync.all_own)[0][0]
    way = lan.transport(farewell=["none", lambda answer: replace(answer, missing=(name,))])
    report = lan.sync(way)
    assert report.trouble is not None and report.trouble.code == "sync.device_erased"
    assert len(way.sent()) == 1


def test_a_revoked_device_gives_back_what_a_restored_server_lacks_before_the_end(
    team: Team, lan: Laptop, phuc: Laptop, tmp_path: Path
) -> None:
    add_family(phuc.store, ["Hằng"], street="Lê Lợi")
    phuc.synced()
    assert make_backup(team.service, tmp_path / "b.backup") == []
    add_family(phuc.store, ["Bảo"], street="Lê Lai")
    phuc.synced()
    lan.synced()  # of what was written since, hers is the only copy: phuc's laptop is lost
    restore(team.service, tmp_path / "b.backup")
    revoke(team, lan)
    way = lan.transport(offer=["lost"])
    report = lan.sync(way)
    assert report.state.phase == "waiting"
    report = lan.sync(state=report.state)
    assert report.trouble is not None and report.trouble.code == "sync.device_erased"
    hien = team.laptop(tmp_path / "hien", "hien")
    hien.synced()
    assert [one.name for one in hien.store.read(find_people, "bao")] == ["Bảo"]
    assert team.admin.held() == []
    hien.profile.close()


def test_work_saved_at_the_last_moment_is_not_erased(team: Team, lan: Laptop) -> None:
    lan.synced()
    revoke(team, lan)

    def saves(answer: Any) -> Any:
        add_person(lan.store, "Vừa ghi")
        return answer

    report = lan.sync(lan.transport(farewell=[saves]))
    assert report.trouble is not None and report.trouble.code == "sync.device_erased"
    assert len(team.admin.held()) == 1


def test_a_device_in_service_is_never_told_to_part(team: Team, lan: Laptop) -> None:
    from sync.protocol import Farewell
    from sync.server.refusals import Refused

    with pytest.raises(Refused) as refusal:
        team.service.for_token(lan.store.setting("token")).farewell(Farewell(()))
    assert (refusal.value.status, refusal.value.code) == (409, "server.not_revoked")


def test_a_key_whose_erasure_was_cut_counts_as_erased(lan: Laptop) -> None:
    lan.profile.close()
    path: Path = lan.folder / "key.json"
    path.write_text(" " * path.stat().st_size, "utf-8")
    with refused(UserMends, "store.erased"):
        profile.unlock(lan.folder, PASSWORD, lan.machine)

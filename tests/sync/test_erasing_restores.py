"""Erasure by right meets what was put back: backups, lost entries, laptops that do not know."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update

from fieldapp.model import Person
from fieldapp.store import tables
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.visiting import visits
from sync.server.verify import verify
from tests.support.erased import (
    backed_up,
    everybody,
    family,
    left,
    put_back,
)
from tests.support.laptops import WARD, edit
from tests.support.scanning import found_in
from tests.support.team import Laptop, Team


def test_a_backup_of_before_is_erased_before_it_serves(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    person, home = family(lan)
    everybody(lan, phuc, tri)
    backup = backed_up(team, tmp_path / "backup.db")
    erase_person(tri.store, WARD, person)
    tri.synced()
    put_back(team, backup)
    assert left(team) == []
    assert verify(team.service.database, team.service.safe) == []
    phuc.synced()  # the first to come has never heard of it, and offers all that it holds
    assert (left(team), left(phuc)) == ([], [])
    edit(lan.store, Person, person, phone="0903555778", note="hay đi vắng")  # it has not either
    visits.record_visit(phuc.store, WARD, home, "considering", note="khác")
    everybody(phuc, lan, tri)
    for where in (team, lan, phuc, tri):
        assert left(where) == []
    assert [one["reason"] for one in team.admin.held()] == ["erased"]
    assert verify(team.service.database, team.service.safe) == []


def lost_with_her_in_it(team: Team, lan: Laptop, phuc: Laptop, tri: Laptop, folder: Path) -> str:
    """The household, on a server that was put back to before it came and one of it was erased."""
    everybody(lan, phuc, tri)
    backup = backed_up(team, folder / "backup.db")
    person, home = family(lan)
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    tri.synced()
    put_back(team, backup)
    return home


def test_what_was_lost_with_her_in_it_comes_back_without_her(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    """From a laptop that knows of the erasure, and from one that does not."""
    home = lost_with_her_in_it(team, lan, phuc, tri, tmp_path)
    tri.synced()
    assert left(team) == []
    assert [m.name for m in household_page(tri.store, WARD, home).members] == ["Trần Văn Bảo"]
    everybody(phuc, lan, tri)
    for where in (team, lan, phuc, tri):
        assert left(where) == []
    assert team.admin.held() == []
    assert verify(team.service.database, team.service.safe) == []


def test_an_unaware_laptop_alone_brings_back_no_more_than_it_may(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    home = lost_with_her_in_it(team, lan, phuc, tri, tmp_path)
    phuc.synced()  # the log knows the erasure from the ledger alone
    phuc.synced()
    assert (left(team), left(phuc)) == ([], [])
    assert [m.name for m in household_page(phuc.store, WARD, home).members] == ["Trần Văn Bảo"]
    assert verify(team.service.database, team.service.safe) == []


def test_an_erased_body_that_the_server_did_not_make_is_not_believed(
    team: Team, lan: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    everybody(lan, tri)
    backup = backed_up(team, tmp_path / "backup.db")
    person, home = family(lan)
    everybody(lan, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri)
    with tri.store._write() as connection:  # what only erased bodies could be made to say
        log = tables.log_entry
        for entry in connection.execute(select(log.c.revision, log.c.content)).all():
            forged = bytes(entry.content).replace("Nguyễn Xí".encode(), "Lê Lợi".encode())
            here = update(log).where(log.c.revision == entry.revision, log.c.ward == WARD)
            connection.execute(here.values(content=forged))
    put_back(team, backup)
    tri.sync()
    assert "unproven" in {one["reason"] for one in team.admin.held()}
    with team.service.database.read() as connection:
        assert ("household", "Lê Lợi") not in found_in(connection, ["Lê Lợi"])
    lan.synced()
    assert household_page(lan.store, WARD, home).street == "Nguyễn Xí"

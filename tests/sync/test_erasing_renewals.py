"""What an erasure blanked in records that outlive the person may be written anew by who saw it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.errors import UserMends
from fieldapp.model import Household, Visit
from fieldapp.store.queries.households import visits
from fieldapp.store.rows import conflict_table, read_fields
from fieldapp.store.search import find_people
from fieldapp.usecases.changes import pending, troubled, undo
from fieldapp.usecases.households import people
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.people import edit_household
from sync.server.verify import verify
from tests.support.erased import NAME, PHONE, backed_up, everybody, family, left, put_back
from tests.support.laptops import WARD, edit
from tests.support.refusals import refused
from tests.support.team import Laptop, Team

ANEW = "cổng sắt xanh, gọi trước"
HERS = {"note": f"hỏi chị {NAME}", "call_hint": f"gọi chị {NAME}", "phone": PHONE}


def named(lan: Laptop) -> tuple[str, str]:
    """A household of two whose note, hint and phone are hers, and a visit that names her."""
    person, home = family(lan)
    edit(lan.store, Household, home, **HERS)
    return person, home


def erased(lan: Laptop, *others: Laptop, by: Laptop) -> str:
    person, home = named(lan)
    everybody(lan, *others, by)
    erase_person(by.store, WARD, person)
    everybody(by, lan, *others)
    return home


def home_of(laptop: Laptop, home: str) -> Any:
    return laptop.store.read(read_fields, WARD, ("household", home))


def all_well(team: Team, *laptops: Laptop) -> None:
    for laptop in laptops:
        assert (left(laptop), pending(laptop.store)) == ([], ())
    assert left(team) == []
    assert verify(team.service.database, team.service.safe) == []


def test_who_has_seen_it_writes_new_text_and_everybody_reads_it(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    home = erased(lan, phuc, by=tri)
    assert {home_of(lan, home)[name] for name in HERS} <= {"", None}
    anew = {"note": ANEW, "call_hint": "sau 17 giờ", "phone": "0903555111"}
    edit_household(lan.store, WARD, home, anew)
    (visit,) = visits_of(lan, home)
    edit(lan.store, Visit, visit, note="gặp anh Bảo")
    everybody(lan, phuc, tri)
    for laptop in (lan, phuc, tri):
        assert {name: home_of(laptop, home)[name] for name in anew} == anew
        told = laptop.store.read(read_fields, WARD, ("visit", visit))
        assert told and told["note"] == "gặp anh Bảo"
        assert troubled(laptop.store) == ()
    assert team.admin.held() == []
    edit(phuc.store, Household, home, note=f"{ANEW} nhé")
    everybody(phuc, lan, tri)
    assert home_of(tri, home)["note"] == f"{ANEW} nhé"
    all_well(team, lan, phuc, tri)


def visits_of(laptop: Laptop, home: str) -> list[str]:
    found = select(visits.c.id).where(visits.c.household == home)
    return list(laptop.store.read(lambda connection: connection.execute(found).scalars().all()))


def test_work_that_had_not_seen_it_stays_blank_beside_the_new_text(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    person, home = named(lan)
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan)
    edit(phuc.store, Household, home, note=f"hỏi chị {NAME} ở hẻm")
    edit(lan.store, Household, home, note=ANEW)
    lan.synced()
    everybody(phuc, lan, tri)
    (held,) = team.admin.held()
    assert held["reason"] == "erased"
    assert home_of(tri, home)["note"] == ANEW
    assert left(team) == left(phuc) == []
    team.admin.release(held["id"])
    everybody(phuc, lan, tri)
    for laptop in (phuc, lan, tri):
        assert home_of(laptop, home)["note"] == ANEW
    all_well(team, lan, phuc, tri)


def test_a_form_that_still_showed_the_text_is_not_saved(
    team: Team, lan: Laptop, tri: Laptop
) -> None:
    person, home = named(lan)
    everybody(lan, tri)
    erase_person(tri.store, WARD, person)
    with refused(UserMends, "entry.text_erased"):  # it waits: the old text is still on the screen
        edit(tri.store, Household, home, note=f"hỏi chị {NAME} nhé")
    basis = lan.store.basis(WARD, ("household", home))
    everybody(tri, lan)
    with refused(UserMends, "entry.text_erased"):
        edit_household(lan.store, WARD, home, {"note": f"hỏi chị {NAME} nhé"}, basis=basis)
    edit_household(lan.store, WARD, home, {"note": ANEW})
    everybody(lan, tri)
    all_well(team, lan, tri)


def test_neither_undo_brings_the_old_text_back(team: Team, lan: Laptop, tri: Laptop) -> None:
    person, home = family(lan)
    old = edit_household(lan.store, WARD, home, {"note": f"hỏi chị {NAME}"})
    everybody(lan, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan)
    assert old is not None
    with refused(UserMends, "history.cannot_undo"):
        undo(lan.store, old)
    made = edit_household(lan.store, WARD, home, {"note": ANEW})
    everybody(lan, tri)
    assert made is not None
    with refused(UserMends, "history.changed_since"):
        undo(lan.store, old)
    undo(lan.store, made)
    everybody(lan, tri)
    assert home_of(tri, home)["note"] == home_of(lan, home)["note"] == ""
    all_well(team, lan, tri)


def test_two_new_texts_that_differ_are_a_conflict_whose_sides_stay(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    """Of a household where she lived alone; and another erasure goes over the log again."""
    person, home = second(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan, phuc)
    edit(lan.store, Household, home, house_number="16")
    edit(phuc.store, Household, home, house_number="16A")
    everybody(lan, phuc, tri)
    other, _ = named(lan)
    everybody(lan, tri)
    erase_person(tri.store, WARD, other)
    everybody(tri, lan, phuc)
    (asked,) = troubled(phuc.store)
    assert asked.state == "conflict"
    for laptop in (lan, phuc, tri):
        assert home_of(laptop, home)["house_number"] == "16"
        assert {side["value"] for side in laptop.store.read(sides_of, home)} == {"16", "16A"}
    all_well(team, lan, phuc, tri)


def sides_of(connection: Connection, home: str) -> list[dict[str, Any]]:
    table = conflict_table()
    found = connection.execute(table.select().where(table.c.record == home)).all()
    return [side for one in found for side in one.sides]


def second(lan: Laptop, *others: Laptop) -> tuple[str, str]:
    members = [{"full_name": "Phạm Thị Út", "relationship": "00", "id_number": "079168000009",
                "sex": "female", "born_on": "1968-11-21"}]  # fmt: skip
    people.register_household(lan.store, WARD, {"house_number": "14", "street": "D2"}, members)
    everybody(lan, *others)
    (found,) = lan.store.read(find_people, "079168000009")
    assert found.household is not None
    return found.person, found.household


def test_the_next_erasure_takes_the_new_text_only_where_that_names_its_person(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    home = erased(lan, phuc, by=tri)
    edit(lan.store, Household, home, note=ANEW, call_hint="hỏi bà Phạm Thị Út số 14")
    everybody(lan, phuc, tri)
    person, _ = second(lan, phuc, tri)
    edit(lan.store, Household, home, note=f"{ANEW}!")
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan, phuc)
    for laptop in (lan, phuc, tri):
        assert home_of(laptop, home)["note"] == f"{ANEW}!"
    all_well(team, lan, phuc, tri)


def test_a_laptop_to_which_it_comes_in_one_page_or_as_it_stands_reads_the_new_text(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    person, home = named(lan)
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan)
    edit(lan.store, Household, home, note=ANEW)
    lan.synced()
    phuc.synced()  # erasure and new text in one page
    fresh = team.laptop(tmp_path / "d", "hai")
    everybody(fresh, phuc)
    for laptop in (phuc, fresh):
        assert home_of(laptop, home)["note"] == ANEW
        assert laptop.store.setting("sums_differ", None) is None
    all_well(team, lan, phuc, tri, fresh)
    fresh.profile.close()


def test_new_text_that_a_restore_lost_comes_back_with_the_erasure_or_without(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    person, home = named(lan)
    everybody(lan, phuc, tri)
    before = backed_up(team, tmp_path / "before.db")
    erase_person(tri.store, WARD, person)
    everybody(tri, lan, phuc)
    edit(lan.store, Household, home, note=ANEW)
    everybody(lan, phuc, tri)
    put_back(team, before)
    assert left(team) == []
    everybody(phuc, lan, tri)
    for laptop in (phuc, lan, tri):
        assert home_of(laptop, home)["note"] == ANEW
    assert team.admin.held() == []
    all_well(team, lan, phuc, tri)
    edit(lan.store, Household, home, note=f"{ANEW} nhé")
    everybody(lan, phuc, tri)
    assert home_of(phuc, home)["note"] == f"{ANEW} nhé"
    all_well(team, lan, phuc, tri)


def test_what_was_lost_with_all_of_it_comes_back_with_the_new_text(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    everybody(lan, phuc, tri)
    before = backed_up(team, tmp_path / "before.db")
    home = erased(lan, by=tri)  # phuc was away
    edit(lan.store, Household, home, note=ANEW)
    everybody(lan, tri)
    put_back(team, before)
    everybody(lan, phuc, tri)
    for laptop in (lan, phuc, tri):
        assert home_of(laptop, home)["note"] == ANEW
    all_well(team, lan, phuc, tri)

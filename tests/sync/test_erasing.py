"""Erasure by right: the person is gone from every file and from the server, and stays gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from fieldapp.errors import UserMends
from fieldapp.model import Person, Receipt, Remittance, RemittanceAnswer
from fieldapp.model.changesets import content_hash
from fieldapp.model.releases import REFUSE
from fieldapp.store import tables
from fieldapp.store.erasing import known_here
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.households import signatures
from fieldapp.store.search import find_people
from fieldapp.usecases.changes import pending, troubled
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.booking import Signed
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.held_on_person import held_on_person
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.importing.preview import Choice as ImportChoice
from fieldapp.usecases.importing.taking_in import look_at, take_in
from fieldapp.usecases.visiting import visits
from fieldapp.usecases.visiting.flags import clear_flag, flags, reply_to_flag
from fieldapp.words import Words
from sync.protocol import NameOwn
from sync.server.store.tables import table_of
from sync.server.verify import verify
from tests.support.books import due_book
from tests.support.erased import (
    NAME,
    NUMBER,
    PHONE,
    backed_up,
    everybody,
    family,
    left,
    put_back,
    row,
)
from tests.support.laptops import WARD, add_family, edit, working
from tests.support.refusals import refused
from tests.support.team import Laptop, Team


def test_she_is_gone_from_every_file_and_the_server_and_the_others_stay(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    person, home = family(lan)
    everybody(lan, phuc, tri)
    phuc.store.keep_draft("person", person, {"full_name": NAME})
    for where in (lan, phuc, tri, team):
        assert {table for table, _ in left(where)} >= {"person", "log_entry", "visit"}
    erase_person(tri.store, WARD, person)
    everybody(tri, lan, phuc)
    for where in (lan, phuc, tri, team):
        assert left(where) == []
    assert row(phuc, person)["full_name"] == ""
    assert phuc.store.read(find_people, "079168") == []
    assert [m.name for m in household_page(phuc.store, WARD, home).members] == ["Trần Văn Bảo"]
    assert household_page(phuc.store, WARD, home).house_number == "12"
    assert verify(team.service.database, team.service.safe) == []


def test_money_stays_without_her_name(team: Team, lan: Laptop, tri: Laptop) -> None:
    team.admin.add_book("BL", 1, 100, WARD)
    person, home = family(lan)
    lan.synced()
    page = household_page(lan.store, WARD, home)
    signed = Signed(((40, 40, 600, 200),), person)
    enrol.enrol(
        *(lan.store, page, Choice(hhi=(person,))),
        method="cash",
        payer=NAME,
        consent="signed",
        signed=signed,
    )
    everybody(lan, tri)
    assert lan.store.read(signatures, (WARD,))
    erase_person(tri.store, WARD, person)
    everybody(tri, lan)
    assert (left(team), left(lan), left(tri)) == ([], [], [])
    for laptop in (lan, tri):
        assert [r.signature for r in laptop.store.read(signatures, (WARD,)).values()] == [[]]
    with team.service.database.read() as connection:
        (receipt,) = connection.execute(table_of(Receipt).select()).all()
    assert (receipt.number, receipt.payer, receipt.amount_dong > 0) == (1, "", True)
    assert verify(team.service.database, team.service.safe) == []


@pytest.mark.parametrize("after", [True, False])
def test_what_she_signed_for_another_unseen_by_the_eraser_goes_too(
    team: Team, lan: Laptop, tri: Laptop, after: bool
) -> None:
    team.admin.add_book("BL", 1, 100, WARD)
    person, home = family(lan)
    everybody(lan, tri)
    page = household_page(lan.store, WARD, home)
    (bao,) = (m.person for m in page.members if m.person != person)
    signed = Signed(((40, 40, 600, 200),), person)
    enrol.enrol(
        *(lan.store, page, Choice(hhi=(bao,))),
        method="cash",
        payer="Trần Văn Bảo",
        consent="signed",
        signed=signed,
    )
    if not after:
        lan.synced()
    erase_person(tri.store, WARD, person)
    tri.synced()
    everybody(lan, tri)
    assert [row.state for row in troubled(lan.store)] == ["needs_fixing" if after else "conflict"]
    for laptop in (lan, tri):
        found = laptop.store.read(signatures, (WARD,)).values()
        assert [one.signature for one in found] in ([[]], [])
    assert verify(team.service.database, team.service.safe) == []


def test_what_people_wrote_about_their_work_goes_where_it_names_her(
    team: Team, lan: Laptop, tri: Laptop
) -> None:
    person, home = family(lan)
    other, _ = add_family(lan.store, ["Lê Thị Hoa"])
    for number in range(14):
        visits.record_visit(lan.store, WARD, other if number % 2 else home, "not_at_home")
    (asked,) = flags(lan.store)
    flag_replies = [f"Chị {NAME} chỉ cả dãy", "Ghi từ sổ"]
    for text in flag_replies:
        reply_to_flag(lan.store, WARD, asked.flag, text)
    everybody(lan, tri)
    clear_flag(tri.store, WARD, asked.flag, f"Đã gọi {PHONE}")
    with working(tri.store, "remittance.confirm") as work:
        made = Remittance(
            ward=WARD, id=work.fresh_id(), handed_by="lan", noted_at=tri.store.server_now()
        )
        work.create(made)
        work.create(
            RemittanceAnswer(
                ward=WARD,
                id=work.fresh_id(),
                remittance=made.id,
                note=f"thiếu tiền của {NAME}",
                answered_at=tri.store.server_now(),
            )
        )
    everybody(tri, lan)
    held = held_on_person(tri.store, Words("vi"), WARD, person)
    assert {"flag_reply", "flag_clearing", "remittance_answer"} <= {v.kind for v in held.values}
    erase_person(tri.store, WARD, person)
    everybody(tri, lan)
    assert (left(team), left(lan), left(tri)) == ([], [], [])
    (row,) = flags(tri.store)
    assert [one.text for one in row.replies] == ["", "Ghi từ sổ"]
    assert (row.state, row.cleared_note) == ("cleared", "")
    assert verify(team.service.database, team.service.safe) == []


def test_a_laptop_that_was_away_for_long_erases_her_at_its_next_sync(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    person, _ = family(lan)
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    tri.synced()
    for clock in (team.clock, lan.clock, phuc.clock):
        clock.forward(days=60)
    edit(phuc.store, Person, person, note="hay đi vắng, gọi trước")
    assert left(phuc)
    phuc.synced()
    phuc.synced()
    assert (left(phuc), left(team)) == ([], [])


def test_she_leaves_the_journal_of_a_laptop_whose_ward_had_left_before(
    team: Team, lan: Laptop, tri: Laptop
) -> None:
    """Own work that the server has, and own work that it holds, still on the screen."""
    person, home = family(lan)
    everybody(lan, tri)
    team.admin.revoke_grant("lan", WARD)
    edit(lan.store, Person, person, note="hay đi vắng, gọi trước")
    visits.record_visit(lan.store, WARD, home, "considering", note="khác")
    everybody(lan)
    assert {table for table, _ in left(lan)} >= {"journal"}
    erase_person(tri.store, WARD, person)
    tri.synced()
    for clock in {id(one): one for one in (team.clock, lan.clock)}.values():
        clock.forward(days=1)
    way = lan.transport()
    lan.synced_by(way)
    assert [name for name, _ in way.calls].count("bare") == 1
    assert (left(lan), left(team)) == ([], [])
    again = lan.transport()
    lan.synced_by(again)
    assert "bare" not in [name for name, _ in again.calls]
    journal = lan.store.read(lambda c: c.execute(select(tables.journal)).all())
    assert all(content_hash(one.content) == one.hash for one in journal)
    team.admin.grant("lan", WARD, "canvasser")
    everybody(lan)
    assert left(lan) == []
    assert verify(team.service.database, team.service.safe) == []


def test_half_filled_forms_leave_with_the_ward(team: Team, lan: Laptop) -> None:
    person, home = family(lan)
    everybody(lan)
    lan.store.keep_draft("household", f"{WARD}/{person}", {"full_name": NAME})
    lan.store.keep_draft("enrol", home, {"payer": NAME})
    lan.store.keep_draft("household", "new", {"street": "Lê Lợi"})
    team.admin.revoke_grant("lan", WARD)
    fresh, _ = add_family(lan.store, ["Lê Thị Hoa"])
    lan.store.keep_draft("enrol", fresh, {"payer": "Hoa"})
    everybody(lan)
    drafts = lan.store.read(lambda c: c.execute(select(tables.draft.c.subject)).scalars().all())
    assert set(drafts) == {"new", fresh}


def test_nobody_gets_bare_contents_but_of_his_own_device(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    person, _ = family(lan)
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan)
    named = lan.store.read(queries_sync.own_kept)
    way = lan.transport()
    told = way.bare(NameOwn(named))
    assert told.contents and {name for name, _ in told.contents} <= {name for name, _ in named}
    assert phuc.transport().bare(NameOwn(named)).contents == ()
    assert way.bare(NameOwn(tuple((name, "0" * 64) for name, _ in named))).contents == ()


def test_work_on_her_that_comes_later_is_held_without_being_shown(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    person, home = family(lan)
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    tri.synced()
    edit(phuc.store, Person, person, phone="0903555779", note="hay đi vắng")
    visits.record_visit(phuc.store, WARD, home, "considering", note="khác")
    phuc.synced()
    (held,) = team.admin.held()
    assert (held["reason"], left(team)) == ("erased", [])
    phuc.synced()
    (told,) = troubled(phuc.store)
    assert (told.state, told.reason) == ("needs_fixing", "erased")
    assert left(phuc) == []
    team.admin.release(held["id"])
    everybody(phuc, lan, tri)
    assert row(lan, person)["phone"] is None
    assert (left(team), left(phuc)) == ([], [])
    (asked,) = troubled(phuc.store)  # work on who had gone: as ever a person looks
    assert (asked.state, pending(phuc.store)) == ("conflict", ())
    assert verify(team.service.database, team.service.safe) == []


def test_only_a_supervisor_erases_and_only_once(team: Team, lan: Laptop, tri: Laptop) -> None:
    person, _ = family(lan)
    everybody(lan, tri)
    with refused(UserMends, "erasing.no_right"):
        erase_person(lan.store, WARD, person)
    erase_person(tri.store, WARD, person)
    with refused(UserMends, "erasing.already"):
        erase_person(tri.store, WARD, person)
    lan.store.remember(grants=[{"ward": WARD, "role": "supervisor", "until": None}])
    erase_person(lan.store, WARD, person)  # a laptop that says more of its user than is so
    lan.synced()
    assert [one["reason"] for one in team.admin.held()] == ["no_right"]
    assert row(lan, person)["full_name"] == NAME


def test_an_erasure_that_was_refused_is_asked_again(
    team: Team, lan: Laptop, phuc: Laptop, tri: Laptop
) -> None:
    person, _ = family(lan)
    everybody(lan, phuc, tri)
    granted = lan.store.setting("grants")
    lan.store.remember(grants=[{"ward": WARD, "role": "supervisor", "until": None}])
    erase_person(lan.store, WARD, person)
    lan.synced()
    lan.store.remember(grants=granted)
    (held,) = team.admin.held()
    team.admin.release(held["id"], REFUSE)
    everybody(lan, phuc, tri)
    for laptop in (lan, phuc, tri):  # nobody is taken for erased by it
        edit(laptop.store, Person, person, phone="0903555779")
        assert row(laptop, person)["full_name"] == NAME
        everybody(laptop)
    everybody(lan, phuc, tri)
    erase_person(tri.store, WARD, person)
    with refused(UserMends, "erasing.already"):
        erase_person(tri.store, WARD, person)
    everybody(tri, lan, phuc)
    for where in (lan, phuc, tri, team):
        assert left(where) == []
    assert verify(team.service.database, team.service.safe) == []


def test_a_second_erasure_that_a_restore_lost_is_said_again(
    team: Team, lan: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    person, _ = family(lan)
    everybody(lan, tri)
    lan.store.remember(grants=[{"ward": WARD, "role": "supervisor", "until": None}])
    erase_person(lan.store, WARD, person)
    lan.synced()
    team.admin.release(team.admin.held()[0]["id"], REFUSE)
    everybody(lan, tri)
    backup = backed_up(team, tmp_path / "backup.db")
    erase_person(tri.store, WARD, person)
    tri.synced()
    put_back(team, backup)
    everybody(lan)
    assert (left(team), left(lan)) == ([], [])
    assert lan.store.read(known_here, WARD).people == {person}
    assert verify(team.service.database, team.service.safe) == []


def test_who_knows_of_it_writes_nothing_more_about_her(
    team: Team, lan: Laptop, tri: Laptop
) -> None:
    person, home = family(lan)
    everybody(lan, tri)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan)
    for fields in ({"phone": PHONE}, {"withdrawn": False}):
        with refused(UserMends, "entry.person_erased"):
            edit(lan.store, Person, person, **fields)
    visits.record_visit(lan.store, WARD, home, "considering", note="khác")


def test_a_list_that_names_her_again_is_held_without_her(
    team: Team, lan: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    line = (1, NAME, NUMBER, "21/11/1968", "12 Nguyễn Xí", "31/12/2026", None)
    path = due_book(tmp_path / "due.xlsx", line)
    take_in(lan.store, look_at(lan.store, "due", path, ImportChoice(ward=WARD)))
    everybody(lan, tri)
    (found,) = tri.store.read(find_people, NUMBER)
    erase_person(tri.store, WARD, found.person)
    everybody(tri, lan)
    assert (left(lan), left(team)) == ([], [])
    take_in(lan.store, look_at(lan.store, "due", path, ImportChoice(ward=WARD)))
    everybody(lan)
    assert {one["reason"] for one in team.admin.held()} <= {"erased"}
    assert (left(lan), left(team)) == ([], [])

"""What is held on a person, and who looked: for a supervisor, noted first, with a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.errors import UserMends
from fieldapp.usecases.households.held_on_person import held_on_person, write_held_on_person
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.listing import HANG, Listing, open_listing
from tests.support.refusals import refused

VI = Words("vi")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        opened.team.admin.grant("tri", WARD, "supervisor")
        yield opened


def hang(office: Listing) -> str:
    return next(m.person for m in office.page(office.hien).members if m.name == HANG)


def test_everything_on_a_person_is_told_with_who_wrote_it(office: Listing) -> None:
    paid = office.pays(office.lan, HANG)
    office.sync(office.lan, office.tri)
    found = held_on_person(office.tri.store, VI, WARD, hang(office))
    told = {(one.kind, one.field): one for one in found.values}
    assert told["person", "full_name"].value == HANG
    assert told["person", "full_name"].by == "Hien"
    assert told["person", "id_number"].value.isdigit()
    assert told["receipt", "number"].value == str(int(paid.number))
    assert told["receipt", "issued_by"].value == "Lan"
    assert told["enrolment", "scheme"].value == "BHYT"
    assert told["notice", "consented"].value == "có"
    assert found.whole


def test_whoever_looks_is_noted_and_seen_by_the_next(office: Listing) -> None:
    office.tri.synced()
    person = hang(office)
    first = held_on_person(office.tri.store, VI, WARD, person)
    assert [(one.kind, one.listed) for one in first.looks] == [("person_seen", False)]
    office.tri.synced()
    second = held_on_person(office.tri.store, VI, WARD, person)
    assert [(one.kind, one.who, one.listed) for one in second.looks] == [
        ("person_seen", "Tri", True),
        ("person_seen", "Tri", False),
    ]


def test_a_look_that_the_server_heard_of_days_later_says_so(office: Listing) -> None:
    office.tri.synced()
    held_on_person(office.tri.store, VI, WARD, hang(office))
    for clock in {id(one): one for one in (office.tri.clock, office.team.clock)}.values():
        clock.forward(days=3)
    office.tri.synced()
    late, now = held_on_person(office.tri.store, VI, WARD, hang(office)).looks
    assert late.late_at is not None and (late.late_at - late.at).days == 3
    assert now.late_at is None


def test_the_answer_to_a_request_is_a_file_that_is_noted_itself(
    office: Listing, tmp_path: Path
) -> None:
    office.tri.synced()
    written = write_held_on_person(office.tri.store, tmp_path / "a.xlsx", VI, WARD, hang(office))
    rows = CalamineWorkbook.from_path(str(written.path)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == f"Dữ liệu đang giữ về {HANG}"
    assert ["Thành viên", "Họ tên", HANG] in [row[:3] for row in rows]
    office.tri.synced()
    looks = held_on_person(office.tri.store, VI, WARD, hang(office)).looks
    assert [one.kind for one in looks] == ["export", "exported", "person_seen"]


def test_nobody_else_asks_and_a_supervisor_of_another_ward_hears_nothing(office: Listing) -> None:
    person = hang(office)
    for laptop in (office.lan, office.hien):
        with refused(UserMends, "held.no_right"):
            held_on_person(laptop.store, VI, WARD, person)
    office.tri.synced()
    held_on_person(office.tri.store, VI, WARD, person)
    office.tri.synced()
    office.team.admin.revoke_grant("tri", WARD)
    office.tri.synced()
    office.team.admin.grant("tri", WARD, "clerk")
    office.tri.synced()
    with refused(UserMends, "held.no_right"):
        held_on_person(office.tri.store, VI, WARD, person)

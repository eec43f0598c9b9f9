"""Agreements over wards, recorded on real laptops and synced through a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from fieldapp.cli import do
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Agreement
from fieldapp.model.agreements import agreement_id
from fieldapp.store.rows import read_fields
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases import changes
from fieldapp.usecases.agreements.recording import record_agreement
from fieldapp.usecases.agreements.standing import (
    AgreementRow,
    Unsigned,
    agreement_page,
    agreements,
    unsigned_wards,
)
from fieldapp.usecases.inbox.conflicts import conflict_page, decide
from fieldapp.usecases.inbox.inbox import inbox
from fieldapp.usecases.visiting.visits import record_visit
from fieldapp.words import Words
from sync.client.agreements import ServerAgreements
from tests.support.laptops import WARD, add_family
from tests.support.refusals import refused
from tests.support.team import Laptop, Team

KEY = ("agreement", agreement_id(WARD))
SIGNED_ON = date(2026, 11, 20)
SIGNED = {"state": "signed", "signed_on": SIGNED_ON, "document": "12/TT-BHXH"}
TODAY = date(2026, 11, 23)


@dataclass
class Desks:
    """Two clerks of one ward, and a canvasser."""

    team: Team
    hien: Laptop
    mai: Laptop
    lan: Laptop

    def sync(self) -> None:
        for laptop in (self.hien, self.mai, self.lan, self.hien, self.mai):
            laptop.synced()


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    team = Team()
    hien = team.laptop(tmp_path / "hien", "hien", role="clerk")
    mai = team.laptop(tmp_path / "mai", "mai", role="clerk")
    lan = team.laptop(tmp_path / "lan", "lan")
    made = Desks(team, hien, mai, lan)
    made.sync()
    yield made
    for laptop in (hien, mai, lan):
        laptop.profile.close()
    team.close()


def row_of(store: Store, ward: str = WARD) -> AgreementRow:
    return next(row for row in agreements(store).rows if row.ward == ward)


def test_a_ward_of_which_nothing_was_recorded_is_unsigned(desks: Desks) -> None:
    found = agreements(desks.lan.store)
    assert (found.signed, found.unsigned, found.newly("signed"), found.planned) == (0, 1, 0, 0)
    assert found.current_at is not None
    row = found.rows[0]
    assert (row.state, row.waiting_for, row.word, row.may_edit) == ("unsigned", "", "sent", False)
    assert unsigned_wards(desks.lan.store, [WARD]) == {WARD: Unsigned("Phường Thạnh Mỹ Tây")}


def test_what_the_desk_records_everybody_sees_and_it_expires_by_the_date(desks: Desks) -> None:
    waiting = {"waiting_for": "committee", "waiting_since": "2026-11-14"}
    contact = {"committee_contact": " Ngô  Thị Sáu ", "committee_phone": "+84 903 555 214"}
    record_agreement(desks.hien.store, WARD, waiting | contact)
    assert row_of(desks.hien.store).word == "on_device"
    desks.sync()
    row = row_of(desks.lan.store)
    assert (row.waiting_for, row.waiting_days, row.word) == ("committee", 9, "sent")
    party = row.parties[2]
    assert (party.contact, party.phone) == ("Ngô Thị Sáu", "0903555214")

    record_agreement(desks.mai.store, WARD, SIGNED | {"valid_until": date(2026, 11, 30)})
    desks.sync()
    found = agreements(desks.lan.store)
    row = found.rows[0]
    assert (row.state, row.week_ago, row.days_left, row.waiting_for) == (
        "signed",
        "unsigned",
        7,
        "",
    )
    assert (found.signed, found.newly("signed"), row.ends_soon) == (1, 1, True)
    assert unsigned_wards(desks.lan.store, [WARD]) == {}

    desks.lan.clock.forward(hours=8 * 24)
    found = agreements(desks.lan.store)
    assert (found.rows[0].state, found.newly("expired"), found.unsigned) == ("expired", 1, 1)
    told = Unsigned("Phường Thạnh Mỹ Tây", date(2026, 11, 30))
    assert unsigned_wards(desks.lan.store, [WARD]) == {WARD: told}


def test_two_desks_that_begin_it_apart_lose_nothing(desks: Desks) -> None:
    """Both make the ward's record; what each said of it is joined, or asked about."""
    basis = agreement_page(desks.mai.store, WARD).basis
    record_agreement(
        desks.hien.store, WARD, SIGNED | {"committee_contact": "Ngô Thị Sáu", "note": "bản giấy"}
    )
    other = {"state": "signed", "signed_on": date(2026, 11, 18), "post_contact": "Lê Văn Tám"}
    record_agreement(desks.mai.store, WARD, other, basis=basis)
    desks.sync()
    desks.sync()
    for laptop in (desks.hien, desks.mai, desks.lan):
        row = row_of(laptop.store)
        assert (row.state, row.signed_on, row.document) == ("signed", SIGNED_ON, "12/TT-BHXH")
        assert [party.contact for party in row.parties] == ["", "Lê Văn Tám", "Ngô Thị Sáu"]
        assert row.note == "bản giấy"
    assert row_of(desks.hien.store).word == "conflict"
    [asked] = inbox(desks.mai.store)
    page = conflict_page(desks.mai.store, WARD, asked.id)
    assert (page.field, page.subject_name) == ("signed_on", "Phường Thạnh Mỹ Tây")
    assert {side.value for side in page.sides} == {SIGNED_ON, date(2026, 11, 18)}
    decide(desks.mai.store, page, date(2026, 11, 19))
    desks.sync()
    assert row_of(desks.lan.store).signed_on == date(2026, 11, 19)


def test_a_signature_taken_back_meets_work_that_builds_on_it(desks: Desks) -> None:
    record_agreement(desks.hien.store, WARD, SIGNED | {"valid_until": date(2026, 12, 31)})
    desks.sync()
    record_agreement(desks.hien.store, WARD, {"state": "unsigned"})
    assert row_of(desks.hien.store).signed_on is None
    record_agreement(desks.mai.store, WARD, {"valid_until": date(2027, 11, 20)})
    desks.sync()
    desks.sync()
    assert row_of(desks.lan.store).state == "unsigned"
    assert [row.title.code for row in inbox(desks.hien.store)] == ["story.title_valid_until"]


def test_undo_takes_the_words_back_and_never_the_record(desks: Desks) -> None:
    store = desks.hien.store
    made = record_agreement(store, WARD, SIGNED)
    assert made is not None
    changes.undo(store, made)
    assert row_of(store).state == "unsigned"
    begun, recorded = (
        row for row in changes.pending(store)[::-1] if row.text.code != "history.undone"
    )
    assert (begun.can_undo, recorded.can_undo) == (False, True)
    assert recorded.text.code == begun.text.code == "history.agreement_recorded"
    assert record_agreement(store, WARD, {"state": "unsigned"}) is None


def test_nothing_is_written_where_nothing_was_said(desks: Desks) -> None:
    assert record_agreement(desks.hien.store, WARD, {"state": "unsigned", "note": " "}) is None
    assert desks.hien.store.read(read_fields, WARD, KEY) is None


WRONG = {
    "agreements.no_signed_on": {"state": "signed"},
    "agreements.signed_in_the_future": SIGNED | {"signed_on": date(2026, 11, 24)},
    "agreements.ends_before_it_begins": SIGNED | {"valid_until": date(2026, 11, 19)},
    "agreements.state_unknown": {"state": "expired"},
    "agreements.party_unknown": {"waiting_for": "ai đó"},
    "entry.not_a_value": {"signed_on": "31/02/2026"},
    "entry.unknown_field": {"ward": "x"},
    "entry.text_too_long": SIGNED | {"document": "Thỏa thuận số 12 " * 20},
    "rules.phone_length": {"post_phone": "0903"},
    "rules.phone_has_no_digits": {"post_phone": "hỏi chị Sáu"},
    "agreements.waiting_from_the_future": {"waiting_since": date(2026, 11, 24)},
}


@pytest.mark.parametrize("code", WRONG)
def test_what_can_not_be_is_refused_and_nothing_is_written(desks: Desks, code: str) -> None:
    with refused(UserMends, code):
        record_agreement(desks.hien.store, WARD, WRONG[code])
    assert desks.hien.store.read(read_fields, WARD, KEY) is None
    assert changes.pending(desks.hien.store) == ()


def test_a_canvasser_does_not_record_it_and_the_server_holds_one_who_tries(desks: Desks) -> None:
    with refused(UserMends, "agreements.no_right"):
        record_agreement(desks.lan.store, WARD, SIGNED)
    with desks.lan.store.work(Intent("agreement.record", WARD)) as forged:
        forged.create(Agreement(ward=WARD, id=KEY[1], state="signed", signed_on=SIGNED_ON))
    desks.sync()
    assert row_of(desks.hien.store).state == "unsigned"
    [row] = changes.troubled(desks.lan.store)
    assert row.reason == "no_right"


def test_planned_visits_of_an_unsigned_ward_are_counted_once_a_door(desks: Desks) -> None:
    store = desks.lan.store
    homes = [add_family(store, ["Trần Văn Một"])[0] for _ in range(3)]
    for home in homes:
        record_visit(store, WARD, home, "appointment", next_on=TODAY, next_time="09:00")
    desks.lan.clock.forward(minutes=1)
    record_visit(store, WARD, homes[0], "appointment", next_on=date(2026, 11, 25))
    record_visit(store, WARD, homes[1], "not_at_home")
    made = record_visit(store, WARD, homes[2], "refused")
    changes.undo(store, made)
    assert agreements(store).planned == 2
    assert row_of(store).planned == 2


def test_an_agreement_of_a_ward_that_was_merged_away_stands_under_its_successor(
    tmp_path: Path,
) -> None:
    """Phường 22 of Bình Thạnh is part of Phường Thạnh Mỹ Tây since 2025: another committee."""
    team = Team()
    old = team.admin.add_ward("26956", date(2021, 1, 1), "Phường 22")
    laptop = team.laptop(tmp_path / "hien", "hien", role="clerk")
    team.admin.grant("hien", old, "clerk")
    laptop.synced()
    before = {"state": "signed", "signed_on": date(2024, 11, 5), "valid_until": date(2026, 12, 31)}
    record_agreement(laptop.store, old, before)
    found = agreements(laptop.store)
    assert [row.ward for row in found.rows] == [WARD]
    [former] = found.rows[0].former
    assert (former.name, former.state, former.signed_on) == (
        "Phường 22",
        "signed",
        date(2024, 11, 5),
    )
    assert found.rows[0].state == "unsigned", "the committee of today has signed nothing"
    assert unsigned_wards(laptop.store, [old]) == {old: Unsigned("Phường Thạnh Mỹ Tây")}
    record_agreement(laptop.store, WARD, SIGNED)
    assert unsigned_wards(laptop.store, [old, WARD]) == {}
    laptop.synced()
    tri = team.laptop(tmp_path / "tri", "tri", role="supervisor")
    tri.synced()
    tri.store.remember(grants=[{"ward": one, "role": "supervisor"} for one in (old, WARD)])
    [former] = agreements(tri.store).rows[0].former
    assert former.state == "not_here", "its log has not come here"
    tri.profile.close()
    laptop.profile.close()
    team.close()


def test_a_script_records_it_through_the_same_door(desks: Desks) -> None:
    fields = {"state": "signed", "signed_on": "2026-11-20"}
    answer = do.call(
        desks.hien.store, Words("vi"), "record_agreement", {"ward": WARD, "fields": fields}
    )
    assert isinstance(answer, str)
    told = do.call(desks.hien.store, Words("vi"), "agreements", {})
    assert told["rows"][0]["state"] == "signed"


def test_what_became_known_this_week_and_what_was_taken_back_is_a_change(desks: Desks) -> None:
    """Last week's page is what the figures are compared with, whatever days a paper bears."""
    store = desks.hien.store
    record_agreement(store, WARD, SIGNED | {"signed_on": date(2026, 8, 3)})
    for synced in (False, True):
        if synced:
            desks.sync()
        assert (row_of(store).state, row_of(store).week_ago) == ("signed", "unsigned")
        assert agreements(store).newly("signed") == 1
    assert row_of(desks.lan.store).week_ago == "unsigned"
    for laptop in (desks.hien, desks.mai, desks.lan):
        laptop.clock.forward(hours=8 * 24)
    desks.team.clock.forward(hours=8 * 24)
    assert not row_of(store).changed
    record_agreement(store, WARD, {"state": "unsigned"})
    desks.sync()
    for laptop in (desks.hien, desks.lan):
        assert row_of(laptop.store).week_ago == "signed"
        assert agreements(laptop.store).newly("unsigned") == 1


def test_a_ward_that_is_not_on_the_laptop_is_not_said_to_be_unsigned(
    desks: Desks, tmp_path: Path
) -> None:
    record_agreement(desks.hien.store, WARD, SIGNED | {"committee_contact": "Ngô Thị Sáu"})
    home, _ = add_family(desks.lan.store, ["Trần Văn Một"])
    record_visit(desks.lan.store, WARD, home, "appointment", next_on=TODAY)
    desks.sync()
    tri = desks.team.laptop(tmp_path / "tri", "tri", role="supervisor")
    found = agreements(tri.store)
    assert [row.state for row in found.rows] == ["not_here"] and found.not_here == (WARD,)
    assert (found.signed, found.unsigned, found.planned, found.rows[0].changed) == (0, 0, 0, False)
    assert not found.rows[0].may_edit and unsigned_wards(tri.store, [WARD]) == {}

    far = ServerAgreements(tri.transport).ask([WARD])
    row = agreements(tri.store, far=far).rows[0]
    assert (row.state, row.signed_on, row.planned) == ("signed", SIGNED_ON, 1)
    assert row.parties[2].contact == "Ngô Thị Sáu"
    assert (row.current_at, row.may_edit, row.here) == (desks.team.clock.now(), False, False)
    tri.synced()
    row = agreements(tri.store, far=far).rows[0]
    assert (row.state, row.here, row.may_edit) == ("signed", True, True)
    tri.profile.close()


def test_the_server_tells_agreements_of_granted_wards_only(desks: Desks) -> None:
    other = desks.team.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    asks = ServerAgreements(desks.lan.transport)
    with refused(UserMends, "server.no_grant"):
        asks.ask([WARD, other])
    way = desks.lan.transport(agreements=[lambda told: replace(told, wards=())])
    with refused(SurroundingsMend, "sync.incomplete_answer"):
        ServerAgreements(lambda: way).ask([WARD])

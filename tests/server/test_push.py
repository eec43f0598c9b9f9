"""Push: one changeset, one effect, whatever is sent and however often."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from fieldapp.model import Person
from fieldapp.model.changesets import Change, content_hash, encode
from fieldapp.model.entries import FIRST_CHAIN, next_chain
from fieldapp.model.record import record_types
from sync.protocol import Push, page_is_a_run
from sync.server.store.tables import held, table_of
from sync.server.verify import verify
from tests.support.changes import WARD, create, edit
from tests.support.ward_office import Hand, Office, family


def person(office: Office, identity: str = "p1") -> dict[str, object]:
    """The stored row of a person."""
    table = table_of(Person)
    with office.service.database.read() as connection:
        found = connection.execute(select(table).where(table.c.id == identity)).mappings().one()
        return dict(found)


def renames(hand: Hand, base: int, old: str, new: str, **other: object) -> Change:
    return hand.writes(base, edit("person", "p1", full_name=(old, new)), **other)  # type: ignore[return-value]  # a hand writes what it is given


def test_an_accepted_changeset_is_stored_chained_and_handed_out(office: Office) -> None:
    lan = office.hires("lan")
    made = lan.writes(0, *family())
    [answer] = lan.pushes(made)
    assert (answer.changeset, answer.status, answer.revision) == (made.id, "applied", 1)
    assert answer.hash == content_hash(encode(made))
    page = lan.pulls()
    assert page_is_a_run(page) and page.chain_at_after == FIRST_CHAIN
    entry = page.entries[0].entry()
    assert entry.content == encode(made)
    assert entry.chain == next_chain(FIRST_CHAIN, made.id, entry.content, entry.outcome)
    assert person(office)["full_name"] == "A"
    assert person(office)["changeset"] == made.id
    assert verify(office.service.database) == []


def test_the_same_batch_twice_has_one_effect_and_the_same_answers(office: Office) -> None:
    lan, minh = office.hires("lan"), office.hires("minh")
    born = lan.writes(0, *family())
    contents = [encode(m).decode() for m in (born, renames(lan, 0, "A", "B", on=(born.id,)))]
    first = lan.hands_in(*contents)
    minh.pushes(renames(minh, 2, "B", "C"))
    assert lan.hands_in(*contents) == first
    assert lan.hands_in(*contents, *contents).answers == first.answers * 2
    assert person(office)["full_name"] == "C"
    assert lan.pulls().head == 3


def test_a_known_id_with_other_content_is_held_and_changes_nothing(office: Office) -> None:
    lan = office.hires("lan")
    born = lan.writes(0, *family())
    lan.pushes(born)
    other = replace(born, changes=(create("person", "p2", full_name="X"),))
    [answer] = lan.pushes(other)
    assert (answer.changeset, answer.status, answer.reason) == (born.id, "held", "other_hash")
    assert lan.pushes(other) == [answer]
    assert lan.pushes(born)[0].status == "applied"
    assert [row["reason"] for row in office.admin.held()] == ["other_hash"]
    assert lan.pulls().head == 1


def test_work_in_a_ward_without_a_grant_is_held_not_lost(office: Office) -> None:
    office.admin.add_ward("26962", _since(), "Phường khác")
    lan = office.hires("lan")
    elsewhere = lan.writes(0, *family(), ward="26962.20250701")
    [answer] = lan.pushes(elsewhere, ward="26962.20250701")
    assert (answer.status, answer.reason) == ("held", "no_grant")
    nowhere = lan.writes(0, *family(), ward="99999.20250701")
    assert lan.pushes(nowhere, ward="99999.20250701")[0].reason == "no_grant"
    with office.service.database.read() as connection:
        kept = set(connection.execute(select(held.c.content)).scalars())
    assert kept == {encode(elsewhere), encode(nowhere)}


def test_held_work_that_is_released_enters_the_log_and_wakes_what_waits_for_it(
    office: Office,
) -> None:
    office.adds_user("minh", "clerk")
    lan = office.hires("lan")
    office.admin.revoke_grant("lan", WARD)
    born = lan.writes(0, *family())
    second = renames(lan, 0, "A", "B", on=(born.id,))
    assert [a.reason for a in lan.pushes(born)] == ["no_grant"]
    office.admin.grant("lan", WARD, "canvasser")
    assert [(a.status, a.reason) for a in lan.pushes(born, second)] == [
        ("held", "no_grant"),
        ("held", "missing_on"),
    ]
    assert office.admin.release(born.id) == "applied"
    assert person(office)["full_name"] == "B"
    assert [a.revision for a in lan.pushes(born, second)] == [2, 3], "after the release"
    assert office.admin.held() == []
    assert verify(office.service.database) == []


def test_nobody_writes_in_another_name_or_from_another_device(office: Office) -> None:
    lan, minh = office.hires("lan"), office.hires("minh")
    genuine = minh.writes(0, *family())
    [forged] = lan.pushes(genuine)
    assert (forged.status, forged.reason) == ("held", "forged_author")
    borrowed = replace(lan.writes(0, *family("h2", "p2")), device=minh.who.device)
    assert lan.pushes(borrowed)[0].reason == "forged_device"
    misdirected = lan.writes(0, *family("h3", "p3"), ward="26962.20250701")
    assert lan.pushes(misdirected)[0].reason == "wrong_ward"
    assert [a.status for a in minh.pushes(genuine)] == ["applied"], "its own author is not kept out"


def test_reference_data_is_not_for_laptops_to_write(office: Office) -> None:
    lan = office.hires("lan")
    boss = create("staff", "s1", username="lan", role="admin")
    assert lan.pushes(lan.writes(0, boss))[0].reason == "broken_rule"
    assert lan.pushes(lan.writes(0, boss, ward="city"), ward="city")[0].reason == "no_grant"


def test_a_revoked_device_hands_in_but_nothing_applies(office: Office) -> None:
    lan = office.hires("lan")
    office.admin.revoke_device(lan.who.device)
    assert [a.reason for a in lan.pushes(lan.writes(0, *family()))] == ["revoked_device"]
    assert office.enrols("lan").pulls().head == 0


def test_a_grant_counts_on_its_days_only(office: Office) -> None:
    lan = office.hires("lan")
    office.clock.forward(days=1)
    office.admin.revoke_grant("lan", WARD)
    tomorrow = _since().replace(year=2026, month=11, day=25)
    office.admin.grant("lan", WARD, "canvasser", since=tomorrow, until=tomorrow)
    reasons = []
    for _ in range(3):
        reasons.append(lan.pushes(lan.writes(0, create("household", f"h{len(reasons)}")))[0].reason)
        office.clock.forward(days=1)
    assert reasons == ["no_grant", None, "no_grant"]


def test_parts_that_arrive_in_the_wrong_order_end_as_if_in_the_right_one(office: Office) -> None:
    lan = office.hires("lan")
    born = lan.writes(0, *family())
    second = renames(lan, 0, "A", "B", on=(born.id,))
    third = renames(lan, 0, "B", "C", on=(born.id, second.id))
    assert [a.reason for a in lan.pushes(third)] == ["missing_on"]
    assert [a.reason for a in lan.pushes(second)] == ["missing_on"]
    assert [a.status for a in lan.pushes(born)] == ["applied"]
    assert person(office)["full_name"] == "C"
    assert [a.status for a in lan.pushes(third, second)] == ["applied", "applied"]
    assert office.admin.held() == []


def test_within_one_batch_too_the_later_part_lets_the_earlier_in(office: Office) -> None:
    lan = office.hires("lan")
    born = lan.writes(0, *family())
    second = renames(lan, 0, "A", "B", on=(born.id,))
    assert [a.status for a in lan.pushes(second, born)] == ["applied", "applied"]
    assert person(office)["full_name"] == "B"
    assert verify(office.service.database) == []


def test_a_visit_to_a_household_that_has_not_come_waits_for_it(office: Office) -> None:
    lan, minh = office.hires("lan"), office.hires("minh")
    at = "2026-11-23T01:00:00.000Z"
    visit = minh.writes(0, create("visit", "v1", household="h1", visited_at=at))
    [answer] = minh.pushes(visit)
    assert (answer.reason, answer.detail) == ("unknown_record", "household/h1")
    lan.pushes(lan.writes(0, *family()))
    assert [a.status for a in minh.pushes(visit)] == ["applied"]


def test_a_record_type_of_a_newer_program_waits_until_the_server_knows_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = office.hires("lan")
    lan.pushes(lan.writes(0, *family()))
    at = "2026-11-23T01:00:00.000Z"
    visit = lan.writes(1, create("visit", "v1", household="h1", visited_at=at))
    with monkeypatch.context() as older:
        older.delitem(record_types(), "visit")
        [answer] = lan.pushes(visit)
        assert (answer.reason, answer.detail) == ("unknown_type", "visit")
        lan.pushes(renames(lan, 1, "A", "B"))
        assert [a.status for a in lan.pushes(visit)] == ["held"]
    lan.pushes(renames(lan, 2, "B", "C"))
    assert [a.status for a in lan.pushes(visit)] == ["applied"]
    assert verify(office.service.database) == []


def test_broken_contents_are_held_beside_good_ones(office: Office) -> None:
    lan = office.hires("lan")
    good = encode(lan.writes(0, *family())).decode()
    contents = ["", "{}", "null", '{"id": 7}', good, good[:-9]]
    answers = lan.hands_in(*contents).answers
    assert [a.status for a in answers] == ["held"] * 4 + ["applied", "held"]
    assert {a.reason for a in answers} == {"broken", None}
    assert lan.hands_in(*contents).answers == answers
    assert [a.hash for a in answers] == [content_hash(c.encode()) for c in contents]


def test_fields_of_a_newer_version_are_kept_and_passed_on(office: Office) -> None:
    lan = office.hires("lan")
    lan.pushes(lan.writes(0, *family(blood_type="O")))
    lan.pushes(lan.writes(1, edit("person", "p1", hair=(None, {"colour": "đen"}))))
    assert person(office)["unknown"] == {"blood_type": "O", "hair": {"colour": "đen"}}
    assert json.loads(lan.pulls().entries[0].content)["changes"][1]["values"]["blood_type"] == "O"
    assert verify(office.service.database) == []


def test_an_empty_batch_is_answered(office: Office) -> None:
    answers = office.hires("lan").session.push(Push(WARD, ()))
    assert answers.answers == () and len(answers.receipt) == 9


def _since() -> object:
    from datetime import date

    return date(2025, 7, 1)

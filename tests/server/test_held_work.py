"""Held work and its end: let in, let in without what is lost, or refused; never thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from fieldapp.errors import UserMends
from fieldapp.model import Conflict, Household, Membership, Person, Receipt, record_types
from fieldapp.model.changesets import Change, Changeset, content_hash, encode
from fieldapp.model.releases import LET_IN, LET_IN_WITHOUT, REFUSE, aside_id, release_id
from sync.protocol import Farewell, Handshake
from sync.server.refusals import Refused
from sync.server.store.tables import field_change, known_changeset, log_entry, table_of, ward_head
from sync.server.store.tables import held as held_table
from sync.server.verify import verify
from tests.support.changes import WARD, create, edit
from tests.support.ward_office import Hand, Office, family


def row(office: Office, record: Any, identity: str) -> Mapping[str, Any] | None:
    table = table_of(record)
    with office.service.database.read() as connection:
        found = connection.execute(select(table).where(table.c.id == identity)).mappings().first()
        return dict(found) if found else None


def receipt(number: int = 7, **values: Any) -> Change:
    money = {"book": "BL", "number": number, "amount_dong": 500_000, "household": "h1"}
    return create("receipt", f"r{number}", issued_at="2026-11-23T02:00:00.000Z", **money | values)


def ends(held: str, how: str = LET_IN, **values: Any) -> Change:
    said = {"held": held, "how": how, "note": ""} | values
    return create("held_release", release_id(WARD, held, how), **said)


@pytest.fixture
def lan(office: Office) -> Hand:
    """Who has lost her grant: everything that she sends is held."""
    hand = office.hires("lan")
    office.admin.revoke_grant("lan", WARD)
    return hand


@pytest.fixture
def hien(office: Office) -> Hand:
    return office.hires("hien", "clerk")


# let in


def test_a_clerk_lets_held_work_in_by_a_changeset(office: Office, lan: Hand, hien: Hand) -> None:
    born = lan.writes(0, *family())
    assert lan.pushes(born)[0].reason == "no_grant"
    [answer] = hien.pushes(hien.writes(0, ends(born.id)))
    assert (answer.status, answer.revision) == ("applied", 1)
    assert [e.revision for e in hien.pulls().entries] == [1, 2]
    assert row(office, Person, "p1") is not None
    assert office.admin.held() == []
    assert lan.pushes(born)[0].revision == 2
    assert verify(office.service.database) == []


def test_nobody_but_a_decider_ends_held_work(office: Office, lan: Hand) -> None:
    minh = office.hires("minh")
    born = lan.writes(0, *family())
    lan.pushes(born)
    [answer] = minh.pushes(minh.writes(0, ends(born.id)))
    assert (answer.status, answer.reason) == ("held", "no_right")
    assert row(office, Person, "p1") is None


@pytest.mark.parametrize(
    "change",
    [
        ends("nothing"),
        create("held_release", "other-id", held="x", how=LET_IN),
        create("held_release", release_id(WARD, "x", LET_IN), how=LET_IN),
    ],
)
def test_a_release_of_nothing_is_held(hien: Hand, change: Change) -> None:
    [answer] = hien.pushes(hien.writes(0, change))
    assert (answer.status, answer.reason) == ("held", "broken_rule")


def test_two_clerks_end_it_once_and_the_first_stands(office: Office, lan: Hand, hien: Hand) -> None:
    born = lan.writes(0, *family())
    lan.pushes(born)
    thu = office.hires("thu", "clerk")
    hien.pushes(hien.writes(0, ends(born.id, REFUSE)))
    thu.pushes(thu.writes(0, ends(born.id, LET_IN)))
    person = row(office, Person, "p1")
    assert person is not None and person["withdrawn"] is True
    assert verify(office.service.database) == []


def test_work_that_waits_for_another_goes_on_waiting_when_it_is_let_in(
    office: Office, lan: Hand
) -> None:
    born = lan.writes(0, *family())
    second = lan.writes(0, edit("person", "p1", full_name=("A", "B")), on=(born.id,))
    lan.pushes(second)
    assert office.admin.release(second.id) == "held"
    lan.pushes(born)
    assert office.admin.release(born.id) == "applied"
    person = row(office, Person, "p1")
    assert person is not None and person["full_name"] == "B", "an edit never before its creation"
    assert office.admin.held() == []
    assert verify(office.service.database) == []


# without what is lost


def test_what_was_let_in_and_waits_in_vain_can_be_let_in_without(office: Office, lan: Hand) -> None:
    made = lan.writes(0, *family(), on=("lost-changeset",))
    lan.pushes(made)
    assert office.admin.release(made.id) == "held", "it may still come"
    assert [one["reason"] for one in office.admin.held()] == ["missing_on"]
    assert office.admin.release(made.id, LET_IN_WITHOUT) == "applied"
    assert verify(office.service.database) == []


def test_the_lost_parts_are_listed(office: Office, lan: Hand) -> None:
    made = lan.writes(
        0,
        edit("person", "gone", full_name=("A", "B")),
        create("membership", "m9", person="gone", household="h9", relationship="00"),
        create("household", "h9", street="Lê Lợi", head="gone"),
        on=("lost-changeset",),
    )
    later = lan.writes(0, edit("household", "h9", street=("Lê Lợi", "Lê Lai")), on=(made.id,))
    lan.pushes(made, later)
    assert office.admin.release(made.id, LET_IN_WITHOUT) == "merged"
    home, member = row(office, Household, "h9"), row(office, Membership, "m9")
    assert home is not None and member is not None
    assert (home["head"], home["street"]) == (None, "Lê Lợi")
    assert (member["person"], member["household"]) == ("", "h9")
    assert [(one["record"], one["field"], one["value"]) for one in office.admin.lost()] == [
        ("gone", "full_name", "B"),
        ("m9", "person", "gone"),
        ("h9", "head", "gone"),
    ]
    assert office.admin.release(later.id) == "applied"
    assert verify(office.service.database) == []


def test_work_of_which_everything_is_lost_becomes_history(office: Office, lan: Hand) -> None:
    made = lan.writes(0, edit("person", "gone", full_name=("A", "B")))
    lan.pushes(made)
    assert office.admin.release(made.id, LET_IN_WITHOUT) == "merged"
    assert row(office, Person, "gone") is None
    assert verify(office.service.database) == []


# refused


def test_refused_work_is_history_its_records_withdrawn_its_receipts_count(
    office: Office, lan: Hand, hien: Hand
) -> None:
    hien.pushes(hien.writes(0, *family("h0", "p0")))
    made = lan.writes(1, *family(), receipt(), edit("person", "p0", full_name=("A", "B")))
    lan.pushes(made)
    assert office.admin.release(made.id, REFUSE, note="nhầm phường") == "refused"
    person, money, other = (
        row(office, Person, "p1"),
        row(office, Receipt, "r7"),
        row(office, Person, "p0"),
    )
    assert person is not None and person["withdrawn"] is True
    assert money is not None and money["amount_dong"] == 500_000
    assert other is not None and other["full_name"] == "A"
    assert lan.pushes(made)[0].status == "refused"
    assert verify(office.service.database) == []


def test_what_was_done_on_top_of_refused_work_asks_a_person(
    office: Office, lan: Hand, hien: Hand
) -> None:
    born = lan.writes(0, *family())
    second = lan.writes(0, edit("person", "p1", full_name=("A", "B")), on=(born.id,))
    lan.pushes(born, second)
    office.admin.release(born.id, REFUSE)
    assert office.admin.release(second.id) == "conflict"
    with office.service.database.read() as connection:
        conflicts = connection.execute(select(table_of(Conflict))).mappings().all()
    assert [(one["record"], one["field"], one["open"]) for one in conflicts] == [
        ("p1", "withdrawn", True)
    ]
    assert verify(office.service.database) == []


def test_refusing_what_refers_to_lost_records_needs_none_of_them(office: Office, lan: Hand) -> None:
    made = lan.writes(
        0, create("membership", "m1", person="gone", household="gone"), receipt(household="gone")
    )
    lan.pushes(made)
    assert office.admin.release(made.id, REFUSE) == "refused"
    money = row(office, Receipt, "r7")
    assert money is not None and money["household"] == ""
    assert verify(office.service.database) == []


def test_what_can_not_become_an_entry_can_be_refused_only(office: Office, hien: Hand) -> None:
    broken = '{"note":"no changeset"}'
    hien.hands_in(broken)
    aside = aside_id(hien.who.device, content_hash(broken.encode()))
    with pytest.raises(UserMends) as refusal:
        office.admin.release(aside)
    assert refusal.value.code == "server.held_only_refused"
    assert office.admin.release(aside, REFUSE) == "refused"
    assert office.admin.held() == []
    assert hien.hands_in(broken).answers[0].status == "refused"
    assert verify(office.service.database) == []


def test_a_changeset_that_breaks_a_rule_can_be_refused_only(office: Office, hien: Hand) -> None:
    made = hien.writes(0, create("person", "p1", full_name=7), *family("h2", "p2"))
    assert hien.pushes(made)[0].reason == "broken_rule"
    with pytest.raises(UserMends):
        office.admin.release(made.id)
    assert office.admin.release(made.id, REFUSE) == "refused"
    assert row(office, Person, "p1") is None
    person = row(office, Person, "p2")
    assert person is not None and person["withdrawn"] is True
    assert verify(office.service.database) == []


def test_a_record_type_that_nobody_knows_can_be_refused(office: Office, hien: Hand) -> None:
    made = hien.writes(0, create("drone", "d1", height=7))
    assert hien.pushes(made)[0].reason == "unknown_type"
    assert office.admin.release(made.id, REFUSE) == "refused"
    assert verify(office.service.database) == []


def test_another_content_under_a_known_id_is_refused_without_touching_the_known_one(
    office: Office, hien: Hand
) -> None:
    born = hien.writes(0, *family())
    hien.pushes(born)
    other = replace(born, changes=(create("person", "p9", full_name="X"),))
    hien.pushes(other)
    [held] = office.admin.held()
    assert office.admin.release(held["id"], REFUSE) == "refused"
    assert [a.status for a in hien.pushes(other, born)] == ["refused", "applied"]
    assert verify(office.service.database) == []


def test_work_that_arrives_after_its_end_ends_at_once(
    office: Office, lan: Hand, hien: Hand
) -> None:
    """As after a restore: the decision is in the log already when the work comes back."""
    born = lan.writes(0, *family())
    lan.pushes(born)
    office.admin.release(born.id, REFUSE)
    with office.service.database.write() as connection:
        _forget(connection, born)
    assert lan.pushes(born)[0].status == "refused"


def _forget(connection: Connection, changeset: Changeset) -> None:
    """As if the ward's log ended before it."""
    log, head = log_entry.c, ward_head.c
    entry = connection.execute(select(log_entry).where(log.changeset == changeset.id)).one()
    former = log.ward == WARD, log.revision == entry.revision - 1
    chain = connection.execute(select(log.chain).where(*former)).scalar_one()
    connection.execute(delete(log_entry).where(log.changeset == changeset.id))
    connection.execute(delete(known_changeset).where(known_changeset.c.id == changeset.id))
    connection.execute(delete(held_table).where(held_table.c.id == changeset.id))
    connection.execute(delete(field_change).where(field_change.c.revision == entry.revision))
    for change in changeset.changes:
        table = table_of(record_types()[change.record_type])
        connection.execute(delete(table).where(table.c.id == change.record))
    back = {"revision": entry.revision - 1, "chain": chain}
    connection.execute(update(ward_head).where(head.ward == WARD).values(back))


# money


def test_receipts_in_held_work_are_taken_and_pending(office: Office, lan: Hand) -> None:
    office.admin.add_book("BL", 1, 100, WARD)
    made = lan.writes(0, *family(), receipt())
    lan.pushes(made)
    [pending] = office.admin.pending_receipts()
    assert (pending.book, pending.number, pending.amount_dong) == ("BL", 7, 500_000)
    [book] = office.admin.books()
    assert (book["taken"], book["pending"], book["pending_dong"]) == (0, 1, 500_000)
    office.admin.release(made.id)
    [book] = office.admin.books()
    assert (book["taken"], book["taken_dong"], book["pending"]) == (1, 500_000, 0)
    assert office.admin.pending_receipts() == []


def test_a_number_twice_shows_even_where_one_of_them_is_held(
    office: Office, lan: Hand, hien: Hand
) -> None:
    hien.pushes(hien.writes(0, *family(), receipt()))
    assert verify(office.service.database) == []
    twin = create("receipt", "twin", book="BL", number=7, issued_at="2026-11-23T02:00:00.000Z")
    lan.pushes(lan.writes(1, twin))
    assert [(one.what, one.where) for one in verify(office.service.database)] == [
        ("receipt_number_twice", "BL 7")
    ]


def test_a_number_that_was_leased_to_nobody_shows(office: Office, hien: Hand) -> None:
    office.admin.add_book("BL", 1, 100, WARD)
    hien.pushes(hien.writes(0, *family(), receipt()))
    assert [one.what for one in verify(office.service.database)] == ["receipt_number_never_leased"]


# its author


def test_the_greeting_says_how_held_work_ended_and_nothing_else(
    office: Office, lan: Hand, hien: Hand
) -> None:
    made, waits = lan.writes(0, *family()), lan.writes(0, *family("h2", "p2"))
    lan.pushes(made, waits)
    named = tuple((one.id, content_hash(encode(one))) for one in (made, waits))

    def told(hand: Hand) -> list[tuple[str, str, int | None]]:
        shake = Handshake("i1", "2026-11-23T01:00:00Z", held=named)
        answers = hand.session.greet(shake).answers
        return [(one.changeset, one.status, one.revision) for one in answers]

    assert told(lan) == []
    office.admin.release(made.id, REFUSE)
    assert told(lan) == [(made.id, "refused", 2)]
    assert told(hien) == [], "another device's work is nobody else's business"


def test_a_revoked_device_learns_what_of_its_work_is_not_here(office: Office, hien: Hand) -> None:
    known, lost = hien.writes(0, *family()), hien.writes(0, *family("h2", "p2"))
    broken = '{"note":"no changeset"}'
    hien.pushes(known)
    hien.hands_in(broken)
    office.admin.revoke_device(hien.who.device)
    named = [(one.id, content_hash(encode(one))) for one in (known, lost)]
    named += [("other", content_hash(broken.encode())), (known.id, "0" * 64)]
    answer = hien.session.farewell(Farewell(tuple(named)))
    assert answer.missing == (lost.id, known.id), "the second of them has another content"
    with pytest.raises(Refused) as refusal:
        hien.session.farewell(Farewell(named[:1] * 3_000))  # type: ignore[arg-type]  # names, as the messages have them
    assert refusal.value.status == 413

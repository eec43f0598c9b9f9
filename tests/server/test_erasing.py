"""Erasure by right, on both databases: what the server keeps of a person, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from fieldapp.clock import iso
from fieldapp.model import Household, Receipt
from fieldapp.model.changesets import ERASED_MARK, Change, canonical, encode, is_erased
from fieldapp.model.entries import next_chain
from fieldapp.model.erasures import erasure_id
from fieldapp.model.releases import REFUSE
from sync.protocol import Push
from sync.server.store.tables import erased, erased_body, log_entry, table_of
from sync.server.verify import verify
from tests.support.changes import WARD, create, edit
from tests.support.scanning import found_in
from tests.support.ward_office import Hand, Office, family

NAME = "Nguyễn Thị Khuyênh"
AT = "2026-11-23T01:00:00.000Z"
HERS = (NAME, "0903555777", "0903555778")


def erasure(office: Office, person: str = "p1", *blanks: list[str]) -> tuple[Change, ...]:
    made = {"person": person, "blanks": list(blanks), "erased_by": "tri"}
    made |= {"erased_at": iso(office.clock.now())}
    gone = edit("person", person, withdrawn=(False, True))
    return create("erasure", erasure_id(WARD, person), **made), gone


def left(office: Office) -> Any:
    with office.service.database.read() as connection:
        return found_in(connection, HERS)


def told(lan: Hand, thu: Hand) -> None:
    """A person with a conflict on her phone, and held work about her."""
    lan.pushes(lan.writes(0, *family(full_name=NAME, note="một")))
    lan.pushes(lan.writes(1, edit("person", "p1", full_name=(NAME, f"{NAME} A"))))
    thu.pushes(thu.writes(1, edit("person", "p1", full_name=(NAME, f"{NAME} B"))))
    lan.pushes(lan.writes(3, edit("person", "p1", phone=(None, "0903555777")), on=("missing",)))


def test_rows_logs_conflicts_history_and_held_work_forget_her(office: Office) -> None:
    lan, thu, tri = office.hires("lan"), office.hires("thu", "clerk"), office.hires("tri", "admin")
    told(lan, thu)
    tables_of_hers = {table for table, _ in left(office)}
    assert tables_of_hers >= {"person", "log_entry", "field_change", "conflict", "held"}
    [answer] = tri.pushes(tri.writes(3, *erasure(office)))
    assert answer.status == "applied"
    assert left(office) == []
    assert verify(office.service.database, office.service.safe) == []
    page = tri.pulls()
    assert is_erased(page.entries[0].content.encode())
    chain = page.chain_at_after
    for one in page.entries:
        entry = one.entry()
        chain = next_chain(chain, json.loads(one.content)["id"], entry.content, entry.outcome)
        assert chain == one.chain


def test_who_is_no_supervisor_erases_nobody(office: Office) -> None:
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    told(lan, thu)
    [answer] = thu.pushes(thu.writes(3, *erasure(office)))
    assert (answer.status, answer.reason) == ("held", "no_right")
    assert left(office)


def test_work_on_her_is_held_and_new_records_for_her_too(office: Office) -> None:
    lan, tri = office.hires("lan"), office.hires("tri", "admin")
    lan.pushes(lan.writes(0, *family(full_name=NAME)))
    tri.pushes(tri.writes(1, *erasure(office)))
    late = lan.writes(1, edit("person", "p1", phone=(None, "0903555777")))
    cover = lan.writes(1, create("coverage", "c1", person="p1", valid_to="2026-12-31"))
    other = lan.writes(1, edit("household", "h1", street=("Lê Lợi", "Lê Lai")))
    answers = lan.pushes(late, cover, other)
    assert [(a.status, a.reason) for a in answers] == [
        ("held", "erased"), ("held", "erased"), ("applied", None),
    ]  # fmt: skip
    assert lan.pushes(late)[0].reason == "erased", "the same answer again"
    assert left(office) == []
    office.admin.release(late.id, REFUSE)
    office.admin.release(cover.id)
    assert left(office) == []
    assert verify(office.service.database, office.service.safe) == []


def test_new_text_counts_only_of_who_had_seen_each_erasure_and_never_of_her(
    office: Office,
) -> None:
    lan, tri = office.hires("lan"), office.hires("tri", "admin")
    lan.pushes(lan.writes(0, *family(full_name=NAME), create("person", "p2", full_name=HERS[2])))
    tri.pushes(tri.writes(1, *erasure(office, "p1", ["household", "h1", "street"])))
    tri.pushes(tri.writes(2, *erasure(office, "p2", ["household", "h1"])))
    street = edit("household", "h1", street=("", "Lê Lai"))
    phone = edit("person", "p1", phone=(None, "0903555777"))
    place = ("household", "h1", "street")
    said: list[tuple[Change, tuple[str, ...]]] = [(street, ()), (street, ("p1",))]
    said += [(street, ("p2",)), (street, ("p1", "p2"))]
    made = [
        replace(lan.writes(3, change), renews=tuple((*place, one) for one in people))
        for change, people in said
    ]
    made.append(replace(lan.writes(3, phone), renews=(("person", "p1", "phone", "p1"),)))
    answers = lan.pushes(*made)
    assert [one.reason for one in answers] == ["erased", "erased", "erased", None, "erased"]
    assert left(office) == []
    tri.pushes(tri.writes(4, create("person", "p3", full_name=HERS[2])))
    tri.pushes(tri.writes(5, *erasure(office, "p3")))
    with office.service.database.read() as connection:
        [row] = connection.execute(select(table_of(Household))).all()
    assert (row.street, left(office)) == ("Lê Lai", [])
    assert verify(office.service.database, office.service.safe) == []


def test_a_body_that_claims_to_be_erased_counts_only_of_somebody_erased(office: Office) -> None:
    lan = office.hires("lan")
    lan.pushes(lan.writes(0, *family(full_name=NAME)))
    made = lan.writes(1, edit("household", "h1", street=("Lê Lợi", "Lê Lai")))
    wire = {ERASED_MARK: "0" * 64} | _wire(lan, made)
    [answer] = lan.session.push(Push(WARD, (canonical(wire).decode(),))).answers
    assert (answer.status, answer.reason) == ("held", "broken")
    [answer] = lan.session.push(
        Push(WARD, (canonical(wire | {ERASED_MARK: "\u0000"}).decode(),))
    ).answers
    assert (answer.status, answer.reason) == ("held", "broken")


def _wire(lan: Hand, made: Any) -> dict[str, Any]:
    wire: dict[str, Any] = json.loads(encode(made))
    return wire


def test_two_erasures_of_one_person_and_two_people_in_one_entry(office: Office) -> None:
    lan, tri = office.hires("lan"), office.hires("tri", "supervisor")
    both = (*family(full_name=NAME), create("person", "p2", full_name=HERS[2]))
    lan.pushes(lan.writes(0, *both))
    tri.pushes(tri.writes(1, *erasure(office)))
    tri.pushes(tri.writes(1, *erasure(office, "p1", ["household", "h1", "street"])))
    tri.pushes(tri.writes(3, *erasure(office, "p2")))
    assert left(office) == []
    with office.service.database.read() as connection:
        assert len(connection.execute(select(erased)).all()) == 2
        bodies = {row.bare_hash for row in connection.execute(select(erased_body))}
        [first] = connection.execute(select(log_entry.c.content).where(_first())).scalars()
    assert b"L\xc3\xaa L\xe1\xbb\xa3i" not in bytes(first)
    assert bodies
    assert verify(office.service.database, office.service.safe) == []


def _first() -> Any:
    return (log_entry.c.ward == WARD) & (log_entry.c.revision == 1)


def test_a_process_that_died_between_ledger_and_commit_erases_at_its_next_start(
    office: Office,
) -> None:
    lan, safe = office.hires("lan"), office.service.safe
    lan.pushes(lan.writes(0, *family(full_name=NAME)))
    row = {"ward": WARD, "person": "p1", "blanks": [], "at": iso(office.clock.now())}
    where = {"ward": WARD, "person": "p1"}
    safe.ledger.append([{"set": "erased", "where": where, "rows": [row]}])
    assert left(office)
    office.admin.init()
    assert left(office) == []
    assert verify(office.service.database, safe) == []


def test_an_erasure_takes_no_money_and_nothing_without_a_form(office: Office) -> None:
    lan, tri = office.hires("lan"), office.hires("tri", "admin")
    receipt = {"household": "h1", "book": "B", "number": 1, "payer": NAME, "amount_dong": 5}
    receipt |= {"issued_at": iso(office.clock.now())}
    lan.pushes(lan.writes(0, *family(full_name=NAME), create("receipt", "r1", **receipt)))
    for blanks in ([["person"]], [["sums", "r1"]], ["p1"], [["receipt", ["r1"]]]):
        made = create("erasure", erasure_id(WARD, "p1"), person="p1", blanks=blanks, erased_at=AT)
        [answer] = tri.pushes(tri.writes(1, made))
        assert (answer.status, answer.reason) == ("held", "broken_rule")
    all_of_it = ["receipt", "r1", "payer", "amount_dong", "number", "household"]
    [answer] = tri.pushes(tri.writes(1, *erasure(office, "p1", all_of_it)))
    assert answer.status == "applied"
    with office.service.database.read() as connection:
        [row] = connection.execute(select(table_of(Receipt))).all()
    assert (row.payer, row.amount_dong, row.number, row.household) == ("", 5, 1, "h1")
    assert verify(office.service.database, office.service.safe) == []

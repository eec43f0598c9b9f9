"""Erasing a person by right: what she asked for goes from every laptop and from the server.

Law 91/2025/QH15, Art. 4: who is told of may have her data erased; money that was taken, numbers of
receipts and what was paid for stay, without her name (the law on accounting keeps those).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.errors import UserMends
from fieldapp.model import Erasure, Membership, Person
from fieldapp.model.erasing import Erasing, erasing_of
from fieldapp.model.erasures import REASONS, erasure_id
from fieldapp.store.erasing import made_for
from fieldapp.store.merged import shown_as
from fieldapp.store.queries import households as q
from fieldapp.store.queries.papers import papers
from fieldapp.store.rows import read_fields, table_of
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Intent
from fieldapp.usecases.households.naming import names, told_of, written_of
from fieldapp.usecases.me import supervised

ACTION = "person.erase"
erasures = table_of(Erasure.type_name())


def to_erase(connection: Connection, ward: str, person: str) -> Erasing:
    """What erasing a person, as she is shown, would blank: what `erase_person` says, and what is
    made for her."""
    people = [person, *_merged_into(connection, ward, person)]
    return erasing_of(
        (one, [*_blanks(connection, ward, one), *made_for(connection, ward, one)]) for one in people
    )


def erase_person(store: Store, ward: str, person: str, reason: str = "asked") -> str:
    """Erases a person, with every record that is shown as her; returns the changeset's id.

    She leaves her household. Names, numbers, dates and notes are blanked wherever they stand, also
    in the history, once the server has taken this in; notes of her household and its visits go
    where they name her, as do replies, decisions and counts of the ward (`naming.WRITTEN`), and the
    household's address goes where nobody else lives there. Other texts are not searched. Nothing
    brings it back. `reason`: one of `erasures.REASONS`.

    Raises:
        UserMends: `erasing.no_right` (a supervisor or an administrator does this), `erasing.gone`
            (no such person is known here), `erasing.already`, `erasing.reason_unknown`.
    """
    must_be_supervisor(store, ward)
    if reason not in REASONS:
        raise UserMends("erasing.reason_unknown", field="reason", reasons=", ".join(REASONS))
    with store.work(Intent(ACTION, ward)) as work:
        shown = shown_as(work.connection, ward, person)
        if read_fields(work.connection, ward, ("person", shown)) is None:
            raise UserMends("erasing.gone")
        for one in [shown, *_merged_into(work.connection, ward, shown)]:
            _erase(work, store, ward, (one, reason))
    if work.saved.changeset is None:
        raise UserMends("erasing.already")
    return work.saved.changeset.id


def must_be_supervisor(store: Store, ward: str) -> None:
    """Raises UserMends: `erasing.no_right`: somebody else erases in this ward."""
    if ward not in supervised(store):
        raise UserMends("erasing.no_right")


def _merged_into(connection: Connection, ward: str, person: str) -> list[str]:
    """The records that are shown as this one."""
    ids = select(q.people.c.id).where(q.people.c.ward == ward, q.people.c.merged_into.is_not(None))
    found = sorted(connection.execute(ids).scalars())
    return [one for one in found if shown_as(connection, ward, one) == person]


def _erase(work: Unit, store: Store, ward: str, what: tuple[str, str]) -> None:
    connection, (person, reason) = work.connection, what
    before = _rows_of(connection, erasures, ward, "person", person)
    if any(not row.withdrawn for row in before):
        return
    work.create(
        Erasure(
            ward=ward,
            id=erasure_id(ward, person, len(before)),
            person=person,
            blanks=list(_blanks(connection, ward, person)),
            erased_by=store.setting("username"),
            erased_at=store.server_now(),
            reason=reason,
        )
    )
    work.edit(Person, person, withdrawn=True)
    for membership in _rows_of(connection, q.memberships, ward, "person", person):
        work.edit(Membership, membership.id, withdrawn=True)


def _blanks(connection: Connection, ward: str, person: str) -> Iterator[list[str]]:
    """What goes besides the records that are made for her."""
    told = told_of(read_fields(connection, ward, ("person", person)) or {})
    paid = _rows_of(connection, q.enrolments, ward, "person", person)
    for receipt in sorted({row.receipt for row in paid if row.receipt}):
        yield from _receipt(connection, ward, (receipt, person), told)
    homes = _rows_of(connection, q.memberships, ward, "person", person)
    for home in sorted({row.household for row in homes}):
        alone = not _others(connection, ward, home, person)
        yield from _household(connection, ward, home, told if not alone else None)
        for notice in _rows_of(connection, q.notices, ward, "household", home):
            if notice.signature and (alone or notice.signed_by in (None, person)):
                yield ["notice", notice.id]
        for paper in _rows_of(connection, papers, ward, "household", home):
            if alone or paper.person is None or names(paper.title, told):
                yield ["paper", paper.id]
    for kind, field, row in written_of(connection, ward, told):
        yield [kind, row.id, field]


def _receipt(
    connection: Connection, ward: str, of: tuple[str, str], told: frozenset[str]
) -> Iterator[list[str]]:
    """The payer's name, if it is hers; nobody else's stays where she alone was paid for."""
    receipt, person = of
    paid = _rows_of(connection, q.enrolments, ward, "receipt", receipt)
    for row in _rows_of(connection, q.receipts, ward, "id", receipt):
        if {one.person for one in paid} <= {person} or names(row.payer, told):
            yield ["receipt", receipt]
    for row in _rows_of(connection, q.voids, ward, "receipt", receipt):
        yield ["receipt_void", row.id]


def _others(connection: Connection, ward: str, household: str, person: str) -> bool:
    members = q.member_rows(connection, (ward,), household)
    return any(row.id != person for row in members)


def _household(
    connection: Connection, ward: str, household: str, told: frozenset[str] | None
) -> Iterator[list[str]]:
    """All of it where she lived alone (`told` is None), else the texts that name her."""
    for row in _rows_of(connection, q.households, ward, "id", household):
        if told is None:
            yield ["household", household]
        else:
            fields = ("note", "call_hint", "phone")
            named = [name for name in fields if names(getattr(row, name), told)]
            if named:
                yield ["household", household, *named]
    for row in _rows_of(connection, q.visits, ward, "household", household):
        if row.note and (told is None or names(row.note, told)):
            yield ["visit", row.id]


def _rows_of(connection: Connection, table: Any, ward: str, name: str, value: str) -> list[Any]:
    found = select(table).where(table.c.ward == ward, table.c[name] == value)
    return list(connection.execute(found.order_by(table.c.id)).all())

"""Row sums on the server: kept up in each push, counted anew by parts, for granted wards only."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from fieldapp.model import CITY, Person
from fieldapp.model.sums import NOTHING, place_of, read_sum, row_hash
from sync.protocol import CountParts, FetchRows, Pull
from sync.server.refusals import Refused
from sync.server.store.migrate import upgrade
from sync.server.store.tables import server_state, table_of, ward_head
from sync.server.verify import verify
from sync.server.wardlog.sums import count_ward
from tests.support.changes import WARD, decide, edit
from tests.support.ward_office import Hand, Office, family

OTHER = "26962.20250701"


def kept(office: Office, ward: str = WARD) -> tuple[int, str]:
    with office.service.database.read() as connection:
        head = connection.execute(select(ward_head).where(ward_head.c.ward == ward)).one()
        counted = count_ward(connection, ward)
    assert read_sum(head.rows, head.row_sum) == counted, "kept up is as counted"
    return head.rows, head.row_sum


@pytest.fixture
def lan(office: Office) -> Hand:
    return office.hires("lan")


def test_the_sum_follows_new_edited_and_disputed_rows(office: Office, lan: Hand) -> None:
    clerk = office.hires("hien", "clerk")
    lan.pushes(lan.writes(0, *family()))
    assert kept(office)[0] == 3
    lan.pushes(lan.writes(1, edit("person", "p1", full_name=("A", "B"))))
    other = clerk.writes(1, edit("person", "p1", full_name=("A", "C")))
    clerk.pushes(other)
    assert kept(office)[0] == 4, "the conflict is a row as well"
    sides = [one["changeset"] for one in _sides(office)]
    clerk.pushes(clerk.writes(3, decide("person", "p1", "full_name", ("B", "C"), sides=sides)))
    lan.pushes(
        lan.writes(4, edit("person", "p1", later=(None, 1))),
        lan.writes(4, *family("h2", "p2", later={"a": [1]})),
    )
    assert kept(office)[0] == 7
    assert verify(office.service.database) == []


def _sides(office: Office) -> list[dict[str, str]]:
    from fieldapp.model import Conflict

    with office.service.database.read() as connection:
        sides: list[dict[str, str]] = connection.execute(
            select(table_of(Conflict).c.sides)
        ).scalar_one()
    return sides


def test_the_heads_of_a_greeting_and_a_page_say_it(office: Office, lan: Hand) -> None:
    from sync.protocol import Handshake

    lan.pushes(lan.writes(0, *family()))
    greeting = lan.session.greet(Handshake("i1", "2026-11-23T01:00:00Z"))
    by_ward = {head.ward: head for head in greeting.heads}
    assert (by_ward[WARD].rows, by_ward[WARD].row_sum) == kept(office)
    assert (by_ward[CITY].rows, by_ward[CITY].row_sum) == kept(office, CITY)
    page = lan.pulls()
    assert (page.rows, page.row_sum) == kept(office)
    assert by_ward[WARD].chain == page.entries[-1].chain


def test_the_parts_add_up_to_the_whole_and_the_rows_to_their_part(
    office: Office, lan: Hand
) -> None:
    for number in range(8):
        lan.pushes(lan.writes(number, *family(f"h{number}", f"p{number}")))
    answer = lan.session.count_parts(CountParts(WARD))
    parts = {part.prefix: read_sum(part.rows, part.row_sum) for part in answer.parts}
    assert (answer.revision, sum(part.rows for part in parts.values())) == (8, 24)
    assert sum(part.total for part in parts.values()) % (1 << 256) == int(kept(office)[1], 16)
    for prefix, part in parts.items():
        found = lan.session.fetch_rows(FetchRows(WARD, prefix)).rows
        assert all(place_of(row.type, row.id).startswith(prefix) for row in found)
        hashes = [row_hash(row.type, row.id, row.changeset, row.values) for row in found]
        assert NOTHING.plus(hashes) == part
        below = lan.session.count_parts(CountParts(WARD, prefix)).parts
        assert sum(one.rows for one in below) == part.rows


def test_nobody_counts_or_fetches_the_rows_of_a_ward_that_is_not_granted(
    office: Office, lan: Hand
) -> None:
    office.admin.add_ward("26962", date(2025, 7, 1), "Phường khác")
    for ask in (
        lambda: lan.session.count_parts(CountParts(OTHER)),
        lambda: lan.session.fetch_rows(FetchRows(OTHER, "aa")),
    ):
        with pytest.raises(Refused) as refusal:
            ask()
        assert refusal.value.code == "server.no_grant"
    office.admin.revoke_device(lan.who.device)
    for ask in (
        lambda: lan.session.count_parts(CountParts(WARD)),
        lambda: lan.session.fetch_rows(FetchRows(WARD, "aa")),
        lambda: lan.session.pull(Pull(WARD, lan.who.epoch, 0)),
    ):
        with pytest.raises(Refused) as refusal:
            ask()
        assert refusal.value.code == "server.device_revoked"


@pytest.mark.parametrize("prefix", ["a", "aaa", "g0", "AA", "aaaaaa", "%", "aa\0"])
def test_a_prefix_that_is_none_is_refused(lan: Hand, prefix: str) -> None:
    for ask in (CountParts(WARD, prefix), FetchRows(WARD, prefix)):
        with pytest.raises(Refused) as refusal:
            lan.session.count_parts(ask) if isinstance(ask, CountParts) else (
                lan.session.fetch_rows(ask)
            )
        assert refusal.value.status == 400


def test_a_whole_ward_is_not_to_be_had_as_one_part(lan: Hand) -> None:
    with pytest.raises(Refused):
        lan.session.fetch_rows(FetchRows(WARD, ""))


def test_a_version_that_learns_a_field_lifts_it_and_counts_anew(office: Office, lan: Hand) -> None:
    lan.pushes(lan.writes(0, *family(phone="0903000001", later=1)))
    table = table_of(Person)
    with office.service.database.write() as connection:
        older = {"phone": "0903000001", "later": 1}
        connection.execute(update(table).values(phone=None, unknown=older))
        connection.execute(update(server_state).values(schema_mark="older"))
        connection.execute(update(ward_head).values(rows=0, row_sum="0" * 64))
    upgrade(office.service.database, office.clock, office.service.ids)
    assert kept(office)[0] == 3
    assert verify(office.service.database) == []

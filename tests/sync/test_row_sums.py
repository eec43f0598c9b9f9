"""Row sums: both sides prove to each other that they hold the same rows, and a difference is mended
from the server, never towards it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from fieldapp.model import Person
from fieldapp.model.sums import read_sum
from fieldapp.store import tables
from fieldapp.store.log import sums
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.rows import read_fields
from sync.client.status import read_status
from sync.protocol import Greeting, Page, Parts, Rows
from sync.server.store.tables import table_of, ward_head
from sync.server.verify import verify
from sync.server.wardlog.sums import count_ward
from tests.support.laptops import WARD, add_family, add_person, edit
from tests.support.shown import name_of
from tests.support.team import Laptop, Team


def counted(laptop: Laptop) -> tuple[int, str]:
    """The sum of the ward, counted from the laptop's rows."""
    found = laptop.store.read(sums.count, WARD)
    return found.rows, found.text


def kept(laptop: Laptop) -> tuple[int, str]:
    return laptop.store.read(queries_sync.row_sums)[WARD]


def on_server(team: Team) -> tuple[int, str]:
    with team.service.database.read() as connection:
        found = count_ward(connection, WARD)
        head = connection.execute(select(ward_head).where(ward_head.c.ward == WARD)).one()
    assert read_sum(head.rows, head.row_sum) == found
    return found.rows, found.text


def spoil(laptop: Laptop, statement: str) -> None:
    """What a wrong application or a damaged page would do to the rows, behind everybody's back."""
    with laptop.store._write() as connection:
        connection.execute(text(statement))


def a_week_later(team: Team, laptop: Laptop) -> None:
    """The laptop counts its rows anew at the next handshake."""
    team.clock.forward(days=8)
    laptop.clock.forward(days=8)


def test_both_sides_keep_the_same_sum_through_work_conflicts_and_merges(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    _, (person, _) = add_family(lan.store, ["Hằng", "Bảo"], street="Lê Lợi")
    lan.synced()
    phuc.synced()
    edit(lan.store, Person, person, full_name="Hằng Bích", note="một")
    edit(phuc.store, Person, person, full_name="Hằng Ngọc", note="hai")
    add_person(phuc.store, "Mai")
    for laptop in (lan, phuc, lan):
        laptop.synced()
    assert kept(lan) == kept(phuc) == counted(lan) == counted(phuc) == on_server(team)
    assert kept(lan)[0] == 7, "two people and one more, two memberships, a household, a conflict"


def test_own_unsettled_work_does_not_count(lan: Laptop, phuc: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    lan.synced()
    phuc.synced()
    before = kept(lan)
    edit(lan.store, Person, person, full_name="Hạnh")
    add_person(lan.store, "Mai")
    assert kept(lan) == counted(lan) == before == kept(phuc)


def test_pages_over_own_work_keep_the_sum_right(team: Team, lan: Laptop, phuc: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    lan.synced()
    phuc.synced()
    edit(phuc.store, Person, person, phone="0903000001")
    phuc.synced()
    edit(lan.store, Person, person, full_name="Hạnh")
    report = lan.sync(lan.transport(push=["lost"]))
    assert not report.done
    lan.synced()
    assert kept(lan) == counted(lan) == on_server(team)


COLUMNS = ", ".join(f'"{c.name}"' for c in table_of(Person).columns if c.name not in ("ward", "id"))
DAMAGE = {
    "a value": "UPDATE person SET full_name = 'Hỏng'",
    "an unknown field": "UPDATE person SET unknown = '{\"later\": 1}'",
    "who formed it": "UPDATE person SET changeset = 'x'",
    "a row gone": "DELETE FROM person",
    "a row too many": f"INSERT INTO person (ward, id, {COLUMNS}) "
    f"SELECT ward, 'x' || substr(id, 2), {COLUMNS} FROM person",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_difference_is_found_mended_from_the_server_and_reported(
    team: Team, lan: Laptop, phuc: Laptop, damage: str
) -> None:
    person = add_person(phuc.store, "Hằng")
    add_family(phuc.store, ["Bảo", "Mai"], street="Lê Lợi")
    phuc.synced()
    lan.synced()
    before = on_server(team)
    spoil(lan, DAMAGE[damage].replace("FROM person", f"FROM person WHERE id = '{person}'"))
    a_week_later(team, lan)

    report = lan.sync()

    assert report.done and report.trouble is None
    assert kept(lan) == counted(lan) == on_server(team) == before
    assert name_of(lan, person) == "Hằng"
    status = read_status(lan.store, report.state)
    assert status.mended_rows >= 1
    assert verify(team.service.database) == []


def test_a_wrong_application_shows_at_once(team: Team, lan: Laptop, phuc: Laptop) -> None:
    """The row that a page touches is read back: what stood there before comes to light."""
    person = add_person(phuc.store, "Hằng")
    phuc.synced()
    lan.synced()
    spoil(lan, "UPDATE person SET phone = '0900000000'")
    edit(phuc.store, Person, person, full_name="Hạnh")
    phuc.synced()
    way = lan.transport()
    assert lan.sync(way).done
    assert "fetch_rows" in [name for name, _ in way.calls]
    assert kept(lan) == counted(lan) == on_server(team)


def test_a_repair_leaves_own_work_over_the_row(team: Team, lan: Laptop, phuc: Laptop) -> None:
    person = add_person(phuc.store, "Hằng", phone="0903000001")
    phuc.synced()
    lan.synced()
    spoil(lan, "UPDATE person SET phone = '0900000000'")
    team.admin.revoke_grant("lan", WARD)
    team.admin.grant("lan", WARD, "canvasser")
    edit(lan.store, Person, person, full_name="Hạnh")
    a_week_later(team, lan)
    way = lan.transport(push=["unheard"])
    lan.sync(way)
    lan.sync()
    fields = lan.store.read(read_fields, WARD, ("person", person))
    assert fields is not None
    assert (fields["full_name"], fields["phone"]) == ("Hạnh", "0903000001")
    assert kept(lan) == counted(lan) == on_server(team)


def test_nothing_is_ever_mended_towards_the_server(team: Team, lan: Laptop) -> None:
    add_person(lan.store, "Hằng")
    lan.synced()
    before = on_server(team)
    spoil(lan, "UPDATE person SET full_name = 'Hỏng'")
    a_week_later(team, lan)
    way = lan.transport()
    lan.sync(way)
    assert way.sent() == []
    assert on_server(team) == before


def _other_sum(answer: Greeting) -> Greeting:
    heads = tuple(replace(head, row_sum="f" * 64) for head in answer.heads)
    return replace(answer, heads=heads)


def test_a_difference_that_stays_is_said_and_blocks_nothing(team: Team, lan: Laptop) -> None:
    add_person(lan.store)
    lan.synced()
    report = lan.sync(lan.transport(greet=[_other_sum]))
    assert report.done
    assert report.trouble is not None
    assert report.trouble.code == "sync.rows_differ"
    add_person(lan.store)
    lan.synced()


def test_sums_of_a_program_that_knows_other_fields_are_not_compared(lan: Laptop) -> None:
    add_person(lan.store)
    lan.synced()
    way = lan.transport(greet=[lambda g: replace(_other_sum(g), schema_mark="other")])
    report = lan.sync(way)
    assert report.done and report.trouble is None
    assert not {"count_parts", "fetch_rows"} & {name for name, _ in way.calls}


def _foreign_rows(answer: Rows) -> Rows:
    return replace(answer, rows=tuple(replace(row, id="x") for row in answer.rows))


def _of_no_type(answer: Rows) -> Rows:
    return replace(answer, rows=tuple(replace(row, type="x") for row in answer.rows))


def _without_fields(answer: Rows) -> Rows:
    return replace(answer, rows=tuple(replace(row, values={"withdrawn": 7}) for row in answer.rows))


def _other_epoch(answer: Any) -> Any:
    return replace(answer, epoch="x")


def _odd_parts(answer: Parts) -> Parts:
    return replace(answer, parts=tuple(replace(part, prefix="abc") for part in answer.parts))


@pytest.mark.parametrize(
    ("call", "tamper"),
    [
        ("fetch_rows", _foreign_rows),
        ("fetch_rows", _of_no_type),
        ("fetch_rows", _without_fields),
        ("fetch_rows", _other_epoch),
        ("count_parts", _other_epoch),
        ("count_parts", _odd_parts),
    ],
)
def test_rows_that_are_not_of_the_part_change_nothing(
    team: Team, lan: Laptop, phuc: Laptop, call: str, tamper: Any
) -> None:
    add_person(phuc.store, "Hằng")
    phuc.synced()
    lan.synced()
    spoil(lan, "UPDATE person SET full_name = 'Hỏng'")
    a_week_later(team, lan)
    before = counted(lan)
    report = lan.sync(lan.transport(**{call: [tamper]}))
    assert not report.done
    assert counted(lan) == before
    lan.synced()
    assert counted(lan) == counted(phuc)


def test_a_log_that_moves_on_meanwhile_is_pulled_first(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    add_person(phuc.store, "Hằng")
    phuc.synced()
    lan.synced()
    spoil(lan, "UPDATE person SET full_name = 'Hỏng'")
    a_week_later(team, lan)

    def moves_on(answer: Parts) -> Parts:
        add_person(phuc.store, "Mai")
        phuc.synced()
        return answer

    assert lan.sync(lan.transport(count_parts=[moves_on])).done
    assert kept(lan) == counted(lan) == on_server(team)


def test_an_equal_revision_with_another_chain_is_not_our_log(lan: Laptop) -> None:
    add_person(lan.store)
    lan.synced()

    def forked(answer: Greeting) -> Greeting:
        return replace(answer, heads=tuple(replace(h, chain="f" * 64) for h in answer.heads))

    report = lan.sync(lan.transport(greet=[forked]))
    assert report.trouble is not None
    assert report.trouble.code == "sync.not_our_log"


def test_a_file_of_a_program_that_knew_fewer_fields_lifts_them_and_counts_anew(
    lan: Laptop, phuc: Laptop
) -> None:
    person = add_person(lan.store, "Hằng", phone="0903000001")
    lan.synced()
    phuc.synced()
    with lan.store._write() as connection:
        _forget_field(connection, person)
    lan.store.meet_program()
    fields = lan.store.read(read_fields, WARD, ("person", person))
    assert fields is not None and fields["phone"] == "0903000001"
    assert kept(lan) == counted(lan) == kept(phuc)
    assert "phone" not in lan.store.read(
        lambda c: c.execute(select(table_of(Person).c.unknown)).scalar_one()
    )


def _forget_field(connection: Connection, person: str) -> None:
    """As a program wrote it that did not know the phone yet."""
    table = table_of(Person)
    connection.execute(update(table).values(phone=None, unknown={"phone": "0903000001"}))
    connection.execute(update(tables.position).values(rows=0, row_sum="0" * 64))
    connection.execute(
        update(tables.meta).where(tables.meta.c.name == sums.SCHEMA_MARK).values(value="older")
    )


def test_pages_say_what_the_rows_sum_up_to(team: Team, lan: Laptop) -> None:
    add_person(lan.store)
    heard: list[Page] = []

    def keeps(page: Page) -> Page:
        heard.append(page)
        return page

    lan.sync(lan.transport(pull=[keeps, keeps]))
    (of_ward,) = [page for page in heard if page.ward == WARD]
    assert (of_ward.rows, of_ward.row_sum) == on_server(team)

"""A new decree is a table that arrives by sync: the next quote goes by it, what is booked stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fieldapp.model import CITY, DatedTable, Enrolment
from fieldapp.rules import tables
from fieldapp.rules.hhi.quote import HhiMember, quote_hhi
from fieldapp.store.file import profile
from fieldapp.store.rows import read_fields
from fieldapp.usecases.dated_tables import table_states
from sync.client.transport import HttpTransport
from sync.server.reference.city import city_id
from sync.server.reference.dated_tables import DatedTables
from tests.rules.table_texts import entry, with_new_salary
from tests.support.fault_proxy import http_server
from tests.support.laptops import PASSWORD, WARD, working
from tests.support.team import Laptop, Team

TODAY = date(2026, 11, 23)
NEW = with_new_salary(2_800_000, date(2026, 11, 1))
DECREE = "NĐ999/2026"


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    yield
    assert tables.book() is tables.SHIPPED, "a closed profile left its tables in force"


def premium() -> int:
    return quote_hhi([HhiMember("1")], months=12, paid_on=TODAY).participant


def book(laptop: Laptop) -> str:
    """Books a year of health insurance as it is quoted now."""
    with working(laptop.store, "enrol") as unit:
        paid = Enrolment(id=unit.fresh_id(), paid_on=TODAY, gross_dong=premium())
        paid.tables_version = tables.edition()
        return unit.create(paid)


def put_raw(team: Team, name: str, content: str) -> None:
    """What a server of another version might send: this one would not take it."""
    made = DatedTable(ward=CITY, id=city_id("dated_table", name), name=name, content=content)
    team.admin.append_city([made])


def test_the_next_quote_goes_by_the_new_salary_and_the_old_record_stays(
    team: Team, lan: Laptop
) -> None:
    lan.synced()
    before, old_edition = premium(), tables.edition()
    paid = book(lan)
    DatedTables(team.service).put("base_salary", NEW, DECREE)
    lan.synced()
    assert (before, premium()) == (1_366_200, 1_512_000)
    assert tables.edition() != old_edition
    kept = lan.store.read(read_fields, WARD, ("enrolment", paid))
    assert kept is not None
    assert (kept["gross_dong"], kept["tables_version"]) == (before, old_edition)
    [state] = [one for one in table_states(lan.store).tables if one.sent]
    assert state.sent is not None and state.sent.note == DECREE
    assert [(c.kind, c.row.whole("dong")) for c in state.changes] == [
        ("ended", 2_530_000),
        ("added", 2_800_000),
    ]


def test_a_table_is_in_force_again_when_the_file_is_opened(team: Team, lan: Laptop) -> None:
    DatedTables(team.service).put("base_salary", NEW, DECREE)
    lan.synced()
    lan.profile.close()
    assert premium() == 1_366_200
    lan.profile = profile.unlock(lan.folder, PASSWORD, lan.machine)
    assert premium() == 1_512_000


def test_a_withdrawn_table_lets_the_program_s_own_count_again(team: Team, lan: Laptop) -> None:
    desk = DatedTables(team.service)
    desk.put("base_salary", NEW, DECREE)
    lan.synced()
    desk.withdraw("base_salary")
    lan.synced()
    assert premium() == 1_366_200 and tables.edition() == tables.SHIPPED.edition
    [state] = [one for one in table_states(lan.store).tables if one.sent]
    assert [change.kind for change in state.changes] == ["changed", "removed"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("base_salary", "not a table", "fault_unreadable"),
        ("base_salary", entry("2010-01-01", "2026-11-20", dong=2_800_000), "fault_ends"),
        ("moon_phases", entry("2010-01-01", phase="full"), "fault_table_unknown"),
    ],
)
def test_a_table_that_does_not_hold_is_not_used_and_that_is_told(
    team: Team, lan: Laptop, name: str, content: str, code: str
) -> None:
    DatedTables(team.service).put("base_salary", NEW, DECREE)
    lan.synced()
    put_raw(team, name, content)
    lan.synced()
    for _ in range(2):
        found = table_states(lan.store)
        assert [one.name for one in found.refused] == [name] == [found.tables[0].name]
        assert found.refused[0].refused[0].code == code
        assert premium() == 1_512_000  # the last one that held goes on
        lan.profile.close()
        lan.profile = profile.unlock(lan.folder, PASSWORD, lan.machine)


def test_where_no_table_held_before_the_program_s_own_goes_on(team: Team, lan: Laptop) -> None:
    put_raw(team, "base_salary", "not a table")
    lan.synced()
    put_raw(team, "base_salary", "")
    put_raw(team, "base_salary", "[[row]]")
    lan.synced()
    assert premium() == 1_366_200
    assert [one.name for one in table_states(lan.store).refused] == ["base_salary"]


def test_a_long_table_travels_over_a_real_socket(tmp_path: Path) -> None:
    team = Team(f"sqlite:///{tmp_path / 'server.db'}")
    lan = team.laptop(tmp_path / "lan", "lan")
    text = tables.SHIPPED.text("wards") + "# " + "ư" * 600_000 + "\n"
    assert DatedTables(team.service).put("wards", text, DECREE).faults == ()
    with http_server(team.service) as address:
        way = HttpTransport(address, lan.store.setting("token"))
        assert lan.sync(way).done
        way.close()
    assert tables.book().text("wards") == text
    lan.profile.close()
    team.close()

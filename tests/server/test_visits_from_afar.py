"""The visit log of a ward that a supervisor's laptop does not hold: read from the server over a bad
way, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from fieldapp.clock import Ids
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Household, Person
from fieldapp.model.entries import Effects, Entry, effects
from fieldapp.reports.visits import Written
from fieldapp.usecases import changes
from fieldapp.usecases.households.moves import leave_household, move_person
from fieldapp.usecases.visiting import presets, visit_log, visits
from fieldapp.visit_log import standing
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from sync.client.transport import HttpTransport
from sync.client.visit_log import WAITS, ServerVisits
from sync.protocol import FetchVisits, ReadVisits, VisitsBegun, VisitsTold
from sync.server.refusals import Refused
from sync.server.service import LOOK_AGAIN
from sync.server.store.tables import audit_line
from sync.server.wardlog import history
from tests.support.fault_proxy import FaultProxy, fault_proxy, http_server
from tests.support.laptops import WARD, add_family, edit
from tests.support.refusals import refused
from tests.support.team import Laptop, Team

VISITS = 7


@dataclass
class Afar:
    """A ward with visits; a supervisor whose laptop holds it, and one whose laptop does not."""

    team: Team
    lan: Laptop
    holds: Laptop
    lacks: Laptop
    home: tuple[str, list[str]]
    recorded: list[str]
    waits: list[float] = field(default_factory=list)

    @property
    def chosen(self) -> VisitFilter:
        day = self.lan.store.today()
        return VisitFilter((WARD,), day, day)

    def reader(self, url: str, meanwhile: Callable[[], None] = lambda: None) -> ServerVisits:
        store = self.lacks.store

        def pause(seconds: float, _: Callable[[], bool]) -> None:
            self.waits.append(seconds)
            meanwhile()

        connect = lambda: HttpTransport(url, store.setting("token"))  # noqa: E731
        return ServerVisits(connect, Ids(store, store.random_bytes).new, pause=pause, most=2)

    def export(self, of: Laptop, path: Path, **more: Any) -> Written:
        kind = path.suffix[1:]
        return visit_log.export(of.store, self.chosen, path, kind, Words("vi"), **more)

    def audited(self) -> list[Any]:
        with self.team.service.database.read() as connection:
            lines = select(audit_line).where(audit_line.c.kind == "export")
            return list(connection.execute(lines.order_by(audit_line.c.number)))


@pytest.fixture
def afar(url: str, tmp_path: Path) -> Iterator[Afar]:
    team = Team(url)
    laptops = [
        team.laptop(tmp_path / name, name, role=role)
        for name, role in (("lan", "canvasser"), ("tri", "supervisor"), ("mai", "supervisor"))
    ]
    lan, holds, lacks = laptops
    home = add_family(lan.store, ["Trần Thị Hằng", "Trần Bảo"], street="Hẻm 12")
    edit(lan.store, Person, home[1][0], id_number="079168002117")
    edit(lan.store, Household, home[0], head=home[1][0])
    recorded = []
    for _ in range(VISITS):
        lan.clock.forward(minutes=3)
        done = visits.record_visit(lan.store, WARD, home[0], "considering", note="Hẹn lại sau")
        recorded.append(done)
    lan.synced()
    holds.synced()
    yield Afar(team, lan, holds, lacks, home, recorded)
    for laptop in laptops:
        laptop.profile.close()
    team.close()


@pytest.fixture
def proxy(afar: Afar) -> Iterator[FaultProxy]:
    with http_server(afar.team.service) as address, fault_proxy(address) as standing:
        yield standing


def test_a_cut_way_goes_on_where_it_was_and_the_file_is_the_same(
    afar: Afar, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 3)
    here = afar.export(afar.holds, tmp_path / "here.csv")

    def meanwhile() -> None:  # work that comes while the file is written changes nothing in it
        edit(afar.lan.store, Household, afar.home[0], street=f"Hẻm {len(afar.waits)}")
        visits.record_visit(afar.lan.store, WARD, afar.home[0], "refused")
        afar.lan.synced()

    proxy.plan = ["none", "none", "cut_with_length", "none", "reset_half_way", "busy_503"]
    reader = afar.reader(proxy.url, meanwhile)
    there = afar.export(afar.lacks, tmp_path / "there.csv", far=reader)
    assert there.rows == VISITS and there.sha256 == here.sha256
    assert afar.waits == [1, 1, 120], "the last for as long as it was told"
    calls = [path.rpartition("/")[2] for path, _ in proxy.seen]
    assert calls == ["read-visits", *["fetch-visits"] * (4 + 3)], "no piece twice but the cut ones"
    assert "••••2117" in (tmp_path / "there.csv").read_text("utf-8-sig")


def test_a_way_that_stays_broken_leaves_no_file(
    afar: Afar, proxy: FaultProxy, tmp_path: Path
) -> None:
    proxy.plan = ["none", "none", *["gateway_502"] * 30]
    with refused(SurroundingsMend, "sync.server_trouble"):
        afar.export(afar.lacks, tmp_path / "a.xlsx", far=afar.reader(proxy.url))
    assert len(afar.waits) == len(WAITS) and not list(tmp_path.glob("*.xlsx"))
    stopped = replace(afar.reader(proxy.url), cancelled=lambda: True)
    with refused(UserMends, "reports.cancelled"):
        afar.export(afar.lacks, tmp_path / "a.xlsx", far=stopped)
    with refused(UserMends, "visit_log.ward_not_here"):
        afar.export(afar.lacks, tmp_path / "a.xlsx")
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".xlsx", ".part")]


def test_a_last_file_of_a_log_that_the_server_lost_is_nothing_to_compare_with(
    afar: Afar, proxy: FaultProxy, tmp_path: Path
) -> None:
    store = afar.lacks.store
    presets.save_preset(store, "Hôm nay", afar.chosen)
    for name in ("1.xlsx", "2.xlsx"):
        more = {"far": afar.reader(proxy.url), "preset": "Hôm nay"}
        written = afar.export(afar.lacks, tmp_path / name, **more)
        book = CalamineWorkbook.from_path(str(tmp_path / name))
        assert written.rows == VISITS and len(book.sheet_names) == 2
        last = presets.preset(store, "Hôm nay").last
        assert last is not None
        cut_offs = {ward: replace(cut, chain="f" * 64) for ward, cut in last.cut_offs.items()}
        presets.remember_export(store, "Hôm nay", replace(last, cut_offs=cut_offs))
    said = {str(row[0]): str(row[1]) for row in book.get_sheet_by_index(1).to_python()}
    assert said["So với"].startswith("Không so được với lần xuất trước")


def test_the_server_notes_who_reads_what_for_which_reason(
    afar: Afar, proxy: FaultProxy, tmp_path: Path
) -> None:
    afar.export(
        *(afar.lacks, tmp_path / "a.csv"), far=afar.reader(proxy.url), full_ids_reason="inspection"
    )
    assert "079168002117" in (tmp_path / "a.csv").read_text("utf-8-sig")
    (line,) = afar.audited()
    assert (line.actor, line.ward) == ("mai", WARD)
    assert line.details["masked"] is False
    assert line.details["choices"]["reason"] == "inspection"


def test_only_what_was_begun_is_told_and_only_to_a_supervisor_of_the_ward(afar: Afar) -> None:
    def session(of: Laptop) -> Any:
        return afar.team.service.for_token(of.store.setting("token"))

    day = afar.chosen.since.isoformat()
    reading = ReadVisits(Ids(afar.lan.store, afar.lan.store.random_bytes).new(), (WARD,), day, day)
    piece = FetchVisits(reading, WARD, 1, "", 1)

    def is_refused(call: Callable[[], object], code: str) -> None:
        with pytest.raises(Refused) as found:
            call()
        assert found.value.code == code

    is_refused(lambda: session(afar.lan).read_visits(reading), "server.no_grant")
    is_refused(lambda: session(afar.lacks).fetch_visits(piece), "server.not_begun")
    session(afar.lacks).read_visits(reading)
    session(afar.lacks).read_visits(reading)
    assert len(afar.audited()) == 1, "begun twice, noted once"
    full = replace(piece, reading=replace(reading, full_ids="mending"))
    is_refused(lambda: session(afar.lacks).fetch_visits(full), "server.not_begun")
    is_refused(lambda: session(afar.holds).fetch_visits(piece), "server.not_begun")
    ahead = replace(piece, revision=99)
    is_refused(lambda: session(afar.lacks).fetch_visits(ahead), "visit_log.cut_off_ahead")
    other = replace(piece, chain="f" * 64)
    is_refused(lambda: session(afar.lacks).fetch_visits(other), "visit_log.other_log")
    assert session(afar.lacks).fetch_visits(piece).rows == (), "of a time before the visits"


def test_what_came_after_a_reading_was_noted_is_not_told_by_it(afar: Afar) -> None:
    session: Any = afar.team.service.for_token(afar.lacks.store.setting("token"))
    day = afar.chosen.since.isoformat()
    fresh = Ids(afar.lan.store, afar.lan.store.random_bytes).new
    reading = ReadVisits(fresh(), (WARD,), day, day)
    begun = {cut.ward: cut for cut in session.read_visits(reading).cut_offs}
    visits.record_visit(afar.lan.store, WARD, afar.home[0], "refused")
    afar.lan.synced()
    again = {cut.ward: cut for cut in session.read_visits(reading).cut_offs}
    assert again[WARD] == begun[WARD], "an answer that was lost is the same again"
    piece = FetchVisits(reading, WARD, begun[WARD].revision, begun[WARD].chain, 1)
    assert len(session.fetch_visits(piece).rows) == VISITS
    with pytest.raises(Refused) as found:
        session.fetch_visits(replace(piece, revision=piece.revision + 1, chain=""))
    assert found.value.code == "server.not_begun"


@pytest.mark.parametrize("at, value", [(0, "hôm qua"), (9, "ba"), (10, None), (14, 7), (17, {})])
def test_a_row_that_is_none_is_trouble_of_the_way(
    afar: Afar, tmp_path: Path, at: int, value: object
) -> None:
    service = afar.team.service

    class Rewriting:
        def __init__(self) -> None:
            self.session: Any = service.for_token(afar.lacks.store.setting("token"))

        def read_visits(self, request: ReadVisits) -> VisitsBegun:
            begun: VisitsBegun = self.session.read_visits(request)
            return begun

        def fetch_visits(self, request: FetchVisits) -> VisitsTold:
            told: VisitsTold = self.session.fetch_visits(request)
            row = [*told.rows[0]]
            row[at] = value
            return replace(told, rows=(tuple(row), *told.rows[1:]))

        def close(self) -> None:
            pass

    reader = replace(afar.reader(""), connect=Rewriting)
    with refused(SurroundingsMend, "sync.incomplete_answer"):
        afar.export(afar.lacks, tmp_path / "a.csv", far=reader)


def test_a_long_log_is_looked_through_a_part_at_a_time(
    afar: Afar, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 1)
    monkeypatch.setattr("sync.server.service.MOST_LOOKS", 4)
    here = afar.export(afar.holds, tmp_path / "here.csv")
    then = {ward: cut.revision for ward, cut in cuts_of(afar).items()}
    edit(afar.lan.store, Household, afar.home[0], street="Hẻm khác")
    afar.lan.synced()
    reader = afar.reader(proxy.url)
    there = afar.export(afar.lacks, tmp_path / "there.csv", far=reader, cut_offs=then)
    assert there.sha256 == here.sha256 and len(afar.waits) >= 2
    assert set(afar.waits) == {LOOK_AGAIN}, "the server says when"


@pytest.mark.parametrize("few", [0, 2, 500])
def test_of_a_long_later_log_only_what_touched_the_rows_is_read(
    afar: Afar, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("sync.server.wardlog.visit_log.FEW", few)
    here = afar.export(afar.holds, tmp_path / "here.csv")
    then = {ward: cut.revision for ward, cut in cuts_of(afar).items()}
    store, home = afar.lan.store, afar.home
    other = add_family(store, ["Lê Văn Xa"], street="Đường khác")
    for number in range(20):
        edit(store, Household, other[0], street=f"Đường {number}")
    edit(store, Household, home[0], street="Hẻm khác")
    edit(store, Person, home[1][0], full_name="Trần Thị Hằng Nga")
    changes.undo(store, visits.record_visit(store, WARD, home[0], "refused"))
    changes.undo(store, afar.recorded[-1])
    edit(store, Household, other[0], head=other[1][0])
    for to in (other[0], home[0], other[0]):
        move_person(store, WARD, home[1][1], to, "99")
    leave_household(store, WARD, other[0], home[1][1], "moved_away")
    afar.lan.synced()
    read = list[int]()

    def counted(entry: Entry) -> Effects:
        read.append(entry.revision)
        return effects(entry)

    monkeypatch.setattr(standing, "effects", counted)
    reader = afar.reader(proxy.url)
    there = afar.export(afar.lacks, tmp_path / "there.csv", far=reader, cut_offs=then)
    assert there.sha256 == here.sha256 and there.rows == VISITS
    pieces = VISITS // 2 + 1
    assert (len(read) < 20 * pieces) == (few < 20), "the other door's twenty changes are not read"


def cuts_of(afar: Afar) -> Any:
    return visit_log.cut_offs_now(afar.holds.store, afar.chosen)


def test_what_no_laptop_of_ours_would_ask_is_refused_by_its_form(afar: Afar) -> None:
    session: Any = afar.team.service.for_token(afar.lacks.store.setting("token"))
    day = afar.chosen.since.isoformat()
    fine = ReadVisits(Ids(afar.lan.store, afar.lan.store.random_bytes).new(), (WARD,), day, day)
    for wrong in (
        replace(fine, id="'; DROP TABLE visit"),
        replace(fine, since="hôm qua"),
        replace(fine, canvassers=("\0",)),
        replace(fine, full_ids="vì tôi muốn"),
        replace(fine, wards=()),
    ):
        with pytest.raises(Refused) as found:
            session.read_visits(wrong)
        assert found.value.status == 400
    ever = replace(fine, since="0001-01-01", until="9999-12-31")
    assert session.read_visits(ever).rows == VISITS
    first = FetchVisits(ever, WARD, session.read_visits(ever).cut_offs[0].revision, "", 1)
    assert len(session.fetch_visits(first).rows) == VISITS
    for odd in (replace(first, after="\0", after_at=day), replace(first, after="x", after_at="?")):
        with pytest.raises(Refused) as found:
            session.fetch_visits(odd)
        assert found.value.status == 400
    assert session.fetch_visits(replace(first, most=-5)).after, "at least one at a time"

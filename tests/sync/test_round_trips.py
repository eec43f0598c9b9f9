"""How often a run asks and waits: once with nothing to do, else twice; and with older servers."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from fieldapp.errors import UserMends
from fieldapp.model import Person
from fieldapp.model.sums import schema_mark
from fieldapp.store import tables
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.work import Intent
from sync.client.runner import SyncReport
from sync.client.transport import HttpTransport
from sync.protocol import Greeting, Knocked, Page
from tests.support.fault_proxy import FaultProxy, fault_proxy, http_server
from tests.support.laptops import WARD, add_person
from tests.support.team import SINCE, Direct, Faulty, Laptop, Team


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(f"sqlite:///{tmp_path / 'server.db'}")
    yield made
    made.close()


@contextmanager
def over_http(team: Team) -> Iterator[FaultProxy]:
    with http_server(team.service) as address, fault_proxy(address) as standing:
        yield standing


def sync(laptop: Laptop, proxy: FaultProxy) -> list[str]:
    """The calls of a run that must come through."""
    proxy.seen.clear()
    transport = HttpTransport(proxy.url, laptop.store.setting("token"))
    report = laptop.sync(transport)
    transport.close()
    assert report.done and report.trouble is None, report.state
    return [path.removeprefix("/v1/") for path, _ in proxy.seen]


def here(laptop: Laptop) -> int:
    return laptop.store.read(queries_sync.positions)[WARD][1]


def test_nothing_to_do_is_one_small_call(team: Team, lan: Laptop, phuc: Laptop) -> None:
    with over_http(team) as proxy:
        add_person(lan.store)
        sync(lan, proxy)
        assert sync(lan, proxy) == ["knock"]
        assert sync(lan, proxy) == ["knock"]
        [(_, asked)] = proxy.seen
        assert len(asked) + len(proxy.answered[-1]) <= 400
        assert len(gzip.decompress(asked) if asked[:1] != b"{" else asked) < 400


def test_edits_up_and_down_are_two_calls(team: Team, lan: Laptop, phuc: Laptop) -> None:
    with over_http(team) as proxy:
        for laptop in (lan, phuc):
            sync(laptop, proxy)
        for _ in range(20):
            add_person(phuc.store)
            add_person(lan.store)
        assert sync(phuc, proxy) == ["greet", "exchange"]
        assert sync(lan, proxy) == ["greet", "exchange"], "up and down"
        assert sync(phuc, proxy) == ["knock", "exchange"], "only down"
        assert here(lan) == here(phuc) == 40


def test_edits_in_two_wards_travel_together(team: Team, lan: Laptop) -> None:
    other = team.admin.add_ward("26959", SINCE, "Phường Bình Quới")
    team.admin.grant("lan", other, "canvasser")
    with over_http(team) as proxy:
        sync(lan, proxy)
        for ward in (WARD, other):
            with lan.store.work(Intent("test", ward)) as work:
                work.create(Person(id=work.fresh_id(), full_name="Nguyễn Thị Hằng"))
        assert sync(lan, proxy) == ["greet", "exchange"]
        assert sync(lan, proxy) == ["knock"]


def test_a_new_ward_costs_no_further_call_than_its_pages(team: Team, lan: Laptop) -> None:
    with over_http(team) as proxy:
        sync(lan, proxy)
        other = team.admin.add_ward("26959", SINCE, "Phường Bình Quới")
        team.admin.grant("lan", other, "canvasser")
        assert sync(lan, proxy) == ["knock", "exchange"]
        assert sync(lan, proxy) == ["knock"]


# what a knock must not hide


def news_of(team: Team) -> dict[str, Callable[[], object]]:
    admin = team.admin
    return {
        "a grant taken": lambda: admin.revoke_grant("lan", WARD),
        "another role": lambda: admin.grant("lan", WARD, "clerk"),
        "a book": lambda: admin.add_book("BL 1", 1, 100, WARD),
        "a table of the city": lambda: admin.add_ward("27000", SINCE, "Phường"),
    }


@pytest.mark.parametrize("what", ["a grant taken", "another role", "a book", "a table of the city"])
def test_whatever_a_greeting_would_tell_is_told(team: Team, lan: Laptop, what: str) -> None:
    add_person(lan.store)
    lan.synced()
    news_of(team)[what]()
    way = lan.transport()
    assert lan.sync(way).done
    assert [name for name, _ in way.calls][:2] == ["knock", "greet"], what
    way = lan.transport()
    assert lan.sync(way).done
    desk = ["desk"] if what == "another role" else []
    assert [name for name, _ in way.calls] == ["knock", *desk], what


def test_an_answer_to_another_knock_is_not_believed(lan: Laptop) -> None:
    lan.synced()
    old: list[Knocked] = []

    def keep(knocked: Knocked) -> Knocked:
        old.append(knocked)
        return knocked

    assert lan.sync(lan.transport(knock=[keep])).done
    report = lan.sync(lan.transport(knock=[lambda _: old[0]]))
    assert report.trouble is not None and report.trouble.code == "sync.incomplete_answer"


def test_a_knock_sets_the_clock_right(team: Team, lan: Laptop) -> None:
    lan.synced()
    team.clock.forward(seconds=3_000)
    way = lan.transport()
    assert lan.sync(way).done
    assert [name for name, _ in way.calls] == ["knock"]
    assert lan.store.setting("offset_ms") == 3_000_000


def test_a_program_that_knows_other_fields_knocks_all_the_same(
    lan: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_person(lan.store)
    lan.synced()
    lan.store.remember(server_schema="older")
    way = lan.transport()
    assert lan.sync(way).done
    assert [name for name, _ in way.calls] == ["knock"]
    assert schema_mark() != "older"


def test_an_exchange_that_is_cut_loses_and_doubles_nothing(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    with over_http(team) as proxy:
        add_person(phuc.store)
        sync(phuc, proxy)
        add_person(lan.store)
        proxy.plan = ["none", "cut_with_length"]
        transport = HttpTransport(proxy.url, lan.store.setting("token"))
        assert lan.sync(transport).trouble is not None
        assert here_or_none(lan) is None, "nothing of a cut answer is taken"
        sync(lan, proxy)
        assert here(lan) == 2


def here_or_none(laptop: Laptop) -> Any:
    return laptop.store.read(queries_sync.positions).get(WARD)


def test_own_work_comes_back_without_its_content(lan: Laptop) -> None:
    name = add_person(lan.store)
    way = lan.transport()
    lan.sync(way)
    [pull] = [one for call, one in way.calls if call == "pull" and one.ward == WARD]
    assert pull.lean
    kept = lan.store.read(log_of_ward)
    assert name in kept[0] and kept == lan.store.read(journal_of_ward), "as it was written"
    assert lan.store.read(queries_sync.row_sums)[WARD] == (1, lan.store.recount(WARD).text)


def test_what_the_journal_lacks_is_asked_for_whole(lan: Laptop) -> None:
    """An old copy of the file, whose changesets since then only the server has."""
    add_person(lan.store)

    def of_another_copy(page: Page) -> Page:
        strangers = (replace(one, changeset="not in this file") for one in page.entries)
        return replace(page, entries=tuple(strangers))

    way = lan.transport(pull=["none", of_another_copy])
    assert lan.sync(way).done and here(lan) == 1
    pulls = [one.lean for call, one in way.calls if call == "pull" and one.ward == WARD]
    assert pulls == [True, False]


def test_batches_grow_on_a_good_way_and_shrink_on_a_bad_one(lan: Laptop) -> None:
    for number in range(90):
        add_person(lan.store, f"Người {number}", note="x" * 9_000)
    way = lan.transport(push=["none", "lost"])
    report = lan.sync(way)
    assert report.trouble is not None
    way = lan.transport()
    assert lan.sync(way, state=report.state).done
    sizes = [sum(map(len, one.contents)) for call, one in way.calls if call == "push"]
    assert sizes[0] < 200_000 < sizes[1] < 400_000, "half of twice the first, then more"
    assert lan.store.setting("batch_bytes") == 800_000


def log_of_ward(connection: Connection) -> list[str]:
    kept = select(tables.log_entry.c.content).where(tables.log_entry.c.ward == WARD)
    return [bytes(one).decode() for one in connection.execute(kept).scalars()]


def journal_of_ward(connection: Connection) -> list[str]:
    kept = select(tables.journal.c.content).where(tables.journal.c.ward == WARD)
    return [bytes(one).decode() for one in connection.execute(kept).scalars()]


# older servers


class Older(Faulty):
    """A server that knows neither of the calls and, if `nonceless`, repeats no nonce."""

    nonceless = False

    def knock(self, request: Any) -> Any:
        self.calls.append(("knock", request))
        raise UserMends("server.no_such_call")

    def exchange(self, request: Any) -> Any:
        self.calls.append(("exchange", request))
        raise UserMends("server.no_such_call")

    def carry(self, name: str, request: Any) -> Any:
        answer = super().carry(name, request)
        if isinstance(answer, Greeting):
            answer = replace(answer, speaks=(), mark="")
            if self.nonceless:
                answer = replace(answer, nonce="", fits=())
        return answer


def older(laptop: Laptop, *, nonceless: bool = False) -> Older:
    way = Older(Direct(laptop.service, laptop.store.setting("token")))
    way.nonceless = nonceless
    return way


def calls(way: Faulty) -> list[str]:
    return [name for name, _ in way.calls]


def run(laptop: Laptop, way: Faulty) -> SyncReport:
    report = laptop.sync(way)
    assert report.done and report.trouble is None, report.state
    return report


def test_an_older_server_is_asked_call_by_call(lan: Laptop) -> None:
    add_person(lan.store)
    way = older(lan)
    run(lan, way)
    assert calls(way) == ["greet", "push", "pull", "pull"]
    way = older(lan)
    run(lan, way)
    assert calls(way) == ["greet"]


def test_a_server_that_became_older_is_asked_as_before(lan: Laptop) -> None:
    lan.synced()
    way = older(lan)
    run(lan, way)
    assert calls(way) == ["knock", "greet"]
    add_person(lan.store)
    lan.synced()
    add_person(lan.store)
    way = older(lan)
    run(lan, way)
    assert calls(way) == ["greet", "push", "pull"]


def test_a_server_without_a_nonce_is_an_older_one(lan: Laptop) -> None:
    for _ in range(2):
        add_person(lan.store)
        run(lan, older(lan, nonceless=True))
    assert here(lan) == 2


def test_a_greeting_that_has_lost_its_nonce_is_not_believed(lan: Laptop) -> None:
    lan.synced()
    report = lan.sync(lan.transport(greet=[lambda g: replace(g, nonce="")]))
    assert report.trouble is not None
    assert report.trouble.code == "sync.incomplete_answer"


def test_a_knock_that_is_lost_waits_like_any_call(lan: Laptop) -> None:
    lan.synced()
    report = lan.sync(lan.transport(knock=["lost"]))
    assert report.trouble is not None and report.trouble.code == "sync.no_network"

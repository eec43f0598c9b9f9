"""An open program keeps its connection from run to run, and says little over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldapp.errors import SurroundingsMend
from sync.client.line import KEPT_SECONDS, Lines
from sync.client.runner import SyncReport
from sync.client.transport import HttpTransport
from sync.protocol import SignIn
from tests.bench.metered import metered
from tests.support.fault_proxy import FaultProxy, fault_proxy, http_server
from tests.support.laptops import PASSWORD, add_person
from tests.support.refusals import refused
from tests.support.team import Laptop, Team


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(f"sqlite:///{tmp_path / 'server.db'}")
    yield made
    made.close()


@pytest.fixture
def proxy(team: Team) -> Iterator[FaultProxy]:
    with http_server(team.service) as address, fault_proxy(address, keeps=True) as standing:
        yield standing


@pytest.fixture
def lines(lan: Laptop) -> Lines:
    return Lines(lan.clock)


def sync(laptop: Laptop, url: str, lines: Lines) -> SyncReport:
    transport = HttpTransport(url, laptop.store.setting("token"), lines)
    try:
        return laptop.sync(transport)
    finally:
        transport.close()


def test_with_nothing_to_do_little_goes_over_the_line(
    team: Team, lan: Laptop, lines: Lines
) -> None:
    with http_server(team.service) as address, metered(address) as meter:
        assert sync(lan, meter.url, lines).done
        meter.reset()
        assert sync(lan, meter.url, lines).done
        assert 0 < meter.up + meter.down <= 600


def test_runs_share_a_connection_while_it_is_young(
    lan: Laptop, proxy: FaultProxy, lines: Lines
) -> None:
    for _ in range(3):
        add_person(lan.store)
        assert sync(lan, proxy.url, lines).done
    assert proxy.connections == 1
    lan.clock.forward(seconds=KEPT_SECONDS)
    assert sync(lan, proxy.url, lines).done
    assert proxy.connections == 2


def test_a_kept_connection_that_the_server_let_go_is_no_trouble(
    lan: Laptop, proxy: FaultProxy, lines: Lines
) -> None:
    assert sync(lan, proxy.url, lines).done
    add_person(lan.store)
    proxy.plan = ["never_arrives"]
    assert sync(lan, proxy.url, lines).done
    assert proxy.connections == 2


def test_a_sign_in_is_not_sent_again_by_itself(
    team: Team, lan: Laptop, proxy: FaultProxy, lines: Lines
) -> None:
    assert sync(lan, proxy.url, lines).done
    proxy.seen.clear()
    proxy.plan = ["never_arrives"]
    request = SignIn("phuc", PASSWORD, "máy", team.hire("phuc"))
    with refused(SurroundingsMend, "sync.no_network"):
        HttpTransport(proxy.url, None, lines).sign_in(request)
    assert len(proxy.seen) == 1


def test_one_that_breaks_in_use_is_trouble_and_is_not_kept(
    lan: Laptop, proxy: FaultProxy, lines: Lines
) -> None:
    proxy.plan = ["none", "never_arrives"]
    add_person(lan.store)
    report = sync(lan, proxy.url, lines)
    assert report.trouble is not None and report.trouble.code == "sync.no_network"
    assert sync(lan, proxy.url, lines).done
    assert proxy.connections == 2


def test_an_older_program_behind_the_same_address_is_asked_in_its_form(
    lan: Laptop, proxy: FaultProxy, lines: Lines
) -> None:
    assert sync(lan, proxy.url, lines).done
    proxy.older = True
    assert sync(lan, proxy.url, lines).done
    proxy.seen.clear()
    assert sync(lan, proxy.url, lines).done
    assert len(proxy.seen) == 1, "it has learnt"

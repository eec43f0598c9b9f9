"""The transport over real sockets, with a proxy that does what networks do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from sync.client.machine import State
from sync.client.runner import SyncReport
from sync.client.status import read_status
from sync.client.transport import HttpTransport
from sync.protocol import Handshake, Push, SignIn
from sync.server.store.tables import log_entry
from tests.support.fault_proxy import FAULTS, FaultProxy, fault_proxy, http_server
from tests.support.laptops import PASSWORD, WARD, add_person
from tests.support.refusals import refused
from tests.support.team import Laptop, Team

SAID = {
    "portal": "sync.captive_portal",
    "redirect": "sync.captive_portal",
    "html_401": "sync.captive_portal",
    "network_login_511": "sync.captive_portal",
    "forged_401": "sync.incomplete_answer",
    "cut_with_length": "sync.incomplete_answer",
    "cut_without_length": "sync.incomplete_answer",
    "cut_to_nothing": "sync.incomplete_answer",
    "two_lengths": "sync.incomplete_answer",
    "reset_half_way": "sync.incomplete_answer",
    "flipped": "sync.incomplete_answer",
    "rewritten": "sync.incomplete_answer",
    "without_digest": "sync.incomplete_answer",
    "bomb": "sync.incomplete_answer",
    "trouble_500": "sync.server_trouble",
    "gateway_502": "sync.server_trouble",
    "busy_503": "sync.server_busy",
    "other_version": "sync.other_version",
    "newer_media_type": "sync.other_version",
    "never_arrives": "sync.no_network",
    "request_flipped": "server.broken_body",
}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(f"sqlite:///{tmp_path / 'server.db'}")
    yield made
    made.close()


@pytest.fixture
def proxy(team: Team) -> Iterator[FaultProxy]:
    with http_server(team.service) as address, fault_proxy(address) as standing:
        yield standing


def sync(laptop: Laptop, proxy: FaultProxy) -> SyncReport:
    transport = HttpTransport(proxy.url, laptop.store.setting("token"))
    try:
        return laptop.sync(transport)
    finally:
        transport.close()


def code_of(report: SyncReport) -> str | None:
    return report.trouble.code if report.trouble else None


def ids_on_server(team: Team) -> list[str]:
    with team.service.database.read() as connection:
        found = select(log_entry.c.changeset).where(log_entry.c.ward == WARD)
        return list(connection.execute(found).scalars())


def test_every_fault_of_the_proxy_has_its_word_here() -> None:
    assert set(SAID) == {*FAULTS, "never_arrives", "request_flipped"}


def test_a_run_over_http_comes_through(team: Team, lan: Laptop, proxy: FaultProxy) -> None:
    add_person(lan.store)
    assert sync(lan, proxy).done
    assert len(ids_on_server(team)) == 1
    assert [path for path, _ in proxy.seen] == ["/v1/greet", "/v1/exchange"]


@pytest.mark.parametrize("fault", sorted(SAID))
@pytest.mark.parametrize("call", [0, 1])
def test_a_fault_on_the_way_is_named_and_the_next_run_makes_it_good(
    team: Team, lan: Laptop, proxy: FaultProxy, fault: str, call: int
) -> None:
    """Calls: 0 the greeting, 1 the push and the pages that travel with it."""
    add_person(lan.store)
    token, before = lan.store.setting("token"), lan.store.setting("epoch")
    proxy.plan = ["none"] * call + [fault]
    report = sync(lan, proxy)
    assert code_of(report) == SAID[fault]
    assert (lan.store.setting("token"), lan.store.setting("epoch")) == (token, before)
    assert sync(lan, proxy).done
    assert len(ids_on_server(team)) == 1
    assert read_status(lan.store, State()).safe_to_shut_down


def test_work_that_packs_like_a_bomb_is_sent_all_the_same(
    team: Team, lan: Laptop, proxy: FaultProxy
) -> None:
    for _ in range(3):
        add_person(lan.store, note=" " * 190_000)
    assert sync(lan, proxy).done
    assert len(ids_on_server(team)) == 3


def test_a_server_that_asks_for_time_gets_it(lan: Laptop, proxy: FaultProxy) -> None:
    proxy.plan = ["busy_503"]
    report = sync(lan, proxy)
    assert report.state.asked_to_wait
    assert report.state.next_try_at is not None
    assert (report.state.next_try_at - lan.clock.now()).total_seconds() >= 120


def test_our_servers_own_401_signs_out_and_a_portals_does_not(
    team: Team, lan: Laptop, proxy: FaultProxy
) -> None:
    add_person(lan.store)
    proxy.plan = ["html_401"]
    assert sync(lan, proxy).state.phase == "waiting"
    team.admin.set_password("lan", PASSWORD)
    report = sync(lan, proxy)
    assert (report.state.phase, code_of(report)) == ("refused", "sync.signed_out")
    assert read_status(lan.store, report.state).unsent == 1


def test_a_revoked_device_is_told_so_over_http(team: Team, lan: Laptop, proxy: FaultProxy) -> None:
    team.admin.revoke_device(lan.store.setting("device"))
    assert code_of(sync(lan, proxy)) == "sync.device_erased"


def test_a_wrong_password_at_the_sign_in_is_not_called_signed_out(
    team: Team, proxy: FaultProxy
) -> None:
    request = SignIn("lan", "không phải", "máy", team.hire("lan"))
    with refused(UserMends, "server.wrong_sign_in"):
        HttpTransport(proxy.url).sign_in(request)
    answer = HttpTransport(proxy.url).sign_in(replace(request, password=PASSWORD))
    assert answer.username == "lan"


def test_too_many_wrong_passwords_ask_for_time(team: Team, proxy: FaultProxy) -> None:
    request = SignIn("lan", "không phải", "máy", team.hire("lan"))
    said = []
    for _ in range(8):
        try:
            HttpTransport(proxy.url).sign_in(request)
        except FieldappError as error:
            said.append(error)
    assert said[-1].code == "sync.server_busy"
    assert said[-1].context["retry_after"] > 0  # type: ignore[operator]  # a number


def test_without_a_listener_there_is_no_network() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with refused(SurroundingsMend, "sync.no_network"):
        HttpTransport(f"http://127.0.0.1:{port}", "t").push(Push(WARD, ()))


def test_a_name_that_nobody_knows_is_no_network() -> None:
    with refused(SurroundingsMend, "sync.no_network"):
        HttpTransport("http://may-chu.invalid", "t").push(Push(WARD, ()))


@pytest.mark.parametrize("address", ["không phải địa chỉ", "ftp://x", "http://"])
def test_an_address_that_is_none_is_said_to_be_none(address: str) -> None:
    with refused(SurroundingsMend, "sync.no_such_address"):
        HttpTransport(address).push(Push(WARD, ()))


def test_another_web_server_is_not_taken_for_ours(team: Team, proxy: FaultProxy) -> None:
    elsewhere = HttpTransport(proxy.url + "/another/path", "t")
    with refused(UserMends, "server.no_such_call"):
        elsewhere.greet(Handshake("i", "2026-11-23T01:00:00Z"))


def test_a_server_that_speaks_without_tls_where_tls_is_wanted_is_not_trusted(
    proxy: FaultProxy,
) -> None:
    with refused(SurroundingsMend, "sync.not_trusted"):
        HttpTransport(proxy.url.replace("http:", "https:"), "t").push(Push(WARD, ()))


def test_the_token_goes_nowhere_but_to_the_address_it_is_for(
    lan: Laptop, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    assert sync(lan, proxy).done
    proxy.plan = ["redirect"]
    asked = len(proxy.seen)
    sync(lan, proxy)
    assert len(proxy.seen) == asked + 1


def test_a_closed_transport_ends_the_call_that_is_under_way() -> None:
    """A server that sends its headers and then nothing would hold a reader for half a minute."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        transport = HttpTransport(f"http://127.0.0.1:{listening.getsockname()[1]}", "t")
        said: list[str] = []

        def call() -> None:
            try:
                transport.push(Push(WARD, ()))
            except FieldappError as error:
                said.append(error.code)

        caller = threading.Thread(target=call)
        caller.start()
        connection, _ = listening.accept()
        connection.recv(65_536)
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.fieldapp.v1+json\r\n"
        connection.sendall((head + "Fieldapp-Protocol: 1\r\nContent-Length: 99\r\n\r\n{").encode())
        while transport._under_way is None:  # the headers are on their way
            pass
        transport.close()
        caller.join(10)
        connection.close()
    assert said == ["sync.cancelled"]


def test_a_closed_transport_makes_no_further_call(proxy: FaultProxy) -> None:
    transport = HttpTransport(proxy.url, "t")
    transport.close()
    with refused(SurroundingsMend, "sync.cancelled"):
        transport.push(Push(WARD, ()))
    assert proxy.seen == []

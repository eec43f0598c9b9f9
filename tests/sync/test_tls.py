"""A server that can't prove who it is gets nothing: no token, no row, and the reason is named."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fieldapp.errors import SurroundingsMend
from sync.client.transport import HttpTransport
from sync.protocol import Pull
from tests.support.certificates import Authority
from tests.support.laptops import WARD
from tests.support.refusals import refused

TOKEN = "token-that-nobody-may-see"


@contextmanager
def tls_server(certificate: Path) -> Iterator[tuple[str, list[bytes]]]:
    """A server that writes down what it is told, and answers nothing; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serves() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with suppress(OSError), context.wrap_socket(client, server_side=True) as secured:
                heard.append(secured.recv(65_536))

    thread = threading.Thread(target=serves, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}", heard
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def pulls(address: str) -> None:
    HttpTransport(address, TOKEN).pull(Pull(WARD, "e", 0))


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority that this machine trusts."""
    authority = Authority()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle(tmp_path / "known.pem")))
    return authority


def test_a_server_of_an_unknown_authority_hears_nothing(known: Authority, tmp_path: Path) -> None:
    """A proxy that looks into what goes by signs with an authority of its own."""
    made = Authority("Quán cà phê").signs(tmp_path / "server.pem")
    with tls_server(made) as (address, heard), refused(SurroundingsMend, "sync.not_trusted"):
        pulls(address)
    assert not any(heard)


def test_a_server_under_another_address_hears_nothing(known: Authority, tmp_path: Path) -> None:
    made = known.signs(tmp_path / "server.pem", address="127.0.0.2")
    with tls_server(made) as (address, heard), refused(SurroundingsMend, "sync.not_trusted"):
        pulls(address)
    assert not any(heard)


def test_a_server_whose_certificate_has_ended_hears_nothing(
    known: Authority, tmp_path: Path
) -> None:
    made = known.signs(tmp_path / "server.pem", days=-1)
    with tls_server(made) as (address, heard), refused(SurroundingsMend, "sync.not_trusted"):
        pulls(address)
    assert not any(heard)


def test_a_server_that_proves_itself_is_spoken_to(known: Authority, tmp_path: Path) -> None:
    """Else the other tests would show nothing."""
    made = known.signs(tmp_path / "server.pem")
    with tls_server(made) as (address, heard), pytest.raises(SurroundingsMend):
        pulls(address)
    assert TOKEN.encode() in heard[0]

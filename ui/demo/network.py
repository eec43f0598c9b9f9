"""A network with a switch: off, it fails like a network that is not there."""

from __future__ import annotations

from typing import Any

from fieldapp.errors import SurroundingsMend
from sync.client.transport import HttpTransport
from sync.protocol import Calls


class Network:
    """The network of one laptop. `connect` is what its window gets."""

    def __init__(self) -> None:
        self.on = False

    def connect(self, server: str, token: str | None) -> _Switched:
        """A transport that answers only while the network is on."""
        return _Switched(self, HttpTransport(server, token))


class _Switched(Calls):
    """`SyncProtocol` through the switch."""

    def __init__(self, network: Network, real: HttpTransport) -> None:
        self._network, self._real = network, real

    def carry(self, name: str, request: Any) -> Any:
        """As the transport does."""
        if not self._network.on:
            raise SurroundingsMend("sync.no_network")
        return self._real.carry(name, request)

    def close(self) -> None:
        """Ends the call under way."""
        self._real.close()


__all__: list[Any] = ["Network"]

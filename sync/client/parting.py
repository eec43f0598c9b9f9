"""The end of a revoked device: what it has is handed in, then its key is erased."""

from __future__ import annotations

from fieldapp.errors import SurroundingsMend
from fieldapp.store.log import reunion
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync.client import audit
from sync.client.reunion import Reunifier
from sync.client.together import SPEAKS
from sync.protocol import MOST_NAMED, Farewell, SyncProtocol


class Parting:
    """The parting of one device, within one run."""

    def __init__(self, store: Store, transport: SyncProtocol) -> None:
        self._store, self._transport = store, transport
        self._given_back_to = ""

    def part(self) -> bool:
        """Once the server has all that it wants of this file, the key is erased; whether it was.

        Where it was not, something is unsent by now, or is to be asked about again.

        Raises:
            SurroundingsMend: as the transport says, or an answer that is not for this question.
        """
        own = self._store.read(queries_sync.own_kept)
        epoch, missing = self._ask(own)
        self._store.remember(epoch=epoch)  # it gets no greeting any more
        if self._given_back_to != epoch:
            self._give_back(epoch)
            return False
        if missing:
            self._store.send_again(missing)
            return False
        audit.hand_over_the_rest(self._store, self._transport, self._store.setting(SPEAKS))
        return self._store.erase(own)  # not if something was saved while we asked

    def _ask(self, own: tuple[tuple[str, str], ...]) -> tuple[str, set[str]]:
        """The life of the server's database, and which of the own changesets it lacks."""
        missing, epoch = set[str](), ""
        for start in range(0, max(len(own), 1), MOST_NAMED):
            named = own[start : start + MOST_NAMED]
            answer = self._transport.farewell(Farewell(named))
            missing |= set(answer.missing) & {name for name, _ in named}
            epoch = answer.epoch
            if len(answer.missing) > len(named):
                raise SurroundingsMend("sync.incomplete_answer")
        return epoch, missing

    def _give_back(self, epoch: str) -> None:
        """Offers what a server that was put back lacks, before the own work goes out: where that
        stood on a lost line is told by the entries there, and nobody else may have them.

        No greeting says here which positions fit, so each ward is asked about.
        """
        way = Reunifier(self._store, self._transport, epoch, ())
        wards = self._store.read(queries_sync.positions).keys()
        for ward in sorted(wards | self._store.read(reunion.wards_with_old)):
            way.give_back(ward)
        self._given_back_to = epoch

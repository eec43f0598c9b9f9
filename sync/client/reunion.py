"""Meets a server in another life of its database: finds where both are one, offers the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict

from fieldapp.errors import SurroundingsMend
from fieldapp.store.log import reunion
from fieldapp.store.log.reunion import LostEntry, Reunion
from fieldapp.store.log.taking_in import Answered
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync.protocol import (
    MOST_NAMED,
    MOST_POINTS,
    PUSH_BYTES,
    Look,
    Meet,
    Offer,
    OfferedEntry,
    Recall,
    SyncProtocol,
)


class Reunifier:
    """Takes one ward over into the server's present life (`epoch`)."""

    def __init__(
        self, store: Store, transport: SyncProtocol, epoch: str, fits: Collection[str]
    ) -> None:
        self._store, self._transport, self._epoch = store, transport, epoch
        self._fits = fits

    def reunite(self, ward: str) -> int:
        """Safe to repeat from the start: nothing changes here before all of it is known there.

        The revision that the server's log has reached at least.

        Raises:
            SurroundingsMend: as the transport says, or an answer that is not for this question.
        """
        upto, head = self.give_back(ward)
        answers, missing, confirmed_at = self._recall(ward)
        self._store.meet_again(Reunion(ward, self._epoch, upto, confirmed_at, answers, missing))
        return max([head, *(answer.revision or 0 for answer in answers)])

    def give_back(self, ward: str) -> tuple[int, int]:
        """Offers what the server's log of a ward lacks; changes nothing here.

        The revision up to which both are one, and what the server's log has reached at least.

        Raises:
            SurroundingsMend: as the transport says, or an answer that is not for this question.
        """
        upto = self._common(ward)
        return upto, self._offer(ward, upto)

    # where both are one

    def _common(self, ward: str) -> int:
        """The highest revision at which the chains are equal, found in a few questions."""
        _, here = self._store.read(queries_sync.positions).get(ward, ("", 0))
        if ward in self._fits:
            return here
        floor, chain = self._store.read(reunion.floor_of, ward)
        low, high = 0, here  # equal at `low`; all above `high` differ
        while low < high >= floor:
            points = self._store.read(reunion.chains, ward, set(_spread(max(low, floor), high)))
            if low < floor:
                points = [(floor, chain), *points][:MOST_POINTS]
            if not points:
                return low
            met = self._transport.meet(Meet(ward, tuple(points)))
            if (met.epoch, met.ward) != (self._epoch, ward):
                raise SurroundingsMend("sync.incomplete_answer")
            if met.revision and dict(points).get(met.revision) != met.chain:
                raise SurroundingsMend("sync.incomplete_answer")
            low = max(low, met.revision)
            high = min([at - 1 for at, _ in points if at > low] or [low])
        return low

    # what it lacks

    def _offer(self, ward: str, upto: int) -> int:
        head = upto
        lost = self._store.read(reunion.lost_chains, ward, upto)
        for start in range(0, len(lost), MOST_NAMED):
            named = tuple(lost[start : start + MOST_NAMED])
            wanted = self._transport.look(Look(ward, named))
            if (wanted.epoch, wanted.ward) != (self._epoch, ward):
                raise SurroundingsMend("sync.incomplete_answer")
            asked = set(wanted.chains)
            chosen = [chain for _, chain in named if chain in asked]
            for batch in self._batches(ward, chosen):
                answers = self._transport.offer(Offer(ward, tuple(batch)))
                whole = len(answers.answers) == len(batch)
                if (answers.epoch, answers.ward) != (self._epoch, ward) or not whole:
                    raise SurroundingsMend("sync.incomplete_answer")
                head = max([head, *(answer.revision or 0 for answer in answers.answers)])
        return head

    def _batches(self, ward: str, wanted: Sequence[str]) -> Iterator[list[OfferedEntry]]:
        """The entries, in the order in which they stood, as much at once as a push holds."""
        batch: list[OfferedEntry] = []
        size = 0
        for start in range(0, len(wanted), MOST_POINTS):
            some = wanted[start : start + MOST_POINTS]
            found = {one.chain: one for one in self._store.read(reunion.lost_entries, ward, some)}
            for entry in (_offered(found[chain]) for chain in some if chain in found):
                batch.append(entry)
                size += len(entry.content) + len(entry.outcome)
                if size > PUSH_BYTES:
                    yield batch
                    batch, size = [], 0
        if batch:
            yield batch

    # what became of the own work

    def _recall(self, ward: str) -> tuple[list[Answered], set[str], str]:
        named = self._store.read(reunion.confirmed_elsewhere, ward, self._epoch)
        answers: list[Answered] = []
        confirmed_at = str(self._store.setting("confirmed_at") or "")
        for start in range(0, len(named), MOST_NAMED):
            some = dict(named[start : start + MOST_NAMED])
            recalled = self._transport.recall(Recall(tuple(some.items())))
            if recalled.epoch != self._epoch:
                raise SurroundingsMend("sync.incomplete_answer")
            confirmed_at = recalled.server_at
            answers += [
                Answered(a.changeset, a.hash, a.status, a.revision, a.reason)
                for a in recalled.answers
                if some.get(a.changeset) == a.hash
            ]
        missing = {name for name, _ in named} - {answer.changeset for answer in answers}
        return answers, missing, confirmed_at


def _offered(entry: LostEntry) -> OfferedEntry:
    wire = asdict(entry)
    return OfferedEntry(**{name: wire[name] for name in OfferedEntry.__dataclass_fields__})


def _spread(low: int, high: int) -> Iterator[int]:
    """Revisions above `low` up to `high`, evenly, as many as may be asked at once."""
    count = min(high - low, MOST_POINTS)
    for place in range(1, count + 1):
        yield low + (high - low) * place // count

"""What a laptop hands in and what it files of the answers, over whichever way they travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fieldapp.store.log.taking_in import Answered
from fieldapp.store.queries.sync import Outgoing
from fieldapp.store.store import Store
from sync.protocol import Answer, Answers, Proof, Push


def push_of(store: Store, ward: str, batch: Sequence[Outgoing]) -> Push:
    """A batch of own changesets as it is handed in."""
    proofs = {one.id: Proof(**one.proof) for one in batch if one.proof is not None}
    former = {one.id: tuple(Proof(**at) for at in one.former) for one in batch if one.former}
    speaker = str(store.setting("incarnation"))
    return Push(ward, tuple(one.content for one in batch), speaker, proofs, former)


def filed_answers(sent: Mapping[str, str], answers: Answers) -> list[Answered]:
    """The answers that name something sent by id and hash; others count for nothing.

    What the server could not read, or may not file under the id that it names, it holds under an id
    of its own: then the hash alone says which one is meant, and it waits for a person.

    Args:
        sent: ids of own changesets by their hash.
    """
    return [
        Answered(sent[a.hash], a.hash, a.status, a.revision, a.reason, _plain(a.proof))
        for a in answers.answers
        if a.hash in sent
        and (a.changeset == sent[a.hash] or a.status in ("held", "refused"))
        and makes_sense(a)
    ]


def makes_sense(answer: Answer) -> bool:
    """A known status, and a revision exactly where the changeset is in the log."""
    if answer.status == "held":
        return answer.revision is None
    if answer.status == "refused":
        return True
    return answer.status in ("applied", "merged", "conflict") and answer.revision is not None


def _plain(proof: Proof | None) -> dict[str, Any] | None:
    return None if proof is None else dict(vars(proof))

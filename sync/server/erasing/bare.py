"""What erasures left of a device's own work, told to that device alone, with a grant or without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from fieldapp.model.changesets import content_hash, is_erased
from fieldapp.model.releases import aside_id
from sync.protocol import PAGE_BYTES, BareOwn
from sync.server.people.accounts import Caller
from sync.server.store.tables import held, log_entry
from sync.server.wardlog.view import chunks


def bare_of(connection: Connection, caller: Caller, named: Sequence[tuple[str, str]]) -> BareOwn:
    """Of these changesets of the caller's device those out of which somebody was erased."""
    own = {name: digest for name, digest in named if "\0" not in f"{name}{digest}"}
    contents: dict[str, str] = {}
    left, size = [], 0
    for name, content in _erased(connection, caller, own):
        if contents and size + len(content) > PAGE_BYTES:
            left.append(name)
        else:
            contents[name] = content.decode()
            size += len(content)
    return BareOwn(tuple(contents.items()), tuple(left))


def _erased(
    connection: Connection, caller: Caller, own: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Those in a log, and those that are held, also under an id that is not their own."""
    log = log_entry.c
    names = {name: name for name in own}
    names |= {aside_id(caller.device, digest): name for name, digest in own.items()}
    for some in chunks(names):
        mine = log.device == caller.device, log.changeset.in_(some)
        rows = list(connection.execute(select(log.changeset, log.content).where(*mine)))
        here = held.c.device == caller.device, held.c.id.in_(some), held.c.released_at.is_(None)
        rows += connection.execute(select(held.c.id, held.c.content).where(*here))
        for identity, content in rows:
            name = names[identity]
            if is_erased(bytes(content)) and content_hash(bytes(content)) == own[name]:
                yield name, bytes(content)

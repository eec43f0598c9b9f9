"""How the lives of the server's database descend from one another, and what their logs share."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from fieldapp.ready import Ready
from sync.server.store.tables import epoch, epoch_common, server_state

_PARENTS = Ready(select(epoch.c.id, epoch.c.parent))
_MINE = Ready(select(server_state.c.epoch))
_COMMON = Ready(
    select(epoch_common.c.epoch, epoch_common.c.revision).where(
        epoch_common.c.ward == bindparam("ward")
    )
)


def knows(connection: Connection, other: str) -> bool:
    """Whether a life of this database was heard of here."""
    return connection.execute(select(epoch.c.id).where(epoch.c.id == other)).first() is not None


def common_with(connection: Connection, ward: str, other: str) -> int | None:
    """Up to which revision a ward's log of another life is this one's; None for an unknown life.

    Over the nearest life that both come from; with itself the whole log.
    """
    parents = dict(_PARENTS.all(connection))
    mine = str(_MINE.value(connection))
    if other not in parents:
        return None
    common = dict(_COMMON.all(connection, ward=ward))
    line, upto = {mine: _WHOLE}, _WHOLE
    while (parent := parents.get(mine)) is not None:
        upto = min(upto, common.get(mine, 0))
        line[parent], mine = upto, parent
    upto = _WHOLE
    while other not in line:
        upto, parent = min(upto, common.get(other, 0)), parents[other]
        if parent is None:
            return None
        other = parent
    return min(upto, line[other])


_WHOLE = 1 << 62

"""How long a laptop keeps what the server has: own changesets, and log entries of others. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

AT_LEAST = timedelta(days=45)
"""However durable it is: a backup may turn out to be damaged when it is needed."""


def may_be_forgotten(
    revision: int | None, durable_through: int | None, kept_since: datetime, now: datetime
) -> bool:
    """Whether a laptop may drop an entry of its ward's log, or an own changeset that became one.

    `revision`: where it stands in the present log; None while it has no place there (unsent, held,
    of a line that was lost): then it stays. `durable_through`: what the last greeting said of the
    ward; None where the server has no backup. `kept_since` and `now` by the server's clock.
    """
    if revision is None or durable_through is None or revision > durable_through:
        return False
    return now - kept_since >= AT_LEAST

"""What stands under a household's history where this laptop does not have all of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.usecases.changes import NOTHING, Told

if TYPE_CHECKING:
    from fieldapp.usecases.households.history import HistoryRow
    from ui.say import Teller


@dataclass(frozen=True)
class OlderState:
    """How much of what is not on this laptop the server has told.

    Attributes:
        since: when the oldest action was made that this laptop has; None: it has them all.
        known: what it told, for whoever opens a line or takes one back.
        before: what to ask with for what is older still; None: nothing is, or nobody asked yet.
        asked: the server has answered.
        trouble: why it has not, the last time.
    """

    since: datetime | None = None
    rows: tuple[HistoryRow, ...] = ()
    known: Told = NOTHING
    before: int | None = None
    asked: bool = False
    loading: bool = False
    trouble: FieldappError | None = None

    @property
    def may_ask(self) -> bool:
        """Whether there is something to ask for, and nobody asks already."""
        more = not self.asked or self.before is not None
        return self.since is not None and more and not self.loading

    def asking(self) -> OlderState:
        """The server is being asked."""
        return replace(self, loading=True, trouble=None)

    def told(self, rows: tuple[HistoryRow, ...], known: Told, before: int | None) -> OlderState:
        """It answered. `known`: with what it told before."""
        rows, ended = (*self.rows, *rows), replace(self, asked=True, loading=False, trouble=None)
        return replace(ended, rows=rows, known=known, before=before)

    def failed(self, error: FieldappError) -> OlderState:
        """It did not: what was told before stays."""
        return replace(self, loading=False, trouble=error)


def sentence(state: OlderState, teller: Teller) -> str:
    """What is missing and since when, or that nothing is any more."""
    if state.since is None:
        return ""
    day = teller.day(business_date(state.since))
    if state.loading:
        return teller.say("household.older_asking")
    if state.trouble is not None:
        why = teller.error(state.trouble).title
        return teller.say("household.older_failed", day=day, why=why)
    if not state.asked:
        return teller.say("household.older_elsewhere", day=day)
    if state.before is not None:
        return teller.say("household.older_some")
    return teller.say("household.older_all" if state.rows else "household.older_none", day=day)


def offer(state: OlderState, teller: Teller) -> str:
    """What the button says; empty where there is nothing to ask for."""
    if not state.may_ask:
        return ""
    again = state.trouble is not None
    return teller.say("household.older_again" if again else "household.older_ask")

"""Cover that somebody else paid for and that has ended: on which day, and what that is known from.

As long as it is open nobody can say when a card of the household would begin, and none is quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.model import Coverage, Person
from fieldapp.rules.hhi.groups import HOUSEHOLD, why_not
from fieldapp.store.merged import shown_in
from fieldapp.store.queries.households import coverages_of
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Basis, Intent
from fieldapp.usecases.households.facts import CoverSpan

EVIDENCE = ("typed", "told", "card_scan")
"""A paper that was read, a word of the household, a card that was scanned."""
FAR = timedelta(days=366)
"""An end further ahead is a slip."""


def open_payers(groups: Sequence[str], spans: Iterable[CoverSpan], today: date) -> tuple[str, ...]:
    """Who pays a person's health insurance without an end that is known: of open covers, and of
    her groups that are insured by somebody else."""
    found = [span.payer for span in spans if span.scheme == "hhi" and span.ends_on is None]
    found += [group for group in groups if why_not(group, today) is not None]
    return tuple(dict.fromkeys(found))


def end_cover(
    store: Store,
    ward: str,
    person: str,
    payer: str,
    ended_on: date,
    *,
    evidence: Mapping[str, Any],
    basis: Basis | None = None,
) -> str:
    """Records the last day of the health insurance that `payer` paid for a person, who from then
    on takes part with the household; returns the changeset's id.

    Args:
        evidence: what the day rests on: `{"kind": "typed"}` (a paper), `told`, `card_scan`.

    Raises:
        UserMends: `entry.no_open_cover` (that payer pays nothing without an end),
            `entry.cover_ends_before_it_begins`, `entry.cover_ends_far` (more than a year ahead),
            `entry.no_evidence`, `entry.gone`.
    """
    if evidence.get("kind") not in EVIDENCE:
        raise UserMends("entry.no_evidence", field="evidence")
    if ended_on > store.today() + FAR:
        raise UserMends("entry.cover_ends_far", field="ended_on", day=ended_on)
    with store.work(Intent("cover.end", ward, evidence), basis) as work:
        known = work.shown(("person", person))
        groups = (known["group"], *known["other_groups"])
        insured = payer in groups and why_not(payer, store.today()) is not None
        _end(work, ward, person, (payer, ended_on), must_be_open=not insured)
        others = [group for group in known["other_groups"] if not insured or group != payer]
        group = HOUSEHOLD if insured and known["group"] == payer else known["group"]
        work.edit(Person, person, group=group, other_groups=others)
    if work.saved.changeset is None:
        raise UserMends("entry.no_open_cover", field="payer")
    return work.saved.changeset.id


def _end(work: Unit, ward: str, person: str, end: tuple[str, date], *, must_be_open: bool) -> None:
    """Ends the open covers of a payer; where none was ever recorded, records the one that ended."""
    payer, ended_on = end
    same = {person} | {
        one for one, into in shown_in(work.connection, [ward]).items() if into == person
    }
    rows = [row for row in coverages_of(work.connection, ward, same) if row.payer == payer]
    still = [row for row in rows if row.valid_to is None]
    if not still and must_be_open:
        raise UserMends("entry.no_open_cover", field="payer")
    for row in still:
        if row.valid_from is not None and ended_on < row.valid_from:
            raise UserMends(
                "entry.cover_ends_before_it_begins", field="ended_on", day=row.valid_from
            )
        work.edit(Coverage, row.id, valid_to=ended_on)
    if not rows:
        cover = Coverage(ward=ward, id=work.fresh_id(), person=person, payer=payer)
        cover.valid_to = ended_on
        work.create(cover)

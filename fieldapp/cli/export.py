"""`fieldapp export visits`: the visit log as xlsx, csv or pdf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fieldapp.cli import numbers
from fieldapp.cli.session import Session
from fieldapp.errors import UserMends
from fieldapp.rules.visiting.outcomes import BY_CODE
from fieldapp.store.store import Store
from fieldapp.usecases.me import me
from fieldapp.usecases.visiting import visit_log
from fieldapp.words.format import money, number

KINDS = ("xlsx", "csv", "pdf")


@dataclass(frozen=True)
class VisitChoice:
    """Which visits were asked for, as typed. Empty: all wards, today, everybody, all outcomes."""

    wards: tuple[str, ...]
    since: str
    until: str
    canvassers: tuple[str, ...]
    outcomes: tuple[str, ...]


def run_export_visits(session: Session, choice: VisitChoice, *, out: Path, kind: str) -> None:
    """Writes the file whole or not at all.

    Raises:
        UserMends: what was typed names nothing; SurroundingsMend: the file can't be written.
    """
    chosen = _kind(kind, out)
    with session.opened() as profile:
        written = visit_log.export(
            profile.store,
            _filter(profile.store, choice),
            out,
            chosen,
            session.words,
            progress=lambda *_: None,
            cancelled=lambda: False,
        )
    session.tell(
        written,
        "cli.exported",
        rows=number(written.rows),
        total=money(written.total_dong),
        path=str(written.path),
    )


def _kind(kind: str, out: Path) -> str:
    chosen = (kind or out.suffix.removeprefix(".")).casefold()
    if chosen not in KINDS:
        raise UserMends("cli.format_unknown", field="format", format=chosen or "—")
    return chosen


def _filter(store: Store, choice: VisitChoice) -> visit_log.VisitFilter:
    for outcome in choice.outcomes:
        if outcome not in BY_CODE:
            raise UserMends("cli.outcome_unknown", field="outcome", outcome=outcome)
    since = day_said(choice.since, "since") or store.today()
    return visit_log.VisitFilter(
        wards=wards_said(store, choice.wards),
        since=since,
        until=day_said(choice.until, "until") or max(since, store.today()),
        canvassers=choice.canvassers,
        outcomes=choice.outcomes,
    )


def wards_said(store: Store, said: tuple[str, ...]) -> tuple[str, ...]:
    """The streams of wards named by code or by stream; all of the user's without a name."""
    mine = me(store).wards
    streams = []
    for name in said:
        found = [ward.stream for ward in mine if name in (ward.code, ward.stream)]
        if not found:
            raise UserMends("cli.ward_unknown", field="ward", ward=name)
        streams += found
    return tuple(streams) or tuple(ward.stream for ward in mine)


def day_said(text: str, field: str) -> date | None:
    """A day as typed; None where nothing was. Raises UserMends about `field`."""
    return numbers.day(text, field) if text else None

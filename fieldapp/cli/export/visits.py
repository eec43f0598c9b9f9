"""`fieldapp export visits`: the visit log as xlsx, csv or pdf."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fieldapp.cli.quote import numbers
from fieldapp.cli.session import Session
from fieldapp.clock import Ids
from fieldapp.errors import UserMends
from fieldapp.model.record import CITY
from fieldapp.rules.visiting.outcomes import BY_CODE
from fieldapp.store.store import Store
from fieldapp.usecases.me import me
from fieldapp.usecases.visiting import presets, visit_log
from fieldapp.usecases.visiting.presets import Preset
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words.format import money, number
from sync.client.transport import HttpTransport
from sync.client.visit_log import ServerVisits

KINDS = ("xlsx", "csv", "pdf")


@dataclass(frozen=True)
class VisitChoice:
    """Which visits were asked for, as typed. Empty: all wards, today, everybody, all outcomes."""

    wards: tuple[str, ...]
    since: str
    until: str
    canvassers: tuple[str, ...]
    outcomes: tuple[str, ...]
    columns: tuple[str, ...] = ()
    unsent: bool = False
    full_ids_reason: str = ""
    cut_offs: tuple[str, ...] = ()
    """As typed: "26956:1204"."""
    preset: str = ""


def run_export_visits(session: Session, choice: VisitChoice, *, out: Path, kind: str) -> None:
    """Writes the file whole or not at all. With a preset, what it keeps stands where nothing else
    was said.

    Raises:
        UserMends: what was typed names nothing; SurroundingsMend: the file can't be written.
    """
    chosen = _kind(kind, out)
    with session.opened() as profile:
        store = profile.store
        kept = presets.preset(store, choice.preset) if choice.preset else None
        way = ServerVisits(
            lambda: HttpTransport(profile.card.server, store.setting("token")),
            Ids(store, store.random_bytes).new,
        )
        with closing(way):
            written = visit_log.export(
                store,
                _filter(store, choice, kept),
                out,
                chosen,
                session.words,
                columns=choice.columns or (kept.columns if kept else ()),
                full_ids_reason=choice.full_ids_reason,
                cut_offs=_cut_offs(store, choice.cut_offs),
                preset=choice.preset,
                progress=lambda *_: None,
                cancelled=lambda: False,
                far=way,
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


def _cut_offs(store: Store, said: tuple[str, ...]) -> dict[str, int]:
    """The revisions as typed behind a ward's code or stream, or behind `city`."""
    found = {}
    for text in said:
        name, _, revision = text.rpartition(":")
        if not revision.isdecimal() or len(revision) > 15:
            raise UserMends("cli.cut_off_invalid", field="cut_off", said=text)
        (stream,) = (CITY,) if name == CITY else wards_said(store, (name,))
        found[stream] = int(revision)
    return found


def _filter(store: Store, choice: VisitChoice, kept: Preset | None) -> VisitFilter:
    for outcome in choice.outcomes:
        if outcome not in BY_CODE:
            raise UserMends("cli.outcome_unknown", field="outcome", outcome=outcome)
    today = store.today()
    base = kept.on(today, me(store).streams) if kept else VisitFilter((), today, today)
    since = day_said(choice.since, "since") or base.since
    until = base.until if kept else max(since, today)
    return VisitFilter(
        wards=wards_said(store, choice.wards) if choice.wards or not kept else base.wards,
        since=since,
        until=day_said(choice.until, "until") or until,
        canvassers=choice.canvassers or base.canvassers,
        outcomes=choice.outcomes or base.outcomes,
        unsent=choice.unsent or base.unsent,
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

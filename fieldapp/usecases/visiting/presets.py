"""Choices of the visit log that were given a name, and the last file of each. Kept per profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from fieldapp.clock import from_iso, iso
from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.visit_log.choosing import CutOff, VisitFilter, filter_of

PRESETS = "visit_presets"
"""The setting that keeps them."""
PERIODS = ("today", "last_7_days", "month_so_far", "fixed")
"""What of its days a preset keeps: the way they were counted from the day on which it was saved, or
the days themselves."""
LONGEST_NAME = 60


@dataclass(frozen=True)
class LastExport:
    """A file that was written: what of, up to where, and what came of it."""

    made_at: datetime
    chosen: VisitFilter
    columns: tuple[str, ...]
    cut_offs: Mapping[str, CutOff]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Preset:
    """A named choice. `period` is one of `PERIODS`; no columns means all."""

    name: str
    chosen: VisitFilter
    period: str
    columns: tuple[str, ...] = ()
    last: LastExport | None = None

    def on(self, today: date, streams: Collection[str]) -> VisitFilter:
        """The choice as it is today, of the wards that the user still has."""
        since, until = _days(self.period, today) or (self.chosen.since, self.chosen.until)
        wards = tuple(ward for ward in self.chosen.wards if ward in streams)
        return replace(self.chosen, wards=wards, since=since, until=until)


def period_of(since: date, until: date, today: date) -> str:
    """How two days are counted from a day: one of `PERIODS`."""
    for period in PERIODS:
        if _days(period, today) == (since, until):
            return period
    return "fixed"


def _days(period: str, today: date) -> tuple[date, date] | None:
    match period:
        case "today":
            return today, today
        case "last_7_days":
            return today - timedelta(days=6), today
        case "month_so_far":
            return today.replace(day=1), today
    return None


def visit_presets(store: Store) -> tuple[Preset, ...]:
    """All of them, by name."""
    kept = store.setting(PRESETS) or {}
    return tuple(_read(name, kept[name]) for name in sorted(kept, key=str.casefold))


def preset(store: Store, name: str) -> Preset:
    """One of them. Raises UserMends `visit_log.preset_unknown`."""
    for one in visit_presets(store):
        if one.name == name:
            return one
    raise UserMends("visit_log.preset_unknown", field="preset", name=name)


def save_preset(
    store: Store, name: str, chosen: VisitFilter, columns: tuple[str, ...] = ()
) -> Preset:
    """Gives a choice a name; one of that name is replaced, and keeps its last file.

    Raises:
        UserMends: `visit_log.preset_unnamed`.
    """
    called = _name(name)
    old = next((one for one in visit_presets(store) if one.name == called), None)
    period = period_of(chosen.since, chosen.until, store.today())
    made = Preset(called, chosen, period, columns, old.last if old else None)
    _keep(store, {called: made})
    return made


def rename_preset(store: Store, name: str, new_name: str) -> Preset:
    """Gives it another name.

    Raises:
        UserMends: `visit_log.preset_unknown`, `visit_log.preset_unnamed`, `visit_log.preset_taken`.
    """
    old, called = preset(store, name), _name(new_name)
    if called != name and any(one.name == called for one in visit_presets(store)):
        raise UserMends("visit_log.preset_taken", field="new_name", name=called)
    _keep(store, {name: None, called: replace(old, name=called)})
    return replace(old, name=called)


def delete_preset(store: Store, name: str) -> None:
    """Forgets it; files that were written stay. Raises UserMends `visit_log.preset_unknown`."""
    preset(store, name)
    _keep(store, {name: None})


def remember_export(store: Store, name: str, last: LastExport) -> None:
    """Remembers the last file of a preset; of one that was deleted meanwhile nothing."""
    found = [one for one in visit_presets(store) if one.name == name]
    if found:
        _keep(store, {name: replace(found[0], last=last)})


def _name(typed: str) -> str:
    name = " ".join(typed.split())[:LONGEST_NAME]
    if not name:
        raise UserMends("visit_log.preset_unnamed", field="name")
    return name


def _keep(store: Store, changed: Mapping[str, Preset | None]) -> None:
    kept = dict(store.setting(PRESETS) or {})
    for name, one in changed.items():
        kept.pop(name, None)
        if one is not None:
            kept[name] = _told(one)
    store.remember(**{PRESETS: kept})


def _told(one: Preset) -> dict[str, Any]:
    last = one.last
    return {
        "chosen": one.chosen.told(),
        "period": one.period,
        "columns": list(one.columns),
        "last": last
        and {
            "made_at": iso(last.made_at),
            "chosen": last.chosen.told(),
            "columns": list(last.columns),
            "cut_offs": {
                ward: [cut.epoch, cut.revision, cut.chain] for ward, cut in last.cut_offs.items()
            },
            "rows": last.rows,
            "sha256": last.sha256,
        },
    }


def _read(name: str, kept: Mapping[str, Any]) -> Preset:
    last = kept["last"]
    return Preset(
        name,
        filter_of(kept["chosen"]),
        kept["period"],
        tuple(kept["columns"]),
        last
        and LastExport(
            from_iso(last["made_at"]),
            filter_of(last["chosen"]),
            tuple(last["columns"]),
            {ward: CutOff(*cut) for ward, cut in last["cut_offs"].items()},
            last["rows"],
            last["sha256"],
        ),
    )

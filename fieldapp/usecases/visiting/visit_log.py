"""The visit log: choosing, counting, and writing it to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection

from fieldapp.clock import business_date
from fieldapp.errors import UserMends
from fieldapp.model.happenings import MOST_NAMED
from fieldapp.model.record import CITY
from fieldapp.reports.visit_cells import COLUMN_KEYS
from fieldapp.reports.visit_changes import Changes, changed_rows
from fieldapp.reports.visit_row import VisitRow
from fieldapp.reports.visits import ID_REASONS, VisitLog, WardPosition, Watch, Written
from fieldapp.rules.visiting.outcomes import BY_CODE
from fieldapp.store.queries import visit_log as q
from fieldapp.store.store import Store
from fieldapp.usecases.me import Me, WardName, me, name_of, staff_names
from fieldapp.usecases.noting import noted_export
from fieldapp.usecases.visiting import presets
from fieldapp.usecases.visiting.far_log import FarLog, NoFarLog
from fieldapp.visit_log.choosing import CutOff, VisitFilter
from fieldapp.visit_log.reading import Names, WardLog, in_order, names_at
from fieldapp.visit_log.standing import Standing
from fieldapp.words import Words

KINDS = ("xlsx", "csv", "pdf")
CutOffs = Mapping[str, CutOff]
"""Up to where the log of each ward, and of the city, is read."""


@dataclass(frozen=True)
class LogChoices:
    """What can be chosen. `elsewhere`: streams of wards whose data is not on this laptop."""

    wards: tuple[WardName, ...]
    canvassers: tuple[tuple[str, str], ...]
    first_day: date
    last_day: date
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogSummary:
    """The figures of a choice on this laptop. `unsent` more are not with the server: they are among
    the rows, and stand in a file, only where that is asked for."""

    rows: int
    households: int
    enrolments: int
    total_dong: int
    by_outcome: dict[str, int]
    unsent: int = 0


def choices(store: Store) -> LogChoices:
    """The wards, people and days that visits on this laptop have."""
    user, today = me(store), store.today()
    staff = staff_names(store)
    known = {name: name_of(staff, name) for name in store.read(q.visitors, user.streams)}
    first, last = store.read(q.first_and_last, user.streams)
    here = store.read(q.cut_offs, user.streams)
    return LogChoices(
        wards=user.wards,
        canvassers=tuple(sorted(known.items(), key=lambda pair: pair[1])),
        first_day=business_date(first) if first else today,
        last_day=business_date(last) if last else today,
        elsewhere=tuple(ward for ward in user.streams if ward not in here),
    )


def summary(store: Store, chosen: VisitFilter) -> LogSummary:
    """The figures of a choice."""
    checked(store, chosen)
    found = store.read(q.counted, chosen)
    return LogSummary(
        rows=sum(found.by_outcome.values()),
        households=found.households,
        enrolments=found.enrolments,
        total_dong=found.total_dong,
        by_outcome=found.by_outcome,
        unsent=store.read(q.unsent_visits, chosen),
    )


def preview(store: Store, chosen: VisitFilter, limit: int = 200) -> tuple[VisitRow, ...]:
    """The first rows of a choice, by time, as a file would have them."""
    user = checked(store, chosen)
    cuts = cut_offs_now(store, chosen)

    def read(connection: Connection) -> tuple[VisitRow, ...]:
        rows = _Reader(connection, user, cuts, NoFarLog()).rows(chosen, cuts, page=limit)
        return tuple(row for _, row in zip(range(limit), rows, strict=False))

    return store.read(read)


def cut_offs_now(store: Store, chosen: VisitFilter) -> dict[str, CutOff]:
    """How far the logs of the chosen wards and of the city are on this laptop; wards that are not
    here are missing."""
    return store.read(q.cut_offs, (*chosen.wards, CITY))


@dataclass(frozen=True)
class _Order:
    """One file, as it was asked for."""

    user: Me
    chosen: VisitFilter
    kind: str
    columns: tuple[str, ...]
    reason: str
    preset: str
    last: presets.LastExport | None = None

    def told(self, cuts: CutOffs) -> dict[str, Any]:
        """As the audit says it."""
        told = self.chosen.told()
        del told["wards"]  # each has a line of its own
        told["outcomes"] = [code for code in told["outcomes"] if code in BY_CODE]
        revisions = {ward: cut.revision for ward, cut in cuts.items()}
        told |= {"kind": self.kind, "columns": list(self.columns), "reason": self.reason}
        return told | ({"cut_offs": revisions} if len(revisions) <= MOST_NAMED else {})


def export(
    store: Store,
    chosen: VisitFilter,
    path: Path,
    kind: str,
    words: Words,
    *,
    columns: tuple[str, ...] = (),
    full_ids_reason: str = "",
    cut_offs: Mapping[str, int] | None = None,
    preset: str = "",
    since: presets.LastExport | Literal["last"] | None = "last",
    progress: Callable[[int], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
    far: FarLog | None = None,
) -> Written:
    """Writes the log of a choice to `path` as `xlsx`, `csv` or `pdf`: whole or not at all.

    What is in it is what the logs say up to the cut-offs: the same ones give the same rows, always
    (an erasure by right alone takes values out). `cut_offs` names revisions by stream, also of
    `city`; those that are not named are as far as the log is. ID numbers are masked unless
    `full_ids_reason` (one of `ID_REASONS`) says what they are needed whole for. With a `preset` the
    file also tells what is otherwise than in that preset's last one, or in another (`since`): on a
    sheet, on pages, or in a second file beside a csv. `far` reads wards that are elsewhere.

    Raises:
        UserMends: `visit_log.no_ward`, `visit_log.days_reversed`, `visit_log.unknown_kind`,
            `visit_log.not_granted`, `visit_log.column_unknown`, `visit_log.preset_unknown`,
            `visit_log.reason_unknown`, `visit_log.ward_not_here`, what a cut-off may raise
            (`visit_log.cut_off_…`, `visit_log.other_log`), or that it was cancelled.
        SurroundingsMend: the folder or the file can't be written (`reports.…`), or the network.
    """
    if kind not in KINDS:
        raise UserMends("visit_log.unknown_kind", field="format", kind=kind)
    for unknown in set(columns) - set(COLUMN_KEYS):
        raise UserMends("visit_log.column_unknown", field="columns", column=unknown)
    known = presets.preset(store, preset).last if preset else None
    last = known if since == "last" else since
    if full_ids_reason not in ("", *ID_REASONS):
        raise UserMends("visit_log.reason_unknown", field="full_ids_reason", reason=full_ids_reason)
    user, reason = checked(store, chosen), full_ids_reason
    order = _Order(user, chosen, kind, columns, reason, preset, last)
    here = _asked_for(cut_offs_now(store, chosen), cut_offs or {})
    far = far or NoFarLog()
    elsewhere = far.begin(_elsewhere(chosen, here), chosen, cut_offs or {}, reason=reason)
    cuts = {**elsewhere, **here}
    watch = Watch(progress, cancelled)
    told = order.told(cuts)
    with noted_export(store, "visits", chosen.wards, told, masked=not reason) as came:
        written = store.read(_write, order, path, cuts, words, watch, far, store)
        came.to(rows=written.rows, sha256=written.sha256)
    if preset:
        made = presets.LastExport(
            store.server_now(), chosen, columns, dict(cuts), written.rows, written.sha256
        )
        presets.remember_export(store, preset, made)
    return replace(written, cut_offs={ward: cut.revision for ward, cut in cuts.items()})


def _elsewhere(chosen: VisitFilter, here: CutOffs) -> tuple[str, ...]:
    return tuple(ward for ward in chosen.wards if ward not in here)


def _asked_for(here: dict[str, CutOff], named: Mapping[str, int]) -> dict[str, CutOff]:
    """The cut-offs of wards that are here: as named, else as far as they are."""
    return {
        ward: CutOff(cut.epoch, named[ward], "")
        if named.get(ward, cut.revision) != cut.revision
        else cut
        for ward, cut in here.items()
    }


def _write(
    connection: Connection,
    order: _Order,
    path: Path,
    cuts: CutOffs,
    words: Words,
    watch: Watch,
    far: FarLog,
    store: Store,
) -> Written:
    """Writes the file out of one still picture of the laptop's data."""
    reader = _Reader(connection, order.user, cuts, far)
    rows = reader.rows(order.chosen, cuts)
    changes = _changes(reader, order, cuts)
    # a csv says nothing of it: the same revisions give the same bytes
    apart = order.kind != "csv" and order.last is not None and changes is None
    log = _header(store, order, cuts, reader, apart)
    write = _writer(order.kind)
    return write(path, rows, log=log, words=words, watch=watch, changes=changes)


def _writer(kind: str) -> Callable[..., Written]:
    """The writer of a format; the libraries behind it load only when they are needed."""
    if kind == "xlsx":
        from fieldapp.reports.visits_xlsx import write_xlsx

        return write_xlsx
    from fieldapp.reports import visits_csv, visits_pdf

    return {"csv": visits_csv.write_csv, "pdf": visits_pdf.write_pdf}[kind]


def _changes(reader: _Reader, order: _Order, cuts: CutOffs) -> Changes | None:
    """What is otherwise than in the last file of the preset; None without one, or where what was
    in it cannot be told any more: of work that the server had not confirmed nobody knows. Nor is
    there anything to compare where the two have no column in common."""
    last = order.last
    if last is None or last.chosen.unsent:
        return None
    columns = tuple(
        key
        for key in COLUMN_KEYS
        if all(not chosen or key in chosen for chosen in (order.columns, last.columns))
    )
    if not columns:
        return None
    try:
        before = reader.rows(last.chosen, last.cut_offs)
    except UserMends:
        return None
    found = changed_rows(before, reader.rows(order.chosen, cuts), columns)
    return Changes(
        (one for one in found if one.change != "gone" or _asks_for(order.chosen, one.row, reader)),
        last.made_at,
        reader.positions(last.chosen, last.cut_offs),
        last.sha256,
        columns,
    )


def _asks_for(chosen: VisitFilter, row: VisitRow, reader: _Reader) -> bool:
    """Whether a row of an earlier file would be in one of this choice, too."""
    names = {reader.names.of(username) for username in chosen.canvassers}
    return (
        row.ward in chosen.wards
        and chosen.since <= row.visited_on <= chosen.until
        and (not names or row.canvasser in names)
        and (not chosen.outcomes or row.outcome in chosen.outcomes)
    )


@dataclass
class _Reader:
    """Rows of wards that are here and of wards that are not, as one log."""

    connection: Connection
    user: Me
    cuts: CutOffs
    far: FarLog
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = self._names(self.cuts)

    def _names(self, cuts: CutOffs) -> Names:
        here = CITY in cuts and q.cut_offs(self.connection, (CITY,))
        there = q.standing(self.connection, CITY, cuts[CITY]) if here else Standing()
        return names_at(self.connection, there)

    def rows(self, chosen: VisitFilter, cuts: CutOffs, page: int = 1_000) -> Iterator[VisitRow]:
        """The rows in their order. What a cut-off may raise comes at once, not when they flow."""
        names = self._names(cuts)
        logs = [self._log(ward, chosen, cuts, names, page) for ward in chosen.wards]
        return in_order([_begun(log) for log in logs if log is not None])

    def _log(
        self, ward: str, chosen: VisitFilter, cuts: CutOffs, names: Names, page: int
    ) -> Iterator[VisitRow] | None:
        if ward in self.far.wards:
            return self.far.rows(ward, chosen, cuts)
        if ward not in cuts:
            return None
        there = q.standing(self.connection, ward, cuts[ward], unsent=chosen.unsent)
        return WardLog(self.connection, ward, chosen, there, names).rows(page=page)

    def positions(self, chosen: VisitFilter, cuts: CutOffs) -> tuple[WardPosition, ...]:
        """The cut-offs as files say them; the first signs of an epoch tell two apart."""
        called = {ward: self.names.ward(ward)[1] for ward in chosen.wards} | {CITY: ""}
        return tuple(
            WardPosition(called[ward], cuts[ward].epoch[-8:].upper(), cuts[ward].revision)
            for ward in (*chosen.wards, CITY)
            if ward in cuts
        )


def _begun(rows: Iterator[VisitRow]) -> Iterator[VisitRow]:
    """The same rows, of which the first is here: the server, too, has agreed to the cut-off."""
    first = next(rows, None)
    return iter(()) if first is None else chain((first,), rows)


def _header(store: Store, order: _Order, cuts: CutOffs, reader: _Reader, apart: bool) -> VisitLog:
    chosen, names = order.chosen, reader.names
    return VisitLog(
        made_at=store.server_now(),
        made_by=order.user.full_name,
        positions=reader.positions(chosen, cuts),
        wards=tuple(names.ward(ward)[1] for ward in chosen.wards),
        date_from=chosen.since,
        date_to=chosen.until,
        canvassers=tuple(names.of(username) for username in chosen.canvassers),
        outcomes=chosen.outcomes,
        columns=order.columns,
        masked=not order.reason,
        reason=order.reason,
        unsent=chosen.unsent,
        not_compared=apart,
    )


def checked(store: Store, chosen: VisitFilter) -> Me:
    """Who chose it, of a choice that holds.

    Raises:
        UserMends: `visit_log.no_ward`, `visit_log.not_granted`, `visit_log.days_reversed`.
    """
    user = me(store)
    if not chosen.wards:
        raise UserMends("visit_log.no_ward", field="wards")
    if foreign := set(chosen.wards) - set(user.streams):
        raise UserMends("visit_log.not_granted", field="wards", ward=min(foreign))
    if chosen.since > chosen.until:
        raise UserMends("visit_log.days_reversed", field="since")
    return user

"""Targets against results by organisation and collector (B15a-UQ), for a month and so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.reports.forms.content import Counts, TargetLine
from fieldapp.rules.calendar_months import add_months
from fieldapp.rules.campaign import counted_kind, first_payments
from fieldapp.rules.official_lists import forms
from fieldapp.store.merged import shown_in
from fieldapp.store.queries import households as q
from fieldapp.store.queries import submissions as lists
from fieldapp.store.store import Store
from fieldapp.usecases.me import me
from fieldapp.usecases.noting import noted_export, sha256_of
from fieldapp.usecases.receipts.receipt_books import head_of
from fieldapp.words import Words


@dataclass(frozen=True)
class TargetTable:
    """The table of one month.

    Attributes:
        campaign: its code; "" where none is on in that month: results without targets.
        since: from when results count as so far: the campaign's first day, else the year's.
    """

    month: date
    campaign: str
    campaign_name: str
    since: date
    lines: tuple[TargetLine, ...]


def target_table(
    store: Store,
    words: Words,
    *,
    month: date | None = None,
    wards: Sequence[str] = (),
    campaign: str = "",
) -> TargetTable:
    """People who joined, by organisation and under it by collector, against their targets.

    New is who had no cover of the scheme or had lost it; continuing is a renewal. Only receipts
    that stand count. Results are those of the wards on this laptop (or of `wards`), and so are the
    targets: those of a ward that is not here stay out, those that name no ward are whole.

    Raises:
        UserMends: `targets.campaign_unknown`, `visit_log.not_granted`.
    """
    user = me(store)
    if foreign := set(wards) - set(user.streams):
        raise UserMends("visit_log.not_granted", field="wards", ward=min(foreign))
    scope = tuple(wards) or user.streams
    first = (month or store.today()).replace(day=1)
    chosen = _campaign(store.read(lists.all_campaigns), campaign, first)
    since = chosen.starts_on if chosen and chosen.starts_on else first.replace(month=1)

    def read(connection: Connection) -> tuple[TargetLine, ...]:
        targets = lists.targets_of(connection, chosen.code) if chosen else ()
        table = _Table(
            paid=[row for row in lists.paid_rows(connection, scope) if row.paid_on >= since],
            targets=[row for row in targets if row.ward_stream in ("", *scope)],
            staff={row.username: row for row in q.all_staff(connection)},
            first=first,
            everybody=words.say("targets.everybody"),
            shown=shown_in(connection, scope),
        )
        names = {row.code: row.name for row in lists.all_organisations(connection)}
        return table.lines(names)

    return TargetTable(
        month=first,
        campaign=chosen.code if chosen else "",
        campaign_name=chosen.name if chosen else "",
        since=since,
        lines=store.read(read),
    )


def _campaign(rows: Iterable[Any], code: str, first: date) -> Any:
    """The campaign that was named, else the one that began last and is on in the month."""
    last = add_months(first, 1)
    rows = list(rows)
    if code:
        named = [row for row in rows if row.code == code]
        if not named:
            raise UserMends("targets.campaign_unknown", field="campaign", campaign=code)
        return named[0]
    on = [
        row
        for row in rows
        if (row.starts_on is None or row.starts_on < last)
        and (row.ends_on is None or row.ends_on >= first)
    ]
    return on[0] if on else None


@dataclass(frozen=True)
class _Table:
    """What the lines are counted from."""

    paid: list[Any]
    targets: list[Any]
    staff: dict[str, Any]
    first: date
    everybody: str
    shown: Mapping[str, str]
    """Whom a merged person is shown as: two records of one count once."""

    def lines(self, names: dict[str, str]) -> tuple[TargetLine, ...]:
        """Everybody's line where there is a target for everybody, then by organisation."""
        lines: list[TargetLine] = []
        whole = [t for t in self.targets if not t.organisation and not t.collector]
        if whole:
            lines.append(self._line(self.everybody, "", self.paid, whole))
        depth = len(lines)
        takers = {row.issued_by for row in self.paid} | {t.collector for t in self.targets}
        people = {name: self._organisation_of(name) for name in sorted(takers - {""})}
        codes = {*people.values(), *(t.organisation for t in self.targets)}
        for code in sorted(codes, key=lambda code: (not code, code)):
            mine = [row for row in self.paid if people.get(row.issued_by) == code]
            if code:
                of_all = [t for t in self.targets if t.organisation == code and not t.collector]
                line = self._line(names.get(code, code), code, mine, of_all)
                lines.append(replace(line, depth=depth))
            for name in (n for n, of in people.items() if of == code):
                line = self._collector(name, [r for r in mine if r.issued_by == name])
                lines.append(replace(line, depth=depth + bool(code)))
        return tuple(lines)

    def _organisation_of(self, username: str) -> str:
        row = self.staff.get(username)
        return str(row.organisation) if row else ""

    def _collector(self, username: str, mine: list[Any]) -> TargetLine:
        row = self.staff.get(username)
        name, code = (row.full_name, row.collector_code) if row else (username, "")
        return self._line(name, code, mine, [t for t in self.targets if t.collector == username])

    def _line(self, name: str, code: str, paid: list[Any], targets: list[Any]) -> TargetLine:
        vsi, hhi = (self._counts(scheme, paid, targets) for scheme in ("vsi", "hhi"))
        return TargetLine(name=name, code=code, vsi=vsi, hhi=hhi)

    def _counts(self, scheme: str, paid: list[Any], targets: list[Any]) -> Counts:
        """People: one who paid twice in the span for the scheme counts once."""
        wanted = {kind: _target(targets, scheme, kind) for kind in ("new", "renewal")}
        until = add_months(self.first, 1)
        rows = [row for row in paid if row.scheme == scheme and row.paid_on < until]
        month = _people((row for row in rows if row.paid_on >= self.first), self.shown)
        so_far = _people(rows, self.shown)
        return Counts(
            target_new=wanted["new"],
            target_renewal=wanted["renewal"],
            month_new=month["new"],
            month_renewal=month["renewal"],
            total_new=so_far["new"],
            total_renewal=so_far["renewal"],
        )


def _target(targets: Iterable[Any], scheme: str, kind: str) -> int:
    return sum(row.people for row in targets if (row.scheme, row.kind) == (scheme, kind))


def _people(rows: Iterable[Any], shown: Mapping[str, str]) -> dict[str, int]:
    """How many people joined, by the kind of the first payment in the span."""
    first = first_payments(rows, lambda row: shown.get(row.person, row.person))
    kinds = [counted_kind(row.kind) for row in first]
    return {"new": kinds.count("new"), "renewal": kinds.count("renewal")}


def write_target_table(
    store: Store,
    path: Path,
    words: Words,
    *,
    month: date | None = None,
    wards: Sequence[str] = (),
    campaign: str = "",
) -> TargetTable:
    """Writes B15a-UQ as a workbook, whole or not at all.

    Raises:
        UserMends: as `target_table` says, `forms.no_lines`, `rules.form_too_old` (there is no such
            form before 2026-05-01).
        SurroundingsMend: the file can't be written (`reports.…`).
    """
    table = target_table(store, words, month=month, wards=wards, campaign=campaign)
    day = min(store.today(), add_months(table.month, 1).replace(day=1))
    forms.layout("b15a", day)
    from fieldapp.reports.forms import write_targets

    named = tuple(wards) or me(store).streams
    choices = {"form": "b15a", "since": table.month.isoformat()}
    with noted_export(store, "b15a", named, choices, masked=True) as came:
        write_targets(path, head_of(store, "", day), table.lines, table.month, words=words)
        came.to(rows=len(table.lines), sha256=sha256_of(path))
    return table

"""B15a-UQ: targets of organisations and collectors, and what was reached, xlsx.

The form has four blocks; those of compulsory insurance and of accident insurance are not this
product's and stay empty, to be filled in by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from fractions import Fraction
from pathlib import Path

from fieldapp.errors import UserMends
from fieldapp.reports.files import whole_file
from fieldapp.reports.forms.content import Counts, ListHead, TargetLine
from fieldapp.reports.forms.form import FormWriter
from fieldapp.reports.forms.layouts import layout_on
from fieldapp.reports.forms.values import Place, Value
from fieldapp.reports.workbook import open_workbook
from fieldapp.rules.money.exact import round_half_up
from fieldapp.words import Words


def write_targets(
    path: Path,
    head: ListHead,
    lines: Sequence[TargetLine],
    month: date,
    *,
    words: Words | None = None,
) -> None:
    """Writes the table of one month, a line each in the order given, and its totals.

    The percentage is what was reached so far over the target; without a target it stays empty.
    Raises UserMends `forms.no_lines` for an empty table, and as `rules.forms.form_row` (there is
    no such form before 2026-05-01) and `whole_file` do.
    """
    layout = layout_on("b15a", head.listed_on)
    if not lines:
        raise UserMends("forms.no_lines", field="lines")
    said = {"month": f"{month:%m/%Y}"}
    with whole_file(path) as part, open_workbook(part) as book:
        form_writer = FormWriter(book, layout, head, TARGET, words or Words("vi"))
        form_writer.write(lines, said, total=_total(lines))


def _total(lines: Sequence[TargetLine]) -> TargetLine:
    """All lines as one; its percentages are those of the sums, not sums of percentages.

    Who collects for an organisation counts in its line and not again; of an organisation without a
    target of its own, those of its collectors count.
    """
    vsi, hhi = (
        Counts(**{field.name: _sum(lines, scheme, field.name) for field in fields(Counts)})
        for scheme in ("vsi", "hhi")
    )
    return TargetLine(name="", code="", vsi=vsi, hhi=hhi)


def _sum(lines: Sequence[TargetLine], scheme: str, name: str) -> int:
    total, place = 0, 0
    while place < len(lines):
        depth, end = lines[place].depth, place + 1
        while end < len(lines) and lines[end].depth > depth:
            end += 1
        own: int = getattr(getattr(lines[place], scheme), name)
        total += own or _sum(lines[place + 1 : end], scheme, name)
        place = end
    return total


def share_of(counts: Counts) -> float | None:
    """Reached so far over the target, as a part of 1 to four places; None without a target."""
    target = counts.target_new + counts.target_renewal
    if not target:
        return None
    reached = Fraction(counts.total_new + counts.total_renewal, target)
    return round_half_up(reached * 10_000) / 10_000


def _block(scheme: str) -> dict[str, Value[TargetLine]]:
    """The columns of one scheme: target, this month and so far; in all, new and continuing."""
    found: dict[str, Value[TargetLine]] = {
        f"{scheme}_share": Value("share", lambda p: share_of(_counts(p, scheme)))
    }
    for part in ("target", "month", "total"):
        found[f"{scheme}_{part}"] = _people(scheme, f"{part}_new", f"{part}_renewal")
        found[f"{scheme}_{part}_new"] = _people(scheme, f"{part}_new")
        found[f"{scheme}_{part}_renewal"] = _people(scheme, f"{part}_renewal")
    return found


def _people(scheme: str, *names: str) -> Value[TargetLine]:
    """People counted under these names together."""

    def added(place: Place[TargetLine]) -> int:
        counts = _counts(place, scheme)
        return sum(getattr(counts, name) for name in names)

    return Value("people", added)


def _counts(place: Place[TargetLine], scheme: str) -> Counts:
    return place.line.vsi if scheme == "vsi" else place.line.hhi


TARGET: Mapping[str, Value[TargetLine]] = {
    "number": Value("count", lambda p: p.number),
    "name": Value("text", lambda p: p.line.name),
    "code": Value("digits", lambda p: p.line.code),
    "note": Value("text", lambda p: p.line.note),
    **_block("vsi"),
    **_block("hhi"),
}
"""Columns of B15a-UQ."""

"""`fieldapp export d03|d05|mau3|mau4|tk1|mau2|c17|b15a`: official lists, declarations, tables."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fieldapp.cli.export.visits import day_said, wards_said
from fieldapp.cli.session import Session
from fieldapp.errors import FieldappError, UserMends
from fieldapp.reports.files import mended_by
from fieldapp.store.store import Store
from fieldapp.usecases.me import me
from fieldapp.usecases.official_lists import papers as list_papers
from fieldapp.usecases.official_lists import submissions, target_table
from fieldapp.usecases.official_lists.lists import official_lists, withdraw_list
from fieldapp.usecases.official_lists.papers import WrittenList
from fieldapp.usecases.official_lists.submissions import DrawnList, DrawnUp, Ready
from fieldapp.usecases.receipts import receipt_books
from fieldapp.words.format import money, number


@dataclass(frozen=True)
class ListChoice:
    """What was asked for of a list, as typed."""

    form: str
    ward: str = ""
    listed_on: str = ""
    collector: str = ""
    number: str = ""
    submission: str = ""
    dry_run: bool = False


def run_export_list(session: Session, choice: ListChoice, *, out: Path | None) -> None:
    """Draws up what is ready and writes it; or writes a list again that there is.

    Several lists get "-2", "-3" behind the name of the file.

    Raises:
        UserMends: what was typed names nothing, or nothing is ready; SurroundingsMend: a file
            can't be written, and its list was taken back.
    """
    with session.opened() as profile:
        store = profile.store
        if choice.submission:
            answer = _again(store, choice, _needed(out))
        elif choice.dry_run:
            answer = _dry(store, choice)
        else:
            answer = _drawn(store, choice, _needed(out))
    written = answer["lists"]
    session.tell(
        answer,
        "cli.listed_dry" if choice.dry_run and not choice.submission else "cli.listed",
        lists=number(len(written)),
        lines=number(sum(one["lines"] for one in written)),
        total=money(sum(one["total_dong"] for one in written)),
        incomplete=number(len(answer.get("incomplete", ()))),
        path=str(out or ""),
    )


_SUFFIXES = {".xlsx", ".pdf", ".csv", ".xls", ".ods", ".docx", ".doc"}


def _needed(out: Path | None, suffix: str = ".xlsx") -> Path:
    """The file to write; one whose name promises another format would open nowhere."""
    if out is None:
        raise UserMends("cli.out_missing", field="out")
    if out.suffix.lower() in _SUFFIXES - {suffix}:
        raise UserMends("cli.out_format", field="out", name=out.name, suffix=suffix)
    return out


def _again(store: Store, choice: ListChoice, out: Path) -> dict[str, Any]:
    rows = [row for row in official_lists(store) if row.submission == choice.submission]
    if not rows:
        raise UserMends("entry.gone", field="submission", record=choice.submission)
    (row,) = rows
    if row.form != choice.form:
        raise UserMends("cli.other_form", field="submission", form=row.form)
    written = list_papers.write_submission(store, row.ward, row.submission, out)
    return _head(row.ward, choice.form, row.layout, row.listed_on) | {
        "lists": [_list(row.submission, written)],
    }


def _dry(store: Store, choice: ListChoice) -> dict[str, Any]:
    ward, ready = _ward_and_ready(store, choice)
    one = {"submission": None, "number": None, "path": None}
    counts = {"lines": len(ready.lines), "total_dong": ready.total_dong}
    return _head(ward, choice.form, ready.layout, ready.listed_on) | {
        "dry_run": True,
        "lists": [one | counts] if ready.lines else [],
        "ready": [asdict(line) for line in ready.lines],
        "incomplete": [asdict(line) for line in ready.incomplete],
        "returned": ready.returned,
    }


def _drawn(store: Store, choice: ListChoice, out: Path) -> dict[str, Any]:
    ward, ready = _ward_and_ready(store, choice)
    _must_be_writable(out)
    drawn = submissions.draw_up(
        store,
        ward,
        choice.form,
        listed_on=ready.listed_on,
        collector=choice.collector,
        number=choice.number,
    )
    return _head(ward, choice.form, drawn.layout, drawn.listed_on) | {
        "lists": _write_all(store, drawn, out),
        "incomplete": [asdict(line) for line in drawn.incomplete],
        "returned": ready.returned,
    }


def _must_be_writable(out: Path) -> None:
    """Looks before anything is drawn up: a slip in the name should leave no list behind."""
    try:
        is_folder, has_parent = out.is_dir(), out.parent.is_dir()
    except OSError as error:
        raise mended_by(error, out) from error
    if is_folder:
        raise UserMends("reports.name_is_folder", field="out", name=out.name)
    if not has_parent:
        raise UserMends("cli.folder_missing", field="out", folder=str(out.parent))


def _write_all(store: Store, drawn: DrawnUp, out: Path) -> list[dict[str, Any]]:
    written = []
    for place, one in enumerate(drawn.lists, start=1):
        path = out if place == 1 else out.with_stem(f"{out.stem}-{place}")
        try:
            file = list_papers.write_submission(store, drawn.ward, one.submission, path)
        except BaseException:
            _take_back(store, drawn.ward, drawn.lists[place - 1 :])
            raise
        written.append(_list(one.submission, file))
    return written


def _take_back(store: Store, ward: str, lists: Sequence[DrawnList]) -> None:
    """Lists without a file wait for nobody: their lines are ready again for the next attempt."""
    for one in lists:
        with suppress(FieldappError):  # what kept the file from being written may keep this, too
            withdraw_list(store, ward, one.submission)


def _head(ward: str, form: str, layout: str, listed_on: date) -> dict[str, Any]:
    return {
        "form": form,
        "layout": layout,
        "listed_on": listed_on,
        "ward": ward.partition(".")[0],
        "dry_run": False,
    }


def _list(submission: str, written: WrittenList) -> dict[str, Any]:
    return {
        "submission": submission,
        "number": written.number,
        "lines": written.lines,
        "total_dong": written.total_dong,
        "path": written.path,
    }


def _ward_and_ready(store: Store, choice: ListChoice) -> tuple[str, Ready]:
    """The ward that was named, or the only one in which something waits."""
    wards = wards_said(store, (choice.ward,) if choice.ward else ())
    if not wards:
        raise UserMends("cli.no_ward", field="ward")
    found = [
        (
            ward,
            submissions.ready_lines(
                store,
                ward,
                choice.form,
                listed_on=day_said(choice.listed_on, "listed_on"),
                collector=choice.collector,
            ),
        )
        for ward in wards
    ]
    waiting = [(ward, ready) for ward, ready in found if ready.lines or ready.incomplete]
    if len(waiting) > 1:
        codes = ", ".join(ward.partition(".")[0] for ward, _ in waiting)
        raise UserMends("cli.ward_needed", field="ward", wards=codes)
    return waiting[0] if waiting else found[0]


# --- declarations --------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeclarationChoice:
    """Whose declarations were asked for, as typed. Nobody named: all new ones that there are."""

    form: str
    ward: str = ""
    listed_on: str = ""
    person: str = ""
    household: str = ""
    submission: str = ""
    dry_run: bool = False


def run_export_declarations(
    session: Session, choice: DeclarationChoice, *, out: Path | None
) -> None:
    """Writes the declarations of chosen people as PDF, one a page.

    Raises:
        UserMends: what was typed names nothing; SurroundingsMend: the file can't be written.
    """
    with session.opened() as profile:
        store = profile.store
        ward = _ward_of_declarations(store, choice)
        day = day_said(choice.listed_on, "listed_on") or store.today()
        whose = {
            "person": choice.person,
            "household": choice.household,
            "submission": choice.submission,
        }
        found = list_papers.declarations(store, ward, choice.form, declared_on=day, **whose)
        if not choice.dry_run:
            list_papers.write_declarations_of(
                store, ward, choice.form, _needed(out, ".pdf"), declared_on=day, **whose
            )
    answer = {
        "form": choice.form,
        "listed_on": day,
        "dry_run": choice.dry_run,
        "declarations": len(found),
        "people": [one.person.full_name for one in found],
        "path": None if choice.dry_run else out,
    }
    session.tell(answer, "cli.declared", n=len(found), path=str(out or ""))


def _ward_of_declarations(store: Store, choice: DeclarationChoice) -> str:
    if choice.submission and not choice.ward:
        rows = [row for row in official_lists(store) if row.submission == choice.submission]
        if not rows:
            raise UserMends("entry.gone", field="submission", record=choice.submission)
        return rows[0].ward
    wards = wards_said(store, (choice.ward,) if choice.ward else ())
    if len(wards) == 1:
        return wards[0]
    named = [w for w in wards if _holds(store, w, choice)]
    if len(named) != 1:
        codes = ", ".join(ward.partition(".")[0] for ward in wards)
        raise UserMends("cli.ward_needed", field="ward", wards=codes)
    return named[0]


def _holds(store: Store, ward: str, choice: DeclarationChoice) -> bool:
    kind, record = ("person", choice.person) if choice.person else ("household", choice.household)
    return bool(record and store.basis(ward, (kind, record)).fields)


# --- tables --------------------------------------------------------------------------------------


def run_export_c17(
    session: Session,
    *,
    wards: Sequence[str],
    since: str,
    until: str,
    collector: str,
    book: str,
    out: Path | None,
    dry_run: bool,
) -> None:
    """Writes the numbers of receipt books against the money.

    Raises:
        UserMends: what was typed names nothing; SurroundingsMend: the file can't be written.
    """
    with session.opened() as profile:
        store = profile.store
        chosen: dict[str, Any] = {
            "since": day_said(since, "since"),
            "until": day_said(until, "until"),
            "wards": wards_said(store, tuple(wards)),
            "collector": collector,
            "book": book,
        }
        if dry_run:
            found = receipt_books.reconcile_receipts(store, session.words, **chosen)
        else:
            found = receipt_books.write_reconciliation(store, _needed(out), session.words, **chosen)
    answer = asdict(found) | {"form": "c17", "dry_run": dry_run, "path": None if dry_run else out}
    session.tell(
        answer,
        "cli.reconciled",
        used=number(found.used),
        void=number(found.void),
        missing=number(found.missing),
        total=money(found.total_dong),
        path=str(out or ""),
    )


def run_export_b15a(
    session: Session,
    *,
    wards: Sequence[str],
    month: str,
    campaign: str,
    out: Path | None,
    dry_run: bool,
) -> None:
    """Writes targets against results of a month.

    Raises:
        UserMends: what was typed names nothing; SurroundingsMend: the file can't be written.
    """
    with session.opened() as profile:
        store = profile.store
        chosen: dict[str, Any] = {
            "month": _month(month),
            "wards": wards_said(store, tuple(wards)) if wards else me(store).streams,
            "campaign": campaign,
        }
        if dry_run:
            table = target_table.target_table(store, session.words, **chosen)
        else:
            table = target_table.write_target_table(store, _needed(out), session.words, **chosen)
    answer = asdict(table) | {"form": "b15a", "dry_run": dry_run, "path": None if dry_run else out}
    session.tell(
        answer,
        "cli.targets",
        lines=number(len(table.lines)),
        month=f"{table.month:%m/%Y}",
        path=str(out or ""),
    )


def _month(text: str) -> date | None:
    """The first day of a month as typed, "2026-11"; a whole date names its month."""
    day = day_said(text if text.count("-") != 1 else f"{text}-01", "month")
    return day.replace(day=1) if day else None

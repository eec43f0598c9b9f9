"""Importing a list of others: a due list or a household register, looked at first, then taken in.

`look_at` writes nothing and says what would become of each line; `take_in` writes what was looked
at, all of it or nothing. A list is many changesets, one a household, in one transaction: so it
travels in batches, and each household has its own history and its own answer of the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp import practice
from fieldapp.errors import UserMends
from fieldapp.garbage import without_cycle_search
from fieldapp.lists.columns import (
    FIELDS,
    NOTHING_SAID,
    Kind,
    Mapped,
    lacking,
)
from fieldapp.lists.layout import Laid, lay_out, lines, told_above
from fieldapp.lists.listed import Reader, encodings_of
from fieldapp.lists.planning import Differing, Piece, Plan, Planner
from fieldapp.lists.planning_due import plan_due
from fieldapp.lists.planning_households import households_of, plan_households
from fieldapp.lists.reading import open_file
from fieldapp.lists.standing import standing_of
from fieldapp.model.changesets import Changeset
from fieldapp.store.queries import importing as queries_import
from fieldapp.store.store import Store
from fieldapp.store.works import Works
from fieldapp.usecases.importing.left_over import note_left_over
from fieldapp.usecases.importing.list_ward import mark_foreign, ward_of_list
from fieldapp.usecases.importing.preview import (
    Choice,
    Heads,
    Imported,
    Preview,
    ReadList,
    columns_of,
    imported,
    preview_of,
    write_errors,
)
from fieldapp.words import Words

KINDS: tuple[Kind, ...] = ("due", "households")
ACTIONS: Mapping[Kind, str] = {"due": "list.due", "households": "list.households"}
MAPPINGS = "import_mappings"
"""The setting that remembers what was said of columns, by the signature of their heads."""
PULSE = 500
"""Lines or records between two looks at Cancel: a fraction of a second."""
PULSE_OF_PIECES = 100
"""Changesets between two looks at Cancel while they are written."""

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@without_cycle_search()
def look_at(
    store: Store,
    kind: Kind,
    path: Path,
    choice: Choice | None = None,
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Preview:
    """Reads a list and compares it with its ward; nothing is written.

    Raises:
        UserMends: `imports.…`: the file is refused, is no such list, or is of another ward;
            `imports.cancelled`; `entry.ward_not_granted`.
        UserMends: `cli.file_unreadable`.
    """
    said = choice or Choice()
    pulse = _Pulse(progress, cancelled)
    read = _read(store, kind, path, said, pulse)
    ward = ward_of_list(store, read, said)
    mark_foreign(store, read, ward)
    mark = store.read(queries_import.mark, ward.stream)
    plan = store.read(_planned, store, kind, read, (ward.stream, said), pulse)
    return preview_of(kind, read, ward, (said, plan, mark))


def heads_of(store: Store, kind: Kind, path: Path, choice: Choice | None = None) -> Heads:
    """The columns of a list as far as they are understood, for choosing the others by hand.

    Raises:
        UserMends: `imports.…`: the file is refused, or no row of it looks like heads.
    """
    _must_be_real_work()
    said = choice or Choice()
    laid = lay_out(open_file(path, lambda: None), kind, _mappings(store, said))
    if not laid:
        raise UserMends("imports.no_heads", field="file")
    return Heads(columns_of(laid[0]), tuple(lacking(laid[0].columns, kind)))


@without_cycle_search()
def again(store: Store, preview: Preview, choice: Choice) -> Preview:
    """The same list with another choice of lines to overwrite; the file is not read again."""
    said = replace(choice, columns=preview.choice.columns)
    pulse = _Pulse(lambda done, total: None, lambda: False)
    stream = preview.ward.stream
    mark = store.read(queries_import.mark, stream)
    plan = store.read(_planned, store, preview.kind, preview.read, (stream, said), pulse)
    return preview_of(preview.kind, preview.read, preview.ward, (said, plan, mark))


@without_cycle_search()
def take_in(
    store: Store,
    preview: Preview,
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Preview:
    """Writes what was looked at, in one transaction; returns it as it was written.

    Where the ward has changed since the look, the lines are compared anew. Cancel writes nothing.

    Raises:
        UserMends: `imports.cancelled`; `entry.ward_not_granted`; nothing was written.
        SurroundingsMend: the disk is full, broken or locked: nothing was written.
    """
    pulse = _Pulse(progress, cancelled)
    stream, written = preview.ward.stream, preview
    with store.works(stream, ACTIONS[preview.kind]) as works:
        if queries_import.mark(works.connection, stream) != preview.mark:
            named = (stream, preview.choice)
            plan = _planned(works.connection, store, preview.kind, preview.read, named, pulse)
            known = (preview.choice, plan, preview.mark)
            written = preview_of(preview.kind, preview.read, preview.ward, known)
        _write(works, written, pulse)
    _remember(store, preview)
    note_left_over(store, written)
    return written


# --- reading -------------------------------------------------------------------------------------


@dataclass
class _Pulse:
    """Tells the progress and hears Cancel, now and then."""

    progress: Progress
    cancelled: Cancelled

    def over(self, things: Iterable[Any], done: int, total: int) -> Iterator[Any]:
        """The things, counted from `done` on."""
        for number, thing in enumerate(things, done):
            if number % PULSE == 0:
                self.beat(number, total)
            yield thing

    def beside(self, things: Iterable[Any], done: int, total: int) -> Iterator[Any]:
        """The things, which are no lines: the count stands at `done` while they go by."""
        for number, thing in enumerate(things):
            if number % PULSE == 0:
                self.beat(done, total)
            yield thing

    def beat(self, done: int, total: int) -> None:
        """Raises UserMends: `imports.cancelled`."""
        if self.cancelled():
            raise UserMends("imports.cancelled")
        self.progress(min(done, total), total)


def _must_be_real_work() -> None:
    """A list names real people: none of them gets into the practice data."""
    if practice.is_on():
        raise UserMends("imports.not_in_training", field="file")


def _read(store: Store, kind: Kind, path: Path, said: Choice, pulse: _Pulse) -> ReadList:
    _must_be_real_work()
    if kind not in KINDS:
        raise UserMends("imports.kind_unknown", field="kind", kind=str(kind))
    pulse.beat(0, 1)
    opened = open_file(path, lambda: pulse.beat(0, 1))
    laid = lay_out(opened, kind, _mappings(store, said))
    _must_have_columns(laid, kind)
    total = 3 * sum(one.source.height for one in laid)
    read = ReadList(opened, laid, [], [])
    for one in laid:
        encodings = encodings_of(lines(replace(one, sections={}), kind))
        read.encodings |= encodings
        above = told_above(one.head.titles) if kind == "households" else {}
        reader = Reader(encodings, store.today(), above)
        for line in pulse.over(lines(one, kind), len(read.listed), total):
            read.listed.append(reader.understand(line, len(read.listed)))
    if not read.listed:
        raise UserMends("imports.no_lines", field="file")
    if kind == "households":
        count = len(read.listed)
        read.groups = households_of(pulse.beside(read.listed, count, 3 * count))
    return read


def _mappings(store: Store, said: Choice) -> dict[str, Mapped]:
    known = {
        name: Mapped(kept["columns"], kept["scheme"])
        for name, kept in store.setting(MAPPINGS, {}).items()
    }
    return known | ({"": said.columns} if said.columns != NOTHING_SAID else {})


def _must_have_columns(laid: list[Laid], kind: Kind) -> None:
    if not laid:
        raise UserMends("imports.no_heads", field="file")
    lacks = lacking(laid[0].columns, kind)
    if lacks:
        raise UserMends(
            "imports.columns_missing",
            field="mapping",
            missing=", ".join(lacks),
            heads=" | ".join(text for text in laid[0].head.texts if text),
        )
    widest = max(len(laid[0].head.texts), 1)
    if any(place >= max(widest, 200) for place in laid[0].columns.values()):
        raise UserMends("imports.mapping_form", field="mapping", part=str(widest))


def _remember(store: Store, preview: Preview) -> None:
    """What was said of the columns counts for the next list of the same layout."""
    said = preview.choice.columns
    if said == NOTHING_SAID:
        return
    kept = {"columns": dict(said.columns), "scheme": said.scheme}
    signature = preview.read.laid[0].head.signature
    store.remember(**{MAPPINGS: {**store.setting(MAPPINGS, {}), signature: kept}})


# --- comparing -----------------------------------------------------------------------------------


def _planned(
    connection: Connection,
    store: Store,
    kind: Kind,
    read: ReadList,
    named: tuple[str, Choice],
    pulse: _Pulse,
) -> Plan:
    (stream, choice), count = named, len(read.listed)
    rows = queries_import.standing(connection, stream)
    standing = standing_of(pulse.beside(rows, count, 3 * count))
    planner = Planner(stream, standing, count, today=store.today(), year_note=YEAR_NOTE)
    if kind == "due":
        plan_due(planner, pulse.over(read.listed, count, 3 * count))
    else:
        plan_households(planner, pulse.over(read.groups, count, 3 * count))
    wrote = queries_import.writers(
        connection, stream, planner.undecided(), lambda: pulse.beat(2 * count, 3 * count)
    )
    overwrite = choice.overwrite

    def why_not(differing: Differing) -> str:
        by = wrote.get((*differing.key, differing.field), [])
        return _why_it_stands(by, read.opened.digest[:16])

    return planner.settle(
        why_not, (lambda line: overwrite) if isinstance(overwrite, bool) else overwrite.__contains__
    )


YEAR_NOTE = "Sinh năm {year}"
"""Goes into the note of a person of whom only the year of birth is known: as the wards write it."""


def _why_it_stands(by: list[Changeset], digest: str) -> str:
    """Why a list may not replace a value: a person wrote it, or this very list did before."""
    if not by or not _is_of_a_list(by[-1]):
        return "by_hand"
    if any((one.evidence or {}).get("list") == digest for one in by[:-1]):
        return "older"
    return ""


def _is_of_a_list(changeset: Changeset) -> bool:
    return (changeset.evidence or {}).get("kind") in ("list", "list_line")


# --- writing -------------------------------------------------------------------------------------


def _write(works: Works, preview: Preview, pulse: _Pulse) -> None:
    pieces, rows = preview.plan.pieces, preview.rows
    total = max(len(pieces), 1)
    for number, piece in enumerate(pieces):
        if number % PULSE_OF_PIECES == 0:
            pulse.beat(2 * rows + rows * number // total, 3 * rows)
        works.add(
            _evidence(preview, piece),
            created=[(made.key, made.fields) for made in piece.changes if made.create],
            edited=[
                (made.key, {name: (made.old[name], new) for name, new in made.fields.items()})
                for made in piece.changes
                if not made.create
            ],
        )
    pulse.beat(3 * rows, 3 * rows)


def _evidence(preview: Preview, piece: Piece) -> dict[str, Any]:
    """What a changeset rests on: the list by name and content, and the rows of it."""
    listed = preview.read.listed
    rows = [listed[line].row for line in piece.lines]
    evidence: dict[str, Any] = {"kind": "list_line", "list": preview.digest[:16], "row": rows[0]}
    evidence["file"] = preview.file[:100]
    return evidence | ({"rows": rows} if len(rows) > 1 else {})


# --- in one step ---------------------------------------------------------------------------------


def import_list(
    store: Store,
    kind: Kind,
    path: Path,
    words: Words,
    *,
    choice: Choice | None = None,
    dry_run: bool = False,
    errors: Path | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Imported:
    """Looks at a list and takes it in, in one step; raises as `look_at` and `take_in` do.

    With `dry_run` nothing at all is written, no file of errors either.
    """
    preview = look_at(store, kind, path, choice, progress=progress, cancelled=cancelled)
    if dry_run:
        return imported(preview, words, written=False, errors_file=None)
    preview = take_in(store, preview, progress=progress, cancelled=cancelled)
    left = write_errors(store, preview, errors, words) if errors is not None else 0
    return imported(
        preview,
        words,
        written=bool(preview.plan.pieces),
        errors_file=str(errors) if left else None,
    )


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields that a column of such a list can hold, for choosing them by hand."""
    return tuple(FIELDS[kind])

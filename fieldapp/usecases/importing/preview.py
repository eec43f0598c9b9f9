"""What would become of a list, told: counts, remarks, differences, and the file of what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fieldapp.lists.cells import Fault
from fieldapp.lists.columns import NOTHING_SAID, Kind, Mapped, letter_of
from fieldapp.lists.errors_file import Leftover, write_leftover
from fieldapp.lists.layout import Laid
from fieldapp.lists.legacy import Encoding
from fieldapp.lists.listed import Listed
from fieldapp.lists.planning import Differing, Plan
from fieldapp.lists.reading import Opened
from fieldapp.lists.text_file import TextSheet
from fieldapp.rules.explained import Value
from fieldapp.store.store import Store
from fieldapp.usecases.me import WardName
from fieldapp.usecases.noting import noted_export
from fieldapp.words import Words

SHOWN = 100
"""Of each kind of remark so many are told; the counts are of all."""


@dataclass(frozen=True)
class Choice:
    """What the user says of a list.

    Attributes:
        ward: stream or code; "" where the list or the grants leave no doubt.
        columns: what stands in which column, where it was not recognised.
        overwrite: lines whose differing values are to replace what people wrote; all with True.
    """

    ward: str = ""
    columns: Mapped = NOTHING_SAID
    overwrite: bool | frozenset[int] = False


@dataclass(frozen=True)
class Remark:
    """Why a line is not imported. `message` stands under `imports.fault_<code>`."""

    row: int
    sheet: str
    column: str
    field: str
    code: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Difference:
    """A value of the list that was not taken: what stands was written by a person, or is newer.

    `why`: `by_hand`, `older`, `moved`. `line` is what `Choice.overwrite` names.
    """

    line: int
    row: int
    name: str
    field: str
    standing: str
    value: str
    why: str


@dataclass(frozen=True)
class Column:
    """A column as it was understood; `field` "" for one that is passed over."""

    letter: str
    head: str
    field: str


@dataclass(frozen=True)
class Heads:
    """The columns of a list as far as they were understood; `lacks` names the fields without which
    it can't be read (of several that would do, the first)."""

    columns: tuple[Column, ...]
    lacks: tuple[str, ...]


@dataclass
class ReadList:
    """A file with all its lines understood: what both steps stand on."""

    opened: Opened
    laid: list[Laid]
    listed: list[Listed]
    groups: list[list[Listed]]
    encodings: dict[str, Encoding] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """What would become of a list.

    Attributes:
        rows: lines of the list; new + changed + same + differs + wrong.
        mended: how often what was mended, by code (`imports.mend_<code>`).
        passed_over: rows of the file that are no lines: sections, totals, signatures.
        formulas: cells whose value a formula had computed; it was taken as it stood.
        columns: of the first sheet with a list.
        remarks, differing: the first of them.
        read, plan, mark: what taking the list in stands on.
    """

    kind: Kind
    file: str
    digest: str
    ward: WardName
    rows: int
    new: int
    changed: int
    same: int
    differs: int
    wrong: int
    households_new: int
    mended: Mapping[str, int]
    passed_over: int
    formulas: int
    encoding: str
    columns: tuple[Column, ...]
    remarks: tuple[Remark, ...]
    differing: tuple[Difference, ...]
    choice: Choice
    read: ReadList = field(repr=False)
    plan: Plan = field(repr=False)
    mark: tuple[Any, ...] = field(repr=False)


def preview_of(
    kind: Kind, read: ReadList, ward: WardName, known: tuple[Choice, Plan, Any]
) -> Preview:
    choice, plan, mark = known
    counted = Counter(plan.verdicts)
    mended: Counter[str] = Counter(code for said in read.listed for _, code in said.mends)
    return Preview(
        kind=kind,
        file=read.opened.path.name,
        digest=read.opened.digest,
        ward=ward,
        rows=len(read.listed),
        new=counted["new"],
        changed=counted["changed"],
        same=counted["same"],
        differs=counted["differs"],
        wrong=counted["wrong"],
        households_new=plan.households_new,
        mended=dict(sorted(mended.items())),
        passed_over=sum(one.passed_over for one in read.laid),
        formulas=sum(one.formulas for one in read.laid),
        encoding=_encoding(read),
        columns=columns_of(read.laid[0]),
        remarks=tuple(
            _remark(read, *one) for one in sorted(plan.faults, key=lambda f: f[0])[:SHOWN]
        ),
        differing=tuple(_difference(read, one) for one in plan.differing[:SHOWN]),
        choice=choice,
        read=read,
        plan=plan,
        mark=mark,
    )


def _in_order(plan: Plan) -> list[tuple[int, str, Fault]]:
    return sorted(plan.faults, key=lambda one: one[0])


def _encoding(read: ReadList) -> str:
    legacy = {encoding for encoding in read.encodings.values() if encoding != "unicode"}
    return ", ".join(sorted(legacy)) or str(getattr(read.laid[0].source, "encoding", "unicode"))


def columns_of(laid: Laid) -> tuple[Column, ...]:
    """The columns of a sheet that have a head or a meaning, from the left."""
    named = {place: name for name, place in laid.columns.items()}
    return tuple(
        Column(letter_of(place), text, named.get(place, ""))
        for place, text in enumerate(laid.head.texts)
        if text or place in named
    )


def _remark(read: ReadList, line: int, name: str, fault: Fault) -> Remark:
    said = read.listed[line]
    laid = next(one for one in read.laid if one.number == said.sheet)
    place = laid.columns.get(name)
    letter = letter_of(place) if place is not None else ""
    sheet = laid.source.name
    return Remark(said.row, sheet, letter, name, fault.code, fault.values)


def _difference(read: ReadList, one: Differing) -> Difference:
    said = read.listed[one.line]
    standing, value = ("" if v is None else str(v) for v in (one.standing, one.value))
    return Difference(one.line, said.row, said.name, one.field, standing, value, one.why)


def say_fault(words: Words, code: str, values: Mapping[str, Value]) -> str:
    """Why a line was not imported, as a sentence."""
    known = f"imports.fault_{code}"
    return words.say(known if words.knows(known) else f"rules.{code}", **values)


def errors_ending(preview: Preview) -> str:
    """The ending of the file that `write_errors` writes: it has the form of the list itself."""
    return ".csv" if isinstance(preview.read.laid[0].source, TextSheet) else ".xlsx"


def write_errors(store: Store, preview: Preview, path: Path, words: Words) -> int:
    """Writes the lines that were not imported to a file of the list's own form; how many.

    It has one column more, with the reason in the user's language, and can be imported again when
    it was corrected. Without such lines no file is written. It holds what the list said of people,
    their numbers whole: the audit's list tells of it.

    Raises:
        SurroundingsMend, UserMends: the file cannot be written (`reports.…`).
    """
    read, plan = preview.read, preview.plan
    reasons: dict[tuple[int, int], str] = {}
    for line, _, fault in _in_order(plan):
        said = read.listed[line]
        row = (said.sheet, said.row)
        sentence = say_fault(words, fault.code, fault.values)
        reasons[row] = f"{reasons[row]}. {sentence}" if row in reasons else sentence
    wrong = len(reasons)
    if wrong:
        lenders = _companions(read, reasons)
        head = words.say("imports.reason_head")
        choices = {"kind": preview.kind}
        ward = (preview.ward.stream,)
        with noted_export(store, "import_errors", ward, choices, masked=False) as came:
            write_leftover(path, read.laid, Leftover(reasons, lenders, head))
            came.to(rows=wrong)
    return wrong


def _companions(
    read: ReadList, reasons: dict[tuple[int, int], str]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Adds the lines that tell the household of a faulty one; who lends which row its place."""
    lenders: dict[tuple[int, int], tuple[int, int]] = {}
    for group in read.groups:
        rows = [(said.sheet, said.row) for said in group]
        if not any(row in reasons for row in rows):
            continue
        if not group[0].texts.get("household_code"):
            for row in rows:
                reasons.setdefault(row, "")
        lenders |= {row: rows[0] for row in rows[1:] if row in reasons}
    return lenders


@dataclass(frozen=True)
class Imported:
    """The answer to a script; `written` is False for a look or for a list that changed nothing."""

    kind: str
    file: str
    ward: str
    rows: int
    new: int
    changed: int
    same: int
    differs: int
    wrong: int
    mended: Mapping[str, int]
    households_new: int
    passed_over: int
    formulas: int
    encoding: str
    written: bool
    columns: tuple[Column, ...]
    errors: tuple[Mapping[str, Any], ...]
    differing: tuple[Difference, ...]
    errors_file: str | None


def imported(preview: Preview, words: Words, *, written: bool, errors_file: str | None) -> Imported:
    """The answer to a script, its sentences in the user's language."""
    return Imported(
        kind=preview.kind,
        file=preview.file,
        ward=preview.ward.stream,
        rows=preview.rows,
        new=preview.new,
        changed=preview.changed,
        same=preview.same,
        differs=preview.differs,
        wrong=preview.wrong,
        mended=preview.mended,
        households_new=preview.households_new,
        passed_over=preview.passed_over,
        formulas=preview.formulas,
        encoding=preview.encoding,
        written=written,
        columns=preview.columns,
        errors=tuple(_told(words, remark) for remark in preview.remarks),
        differing=preview.differing,
        errors_file=errors_file,
    )


def _told(words: Words, remark: Remark) -> dict[str, Any]:
    return {
        "row": remark.row,
        "sheet": remark.sheet,
        "column": remark.column,
        "field": remark.field,
        "code": remark.code,
        "message": say_fault(words, remark.code, remark.values),
    }

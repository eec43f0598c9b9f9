"""`fieldapp import`: a list of others, looked at or taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fieldapp.cli.session import Session
from fieldapp.errors import UserMends
from fieldapp.lists.columns import NOTHING_SAID, Kind, parse_mapping
from fieldapp.usecases.importing.preview import Choice, Imported
from fieldapp.usecases.importing.taking_in import KINDS, import_list
from fieldapp.words import Words
from fieldapp.words.format import number


@dataclass(frozen=True)
class ImportChoice:
    """What was asked for, as typed."""

    kind: str
    ward: str = ""
    mapping: tuple[str, ...] = ()
    overwrite: bool = False
    dry_run: bool = False


def run_import(session: Session, chosen: ImportChoice, *, file: Path, errors: Path | None) -> None:
    """Imports a list and tells what became of its lines.

    Raises: as `importing.look_at` and `importing.take_in` say.
    """
    kind = _kind(chosen.kind)
    columns = parse_mapping(chosen.mapping, kind) if chosen.mapping else NOTHING_SAID
    choice = Choice(chosen.ward, columns, chosen.overwrite)
    with session.opened() as profile:
        done = import_list(
            profile.store,
            kind,
            file,
            session.words,
            choice=choice,
            dry_run=chosen.dry_run,
            errors=errors,
        )
    session.tell(done)
    if not session.common.json:
        print("\n".join(_report(done, session.words)))


def _kind(said: str) -> Kind:
    for kind in KINDS:
        if kind == said:
            return kind
    raise UserMends("imports.kind_unknown", field="kind", kind=said)


def _report(done: Imported, words: Words) -> list[str]:
    """What a person reads: the counts, then what was mended, then the first lines left out."""
    head = "imports.report_written" if done.written else "imports.report_looked"
    told = [words.say(head, file=done.file, rows=number(done.rows))]
    counts = ("new", "changed", "same", "differs", "wrong")
    told += [words.say(f"imports.count_{name}", n=getattr(done, name)) for name in counts]
    told += [
        f"  {words.say(f'imports.mend_{code}')}: {number(n)}" for code, n in done.mended.items()
    ]
    if done.formulas:
        told.append(words.say("imports.formulas_taken", n=done.formulas))
    told += [
        words.say("imports.row_told", row=e["row"], column=e["column"] or "?", message=e["message"])
        for e in done.errors
    ]
    if done.errors_file:
        told.append(words.say("imports.errors_written", path=done.errors_file, n=done.wrong))
    return told

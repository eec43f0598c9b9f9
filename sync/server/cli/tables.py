"""`fieldapp-server table`: looks at the dated tables, and sends new ones to all laptops."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from fieldapp.errors import UserMends
from fieldapp.rules.tables.changes import Sample
from fieldapp.rules.tables.rows import LONGEST, Fault, document, read
from fieldapp.words import Words
from fieldapp.words.dated_tables import change_line, fault_line, row_span, table_name
from fieldapp.words.format import long_date, money
from sync.server.cli.parts import AsJson, Data, Database, opened, print_answer, words_of_user
from sync.server.reference.dated_tables import DatedTables, Listed, Looked

table_cli = typer.Typer(
    help="Dated tables: rates, wards, code lists.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
File = Annotated[Path, typer.Argument(help="A table as TOML, in the form of `table show`.")]
Name = Annotated[str, typer.Option(help="Name of the table; else that of the file.")]


@table_cli.command("list")
def table_list(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the tables as laptops have them, and which of them this server has sent."""
    with opened(database, data) as admin:
        listed = DatedTables(admin.service).listed()
    if as_json:
        print_answer([_listed(one) for one in listed], as_json=True)
        return
    words = words_of_user()
    for one in listed:
        newest = f", {row_span(words, one.newest)}: {one.newest.source}" if one.newest else ""
        sent = f"  <- {one.note}" if one.issued_at else ""
        typer.echo(f"{one.name}: {table_name(words, one.name)} ({one.rows}){newest}{sent}")


@table_cli.command("show")
def table_show(
    name: str, database: Database = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Print a table as laptops have it: edit the text, and put it."""
    with opened(database, data) as admin:
        text = DatedTables(admin.service).text(name)
    if as_json:
        rows, _ = read(name, text)
        print_answer([document(row) for row in rows], as_json=True)
    else:
        typer.echo(text, nl=False)


@table_cli.command("check")
def table_check(
    file: File,
    name: Name = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a table, with line and reason; exit 1 if anything is."""
    with opened(database, data) as admin:
        looked = DatedTables(admin.service).look(_name(file, name), _text(file))
    _tell_faults(looked, as_json=as_json)
    if not as_json:
        print_answer({"sound": True}, as_json=False)


@table_cli.command("preview")
def table_preview(
    file: File,
    name: Name = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say what a table would change: its rows, and the premiums of a few families."""
    with opened(database, data) as admin:
        looked = DatedTables(admin.service).look(_name(file, name), _text(file))
    _tell_faults(looked, as_json=as_json)
    if not as_json:
        _tell_changes(looked)


@table_cli.command("put")
def table_put(
    file: File,
    note: Annotated[str, typer.Option(help="The decree that it follows: NĐ…/…")],
    name: Name = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Send a table to all laptops, in place of the one they have; refused if it has a fault."""
    with opened(database, data) as admin:
        looked = DatedTables(admin.service).put(_name(file, name), _text(file), note)
    _tell_faults(looked, as_json=as_json)
    if not as_json:
        _tell_changes(looked)


@table_cli.command("withdraw")
def table_withdraw(
    name: str, database: Database = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Let the table that the program carries count again."""
    with opened(database, data) as admin:
        looked = Looked((), DatedTables(admin.service).withdraw(name))
    if as_json:
        print_answer(_looked(looked, words_of_user()), as_json=True)
    else:
        _tell_changes(looked)


def _name(file: Path, name: str) -> str:
    return name or file.name.removesuffix(".toml")


def _text(file: Path) -> str:
    """The file's text; of one that is far too long, enough to be refused for it."""
    try:
        with file.open(encoding="utf-8-sig") as opened_file:
            return opened_file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as defect:
        raise UserMends("server.table_file", field="file", path=str(file)) from defect


def _tell_faults(looked: Looked, *, as_json: bool) -> None:
    """Prints the whole as JSON, or the faults alone; ends the command if there are any."""
    words = words_of_user()
    if as_json:
        print_answer(_looked(looked, words), as_json=True)
    for fault in () if as_json else looked.faults:
        typer.echo(f"{fault.table}: {fault_line(words, fault)}", err=True)
    if looked.faults:
        raise typer.Exit(1)


def _tell_changes(looked: Looked) -> None:
    words = words_of_user()
    for change in looked.changes:
        typer.echo(change_line(words, change))
    for sample in looked.samples:
        before, after = (_dong(words, price) for price in (sample.before, sample.after))
        name = sample_name(words, sample)
        typer.echo(f"{long_date(sample.day)}  {name}: {before} -> {after}")


def sample_name(words: Words, sample: Sample) -> str:
    """Whose premium it is."""
    if not sample.name.startswith("vsi_"):
        return words.say(f"tables.sample_{sample.name}")
    group = words.say(f"rules.group_{sample.name.removeprefix('vsi_')}")
    return words.say("tables.sample_vsi", group=group)


def _dong(words: Words, price: int | None) -> str:
    return words.say("tables.no_price") if price is None else money(price)


# --- as JSON -------------------------------------------------------------------------------------


def _listed(one: Listed) -> dict[str, Any]:
    newest = document(one.newest) if one.newest else None
    return {
        "name": one.name,
        "rows": one.rows,
        "newest": newest,
        "sent": one.issued_at is not None,
        "issued_at": one.issued_at,
        "note": one.note,
    }


def _looked(looked: Looked, words: Words) -> dict[str, Any]:
    return {
        "sound": not looked.faults,
        "faults": [_fault(fault, words) for fault in looked.faults],
        "changes": [
            {
                "kind": change.kind,
                "day": change.day,
                "before": document(change.before) if change.before else None,
                "after": document(change.after) if change.after else None,
            }
            for change in looked.changes
        ],
        "samples": [asdict(sample) for sample in looked.samples],
    }


def _fault(fault: Fault, words: Words) -> dict[str, Any]:
    told = fault_line(words, fault)
    return {"table": fault.table, "line": fault.line, "code": fault.code, "message": told}

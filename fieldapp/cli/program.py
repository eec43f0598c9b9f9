"""The commands. Each opens what it needs, calls a use case and prints the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from fieldapp.cli.export.commands import export
from fieldapp.cli.kinds import File, Many, Needed, Place, Said, Text, Yes
from fieldapp.cli.misuse import misuse
from fieldapp.cli.options import Common
from fieldapp.cli.paper_commands import paper
from fieldapp.cli.parcel_commands import parcel
from fieldapp.cli.quote.commands import quote
from fieldapp.cli.session import Session
from fieldapp.cli.spoken import Commands, usage
from fieldapp.cli.staff_commands import staff
from fieldapp.cli.telling import tell_error
from fieldapp.errors import DefectFound, FieldappError
from fieldapp.words import Words

INTERRUPTED = 130

cli, table = Commands(), Commands()
cli.add_typer(export, name="export")
cli.add_typer(paper, name="paper")
cli.add_typer(parcel, name="parcel")
cli.add_typer(quote, name="quote")
cli.add_typer(staff, name="staff")
cli.add_typer(table, name="table")


def run_command(common: Common, arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code. What is expected to go wrong is told in the
    user's words, never as a trace."""
    stray = "--json" in arguments  # behind a stray `--`: whoever wrote it wants it
    session = Session(replace(common, json=common.json or stray), Words(common.language))
    try:
        _must_be_clear(session)
        code = _whole()(list(arguments), prog_name="fieldapp", standalone_mode=False, obj=session)
        return code if isinstance(code, int) else 0
    except FieldappError as error:
        return tell_error(error, session.words, as_json=session.common.json)
    except typer.TyperException as refusal:
        unclear = misuse(refusal, session.words)
        return tell_error(unclear, session.words, as_json=session.common.json)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as defect:  # the last net of the program for scripts
        return _tell_defect(defect, session)


@cache
def _whole() -> Callable[..., Any]:
    """All commands with their options, which Typer reads off the functions below."""
    return typer.main.get_command(cli)


def _must_be_clear(session: Session) -> None:
    """Raises UserMends: `cli.usage`: one of the options that every command takes is wrong."""
    if session.common.fault is not None:
        detail, name = session.common.fault
        field = name.lstrip("-").replace("-", "_")
        raise usage(session.words, detail, name=name, field=field)


def _tell_defect(defect: Exception, session: Session) -> int:
    """The trace goes to a file beside the system's temporary ones: whoever helps asks for it."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="fieldapp-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write("".join(traceback.format_exception(defect)))
    error = DefectFound("cli.unexpected", kind=type(defect).__name__, path=report.name)
    return tell_error(error, session.words, as_json=session.common.json)


@cli.command()
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option()] = Path("demo-out"),
    day: Text = "",
    headless: Yes = False,
    screens: Annotated[bool, typer.Option(help="Picture every screen instead.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Screens by name; else all.")] = None,
    help_pictures: Annotated[bool, typer.Option(help="Make the help's pictures anew.")] = False,
) -> None:
    """Invent a town, start a server, sign four people in, and show a working day."""
    from fieldapp.cli.stage.demo import run_demo, run_help_pictures, run_screens

    if help_pictures:
        run_help_pictures(context.obj, out=out, day=day)
    elif screens:
        run_screens(context.obj, out=out, day=day, only=only or ())
    else:
        run_demo(context.obj, out=out, day=day, headless=headless)


@cli.command()
def training(context: typer.Context) -> None:
    """Practise on invented people, in a window of its own."""
    from fieldapp.cli.stage.training import run_training

    if code := run_training(context.obj):
        raise typer.Exit(code)


@cli.command("sign-in")
def sign_in(context: typer.Context, server: Needed, user: Needed, invitation: Needed) -> None:
    """Set this profile up with a one-time invitation."""
    from fieldapp.cli.sync import run_sign_in

    run_sign_in(context.obj, server=server, username=user, invitation=invitation)


@cli.command()
def sync(context: typer.Context) -> None:
    """Send what is unsent and fetch what is new."""
    from fieldapp.cli.sync import run_sync

    run_sync(context.obj)


@cli.command()
def scan(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument()] = None,
    image: File = None,
) -> None:
    """Read a citizen card or a health insurance card. Nothing is kept, no profile is needed."""
    from fieldapp.cli.scan import run_scan

    run_scan(context.obj, text, image)


@cli.command("import")
def import_(
    context: typer.Context,
    kind: Place,
    file: Annotated[Path, typer.Argument()],
    ward: Text = "",
    dry_run: Yes = False,
    mapping: Many = None,
    overwrite: Yes = False,
    errors: File = None,
) -> None:
    """Import a list of others: what becomes of each line, and why not."""
    from fieldapp.cli.importing import ImportChoice, run_import

    chosen = ImportChoice(kind, ward, tuple(mapping or ()), overwrite, dry_run)
    run_import(context.obj, chosen, file=file, errors=errors)


@cli.command()
def do(
    context: typer.Context, usecase: Place = "", arguments: Place = "", file: File = None
) -> None:
    """Run any use case by its name: what a screen can do, a script can do."""
    from fieldapp.cli.do import run_file, run_list, run_one

    session: Session = context.obj
    if file is not None and usecase:
        raise usage(session.words, "extra", name=usecase, field="usecase")
    if file is not None:
        run_file(session, file)
    elif usecase:
        run_one(session, usecase, arguments or "{}")
    else:
        run_list(session)


@table.command("list")
def table_list(context: typer.Context, shipped: Yes = False) -> None:
    """List the tables in force: edition, newest row, and what the server changed."""
    from fieldapp.cli.table import run_table_list

    run_table_list(context.obj, shipped=shipped)


@table.command("show")
def table_show(
    context: typer.Context, name: Place, on: Said = None, key: Said = None, shipped: Yes = False
) -> None:
    """Show the rows of a table, each with its days, its source and its article."""
    from fieldapp.cli.table import run_table_show

    run_table_show(context.obj, name, on=on, key=key, shipped=shipped)


@cli.command()
def doctor(context: typer.Context) -> None:
    """Look at this machine and this profile: does everything have what it needs?"""
    from fieldapp.cli.doctor import run_doctor

    code = run_doctor(context.obj)
    if code:
        raise typer.Exit(code)


@cli.command()
def rescue(context: typer.Context) -> None:
    """Set a damaged file aside and go on with the own work that can still be read of it."""
    from fieldapp.cli.rescue import run_rescue

    run_rescue(context.obj)

"""The commands. Each opens what it needs, calls a use case and prints the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from fieldapp.cli.export_commands import add_commands
from fieldapp.cli.misuse import misuse
from fieldapp.cli.options import Common
from fieldapp.cli.session import Session
from fieldapp.cli.telling import tell_error
from fieldapp.errors import DefectFound, FieldappError
from fieldapp.words import Words

INTERRUPTED = 130

cli = typer.Typer(
    help="Without a command: open the window. All commands take --profile DIR, --json, "
    "--lang vi|en and --password-file FILE (else FIELDAPP_PASSWORD, else asked for).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def run_command(common: Common, arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code. What is expected to go wrong is told in the
    user's words, never as a trace."""
    session = Session(common, Words(common.language))
    try:
        code = cli(list(arguments), prog_name="fieldapp", standalone_mode=False, obj=session)
        return code if isinstance(code, int) else 0
    except FieldappError as error:
        return tell_error(error, session.words, as_json=common.json)
    except typer.TyperException as refusal:
        as_json = common.json or "--json" in arguments  # it is there, behind a stray `--`
        return tell_error(misuse(refusal, session.words), session.words, as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as defect:  # the last net of the program for scripts
        return _tell_defect(defect, session)


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
    out: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("demo-out"),
    day: Annotated[str, typer.Option(help="The day to play, YYYY-MM-DD; else today.")] = "",
    headless: Annotated[bool, typer.Option(help="Play the day unseen, even with a display.")] = (
        False
    ),
) -> None:
    """Invent a town, start a server, sign four people in, and show a working day."""
    from fieldapp.cli.demo import run_demo

    run_demo(context.obj, out=out, day=day, headless=headless)


@cli.command("sign-in")
def sign_in(
    context: typer.Context,
    server: Annotated[str, typer.Option(help="Address of the server, http:// or https://.")],
    user: Annotated[str, typer.Option(help="User name.")],
    invitation: Annotated[str, typer.Option(help="The one-time code.")],
) -> None:
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
    text: Annotated[
        str | None, typer.Argument(help="The text of the card's code; - for standard input.")
    ] = None,
    image: Annotated[Path | None, typer.Option(help="A picture with the card in it.")] = None,
) -> None:
    """Read a citizen card or a health insurance card. Nothing is kept, no profile is needed."""
    from fieldapp.cli.scan import run_scan

    run_scan(context.obj, text, image)


export = typer.Typer(help="Write lists to files.", no_args_is_help=True)
cli.add_typer(export, name="export")
add_commands(export)
Many = list[str] | None


@export.command("visits")
def export_visits(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    format: Annotated[str, typer.Option(help="xlsx, csv or pdf; else from the file.")] = "",
    ward: Annotated[Many, typer.Option(help="Code of a ward; may be repeated.")] = None,
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD; else today.")] = "",
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD; else today.")] = "",
    canvasser: Annotated[Many, typer.Option(help="User name; may be repeated.")] = None,
    outcome: Annotated[Many, typer.Option(help="Outcome; may be repeated.")] = None,
) -> None:
    """Write the visit log of chosen wards, days, canvassers and outcomes."""
    from fieldapp.cli.export import VisitChoice, run_export_visits

    choice = VisitChoice(
        tuple(ward or ()), since, until, tuple(canvasser or ()), tuple(outcome or ())
    )
    run_export_visits(context.obj, choice, out=out, kind=format)


quote = typer.Typer(help="What insurance costs, and why.", no_args_is_help=True)
cli.add_typer(quote, name="quote")
Said = str | None


@quote.command("hhi")
def quote_hhi(
    context: typer.Context,
    paid_on: Annotated[str, typer.Option(help="Day of payment, YYYY-MM-DD.")],
    members: Annotated[str, typer.Option(help="How many pay together.")],
    months: Annotated[str, typer.Option(help="3, 6 or 12.")],
    member: Annotated[
        Many,
        typer.Option(
            help="Group of the first, second … member; several joined by +. Others: none."
        ),
    ] = None,
    state_percent: Annotated[
        Said, typer.Option(help="The State's share for the named members; else by the tables.")
    ] = None,
    local_percent: Annotated[
        Said, typer.Option(help="The locality's share for the named members; else the city's.")
    ] = None,
    other_percent: Annotated[
        Said, typer.Option(help="The sponsors' share for the named members.")
    ] = None,
    ranks_taken: Annotated[
        str, typer.Option(help="How many of the household paid in this calendar year before.")
    ] = "0",
    decision_until: Annotated[
        Said, typer.Option(help="Last day of the decision of support: buys the rest of its period.")
    ] = None,
) -> None:
    """Quote household health insurance."""
    from fieldapp.cli.quote import HhiAsked, run_quote_hhi

    asked = HhiAsked(
        paid_on,
        members,
        months,
        tuple(member or ()),
        state_percent,
        local_percent,
        other_percent,
        ranks_taken,
        decision_until,
    )
    run_quote_hhi(context.obj, asked)


@quote.command("vsi")
def quote_vsi(
    context: typer.Context,
    paid_on: Annotated[str, typer.Option(help="Day of payment, YYYY-MM-DD.")],
    income: Annotated[str, typer.Option(help="Chosen monthly income in đồng.")],
    months: Annotated[
        Said, typer.Option(help="1, 3, 6 or 12; the missing months. Not used beside --years.")
    ] = None,
    group: Annotated[
        str, typer.Option(help="poor, near_poor, minority, island, other; several joined by +.")
    ] = "other",
    method: Annotated[
        str, typer.Option(help="monthly (1, 3, 6 or 12 months), years_ahead, missing or late.")
    ] = "monthly",
    years: Annotated[Said, typer.Option(help="2 to 5, with --method years_ahead.")] = None,
    months_late: Annotated[Said, typer.Option(help="With --method late.")] = None,
    fund_rate_percent: Annotated[
        Said, typer.Option(help="The fund's average rate of the year before, percent a month.")
    ] = None,
    local_percent: Annotated[
        Said, typer.Option(help="The locality's share of 22 % of the poverty line.")
    ] = None,
    other_percent: Annotated[Said, typer.Option(help="The sponsors' share of the same.")] = None,
    support_months_used: Annotated[
        str, typer.Option(help="How many months were supported before.")
    ] = "0",
) -> None:
    """Quote voluntary social insurance."""
    from fieldapp.cli.quote import VsiAsked, run_quote_vsi

    asked = VsiAsked(
        paid_on,
        income,
        months,
        group,
        method,
        years,
        months_late,
        fund_rate_percent,
        local_percent,
        other_percent,
        support_months_used,
    )
    run_quote_vsi(context.obj, asked)


@quote.command("refund")
def quote_refund(
    context: typer.Context,
    income: Annotated[str, typer.Option(help="Monthly income that was paid for, in đồng.")],
    months_left: Annotated[str, typer.Option(help="Paid months that are to come.")],
    state_part: Annotated[str, typer.Option(help="The State's part for those, in đồng.")],
    years: Annotated[Said, typer.Option(help="Years that were paid ahead, 2 to 5.")] = None,
    months: Annotated[Said, typer.Option(help="Or months that were paid: 3, 6 or 12.")] = None,
    fund_rate_percent: Annotated[
        Said, typer.Option(help="The rate by which the years were discounted, percent a month.")
    ] = None,
    paid_on: Annotated[Said, typer.Option(help="Day of that payment, YYYY-MM-DD.")] = None,
) -> None:
    """Reckon what is given back of voluntary social insurance."""
    from fieldapp.cli.quote import RefundAsked, run_quote_refund

    asked = RefundAsked(income, years, months, months_left, fund_rate_percent, state_part, paid_on)
    run_quote_refund(context.obj, asked)


@cli.command("import")
def import_(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="due (D08a-TS) or households (a register).")],
    file: Annotated[Path, typer.Argument(help="The list: xlsx or csv.")],
    ward: Annotated[str, typer.Option(help="Code of the ward, where several are yours.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look: write nothing.")] = False,
    mapping: Annotated[
        Many,
        typer.Option(help="FIELD=COLUMN (B or 2; - for none), scheme=hhi; may be repeated."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what people wrote by hand, too.")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(help="File for the lines that were not imported.")
    ] = None,
) -> None:
    """Import a list of others: what becomes of each line, and why not."""
    from fieldapp.cli.importing import ImportChoice, run_import

    chosen = ImportChoice(kind, ward, tuple(mapping or ()), overwrite, dry_run)
    run_import(context.obj, chosen, file=file, errors=errors)


@cli.command()
def do(
    context: typer.Context,
    usecase: Annotated[str, typer.Argument(help="Its name; without one: all names.")] = "",
    arguments: Annotated[str, typer.Argument(help="Its arguments, a JSON object.")] = "",
    file: Annotated[
        Path | None,
        typer.Option(help='JSON lines, each {"do": NAME, "with": {…}}; - for standard input.'),
    ] = None,
) -> None:
    """Run any use case by its name: what a screen can do, a script can do."""
    from fieldapp.cli.do import run_file, run_list, run_one

    session: Session = context.obj
    if file is not None:
        run_file(session, file)
    elif usecase:
        run_one(session, usecase, arguments or "{}")
    else:
        run_list(session)


table = typer.Typer(help="Look at rates, wards and code lists by date.", no_args_is_help=True)
cli.add_typer(table, name="table")
Shipped = Annotated[bool, typer.Option(help="The program's own, whatever the profile has.")]


@table.command("list")
def table_list(context: typer.Context, shipped: Shipped = False) -> None:
    """List the tables in force: edition, newest row, and what the server changed."""
    from fieldapp.cli.table import run_table_list

    run_table_list(context.obj, shipped=shipped)


@table.command("show")
def table_show(
    context: typer.Context,
    name: str,
    on: Annotated[str, typer.Option(help="Only the rows of this day, YYYY-MM-DD.")] = "",
    key: Annotated[str | None, typer.Option(help="Only the rows of this key.")] = None,
    shipped: Shipped = False,
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

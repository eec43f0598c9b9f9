"""The commands below `fieldapp export` for official lists, declarations and tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path | None, typer.Option(help="The file to write.")]
Ward = Annotated[str, typer.Option(help="Code of the ward; else the only one that has any.")]
Wards = Annotated[list[str] | None, typer.Option("--ward", help="Code; may be repeated.")]
ListedOn = Annotated[str, typer.Option(help="Date of the list, YYYY-MM-DD; else today.")]
Collector = Annotated[str, typer.Option(help="User name of who took the money.")]
Submission = Annotated[str, typer.Option(help="Id of a list that there is: write it again.")]
DryRun = Annotated[bool, typer.Option(help="Say what would stand there; write nothing.")]

LISTS = {
    "d03": "Draw up and write D03-TS: household health insurance, lists up to 2026-04-30.",
    "d05": "Draw up and write D05-TS: voluntary social insurance.",
    "mau3": "Draw up and write Mẫu 3: health insurance, by coordinating organisations.",
    "mau4": "Draw up and write Mẫu 4: household health insurance since 2026-05-01.",
}
DECLARATIONS = {
    "tk1": "Write TK1-TS of a person, a household, the new ones of a list, or all new ones.",
    "mau2": "Write Mẫu 2: declarations for health insurance since 2026-05-01.",
}


def add_commands(export: typer.Typer) -> None:
    """Adds them to the group."""
    for form, text in LISTS.items():
        _add_list(export, form, text)
    for form, text in DECLARATIONS.items():
        _add_declaration(export, form, text)
    export.command("c17")(_export_c17)
    export.command("b15a")(_export_b15a)


def _add_list(export: typer.Typer, form: str, text: str) -> None:
    @export.command(form, help=text)
    def export_list(
        context: typer.Context,
        out: Out = None,
        ward: Ward = "",
        listed_on: ListedOn = "",
        collector: Collector = "",
        number: Annotated[str, typer.Option(help="Number of the list; else the next.")] = "",
        submission: Submission = "",
        dry_run: DryRun = False,
    ) -> None:
        from fieldapp.cli.export_lists import ListChoice, run_export_list

        choice = ListChoice(form, ward, listed_on, collector, number, submission, dry_run)
        run_export_list(context.obj, choice, out=out)


def _add_declaration(export: typer.Typer, form: str, text: str) -> None:
    @export.command(form, help=text)
    def export_declarations(
        context: typer.Context,
        out: Out = None,
        ward: Ward = "",
        listed_on: ListedOn = "",
        person: Annotated[str, typer.Option(help="Id of one person.")] = "",
        household: Annotated[str, typer.Option(help="Id of one household.")] = "",
        submission: Annotated[str, typer.Option(help="Id of a list: its new ones.")] = "",
        dry_run: DryRun = False,
    ) -> None:
        from fieldapp.cli.export_lists import DeclarationChoice, run_export_declarations

        choice = DeclarationChoice(form, ward, listed_on, person, household, submission, dry_run)
        run_export_declarations(context.obj, choice, out=out)


def _export_c17(
    context: typer.Context,
    out: Out = None,
    ward: Wards = None,
    since: Annotated[str, typer.Option(help="First day; else of this month.")] = "",
    until: Annotated[str, typer.Option(help="Last day; else today.")] = "",
    collector: Collector = "",
    book: Annotated[str, typer.Option(help="One receipt book.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Write C17-TS: receipt numbers used, void and missing, against the money."""
    from fieldapp.cli.export_lists import run_export_c17

    run_export_c17(
        context.obj,
        wards=ward or (),
        since=since,
        until=until,
        collector=collector,
        book=book,
        out=out,
        dry_run=dry_run,
    )


def _export_b15a(
    context: typer.Context,
    out: Out = None,
    ward: Wards = None,
    month: Annotated[str, typer.Option(help="YYYY-MM; else this month.")] = "",
    campaign: Annotated[str, typer.Option(help="Code of the campaign; else the one on.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Write B15a: targets against results by organisation and collector."""
    from fieldapp.cli.export_lists import run_export_b15a

    run_export_b15a(
        context.obj, wards=ward or (), month=month, campaign=campaign, out=out, dry_run=dry_run
    )

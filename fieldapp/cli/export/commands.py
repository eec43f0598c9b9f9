"""The commands below `fieldapp export`: the visit log, official lists, declarations, tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fieldapp.cli.kinds import File, Many, Text, Yes
from fieldapp.cli.spoken import Commands

export = Commands()


@export.command("visits")
def export_visits(
    context: typer.Context,
    out: Annotated[Path, typer.Option()],
    format: Text = "",
    ward: Many = None,
    since: Text = "",
    until: Text = "",
    canvasser: Many = None,
    outcome: Many = None,
    column: Many = None,
    unsent: Yes = False,
    full_ids_reason: Text = "",
    cut_off: Many = None,
    preset: Text = "",
) -> None:
    """Write the visit log of chosen wards, days, canvassers and outcomes.

    ID numbers are masked unless --full-ids-reason says what they are needed for. --cut-off
    WARD:REVISION writes what the log said there; --preset takes a saved choice.
    """
    from fieldapp.cli.export.visits import VisitChoice, run_export_visits

    choice = VisitChoice(
        tuple(ward or ()),
        since,
        until,
        tuple(canvasser or ()),
        tuple(outcome or ()),
        tuple(column or ()),
        unsent,
        full_ids_reason,
        tuple(cut_off or ()),
        preset,
    )
    run_export_visits(context.obj, choice, out=out, kind=format)


def _add_list(form: str) -> None:
    @export.command(form)
    def export_list(
        context: typer.Context,
        out: File = None,
        ward: Text = "",
        listed_on: Text = "",
        collector: Text = "",
        number: Text = "",
        submission: Text = "",
        dry_run: Yes = False,
    ) -> None:
        from fieldapp.cli.export.lists import ListChoice, run_export_list

        choice = ListChoice(form, ward, listed_on, collector, number, submission, dry_run)
        run_export_list(context.obj, choice, out=out)


def _add_declaration(form: str) -> None:
    @export.command(form)
    def export_declarations(
        context: typer.Context,
        out: File = None,
        ward: Text = "",
        listed_on: Text = "",
        person: Text = "",
        household: Text = "",
        submission: Text = "",
        dry_run: Yes = False,
    ) -> None:
        from fieldapp.cli.export.lists import DeclarationChoice, run_export_declarations

        choice = DeclarationChoice(form, ward, listed_on, person, household, submission, dry_run)
        run_export_declarations(context.obj, choice, out=out)


for _form in ("d03", "d05", "mau3", "mau4"):
    _add_list(_form)
for _form in ("tk1", "mau2"):
    _add_declaration(_form)


@export.command("c17")
def export_c17(
    context: typer.Context,
    out: File = None,
    ward: Many = None,
    since: Text = "",
    until: Text = "",
    collector: Text = "",
    book: Text = "",
    dry_run: Yes = False,
) -> None:
    """Write C17-TS: receipt numbers used, void and missing, against the money."""
    from fieldapp.cli.export.lists import run_export_c17

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


@export.command("b15a")
def export_b15a(
    context: typer.Context,
    out: File = None,
    ward: Many = None,
    month: Text = "",
    campaign: Text = "",
    dry_run: Yes = False,
) -> None:
    """Write B15a: targets against results by organisation and collector."""
    from fieldapp.cli.export.lists import run_export_b15a

    run_export_b15a(
        context.obj, wards=ward or (), month=month, campaign=campaign, out=out, dry_run=dry_run
    )

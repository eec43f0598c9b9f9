"""The commands below `fieldapp staff`: what a supervisor's page of people and devices can do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from fieldapp.cli.spoken import Commands

staff = Commands()
Named = Annotated[str, typer.Argument()]
Text = Annotated[str, typer.Option()]
Texts = Annotated[list[str], typer.Option()]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@staff.command("list")
def everybody(context: typer.Context) -> None:
    """Who works in the wards that the user supervises, with which devices."""
    from fieldapp.cli.staff import run_list

    run_list(context.obj)


@staff.command("invite")
def invite(
    context: typer.Context,
    username: Named,
    name: Text = "",
    role: Text = "canvasser",
    ward: Texts = [],  # noqa: B006
    until: Day = None,
) -> None:
    """A one-time code for a device; with a name the person is made first."""
    from fieldapp.cli.staff import run_invite

    run_invite(context.obj, username, (name, role, tuple(ward), until and until.date()))


@staff.command("give")
def give(
    context: typer.Context,
    username: Named,
    ward: Named,
    role: Named,
    since: Day = None,
    until: Day = None,
) -> None:
    """Grant a role in a ward for days."""
    from fieldapp.cli.staff import run_give

    days = (since and since.date(), until and until.date())
    run_give(context.obj, username, ward, role, days)


@staff.command("end")
def end(context: typer.Context, username: Named, ward: Named) -> None:
    """End somebody's grants in a ward."""
    from fieldapp.cli.staff import run_end

    run_end(context.obj, username, ward)


@staff.command("revoke")
def revoke(context: typer.Context, device: Named) -> None:
    """Revoke a device."""
    from fieldapp.cli.staff import run_revoke

    run_revoke(context.obj, device)

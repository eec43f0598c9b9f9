"""The commands below `fieldapp parcel`: the outbox on a stick, for where no network comes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fieldapp.cli.spoken import Commands

parcel = Commands()
Out = Annotated[Path, typer.Option()]
Named = Annotated[Path, typer.Argument()]


@parcel.command("write")
def write(context: typer.Context, out: Out = Path()) -> None:
    """Write everything unsent into a folder."""
    from fieldapp.cli.parcels import run_write

    run_write(context.obj, out)


@parcel.command("carry")
def carry(context: typer.Context, file: Named) -> None:
    """Hand a parcel, whoever's, in over this machine's network."""
    from fieldapp.cli.parcels import run_carry

    run_carry(context.obj, file)


@parcel.command("read")
def read(context: typer.Context, file: Named) -> None:
    """Take the server's reply in."""
    from fieldapp.cli.parcels import run_read

    run_read(context.obj, file)

"""The commands below `fieldapp paper`: the scan of a paper from the server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fieldapp.cli.spoken import Commands

paper = Commands()


@paper.command("fetch")
def fetch(
    context: typer.Context,
    ward: Annotated[str, typer.Argument()],
    paper: Annotated[str, typer.Argument()],
    out: Annotated[Path, typer.Option()],
) -> None:
    """Write the scan of a paper into a file; what is not here comes from the server."""
    from fieldapp.cli.papers import run_fetch

    run_fetch(context.obj, ward, paper, out)

"""`fieldapp-server parcel`: takes in what came by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fieldapp import durable
from sync.parcels import REPLY_SUFFIX, read_file
from sync.server.cli.parts import AsJson, Data, Database, opened, print_answer
from sync.server.wardlog.parcels import take_parcel

_QUIET: dict[str, Any] = {"no_args_is_help": True, "pretty_exceptions_enable": False}
parcel_cli = typer.Typer(help="Outboxes that came by hand.", **_QUIET)
Reply = Annotated[Path | None, typer.Option(help="Where the reply goes; beside the parcel.")]


@parcel_cli.command("take")
def take(
    file: Path,
    reply: Reply = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take a parcel in, once or again, and write the reply for who wrote it."""
    to = reply or file.with_suffix(REPLY_SUFFIX)
    with opened(database, data) as admin:
        answered = take_parcel(admin.service, read_file(file))
    durable.write_whole(to, answered)
    print_answer({"reply": str(to)}, as_json=as_json)

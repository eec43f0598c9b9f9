"""`fieldapp-server audit`: who saw or changed what, read from the append-only list."""

from __future__ import annotations

from typing import Annotated

import typer

from sync.server.audit.keeping import Wanted
from sync.server.cli.parts import AsJson, Data, Database, opened, print_answer


def audit_command(
    database: Database = None,
    data: Data = None,
    ward: Annotated[list[str] | None, typer.Option(help="Only of this ward; repeat it.")] = None,
    person: Annotated[str, typer.Option(help="Only what names this person, by id.")] = "",
    user: Annotated[str, typer.Option(help="Only what this user did.")] = "",
    kind: Annotated[list[str] | None, typer.Option(help="Only of this kind; repeat it.")] = None,
    after: Annotated[int, typer.Option(help="Only lines behind this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines.")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """List who saw or changed what, the oldest first."""
    wanted = Wanted(ward, person, user, tuple(kind or ()), after, limit)
    with opened(database, data) as admin:
        print_answer(admin.audit(wanted), as_json=as_json)

"""`fieldapp-server backup` and `restore`."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from fieldapp.clock import iso
from fieldapp.errors import UserMends
from sync.server.admin import Admin
from sync.server.cli.parts import AsJson, Data, Database, data_folder, opened, print_answer
from sync.server.lives.backups import KEEP, holds_work, make_backup, prepared, restore
from sync.server.lives.epochs import Restored
from sync.server.lives.safe import open_safe


def backup_command(
    file: Path,
    keep: Annotated[
        int, typer.Option(min=1, help="How many backups, with this one, would be restored.")
    ] = KEEP,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Copy everything into a new file and check the copy; exit 1 if it is not sound."""
    with opened(database, data) as admin:
        findings = [asdict(finding) for finding in make_backup(admin.service, file, keep=keep)]
    print_answer(
        {"backup": str(file), "sound": not findings, "findings": findings}, as_json=as_json
    )
    if findings:
        raise typer.Exit(1)


def restore_command(
    file: Annotated[Path | None, typer.Argument(help="A backup of this server.")] = None,
    accept: Annotated[
        bool, typer.Option(help="The database was put back by other means: go on with it.")
    ] = False,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Go on from a backup, in a new life of the database.

    Says what was found, what was replayed from the ledger, and which devices may still bring back
    what the backup lacks. What stood in the database before is kept as a backup beside it.
    """
    if (file is None) == (not accept):
        raise UserMends("server.restore_what")
    with opened(database, data) as admin:
        folder = data_folder(database, data)
        restored = admin.accept_restore() if file is None else _from(admin, file, folder)
    print_answer(_told(restored), as_json=as_json)


def _from(admin: Admin, file: Path, folder: Path) -> Restored:
    if not file.exists():
        raise UserMends("server.no_backup", path=str(file))
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        copy = Path(aside) / "backup.db"
        shutil.copyfile(file, copy)
        root = prepared(copy, admin.service)
        service = replace(admin.service, safe=open_safe(folder / root))
        with service.database.read() as connection:
            worth_keeping = holds_work(connection)
        if worth_keeping:
            at = iso(service.clock.now()).replace(":", "")
            make_backup(service, folder / f"before-restore-{at}.db", keep=None)
        return restore(service, copy)


def _told(restored: Restored) -> dict[str, object]:
    return {
        "epoch": restored.epoch,
        "parent": restored.parent,
        "found": dict(restored.heads),
        "replayed": dict(restored.replayed),
        "waits_for": list(restored.waits_for),
    }

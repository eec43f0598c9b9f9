"""`fieldapp-server`: sets a server up, runs it, looks after it. `--json` prints one document."""

from __future__ import annotations

import getpass
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from fieldapp.errors import FieldappError
from fieldapp.model.releases import LET_IN, LET_IN_WITHOUT, REFUSE
from sync.server.admin import NewUser
from sync.server.cli.attachments import drop_damaged_command
from sync.server.cli.audit import audit_command
from sync.server.cli.backups import backup_command, restore_command
from sync.server.cli.campaigns import campaign_cli, organisation_cli, target_cli
from sync.server.cli.parcels import parcel_cli
from sync.server.cli.parts import (
    AsJson,
    Data,
    Database,
    opened,
    print_answer,
    serving,
    words_of_user,
)
from sync.server.cli.tables import table_cli
from sync.server.reference.campaigns import Campaigns
from sync.server.refusals import Refused
from sync.server.verify import verify

_QUIET: dict[str, Any] = {"no_args_is_help": True, "pretty_exceptions_enable": False}
cli = typer.Typer(help="The sync server.", add_completion=False, **_QUIET)
ward_cli = typer.Typer(help="Wards and their streams.", **_QUIET)
user_cli = typer.Typer(help="Users and their grants.", **_QUIET)
device_cli = typer.Typer(help="Invitations and devices.", **_QUIET)
book_cli = typer.Typer(help="Receipt books.", **_QUIET)
held_cli = typer.Typer(help="Work that waits outside its log.", **_QUIET)
cli.add_typer(ward_cli, name="ward")
cli.add_typer(user_cli, name="user")
cli.add_typer(device_cli, name="device")
cli.add_typer(book_cli, name="book")
cli.add_typer(held_cli, name="held")
cli.add_typer(table_cli, name="table")
cli.add_typer(parcel_cli, name="parcel")
cli.add_typer(organisation_cli, name="organisation")
cli.add_typer(campaign_cli, name="campaign")
cli.add_typer(target_cli, name="target")

PasswordStdin = Annotated[bool, typer.Option(help="Read the password from standard input.")]
DAY = ["%Y-%m-%d"]
Day = Annotated[datetime | None, typer.Option(formats=DAY)]


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass()


@cli.command()
def init(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """Create the database, or bring it to this version."""
    with opened(database, data):
        print_answer({"ready": True}, as_json=as_json)


@cli.command()
def run(
    database: Database = None,
    data: Data = None,
    host: str = "127.0.0.1",
    port: int = 8420,
    notice: Annotated[
        float, typer.Option(min=0, help="Seconds to go on after SIGTERM, while /ready says no.")
    ] = 0.0,
    connections: Annotated[
        int, typer.Option(min=2, help="Calls worked on at once, each with one to the database.")
    ] = 16,
    metrics_port: Annotated[
        int | None, typer.Option(help="Figures for Prometheus, on this machine alone; 0: any.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Serve until stopped. Prints "listening on http://HOST:PORT" when ready; port 0: any."""
    from sync.server.api.app import build_app  # takes half a second: no other command needs it
    from sync.server.api.gate import Bounds
    from sync.server.api.health import Health
    from sync.server.api.metrics import Metrics
    from sync.server.api.running import Leaving, serve
    from sync.server.api.telling import tell_on_stderr

    with serving(database, data, connections) as (service, folder):
        health = Health(service.database, folder)
        leaving, bounds = Leaving(health.leave, notice), Bounds(running=connections)
        metrics = Metrics()
        app = build_app(service, health, bounds, metrics)
        if metrics_port is not None:
            metrics.serve(metrics_port)
        tell_on_stderr()
        serve(app, host, port, leaving, as_json=as_json)


@cli.command("verify")
def verify_command(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """Check chains, seals, rows, references, money and receipt numbers; exit 1 if wrong."""
    with opened(database, data) as admin:
        findings = [
            asdict(finding) for finding in verify(admin.service.database, admin.service.safe)
        ]
    if as_json or not findings:
        print_answer({"sound": not findings, "findings": findings}, as_json=as_json)
    else:
        print_answer(findings, as_json=False)
    if findings:
        raise typer.Exit(1)


cli.command("audit")(audit_command)
cli.command("drop-damaged")(drop_damaged_command)
cli.command("backup")(backup_command)
cli.command("restore")(restore_command)


@device_cli.command("settle")
def device_settle(
    device: str, database: Database = None, data: Data = None, as_json: AsJson = False
) -> None:
    """A supervisor has looked at a device of which two files spoke: let in what both sent."""
    with opened(database, data) as admin:
        print_answer({"device": device, "let_in": admin.settle_clone(device)}, as_json=as_json)


@ward_cli.command("add")
def ward_add(
    code: str,
    valid_from: Annotated[datetime, typer.Option(formats=DAY)],
    name: Annotated[str, typer.Option()],
    valid_to: Day = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Begin a ward's stream; its name is CODE.YYYYMMDD."""
    until = valid_to.date() if valid_to else None
    with opened(database, data) as admin:
        stream = admin.add_ward(code, valid_from.date(), name, valid_to=until)
    print_answer({"ward": stream}, as_json=as_json)


@user_cli.command("add")
def user_add(
    username: str,
    full_name: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option()],
    ward: Annotated[list[str] | None, typer.Option(help="Stream; may be repeated.")] = None,
    sex: str | None = None,
    password_stdin: PasswordStdin = False,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Create a user with a role in these wards from today."""
    password = _password(from_stdin=password_stdin)
    user = NewUser(username, full_name, role, ward or [], password, sex)
    with opened(database, data) as admin:
        admin.add_user(user)
    print_answer({"user": username}, as_json=as_json)


@user_cli.command("password")
def user_password(
    username: str,
    password_stdin: PasswordStdin = False,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give a user a new password; all of the user's devices must sign in again."""
    password = _password(from_stdin=password_stdin)
    with opened(database, data) as admin:
        admin.set_password(username, password)
    print_answer({"user": username}, as_json=as_json)


@user_cli.command("collector")
def user_collector(
    username: str,
    code: Annotated[str | None, typer.Option(help="Code from the agency; empty: none.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Code of the organisation.")] = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say which collector code a user has, and for which organisation the user collects."""
    with opened(database, data) as admin:
        Campaigns(admin.service).set_collector(username, code=code, organisation=organisation)
    print_answer({"user": username}, as_json=as_json)


@user_cli.command("grant")
def user_grant(
    username: str,
    ward: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option()],
    since: Day = None,
    until: Day = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Grant a role in a ward, from today unless told otherwise."""
    begin, end = (day.date() if day else None for day in (since, until))
    with opened(database, data) as admin:
        admin.grant(username, ward, role, since=begin, until=end)
    print_answer({"user": username, "ward": ward, "role": role}, as_json=as_json)


@user_cli.command("revoke")
def user_revoke(
    username: str,
    ward: Annotated[str, typer.Option()],
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take a ward away from a user, at once."""
    with opened(database, data) as admin:
        ended = admin.revoke_grant(username, ward)
    print_answer({"user": username, "ward": ward, "ended": ended}, as_json=as_json)


@device_cli.command("invite")
def device_invite(
    username: str,
    hours: Annotated[int, typer.Option(min=1, max=168, help="How long the code is good.")] = 24,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print a code that enrols one device of this user, once."""
    with opened(database, data) as admin:
        code = admin.invite(username, valid=timedelta(hours=hours))
    print_answer({"invitation": code}, as_json=as_json)


@device_cli.command("revoke")
def device_revoke(
    device: str, database: Database = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Let a device read nothing more; what it hands in is held."""
    with opened(database, data) as admin:
        admin.revoke_device(device)
    print_answer({"device": device}, as_json=as_json)


@device_cli.command("list")
def device_list(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the devices, when each was last seen, and how wrong its clock was then."""
    with opened(database, data) as admin:
        print_answer(admin.devices(), as_json=as_json)


@book_cli.command("add")
def book_add(
    book: str,
    first: Annotated[int, typer.Option()],
    last: Annotated[int, typer.Option()],
    ward: Annotated[str, typer.Option()],
    user: Annotated[str | None, typer.Option(help="Whose book it is, if one person's.")] = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add a receipt book whose numbers are given to canvassers in ranges."""
    with opened(database, data) as admin:
        admin.add_book(book, first, last, ward, username=user)
    print_answer({"book": book, "first": first, "last": last}, as_json=as_json)


@book_cli.command("list")
def book_list(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the books, with the receipts and the money taken and pending."""
    with opened(database, data) as admin:
        print_answer(admin.books(), as_json=as_json)


@held_cli.command("list")
def held_list(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the work that is held, and why."""
    with opened(database, data) as admin:
        print_answer(admin.held(), as_json=as_json)


@held_cli.command("release")
def held_release(
    changeset: str,
    without_missing: Annotated[
        bool, typer.Option(help="Also where what it waits for is lost for ever.")
    ] = False,
    note: Annotated[str, typer.Option(help="Why, for its author.")] = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let a held changeset into its log although its author had no right."""
    how = LET_IN_WITHOUT if without_missing else LET_IN
    with opened(database, data) as admin:
        status = admin.release(changeset, how, note=note)
    print_answer({"changeset": changeset, "status": status}, as_json=as_json)


@held_cli.command("refuse")
def held_refuse(
    changeset: str,
    note: Annotated[str, typer.Option(help="Why, for its author.")] = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """End held work without its effects: changes become history, records arrive withdrawn, and
    receipts count until they are voided."""
    with opened(database, data) as admin:
        status = admin.release(changeset, REFUSE, note=note)
    print_answer({"changeset": changeset, "status": status}, as_json=as_json)


@held_cli.command("receipts")
def held_receipts(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the receipts in held work: their money is taken, their numbers are used."""
    with opened(database, data) as admin:
        print_answer([asdict(one) for one in admin.pending_receipts()], as_json=as_json)


@held_cli.command("lost")
def held_lost(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List what was let in without a record that is lost: references and changes that are gone."""
    with opened(database, data) as admin:
        print_answer(admin.lost(), as_json=as_json)


def main() -> None:
    """The program. An error is told in words on standard error, with exit code 1."""
    words = words_of_user()
    try:
        cli()
    except Refused as refused:  # of a server that waits for its operator
        typer.echo(f"{words.say(refused.code)} ({refused.code})", err=True)
        sys.exit(1)
    except FieldappError as error:
        values = {name: str(value) for name, value in error.context.items()}
        typer.echo(f"{words.say(error.code, **values)} ({error.code})", err=True)
        sys.exit(1)

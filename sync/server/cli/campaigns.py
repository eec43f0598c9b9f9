"""`fieldapp-server organisation`, `campaign`, `target`: who collects, and how many are to join."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from fieldapp.errors import UserMends
from fieldapp.model import Campaign, Organisation, Target
from sync.server.cli.parts import AsJson, Data, Database, opened, print_answer
from sync.server.reference.campaigns import Campaigns, NewTarget

_DAY = ["%Y-%m-%d"]
organisation_cli = typer.Typer(
    help="Organisations that collect.", no_args_is_help=True, pretty_exceptions_enable=False
)
campaign_cli = typer.Typer(
    help="Campaigns: drives with a first and a last day.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
target_cli = typer.Typer(
    help="How many people are to join.", no_args_is_help=True, pretty_exceptions_enable=False
)


@organisation_cli.command("add")
def organisation_add(
    code: str,
    name: Annotated[str, typer.Option()],
    tax_code: Annotated[str, typer.Option()] = "",
    address: Annotated[str, typer.Option()] = "",
    phone: Annotated[str, typer.Option()] = "",
    email: Annotated[str, typer.Option()] = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add an organisation, with the code that the agency gave it, or correct it."""
    with opened(database, data) as admin:
        Campaigns(admin.service).add_organisation(
            code, name, tax_code=tax_code, address=address, phone=phone, email=email
        )
    print_answer({"organisation": code}, as_json=as_json)


@organisation_cli.command("list")
def organisation_list(
    database: Database = None, data: Data = None, as_json: AsJson = False
) -> None:
    """List the organisations."""
    with opened(database, data) as admin:
        print_answer(Campaigns(admin.service).listed(Organisation), as_json=as_json)


@campaign_cli.command("add")
def campaign_add(
    code: Annotated[str, typer.Argument(help="Its code; not with --template.")] = "",
    name: Annotated[str, typer.Option()] = "",
    starts_on: Annotated[datetime | None, typer.Option(formats=_DAY)] = None,
    ends_on: Annotated[datetime | None, typer.Option(formats=_DAY)] = None,
    note: Annotated[str, typer.Option()] = "",
    template: Annotated[str, typer.Option(help="A campaign that is known: 2024-11.")] = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add a campaign, or one that is known with its targets."""
    if not template and (starts_on is None or ends_on is None):
        raise UserMends("server.campaign_days_missing", field="starts_on")
    with opened(database, data) as admin:
        campaigns = Campaigns(admin.service)
        if template:
            code = str(campaigns.add_template(template)["code"])
        elif starts_on is not None and ends_on is not None:
            campaigns.add_campaign(code, name, starts_on.date(), ends_on.date(), note=note)
    print_answer({"campaign": code}, as_json=as_json)


@campaign_cli.command("list")
def campaign_list(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the campaigns."""
    with opened(database, data) as admin:
        print_answer(Campaigns(admin.service).listed(Campaign), as_json=as_json)


@target_cli.command("add")
def target_add(
    campaign: str,
    scheme: Annotated[str, typer.Option(help="hhi or vsi.")],
    kind: Annotated[str, typer.Option(help="new or renewal.")],
    people: Annotated[int, typer.Option()],
    ward: Annotated[str, typer.Option(help="Stream of a ward.")] = "",
    organisation: Annotated[str, typer.Option(help="Code of an organisation.")] = "",
    collector: Annotated[str, typer.Option(help="User name of a collector.")] = "",
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Set a target of a campaign: of everybody, a ward, an organisation, a collector."""
    target = NewTarget(campaign, scheme, kind, people, ward, organisation, collector)
    with opened(database, data) as admin:
        Campaigns(admin.service).add_target(target)
    print_answer({"campaign": campaign, "people": people}, as_json=as_json)


@target_cli.command("list")
def target_list(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """List the targets."""
    with opened(database, data) as admin:
        print_answer(Campaigns(admin.service).listed(Target), as_json=as_json)

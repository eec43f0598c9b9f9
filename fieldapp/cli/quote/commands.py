"""The commands below `fieldapp quote`. Each takes what was typed as text: rules of their own read
the numbers exactly, and name the option in what they refuse."""

from __future__ import annotations

import typer

from fieldapp.cli.kinds import Many, Needed, Said, Text
from fieldapp.cli.spoken import Commands

quote = Commands()


@quote.command("hhi")
def quote_hhi(
    context: typer.Context,
    paid_on: Needed,
    members: Needed,
    months: Needed,
    member: Many = None,
    state_percent: Said = None,
    local_percent: Said = None,
    other_percent: Said = None,
    ranks_taken: Text = "0",
    decision_until: Said = None,
    card_until: Said = None,
) -> None:
    """Quote household health insurance."""
    from fieldapp.cli.quote.hhi import HhiAsked, run_quote_hhi

    asked = HhiAsked(
        paid_on=paid_on,
        members=members,
        months=months,
        member=tuple(member or ()),
        state_percent=state_percent,
        local_percent=local_percent,
        other_percent=other_percent,
        ranks_taken=ranks_taken,
        decision_until=decision_until,
        card_until=card_until,
    )
    run_quote_hhi(context.obj, asked)


@quote.command("vsi")
def quote_vsi(
    context: typer.Context,
    paid_on: Needed,
    income: Needed,
    months: Said = None,
    group: Text = "other",
    method: Text = "monthly",
    years: Said = None,
    months_late: Said = None,
    fund_rate_percent: Said = None,
    local_percent: Said = None,
    other_percent: Said = None,
    support_months_used: Text = "0",
) -> None:
    """Quote voluntary social insurance."""
    from fieldapp.cli.quote.vsi import VsiAsked, run_quote_vsi

    asked = VsiAsked(
        paid_on=paid_on,
        income=income,
        months=months,
        group=group,
        method=method,
        years=years,
        months_late=months_late,
        fund_rate_percent=fund_rate_percent,
        local_percent=local_percent,
        other_percent=other_percent,
        support_months_used=support_months_used,
    )
    run_quote_vsi(context.obj, asked)


@quote.command("refund")
def quote_refund(
    context: typer.Context,
    income: Needed,
    months_left: Needed,
    state_part: Needed,
    years: Said = None,
    months: Said = None,
    fund_rate_percent: Said = None,
    paid_on: Said = None,
) -> None:
    """Reckon what is given back of voluntary social insurance."""
    from fieldapp.cli.quote.refund import RefundAsked, run_quote_refund

    asked = RefundAsked(
        income=income,
        years=years,
        months=months,
        months_left=months_left,
        fund_rate_percent=fund_rate_percent,
        state_part=state_part,
        paid_on=paid_on,
    )
    run_quote_refund(context.obj, asked)

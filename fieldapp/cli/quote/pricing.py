"""What all quotes share: the tables that they go by, and the reading of shares and rates.

A quote goes by the tables that the profile has received, for a new decree reaches a laptop by sync
and not by a release. A machine without a profile goes by those that the program carries.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fieldapp.cli.quote import numbers
from fieldapp.cli.session import Session
from fieldapp.cli.telling import sentence, tell
from fieldapp.errors import FieldappError, UserMends
from fieldapp.rules import tables

MOST_DONG = 10**10
"""Far above any premium: what is more is a slip."""


@dataclass(frozen=True)
class PricedBy:
    """Whose tables price: `tables` is `profile` or `program`; `why` says in words why a profile
    that there is was not opened, "" otherwise."""

    tables: str
    why: str = ""


@contextmanager
def priced_by(session: Session) -> Iterator[PricedBy]:
    """The tables that count while the block runs.

    A profile that was named is opened like by any other command. The usual one of this system user
    is opened where that needs no question that nobody could answer: `fieldapp quote` has to work
    for other programs as it stands. Where it can't be opened the program's own tables count, and
    the answer says so and why.

    Raises: what opening raises, for a profile that was named.
    """
    with ExitStack() as stack:
        yield _opened(session, stack)


def _opened(session: Session, stack: ExitStack) -> PricedBy:
    if not (session.folder / "profile.json").exists():
        return PricedBy("program")
    named = session.common.profile is not None
    try:
        if not session.password_at_hand and not _may_ask(session):
            raise UserMends("cli.password_missing", field="password")
        stack.enter_context(session.opened())
    except FieldappError as refused:
        if named:
            raise
        return PricedBy("program", sentence(refused, session.words))
    return PricedBy("profile")


def _may_ask(session: Session) -> bool:
    return sys.stdin.isatty() and not session.common.json


def tell_quote(session: Session, by: PricedBy, answer: Mapping[str, Any], text: str) -> None:
    """Prints a quote with the edition of the tables that priced it, and whose they are."""
    edition = tables.edition()
    lines = [text, session.words.say(f"cli.quote_edition_{by.tables}", edition=edition)]
    if by.why:
        lines.append(by.why)
    told = {**answer, "edition": edition, "tables": by.tables, "tables_note": by.why or None}
    tell(told, "\n".join(lines), as_json=session.common.json)


def must_fit(method: str, unfit: Mapping[str, str | None]) -> None:
    """Raises UserMends("cli.option_unfit") for an option that was said and that the method has no
    use for: whoever says it expects another number than the one that would come out."""
    for field, said in unfit.items():
        if said is not None:
            option = f"--{field.replace('_', '-')}"
            raise UserMends("cli.option_unfit", field=field, option=option, method=method)


def percent(text: str | None, field: str) -> Fraction | None:
    """A share from 0 to 100; None where it was not said. Raises UserMends about `field`."""
    return None if text is None else numbers.percent(text, field)


def fund_rate(text: str | None) -> Fraction | None:
    """The fund's rate in percent a month; None where it was not said. Raises UserMends."""
    return None if text is None else numbers.decimal(text, "fund_rate_percent")

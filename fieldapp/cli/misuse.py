"""What the parser refuses of a command line, in the user's words: it knows only English."""

from __future__ import annotations

import typer

from fieldapp.cli.spoken import usage
from fieldapp.errors import UserMends
from fieldapp.words import Words

_DETAILS = {
    "MissingParameter": "missing",
    "NoSuchOption": "no_option",
}
"""The parser's kinds of refusal that need no further look."""


def misuse(refusal: typer.TyperException, words: Words) -> UserMends:
    """The refusal as `cli.usage`, about the option or argument that it names."""
    name = _named(refusal)
    field = name.lstrip("-").replace("-", "_").lower() or None
    return usage(words, _detail(refusal), name=name, field=field)


def _detail(refusal: typer.TyperException) -> str:
    kind = type(refusal).__name__
    if kind == "BadOptionUsage":
        return "no_value" if "requires" in refusal.message else "takes_no_value"
    return _DETAILS.get(kind, "unclear")


def _named(refusal: typer.TyperException) -> str:
    """`--paid-on` or `USECASE`; "" where the refusal is about none."""
    parameter = getattr(refusal, "param", None)
    if parameter is None:
        return str(getattr(refusal, "option_name", ""))
    names = [str(name) for name in parameter.opts]
    return next((name for name in names if name.startswith("-")), names[0].upper())

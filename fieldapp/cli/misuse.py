"""What is wrong with a command line, in the user's words: the parser knows only English."""

from __future__ import annotations

import typer

from fieldapp.errors import UserMends
from fieldapp.words import Words

_DETAILS = {
    "MissingParameter": "cli.usage_missing",
    "NoSuchOption": "cli.usage_no_option",
    "BadOptionUsage": "cli.usage_no_value",
    "NoArgsIsHelpError": "cli.usage_no_command",
}
"""The parser's kinds of refusal; what is none of them is told as the parser says it."""


def misuse(refusal: typer.TyperException, words: Words) -> UserMends:
    """The refusal as `cli.usage`, about the option or argument that it names."""
    name = _named(refusal)
    said = _DETAILS.get(type(refusal).__name__)
    detail = words.say(said, name=name) if said else _message_of(refusal)
    field = name.lstrip("-").replace("-", "_").lower() or None
    return UserMends("cli.usage", field=field, detail=detail)


def _named(refusal: typer.TyperException) -> str:
    """`--paid-on` or `USECASE`; "" where the refusal is about none."""
    parameter = getattr(refusal, "param", None)
    if parameter is None:
        return str(getattr(refusal, "option_name", ""))
    names = [str(name) for name in parameter.opts]
    return next((name for name in names if name.startswith("-")), names[0].upper())


def _message_of(refusal: typer.TyperException) -> str:
    made = getattr(refusal, "format_message", None)
    return (str(made()) if callable(made) else str(refusal)).rstrip(".")

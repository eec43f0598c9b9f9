"""Commands that speak the user's language: their help, and what they refuse of a line.

The parser knows only English. Here its groups and commands say their help from `fieldapp/words`
(`help.<command>` and `help.<command>__<option>`, or `help.option_<option>` for one that several
commands have), and refuse an unknown command, a stray argument and an option said twice themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from fieldapp.errors import UserMends
from fieldapp.words import Words

Function = TypeVar("Function", bound=Callable[..., Any])


def usage(words: Words, detail: str, *, name: str = "", field: str | None = None) -> UserMends:
    """The line can't be understood: `cli.usage` with a detail `cli.usage_<detail>`."""
    said = words.say(f"cli.usage_{detail}", name=name)
    return UserMends("cli.usage", field=field, detail=said)


class _Helped:
    """What a group and a command say about themselves."""

    name: str | None

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The first line: how to call it."""
        words = _words(ctx)
        named = [p.name.upper() for p in _parameters(ctx) if p.param_type_name == "argument"]
        below = [words.say("help.usage_command")] if _commands_of(self) else []
        pieces = " ".join([*below, *named, words.say("help.usage_options")])
        formatter.write_usage(ctx.command_path, pieces, f"{words.say('help.usage')}: ")

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_words(ctx).say(_key(_path(ctx))))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, options, and the commands below, each with its words."""
        words = _words(ctx)
        for title, kind in (("arguments", "argument"), ("options", "option")):
            rows = [_row(ctx, one) for one in _parameters(ctx) if one.param_type_name == kind]
            _section(formatter, words.say(f"help.{title}"), rows)
        path = _path(ctx)
        below = [(name, words.say(_key((*path, name)))) for name in _commands_of(self)]
        _section(formatter, words.say("help.commands"), below)


class Command(_Helped, TyperCommand):
    """A command that takes every option once and nothing that it does not know."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UserMends: `cli.usage`."""
        _refuse_twice(self, ctx, args)
        ctx.allow_extra_args = True
        rest: list[str] = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise usage(_words(ctx), "extra", name=" ".join(rest))
        return rest


class Group(_Helped, TyperGroup):
    """Commands under one name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UserMends: `cli.usage`: no command was chosen, or there is no such one."""
        rest: list[str] = super().parse_args(ctx, list(args))
        name = next((one for one in args if one not in ("--", "--help")), None)
        if name is None:
            raise usage(_words(ctx), "no_command")
        if name not in self.commands:
            raise usage(_words(ctx), "unknown_command", name=name)
        return rest


class Commands(typer.Typer):
    """A group to add commands to, all of them spoken."""

    def __init__(self) -> None:
        super().__init__(
            cls=Group, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False
        )

    def command(  # type: ignore[override]  # narrower on purpose: all commands speak
        self, name: str | None = None
    ) -> Callable[[Function], Function]:
        """Adds a function as a command, by its own name without another."""
        return super().command(name, cls=Command)


def _refuse_twice(command: Command, ctx: Any, args: Sequence[str]) -> None:
    """An option with one value that is said twice: which of them counts is nobody's to guess."""
    parser: Any = command.make_parser(ctx)
    _, _, said = parser.parse_args(args=list(args))
    seen = set[Any]()
    for one in said:
        once = one.param_type_name == "option" and not (one.multiple or one.is_flag)
        if once and one.name in seen:
            raise usage(_words(ctx), "twice", name=one.opts[0], field=one.name)
        seen.add(one.name)


def _words(ctx: Any) -> Words:
    words = getattr(ctx.find_root().obj, "words", None)
    return words if isinstance(words, Words) else Words()


def _path(ctx: Any) -> tuple[str, ...]:
    """`("quote", "hhi")`; () for the program itself."""
    return tuple(ctx.command_path.split()[1:])


def _key(path: Sequence[str]) -> str:
    return f"help.{'_'.join(path).replace('-', '_') or 'program'}"


def _parameters(ctx: Any) -> list[Any]:
    return list(ctx.command.get_params(ctx))


def _commands_of(command: Any) -> Sequence[str]:
    return sorted(getattr(command, "commands", {}))


def _row(ctx: Any, parameter: Any) -> tuple[str, str]:
    """An option or argument with its words, and whether it must be there."""
    words = _words(ctx)
    own, shared = f"{_key(_path(ctx))}__{parameter.name}", f"help.option_{parameter.name}"
    text = words.say(own if words.knows(own) else shared)
    if parameter.required:
        text = words.say("help.required", text=text)
    if parameter.param_type_name == "argument":
        return parameter.name.upper(), text
    value = "" if parameter.is_flag else f" {parameter.name.upper()}"
    return f"{parameter.opts[0]}{value}", text


def _section(formatter: Any, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)


def help_keys(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every key that the help of a command and of those below it may ask for, with the shared one
    that may stand in its place ("" where none may)."""
    key = _key(path)
    yield key, ""
    for parameter in command.params:
        yield f"{key}__{parameter.name}", f"help.option_{parameter.name}"
    for name, below in getattr(command, "commands", {}).items():
        yield from help_keys(below, (*path, name))

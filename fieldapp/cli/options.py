"""The options that every command takes, wherever they stand on the line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("vi", "en")
_WITH_VALUE = ("--profile", "--lang", "--password-file")


@dataclass(frozen=True)
class Common:
    """What was said for every command.

    Attributes:
        profile: the profile's folder; None: the usual one of this system user.
        json: answers and errors are one JSON document each.
        language: `vi` or `en`.
        password_file: a file whose first line is the password.
    """

    profile: Path | None = None
    json: bool = False
    language: str = "vi"
    password_file: Path | None = None


def take_common(arguments: Sequence[str]) -> tuple[Common, list[str]]:
    """Splits off the common options. What is no such option, or lacks its value, is left in the
    rest, where the command refuses it."""
    rest: list[str] = []
    said: dict[str, str] = {}
    as_json = False
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *waiting]
            break
        if word == "--json":
            as_json = True
        elif name in _WITH_VALUE and (equals or waiting):
            said[name] = value if equals else waiting.pop(0)
        else:
            rest.append(word)
    language = said.get("--lang", os.environ.get("FIELDAPP_LANG", "vi"))
    if language not in LANGUAGES:
        rest.append(f"--lang={language}")
        language = "vi"
    common = Common(_path(said, "--profile"), as_json, language, _path(said, "--password-file"))
    return common, rest


def _path(said: dict[str, str], name: str) -> Path | None:
    return Path(said[name]).expanduser() if name in said else None


def usual_profile() -> Path:
    """The profile folder of this system user."""
    from platformdirs import user_data_path

    return user_data_path("fieldapp", appauthor=False)

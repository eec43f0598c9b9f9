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
        asked_language: `vi` or `en`; None where nobody asked for one: then a window goes by what
            was chosen in it.
        password_file: a file whose first line is the password.
        fault: what is wrong with one of these options, and its name: `no_value`,
            `no_language`, `takes_no_value`; None: nothing.
    """

    profile: Path | None = None
    json: bool = False
    asked_language: str | None = None
    password_file: Path | None = None
    fault: tuple[str, str] | None = None

    @property
    def language(self) -> str:
        """The language of a command: the one asked for, else Vietnamese."""
        return self.asked_language or LANGUAGES[0]


def take_common(arguments: Sequence[str]) -> tuple[Common, list[str]]:
    """Splits off the common options, of each the last; what is none of them is the rest."""
    rest: list[str] = []
    said: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    as_json = False
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *waiting]
            break
        if name == "--json":
            as_json = True
            faults += [("takes_no_value", name)] if equals else []
        elif name not in _WITH_VALUE:
            rest.append(word)
        else:
            told = value if equals or not waiting else waiting.pop(0)
            said[name] = told  # the last counts: a wrapper's own can be overruled
            faults += [] if told else [("no_value", name)]
    language = said.get("--lang", os.environ.get("FIELDAPP_LANG"))
    if language is not None and language not in LANGUAGES:
        faults.append(("no_language", "--lang"))
        language = None
    fault = faults[0] if faults else None
    profile, password_file = (_path(said.get(name)) for name in ("--profile", "--password-file"))
    return Common(profile, as_json, language, password_file, fault), rest


def _path(said: str | None) -> Path | None:
    """The path; one that begins with the home of nobody stands as it was typed."""
    if said is None:
        return None
    try:
        return Path(said).expanduser()
    except RuntimeError:
        return Path(said)


def usual_profile() -> Path:
    """The profile folder of this system user."""
    from platformdirs import user_data_path

    return user_data_path("fieldapp", appauthor=False)

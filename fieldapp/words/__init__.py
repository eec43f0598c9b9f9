"""The words of the product, Vietnamese first, English second: one TOML file an area and language.

A sentence is found by `area.name`; its placeholders are those of `str.format`. Sentences are whole,
never glued from pieces. An entry with `one` and `other` is chosen by its argument
`n`, a number or its text.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("vi", "en")


class Words:
    """Says things in one language.

    Raises KeyError for a sentence that does not exist and for a placeholder without a value: both
    are our defects, and a test reads every key.
    """

    def __init__(self, language: str = "vi") -> None:
        if language not in LANGUAGES:
            raise KeyError(f"no words in {language!r}; there are {LANGUAGES}")
        self.language = language

    def say(self, key: str, /, **values: object) -> str:
        """The sentence `area.name` with its values filled in."""
        entry = catalogue(self.language)[key]
        if isinstance(entry, dict):
            entry = entry["one" if str(values.get("n")) == "1" else "other"]
        return entry.format(**values)

    def knows(self, key: str) -> bool:
        """Whether the sentence exists: for codes that come from a newer server."""
        return key in catalogue(self.language)


@cache
def catalogue(language: str) -> dict[str, str | dict[str, str]]:
    """All sentences of a language by `area.name`."""
    found: dict[str, str | dict[str, str]] = {}
    folder = resources.files(__package__) / language
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            for name, text in tomllib.loads(file.read_text("utf-8")).items():
                found[f"{area}.{name}"] = text
    return found

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
ENDING = ".toml"


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
        entry = _area(self.language, key.partition(".")[0])[key]
        if isinstance(entry, dict):
            entry = entry["one" if str(values.get("n")) == "1" else "other"]
        return entry.format(**values)

    def knows(self, key: str) -> bool:
        """Whether the sentence exists: for codes that come from a newer server."""
        return key in _area(self.language, key.partition(".")[0])


def catalogue(language: str) -> dict[str, str | dict[str, str]]:
    """All sentences of a language by `area.name`."""
    names = (file.name for file in (resources.files(__package__) / language).iterdir())
    found: dict[str, str | dict[str, str]] = {}
    for name in sorted(names):
        if name.endswith(ENDING):
            found |= _area(language, name.removesuffix(ENDING))
    return found


@cache
def _area(language: str, area: str) -> dict[str, str | dict[str, str]]:
    """The sentences of one area, read when the first of them is said; none where there is no such
    area."""
    file = resources.files(__package__) / language / f"{area}{ENDING}"
    if not area.isidentifier() or not file.is_file():
        return {}
    said = tomllib.loads(file.read_text("utf-8"))
    return {f"{area}.{name}": text for name, text in said.items()}

"""What a window is set to before anybody signs in: language and light. No secret, no record."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

LANGUAGES = ("vi", "en")
LIGHTS = ("system", "light", "dark")
_FILE = "window.json"


@dataclass(frozen=True)
class Preferences:
    """Language of the words; `light`: as the system says, light, or dark."""

    language: str = "vi"
    light: str = "system"


def load(folder: Path) -> Preferences:
    """The preferences of a profile; the usual ones where none can be read."""
    try:
        said = json.loads((folder / _FILE).read_text("utf-8"))
        made = Preferences(str(said["language"]), str(said["light"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Preferences()
    known = made.language in LANGUAGES and made.light in LIGHTS
    return made if known else Preferences()


def save(folder: Path, chosen: Preferences) -> None:
    """Keeps the preferences; where that can't be, they hold until the window is closed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f"{_FILE}.new"
        aside.write_text(json.dumps(asdict(chosen)), "utf-8")
        aside.replace(folder / _FILE)
    except OSError:
        pass

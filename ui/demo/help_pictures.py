"""`make help-pictures`: the pictures of the help, made from the app itself, small, in both
languages."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from ui.demo.picturing import LANGUAGES
from ui.places.help.state import GUIDES
from ui.places.help.view import picture_path

WIDTH = 760
QUALITY = 60
VARIANT = "{language}-light-1366"

SCREENS_OF_HELP = tuple(dict.fromkeys(guide.screen for guide in GUIDES))
"""The screens that the help shows, by name."""


def keep_help_pictures(out: Path) -> int:
    """Takes the pictures that stand in `out` over into the help; how many."""
    count = 0
    for language in LANGUAGES:
        for screen in SCREENS_OF_HELP:
            taken = out / VARIANT.format(language=language) / f"{screen}.png"
            kept = picture_path(language, screen)
            kept.parent.mkdir(parents=True, exist_ok=True)
            with Image.open(taken) as picture:
                high = round(WIDTH * picture.height / picture.width)
                small = picture.convert("RGB").resize((WIDTH, high), Image.Resampling.LANCZOS)
                small.save(kept, "WEBP", quality=QUALITY, method=6)
            count += 1
    return count

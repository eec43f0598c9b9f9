"""What the first window shows and allows, without a window and without the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fieldapp.errors import FieldappError

if TYPE_CHECKING:
    from fieldapp.store.file.rescue import Rescued

CARD_FILE = "profile.json"
KEPT_FILES = ("key.json", CARD_FILE)
"""Without them nothing of the data can be read."""
FIELDS = ("server", "invitation", "username", "password", "machine")
NEEDED = ("server", "invitation", "username", "password")
FIELD_OF_CODE: Mapping[str, str] = {
    "store.wrong_password": "password",
    "server.wrong_sign_in": "password",
    "server.invitation_invalid": "invitation",
    "sync.invitation_lost": "invitation",
    "sync.no_such_address": "server",
    "sync.not_our_server": "server",
    "server.no_such_call": "server",
}
"""Below which input an error stands; all others stand above the form."""

Page = Literal["unlock", "enrol", "damaged", "training"]
Saved = Callable[["Rescued", Callable[[], None]], None]
"""Hears what a rescue kept, and what to call to go on with it."""


def can_rescue(error: FieldappError) -> bool:
    """Whether a rescue may mend it: the data is damaged, not the key to it."""
    where = str(error.context.get("path", ""))
    return error.code == "store.damaged" and not where.endswith(KEPT_FILES)


@dataclass(frozen=True)
class Owner:
    """Whose profile it is, as far as one may know before the password."""

    full_name: str
    username: str
    machine: str
    server: str = ""


@dataclass(frozen=True)
class Found:
    """What stands in the profile folder: an owner, nothing yet, something unreadable, or a profile
    of the training, which is opened by the training alone."""

    page: Page
    owner: Owner | None = None


def look_into(folder: Path) -> Found:
    """Reads the profile's card. It is a few lines of JSON: no file is opened for good."""
    try:
        card = json.loads((folder / CARD_FILE).read_text("utf-8"))
        if card.get("training", False) is not False:
            return Found("training")
        owner = Owner(
            str(card["full_name"]),
            str(card["username"]),
            str(card["device_name"]),
            str(card["server"]),
        )
    except FileNotFoundError:
        return Found("enrol")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Found("damaged")
    return Found("unlock", owner)


@dataclass(frozen=True)
class EnrolForm:
    """What a first sign-in needs; `machine` is what this laptop will be called."""

    server: str = ""
    invitation: str = ""
    username: str = ""
    password: str = ""
    machine: str = ""

    def missing(self) -> str:
        """The first field that is still empty, or nothing."""
        return next((name for name in NEEDED if not getattr(self, name)), "")

    @property
    def address(self) -> str:
        """The server's address as it is asked: https where nothing else was written."""
        plain = self.server.strip().rstrip("/")
        return plain if "://" in plain else f"https://{plain}"

"""What the settings show of the user and the machine. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fieldapp import __version__
from fieldapp.clock import business_date, from_iso
from fieldapp.store.store import Store
from fieldapp.usecases.households import search
from fieldapp.usecases.me import Me, me
from fieldapp.words.format import clock_time, long_date, number
from ui.say import Teller

LANGUAGES = ("vi", "en")
LIGHTS = ("system", "light", "dark")
ROLES = ("canvasser", "clerk", "supervisor", "admin")


@dataclass(frozen=True)
class About:
    """What the program alone knows of this installation."""

    device_name: str = ""
    server: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Installed:
    """What the file knows of itself."""

    user: Me
    device: str
    confirmed_at: datetime | None
    people: int


def installed(store: Store) -> Installed:
    """Read it. Blocking: on the database worker."""
    confirmed = store.setting("confirmed_at")
    return Installed(
        user=me(store),
        device=str(store.setting("device", "")),
        confirmed_at=from_iso(confirmed) if confirmed else None,
        people=search.find(store, "").people_on_device,
    )


Facts = tuple[tuple[str, str], ...]


def user_facts(found: Installed, teller: Teller) -> Facts:
    """Label and value of each line about the user; lines without a value are left out."""
    user = found.user
    role = teller.say(f"settings.role_{user.role}") if user.role in ROLES else user.role
    wards = ", ".join(ward.name for ward in user.wards)
    pairs = (
        ("full_name", user.full_name),
        ("username", user.username),
        ("role", role),
        ("wards", wards),
    )
    return _said(pairs, teller)


def machine_facts(found: Installed, about: About, teller: Teller) -> Facts:
    """Label and value of each line about the machine."""
    at = found.confirmed_at
    confirmed = teller.say("settings.never")
    if at is not None:
        confirmed = f"{clock_time(at)} {long_date(business_date(at))}"
    pairs = (
        ("device", about.device_name),
        ("device_id", found.device),
        ("server", about.server),
        ("confirmed", confirmed),
        ("people", number(found.people)),
        ("folder", about.folder),
        ("version", __version__),
    )
    return _said(pairs, teller)


def _said(pairs: tuple[tuple[str, str], ...], teller: Teller) -> Facts:
    return tuple((teller.say(f"settings.{name}"), value) for name, value in pairs if value)

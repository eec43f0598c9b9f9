"""What the page of erasures says, in words. Pure."""

from __future__ import annotations

from fieldapp.model.erasures import REASONS
from fieldapp.rules.folding import fold
from fieldapp.usecases.households.erasing_page import ErasedOn, ErasingPage, ErasureRow
from ui.places.money.state import moment
from ui.say import Teller


def is_her_name(typed: str, name: str) -> bool:
    """Whether a person typed the name, tones and all; case and spaces don't matter."""
    return bool(name) and _plain(typed) == _plain(name) and fold(typed) == fold(name)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def reasons(teller: Teller) -> list[tuple[str, str]]:
    """The reasons to choose from: (code, words)."""
    return [(code, teller.say(f"erasing.reason_{code}")) for code in REASONS]


def count_told(page: ErasingPage, teller: Teller) -> str:
    """How much goes and how much stays, and that scans go which others need, too."""
    goes = sum(not line.kept_for for line in page.lines)
    told = teller.say("erasing.count", goes=goes, kept=len(page.lines) - goes)
    if not page.shared_papers:
        return told
    return f"{told}. {teller.say('erasing.shared_papers', n=page.shared_papers)}"


def state_told(row: ErasureRow, teller: Teller) -> tuple[str, str]:
    """How far an erasure has come, and the token of its colour."""
    if row.state == "taken" and not row.machines:
        return teller.say("erasing.state_taken_alone"), "jade"
    text = teller.say(f"erasing.state_{row.state}", done=row.done, all=len(row.machines))
    everywhere = row.state == "taken" and row.done == len(row.machines)
    return text, "jade" if everywhere else "ochre" if row.state in ("here", "taken") else "brick"


def machine_told(one: ErasedOn, teller: Teller) -> tuple[str, str]:
    """A machine and whether she is gone from it."""
    name = ", ".join(part for part in (one.person, one.name) if part)
    if one.done:
        return name, teller.say("erasing.machine_done")
    if one.revoked:
        return name, teller.say("erasing.machine_revoked")
    if one.last_seen_at is None:
        return name, teller.say("erasing.machine_never")
    return name, teller.say("erasing.machine_waiting", when=moment(one.last_seen_at, teller))

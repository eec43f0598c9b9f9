"""What a query asks for, which letters of a name it matches, and the commands there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fieldapp.rules.folding import fold
from fieldapp.rules.people.keyed_text import looks_scanned

Mode = Literal["nothing", "people", "commands", "receipt", "card"]


@dataclass(frozen=True)
class Query:
    """What a person typed or scanned: the kind of answer that is wanted, and for what."""

    mode: Mode
    text: str


@dataclass(frozen=True)
class Command:
    """Something the program can do: where it goes, the key of its words, its own key; `desk` for
    what is done at a desk, never at a door; `beside` for what goes with a place of the rail;
    `moves` for a change among the people of the household that is open."""

    code: str
    word_key: str
    icon: str
    cap: str = ""
    now: bool = False
    desk: bool = False
    beside: str = ""
    moves: str = ""


COMMANDS = (
    Command("sync", "search.do_sync", "arrows-clockwise", "F5", now=True),
    Command("households", "search.do_new_household", "plus", "Ctrl N", now=True),
    *(
        Command(f"moves/{kind}", f"moves.kind_{kind}", icon, moves=kind)
        for kind, icon in (
            *(("leave", "sign-out"), ("move", "arrows-left-right"), ("ward", "truck")),
            *(("join", "user-plus"), ("split", "git-branch"), ("head", "crown-simple")),
        )
    ),
    Command("day_end", "day_end.open", "moon", beside="today"),
    Command("people", "people_table.open", "users", desk=True),
    Command("lists", "search.do_lists", "paper-plane-tilt", desk=True),
    Command("assign", "search.do_assign", "users-three", desk=True),
    Command("imports", "search.do_import", "file-arrow-down", desk=True),
    Command("agreements", "search.do_agreements", "handshake", desk=True),
    Command("flags", "flags_place.open", "question"),
    Command("erasures", "erasing.open", "eraser", beside="progress"),
    Command("staff", "staff_place.open", "users-three", beside="progress"),
    Command("scan_clipboard", "search.do_scan_clipboard", "clipboard-text"),
    Command("scan_picture", "search.do_scan_picture", "image"),
    Command("today", "shell.place_today", "sun-horizon"),
    Command("households", "shell.place_households", "house-line"),
    Command("dossiers", "shell.place_dossiers", "files"),
    Command("receipts", "shell.place_receipts", "receipt"),
    Command("inbox", "shell.place_inbox", "tray"),
    Command("progress", "shell.place_progress", "chart-line-up"),
    Command("reports", "shell.place_reports", "table"),
    Command("settings", "shell.place_settings", "gear-six"),
    Command("sync", "search.do_see_sync", "arrows-clockwise"),
    Command("theme", "search.do_theme", "moon"),
    Command("language", "search.do_language", "translate"),
    Command("guide", "search.do_help", "question", "F1"),
    Command("training", "search.do_training", "graduation-cap"),
    Command("lock", "search.do_lock", "lock"),
)
PLACE_WORD = "shell.place_"
SHOWN_PEOPLE = 5
SHOWN_COMMANDS = 8
PERSON, DO, NEW, COMMAND, RECEIPT = "person/", "do/", "new", "command/", "receipt/"
NEW_MEMBER = "new member"
ACTIONS = (
    ("enrol", "user-plus", "5"),
    ("visit", "calendar-plus", "2"),
    ("receipts", "receipt", "R"),
)
"""What can be done with the selected person's household, with icon and key."""


def read_query(text: str) -> Query:
    """The kind of a query: `>` commands, `#` a receipt number, a scanned card, else people."""
    plain = text.strip()
    if plain.startswith(">"):
        return Query("commands", plain[1:].strip())
    if plain.startswith("#"):
        return Query("receipt", "".join(c for c in plain if c.isdigit()))
    if looks_scanned(plain):
        return Query("card", plain)
    return Query("people" if plain else "nothing", plain)


def matches(name: str, query: str) -> tuple[tuple[int, int], ...]:
    """The parts of a name, in its real spelling, that the words of a query begin.

    Words match without tones and in any order; neighbouring whole words join into one part.
    """
    wanted = [fold(word) for word in query.split()]
    found = []
    for start, word in _words(name):
        bare = fold(word)
        hit = next((w for w in wanted if w and bare.startswith(w)), None)
        if hit is not None:
            wanted.remove(hit)
            found.append((start, start + _letters(word, len(hit))))
    return _joined(name, found)


def _words(name: str) -> list[tuple[int, str]]:
    words, at = [], 0
    for word in name.split(" "):
        if word:
            words.append((at, word))
        at += len(word) + 1
    return words


def _letters(word: str, folded: int) -> int:
    """How many letters of the real word fold to so many."""
    for count in range(1, len(word) + 1):
        if len(fold(word[:count])) >= folded:
            return count
    return len(word)


def _joined(name: str, parts: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in parts:
        if joined and name[joined[-1][1] : start] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def commands_for(places: Sequence[str], *, desk: bool = True) -> list[Command]:
    """The commands of a role: only places that stand on its rail, each with its key there; those of
    a desk only with `desk`."""
    found = []
    for command in COMMANDS:
        if (command.desk and not desk) or (command.beside and command.beside not in places):
            continue
        if not command.word_key.startswith(PLACE_WORD):
            found.append(command)
        elif command.code in places:
            found.append(replace(command, cap=f"Ctrl {places.index(command.code) + 1}"))
    return found


def find_commands(commands: Sequence[tuple[Command, str]], text: str) -> list[tuple[Command, str]]:
    """The commands whose words begin with those of a text, without tones, in any order."""
    wanted = fold(text).split()
    return [
        (command, word)
        for command, word in commands
        if all(any(w.startswith(part) for w in fold(word).split()) for part in wanted)
    ]

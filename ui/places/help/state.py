"""The pages of the help, what is found in them, and the keys of a page. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fieldapp.rules.folding import fold
from fieldapp.words import Words


@dataclass(frozen=True)
class Guide:
    """A page: the place that it is about, the words of its title, the screen in its picture (of
    `make screenshots`), and the pages that it leads to."""

    code: str
    title: str
    screen: str
    links: tuple[str, ...] = ()


GUIDES: tuple[Guide, ...] = (
    Guide("today", "shell.place_today", "today", ("household", "enrol", "sync")),
    Guide("households", "shell.place_households", "households", ("household", "imports", "assign")),
    Guide("household", "guide.household_title", "household", ("today", "enrol", "inbox")),
    Guide("enrol", "enrol.title", "enrol", ("household", "receipts", "dossiers")),
    Guide("dossiers", "shell.place_dossiers", "records", ("lists", "enrol", "inbox")),
    Guide("people", "people_table.title", "people", ("dossiers", "household")),
    Guide("lists", "lists_place.title", "lists-ready", ("list", "dossiers")),
    Guide("list", "guide.list_title", "list", ("lists", "inbox")),
    Guide("receipts", "shell.place_receipts", "receipts", ("enrol", "money", "sync")),
    Guide("day_end", "day_end.title", "day-end", ("receipts", "sync")),
    Guide("money", "money_place.title", "money-cash", ("receipts",)),
    Guide("held", "held.title", "held", ("household", "erasures")),
    Guide("erasures", "erasing.title", "erasing", ("held", "inbox")),
    Guide("inbox", "shell.place_inbox", "inbox-conflict", ("household", "sync", "training")),
    Guide("agreements", "agreements_place.title", "agreements", ("progress",)),
    Guide("progress", "shell.place_progress", "progress", ("flags", "agreements", "reports")),
    Guide("flags", "flags_place.title", "flags", ("progress", "today", "household")),
    Guide("reports", "shell.place_reports", "reports", ("progress",)),
    Guide("settings", "shell.place_settings", "settings", ("training", "sync")),
    Guide("staff", "staff_place.title", "staff", ("settings", "progress")),
    Guide("sync", "sync_place.title", "sync-offline", ("inbox", "receipts", "training")),
    Guide("assign", "assign_place.title", "assign", ("households", "today")),
    Guide("imports", "imports_place.title", "imports-looked", ("households", "lists")),
    Guide("training", "guide.training_title", "training", ("today", "inbox", "sync")),
)
BY_CODE: Mapping[str, Guide] = {guide.code: guide for guide in GUIDES}


@dataclass(frozen=True)
class Page:
    """A page in one language."""

    guide: Guide
    title: str
    lead: str
    steps: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything that is searched."""
        return " ".join((self.title, self.lead, *self.steps))


def page_of(words: Words, guide: Guide) -> Page:
    """A page with its words."""
    steps = words.say(f"guide.{guide.code}_steps").strip().splitlines()
    lead = words.say(f"guide.{guide.code}_lead")
    return Page(guide, words.say(guide.title), lead, tuple(steps))


def found_in(pages: Sequence[Page], typed: str) -> tuple[Page, ...]:
    """The pages with every word that is typed, without regard to tones and case; those that have
    them in the title first."""
    asked = fold(typed).split()
    hits = [page for page in pages if all(word in fold(page.text) for word in asked)]
    return tuple(sorted(hits, key=lambda page: not all(w in fold(page.title) for w in asked)))


@dataclass(frozen=True)
class KeyUse:
    """What a key does; `caps` are the keys that do the same."""

    caps: tuple[str, ...]
    means: str


def grouped(pairs: Iterable[tuple[str, str]]) -> tuple[KeyUse, ...]:
    """Pairs of key and meaning, with the keys of one meaning together, in their order."""
    found: dict[str, dict[str, None]] = {}
    for cap, means in pairs:
        found.setdefault(means, {})[cap] = None
    return tuple(KeyUse(tuple(caps), means) for means, caps in found.items())

"""Every screen and state that can be reached, as one line of `SCREENS` each."""

from __future__ import annotations

from dataclasses import dataclass

from ui.demo import ways
from ui.demo.ways import Way


@dataclass(frozen=True)
class Screen:
    """A state: on whose laptop, and the way to it from its place. Afterwards Esc leads back."""

    name: str
    who: str
    place: str
    way: Way = lambda laptop, town: None


SCREENS = (
    Screen("today", "lan", "today"),
    Screen("search", "lan", "today", ways.search),
    Screen("search-nothing", "lan", "today", ways.search_nobody),
    Screen("households", "lan", "households"),
    Screen("household-new", "lan", "households", ways.new_household),
    Screen("household-new-by-card", "lan", "today", ways.scanned(lambda town: town.stranger)),
    Screen("household", "lan", "today", ways.household),
    Screen("household-person", "lan", "today", ways.in_household("Down", "E")),
    Screen("household-card-differs", "lan", "today", ways.scanned(lambda town: town.other_card)),
    Screen("household-address", "lan", "today", ways.in_household("H")),
    Screen("household-change", "lan", "today", ways.change),
    Screen("household-papers", "lan", "today", ways.papers),
    Screen("household-paper-new", "lan", "today", ways.new_paper),
    Screen("household-leaves", "lan", "today", ways.moves("leave")),
    Screen("household-moves-ward", "lan", "today", ways.moves("ward")),
    Screen("household-splits", "lan", "today", ways.moves("split")),
    Screen("enrol", "lan", "today", ways.in_household("5")),
    Screen("enrol-benefit", "lan", "today", ways.benefit),
    Screen("enrol-sign", "lan", "today", ways.sign),
    Screen("day-end", "lan", "today", ways.day_end),
    Screen("records", "lan", "dossiers"),
    Screen("records-returned", "lan", "dossiers", ways.filtered("returned")),
    Screen("receipts", "lan", "receipts"),
    Screen("receipts-transfer", "lan", "receipts", ways.transfer),
    Screen("receipts-void", "lan", "receipts", ways.void_receipt),
    Screen("receipts-void-question", "lan", "receipts", ways.void_question),
    Screen("inbox-returned", "lan", "inbox", ways.filtered("held")),
    Screen("inbox-duplicate", "lan", "inbox", ways.filtered("duplicate")),
    Screen("help", "lan", "today", ways.keys("F1")),
    Screen("sync-offline", "lan", "today", ways.sync_page),
    Screen("settings", "lan", "settings"),
    Screen("settings-tables", "lan", "settings", ways.table),
    Screen("people", "hien", "dossiers", ways.people),
    Screen("lists-ready", "hien", "dossiers", ways.lists("ready")),
    Screen("lists-open", "hien", "dossiers", ways.lists("open")),
    Screen("list", "hien", "dossiers", ways.one_list),
    Screen("receipts-clerk", "hien", "receipts"),
    Screen("money-faults", "hien", "receipts", ways.money("faults")),
    Screen("money-cash", "hien", "receipts", ways.money("cash")),
    Screen("money-remittances", "hien", "receipts", ways.money("remittances")),
    Screen("money-books", "hien", "receipts", ways.money("books")),
    Screen("money-receipts", "hien", "receipts", ways.money("receipts")),
    Screen("households-clerk", "hien", "households"),
    Screen("assign", "hien", "households", ways.assign),
    Screen("imports", "hien", "households", ways.imports),
    Screen("imports-looked", "hien", "households", ways.due_list(heads=ways.DUE_HEADS)),
    Screen(
        *("imports-columns", "hien", "households"),
        ways.due_list(heads=("Số", "Ông bà", *ways.DUE_HEADS[2:])),
    ),
    Screen("inbox-duplicate-clerk", "hien", "inbox", ways.pair(merged=False)),
    Screen("inbox-merged", "hien", "inbox", ways.pair(merged=True)),
    Screen("inbox-twice", "hien", "inbox", ways.filtered("held")),
    Screen("inbox-conflict", "hien", "inbox", ways.filtered("conflict")),
    Screen("flags-mine", "lan", "today", ways.flags),
    Screen("help-inbox", "hien", "inbox", ways.keys("F1")),
    Screen("inbox-done", "hien", "inbox", ways.filtered("closed")),
    Screen("records-clerk", "hien", "dossiers"),
    Screen("progress", "tri", "progress", ways.keys("2")),
    Screen("progress-canvassers", "tri", "progress", ways.keys("End", "Return")),
    Screen("progress-visits", "tri", "progress", ways.visits_of_one),
    Screen("progress-numbers", "tri", "progress", ways.keys("2", "B")),
    Screen("progress-charts", "tri", "progress", ways.keys("C")),
    Screen("flags", "tri", "progress", ways.flags),
    Screen("agreements", "tri", "progress", ways.agreements()),
    Screen("agreements-form", "tri", "progress", ways.agreements("E")),
    Screen("staff", "tri", "settings", ways.staff()),
    Screen("staff-give", "tri", "settings", ways.staff("Down", "G")),
    Screen("held", "tri", "progress", ways.held),
    Screen("erasing", "tri", "progress", ways.erasing),
    Screen("reports", "tri", "reports"),
    Screen("reports-preset", "tri", "reports", ways.preset),
    Screen("inbox-nothing", "tri", "inbox"),
)

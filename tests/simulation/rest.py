"""All faults are off: everybody syncs, held work is looked at, then everything must be right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any

from fieldapp.clock import VIETNAM
from fieldapp.errors import FieldappError
from fieldapp.model import record_types
from fieldapp.model.record import references
from fieldapp.model.releases import REFUSE
from sync.client.machine import ERASED
from sync.client.runner import sync_once
from sync.client.sign_in import sign_in_again
from sync.client.status import read_status
from tests.simulation import town
from tests.simulation.folding import differences, stored, sum_of
from tests.simulation.forgotten import nobody_remembers
from tests.simulation.judge import Judge
from tests.simulation.machines import Laptop
from tests.simulation.memory import Memory, Saved, must
from tests.simulation.papers import papers_are_in_order
from tests.simulation.pruning import older_is_told
from tests.simulation.standing import server_stands_anew
from tests.simulation.wire import Wire

ROUNDS = 3
FOR_A_PERSON = ("no_grant", "no_right", "revoked_device", "clone", "erased")
"""Why work is held that a person then lets in."""


def come_to_rest(play: Any) -> None:
    """Faults off, everybody syncs (who was signed out learns it first, then signs in), held work is
    released, then at most three rounds."""
    play.calm()
    for _ in range(ROUNDS):
        play.look()
        for laptop in play.world.laptops:
            sync_calmly(play, laptop)
        if not play.look() and all(quiet(play, laptop) for laptop in play.world.laptops):
            break
    release_held(play)
    for left in reversed(range(ROUNDS)):
        for laptop in play.world.laptops:
            sync_calmly(play, laptop)
        if left and all(quiet(play, laptop) for laptop in play.world.laptops):
            break
    at_rest(play)


def sync_calmly(play: Any, laptop: Laptop) -> None:
    """One run on a good network; whoever was signed out signs in again first."""
    trouble = laptop.state.trouble
    if trouble is not None and trouble.code == ERASED:
        return  # it was revoked, everything of it was handed in, and its file is locked for good
    wire = Wire(play.network, laptop)
    if trouble is not None and trouble.code == "sync.signed_out":
        if laptop.revoked:  # it may not sign in again, so nothing more comes from it
            laptop.silenced = True
            return
        try:
            sign_in_again(laptop.store, wire, town.PASSWORD)
        except FieldappError:  # it waits; that everybody gets through is asked at rest
            return
        wire = Wire(play.network, laptop)
    report = sync_once(laptop.store, wire, random=laptop.random, state=laptop.state, why="button")
    if report.state.phase == "waiting":
        options = {"state": report.state, "why": "timer"}
        report = sync_once(laptop.store, wire, random=laptop.random, **options)  # type: ignore[arg-type]  # fields given by name
    laptop.state = report.state
    play.ended_for_good(laptop)
    play.synced(laptop)


def quiet(play: Any, laptop: Laptop) -> bool:
    """Whether this laptop has everything and the server has everything of it."""
    if laptop.revoked:
        return laptop.silenced or not _unsent(laptop)
    return laptop.state.phase == "done" and not _behind(play, laptop)


def _unsent(laptop: Laptop) -> list[str]:
    return [row[0] for row in laptop.disk.ask("SELECT id FROM journal WHERE state = 'unsent'")]


def _behind(play: Any, laptop: Laptop) -> list[Any]:
    here = {row[0]: row[1] for row in laptop.disk.ask("SELECT ward, chain FROM position")}
    found = []
    for ward in granted(play, laptop):
        line = play.memory.line(ward)
        if line.ids and here.get(ward) != line.chains[-1]:
            found.append((ward, len(line.ids)))
    return found


def granted(play: Any, laptop: Laptop) -> list[str]:
    """The wards that the laptop's user has now, and the city."""
    day = play.world.server.service.clock.now().astimezone(VIETNAM).date().isoformat()
    rows = play.world.server.disk.ask(
        "SELECT DISTINCT ward FROM user_grant WHERE username = ? AND since <= ?"
        " AND (until IS NULL OR until >= ?) ORDER BY ward",
        laptop.user,
        day,
        day,
    )
    return [row[0] for row in rows] + ["city"]


def release_held(play: Any) -> None:
    """A supervisor lets in what was held for want of a right, or refuses it."""
    admin = play.world.server.admin
    paid = sum(amount for _, _, amount in receipts(play))
    told = sum(book["taken_dong"] + book["pending_dong"] for book in admin.books())
    must(paid <= told, "receipts in held work count at once", (paid, told))
    proved = {
        row[0]
        for laptop in play.world.laptops
        for row in laptop.disk.ask("SELECT id FROM journal WHERE proof IS NOT NULL")
    }
    for row in admin.held():
        again = row["id"] in proved and row["reason"] in ("no_grant", "no_right")
        must(not again, "what was accepted is not judged for rights again", row["id"])
        if row["reason"] not in FOR_A_PERSON:
            continue
        forged = row["id"] not in play.memory.saved  # nobody's work
        if forged or Random(row["id"]).random() < 0.3:
            play.memory.refused.add(row["id"])
            admin.release(row["id"], REFUSE)
        else:
            admin.release(row["id"])
    play.check_server()


# --- what must hold now ------------------------------------------------------------------------


def at_rest(play: Any) -> None:
    """Every invariant, on everybody."""
    play.check_everybody()
    play.grants_stand()
    revoked = {row["id"] for row in play.world.server.admin.devices() if row["revoked_at"]}
    server_stands_anew(play.memory, play.world.server)
    for laptop in play.world.laptops:
        back = laptop.revoked and json.loads(laptop.meta("device")) not in revoked
        must(not back, "a revoked device stays revoked", laptop.name)
    for laptop in play.world.laptops:
        _outbox_is_empty(play, laptop)
        _holds_what_it_may(play, laptop)
        if not laptop.revoked:
            _holds_the_same(play, laptop)
            older_is_told(play, laptop)
            _tells_the_truth(play, laptop)
    _lives_once(play)
    _everything_once(play)
    for ward in town.WARDS:
        Judge(play.memory, ward, play.begun[ward]).all()
        _no_orphans(play.memory, ward)
    _money(play)
    papers_are_in_order(play)
    nobody_remembers(play)


def _outbox_is_empty(play: Any, laptop: Laptop) -> None:
    if laptop.silenced or _erased(laptop):  # of the latter the server has said that it has all
        return
    must(not _unsent(laptop), "every outbox empties", (laptop.name, laptop.state))
    if not laptop.revoked:
        must(laptop.state.phase == "done", "everybody gets through", (laptop.name, laptop.state))


def _holds_the_same(play: Any, laptop: Laptop) -> None:
    behind = _behind(play, laptop)
    must(not behind, "equal within three rounds", (laptop.name, behind))
    for ward in granted(play, laptop):
        line = play.memory.line(ward)
        wrong = differences(sum_of(line, len(line.ids)), stored(laptop.disk, ward))
        must(not wrong, "equal within three rounds", (laptop.name, ward, wrong[:6]))
        for table in ("shadow", "own_change"):
            left = laptop.disk.ask(f"SELECT * FROM {table} WHERE ward = ?", ward)
            must(not left, "own work lies over the log until the log has it", (laptop.name, left))
        _finds_people(laptop, ward)


def _finds_people(laptop: Laptop, ward: str) -> None:
    """Each person who is not withdrawn is found under her name."""
    people = laptop.disk.ask("SELECT id FROM person WHERE ward = ? AND NOT withdrawn", ward)
    found = {r[0] for r in laptop.disk.ask("SELECT person FROM search_entry WHERE ward = ?", ward)}
    missing = [row[0] for row in people if row[0] not in found]
    must(not missing, "everybody is found by name", (laptop.name, missing))


def _tells_the_truth(play: Any, laptop: Laptop) -> None:
    status = read_status(laptop.store, laptop.state)
    wards = granted(play, laptop)
    held = {row["id"] for row in play.world.server.admin.held()}
    mine = [play.memory.saved[name] for name in laptop.saved]
    waiting = [one for one in mine if one.ward in wards and one.id in held]
    must(
        status.needs_fixing >= len(waiting) and not status.unsent,
        "the screen tells the truth",
        (laptop.name, status.needs_fixing, len(waiting)),
    )
    told = laptop.disk.ask("SELECT ward, sides FROM conflict WHERE open")
    open_there = sum(any(s["open"] for s in json.loads(sides)) for _, sides in told)
    must(
        status.conflict == open_there == len(told),
        "the screen tells the truth",
        (laptop.name, "conflicts", status.conflict, open_there),
    )


def _lives_once(play: Any) -> None:
    """Two living files of one device that have gone different ways are no longer one life."""
    if any("put_back" in fault and "file" not in fault for fault in play.memory.landed):
        return  # a server that was put back does not know the last work of each life any more
    living = [one for one in play.world.laptops if not (one.revoked or one.silenced)]
    for one, other in combinations(living, 2):
        same = all(one.meta(name) == other.meta(name) for name in ("device", "incarnation"))
        apart = set(one.saved) != set(other.saved)
        must(not (same and apart), "a file lives once", (one.name, other.name))


def _holds_what_it_may(play: Any, laptop: Laptop) -> None:
    """A laptop has no row of a ward in which its user never had a right, and of one that was taken
    away no log, whatever its line."""
    if not (laptop.revoked or laptop.silenced or _erased(laptop)):
        now = set(granted(play, laptop))
        for table in ("log_entry", "old_entry", "position", "arriving_piece"):
            found = {row[0] for row in laptop.disk.ask(f"SELECT DISTINCT ward FROM {table}")}
            must(found <= now, "a ward that was taken away leaves", (laptop.name, table))
    ever = play.world.server.disk.ask(
        "SELECT DISTINCT ward FROM user_grant WHERE username = ?", laptop.user
    )
    may = {row[0] for row in ever} | play.ever_granted.get(laptop.user, set()) | {"city"}
    tables = ("household", "person", "log_entry", "position", "conflict", "arriving_piece")
    for table in tables:
        found = {row[0] for row in laptop.disk.ask(f"SELECT DISTINCT ward FROM {table}")}
        must(found <= may, "a laptop holds only what it may", (laptop.name, table, found - may))


def _everything_once(play: Any) -> None:
    """Each saved changeset is in its log once, or held for a person; none is lost."""
    memory: Memory = play.memory
    logged: dict[str, int] = {}
    for ward in town.WARDS:
        for name in memory.line(ward).ids:
            logged[name] = logged.get(name, 0) + 1
    held = {row["id"]: row["reason"] for row in play.world.server.admin.held()}
    living = kept_by_the_living(play)
    for name, saved in memory.saved.items():
        count = logged.get(name, 0)
        must(count < 2, "one changeset, one effect", name)
        if count == 0 and name in living:
            what = "nothing waits for ever" if name in held else "nothing that was saved is lost"
            must(False, what, (name, held.get(name), saved.laptop, saved.made["action"]))
        if count:
            must(name not in held, "one changeset, one effect", (name, "held too"))


def kept_by_the_living(play: Any) -> set[str]:
    """What a laptop that still syncs keeps: its own actions, and entries of others."""
    kept = set()
    for laptop in play.world.laptops:
        if laptop.silenced or _erased(laptop):
            continue
        kept |= set(laptop.saved)
        if not laptop.revoked:
            for table in ("log_entry", "old_entry"):
                kept |= {row[0] for row in laptop.disk.ask(f"SELECT changeset FROM {table}")}
    return kept & play.memory.saved.keys()


def _erased(laptop: Laptop) -> bool:
    return laptop.state.trouble is not None and laptop.state.trouble.code == ERASED


def _no_orphans(memory: Memory, ward: str) -> None:
    line = memory.line(ward)
    rows = sum_of(line, len(line.ids)).rows
    for (kind, record), row in rows.items():
        for name, target in references(record_types()[kind]).items():
            there = not row.get(name) or (target, row[name]) in rows
            must(there, "no record without what it refers to", (kind, record, name))


def _money(play: Any) -> None:
    """Receipts: what was taken is booked, numbers have no gap and no double."""
    memory: Memory = play.memory
    numbers: dict[tuple[str, int], list[str]] = {}
    paid = booked = 0
    for saved, place, amount in receipts(play):
        numbers.setdefault(place, []).append(saved.id)
        paid += amount
        _adds_up(saved.made, amount)
    for saved in play.memory.saved.values():  # those that were lost with a machine, too
        for change in saved.made["changes"]:
            if change["kind"] == "create" and change["type"] == "receipt":
                values = change["values"]
                names = numbers.setdefault((values["book"], values["number"]), [])
                names += [] if saved.id in names else [saved.id]
    twice = [place for place, names in numbers.items() if len(names) > 1]
    must(not twice, "no receipt number comes twice", twice)
    for ward in town.WARDS:
        for (kind, _), row in sum_of(memory.line(ward), len(memory.line(ward).ids)).rows.items():
            booked += row["amount_dong"] if kind == "receipt" else 0
    must(paid == booked, "all money is booked", (paid, booked))
    _no_gaps(play, numbers)


def receipts(play: Any) -> Iterator[tuple[Saved, tuple[str, int], int]]:
    """Every receipt that was printed and can have come to the server: action, number, amount."""
    silent = play.memory.saved.keys() - kept_by_the_living(play)
    logged = {name for ward in town.WARDS for name in play.memory.line(ward).ids}
    for saved in play.memory.saved.values():
        for change in saved.made["changes"]:
            printed = change["kind"] == "create" and change["type"] == "receipt"
            if printed and saved.id not in silent - logged:
                values = change["values"]
                yield saved, (values["book"], values["number"]), values["amount_dong"]


def _adds_up(made: dict[str, Any], amount: int) -> None:
    parts = [c["values"]["participant_dong"] for c in made["changes"] if c["type"] == "enrolment"]
    whole = all(isinstance(part, int) for part in (*parts, amount))
    must(whole and sum(parts) == amount, "money is whole and adds up", (parts, amount))


def _no_gaps(play: Any, numbers: dict[tuple[str, int], list[str]]) -> None:
    leases = play.world.server.disk.ask("SELECT book, first, last FROM lease ORDER BY book, first")
    for book, first, last in leases:
        used = sorted(n for b, n in numbers if b == book and first <= n <= last)
        must(used == list(range(first, first + len(used))), "receipt numbers have no gap", used)
    outside = [
        (book, number)
        for book, number in numbers
        if not any(b == book and first <= number <= last for b, first, last in leases)
    ]
    must(not outside, "receipt numbers are leased ones", outside)

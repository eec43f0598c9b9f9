"""What must hold after every step, on every machine that the step touched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sync.client.machine import ERASED
from sync.client.status import read_status
from tests.simulation.folding import differences, laid_over, stored, sum_of
from tests.simulation.machines import Laptop, Server
from tests.simulation.memory import Line, Memory, below_the_floor, must


def server_stands(memory: Memory, server: Server) -> None:
    """The logs only grew, are chained, and the rows are what they add up to."""
    for ward in memory.watch(server):
        line = memory.line(ward)
        total = sum_of(line, len(line.ids))
        wrong = differences(total, stored(server.disk, ward, anew=False))
        must(not wrong, "rows are what the log adds up to", ("server", ward, wrong[:6]))


def server_stands_anew(memory: Memory, server: Server) -> None:
    """At rest: all of its rows, read again."""
    for ward, revision in server.disk.ask("SELECT ward, revision FROM ward_head ORDER BY ward"):
        wrong = differences(sum_of(memory.line(ward), revision), stored(server.disk, ward))
        must(not wrong, "rows are what the log adds up to", ("server", ward, wrong[:6]))


def laptop_stands(memory: Memory, laptop: Laptop, server: Server) -> None:
    """Its logs are prefixes of the server's, its journal and its screens tell the truth."""
    ask = laptop.disk.ask
    logs = {ward: list(ids) for ward, ids in below_the_floor(laptop).items()}
    heads = ask("SELECT ward, epoch, revision, chain FROM position")
    positions = {row[0]: row[1:] for row in heads}
    entries = ask("SELECT ward, revision, changeset, chain FROM log_entry ORDER BY ward, revision")
    for ward, revision, changeset, chain in entries:
        ids = logs.setdefault(ward, [])
        ids.append(changeset)
        must(ward in positions, "a page comes with its position", ward)
        line, _ = memory.places.get((ward, positions[ward][2]), (Line(), 0))
        same = revision == len(ids) <= len(line.ids) and line.ids[revision - 1] == changeset
        must(
            same and line.chains[revision - 1] == chain,
            "a laptop's log is a prefix of the server's",
            (laptop.name, ward, revision),
        )
    for ward, (_, revision, chain) in positions.items():
        ids = logs.get(ward, [])
        there = memory.places.get((ward, chain), (Line(), 0))[1]
        must(
            len(ids) == revision == there,
            "a page comes with its position",
            (laptop.name, ward, revision, len(ids)),
        )
    settled = {name for ids in logs.values() for name in ids}
    _keeps_the_log(laptop)
    _journal(memory, laptop, server, settled)
    _screens(memory, laptop, positions, settled)


def _keeps_the_log(laptop: Laptop) -> None:
    """What a log once said stays here, on its line or among those of lost ones: a restored server
    may need it. Only what is durable goes, and a ward that was taken away."""
    now: dict[str, set[str]] = {}
    for table in ("log_entry", "old_entry"):
        for ward, changeset in laptop.disk.ask(f"SELECT ward, changeset FROM {table}"):
            now.setdefault(ward, set()).add(changeset)
    durable = below_the_floor(laptop)
    granted = {grant["ward"] for grant in json.loads(laptop.meta("grants") or "[]")} | {"city"}
    for ward, known in laptop.logged.items():
        gone = known - now.get(ward, set()) - set(durable.get(ward, ()))
        must(
            not gone or ward not in granted,
            "a laptop keeps what the log said",
            (laptop.name, ward, sorted(gone)[:3]),
        )
    laptop.logged = now


def left_out_is_durable(laptop: Laptop, copies: Sequence[Any]) -> None:
    """Where a log begins late here, every copy of the database that may still be put back has what
    lies before that."""
    floors = laptop.disk.ask("SELECT ward, floor, floor_chain FROM position WHERE floor > 0")
    for ward, floor, chain in floors:
        if (ward, chain) in laptop.floors:
            continue
        laptop.floors.add((ward, chain))
        find = "SELECT chain FROM log_entry WHERE ward = ? AND revision = ?"
        there = [copy.execute(find, (ward, floor)).fetchone() for copy in copies]
        must(
            all(row == (chain,) for row in there),
            "what a laptop leaves out is in every backup",
            (laptop.name, ward, floor, there),
        )


def locked_for_good(memory: Memory, laptop: Laptop, server: Server) -> None:
    """A revoked device's file is locked only once the server has everything of it."""
    known = {row[0] for row in server.disk.ask("SELECT hash FROM known_changeset")}
    missing = [name for name in laptop.saved if memory.saved[name].hash not in known]
    must(not missing, "a file is locked once the server has everything", (laptop.name, missing))


def _journal(memory: Memory, laptop: Laptop, server: Server, settled: set[str]) -> None:
    """Nothing is called sent that the server did not confirm to this laptop, or does not have."""
    answers = server.disk.ask("SELECT id, hash, status FROM known_changeset")
    known = {row[0]: row[1:] for row in answers}
    heard = memory.answered.get(laptop.name, set())
    met = not memory.doubtful and json.loads(laptop.meta("epoch")) == memory.epoch
    rows = laptop.disk.ask(
        "SELECT j.id, j.hash, j.state, j.settled, j.epoch, j.status,"
        " j.revision > coalesce(p.revision, 0) AND NOT j.ward = 'city'"
        " FROM journal j LEFT JOIN position p ON p.ward = j.ward"
    )
    for name, digest, state, is_settled, epoch, status, has_left in rows:
        if is_settled and status == "refused" and name not in settled:
            refused = known.get(name, ("", ""))[1] == "refused"
            must(refused or not met, "work ends in the log, or refused", (laptop.name, name))
            continue
        must(
            bool(is_settled) == (name in settled) or (is_settled and has_left),
            "own work lies over the log until the log has it, or its ward has left",
            (laptop.name, name, state),
        )
        if state == "unsent" or name in settled:
            continue
        confirmed = (name, digest) in heard or ("", digest) in heard
        # what the log itself confirmed, before its ward left
        confirmed = confirmed or (is_settled and known.get(name, ("", ""))[0] == digest)
        confirmed = confirmed or (is_settled and not met)
        must(confirmed, "sent means confirmed by id and hash", (laptop.name, name, state))
        if epoch == memory.epoch and not memory.doubtful:
            there = known.get(name, ("", ""))[0] == digest or _aside(known, digest)
            must(there, "acknowledged means kept", (laptop.name, name))


def _aside(known: dict[str, Any], digest: str) -> bool:
    return any(row == (digest, "held") for row in known.values())


def _screens(memory: Memory, laptop: Laptop, positions: dict[str, Any], settled: set[str]) -> None:
    """What screens read is the log's state with the own unsettled work laid over it."""
    ended = {row[0] for row in laptop.disk.ask("SELECT id FROM journal WHERE settled")} | settled
    own = [memory.saved[name] for name in laptop.saved if name not in ended]
    for ward in sorted({*positions, *(saved.ward for saved in own)}):
        _, revision, chain = positions.get(ward, ("", 0, ""))
        line = memory.line_at(ward, chain)
        mine = [saved for saved in own if saved.ward == ward]
        shown = laid_over(sum_of(line, revision), mine)
        wrong = differences(shown, stored(laptop.disk, ward, anew=False))
        must(
            not wrong,
            "screens show the log with own work over it",
            (laptop.name, ward, wrong[:6]),
        )


def status_tells_the_truth(memory: Memory, laptop: Laptop, server: Server) -> None:
    """The status bar's numbers and promises are so; of a file locked for good it has none."""
    if laptop.state.trouble is not None and laptop.state.trouble.code == ERASED:
        return
    status = read_status(laptop.store, laptop.state)
    told = status.unsent + status.sent + status.needs_fixing
    must(
        told == len(laptop.saved),
        "the screen tells the truth",
        (laptop.name, "actions", told, len(laptop.saved)),
    )
    met = not memory.doubtful and json.loads(laptop.meta("epoch")) == memory.epoch
    if status.safe_to_shut_down and met:
        known = {row[0] for row in server.disk.ask("SELECT hash FROM known_changeset")}
        missing = [name for name in laptop.saved if memory.saved[name].hash not in known]
        must(not missing, "safe means that the server has everything", (laptop.name, missing))
    if status.last_confirmed_at is not None:
        at = json.loads(laptop.meta("confirmed_at"))
        # what was confirmed before the history began was not heard by the harness
        known_at = at in memory.confirmed.get(laptop.name, set()) or at == laptop.confirmed_before
        must(known_at, "the screen tells the truth", (laptop.name, "last contact", at))

"""Plays a history: step by step, with checks after each, and all of them at rest."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, insert, select, update

from fieldapp.clock import iso
from fieldapp.errors import DefectFound, FieldappError, UserMends
from sync.client import arriving, load, pruning
from sync.client.machine import ERASED
from sync.client.runner import sync_once
from sync.client.sign_in import sign_in_again
from sync.protocol import Exchanged, Greeting, Knocked
from sync.server.lives import epochs
from sync.server.lives.keeping import Rows, note
from sync.server.store.tables import backup, ward_head
from sync.server.wardlog import snapshots
from tests.simulation import folding, rest, town
from tests.simulation.acts import ACT_OF, Doing
from tests.simulation.desk import DESK_OF
from tests.simulation.disk import Crash, Strike
from tests.simulation.fate import FATE_OF
from tests.simulation.forgotten import server_has_forgotten
from tests.simulation.machines import Laptop
from tests.simulation.memory import Memory, Sight, Violation, must, sight_of
from tests.simulation.pruning import log_pruned, older_history_read
from tests.simulation.script import AT_A_DESK, History, Step, told
from tests.simulation.standing import (
    laptop_stands,
    left_out_is_durable,
    locked_for_good,
    server_stands,
    status_tells_the_truth,
)
from tests.simulation.sticks import Sticks, parcel_travels
from tests.simulation.wire import Network, Wire
from tests.support.histories import NothingToDo

WHYS = ("button", "button", "timer", "save", "network")


@dataclass(frozen=True)
class Played:
    """What a history came to: its trace's hash, what landed, and what broke, if anything."""

    history: History
    trace: str
    landed: Counter[str]
    violation: Violation | None
    story: tuple[str, ...]


def play(history: History) -> Played:
    """Plays a history to its end or its first violation."""
    playing = Playing(history)
    violation = None
    try:
        with _small():
            playing.all()
    except Violation as broken:
        violation = broken
    except (Exception, Crash) as defect:
        violation = Violation("the program does not break", _where(defect))
    trace = hashlib.sha256("\n".join(playing.story).encode()).hexdigest()
    return Played(history, trace, playing.memory.landed, violation, tuple(playing.story))


@contextmanager
def _small() -> Iterator[None]:
    """What takes thousands of entries in the field takes a few here."""
    with ExitStack() as stack:
        for module, name, value in _SIZES:
            stack.enter_context(patch.object(module, name, value))
        yield


_SIZES: tuple[tuple[Any, str, object], ...] = (
    (arriving, "SMALLEST", 2),
    (snapshots, "SMALLEST", 2),
    (snapshots, "MOST_OF_THE_LOG", 1.0),
    (snapshots, "OUTGROWN", 2),
    (snapshots, "PIECE_BYTES", 2_000),
    (load, "FIRST_PAGE", 8_000),
    (load, "SMALLEST_PAGE", 2_000),
    (pruning, "AT_ONCE", 2),
)


def _where(defect: BaseException) -> str:
    frames = traceback.extract_tb(defect.__traceback__)[-3:]
    paths = [Path(frame.filename) for frame in frames]
    places = [
        f"{path.parent.name}/{path.name}:{frame.lineno} {frame.name}"
        for path, frame in zip(paths, frames, strict=True)
    ]
    return f"{defect!r:.400} at {' > '.join(places)}"


class Playing:
    """A history under way."""

    def __init__(self, history: History) -> None:
        folding.forget()
        self.history = history
        self.story: list[str] = []
        self.memory = Memory()
        self.world = town.new_world(history.laptops)
        self.network = Network(self.world.server)
        self.network.landed = self._landed
        self.network.heard = self._heard
        self.network.put_back = self._put_back_meanwhile
        self.server_copies: list[Any] = []
        self._backups: list[Any] = []
        self._backups_made = 0
        self.world.server.disk.landed = lambda blow: self._landed(f"server:{blow}")
        self.sticks = Sticks()
        self.ever_granted: dict[str, set[str]] = {}
        self.decided: dict[tuple[str, str], list[Any]] = {}
        """The grants of a user in a ward, as they were last decided on."""
        self._changes: dict[int, int] = {}
        self._note_grants()
        self.memory.watch(self.world.server)
        self.begun = {ward: len(self.memory.line(ward).ids) for ward in town.WARDS}
        for laptop in self.world.laptops:
            self._begin(laptop)

    def _begin(self, laptop: Laptop) -> None:
        laptop.memory = self.memory
        at = laptop.meta("confirmed_at")
        laptop.confirmed_before = json.loads(at) if at else ""
        laptop.disk.landed = lambda blow: self._landed(f"laptop:{blow}")
        self.memory.note(laptop, sight_of(laptop), self.world.clock.now())

    def all(self) -> None:
        """All steps, then rest."""
        for step in self.history.steps:
            self.step(step)
        self._tell("rest")
        rest.come_to_rest(self)
        self._tell(self._heads())

    # steps

    def step(self, step: Step) -> None:
        """One step, and the checks after it."""
        random = Random(step.seed)
        laptop = self._whose(step)
        laptop.random.seed(random.getrandbits(64))
        self.world.server.random.seed(random.getrandbits(64))
        self.world.clock.forward(seconds=random.randrange(1, 90))
        came_later = self.world.laptops.index(laptop) >= self.history.laptops
        self._tell(told(step) + (f" ({laptop.name})" if came_later else ""))
        sight = sight_of(laptop)
        try:
            self._do(step, laptop, random)
        except (UserMends, NothingToDo) as refused:
            self._tell(f"  refused: {getattr(refused, 'code', 'nothing to do')}")
        except FieldappError as trouble:
            must(not isinstance(trouble, DefectFound), "the program does not break", trouble)
            self._tell(f"  trouble: {trouble.code}")
        except Crash:
            self._tell("  died")
        self.after(laptop, sight)

    def _whose(self, step: Step) -> Laptop:
        """The laptop that a step happens to; some of them to one that came later."""
        laptops, first = self.world.laptops, self.history.laptops
        later = len(laptops) - first
        if later and step.seed % 3 == 0:
            return laptops[first + step.seed // 3 % later]
        return laptops[step.who % first]

    def _do(self, step: Step, laptop: Laptop, random: Random) -> None:
        if step.do == "syncs":
            self._syncs(laptop, random, step.harms)
        elif step.do == "everybody_syncs":
            for one in self.world.laptops:
                rest.sync_calmly(self, one)
        elif step.do == "time_passes":
            self.world.clock.forward(minutes=random.choice((10, 300, 1440, 20_000)))
        elif step.do == "parcel_travels":
            self._landed(parcel_travels(self, laptop, random))
        elif step.do == "older_history_read":
            older_history_read(self, laptop, random)
            self._landed(step.do)
        elif step.do in FATE_OF:
            before = self._grants_of(laptop.user)
            FATE_OF[step.do](self, laptop, random)
            self._landed(step.do)
            if step.do in ("grant_taken", "grant_given", "role_changes"):
                now = self._grants_of(laptop.user)
                self.decided |= {key: rows for key, rows in now.items() if rows != before[key]}
            self._note_grants()
            if step.do in ("another_laptop", "laptop_cloned"):
                self._begin(self.world.laptops[-1])
        else:
            self._acts(step, laptop, random)

    def _acts(self, step: Step, laptop: Laptop, random: Random) -> None:
        doing = Doing(laptop, random, money=self.history.money)
        for harm in step.harms:
            blow: Any = harm.partition(":")[2]
            laptop.disk.strike = Strike(blow, random.randrange(1, 12), random.random() < 0.5)
        try:
            (ACT_OF | DESK_OF | {"log_pruned": log_pruned})[step.do](doing)
            if step.do in (*AT_A_DESK, "log_pruned"):
                self._landed(step.do)
        finally:
            self._start_again_if_dead(laptop)
            laptop.disk.strike = None
            self.memory.note(laptop, doing.sight, self.world.clock.now())

    def _syncs(self, laptop: Laptop, random: Random, harms: tuple[str, ...]) -> None:
        """One run, in which anything may happen to each call."""
        trouble = laptop.state.trouble
        greeted, begun = laptop.meta("greeted_at"), iso(self.world.clock.now())
        try:
            wire = Wire(self.network, laptop, harms)
            why: Any = random.choice(WHYS)
            if trouble is not None and trouble.code == "sync.signed_out":
                sign_in_again(laptop.store, wire, town.PASSWORD)
                wire = Wire(self.network, laptop, harms[1:])
                why = "button"
            report = sync_once(
                laptop.store, wire, random=laptop.random, state=laptop.state, why=why
            )
            laptop.state = report.state
            self.ended_for_good(laptop)
            code = report.trouble.code if report.trouble else ""
            must(code != "store.defect", "the program does not break", report.trouble)
            if report.trouble is not trouble:
                self._signed_out_by_the_server(laptop, code)
            self._tell(f"  {report.state.phase} {code} +{report.pushed} -{report.pulled}")
        finally:
            self._start_again_if_dead(laptop)
            laptop.disk.strike = self.world.server.disk.strike = None
            if laptop.meta("greeted_at") != greeted:
                fresh = json.loads(laptop.meta("greeted_at") or '""') >= begun
                must(fresh, "an old greeting counts for nothing", (laptop.name, begun))
                laptop.clock_moved = not laptop.greeted_in_time
        self.synced(laptop)

    def ended_for_good(self, laptop: Laptop) -> None:
        """Checks, once, on a laptop that was revoked and has nothing more to say."""
        trouble = laptop.state.trouble
        if trouble is not None and trouble.code == ERASED and not laptop.locked:
            laptop.locked = True
            locked_for_good(self.memory, laptop, self.world.server)

    def _signed_out_by_the_server(self, laptop: Laptop, code: str) -> None:
        """Nothing but the server's own word ends a session."""
        if code == "sync.signed_out":
            token = hashlib.sha256(str(laptop.store.setting("token")).encode()).hexdigest()
            valid = "SELECT hash FROM token WHERE hash = ? AND revoked_at IS NULL"
            holds = self.world.server.disk.ask(valid, token)
            must(not holds, "foreign answers sign nobody out", laptop.name)

    def _start_again_if_dead(self, laptop: Laptop) -> None:
        if laptop.disk.dead:
            laptop.start()

    # the server's database is put back

    def copy_server(self) -> None:
        """Keeps what the server has now."""
        self.server_copies.append(self.world.server.disk.copy())
        del self.server_copies[:-4]
        self._backups = [one for one in self._backups if one in self.server_copies]

    def back_up(self, *, keep: int) -> None:
        """Makes a copy that counts as a backup, one of so many: from here on nothing that is older
        than those is put back."""
        self.copy_server()
        self._backups = [*self._backups, self.server_copies[-1]][-keep:]
        while self.server_copies[0] is not self._backups[0]:
            del self.server_copies[0]
        service = self.world.server.service
        self._backups_made += 1
        name = f"backup {self._backups_made}"

        def work(connection: Connection) -> None:
            newest = select(backup.c.id).order_by(backup.c.made_at.desc(), backup.c.id.desc())
            stay = list(connection.execute(newest.limit(keep - 1)).scalars())
            connection.execute(update(backup).where(backup.c.id.not_in(stay)).values(kept=False))
            heads = {row.ward: row.revision for row in connection.execute(select(ward_head))}
            row = {"id": name, "made_at": service.clock.now(), "name": name, "kept": True}
            row |= {"epoch": epochs.serving(connection), "heads": heads}
            connection.execute(insert(backup).values(row))
            note(connection, service.safe, Rows(backup, {}))

        service.database.in_write(work)

    def put_server_back(self, copy: Any, *, silently: bool) -> None:
        """The server's database becomes an older one; the ledger stays as it is."""
        server = self.world.server
        self.memory.watch(server)
        server.disk.put_back(copy)
        self.memory.put_back()
        self.memory.doubtful = True
        server.start()
        if not silently:
            server.accepted()
        self.check_server()

    def _put_back_meanwhile(self, random: Random) -> bool:
        """In the middle of a run, between two calls."""
        if not self.server_copies:
            self.copy_server()
            return False
        copy = random.choice(self.server_copies)
        self.put_server_back(copy, silently=random.random() < 0.5)
        return True

    def look(self) -> bool:
        """The operator accepts that the database was put back; a supervisor looks at clones."""
        server, looked = self.world.server, False
        if server.stopped:
            server.accepted()
            looked = True
        for device in server.admin.devices():
            if device["cloned_at"] is not None and not server.stopped:
                server.admin.settle_clone(device["id"])
                looked = True
        self.check_server()
        return looked

    # what the rest and the fates call

    def calm(self) -> None:
        """All faults end; what was on its way arrives."""
        self.network.deliver_late()
        for laptop in self.world.laptops:
            laptop.random.seed(f"rest {laptop.name}")  # no two of them make the same id
            laptop.forms.clear()
        self.check_server()

    def synced(self, laptop: Laptop) -> None:
        """Checks after a run."""
        self.check_server()
        self._check(laptop)

    def check_server(self) -> None:
        """What must hold on the server after every step."""
        server_stands(self.memory, self.world.server)
        server_has_forgotten(self.memory, self.world.server)

    def check_everybody(self) -> None:
        """What must hold everywhere after every step."""
        self.check_server()
        for laptop in self.world.laptops:
            laptop_stands(self.memory, laptop, self.world.server)
            status_tells_the_truth(self.memory, laptop, self.world.server)

    def after(self, laptop: Laptop, sight: Sight) -> None:
        """Checks after a step, where anything has changed."""
        self.memory.note(laptop, sight, self.world.clock.now())
        self.check_server()
        self._check(laptop)

    def _check(self, laptop: Laptop) -> None:
        changes = laptop.disk.raw.total_changes
        if self._changes.get(id(laptop)) != changes:
            self._changes[id(laptop)] = changes
            laptop_stands(self.memory, laptop, self.world.server)
            left_out_is_durable(laptop, self.server_copies)
            status_tells_the_truth(self.memory, laptop, self.world.server)

    def _grants_of(self, user: str) -> dict[tuple[str, str], list[Any]]:
        rows = "SELECT role, since, until FROM user_grant WHERE username = ? AND ward = ?"
        ask = self.world.server.disk.ask
        return {
            (user, ward): sorted(ask(f"{rows} ORDER BY role", user, ward)) for ward in town.WARDS
        }

    def grants_stand(self) -> None:
        """No restore gives or takes a right."""
        for (user, ward), decided in self.decided.items():
            now = self._grants_of(user)[user, ward]
            must(now == decided, "no restore gives or takes a right", (user, ward, decided, now))

    # notes

    def _note_grants(self) -> None:
        for user, ward in self.world.server.disk.ask("SELECT username, ward FROM user_grant"):
            self.ever_granted.setdefault(user, set()).add(ward)

    def _landed(self, fault: str) -> None:
        self.memory.landed[fault] += 1
        self._tell(f"  {fault}")

    def _heard(self, laptop: Laptop, message: Any) -> None:
        self.memory.heard(laptop, message)
        if isinstance(message, Exchanged):
            message = message.greeting
        if isinstance(message, Greeting | Knocked):
            laptop.greeted_in_time = message.server_at == iso(self.world.clock.now())

    def _tell(self, text: str) -> None:
        self.story.append(text)

    def _heads(self) -> str:
        heads = self.world.server.disk.ask("SELECT ward, revision, chain FROM ward_head")
        return repr(sorted(tuple(row) for row in heads))

"""A team for tests: the real server without HTTP, one ward, and real laptops of its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from argon2 import PasswordHasher

from fieldapp.clock import Ids, SetClock
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.store.file import profile as profiles
from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.store import Store
from sync.client.machine import State
from sync.client.runner import SyncReport, sync_once
from sync.client.sign_in import enrol_device
from sync.protocol import (
    CALLS,
    Calls,
    Exchange,
    Exchanged,
    Knock,
    Knocked,
    SignIn,
    SyncProtocol,
    pack,
    unpack,
)
from sync.server.admin import Admin, NewUser
from sync.server.people.passwords import Passwords
from sync.server.refusals import Refused
from sync.server.service import Service
from sync.server.store.database import open_database
from tests.support.laptops import MORNING, PASSWORD, machine

CODE, SINCE = "26956", date(2025, 7, 1)


class Direct(Calls):
    """The protocol straight into a service: through the wire's form, without the wire."""

    def __init__(self, service: Service, token: str | None = None) -> None:
        self._session = service.for_token(token)

    def close(self) -> None:
        """Nothing is under way between calls."""

    def carry(self, name: str, request: Any) -> Any:
        asked, answered = CALLS[name]
        try:
            call = getattr(self._session, name)
            return unpack(answered, pack(call(unpack(asked, pack(request)))))
        except Refused as refused:
            if refused.retry_after is not None:
                pause = refused.retry_after
                raise SurroundingsMend("sync.server_busy", retry_after=pause) from None
            known = {
                "server.sign_in_first": "sync.signed_out",
                "server.device_revoked": "sync.device_revoked",
            }
            raise UserMends(known.get(refused.code, refused.code)) from None


Tamper = Callable[[Any], Any]


@dataclass
class Faulty(Calls):
    """A transport with faults in its way, each used up by one call: `plan[call]` is their list.

    `lost`: the request never arrives. `unheard`: it takes effect, the answer is lost. `twice`: it
    arrives twice. A function is given the answer and gives back another one, or raises.
    """

    inner: SyncProtocol
    plan: dict[str, list[str | Tamper]] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    trips: int = 0
    """How often something was sent and waited for."""

    def close(self) -> None:
        """Nothing is under way between calls."""

    def sent(self) -> list[str]:
        """Every content that was handed in, in order."""
        return [text for name, request in self.calls if name == "push" for text in request.contents]

    def knock(self, request: Knock) -> Knocked:
        """A planned fault of the greeting needs a greeting."""
        if self.plan.get("greet"):
            return Knocked(request.nonce, False, "")
        return super().knock(request)

    def exchange(self, request: Exchange) -> Exchanged:
        """Each of its calls is one of the plan's; before one with a fault, but the first, the
        server stops short, so that it is asked alone."""
        trips = self.trips + 1
        parts: list[tuple[str, Any]] = [("greet", request.greet)] if request.greet else []
        parts += [("push", one) for one in request.pushes]
        parts += [("pull", one) for one in request.pulls]
        told: dict[str, list[Any]] = {"greet": [], "push": [], "pull": []}
        for place, (name, one) in enumerate(parts):
            if place and (self.plan.get(name) or ["none"])[0] != "none":
                break
            try:
                told[name].append(self.carry(name, one))
            except UserMends:  # refused: what was done before it stays done
                if not place:
                    raise
                break
        self.trips = trips
        pages = tuple(page for page in told["pull"] if page.count)
        return Exchanged((told["greet"] or [None])[0], tuple(told["push"]), pages)

    def carry(self, name: str, request: Any) -> Any:
        self.trips += 1
        self.calls.append((name, request))
        waiting = self.plan.get(name)
        fault = waiting.pop(0) if waiting else "none"
        call = getattr(self.inner, name)
        if fault == "lost":
            raise SurroundingsMend("sync.no_network")
        answer = call(request)
        if fault == "unheard":
            raise SurroundingsMend("sync.no_network")
        if fault == "twice":
            answer = call(request)
        return fault(answer) if callable(fault) else answer


@dataclass
class Laptop:
    """A set-up laptop of one user."""

    profile: Profile
    service: Service
    folder: Path
    machine: Machine
    random: Random = field(default_factory=lambda: Random(7))

    @property
    def store(self) -> Store:
        return self.profile.store

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.machine.clock, SetClock)
        return self.machine.clock

    def transport(self, **plan: list[str | Tamper]) -> Faulty:
        """A way to the server with these faults in it."""
        return Faulty(Direct(self.service, self.store.setting("token")), dict(plan))

    def sync(self, transport: Any = None, **options: Any) -> SyncReport:
        """One run."""
        way = transport or self.transport()
        return sync_once(self.store, way, random=self.random, **options)

    def reopened(self) -> Profile:
        """The profile again, after it was closed."""
        return profiles.unlock(self.folder, PASSWORD, self.machine)

    def synced(self) -> State:
        """One run that must come through."""
        return self.synced_by(self.transport())

    def synced_by(self, way: Faulty) -> State:
        """One run over this way that must come through."""
        report = self.sync(way)
        assert report.done, report.state
        return report.state


class Team:
    """A server on a database of its own, with one ward and its people."""

    def __init__(self, url: str = "sqlite://", clock: SetClock | None = None) -> None:
        self.clock = clock or SetClock(MORNING)
        hasher = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        ids = Ids(self.clock, Random(99).randbytes)
        self.service = Service(open_database(url), self.clock, ids, passwords=hasher)
        self.admin = Admin(self.service)
        self.admin.init()
        self.ward = self.admin.add_ward(CODE, SINCE, "Phường Thạnh Mỹ Tây")
        self._seed = 0

    def close(self) -> None:
        self.service.database.close()

    def hire(self, username: str, role: str = "canvasser") -> str:
        """Adds a user with a grant in the ward; an invitation for a device."""
        name = username.title()
        self.admin.add_user(NewUser(username, name, role, [self.ward], PASSWORD))
        return self.admin.invite(username)

    def laptop(
        self,
        folder: Path,
        username: str,
        *,
        role: str = "canvasser",
        clock: SetClock | None = None,
    ) -> Laptop:
        """Hires a user and sets a laptop up, through the real sign-in."""
        self._seed += 1
        on = machine(clock or SetClock(self.clock.now()), self._seed)
        request = SignIn(username, PASSWORD, f"laptop of {username}", self.hire(username, role))
        made = enrol_device(
            folder, "https://sync.test", request, on, connect=lambda _: Direct(self.service)
        )
        return Laptop(made, self.service, folder, on)

"""A server with a ward, people and signed-in devices, in process: for tests of its behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from fieldapp.clock import Ids, SetClock
from fieldapp.model.changesets import Change, Changeset, Position, encode
from sync.protocol import Answer, Answers, Page, Pull, Push, SignedIn, SignIn, SyncProtocol
from sync.server.admin import Admin, NewUser
from sync.server.people.passwords import Passwords
from sync.server.service import Service
from sync.server.store.database import Database
from tests.support.changes import WARD, create

PASSWORD = "mat khau that dai"
OPENING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""08:00 on Monday 23 November 2026 in Ho Chi Minh City."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Office:
    """One ward (26956.20250701) on a migrated database, with a clock that the test sets."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock(OPENING)
        self.service = Service(database, self.clock, Ids(self.clock), passwords=Passwords(CHEAP))
        self.admin = Admin(self.service)
        self.admin.init()
        self.admin.add_ward("26956", date(2025, 7, 1), "Phường Cầu Ông Lãnh")

    def adds_user(self, username: str, role: str = "canvasser", *wards: str) -> None:
        """A user with a role in the ward, or in other ones."""
        user = NewUser(username, username.title(), role, wards or (WARD,), PASSWORD, "female")
        self.admin.add_user(user)

    def enrols(self, username: str) -> Hand:
        """A new device of an existing user, signed in."""
        request = SignIn(username, PASSWORD, "máy mới", self.admin.invite(username))
        return Hand(self, self.service.for_token(None).sign_in(request))

    def hires(self, username: str, role: str = "canvasser", *wards: str) -> Hand:
        """A new user with a signed-in device."""
        self.adds_user(username, role, *wards)
        return self.enrols(username)


@dataclass
class Hand:
    """One user at one device, who writes changesets by hand and sees only what a test says."""

    office: Office
    who: SignedIn
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def session(self) -> SyncProtocol:
        """The protocol, as this device speaks it."""
        return self.office.service.for_token(self.who.token)

    def writes(self, base: int, *changes: Change, **other: Any) -> Changeset:
        """A changeset begun when the ward's log stood at `base`."""
        made_at = other.pop("made_at", self.office.clock.now())
        settings = {"author": self.who.username, "device": self.who.device, "ward": WARD}
        settings |= {"incarnation": "i1", "action": "test", "offset_ms": 0, "salt": "s"}
        epoch = other.pop("epoch", self.who.epoch)
        return Changeset(
            **(settings | {"id": self.office.service.ids.new()} | other),
            number=next(self._numbers),
            made_at=made_at,
            base=Position(epoch, base),
            changes=changes,
        )

    def pushes(self, *made: Changeset, ward: str = WARD) -> list[Answer]:
        """Hands them in as one batch; the answers."""
        return list(self.hands_in(*(encode(one).decode() for one in made), ward=ward).answers)

    def hands_in(self, *contents: str, ward: str = WARD) -> Answers:
        """Hands contents in as they are."""
        return self.session.push(Push(ward, contents))

    def pulls(
        self, after: int = 0, *, ward: str = WARD, limit_bytes: int = 400_000, lean: bool = False
    ) -> Page:
        """One page."""
        return self.session.pull(Pull(ward, self.who.epoch, after, limit_bytes, lean))


def family(house: str = "h1", person: str = "p1", **values: Any) -> tuple[Change, ...]:
    """A household with one person in it, as three new records."""
    return (
        create("household", house, street="Lê Lợi", tags=["x"], head=person),
        create("person", person, **({"full_name": "A"} | values)),
        create("membership", f"m-{person}", person=person, household=house, relationship="00"),
    )

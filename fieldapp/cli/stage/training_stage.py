"""The training's folder: an invented neighbourhood, its server, the learner's laptop and partners.

    training.json   the day it was made for: without it the folder is made anew
    run/            as in the demo: `server`, `clock`, one profile folder for each person

Everything in it is invented and stands under a password that everybody knows.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from argon2 import PasswordHasher
from filelock import FileLock, Timeout

from fieldapp import durable, practice
from fieldapp.cli.stage.demo_server import open_admin
from fieldapp.cli.stage.demo_stage import build, come_to_town, fill_server, machine_of, synced
from fieldapp.cli.stage.training_line import Line, PracticeWire
from fieldapp.clock import Clock, SystemClock, business_date
from fieldapp.demo import stage
from fieldapp.demo.stage import PASSWORD, Stage
from fieldapp.demo.story import WARD
from fieldapp.demo.town import make_town
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.store.file.keys import KEY_BYTES, Cost
from fieldapp.store.file.profile import Machine, unlock
from fieldapp.store.store import Store
from fieldapp.training.lesson import Step, Story
from fieldapp.training.partners import ACTS
from fieldapp.training.seeing import story_of
from sync.server.admin import Admin
from sync.server.lives.safe import Safe
from sync.server.people.passwords import Passwords

LEARNER = "phuc"
"""Whose part the learner plays: the first canvasser is the partner."""
PEOPLE = ("lan", LEARNER, "hien")
HOUSEHOLDS = 30
BOOKS = ((f"{practice.BOOK}1", "lan"), (f"{practice.BOOK}2", LEARNER))
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
"""The password protects nothing here."""
STALE_DAYS = 7
"""A neighbourhood older than this is made anew: its cards would have run out."""
MARKER = "training.json"
TOP = frozenset({stage.MADE_BY, stage.LOCK, "run", MARKER, "training.new"})
RUN = frozenset({"server", "clock", "clock.new", *PEOPLE})
"""All that the training makes, by name: where anything else lies nothing is cleared."""
PARTS = 5
"""Into how many parts making the folder falls, for a bar."""

Progress = Callable[[int, int], None]


def training_folder(profile: Path) -> Path:
    """The folder of the training that belongs to a real profile: beside it, never in it."""
    return profile.with_name(f"{profile.name}-training")


def _names(folder: Path) -> set[str]:
    """What lies in a folder; nothing where there is none."""
    return {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()


class Practice:
    """The training of one real profile. `prepare` first, `close` last."""

    def __init__(self, profile: Path, clock: Clock | None = None) -> None:
        self.folder = training_folder(profile)
        self._clock = clock or SystemClock()
        self._lock = FileLock(self.folder / stage.LOCK, timeout=0, thread_local=False)
        self._place: Stage | None = None
        self._admin: Admin | None = None
        self.line = Line()

    address = practice.SERVER
    training = True

    @property
    def learner(self) -> Path:
        """The learner's profile folder."""
        return self.folder / "run" / LEARNER

    @property
    def password(self) -> str:
        """What opens every profile of the training."""
        return PASSWORD

    def prepare(self, progress: Progress = lambda done, total: None, *, anew: bool = False) -> None:
        """Goes on with the neighbourhood that is there; makes one where there is none, where it is
        old, or `anew`.

        Raises:
            UserMends: `store.not_training`: a real profile lies in the folder; nothing is touched.
            SurroundingsMend: `training.folder_not_ours`, `store.in_use`, `store.read_only`, or what
                kept it from being made: it is made anew at the next start.
        """
        self._must_be_ours()
        self._take_lock()
        self._must_be_ours()  # nobody put anything into it meanwhile
        self._close_server()
        today = business_date(self._clock.now())
        made_for = None if anew else self._made_for()
        if made_for is not None and 0 <= (today - made_for).days <= STALE_DAYS:
            self._open(made_for)
            return
        self._make(today, progress)

    def _make(self, today: date, progress: Progress) -> None:
        stage.clear(self.folder)
        place = self._open(today)
        assert self._admin is not None
        come_to_town(place)
        invitations = fill_server(self._admin, place, BOOKS)
        ward = stage.streams(place.town)[WARD]
        self._admin.grant(LEARNER, ward, "clerk")  # the lesson has the clerk's part in it, too
        told = iter(range(1, PARTS))
        progress(0, PARTS)

        def say(key: str, **_: object) -> None:
            progress(next(told), PARTS)

        full = Line(up=True)
        server = _Reached(self, full)
        now = self._clock.now()
        profiles = build(place, server, invitations, now, say, machine=self.machine())
        for profile in profiles.values():
            profile.close()
        marker = json.dumps({"day": today.isoformat()})
        durable.write_whole(self.folder / MARKER, marker)
        progress(PARTS, PARTS)

    def _open(self, day: date) -> Stage:
        town = make_town(day, households=HOUSEHOLDS)
        staff = tuple(one for one in town.staff if one.username in PEOPLE)
        self._place = Stage(self.folder, replace(town, staff=staff))
        safe = Safe(self._key())
        self._admin = open_admin(
            self._place.server,
            self._place.clock,
            safe=safe,
            passwords=Passwords(PasswordHasher(CHEAP.passes, CHEAP.memory_kib, CHEAP.lanes)),
            training=True,
        )
        return self._place

    def _key(self) -> bytes:
        """The practice server's own key, no other server's."""
        path = self.folder / "run" / "server" / "practice.key"
        if not path.exists():
            durable.write_whole(path, secrets.token_bytes(KEY_BYTES).hex())
        return bytes.fromhex(path.read_text("ascii"))

    def _made_for(self) -> date | None:
        try:
            day = date.fromisoformat(json.loads((self.folder / MARKER).read_text("utf-8"))["day"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        whole = all((self.folder / "run" / who / "profile.json").exists() for who in PEOPLE)
        return day if whole else None

    def _must_be_ours(self) -> None:
        """Nothing of the folder is opened or cleared where somebody put real data into it."""
        real = stage.foreign_profile(
            self.folder, lambda _, card: card is None or card.training is True
        )
        if real is not None:
            raise UserMends("store.not_training", path=str(real))
        strange = _names(self.folder) - TOP or _names(self.folder / "run") - RUN
        if strange or stage.is_foreign(self.folder):
            raise SurroundingsMend("training.folder_not_ours", path=str(self.folder))

    def _take_lock(self) -> None:
        if self._lock.is_locked:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / stage.MADE_BY).touch()
            self._lock.acquire()
        except Timeout:
            raise SurroundingsMend("store.in_use", path=str(self.folder)) from None
        except OSError as defect:
            raise SurroundingsMend("store.read_only", path=str(self.folder)) from defect

    # what the window gets

    def machine(self) -> Machine:
        """A laptop of the training: the town's clock, no keystore."""
        return machine_of(self._there, cost=CHEAP)

    def connect(self, address: str, token: str | None) -> PracticeWire:
        """The learner's transport: to the practice server, over the lesson's line."""
        return self._wire(self.line, address, token)

    def _wire(self, line: Line, address: str, token: str | None) -> PracticeWire:
        assert self._admin is not None
        return PracticeWire(self._admin.service, line, address, token)

    def follow(self, step: Step | None) -> None:
        """The network becomes that of a step."""
        self.line.follow(step)

    def story(self, store: Store) -> Story:
        """Where the lesson plays."""
        return story_of(store, self._there.town)

    def act(self, name: str, story: Story) -> None:
        """A partner does what the step wants, on a laptop of their own, and sends it."""
        who, deed = ACTS[name]
        partner = unlock(self._there.laptop(who), PASSWORD, self.machine(), training=True)
        full = Line(up=True)
        try:
            connect = _Reached(self, full).connect
            synced(partner, connect)
            deed(partner.store, self._there.town, story)
            synced(partner, connect)
        finally:
            partner.close()

    @property
    def _there(self) -> Stage:
        assert self._place is not None, "prepare comes first"
        return self._place

    def close(self) -> None:
        """Closes the server and gives the folder free."""
        self._close_server()
        self._lock.release()

    def _close_server(self) -> None:
        if self._admin is not None:
            self._admin.service.database.close()
            self._admin = None


class _Reached:
    """The practice server as a laptop with a line of its own reaches it."""

    address = practice.SERVER
    training = True

    def __init__(self, made: Practice, line: Line) -> None:
        self._made, self._line = made, line

    def connect(self, address: str, token: str | None) -> PracticeWire:
        """A transport over that line."""
        return self._made._wire(self._line, address, token)

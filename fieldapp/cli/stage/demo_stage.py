"""Builds the demo's stage on real parts: a server process, four laptops that signed in, a town."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from fieldapp.cli.stage.demo_server import open_admin
from fieldapp.cli.sync import Connect, error_of, sync
from fieldapp.clock import VIETNAM, Ids, business_date
from fieldapp.demo import stage
from fieldapp.demo.past_money import PastMoney
from fieldapp.demo.people import TownStaff
from fieldapp.demo.stage import BOOKS, PASSWORD, Stage
from fieldapp.demo.summary import WardCounts, count_ward, disagreements, totals
from fieldapp.errors import SurroundingsMend
from fieldapp.rules.calendar_months import last_day_of_term
from fieldapp.store.file.keys import Cost, NoKeystore
from fieldapp.store.file.profile import Machine, Profile, unlock
from fieldapp.store.store import Store
from sync.client.driver import ClosableTransport
from sync.client.people import PeopleDesk
from sync.client.sign_in import enrol_device
from sync.client.transport import HttpTransport
from sync.protocol import SignIn
from sync.server.admin import Admin, NewUser
from sync.server.reference.campaigns import Campaigns, NewTarget, templates

CLERK = "hien"
SUPERVISOR = "tri"
BOOK_SIZE = 2000
FIRST_NUMBER = 41907
CAMPAIGN = "Tháng cao điểm {0:%m/%Y}"
MACHINES = {"lan": "Máy của chị Lan", "phuc": "Máy của anh Phúc"}

Say = Callable[..., None]
"""Tells a step: the words' key and its values."""


class Reached(Protocol):
    """A server as the laptops of a stage reach it; `training`: they are training profiles."""

    @property
    def address(self) -> str:
        """Where it listens."""
        ...

    @property
    def training(self) -> bool:
        """Whether it is a practice server."""
        ...

    def connect(self, address: str, token: str | None) -> ClosableTransport:
        """Makes a transport."""
        ...


@dataclass
class Server:
    """The server process, and where it listens."""

    process: subprocess.Popen[str]
    address: str
    training: bool = False

    def connect(self, address: str, token: str | None) -> ClosableTransport:
        """Makes a transport over the network."""
        return HttpTransport(address, token)

    def stop(self) -> None:
        """Ends it by its own process id."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_server(place: Stage) -> Iterator[Server]:
    """The server, for as long as the block runs.

    Raises:
        SurroundingsMend: `demo.server_did_not_start`.
    """
    command = [sys.executable, "-m", "fieldapp.cli.stage.demo_server"]
    process = subprocess.Popen(
        [*command, str(place.server), str(place.run / "clock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(process, _address(process))
    finally:
        Server(process, "").stop()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("listening on "):
            return line.removeprefix("listening on ").strip()
    raise SurroundingsMend("demo.server_did_not_start")


def set_up_server(place: Stage) -> dict[str, str]:
    """Wards, users, receipt books and one invitation each, as an administrator makes them."""
    admin = open_admin(place.server, place.clock)
    invitations = fill_server(admin, place)
    _close(admin)
    return invitations


def fill_server(
    admin: Admin, place: Stage, books: Sequence[tuple[str, str]] = BOOKS
) -> dict[str, str]:
    """Makes them with an administrator who is there; `books`: name of a book, whose ward."""
    wards = stage.streams(place.town)
    for ward in place.town.wards:
        admin.add_ward(ward.code, ward.valid_from, ward.name)
    for person in place.town.staff:
        admin.add_user(_user(person, wards))
    first = FIRST_NUMBER
    for book, username in books:
        admin.add_book(book, first, first + BOOK_SIZE - 1, _home_ward(place, username))
        first += BOOK_SIZE
    _add_campaign(Campaigns(admin.service), place)
    return {person.username: admin.invite(person.username) for person in place.town.staff}


def _add_campaign(campaigns: Campaigns, place: Stage) -> None:
    """Who collects, under which codes, and how many are to join: in the campaign of November 2024
    the city's own numbers, else a month of the town's size."""
    campaigns.add_organisation(**stage.ORGANISATION)
    for person in place.town.staff:
        code = stage.COLLECTOR_CODES.get(person.username, "")
        campaigns.set_collector(person.username, code=code, organisation=stage.ORGANISATION["code"])
    day = place.town.day
    for one in templates():
        if one["starts_on"] <= day <= one["ends_on"]:
            campaigns.add_template(one["code"])
            return
    first = day.replace(day=1)
    code = f"{day:%Y-%m}"
    wards = {"": "", **stage.streams(place.town)}
    targets = [
        NewTarget(
            code,
            one.scheme,
            one.kind,
            one.people,
            ward=wards[one.ward_code],
            collector=one.collector,
        )
        for one in stage.town_targets(place.town)
    ]
    campaigns.add_campaign(
        code, CAMPAIGN.format(day), first, last_day_of_term(first, 1), targets=targets
    )


def _home_ward(place: Stage, username: str) -> str:
    """A canvasser's own ward, which no other canvasser shares: the last of theirs."""
    person = next(one for one in place.town.staff if one.username == username)
    return stage.streams(place.town)[person.ward_codes[-1]]


def _user(person: TownStaff, wards: dict[str, str]) -> NewUser:
    granted = [wards[code] for code in person.ward_codes]
    return NewUser(person.username, person.name, person.role, granted, PASSWORD, person.sex)


def _close(admin: Admin) -> None:
    admin.service.database.close()


def machine_of(place: Stage, *, cost: Cost | None = None) -> Machine:
    """A laptop of the demo: the town's clock, no keystore (four of them share this machine)."""
    clock = place.clock
    return Machine(clock, Ids(clock), NoKeystore(), cost or Cost())


def sign_everybody_in(
    place: Stage, server: Reached, invitations: dict[str, str], machine: Machine
) -> dict[str, Profile]:
    """Sets up each one's laptop through the same sign-in as anybody's."""
    return {
        person.username: enrol_device(
            place.laptop(person.username),
            server.address,
            SignIn(
                person.username,
                PASSWORD,
                MACHINES.get(person.username, f"Máy của {person.name}"),
                invitation=invitations[person.username],
            ),
            machine,
            connect=lambda address: server.connect(address, None),
            training=server.training,
        )
        for person in place.town.staff
    }


def synced(profile: Profile, connect: Connect = HttpTransport) -> None:
    """One whole sync. Raises the trouble that kept it from ending."""
    report = sync(profile, connect)
    if report.trouble is not None:
        raise error_of(report.trouble)


def build(
    place: Stage,
    server: Reached,
    invitations: dict[str, str],
    today: datetime,
    say: Say,
    *,
    machine: Machine | None = None,
    paid: bool = False,
) -> dict[str, Profile]:
    """Four laptops with the town and its past on them, everything sent; the profiles are open.

    The town's clock runs from the morning on which the program came to town until `today`. `paid`:
    money was taken at some of the past visits.
    """
    say("demo.signing_in")
    profiles = sign_everybody_in(place, server, invitations, machine or machine_of(place))
    stores = {username: profile.store for username, profile in profiles.items()}
    synced(profiles[CLERK], server.connect)
    say("demo.filling", households=len(place.town.households))
    first_day = business_date(place.clock.now())
    early = [home for home in place.town.households if not stage.is_new(home, first_day)]
    ids = stage.register(stores[CLERK], place.town, early)
    stage.agree(stores, place.town, early=True)
    sync_all(profiles, server.connect)
    say("demo.visiting")
    money = PastMoney(place, stores, ids, lambda name: synced(profiles[name], server.connect))
    stage.play_past(stores, place, ids, money if paid else stage.nothing_more)
    place.clock.set_to(today)
    late = [home for home in place.town.households if home.key not in ids]
    ids |= stage.register(stores[CLERK], place.town, late)
    stage.hand_out(stores[CLERK], place.town, ids)
    stage.agree(stores, place.town, early=False)
    say("demo.syncing")
    sync_all(profiles, server.connect)
    sync_all(profiles, server.connect)
    if SUPERVISOR in profiles:  # the training has none
        _look_at_people(profiles[SUPERVISOR].store, server)
    return profiles


def _look_at_people(store: Store, server: Reached) -> None:
    """The supervisor has looked at people and devices once, so that they are there offline."""
    token = store.setting("token")
    PeopleDesk(store, lambda: server.connect(server.address, token)).ask()


def sync_all(profiles: dict[str, Profile], connect: Connect = HttpTransport) -> None:
    """One whole sync of each laptop, the clerk's first."""
    synced(profiles[CLERK], connect)
    for username, profile in profiles.items():
        if username != CLERK:
            synced(profile, connect)


def come_to_town(place: Stage) -> None:
    """Sets the town's clock to the morning on which the program came."""
    place.clock.set_to(stage.first_morning(place.town))


def morning(place: Stage) -> datetime:
    """When the played day begins."""
    return datetime.combine(place.town.day, stage.MORNING, VIETNAM)


def summary_of(place: Stage) -> dict[str, Any]:
    """What the day came to on each laptop and on the server, by ward, and where they differ."""
    wards = stage.streams(place.town)
    machines = {"server": _count_server(place, tuple(wards.values()))}
    for person in place.town.staff:
        own = tuple(wards[code] for code in person.ward_codes)
        profile = unlock(place.laptop(person.username), PASSWORD, machine_of(place))
        machines[person.username] = {
            ward: profile.store.read(count_ward, ward, place.town.day) for ward in own
        }
        profile.close()
    return {
        "day": place.town.day.isoformat(),
        "totals": {name: totals(counts.values()) for name, counts in machines.items()},
        "wards": {
            name: {ward: asdict(one) for ward, one in counts.items()}
            for name, counts in machines.items()
        },
        "disagreements": list(disagreements(machines)),
    }


def _count_server(place: Stage, wards: tuple[str, ...]) -> dict[str, WardCounts]:
    admin = open_admin(place.server, place.clock)
    with admin.service.database.read() as connection:
        counts = {ward: count_ward(connection, ward, place.town.day) for ward in wards}
    _close(admin)
    return counts

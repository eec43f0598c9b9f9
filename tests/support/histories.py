"""Random days of a team, from a seed: what people do on real laptops, and what the network does.

Each step is one thing that a person or the network could do; refusals that a person would read are
part of the day. Whoever plays a day settles it afterwards and looks at what everybody holds.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.errors import UserMends
from fieldapp.model import Conflict, Household, Person
from fieldapp.store import tables
from fieldapp.store.file import profile
from fieldapp.store.queries import history as queries_log
from fieldapp.store.work import Basis, Intent
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households import people
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.inbox import inbox
from fieldapp.usecases.visiting import visits
from sync.protocol import Exchange, Exchanged, Page, Pull
from tests.support.laptops import PASSWORD, WARD
from tests.support.team import CODE, Direct, Faulty, Laptop, Team

NAMES = ("Trần Quốc Khôi", "Trần Quốc Khởi", "Lê Thị =Ánh", "Ngô Bảo 😀", "Đỗ +An")
NOTES = ("chó dữ", "gọi trước", "nhà sau hẻm 🐕", "@cô Ba", "chiều mới về")
PHONES = ("0903555214", "0912000111", "0987654321", None)
OUTCOMES = ("not_at_home", "considering", "refused", "moved", "do_not_contact", "appointment")
STREETS = ("Ung Văn Khiêm", "Lê Lợi", "Xô Viết Nghệ Tĩnh")
FAULTS = ("none", "none", "lost", "unheard", "twice")


class NothingToDo(Exception):
    """There is nothing here that the act could be done to."""


class ShortPages(Direct):
    """The way to the server over which a page never brings much."""

    limit = 1

    def pull(self, request: Pull) -> Page:
        return super().pull(replace(request, limit_bytes=self.limit))

    def exchange(self, request: Exchange) -> Exchanged:
        return super().exchange(replace(request, limit_bytes=self.limit))


@dataclass
class Player:
    """One person at her laptop, with the forms that she has open."""

    laptop: Laptop
    forms: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def store(self) -> Any:
        return self.laptop.store


class Day:
    """A team whose people act by chance; `told` is the day so far, for a failure's message."""

    def __init__(self, folder: Path, seed: int, url: str = "sqlite://") -> None:
        self.random = Random(seed)
        self.team = Team(url)
        self.told: list[str] = []
        self.team.admin.add_book("BL 26-01", 1, 5000, ward=self.team.ward)
        roles = {"hien": "clerk", "lan": "canvasser", "phuc": "canvasser"}
        self.players = [self._hire(folder / name, name, role) for name, role in roles.items()]
        self.homes: list[str] = []
        self.settle()

    def _hire(self, folder: Path, name: str, role: str) -> Player:
        laptop = self.team.laptop(folder, name, role=role)
        laptop.random = Random(zlib.crc32(name.encode()))
        return Player(laptop)

    def close(self) -> None:
        for player in self.players:
            player.laptop.profile.close()
        self.team.close()

    # playing

    def play(self, steps: int) -> None:
        """A new household that all know, then so many steps on it and on an older one."""
        self.homes.append(self._register(self.players[0]))
        self.settle()
        for _ in range(steps):
            self.step()

    def step(self) -> None:
        """One thing that happens."""
        player = self.random.choice(self.players)
        act = self.random.choice(ACTS)
        self.told.append(f"{player.laptop.profile.card.username} {act.__name__}")
        player.laptop.clock.forward(seconds=self.random.randrange(1, 90))
        try:
            act(self, player)
        except (UserMends, NothingToDo) as refused:
            self.told.append(f"  refused: {refused!r}")

    def settle(self) -> None:
        """Faults off: three rounds in which everybody syncs."""
        for player in self.players * 3:
            player.forms.clear()
            report = player.laptop.sync()
            assert report.done, (report.state, self.told[-40:])

    def home(self) -> str:
        return self.random.choice([*self.homes[-2:], self.homes[-1]])

    def _register(self, player: Player) -> str:
        fields = {"house_number": f"12/{len(self.homes)}", "street": "Lê Lợi"}
        members = [
            {"full_name": "Trần Quốc Khoi", "relationship": "00", "phone": "0903555000"},
            {"full_name": "Nguyễn Thị Hằng", "relationship": "02", "note": "một\nhai\nba"},
            {"full_name": "Trần Thị Bé", "relationship": "03"},
        ]
        return people.register_household(player.store, WARD, fields, members)

    def page(self, player: Player) -> HouseholdPage:
        return household_page(player.store, WARD, self.home())

    def pick(self, among: Sequence[Any]) -> Any:
        if not among:
            raise NothingToDo
        return self.random.choice(among)


def add_line(random: Random, note: str) -> str:
    """The note with a line added, changed or taken out somewhere."""
    lines = note.splitlines()
    place = random.randrange(len(lines) + 1)
    match random.randrange(3):
        case 0:
            lines.insert(place, random.choice(NOTES))
        case 1 if lines:
            lines[place % len(lines)] = random.choice(NOTES)
        case 2 if lines:
            del lines[place % len(lines)]
    return "\n".join(lines)


def opens_a_form(day: Day, player: Player) -> None:
    """A page is opened; what is saved on it later stands on what it shows now."""
    player.forms.append(("page", day.page(player)))


def _shown(day: Day, player: Player) -> HouseholdPage:
    pages = [form for kind, form in player.forms if kind == "page"]
    return day.pick(pages) if pages and day.random.random() < 0.5 else day.page(player)


def edits_a_person(day: Day, player: Player) -> None:
    page = _shown(day, player)
    member = day.pick(page.members[:2] or page.members)
    changed: dict[str, Any] = {
        "full_name": day.pick(NAMES),
        "phone": day.pick(PHONES),
        "note": add_line(day.random, member.note),
        "group": day.pick(("household", "student", "employer")),
    }
    names = day.random.sample(sorted(changed), day.random.randrange(1, 3))
    values = {name: changed[name] for name in names}
    people.edit_person(player.store, WARD, member.person, values, basis=page.basis)


def edits_a_household(day: Day, player: Player) -> None:
    page = _shown(day, player)
    changed: dict[str, Any] = {
        "street": day.pick(STREETS),
        "phone": day.pick(PHONES),
        "note": add_line(day.random, page.note),
        "call_hint": day.pick(("sau 9 giờ", "tối")),
    }
    names = day.random.sample(sorted(changed), day.random.randrange(1, 3))
    values = {name: changed[name] for name in names}
    people.edit_household(player.store, WARD, page.household, values, basis=page.basis)


def tags_a_household(day: Day, player: Player) -> None:
    home = day.home()
    basis: Basis = player.store.basis(WARD, ("household", home))
    tags = set(basis.fields["household", home]["tags"]) ^ {day.pick(("a", "b", "c"))}
    with player.store.work(Intent("household.edit", WARD), basis) as work:
        work.edit(Household, home, tags=sorted(tags))


def records_a_visit(day: Day, player: Player) -> None:
    note = day.pick(NOTES)
    visits.record_visit(player.store, WARD, day.home(), day.pick(OUTCOMES), note=note)


def adds_a_member(day: Day, player: Player) -> None:
    people.add_member(player.store, WARD, day.home(), {"full_name": day.pick(NAMES)}, "03")


def withdraws_a_person(day: Day, player: Player) -> None:
    member = day.pick(day.page(player).members)
    basis = player.store.basis(WARD, ("person", member.person))
    with player.store.work(Intent("person.edit", WARD), basis) as work:
        work.edit(Person, member.person, withdrawn=day.random.random() < 0.7)


def enrols(day: Day, player: Player) -> None:
    page = _shown(day, player)
    free = [m.person for m in page.members if m.hhi_why_not is None]
    chosen = tuple(day.random.sample(free, min(len(free), day.random.randrange(1, 3))))
    choice = Choice(hhi=chosen)
    enrol.enrol(player.store, page, choice, method="cash", payer="=1+1", consent="spoken")


def undoes(day: Day, player: Player) -> None:
    own = player.store.read(lambda c: list(c.execute(select(tables.journal.c.id)).scalars()))
    changes.undo(player.store, day.pick(own[-6:]))


def _conflicts(day: Day, player: Player, *, closed: bool) -> Any:
    rows = [r for r in inbox(player.store, closed=closed) if r.kind == "conflict"]
    rows = [row for row in rows if row.open is not closed]
    return conflicts.conflict_page(player.store, WARD, day.pick(rows).id) if rows else None


def opens_a_conflict(day: Day, player: Player) -> None:
    page = _conflicts(day, player, closed=False)
    if page is not None:
        player.forms.append(("conflict", page))


def decides(day: Day, player: Player) -> None:
    pages = [form for kind, form in player.forms if kind == "conflict"]
    stale = pages and day.random.random() < 0.5
    page = day.pick(pages) if stale else _conflicts(day, player, closed=False)
    if page is not None:
        clerk(player)
        conflicts.decide(player.store, page, day.pick(page.sides).value)


def takes_a_decision_back(day: Day, player: Player) -> None:
    page = _conflicts(day, player, closed=True)
    if page is not None:
        clerk(player)
        conflicts.take_back(player.store, page)


def clerk(player: Player) -> None:
    """Two clerks are more than one: whoever decides is one for the test."""
    player.store.remember(role="clerk")


def syncs(day: Day, player: Player) -> None:
    direct = ShortPages(player.laptop.service, player.store.setting("token"))
    direct.limit = day.pick((1, 3_000, 400_000))
    plan = {call: [day.pick(FAULTS) for _ in range(3)] for call in ("push", "pull")}
    day.told.append(f"  {plan}")
    player.laptop.sync(Faulty(direct, dict(plan)))  # type: ignore[arg-type]  # a double


def moves_the_clock(day: Day, player: Player) -> None:
    player.laptop.clock.forward(days=day.pick((-1100, -1, 1, 1100)))


def reopens(day: Day, player: Player) -> None:
    laptop = player.laptop
    laptop.profile.close()
    laptop.machine.ids._last = 0
    laptop.profile = profile.unlock(laptop.folder, PASSWORD, laptop.machine)


ACTS: tuple[Callable[[Day, Player], None], ...] = (
    (opens_a_form, opens_a_conflict, moves_the_clock, reopens, withdraws_a_person)
    + (adds_a_member, tags_a_household, enrols, takes_a_decision_back)
    + (edits_a_person, edits_a_household, undoes, decides, records_a_visit) * 2
    + (edits_a_person, edits_a_person, decides)
    + (syncs,) * 5
)


# --- what everybody holds --------------------------------------------------------------------


def rows_of(connection: Connection, table: Any) -> dict[str, dict[str, Any]]:
    """The ward's rows of a table by id, as values."""
    found = connection.execute(select(table).where(table.c.ward == WARD))
    return {row.id: dict(row._mapping) for row in found}


def own_states(connection: Connection) -> list[tuple[str, str, bool]]:
    journal = tables.journal.c
    found = connection.execute(select(journal.id, journal.state, journal.settled))
    return [(row.id, row.state, row.settled) for row in found]


def open_conflicts(connection: Connection) -> list[Conflict]:
    return queries_log.conflict_rows(connection)


__all__ = ["CODE", "Day", "open_conflicts", "own_states", "rows_of"]

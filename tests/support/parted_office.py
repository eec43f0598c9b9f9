"""An office of three for the inbox: two canvassers parted without a network, and their clerk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldapp.demo.town import make_town
from fieldapp.usecases.households import people
from fieldapp.usecases.households.household import HouseholdPage, MemberRow, household_page
from tests.support.laptops import WARD
from tests.support.team import Laptop, Team
from tests.usecases.conftest import DAY, register

LAN, PHUC = "Trần Quốc Khôi", "Trần Quốc Khởi"
SCAN, TOLD = {"kind": "card_scan"}, {"kind": "told"}


@dataclass
class Office:
    """Each with a synced laptop, and the household of the story."""

    team: Team
    lan: Laptop
    phuc: Laptop
    hien: Laptop
    home: str

    def page(self, of: Laptop) -> HouseholdPage:
        """The household as a laptop shows it."""
        return household_page(of.store, WARD, self.home)

    def husband(self, of: Laptop) -> MemberRow:
        """The man whose name is disputed."""
        return next(m for m in self.page(of).members if m.relationship == "02")

    def sync(self, *laptops: Laptop) -> None:
        """Each in turn."""
        for laptop in laptops:
            laptop.synced()

    def part(self) -> None:
        """Lan reads the card, Phúc hears the name, neither has seen the other."""
        husband = self.husband(self.lan).person
        basis = self.page(self.lan).basis
        people.edit_person(
            self.lan.store, WARD, husband, {"full_name": LAN}, basis=basis, evidence=SCAN
        )
        self.phuc.clock.forward(minutes=34)
        basis = self.page(self.phuc).basis
        people.edit_person(
            self.phuc.store, WARD, husband, {"full_name": PHUC}, basis=basis, evidence=TOLD
        )
        self.sync(self.lan, self.phuc, self.hien, self.lan)


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """The office at eight in the morning, everything sent."""
    team = Team()
    laptops = {}
    for name, role in (("hien", "clerk"), ("lan", "canvasser"), ("phuc", "canvasser")):
        team.clock.forward(seconds=1)
        laptops[name] = team.laptop(folder / name, name, role=role)
    home = register(laptops["hien"].store, make_town(DAY, households=60).households[0])
    made = Office(team, laptops["lan"], laptops["phuc"], laptops["hien"], home)
    made.sync(made.hien, made.lan, made.phuc)
    try:
        yield made
    finally:
        for laptop in laptops.values():
            laptop.profile.close()
        team.close()

"""An office that enrols and lists: canvassers with receipt books, clerks, an organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldapp.demo.town import make_town
from fieldapp.model import CITY, Organisation, Staff
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import Choice, Enrolled, VsiChoice, enrol
from fieldapp.usecases.households.household import HouseholdPage, household_page
from sync.server.reference.city import city_id
from tests.support.laptops import WARD
from tests.support.team import Laptop, Team
from tests.usecases.conftest import DAY, register

HANG, HUSBAND, SON = "Nguyễn Thị Bích Hằng", "Trần Quốc Khoi", "Trần Minh Đức"
POST = Organisation(
    ward=CITY,
    id=city_id("organisation", "BD01"),
    code="BD01",
    name="Bưu điện TP. Hồ Chí Minh",
    tax_code="0300000000",
    address="125 Công xã Paris, Phường Sài Gòn",
    phone="02838000000",
    email="bhxh@buudien.test",
)


@dataclass
class Listing:
    """The people of the stories, each with a synced laptop, and two households."""

    team: Team
    lan: Laptop
    phuc: Laptop
    hien: Laptop
    tri: Laptop
    home: str
    other: str

    @property
    def everybody(self) -> tuple[Laptop, ...]:
        return self.lan, self.phuc, self.hien, self.tri

    def sync(self, *laptops: Laptop) -> None:
        """Each in turn; all twice without names."""
        for laptop in laptops or self.everybody * 2:
            laptop.synced()

    def page(self, of: Laptop, home: str = "") -> HouseholdPage:
        """A household as a laptop shows it."""
        return household_page(of.store, WARD, home or self.home)

    def pays(self, of: Laptop, *names: str, vsi: str = "", home: str = "") -> Enrolled:
        """Takes money for these members."""
        return pays(of.store, self.page(of, home), *names, vsi=vsi)


def pays(store: Store, page: HouseholdPage, *names: str, vsi: str = "") -> Enrolled:
    """Takes money for these members of a household."""
    people = {member.name: member.person for member in page.members}
    social = (VsiChoice(people[vsi], 1_500_000, 6),) if vsi else ()
    choice = Choice(tuple(people[name] for name in names), 12, social)
    return enrol(store, page, choice, method="cash", payer=page.head_name, consent="spoken")


@contextmanager
def open_listing(folder: Path) -> Iterator[Listing]:
    """The office at eight in the morning, everything sent."""
    team = Team()
    team.admin.append_city([POST])
    laptops = {}
    roles = {"hien": "clerk", "tri": "clerk"}
    for number, name in enumerate(("hien", "tri", "lan", "phuc")):
        team.clock.forward(seconds=1)
        role = roles.get(name, "canvasser")
        if role == "canvasser":
            first = 41907 + 1000 * number
            team.admin.add_book(f"B{number}/2026", first, first + 999, team.ward)
        laptops[name] = team.laptop(folder / name, name, role=role)
        team.admin.append_city(
            [
                Staff(
                    ward=CITY,
                    id=city_id("staff", name),
                    username=name,
                    full_name=name.title(),
                    role=role,
                    collector_code=f"NV-{name}" if role == "canvasser" else "",
                    organisation="BD01",
                )
            ]
        )
    doors = make_town(DAY, households=60).households
    home = register(laptops["hien"].store, doors[0])
    other = register(laptops["hien"].store, doors[1])
    made = Listing(
        team, laptops["lan"], laptops["phuc"], laptops["hien"], laptops["tri"], home, other
    )
    made.sync(made.hien, made.tri, made.lan, made.phuc)
    try:
        yield made
    finally:
        for laptop in laptops.values():
            laptop.profile.close()
        team.close()

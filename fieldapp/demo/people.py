"""The values a town is made of: frozen, plain, without a store behind them.

Codes are those of the records: `sex` male / female, `scheme` hhi / vsi, `outcome` of a visit,
`relationship` to the head of the household as in the import template of the insurance office.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

HEAD, WIFE, HUSBAND, FATHER, MOTHER = "00", "01", "02", "03", "04"
YOUNGER_SIBLING, CHILD, GRANDCHILD, DAUGHTER_IN_LAW, OTHER = "05", "08", "09", "19", "99"


@dataclass(frozen=True)
class TownWard:
    """A real ward: five-digit code as text, name, and since when the code means these borders."""

    code: str
    name: str
    valid_from: date


@dataclass(frozen=True)
class TownCoverage:
    """What a person already has in a scheme. `valid_to` None: runs on until somebody ends it.

    `payer` is household, employer, pension, child_under_6, pupil, social_pension (75 and over),
    resident_65_74 (65 to 74, Ho Chi Minh City pays) or self (voluntary social insurance).
    """

    scheme: str
    payer: str
    valid_from: date
    valid_to: date | None
    five_year_on: date | None = None


@dataclass(frozen=True)
class TownPerson:
    """One invented human. `card_name` and `card_address` are what the identity card prints.

    `group` is the payer of the health insurance this person belongs to; `household` for who pays
    for himself, insured or not. `phone` and `old_id_number` may be empty.
    """

    key: str
    name: str
    sex: str
    born_on: date
    relationship: str
    id_number: str
    old_id_number: str
    si_number: str
    phone: str
    group: str
    coverages: tuple[TownCoverage, ...]
    card_name: str
    card_address: str
    card_issued_on: date

    def health_cover(self) -> TownCoverage | None:
        """The health insurance of the person, running or run out; None for never insured."""
        return next((cover for cover in self.coverages if cover.scheme == "hhi"), None)


@dataclass(frozen=True)
class TownVisit:
    """One past knock at the door. `visited_at` is aware UTC, `canvasser` a user name."""

    visited_at: datetime
    canvasser: str
    outcome: str
    next_on: date | None
    note: str


@dataclass(frozen=True)
class TownHousehold:
    """People behind one front door, the head first. `assigned_to` is a user name or empty."""

    key: str
    ward_code: str
    house_number: str
    street: str
    neighbourhood: str
    phone: str
    assigned_to: str
    persons: tuple[TownPerson, ...]
    visits: tuple[TownVisit, ...]

    @property
    def head(self) -> TownPerson:
        """The head of the household."""
        return self.persons[0]


@dataclass(frozen=True)
class TownStaff:
    """Somebody who works with the product, with a role and the codes of his wards."""

    username: str
    name: str
    sex: str
    role: str
    ward_codes: tuple[str, ...]


@dataclass(frozen=True)
class Town:
    """A whole town as it stands on `day`. The first household is the one of the story."""

    day: date
    seed: int
    wards: tuple[TownWard, ...]
    staff: tuple[TownStaff, ...]
    households: tuple[TownHousehold, ...]

    @property
    def story(self) -> TownHousehold:
        """The household of Nguyễn Thị Bích Hằng, in which the demo plays."""
        return self.households[0]

    def persons(self) -> Iterator[TownPerson]:
        """Everybody, household by household."""
        for household in self.households:
            yield from household.persons

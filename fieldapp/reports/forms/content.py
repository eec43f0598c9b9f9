"""What stands on official lists and declarations, whatever the form and its generation.

Amounts are whole đồng, percentages exact decimals, days are business dates. A text that is not
known is "" and leaves its cell empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Change = Literal["new", "renewal", "rejoin"]
"""Whether the person joins for the first time, goes on, or comes back after a gap."""


@dataclass(frozen=True)
class OrganisationContent:
    """The organisation that hands the list in."""

    name: str = ""
    code: str = ""
    tax_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class AddressContent:
    """An address in the names of its day (Mẫu 4 guide); `district` is "" since 2025-07-01."""

    house: str = ""
    """House number, street, neighbourhood."""
    ward: str = ""
    district: str = ""
    province: str = ""

    @property
    def whole(self) -> str:
        """The address on one line."""
        return ", ".join(
            part for part in (self.house, self.ward, self.district, self.province) if part
        )


@dataclass(frozen=True)
class PersonContent:
    """A person as the forms name one. `sex` is `male`, `female` or ""."""

    full_name: str
    si_number: str = ""
    """SI number, ten digits; where the personal ID is the key, "" is left empty."""
    id_number: str = ""
    born_on: date | None = None
    sex: str = ""
    ethnic_group: str = ""
    """Name of the ethnic group."""
    nationality: str = "Việt Nam"
    phone: str = ""
    email: str = ""
    facility: str = ""
    """Initial medical facility: its code, or code and name."""
    birth_place: AddressContent = field(default_factory=AddressContent)
    relationship: str = ""
    """To the head of the household, in words."""
    paper_result: bool = False
    note: str = ""


@dataclass(frozen=True)
class HouseholdContent:
    """A household as the heads of annexes and of Mẫu 4 name it."""

    key: str
    """The caller's own name for the household: lines of one household stand together."""
    head_name: str = ""
    household_code: str = ""
    phone: str = ""
    address: AddressContent = field(default_factory=AddressContent)


@dataclass(frozen=True)
class ReceiptContent:
    """The receipt that a line was paid with."""

    book: str = ""
    number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True)
class HealthLine:
    """One person joining household health insurance (D03-TS, Mẫu 3, Mẫu 4).

    `percent` is the ladder's part of the first person's premium, 100 outside the ladder.
    gross = state + local + other + participant.
    """

    person: PersonContent
    household: HouseholdContent
    change: Change
    rank: int | None
    percent: Decimal
    base_dong: int
    """Base salary on the day of payment."""
    months: int
    starts_on: date | None
    gross_dong: int
    state_dong: int
    local_dong: int
    other_dong: int
    participant_dong: int
    state_percent: Decimal = Decimal(0)
    local_percent: Decimal = Decimal(0)
    other_percent: Decimal = Decimal(0)
    receipt: ReceiptContent = field(default_factory=ReceiptContent)
    collector_name: str = ""
    collector_code: str = ""
    note: str = ""

    @property
    def reduced_base_dong(self) -> int:
        """Base salary times the ladder's percentage: what Mẫu 3 column 4 wants, not the premium."""
        return int(self.base_dong * self.percent / 100)


@dataclass(frozen=True)
class SocialLine:
    """One person paying voluntary social insurance (D05-TS).

    Percentages of support are of 22 % of `line_dong`.
    """

    person: PersonContent
    address: AddressContent
    change: Change
    income_dong: int
    months: int
    from_month: date | None
    """First day of the first month paid for."""
    method: Literal["periodic", "years_ahead", "missing", "late"]
    line_dong: int
    """Rural poverty line on the day of payment."""
    gross_dong: int
    state_dong: int
    local_dong: int
    other_dong: int
    participant_dong: int
    state_percent: Decimal = Decimal(0)
    local_percent: Decimal = Decimal(0)
    other_percent: Decimal = Decimal(0)
    receipt: ReceiptContent = field(default_factory=ReceiptContent)
    collector_name: str = ""
    collector_code: str = ""
    note: str = ""


@dataclass(frozen=True)
class ListHead:
    """The head of an official list."""

    organisation: OrganisationContent
    number: str
    listed_on: date
    collector_name: str = ""
    collector_code: str = ""


@dataclass(frozen=True)
class Declaration:
    """What one person declares (TK1-TS, Mẫu 2), with the household's annex where there is one.

    `scheme` is `hhi` or `vsi`; income, method and months are those of voluntary social insurance.
    """

    person: PersonContent
    household: HouseholdContent
    scheme: Literal["hhi", "vsi"]
    declared_on: date
    income_dong: int | None = None
    method: str = ""
    months: int | None = None
    members: tuple[PersonContent, ...] = ()
    request: str = ""
    """What is to be corrected or else asked for."""
    papers: str = ""
    """Papers that go with it."""
    signature: tuple[tuple[int, ...], ...] = ()
    """What the person signed on a screen."""


@dataclass(frozen=True)
class ReceiptLineContent:
    """One number of a receipt book (C17-TS): used, void, or missing."""

    book: str
    number: str
    amount_dong: int
    issued_on: date | None = None
    payer: str = ""
    state: Literal["used", "void", "missing"] = "used"
    note: str = ""


@dataclass(frozen=True)
class Counts:
    """People: target, this month's and the campaign's result so far, new and continuing."""

    target_new: int = 0
    target_renewal: int = 0
    month_new: int = 0
    month_renewal: int = 0
    total_new: int = 0
    total_renewal: int = 0


@dataclass(frozen=True)
class TargetLine:
    """One organisation or collector in the table of targets (B15a-UQ)."""

    name: str
    code: str
    vsi: Counts = field(default_factory=Counts)
    hhi: Counts = field(default_factory=Counts)
    note: str = ""
    depth: int = 0
    """0, or one more than that of the line above in which this one is counted, too."""

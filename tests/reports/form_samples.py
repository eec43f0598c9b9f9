"""People and lines for the tests of the official forms; everybody is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from fieldapp.reports.forms.content import (
    AddressContent,
    Declaration,
    HealthLine,
    HouseholdContent,
    ListHead,
    OrganisationContent,
    PersonContent,
    ReceiptContent,
    SocialLine,
)

IN_2024 = date(2024, 11, 28)
IN_2026 = date(2026, 11, 28)

ORGANISATION = OrganisationContent(
    name="Bưu điện Thành phố Hồ Chí Minh",
    code="3456789000TH7900070003",
    tax_code="3456789000",
    address="125 Hai Bà Trưng, Phường Sài Gòn",
    phone="028 3822 0000",
    email="buudien@example.vn",
)
OLD_ADDRESS = AddressContent(
    "12/3 Ung Văn Khiêm", "Phường 25", "Quận Bình Thạnh", "Thành phố Hồ Chí Minh"
)
NEW_ADDRESS = AddressContent(
    "12/3 Ung Văn Khiêm", "Phường Thạnh Mỹ Tây", "", "Thành phố Hồ Chí Minh"
)
HANG = PersonContent(
    full_name="Nguyễn Thị Bích Hằng",
    si_number="0123456789",
    id_number="079168000001",
    born_on=date(1968, 2, 3),
    sex="female",
    ethnic_group="Kinh",
    phone="0903000123",
    email="bichhang@example.vn",
    facility="79-034",
    birth_place=AddressContent("", "Xã Bình Mỹ", "Huyện Củ Chi", "Thành phố Hồ Chí Minh"),
    relationship="Chủ hộ",
)
KHOI = replace(
    HANG,
    full_name="Trần Quốc Khôi",
    si_number="0123456790",
    id_number="079066000002",
    born_on=date(1966, 12, 31),
    sex="male",
    relationship="Chồng",
)
NHI = replace(
    HANG,
    full_name="Trần Phương Nhi",
    si_number="",
    id_number="079304000003",
    born_on=date(2004, 9, 5),
    relationship="Con",
    paper_result=True,
)
DUC = replace(
    HANG,
    full_name="Trần Minh Đức",
    si_number="0123456792",
    id_number="079098000004",
    born_on=date(1998, 1, 1),
    sex="male",
    relationship="Con",
)
FIRST = HouseholdContent("first", "Nguyễn Thị Bích Hằng", "7900123456", "0903000123", NEW_ADDRESS)
SECOND = HouseholdContent("second", "Lê Văn Ba", "7900123457", "0903000124", NEW_ADDRESS)


def head(day: date, number: str = "12/DS") -> ListHead:
    """The head of a list of that day."""
    return ListHead(ORGANISATION, number, day, "Lê Thị Hồng Lan", "NV0017")


def health(
    person: PersonContent = HANG, household: HouseholdContent = FIRST, **other: Any
) -> HealthLine:
    """Twelve months of the first person at the base salary of November 2024."""
    line = HealthLine(
        person=person,
        household=household,
        change="renewal",
        rank=1,
        percent=Decimal(100),
        base_dong=2_340_000,
        months=12,
        starts_on=date(2024, 12, 1),
        gross_dong=1_263_600,
        state_dong=0,
        local_dong=0,
        other_dong=0,
        participant_dong=1_263_600,
        receipt=ReceiptContent("79A-0412", "0041906", date(2024, 11, 20)),
        collector_code="NV0017",
    )
    return replace(line, **other)


def ranked(person: PersonContent, rank: int, dong: int, **other: Any) -> HealthLine:
    """A member of the ladder who pays `dong` for twelve months."""
    percent = Decimal((100, 70, 60, 50, 40)[rank - 1])
    return health(
        person, rank=rank, percent=percent, gross_dong=dong, participant_dong=dong, **other
    )


def supported(person: PersonContent, **other: Any) -> HealthLine:
    """Nearly poor: State 70 %, locality 10 %, a sponsor 5 %."""
    return health(
        person,
        rank=None,
        state_percent=Decimal(70),
        state_dong=884_520,
        local_percent=Decimal(10),
        local_dong=126_360,
        other_percent=Decimal(5),
        other_dong=63_180,
        participant_dong=189_540,
        **other,
    )


def social(person: PersonContent = DUC, **other: Any) -> SocialLine:
    """Six months at two million, State 20 %, November 2026."""
    line = SocialLine(
        person=person,
        address=NEW_ADDRESS,
        change="new",
        income_dong=2_000_000,
        months=6,
        from_month=date(2026, 11, 1),
        method="periodic",
        line_dong=1_500_000,
        gross_dong=2_640_000,
        state_dong=396_000,
        local_dong=0,
        other_dong=0,
        participant_dong=2_244_000,
        state_percent=Decimal(20),
        receipt=ReceiptContent("79A-0412", "0041907", date(2026, 11, 20)),
        collector_code="NV0017",
    )
    return replace(line, **other)


def declaration(person: PersonContent = HANG, day: date = IN_2026, **other: Any) -> Declaration:
    """What a person declares for household health insurance."""
    return Declaration(person, FIRST, other.pop("scheme", "hhi"), day, **other)

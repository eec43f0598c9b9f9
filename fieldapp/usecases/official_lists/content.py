"""What stands on a line of an official list: put down when it is drawn up, read when it is written.

People and households go on changing; a line keeps what it said of them (`SubmissionLine.content`).
What an enrolment cost never changes and is read from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from pydantic import TypeAdapter

from fieldapp.clock import business_date
from fieldapp.model.record import to_wire
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
from fieldapp.rules import tables
from fieldapp.rules.official_lists.listing import ListedPerson
from fieldapp.usecases.official_lists.addresses import home_address
from fieldapp.usecases.visiting.today import receipt_number

VIETNAMESE = "Việt Nam"


@dataclass(frozen=True)
class Listed:
    """One enrolment with the rows that a form draws on."""

    enrolment: Any
    person: Any
    relationship: str
    household: Any
    ward_name: str
    collector_name: str = ""
    collector_code: str = ""

    @property
    def needs(self) -> ListedPerson:
        """What the rules ask of it."""
        person, home = self.person, self.household
        return ListedPerson(
            full_name=person.full_name,
            kind=self.enrolment.kind,
            born_on=person.born_on,
            sex=person.sex,
            id_number=person.id_number,
            si_number=person.si_number,
            facility=person.facility,
            relationship=self.relationship,
            house_number=home.house_number if home else "",
            street=home.street if home else "",
        )


def kept_content(listed: Listed, day: date) -> dict[str, Any]:
    """What a line keeps of the person and the household, as JSON."""
    kept = {
        "person": asdict(person_content(listed.person, listed.relationship, day)),
        "household": asdict(household_content(listed.household, listed.ward_name, day)),
        "collector_name": listed.collector_name,
        "collector_code": listed.collector_code,
    }
    return cast("dict[str, Any]", _plain(kept))


def _plain(value: Any) -> Any:
    """JSON without what is empty: a list has many lines."""
    if isinstance(value, Mapping):
        plain = {name: _plain(part) for name, part in value.items()}
        return {name: part for name, part in plain.items() if part not in ("", None, {}, False)}
    return to_wire(value)


def person_content(person: Any, relationship: str, day: date) -> PersonContent:
    """A person as the forms of a day name one."""
    return PersonContent(
        full_name=person.full_name,
        si_number=person.si_number or "",
        id_number=person.id_number or "",
        born_on=person.born_on,
        sex=person.sex or "",
        ethnic_group=_name_in("ethnic_groups", person.ethnic_group, day),
        nationality=person.nationality or VIETNAMESE,
        phone=person.phone or "",
        email=person.email or "",
        facility=person.facility or "",
        birth_place=AddressContent(house=person.birth_place or ""),
        relationship=_name_in("relationships", relationship, day),
        paper_result=bool(person.paper_result),
    )


def _name_in(table: str, code: str | None, day: date) -> str:
    """The Vietnamese name of a code: the forms are Vietnamese. The code where none is known."""
    if not code:
        return ""
    row = tables.find(table, code, day)
    return (row.text("vi") or row.text("name") or code) if row else code


def household_content(home: Any, ward_name: str, day: date) -> HouseholdContent:
    """A household as the heads of forms of a day name it."""
    if home is None:
        return HouseholdContent(key="")
    return HouseholdContent(
        key=home.id,
        head_name=home.head_name or "",
        household_code=home.household_code or "",
        phone=home.phone or "",
        address=home_address(home, ward_name, day),
    )


_PERSON = TypeAdapter(PersonContent)
_HOUSEHOLD = TypeAdapter(HouseholdContent)
_ORGANISATION = TypeAdapter(OrganisationContent)


def kept_person(content: Mapping[str, Any]) -> PersonContent:
    """The person as the line kept one."""
    return _PERSON.validate_python({"full_name": "", **content.get("person", {})})


def kept_household(content: Mapping[str, Any]) -> HouseholdContent:
    """The household as the line kept it."""
    return _HOUSEHOLD.validate_python({"key": "", **content.get("household", {})})


def kept_head(organisation: Any, collector: tuple[str, str] | None) -> dict[str, Any]:
    """What a list keeps of the organisation and, where its lines have one, of the collector."""
    fields = ("name", "code", "tax_code", "address", "phone", "email")
    named = {name: getattr(organisation, name) for name in fields} if organisation else {}
    name, code = collector or ("", "")
    head = {"organisation": named, "collector_name": name, "collector_code": code}
    return cast("dict[str, Any]", _plain(head))


def list_head(submission: Any) -> ListHead:
    """The head of a list, as it was on its day."""
    head = submission.head
    return ListHead(
        organisation=_ORGANISATION.validate_python(head.get("organisation", {})),
        number=submission.number,
        listed_on=submission.listed_on,
        collector_name=head.get("collector_name", ""),
        collector_code=head.get("collector_code", ""),
    )


def content_line(paid: Any, content: Mapping[str, Any]) -> HealthLine | SocialLine:
    """A line as the writers take it: an enrolment with its receipt, and what its line kept."""
    person, home = kept_person(content), kept_household(content)
    common: dict[str, Any] = {
        "person": person,
        "change": paid.kind,
        "months": paid.months,
        "gross_dong": paid.gross_dong,
        "state_dong": paid.state_dong,
        "local_dong": paid.local_dong,
        "other_dong": paid.other_dong,
        "participant_dong": paid.participant_dong,
        "receipt": ReceiptContent(
            paid.book, receipt_number(paid.receipt_number), business_date(paid.issued_at)
        ),
        "collector_name": content.get("collector_name", ""),
        "collector_code": content.get("collector_code", ""),
        **_percents(paid),
    }
    if paid.scheme == "hhi":
        return HealthLine(
            household=home,
            rank=paid.rank,
            percent=Decimal(100 if paid.percent is None else paid.percent),
            base_dong=_base(paid),
            starts_on=paid.valid_from,
            **common,
        )
    return SocialLine(
        address=home.address,
        income_dong=paid.income_dong or 0,
        from_month=paid.valid_from,
        method=paid.method,
        line_dong=_base(paid),
        **common,
    )


def _base(paid: Any) -> int:
    """Base salary or poverty line on the day of payment, the one that was booked first of all."""
    if paid.base_dong is not None:
        return int(paid.base_dong)
    table = "base_salary" if paid.scheme == "hhi" else "poverty_line"
    return tables.at(table, "", paid.paid_on).whole("dong")


def _percents(paid: Any) -> dict[str, Decimal]:
    """Supports in per cent: as booked; of an enrolment from before that was kept, from the money.

    HHI: of the gross premium. VSI: of 22 % of the poverty line for the months (QĐ595 Điều 12.1.2).
    """
    whole = Fraction(paid.gross_dong)
    if paid.scheme == "vsi":
        rate = tables.at("vsi_rate", "", paid.paid_on).number("percent") / 100
        whole = rate * _base(paid) * paid.months
    return {f"{name}_percent": _percent(paid, name, whole) for name in ("state", "local", "other")}


def _percent(paid: Any, name: str, whole: Fraction) -> Decimal:
    told, dong = getattr(paid, f"{name}_percent"), getattr(paid, f"{name}_dong")
    if told is not None:
        return Decimal(told)
    if not dong or not whole:
        return Decimal(0)
    share = round(100 * Fraction(dong) / whole, 2)
    return Decimal(share.numerator) / Decimal(share.denominator)


def declaration(
    listed: Listed,
    members: tuple[PersonContent, ...],
    declared_on: date,
    signature: tuple[tuple[int, ...], ...] = (),
) -> Declaration:
    """What the person of an enrolment declares, with the household where it joins as one, and what
    she signed."""
    paid = listed.enrolment
    vsi = paid.scheme == "vsi"
    return Declaration(
        person=person_content(listed.person, listed.relationship, declared_on),
        household=household_content(listed.household, listed.ward_name, declared_on),
        scheme=paid.scheme,
        declared_on=declared_on,
        income_dong=paid.income_dong if vsi else None,
        method=paid.method if vsi else "",
        months=paid.months if vsi else None,
        members=() if vsi else members,
        signature=signature,
    )

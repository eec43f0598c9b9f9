"""Households, the people in them, and what these people already have."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from fieldapp.model.merging import LATEST, MEMBERS, TEXT, Refers
from fieldapp.model.record import Record


class Household(Record, table=True):
    """People who join household health insurance together, behind one front door."""

    __tablename__ = "household"

    head: Annotated[str | None, Refers("person")] = Field(default=None, max_length=36)
    house_number: str = ""
    street: str = ""
    neighbourhood: str = ""
    phone: Annotated[str | None, LATEST] = None
    call_hint: Annotated[str | None, LATEST] = None
    """When to call, as people say it: "sau 9 giờ"."""
    note: Annotated[str, TEXT] = ""
    tags: Annotated[list[str], MEMBERS] = Field(default_factory=list, sa_type=JSON)
    do_not_contact: bool = False
    moved_on: date | None = None
    household_code: str | None = None
    """Code of the household at the agency (mã số hộ gia đình), where it is known."""
    withdrawn: bool = False


class Person(Record, table=True):
    """One human. Two records of one human are joined by `merged_into`, and both stay."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_id_number", "id_number"),
        Index("ix_person_si_number", "si_number"),
        Index(
            *("ix_person_merged_into", "ward", "merged_into"),
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    full_name: str = ""
    sex: str | None = None
    """`male` or `female`, as on the card."""
    born_on: date | None = None
    id_number: str | None = None
    """Personal identification number, 12 digits."""
    old_id_number: str | None = None
    """Number of the old identity card, 9 digits: only a search key since 2025."""
    id_reason: str | None = None
    """Why a number was kept that contradicts sex or birth year, or that somebody else has too."""
    si_number: str | None = None
    """Social insurance number, 10 digits."""
    card_number: str | None = None
    group: str = "household"
    """The insurance group: `household`, or who else pays (`rules.hhi.groups`)."""
    other_groups: Annotated[list[str], MEMBERS] = Field(default_factory=list, sa_type=JSON)
    """Further groups, such as `ethnic_minority`: of several supports the highest counts."""
    ethnic_group: str | None = None
    """Code of the table `ethnic_groups`; None: not asked."""
    nationality: str | None = None
    """Nationality as written on the form; None: Vietnamese."""
    birth_place: str | None = None
    """Where the birth was registered, as the forms of 2020 to 2026 ask (TK1-TS [09])."""
    facility: str | None = None
    """Initial medical facility, five digits: province and hospital."""
    email: Annotated[str | None, LATEST] = None
    paper_result: Annotated[bool, LATEST] = False
    """Wants the card or book on paper; the electronic one is the rule."""
    phone: Annotated[str | None, LATEST] = None
    note: Annotated[str, TEXT] = ""
    merged_into: Annotated[str | None, Refers("person")] = Field(default=None, max_length=36)
    told_apart: Annotated[list[str], MEMBERS] = Field(default_factory=list, sa_type=JSON)
    """Records of the ward that look like this one and were found to be somebody else's."""
    withdrawn: bool = False


class Membership(Record, table=True):
    """One person in one household, from a day until a day (or still).

    The one that is not ended says where she lives now, and moves with her: two who move her
    meanwhile meet in its `household`, and a person decides. It names no household (`""`) once she
    has left. Each stay that is over is a record of its own, which ends on its last day.
    """

    __tablename__ = "membership"
    __table_args__ = (
        Index("ix_membership_household", "ward", "household"),
        Index("ix_membership_person", "ward", "person"),
    )

    person: Annotated[str, Refers("person")] = Field(default="", max_length=36)
    household: Annotated[str, Refers("household")] = Field(default="", max_length=36)
    """"" for who left and lives in no household of the ward."""
    relationship: str = "99"
    """Code of the relationship to the head; `00` is the head."""
    since: date | None = None
    until: date | None = None
    withdrawn: bool = False


class Coverage(Record, table=True):
    """What a person already has: a scheme, who pays, from when to when."""

    __tablename__ = "coverage"
    __table_args__ = (Index("ix_coverage_person", "ward", "person"),)

    person: Annotated[str, Refers("person")] = Field(default="", max_length=36)
    scheme: str = "hhi"
    payer: str = "household"
    valid_from: date | None = None
    valid_to: date | None = None
    five_year_on: date | None = None
    """Since when, or from when, the person counts as five years in a row."""
    withdrawn: bool = False

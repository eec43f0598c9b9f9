"""Reference data of the whole city, which travels in the stream `city`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from fieldapp.model.record import Moment, Record


class Ward(Record, table=True):
    """A ward-level unit. Its stream is named by code and valid-from: codes survive mergers."""

    __tablename__ = "ward"

    stream: str = ""
    code: str = ""
    name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Staff(Record, table=True):
    """A person who works with the product, by user name: so that a screen can say who did what."""

    __tablename__ = "staff"

    username: str = ""
    full_name: str = ""
    sex: str | None = None
    role: str = "canvasser"
    collector_code: str = ""
    """Code that the agency gave to a collector (nhân viên thu); "" for a helper without one."""
    organisation: str = ""
    """Code of the organisation that this person collects for."""


class Organisation(Record, table=True):
    """Who collects for the agency: the heads of official lists name it (QĐ366 D05-TS, Mẫu 4)."""

    __tablename__ = "organisation"

    code: str = ""
    """Code of the organisation as the agency writes it."""
    name: str = ""
    tax_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


class DatedTable(Record, table=True):
    """A table of dated knowledge that stands in place of the one the program carries.

    `content` is the whole table as TOML, in the form of `fieldapp/data`; `issued_at` is when the
    server took it in, and `note` says which decree it follows.
    """

    __tablename__ = "dated_table"

    name: str = ""
    content: str = Field(default="", sa_type=Text)
    note: str = ""
    issued_at: datetime | None = Field(default=None, sa_type=Moment)


class Campaign(Record, table=True):
    """A drive with a name, a first and a last day."""

    __tablename__ = "campaign"

    code: str = ""
    name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    note: str = ""


class Target(Record, table=True):
    """How many people are to join a scheme in a campaign: of a ward, an organisation, a person.

    `ward_stream`, `organisation` and `collector` (a user name) narrow it; "" is everybody.
    `kind` is `new` or `renewal`.
    """

    __tablename__ = "target"

    campaign: str = ""
    """Code of the campaign."""
    scheme: str = "hhi"
    kind: str = "new"
    ward_stream: str = ""
    organisation: str = ""
    collector: str = ""
    people: int = 0


def stream_of(code: str, valid_from: date) -> str:
    """The name of a ward's stream: "26956.20250701"."""
    return f"{code}.{valid_from:%Y%m%d}"

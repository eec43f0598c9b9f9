"""Reference data of the whole city, which travels in the stream `city`."""

from __future__ import annotations

from datetime import date

from fieldapp.model.record import Record


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


def stream_of(code: str, valid_from: date) -> str:
    """The name of a ward's stream: "26956.20250701"."""
    return f"{code}.{valid_from:%Y%m%d}"

"""The agreement of three parties over a ward: insurance office, post office, People's Committee."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fieldapp.model.derived import derived_id
from fieldapp.model.merging import LATEST, TEXT, advance
from fieldapp.model.record import Record


class Agreement(Record, table=True):
    """How far the agreement over a ward is. One a ward; a ward without one is unsigned.

    That it has expired is no state: it follows from `valid_until` and the day (`rules.agreements`).
    From unsigned to signed is the way; one who takes a signature back against another who gives it
    asks a person, and so do two different days or papers. Whom one waits for and whom one calls is
    what was heard last.
    """

    __tablename__ = "agreement"

    state: Annotated[str, advance("unsigned", "signed")] = "unsigned"
    waiting_for: Annotated[str, LATEST] = ""
    """Whose signature is still to come, of `rules.agreements.PARTIES`; "": sent to nobody yet."""
    waiting_since: Annotated[date | None, LATEST] = None
    signed_on: date | None = None
    """The day on which the last of the three signed."""
    valid_until: date | None = None
    """The last day on which it holds; None: it names none."""
    document: str = ""
    """Number of the paper, as it stands on it."""
    insurance_contact: Annotated[str, LATEST] = ""
    insurance_phone: Annotated[str, LATEST] = ""
    post_contact: Annotated[str, LATEST] = ""
    post_phone: Annotated[str, LATEST] = ""
    committee_contact: Annotated[str, LATEST] = ""
    committee_phone: Annotated[str, LATEST] = ""
    note: Annotated[str, TEXT] = ""


def agreement_id(ward: str) -> str:
    """The id of a ward's agreement: two desks that begin one begin the same."""
    return derived_id(Agreement.type_name(), ward)

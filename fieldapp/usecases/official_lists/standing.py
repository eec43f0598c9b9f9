"""Where each enrolment of a ward stands by the lists that it is or was on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from fieldapp.model import SubmissionLine
from fieldapp.model.derived import derived_id
from fieldapp.rules.official_lists.listing import LineFacts, Standing, standing_of
from fieldapp.store.queries import submissions as lists


def line_id(ward: str, enrolment: str, attempt: int) -> str:
    """The id of an enrolment's line by the count of its lines, from 1: the same at both desks."""
    return derived_id(SubmissionLine.type_name(), ward, enrolment, str(attempt))


@dataclass(frozen=True)
class Standings:
    """The lines of each enrolment, from the first to the last."""

    lines: dict[str, list[Any]]

    def of(self, enrolment: str) -> Standing:
        """Where it stands."""
        return standing_of([_facts(line) for line in self.lines.get(enrolment, ())])

    def last_line(self, enrolment: str) -> Any:
        """Its last live line, else the last of all; None for one that was on no list."""
        lines = self.lines.get(enrolment, ())
        live = [line for line in lines if is_live(line)]
        return (live or lines or [None])[-1]

    def next_id(self, ward: str, enrolment: str) -> str:
        """The id of its next line."""
        return line_id(ward, enrolment, len(self.lines.get(enrolment, ())) + 1)


def standings(connection: Connection, wards: Sequence[str]) -> Standings:
    """Where all enrolments of these wards stand."""
    found: dict[str, list[Any]] = defaultdict(list)
    for line in lists.line_rows(connection, wards):
        found[line.enrolment].append(line)
    for enrolment, lines in found.items():
        place = {line_id(lines[0].ward, enrolment, n): n for n in range(1, len(lines) + 1)}
        lines.sort(key=lambda line: place.get(line.id, 0))
    return Standings(dict(found))


def is_live(line: Any) -> bool:
    """Whether neither the line nor its list was withdrawn."""
    return not line.withdrawn and not line.list_withdrawn


def _facts(line: Any) -> LineFacts:
    return LineFacts(
        live=is_live(line),
        sent=line.list_state in ("sent", "answered"),
        answer=line.answer,
        mended=line.mended_on is not None,
    )

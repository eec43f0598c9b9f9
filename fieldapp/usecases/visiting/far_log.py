"""What the use case of the visit log asks of whoever reads wards that are not on this laptop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from fieldapp.errors import UserMends
from fieldapp.reports.visit_row import VisitRow
from fieldapp.visit_log.choosing import CutOff, VisitFilter


class FarLog(Protocol):
    """Reads visits where they are. The server judges the rights and notes each reading."""

    @property
    def wards(self) -> frozenset[str]:
        """The streams that it reads, once it has begun."""
        ...

    @property
    def expected(self) -> int:
        """About how many rows that will be, once it has begun: to show how far a file is."""
        ...

    def begin(
        self, wards: Sequence[str], chosen: VisitFilter, named: Mapping[str, int], *, reason: str
    ) -> Mapping[str, CutOff]:
        """Says of which wards rows are wanted, and learns their cut-offs: as named, else now."""
        ...

    def rows(
        self, ward: str, chosen: VisitFilter, cuts: Mapping[str, CutOff]
    ) -> Iterator[VisitRow]:
        """The rows of one ward in their order. A way that breaks is tried again where it was."""
        ...


class NoFarLog:
    """Where nobody is asked: wards that are not here cannot be read."""

    wards: frozenset[str] = frozenset()
    expected = 0

    def begin(
        self, wards: Sequence[str], chosen: VisitFilter, named: Mapping[str, int], *, reason: str
    ) -> Mapping[str, CutOff]:
        """Raises UserMends `visit_log.ward_not_here` where a ward is wanted."""
        for ward in wards:
            raise UserMends("visit_log.ward_not_here", field="wards", ward=ward.partition(".")[0])
        return {}

    def rows(
        self, ward: str, chosen: VisitFilter, cuts: Mapping[str, CutOff]
    ) -> Iterator[VisitRow]:
        """Has none."""
        return iter(())

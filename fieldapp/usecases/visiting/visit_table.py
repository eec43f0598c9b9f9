"""The visit log as a table on the screen: any order, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.model.record import CITY
from fieldapp.reports.visit_row import VisitRow
from fieldapp.store.queries import visit_log as q
from fieldapp.store.queries.visit_order import VISIT_SORTS, VisitOrder
from fieldapp.store.store import Store
from fieldapp.usecases.visiting.visit_log import checked
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.visit_log.reading import WardLog, names_at
from fieldapp.visit_log.standing import Standing

PAGE = 100


@dataclass(frozen=True)
class VisitTable:
    """The visits of a choice in an order: which, not yet what they say. It grows until it is
    whole."""

    chosen: VisitFilter
    order: VisitOrder

    @property
    def count(self) -> int:
        """How many have their place by now."""
        return len(self.order)


def visit_rows(
    store: Store,
    chosen: VisitFilter,
    *,
    sort: str = "visited_at",
    upwards: bool = True,
    offset: int = 0,
    limit: int = PAGE,
) -> tuple[VisitRow, ...]:
    """One page of a choice, as a file would have it; raises as `begin_visit_table` does."""
    table = begin_visit_table(store, chosen, sort, upwards=upwards)
    while table.count < offset + limit and take_more(store, table) is not None:
        pass
    return rows_of_table(store, table, offset, limit)


def begin_visit_table(store: Store, chosen: VisitFilter, sort: str, *, upwards: bool) -> VisitTable:
    """The visits of a choice in an order, as far as one sees at once: in the order of time the
    first page, else nothing yet.

    Raises:
        UserMends: `visit_log.sort_unknown`, and as `visit_log.export` does for the choice.
    """
    if sort not in VISIT_SORTS:
        raise UserMends("visit_log.sort_unknown", field="sort", sort=sort)
    checked(store, chosen)
    own = () if chosen.unsent else store.read(q.own_alone, chosen)
    table = VisitTable(chosen, VisitOrder(chosen, sort, own, upwards=upwards))
    take_more(store, table)
    return table


def take_more(store: Store, table: VisitTable) -> int | None:
    """Takes some thousands of visits more, in a moment; how many were looked at by now, None where
    all of them had been."""
    if table.order.is_whole:
        return None
    store.read(table.order.take)
    return table.order.looked_at


def rows_of_table(
    store: Store, table: VisitTable, first: int, most: int = PAGE
) -> tuple[VisitRow, ...]:
    """The rows from a place on; those that were withdrawn meanwhile are left out."""
    return store.read(_rows, table, table.order.keys(first, most))


def _rows(
    connection: Connection, table: VisitTable, keys: list[tuple[str, str]]
) -> tuple[VisitRow, ...]:
    wards = {ward for ward, _ in keys}
    cuts = q.cut_offs(connection, (*wards, CITY))
    own = table.chosen.unsent
    city = q.standing(connection, CITY, cuts[CITY], unsent=own) if CITY in cuts else Standing()
    names, found = names_at(connection, city), dict[tuple[str, str], VisitRow]()
    for ward in wards & cuts.keys():
        there = q.standing(connection, ward, cuts[ward], unsent=own)
        log = WardLog(connection, ward, table.chosen, there, names)
        some = log.some([visit for other, visit in keys if other == ward])
        found |= {(ward, visit): row for visit, row in some.items()}
    return tuple(found[key] for key in keys if key in found)

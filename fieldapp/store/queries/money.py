"""What a desk reads of money: receipts in pages, cash in hand, remittances. Set-based queries.

Days are those of Ho Chi Minh City: the moments in the file are UTC texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    distinct,
    func,
    select,
)

from fieldapp.clock import VIETNAM
from fieldapp.model import Household, Remittance, RemittanceAnswer
from fieldapp.model.remittances import CONFIRMED, REVERSED
from fieldapp.store.queries.submissions import is_void, receipts, voids
from fieldapp.store.receipt_choice import ReceiptChoice, ReceiptSums
from fieldapp.store.rows import table_of

remittances = table_of(Remittance.type_name())
answers = table_of(RemittanceAnswer.type_name())
households = table_of(Household.type_name())

Rows = Sequence[Any]
DAY = func.date(receipts.c.issued_at, "+7 hours")
"""The business date of a receipt, as an ISO text."""


def receipts_in_pages(
    connection: Connection, chosen: ReceiptChoice, offset: int, limit: int
) -> Rows:
    """A page of receipts with their void mark, address, and remittance (None: in hand)."""
    crossed = voids.alias("crossed")  # `is_void` looks into the table itself
    same = (crossed.c.ward == receipts.c.ward) & (crossed.c.receipt == receipts.c.id)
    home = (households.c.ward == receipts.c.ward) & (households.c.id == receipts.c.household)
    page = (
        select(
            receipts,
            crossed.c.reason.label("void_reason"),
            households.c.house_number,
            households.c.street,
            is_handed_in(chosen.wards).label("handed_in"),
        )
        .select_from(receipts.outerjoin(crossed, same).outerjoin(households, home))
        .where(*_where(chosen))
        .order_by(*_order(chosen))
        .offset(offset)
        .limit(limit)
    )
    return connection.execute(page).all()


def receipt_sums(connection: Connection, chosen: ReceiptChoice) -> ReceiptSums:
    """How many receipts are chosen, and what they add up to."""
    void = is_void(receipts)
    money = func.coalesce(func.sum(case((void, 0), else_=receipts.c.amount_dong)), 0)
    voided = func.coalesce(func.sum(case((void, 1), else_=0)), 0)
    query = select(func.count(), voided, money).select_from(receipts).where(*_where(chosen))
    count, crossed_out, total = connection.execute(query).one()
    return ReceiptSums(int(count), int(crossed_out), int(total))


def _where(chosen: ReceiptChoice) -> list[ColumnElement[bool]]:
    first = datetime.combine(chosen.since, datetime.min.time(), VIETNAM).astimezone(UTC)
    beyond = chosen.until + timedelta(days=1)
    last = datetime.combine(beyond, datetime.min.time(), VIETNAM).astimezone(UTC)
    found = [
        receipts.c.ward.in_(chosen.wards),
        receipts.c.issued_at >= first,
        receipts.c.issued_at < last,
    ]
    if chosen.by:
        found.append(receipts.c.issued_by == chosen.by)
    more = {
        "used": ~is_void(receipts),
        "void": is_void(receipts),
        "cash": receipts.c.method == "cash",
        "transfer": receipts.c.method == "transfer",
        "in_hand": and_(*_in_hand(chosen.wards)),
    }
    if chosen.only in more:
        found.append(more[chosen.only])
    return found


def _order(chosen: ReceiptChoice) -> list[ColumnElement[Any]]:
    column = receipts.c
    known: dict[str, list[ColumnElement[Any]]] = {
        "number": [column.book, column.number],
        "at": [column.issued_at, column.number],
        "payer": [column.payer, column.issued_at],
        "by": [column.issued_by, column.issued_at],
        "method": [column.method, column.issued_at],
        "amount": [column.amount_dong, column.issued_at],
    }
    parts = [*known.get(chosen.sort, known["at"]), column.id]
    return [part.asc() if chosen.upwards else part.desc() for part in parts]


def is_reversed() -> ColumnElement[bool]:
    """Whether a remittance was noted by mistake."""
    mine = (answers.c.ward == remittances.c.ward) & (answers.c.remittance == remittances.c.id)
    return select(answers.c.id).where(mine, answers.c.how == REVERSED).exists()


def is_handed_in(wards: Sequence[str]) -> ColumnElement[bool]:
    """Whether a remittance that stands names the receipt, of one of these wards: one of whoever
    issued it, for nobody hands in somebody else's cash."""
    one = func.json_each(remittances.c.receipts).table_valued("value", joins_implicitly=True)
    named = select(_key(remittances.c.ward, one.c.value, remittances.c.handed_by)).where(
        remittances.c.ward.in_(wards), ~is_reversed()
    )
    return _key(receipts.c.ward, receipts.c.id, receipts.c.issued_by).in_(named)


def _key(*parts: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.concat_ws("/", *parts)


def cash_in_hand(connection: Connection, wards: Sequence[str], by: str = "") -> Rows:
    """Cash that no remittance names: ward, `issued_by`, `day`, `count` and `dong`, oldest first."""
    query = (
        select(
            receipts.c.ward,
            receipts.c.issued_by,
            DAY.label("day"),
            func.count().label("receipts"),
            func.sum(receipts.c.amount_dong).label("dong"),
        )
        .where(*_in_hand(wards, by))
        .group_by(receipts.c.ward, receipts.c.issued_by, DAY)
        .order_by(DAY, receipts.c.issued_by)
    )
    return connection.execute(query).all()


def receipts_in_hand(connection: Connection, ward: str, by: str) -> Rows:
    """Somebody's cash receipts of a ward that no remittance names, by book and number."""
    query = select(receipts.c.id, receipts.c.amount_dong, DAY.label("day"))
    ordered = query.where(*_in_hand((ward,), by)).order_by(receipts.c.book, receipts.c.number)
    return connection.execute(ordered).all()


def _in_hand(wards: Sequence[str], by: str = "") -> list[ColumnElement[bool]]:
    found = [
        receipts.c.ward.in_(wards),
        receipts.c.method == "cash",
        ~is_void(receipts),
        ~is_handed_in(wards),
    ]
    return [*found, receipts.c.issued_by == by] if by else found


def numbers_of(connection: Connection, wards: Sequence[str]) -> Rows:
    """The numbers of all receipts, as `rules.money.number_check` wants them."""
    query = select(
        receipts.c.ward,
        receipts.c.id,
        receipts.c.book,
        receipts.c.number,
        receipts.c.issued_by,
        receipts.c.issued_at,
        receipts.c.check_code,
        is_void(receipts).label("void"),
    ).where(receipts.c.ward.in_(wards))
    return connection.execute(query).all()


def remittance_rows(connection: Connection, wards: Sequence[str], since: date, until: date) -> Rows:
    """Remittances noted in a span of days, and those before it that wait for a person: nobody has
    answered them, or two desks counted two sums; newest first."""
    day = func.date(remittances.c.noted_at, "+7 hours")
    mine = (answers.c.ward == remittances.c.ward) & (answers.c.remittance == remittances.c.id)
    counts = select(func.count()).where(mine, answers.c.how == CONFIRMED).scalar_subquery()
    open_still = (counts != 1) & ~is_reversed()
    within = day.between(since.isoformat(), until.isoformat())
    query = (
        select(remittances)
        .where(remittances.c.ward.in_(wards), within | (open_still & (day < since.isoformat())))
        .order_by(remittances.c.noted_at.desc(), remittances.c.id)
    )
    return connection.execute(query).all()


def remittance(connection: Connection, ward: str, record: str) -> Any | None:
    """One remittance."""
    query = select(remittances).where(remittances.c.ward == ward, remittances.c.id == record)
    return connection.execute(query).first()


def answers_to(
    connection: Connection, wards: Sequence[str], one: str = ""
) -> dict[tuple[str, str], list[Any]]:
    """The answers to remittances (or to one), by ward and remittance, the oldest first."""
    found: dict[tuple[str, str], list[Any]] = {}
    query = select(answers).where(answers.c.ward.in_(wards))
    if one:
        query = query.where(answers.c.remittance == one)
    for row in connection.execute(query.order_by(answers.c.answered_at, answers.c.id)):
        found.setdefault((row.ward, row.remittance), []).append(row)
    return found


def standing_remittances(
    connection: Connection, wards: Sequence[str]
) -> list[tuple[str, tuple[str, ...]]]:
    """All remittances that nobody has taken back, of any day, each with the receipts it names."""
    query = select(remittances.c.id, remittances.c.receipts)
    found = connection.execute(query.where(remittances.c.ward.in_(wards), ~is_reversed()))
    return [(row.id, tuple(row.receipts)) for row in found]


def standing_of(
    connection: Connection, ward: str, by: str, some: Sequence[str]
) -> tuple[int, int, int]:
    """How many of these receipts are here, what those add up to that are cash of this person and
    not void, and how many are not hers or not cash."""
    hers = (receipts.c.issued_by == by) & (receipts.c.method == "cash")
    money = func.sum(case((is_void(receipts) | ~hers, 0), else_=receipts.c.amount_dong))
    foreign = func.sum(case((hers, 0), else_=1))
    sums = (func.coalesce(one, 0) for one in (money, foreign))
    query = select(func.count(distinct(receipts.c.id)), *sums)
    named = func.json_each(json.dumps(list(some))).table_valued("value")
    found = query.where(receipts.c.ward == ward, receipts.c.id.in_(select(named.c.value)))
    count, total, others = connection.execute(found).one()
    return int(count), int(total), int(others)


def issuers(connection: Connection, wards: Sequence[str]) -> list[str]:
    """Who has issued a receipt in these wards."""
    query = select(distinct(receipts.c.issued_by)).where(receipts.c.ward.in_(wards))
    return list(connection.execute(query).scalars())

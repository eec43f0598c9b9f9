"""The code by which a resident transfers the money of a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.rules.money.vietqr import Account, account_of, content_of, payload
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store
from fieldapp.usecases.visiting.today import receipt_number


@dataclass(frozen=True)
class Transfer:
    """What is shown: the account that the server sent, the sum, what stands in the transfer, and
    the text of the QR code."""

    account: Account
    amount_dong: int
    content: str
    code: str


def transfer_of(store: Store, ward: str, receipt: str) -> Transfer:
    """The transfer of a receipt, to the account that holds for its ward today: one of the day of
    the receipt may have been closed since.

    Raises:
        UserMends: `entry.gone`, `receipts.not_a_transfer`, `rules.no_transfer_account`.
    """
    row = store.read(_row, ward, receipt)
    if row is None:
        raise UserMends("entry.gone", receipt=receipt)
    if row.method != "transfer" or row.void_reason is not None:
        raise UserMends("receipts.not_a_transfer")
    account = account_of(ward.partition(".")[0], store.today())
    content = content_of(row.book, receipt_number(row.number))
    code = payload(account, row.amount_dong, content)
    return Transfer(account, row.amount_dong, content, code)


def _row(connection: Connection, ward: str, receipt: str) -> Any:
    return next((row for row in q.receipt_rows(connection, (ward,)) if row.id == receipt), None)

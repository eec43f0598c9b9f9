"""VietQR: the text of the code by which a bank's app fills in a transfer. Pure.

The form is EMVCo's QR code for merchants (tag, two digits of length, value; CRC-16/CCITT-FALSE over
all that stands before its value) with NAPAS's account block under tag 38 for transfers to accounts
(`QRIBFTTA`). NAPAS's own paper was not seen: the tags follow two public programs that agree
(giautm/emvqr-go, subiz/vietqr), and the test has a code of the second one, check sum included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.rules.folding import fold

TABLE, EVERYWHERE = "collect_accounts", "all"
LONGEST_CONTENT = 25
NAPAS, TO_ACCOUNT = "A000000727", "QRIBFTTA"
DONG, VIETNAM, ONCE = "704", "VN", "12"
"""Currency and country (ISO 4217, 3166); `12`: good for one payment."""


@dataclass(frozen=True)
class Account:
    """An account that the server sent, as of a day."""

    bin: str
    number: str
    holder: str
    bank: str


def account_of(ward_code: str, day: date) -> Account:
    """The account to which money of a ward is transferred.

    Raises:
        UserMends: `rules.no_transfer_account`: the server has sent none that holds on that day.
    """
    row = tables.find(TABLE, ward_code, day) or tables.find(TABLE, EVERYWHERE, day)
    if row is None:
        raise UserMends("rules.no_transfer_account")
    text = {name: str(row.values[name]) for name in ("bin", "account", "holder", "bank")}
    return Account(text["bin"], text["account"], text["holder"], text["bank"])


def content_of(book: str, number: str) -> str:
    """What stands in the transfer: the receipt's number with its book, in plain letters; the number
    alone where both are too long for a bank."""
    whole = " ".join((_plain(book), number))
    return whole if len(whole) <= LONGEST_CONTENT else number[-LONGEST_CONTENT:]


def payload(account: Account, amount_dong: int, content: str) -> str:
    """The text of the code."""
    bank = _tag("00", account.bin) + _tag("01", account.number)
    block = _tag("00", NAPAS) + _tag("01", bank) + _tag("02", TO_ACCOUNT)
    parts = [
        *(_tag("00", "01"), _tag("01", ONCE), _tag("38", block), _tag("53", DONG)),
        *(_tag("54", str(amount_dong)), _tag("58", VIETNAM), _tag("62", _tag("08", content))),
    ]
    whole = "".join(parts) + "6304"
    return f"{whole}{crc(whole):04X}"


def crc(text: str) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, begun with FFFF."""
    found = 0xFFFF
    for byte in text.encode("ascii"):
        found ^= byte << 8
        for _ in range(8):
            found = (found << 1 ^ 0x1021 if found & 0x8000 else found << 1) & 0xFFFF
    return found


def _tag(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _plain(text: str) -> str:
    return "".join(c for c in fold(text).upper() if c.isascii() and (c.isalnum() or c == " "))

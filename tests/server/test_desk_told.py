"""What a ward's desk hears beside the logs, and what only a desk may say about cash."""

from __future__ import annotations

from datetime import date

import pytest

from sync.protocol import AskDesk, Handshake
from sync.server.refusals import Refused
from tests.support.changes import WARD, create
from tests.support.ward_office import Hand, Office, family

OTHER = "27211.20250701"
AT = "2026-11-23T02:00:00.000Z"
PAID = {"book": "BL", "amount_dong": 500_000, "household": "h1", "issued_at": AT}


def leased(office: Office, hand: Hand) -> None:
    """The device has numbers after its first handshake."""
    hand.session.greet(Handshake("i1", "2026-11-23T01:00:00.000Z", nonce="n"))


def test_a_desk_hears_of_its_ward_and_of_other_wards_no_more_than_a_number(
    office: Office,
) -> None:
    office.admin.add_ward("27211", date(2025, 7, 1), "Phường Bình Quới")
    office.admin.add_book("BL", 1, 100, WARD)
    office.admin.add_book("XX", 1, 100, OTHER)
    lan = office.hires("lan", "canvasser", WARD, OTHER)
    leased(office, lan)
    lan.pushes(lan.writes(0, *family(), create("receipt", "r1", number=1, **PAID)))
    far = create("receipt", "r2", number=2, payer="Bà Tư", **PAID | {"household": "h2"})
    lan.pushes(lan.writes(0, *family("h2", "p2"), far, ward=OTHER), ward=OTHER)
    office.admin.revoke_grant("lan", WARD)
    lan.pushes(lan.writes(1, create("receipt", "r3", number=3, check_code="7K2M", **PAID)))

    told = office.hires("hien", "clerk").session.desk(AskDesk())
    assert told.wards == (WARD,)
    assert {(one.book, one.first, one.device) for one in told.leases} == {("BL", 1, lan.who.device)}
    [pending] = told.pending
    assert (pending.number, pending.amount_dong, pending.author) == (3, 500_000, "lan")
    assert (pending.check_code, pending.method) == ("7K2M", "cash")
    assert told.elsewhere == (("BL", 2),)
    assert {one.username for one in told.machines} == {"lan", "hien"}
    assert "Bà Tư" not in repr(told)


def test_who_is_only_a_canvasser_and_a_revoked_device_hear_nothing(office: Office) -> None:
    office.admin.add_book("BL", 1, 100, WARD)
    lan = office.hires("lan")
    leased(office, lan)
    assert lan.session.desk(AskDesk()).leases == ()
    assert lan.session.desk(AskDesk()).machines == ()
    clerk = office.hires("hien", "clerk")
    office.admin.revoke_device(clerk.who.device)
    with pytest.raises(Refused):
        clerk.session.desk(AskDesk())


def test_only_a_desk_answers_about_cash_or_notes_what_somebody_else_hands_in(
    office: Office,
) -> None:
    lan, hien = office.hires("lan"), office.hires("hien", "clerk")
    noted = {"amount_dong": 500_000, "receipts": ["r1"], "noted_at": AT}
    own = create("remittance", "m1", handed_by="lan", noted_by="lan", **noted)
    assert [a.status for a in lan.pushes(lan.writes(0, own))] == ["applied"]
    foreign = create("remittance", "m2", handed_by="phuc", noted_by="lan", **noted)
    answer = create("remittance_answer", "a1", remittance="m1", answered_at=AT)
    for change in (foreign, answer):
        [held] = lan.pushes(lan.writes(1, change))
        assert (held.status, held.reason) == ("held", "no_right")
    taken = hien.writes(1, foreign, answer)
    assert [a.status for a in hien.pushes(taken)] == ["applied"]

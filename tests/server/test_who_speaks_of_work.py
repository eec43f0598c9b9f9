"""Who may reply to a question about work, and who may settle one: on each database."""

from __future__ import annotations

import pytest

from fieldapp.model.changesets import Change
from tests.support.changes import create, edit
from tests.support.ward_office import Hand, Office

AT = "2026-11-23T02:00:00.000Z"
ABOUT = {"flag": "f1", "kind": "pace", "day": "2026-11-23"}


def reply(of: str, record: str = "r1") -> object:
    return create("flag_reply", record, **ABOUT, canvasser=of, text="Ghi bù", replied_at=AT)


def clearing(of: str, by: str, record: str = "c1") -> Change:
    said = {"canvasser": of, "cleared_by": by, "cleared_at": AT, "seen": ["v1"]}
    return create("flag_clearing", record, **ABOUT, **said)


def outcome(hand: Hand, base: int, change: Change) -> tuple[str, str | None]:
    [answer] = hand.pushes(hand.writes(base, change))
    return answer.status, answer.reason


def test_a_reply_is_of_whom_it_concerns_and_stays_as_it_was_said(office: Office) -> None:
    lan, phuc = office.hires("lan"), office.hires("phuc")
    assert outcome(phuc, 0, reply("lan")) == ("held", "no_right")
    assert outcome(lan, 0, reply("lan", "r2")) == ("applied", None)
    other = edit("flag_reply", "r2", text=("Ghi bù", "Không phải tôi"))
    assert outcome(lan, 1, other)[0] == "held"
    later = create(
        *("flag_reply", "r3"), **ABOUT, canvasser="lan", text="x", replied_at=AT, mood="calm"
    )
    assert outcome(lan, 1, later) == ("applied", None)


@pytest.mark.parametrize("role", ["canvasser", "clerk"])
def test_a_supervisor_alone_settles_and_nobody_about_herself(office: Office, role: str) -> None:
    minh, other = office.hires("minh", "supervisor"), office.hires("other", role)
    assert outcome(other, 0, clearing("lan", "other")) == ("held", "no_right")
    assert outcome(minh, 0, clearing("minh", "minh", "c2")) == ("held", "no_right")
    assert outcome(minh, 0, clearing("lan", "other", "c3")) == ("held", "no_right")
    assert outcome(minh, 0, clearing("lan", "minh", "c4")) == ("applied", None)
    again = edit("flag_clearing", "c4", withdrawn=(False, True))
    assert outcome(other, 1, again) == ("held", "no_right")
    assert outcome(minh, 1, again) == ("applied", None)

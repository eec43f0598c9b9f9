"""What was done to some records before a revision, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from sync.protocol import FetchHistory, History
from sync.server.refusals import Refused
from sync.server.store.tables import log_touch
from sync.server.wardlog import history
from tests.support.changes import WARD, edit
from tests.support.ward_office import Hand, Office, family

OTHER = "26962.20250701"


@pytest.fixture
def lan(office: Office) -> Hand:
    """She has registered two families, and written twelve times about the first."""
    made = office.hires("lan")
    made.pushes(made.writes(0, *family()), made.writes(0, *family("h2", "p2")))
    for base in range(2, 14):
        made.pushes(made.writes(base, edit("household", "h1", note=(str(base), str(base + 1)))))
    return made


def told(hand: Hand, *records: str, before: int = 15, limit_bytes: int = 100_000) -> History:
    asked = FetchHistory(WARD, hand.who.epoch, records, before, limit_bytes)
    return hand.session.history(asked)


def revisions(answer: History) -> list[int]:
    return [entry.revision for entry in answer.entries]


def test_it_is_told_in_pages_newest_first(
    office: Office, lan: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 5)
    assert revisions(told(lan, "h1", before=4)) == [3, 1]
    assert revisions(told(lan, "h1", "p2")) == list(range(14, 0, -1))
    first = told(lan, "h1", limit_bytes=1)
    assert revisions(first) == [14] and first.more
    assert revisions(told(lan, "p1", before=1)) == []
    assert revisions(told(lan, "nobody", before=1 << 40)) == []


def test_what_was_written_down_is_of_old_entries_alone(office: Office, lan: Hand) -> None:
    def written() -> set[tuple[str, int]]:
        with office.service.database.read() as connection:
            rows = connection.execute(select(log_touch.c.record, log_touch.c.revision))
            return {(record, revision) for record, revision in rows}

    assert written() == set(), "taking work in writes nothing for it"
    told(lan, "h1")
    known = written()
    assert ("h2", 2) in known and ("h1", 14) in known
    lan.pushes(lan.writes(14, edit("household", "h1", note=("14", "15"))))
    told(lan, "h1")
    assert written() == known, "what lies behind was not asked for"
    assert revisions(told(lan, "h1", before=16))[:2] == [15, 14]


def test_it_is_for_the_ward_and_the_epoch(office: Office, lan: Hand) -> None:
    office.admin.add_ward("26962", date(2025, 7, 1), "Phường Tân Định")
    stranger = office.hires("phuc", "canvasser", OTHER)
    with pytest.raises(Refused, match="no_grant"):
        told(stranger, "h1")
    with pytest.raises(Refused, match="other_epoch"):
        lan.session.history(FetchHistory(WARD, "another life", ("h1",), 9))

"""History from before a laptop's log begins, asked of the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldapp.errors import FieldappError
from fieldapp.model import Household, Person
from fieldapp.store import tables
from fieldapp.usecases.households import erasing
from sync.client.history import Older, fetch_older
from sync.client.keeping import AT_HAND, Limits
from sync.client.pruning import prune
from sync.protocol import FetchHistory, History
from sync.server.store.tables import log_touch
from sync.server.wardlog import history
from tests.support.laptops import WARD, add_family, add_person, edit
from tests.support.team import Faulty, Laptop, Team
from tests.sync.test_pruning import backed_up, later

Home = tuple[str, list[str]]
PHONES = ("0903000001", "0903000002", "0903000003")


@pytest.fixture
def home(team: Team, lan: Laptop, tmp_path: Path) -> Home:
    """A family of which lan's laptop knows only what was done lately: the note, not the phones."""
    home, people = add_family(lan.store, ["Trần Thị Hằng", "Trần Bảo"])
    for phone in PHONES:
        edit(lan.store, Person, people[0], phone=phone)
        add_person(lan.store, "Ai đó khác")
    lan.synced()
    lan.synced()
    list(prune(lan.store))
    backed_up(team, tmp_path)
    later(team, lan, AT_HAND)
    edit(lan.store, Household, home, note="mới")
    lan.synced()
    lan.synced()
    list(prune(lan.store, Limits(worth_it=1)))
    return home, people


def keys(home: Home) -> list[tuple[str, str]]:
    return [("household", home[0]), *(("person", one) for one in home[1])]


def told(laptop: Laptop, home: Home, way: Faulty | None = None, before: int | None = None) -> Older:
    return fetch_older(laptop.store, way or laptop.transport(), WARD, keys(home), before)


def revisions(older: Older) -> list[int]:
    return [entry.revision for entry in older.entries]


def test_the_server_tells_what_was_done_before_the_newest_first(lan: Laptop, home: Home) -> None:
    older = told(lan, home)
    assert (revisions(older), older.before) == ([6, 4, 2, 1], None)
    first = select(func.min(tables.log_entry.c.revision)).where(tables.log_entry.c.ward == WARD)
    kept = lan.store.read(lambda c: c.execute(first).scalar())
    assert kept == 8, "nothing of it was kept"


def test_it_comes_in_pages(lan: Laptop, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.client.history.FIRST_PAGE", 1_500)
    seen, older = list[int](), told(lan, home)
    assert older.before is not None
    while older.entries:
        seen += revisions(older)
        if older.before is None:
            break
        older = told(lan, home, before=older.before)
    assert seen == [6, 4, 2, 1]


def test_what_was_looked_through_once_is_not_again(
    team: Team, lan: Laptop, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 2)
    assert revisions(told(lan, home)) == [6, 4, 2, 1]
    with team.service.database.read() as connection:
        before = connection.execute(select(log_touch)).all()
    assert before
    monkeypatch.setattr("sync.server.service.look_through", None)
    assert revisions(told(lan, home)) == [6, 4, 2, 1]


def test_a_restored_server_looks_again(team: Team, lan: Laptop, home: Home, tmp_path: Path) -> None:
    from sync.server.lives.backups import restore

    told(lan, home)
    restore(team.service, tmp_path / "b1.backup")
    with team.service.database.read() as connection:
        assert connection.execute(select(log_touch)).all() == []
    refusal = code_of(lambda: told(lan, home))
    assert refusal == "server.other_epoch"


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(FieldappError) as refusal:
        call()
    return refusal.value.code


def test_who_has_no_grant_hears_nothing(team: Team, lan: Laptop, home: Home) -> None:
    team.admin.revoke_grant("lan", WARD)
    assert code_of(lambda: told(lan, home)) == "server.no_grant"
    team.admin.revoke_device(str(lan.store.setting("device")))
    assert code_of(lambda: told(lan, home)) == "sync.device_revoked"


def test_an_older_server_is_not_asked(lan: Laptop, home: Home) -> None:
    def older(greeting: Any) -> Any:
        return replace(greeting, speaks=("exchange", "knock", "snapshot"))

    lan.synced_by(lan.transport(greet=[older]))
    way = lan.transport()
    assert code_of(lambda: told(lan, home, way)) == "history.older_server"
    assert way.calls == []


def test_whoever_was_erased_is_blank_there(
    team: Team, lan: Laptop, home: Home, tmp_path: Path
) -> None:
    chief = team.laptop(tmp_path / "thu", "thu", role="supervisor")
    chief.synced()
    erasing.erase_person(chief.store, WARD, home[1][0])
    chief.synced()
    older = told(lan, home)
    assert revisions(older) == [6, 4, 2, 1]
    said = b"".join(entry.content + entry.outcome for entry in older.entries)
    assert not any(phone.encode() in said for phone in PHONES)
    assert "Hằng".encode() not in said
    chief.profile.close()


def _first(**fields: Any) -> Callable[[History], History]:
    def lie(answer: History) -> History:
        one = replace(answer.entries[0], **fields)
        return replace(answer, entries=(one, *answer.entries[1:]))

    return lie


def _another_word(answer: History) -> History:
    content = answer.entries[0].content.replace(PHONES[-1], "0999999999")
    return _first(content=content)(answer)


LIES: dict[str, Callable[[History], History]] = {
    "another value": _another_word,
    "another chain": _first(chain="f" * 64),
    "another past": _first(previous="f" * 64),
    "no changeset": _first(content="{}"),
    "another ward": lambda answer: replace(answer, ward="27211.20250701"),
    "another place": lambda answer: replace(answer, before=answer.before - 1),
    "the wrong way round": lambda answer: replace(answer, entries=answer.entries[::-1]),
    "beyond the floor": _first(revision=9),
    "before the beginning": _first(revision=0),
}


@pytest.mark.parametrize("what", sorted(LIES))
def test_what_contradicts_itself_is_not_shown(lan: Laptop, home: Home, what: str) -> None:
    code = code_of(lambda: told(lan, home, lan.transport(history=[LIES[what]])))
    assert code in ("sync.broken_page", "sync.incomplete_answer")


def test_entries_of_others_and_of_another_line_are_not_shown(
    team: Team, lan: Laptop, phuc: Laptop, home: Home
) -> None:
    """What would pass by itself, but is not what was asked for or what is kept here."""
    session = team.service.for_token(lan.store.setting("token"))
    epoch = str(lan.store.setting("epoch"))
    person = lan.store.read(lambda c: c.execute(select(tables.log_change.c.record)).scalars().all())
    everything = session.history(FetchHistory(WARD, epoch, tuple(person), 9, 100_000))
    assert len(everything.entries) == 8

    def another_end(answer: History) -> History:
        return replace(answer, entries=(replace(answer.entries[0], revision=7),))

    def of_others(answer: History) -> History:
        return replace(answer, entries=everything.entries[1:2])

    for lie in (another_end, of_others):
        way = lan.transport(history=[lie])
        assert code_of(partial(told, lan, home, way)) == "sync.broken_page"


def test_too_many_records_at_once_are_refused(team: Team, lan: Laptop, home: Home) -> None:
    session = team.service.for_token(lan.store.setting("token"))
    many = tuple(map(str, range(1_001)))
    epoch = str(lan.store.setting("epoch"))
    with pytest.raises(Exception, match="too_large"):
        session.history(FetchHistory(WARD, epoch, many, 9))

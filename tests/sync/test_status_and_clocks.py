"""What the status bar says of a laptop's work and of its clock, and that it is true."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldapp.clock import SetClock
from fieldapp.model import Person
from sync.client.machine import State, Trouble
from sync.client.status import clock_warning, last_receipt, read_status, sentence
from sync.protocol import Greeting
from tests.support.laptops import MORNING, add_person, edit
from tests.support.shown import journal_ids, name_of, on_server
from tests.support.team import Laptop, Team

# clocks


def test_a_clock_three_years_slow_is_measured_shown_and_corrected(
    team: Team, tmp_path: Path
) -> None:
    slow = team.laptop(tmp_path, "lan", clock=SetClock(MORNING - timedelta(days=3 * 365)))
    slow.synced()
    status = read_status(slow.store, State())
    assert status.clock_is_off
    assert clock_warning(status) == ("sync.clock_slow_years", {"n": 3})
    assert slow.store.today().isoformat() == "2026-11-23"
    slow.profile.close()


@pytest.mark.parametrize(
    ("fast_by", "said"),
    [
        (timedelta(minutes=2), None),
        (timedelta(minutes=7), ("sync.clock_fast_minutes", {"n": 7})),
        (timedelta(hours=5), ("sync.clock_fast_hours", {"n": 5})),
        (timedelta(days=40), ("sync.clock_fast_days", {"n": 40})),
    ],
)
def test_a_clock_that_is_fast_is_said_in_the_largest_whole_unit(
    lan: Laptop, fast_by: timedelta, said: Any
) -> None:
    lan.clock.forward(seconds=fast_by.total_seconds())
    lan.synced()
    assert clock_warning(read_status(lan.store, State())) == said


def test_a_handshake_makes_a_clock_that_was_set_back_trusted_again(lan: Laptop) -> None:
    add_person(lan.store)
    lan.clock.forward(days=-400)
    add_person(lan.store)
    assert lan.store.setting("clock_jumped") is True
    lan.synced()
    add_person(lan.store)
    assert lan.store.setting("clock_jumped") is False


def test_a_clock_that_ran_ahead_and_was_put_right_is_trusted_after_a_handshake(
    lan: Laptop,
) -> None:
    lan.clock.forward(days=400)
    add_person(lan.store)
    lan.clock.forward(days=-400)
    lan.synced()
    add_person(lan.store)
    assert lan.store.setting("clock_jumped") is False


def test_work_made_under_a_clock_set_back_arrives_in_the_order_in_which_it_was_made(
    team: Team, lan: Laptop
) -> None:
    person = add_person(lan.store, "Một")
    lan.clock.forward(days=-400)
    edit(lan.store, Person, person, full_name="Hai")
    lan.clock.forward(days=-400)
    edit(lan.store, Person, person, full_name="Ba")
    lan.synced()
    assert on_server(team) == journal_ids(lan)
    assert name_of(lan, person) == "Ba"


# what the status bar says


def test_the_status_bar_says_where_the_work_is(lan: Laptop) -> None:
    fresh = read_status(lan.store, State())
    assert sentence(fresh) == ("sync.nothing_done_yet", {})
    assert last_receipt(fresh) == ("sync.never_confirmed", {})
    add_person(lan.store)
    add_person(lan.store)
    assert sentence(read_status(lan.store, State())) == ("sync.only_here", {"n": 2})
    seen: list[tuple[str, Any]] = []
    report = lan.sync(on_state=lambda s: seen.append(sentence(read_status(lan.store, s))))
    assert seen[:2] == [("sync.greeting", {}), ("sync.sending", {"n": 2})]
    assert seen[-1] == ("sync.all_sent", {})
    status = read_status(lan.store, report.state)
    assert status.safe_to_shut_down
    assert status.receipt
    assert last_receipt(status) == ("sync.last_confirmed", {"at": "08:00"})


def test_without_a_network_the_status_bar_says_when_the_next_try_is(lan: Laptop) -> None:
    add_person(lan.store)
    report = lan.sync(lan.transport(greet=["lost"]))
    said, values = sentence(read_status(lan.store, report.state))
    assert said == "sync.no_network_until"
    assert values["at"] == "08:00"
    assert not read_status(lan.store, report.state).safe_to_shut_down


def test_a_refusal_that_this_program_has_no_word_for_still_has_a_sentence(lan: Laptop) -> None:
    trouble = Trouble("server.something_of_next_year", waits=False)
    said, _ = sentence(read_status(lan.store, State(phase="refused", trouble=trouble)))
    assert said == "sync.refused"


def test_work_confirmed_by_another_life_of_the_server_is_not_called_safe(lan: Laptop) -> None:
    add_person(lan.store)
    lan.synced()
    lan.store.remember(epoch="another-life")
    status = read_status(lan.store, State())
    assert not status.safe_to_shut_down
    assert sentence(status) == ("sync.not_confirmed_today", {"n": 1})


def test_a_conflict_is_counted_on_both_laptops_until_somebody_decides(
    lan: Laptop, phuc: Laptop
) -> None:
    person = add_person(lan.store, "Hằng")
    lan.synced()
    phuc.synced()
    edit(lan.store, Person, person, full_name="Bích Hằng")
    edit(phuc.store, Person, person, full_name="Thu Hằng")
    lan.synced()
    phuc.synced()
    lan.synced()
    assert [read_status(one.store, State()).conflict for one in (lan, phuc)] == [1, 1]


def test_a_greeting_measures_the_offset_in_the_middle_of_the_call(lan: Laptop) -> None:
    def slowly(greeting: Greeting) -> Greeting:
        lan.clock.forward(seconds=20)
        return greeting

    assert lan.sync(lan.transport(greet=[slowly])).done
    assert lan.store.setting("offset_ms") == -10_000

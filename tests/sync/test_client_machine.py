"""The state machine of the sync, event by event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from fieldapp.errors import SurroundingsMend, UserMends
from sync.client.machine import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    Answered,
    Effect,
    Event,
    Failed,
    Greet,
    Greeted,
    PageTaken,
    Part,
    Parted,
    PullPage,
    PushBatch,
    Report,
    Reunite,
    Reunited,
    Standing,
    State,
    Trouble,
    WaitUntil,
    Wanted,
    Why,
    step,
    trouble_of,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OFFLINE = Trouble("sync.no_network")


def wanted(why: Why = "button", at: datetime = NOW) -> Wanted:
    return Wanted(why, at)


def play(*events: Event, state: State | None = None) -> tuple[State, list[Effect]]:
    """The state after the events, and the effects of the last one."""
    current, effects = state or State(), ()
    for event in events:
        current, effects = step(current, event)
    return current, list(effects)


def failed(trouble: Trouble = OFFLINE, chance: float = 0.5, at: datetime = NOW) -> Failed:
    return Failed(trouble, at, chance)


def test_a_run_greets_first() -> None:
    state, effects = play(wanted())
    assert (state.phase, effects) == ("greeting", [Greet()])


def test_with_nothing_to_do_a_run_is_done_after_the_greeting() -> None:
    state, effects = play(wanted(), Greeted({"w": 3}, Standing((), {"w": 3})))
    assert (state.phase, effects) == ("done", [Report(None)])


def test_everything_is_pushed_before_anything_is_pulled() -> None:
    state, effects = play(wanted(), Greeted({"w": 3}, Standing(("w",), {})))
    assert (state.phase, effects) == ("pushing", [PushBatch("w")])


def test_the_city_is_pulled_before_the_wards() -> None:
    heads = {"a": 2, "city": 5, "b": 1}
    _, effects = play(wanted(), Greeted(heads, Standing()))
    assert effects == [PullPage("city", 0)]
    _, effects = play(wanted(), Greeted(heads, Standing((), {"city": 5})))
    assert effects == [PullPage("a", 0)]


def test_own_work_that_was_pushed_is_pulled_up_to_its_revision() -> None:
    start = wanted(), Greeted({"w": 3}, Standing(("w",), {"w": 3}))
    _, effects = play(*start, Answered("w", 5, Standing((), {"w": 3})))
    assert effects == [PullPage("w", 3)]


def test_what_is_saved_while_pulling_is_pushed_in_the_same_run() -> None:
    start = wanted(), Greeted({"w": 3}, Standing((), {}))
    state, effects = play(*start, PageTaken("w", 3, Standing(("w",), {"w": 3})))
    assert (state.phase, effects) == ("pushing", [PushBatch("w")])


def test_a_head_that_moved_meanwhile_is_followed() -> None:
    start = wanted(), Greeted({"w": 3}, Standing((), {}))
    _, effects = play(*start, PageTaken("w", 7, Standing((), {"w": 3})))
    assert effects == [PullPage("w", 3)]


def test_a_ward_that_is_not_granted_is_pushed_but_not_pulled() -> None:
    state, effects = play(
        wanted(), Greeted({"w": 0}, Standing(("x",), {})), Answered("x", 9, Standing())
    )
    assert (state.phase, effects) == ("done", [Report(None)])


def test_a_wish_during_a_run_makes_another_round_at_its_end() -> None:
    start = wanted(), wanted("save")
    state, effects = play(*start, Greeted({}, Standing()))
    assert (state.phase, effects) == ("greeting", [Greet()])
    state, effects = play(Greeted({}, Standing()), state=state)
    assert state.phase == "done"


@pytest.mark.parametrize(
    "late", [Answered("w", 1, Standing()), PageTaken("w", 1, Standing()), failed()]
)
def test_an_answer_that_nobody_waits_for_changes_nothing(late: Event) -> None:
    assert play(late) == (State(), [])
    done, _ = play(wanted(), Greeted({}, Standing()))
    assert play(late, state=done) == (done, [])


def test_a_second_greeting_while_pushing_changes_nothing() -> None:
    pushing, _ = play(wanted(), Greeted({"w": 1}, Standing(("w",))))
    assert play(Greeted({"w": 9}, Standing()), state=pushing) == (pushing, [])


# waiting


def test_trouble_of_the_surroundings_waits_and_says_until_when() -> None:
    state, effects = play(wanted(), failed())
    assert (state.phase, state.trouble) == ("waiting", OFFLINE)
    assert state.next_try_at is not None
    assert effects == [Report(OFFLINE), WaitUntil(state.next_try_at)]


def test_waits_grow_from_two_seconds_to_a_quarter_of_an_hour_with_full_jitter() -> None:
    random, state = Random(5), State()
    longest = []
    for _ in range(14):
        waits = []
        for chance in [0.0, 0.999_999, *(random.random() for _ in range(20))]:
            after, _ = play(wanted("timer"), failed(chance=chance), state=state)
            assert after.next_try_at is not None
            waits.append(after.next_try_at - NOW)
        assert min(waits) == SHORTEST_WAIT
        assert max(waits) <= LONGEST_WAIT
        longest.append(max(waits))
        state = after
    assert longest == sorted(longest)
    assert longest[0] < timedelta(seconds=5)
    assert longest[-1] > timedelta(minutes=14)


def test_a_page_that_comes_through_makes_the_next_wait_short_again() -> None:
    state = State(phase="waiting", failures=12)
    through = PageTaken("w", 9, Standing((), {"w": 1}))
    state, _ = play(
        wanted("timer"), Greeted({"w": 9}, Standing()), through, failed(chance=0.9), state=state
    )
    assert state.next_try_at is not None
    assert state.next_try_at - NOW < timedelta(seconds=5)


def test_a_greeting_alone_does_not_make_the_wait_short_again() -> None:
    state = State(phase="waiting", failures=12)
    state, _ = play(wanted("timer"), Greeted({"w": 9}, Standing()), failed(chance=0.9), state=state)
    assert state.next_try_at is not None
    assert state.next_try_at - NOW > timedelta(minutes=10)


@pytest.mark.parametrize("why", ["button", "network", "timer"])
def test_a_person_the_network_and_the_timer_end_a_wait(why: Why) -> None:
    waiting, _ = play(wanted(), failed())
    assert play(wanted(why), state=waiting)[1] == [Greet()]


@pytest.mark.parametrize("why", ["save", "start", "live"])
def test_a_save_does_not_hurry_a_wait(why: Why) -> None:
    waiting, _ = play(wanted(), failed())
    assert play(wanted(why), state=waiting) == (waiting, [])


@pytest.mark.parametrize("why", ["button", "network", "save"])
def test_a_wait_that_the_server_asked_for_is_not_cut_short(why: Why) -> None:
    busy = Trouble("sync.server_busy", retry_after=120)
    waiting, _ = play(wanted(), failed(busy))
    early = wanted(why, NOW + timedelta(seconds=60))
    assert play(early, state=waiting) == (waiting, [])
    late = wanted(why, NOW + timedelta(seconds=160))
    assert play(late, state=waiting)[1] == [Greet()]


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_no_laptop_comes_back_before_the_time_that_the_server_named(chance: float) -> None:
    waiting, _ = play(wanted(), failed(Trouble("sync.server_busy", retry_after=120), chance))
    assert waiting.next_try_at is not None
    wait = waiting.next_try_at - NOW
    assert timedelta(seconds=120) <= wait <= timedelta(seconds=150)


def test_a_clock_set_back_does_not_prolong_a_wait() -> None:
    waiting, _ = play(wanted(), failed(Trouble("sync.server_busy", retry_after=120)))
    assert play(wanted("save", NOW - timedelta(days=365)), state=waiting)[1] == [Greet()]


# refused


def test_what_only_a_person_can_mend_is_not_tried_again_by_itself() -> None:
    refused, effects = play(wanted(), failed(trouble_of(UserMends("sync.signed_out"))))
    assert refused.phase == "refused"
    assert [type(effect) for effect in effects] == [Report]
    for why in ("save", "timer"):
        assert play(wanted(why), state=refused) == (refused, [])
    assert play(wanted("button"), state=refused)[1] == [Greet()]


@pytest.mark.parametrize("code", ["sync.new_epoch", "sync.not_our_log"])
def test_a_server_in_another_life_is_met_again_at_the_next_handshake(code: str) -> None:
    waiting, _ = play(wanted(), failed(trouble_of(SurroundingsMend(code))))
    assert waiting.phase == "waiting"
    assert play(wanted("timer"), state=waiting)[1] == [Greet()]


def test_what_is_apart_is_taken_over_before_anything_is_sent_or_taken() -> None:
    met = Greeted({"v": 3, "w": 1}, Standing(("w",), {"v": 3}), apart=("v", "w"))
    state, effects = play(wanted(), met)
    assert effects == [Reunite("v", last=False)]
    state, effects = play(Reunited("v", 7, Standing(("w",), {"v": 2})), state=state)
    assert effects == [Reunite("w", last=True)]
    state, effects = play(Reunited("w", 0, Standing(("w",), {"v": 2, "w": 1})), state=state)
    assert effects == [PushBatch("w")]
    _, effects = play(Answered("w", 0, Standing((), {"v": 2, "w": 1})), state=state)
    assert effects == [PullPage("v", 2)], "what came back beyond the old head is pulled, too"


def test_a_revoked_device_hands_in_its_work_and_reads_nothing() -> None:
    revoked = trouble_of(UserMends("sync.device_revoked"))
    told = Failed(revoked, NOW, 0.5, Standing(("w",), {}))
    state, effects = play(wanted(), told)
    assert (state.phase, effects) == ("pushing", [Part()])
    state, effects = play(Parted(False, Standing(("w",), {})), state=state)
    assert effects == [PushBatch("w")]
    state, effects = play(Answered("w", 0, Standing()), state=state)
    assert (state.phase, effects) == ("pushing", [Part()])
    _, effects = play(Parted(False, Standing(("w",), {})), state=state)
    assert effects == [PushBatch("w")], "what the server does not have goes out again"
    state, effects = play(Parted(True, Standing()), state=state)
    assert (state.phase, state.trouble) == ("refused", Trouble("sync.device_erased", waits=False))
    assert play(wanted(), state=state) == (state, []), "nothing is begun on an erased file"


def test_a_device_that_may_work_again_is_not_held_to_its_old_refusal() -> None:
    revoked = trouble_of(UserMends("sync.device_revoked"))
    back = trouble_of(UserMends("server.not_revoked"))
    again = failed(revoked), failed(back), wanted(), Greeted({"w": 1}, Standing())
    state, _ = play(wanted(), *again)
    assert state.phase == "pulling"


def test_the_seconds_that_a_server_asks_for_reach_the_machine() -> None:
    error = SurroundingsMend("sync.server_busy", retry_after=30)
    assert trouble_of(error).retry_after == 30
    assert trouble_of(SurroundingsMend("sync.server_busy", retry_after=None)).retry_after is None

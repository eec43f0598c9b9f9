"""Whom to visit today, and why: the households of the reference screen and the edges."""

from __future__ import annotations

import random
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.explained import Reason
from fieldapp.rules.visiting.outcomes import OUTCOMES
from fieldapp.rules.visiting.worklist import (
    HouseholdFacts,
    MemberFacts,
    Progress,
    due_on,
    progress,
    work_item,
    worklist,
)
from fieldapp.rules.vsi.due import Due

TODAY = date(2024, 11, 21)


def card(ends_on: date | None, name: str = "Hằng", payer: str = "household") -> MemberFacts:
    return MemberFacts(name, payer if ends_on else "", ends_on)


BICH_HANG = HouseholdFacts(
    "123/4/5A",
    (
        card(date(2024, 11, 30)),
        card(date(2024, 11, 30), "Khôi"),
        card(date(2024, 12, 31), "Ánh Nguyệt", "employer"),
        card(date(2024, 8, 31), "Minh Đức"),
        card(date(2025, 9, 30), "Gia Hưng", "child_under_6"),
    ),
    last_visit_on=date(2024, 11, 14),
    last_outcome="considering",
    next_on=TODAY,
)


def test_two_cards_that_end_and_a_lapsed_one_give_reason_and_stake() -> None:
    facts = HouseholdFacts("a", BICH_HANG.members, last_visit_on=date(2024, 11, 14))
    item = work_item(facts, TODAY)
    assert (item.bucket, item.urgency_days, item.level) == ("ends_30", 9, "now")
    assert item.reason == Reason("cards_end", {"n": 2, "day": date(2024, 11, 30)})
    (lapsed,) = item.also
    assert lapsed.code == "card_lapsed"
    assert lapsed.values == {
        "name": "Minh Đức",
        "day": date(2024, 8, 31),
        "months": 2,
        "days": 21,
    }
    assert item.stake == Reason("stake_wait", {"day": date(2024, 11, 30)})


def test_a_family_whose_cards_all_lapsed_has_until_three_months_are_over() -> None:
    ends_on = date(2024, 9, 4)
    facts = HouseholdFacts("157/2", (card(ends_on), card(ends_on), card(ends_on)), TODAY)
    item = work_item(HouseholdFacts("157/2", facts.members), TODAY)
    assert (item.bucket, item.urgency_days, item.deadline) == ("lapsed", 13, date(2024, 12, 4))
    assert item.reason.code == "cards_lapsed"
    assert item.reason.values == {"n": 3, "day": ends_on, "months": 2, "days": 17}
    assert item.stake == Reason("stake_wait", {"day": date(2024, 12, 4)})


def test_a_wait_that_rests_on_a_reading_over_new_year_is_told_as_possible_only() -> None:
    item = work_item(HouseholdFacts("x", (card(date(2024, 10, 15)),)), TODAY)
    assert item.stake == Reason("stake_wait_open", {"day": date(2025, 1, 15)})
    assert item.level == "now"


def test_cards_that_lapsed_long_ago_have_no_deadline_and_come_after_those_with_one() -> None:
    item = work_item(HouseholdFacts("x", (card(date(2024, 1, 31)),)), TODAY)
    assert (item.bucket, item.urgency_days, item.level) == ("lapsed", None, "none")
    assert item.stake == Reason("stake_new_wait")


def test_an_appointment_today_shows_its_time_and_what_else_is_true() -> None:
    facts = HouseholdFacts(
        "123/10",
        (card(date(2024, 12, 12)),),
        last_visit_on=date(2024, 11, 18),
        last_outcome="appointment",
        next_on=TODAY,
        next_at=time(10, 30),
    )
    item = work_item(facts, TODAY)
    assert (item.bucket, item.at, item.urgency_days) == ("appointment", time(10, 30), 0)
    assert item.reason == Reason("appointment_at", {"at": time(10, 30)})
    assert item.also[0].code == "cards_end"


def test_an_appointment_without_time_and_a_missed_one_are_due_too() -> None:
    def due(next_on: date) -> str:
        facts = HouseholdFacts(
            "a", last_visit_on=date(2024, 11, 1), last_outcome="appointment", next_on=next_on
        )
        item = work_item(facts, TODAY)
        assert (item.bucket, item.urgency_days, item.at) == ("appointment", 0, None)
        return item.reason.code

    missed = HouseholdFacts(
        "a",
        last_visit_on=date(2024, 11, 1),
        last_outcome="appointment",
        next_on=date(2024, 11, 20),
        next_at=time(9),
    )
    assert work_item(missed, TODAY).at is None
    assert due(TODAY) == "appointment_today"
    assert due(date(2024, 11, 20)) == "appointment_missed"


@pytest.mark.parametrize(
    ("days", "bucket", "level"),
    [
        (0, "ends_30", "now"),
        (14, "ends_30", "now"),
        (15, "ends_30", "soon"),
        (30, "ends_30", "soon"),
        (31, "ends_60", "later"),
        (60, "ends_60", "later"),
        (61, "ends_90", "later"),
        (90, "ends_90", "later"),
        (91, "never_visited", "none"),
        (-1, "lapsed", "now"),
    ],
)
def test_the_bucket_follows_the_days_to_the_end(days: int, bucket: str, level: str) -> None:
    item = work_item(HouseholdFacts("a", (card(TODAY + timedelta(days=days)),)), TODAY)
    assert (item.bucket, item.level) == (bucket, level)


def test_a_card_that_ends_today_is_not_lapsed_yet() -> None:
    item = work_item(HouseholdFacts("a", (card(TODAY),)), TODAY)
    assert (item.also, item.stake) == ((), Reason("stake_continuous", {"day": TODAY}))


def test_a_card_that_lapsed_comes_before_one_that_ends_in_two_months() -> None:
    members = (card(TODAY + timedelta(days=45)), card(date(2024, 9, 30), "Khôi"))
    item = work_item(HouseholdFacts("a", members), TODAY)
    assert (item.bucket, item.deadline) == ("lapsed", date(2024, 12, 31))


def test_who_was_never_visited_is_listed_with_the_number_of_uninsured() -> None:
    item = work_item(HouseholdFacts("a", (card(None), card(None, "Khôi"))), TODAY)
    assert (item.bucket, item.urgency_days) == ("never_visited", None)
    assert item.reason == Reason("never_visited_uninsured", {"n": 2})
    insured = HouseholdFacts("a", (MemberFacts("Ánh Nguyệt", "employer"),))
    assert work_item(insured, TODAY).reason == Reason("never_visited")


def test_a_visited_household_is_listed_for_its_uninsured_or_not_at_all() -> None:
    visited = date(2024, 6, 1)
    some = HouseholdFacts("a", (card(None),), last_visit_on=visited, last_outcome="considering")
    none = HouseholdFacts("a", (card(date(2025, 10, 1)),), last_visit_on=visited)
    assert work_item(some, TODAY).bucket == "other"
    assert work_item(some, TODAY).reason == Reason("uninsured", {"n": 1})
    assert work_item(none, TODAY).reason == Reason("nothing_due")
    assert not work_item(none, TODAY).listed


def test_cover_that_somebody_else_pays_does_not_call_for_a_visit() -> None:
    members = (card(date(2024, 11, 25), payer="employer"), card(date(2024, 10, 1), payer="poor"))
    facts = HouseholdFacts("a", members, last_visit_on=date(2024, 6, 1))
    assert work_item(facts, TODAY).bucket == "not_listed"
    supported = HouseholdFacts("a", (card(date(2024, 11, 25), payer="near_poor"),))
    assert work_item(supported, TODAY).bucket == "ends_30"


def test_a_due_payment_of_voluntary_insurance_counts_like_a_card() -> None:
    due = Due(date(2024, 11, 30), None)
    member = MemberFacts("Út", "household", date(2025, 10, 1), vsi_due=due)
    item = work_item(HouseholdFacts("a", (member,)), TODAY)
    assert (item.bucket, item.urgency_days) == ("ends_30", 9)
    assert item.reason == Reason("vsi_due", {"name": "Út", "day": date(2024, 11, 30)})
    assert item.stake is None


def test_the_first_payment_that_is_due_is_told_with_its_term() -> None:
    later = MemberFacts("Ba", vsi_due=Due(date(2024, 12, 31), 3))
    sooner = MemberFacts("Tư", vsi_due=Due(date(2024, 12, 31), 12))
    far = MemberFacts("Năm", vsi_due=Due(date(2025, 2, 20), 1))
    item = work_item(HouseholdFacts("a", (sooner, later, far)), TODAY)
    assert (item.bucket, item.deadline) == ("ends_60", date(2024, 12, 31))
    assert (item.reason.code, item.reason.values["name"]) == ("vsi_due_term", "Ba")
    assert work_item(HouseholdFacts("a", (far,)), TODAY).reason.code == "never_visited_uninsured"


def test_payments_that_it_is_too_late_for_are_listed_without_a_deadline() -> None:
    missed = MemberFacts("Út", "household", date(2025, 10, 1), vsi_due=Due(date(2024, 11, 20), 1))
    item = work_item(HouseholdFacts("a", (missed,)), TODAY)
    assert (item.bucket, item.urgency_days) == ("lapsed", None)
    assert item.reason == Reason("vsi_paused_since", {"name": "Út", "day": date(2024, 11, 20)})
    last_day = MemberFacts("Út", "household", date(2025, 10, 1), vsi_due=Due(TODAY, 1))
    item = work_item(HouseholdFacts("a", (last_day,)), TODAY)
    assert (item.bucket, item.urgency_days, item.reason.code) == ("ends_30", 0, "vsi_due_term")


@pytest.mark.parametrize("outcome", [o.code for o in OUTCOMES])
def test_a_household_visited_today_is_done_or_gone(outcome: str) -> None:
    facts = HouseholdFacts("a", BICH_HANG.members, last_visit_on=TODAY, last_outcome=outcome)
    item = work_item(facts, TODAY)
    gone = outcome in ("moved", "do_not_contact")
    assert item.bucket == ("not_listed" if gone else "done_today")
    assert item.reason.code == (outcome if gone else f"done_{outcome}")
    assert not item.listed


def test_a_meeting_agreed_for_a_later_hour_of_today_stays_on_the_list() -> None:
    facts = HouseholdFacts(
        "a", last_visit_on=TODAY, last_outcome="appointment", next_on=TODAY, next_at=time(17, 30)
    )
    assert work_item(facts, TODAY).bucket == "appointment"


@pytest.mark.parametrize(
    "facts",
    [
        HouseholdFacts("a", BICH_HANG.members, do_not_contact=True),
        HouseholdFacts("a", BICH_HANG.members, moved=True),
        HouseholdFacts("a", BICH_HANG.members, last_outcome="do_not_contact", next_on=TODAY),
        HouseholdFacts("a", BICH_HANG.members, last_outcome="moved"),
    ],
)
def test_who_moved_or_wants_no_contact_is_never_listed(facts: HouseholdFacts) -> None:
    assert work_item(facts, TODAY).bucket == "not_listed"


def test_who_asked_for_time_is_left_alone_until_then_unless_a_card_ends_before() -> None:
    def thinking(next_on: date, ends_on: date, outcome: str = "considering") -> str:
        facts = HouseholdFacts(
            "a",
            (card(ends_on),),
            last_visit_on=date(2024, 11, 18),
            last_outcome=outcome,
            next_on=next_on,
        )
        return work_item(facts, TODAY).reason.code

    assert thinking(date(2024, 11, 25), date(2024, 11, 25)) == "waits_until"
    assert thinking(date(2024, 11, 25), date(2024, 11, 24)) == "cards_end"
    assert thinking(date(2024, 11, 25), date(2025, 11, 24)) == "waits_until"
    assert thinking(date(2024, 11, 25), date(2025, 11, 24), "appointment") == "appointment_on"
    assert thinking(date(2025, 5, 18), date(2024, 11, 24), "refused") == "refused_until"


def test_when_the_day_has_come_the_household_is_listed_again() -> None:
    item = work_item(BICH_HANG, TODAY)
    assert item.reason == Reason("come_again", {"day": TODAY})
    assert [reason.code for reason in item.also] == ["cards_end", "card_lapsed"]
    assert item.bucket == "ends_30"


def test_a_household_held_by_a_colleague_says_so_and_stays_listed() -> None:
    def stake(until: date) -> Reason | None:
        facts = HouseholdFacts(
            "157/6B", (card(date(2024, 12, 20)),), held_by="Mai", held_until=until
        )
        item = work_item(facts, TODAY)
        assert item.listed
        return item.stake

    assert stake(date(2024, 11, 25)) == Reason(
        "held_by", {"name": "Mai", "day": date(2024, 11, 25)}
    )
    assert stake(TODAY) == Reason("held_by", {"name": "Mai", "day": TODAY})
    assert stake(date(2024, 11, 20)) == Reason("stake_continuous", {"day": date(2024, 12, 20)})


def test_the_list_begins_with_what_ends_first_and_closes_with_what_is_done() -> None:
    def meeting(name: str, at: time) -> HouseholdFacts:
        return HouseholdFacts(
            name,
            last_visit_on=date(2024, 11, 1),
            last_outcome="appointment",
            next_on=TODAY,
            next_at=at,
        )

    in_order = [
        HouseholdFacts("ends today", (card(TODAY),)),
        meeting("at ten", time(10)),
        meeting("at two", time(14)),
        HouseholdFacts("in 9 days", (card(date(2024, 11, 30)),)),
        HouseholdFacts("wait in 13 days", (card(date(2024, 9, 4)),)),
        HouseholdFacts("in 24 days", (card(date(2024, 12, 15)),)),
        HouseholdFacts("in 80 days", (card(TODAY + timedelta(days=80)),)),
        HouseholdFacts("lapsed long ago", (card(date(2024, 1, 31)),)),
        HouseholdFacts("never visited", (card(None),)),
        HouseholdFacts("again", last_visit_on=date(2024, 5, 1), next_on=TODAY),
        HouseholdFacts("done", last_visit_on=TODAY, last_outcome="enrolled"),
        HouseholdFacts("no contact", do_not_contact=True),
    ]
    shuffled = in_order[:]
    random.Random(5).shuffle(shuffled)
    ordered = [item.household for item in worklist(shuffled, TODAY)]
    assert ordered == [facts.household for facts in in_order]


def test_progress_counts_each_door_once_by_its_last_outcome() -> None:
    items = worklist(
        [
            HouseholdFacts("a", last_visit_on=TODAY, last_outcome="enrolled"),
            HouseholdFacts("b", last_visit_on=TODAY, last_outcome="refused"),
            HouseholdFacts("c"),
            HouseholdFacts("d", do_not_contact=True),
        ],
        TODAY,
    )
    visits = [("a", "not_at_home"), ("b", "refused"), ("a", "enrolled"), ("e", "not_at_home")]
    counted = progress(items, visits)
    assert counted == Progress(doors=4, done=3, enrolled=1, met=1, not_at_home=1)
    assert counted.left == 1


ends = st.one_of(st.none(), st.dates(date(2023, 1, 1), date(2026, 12, 31)))
households = st.builds(
    HouseholdFacts,
    household=st.text(min_size=1, max_size=4),
    members=st.lists(ends.map(card), max_size=4).map(tuple),
    last_visit_on=ends,
    last_outcome=st.sampled_from([o.code for o in OUTCOMES]),
    next_on=ends,
)


@given(st.lists(households, max_size=8))
def test_sooner_deadlines_always_stand_higher_and_nobody_is_lost(
    facts: list[HouseholdFacts],
) -> None:
    items = worklist(facts, TODAY)
    assert sorted(i.household for i in items) == sorted(f.household for f in facts)
    urgencies = [i.urgency_days for i in items if i.listed and i.urgency_days is not None]
    assert urgencies == sorted(urgencies)
    assert [i.listed for i in items] == sorted((i.listed for i in items), reverse=True)


DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31))
HOUSEHOLDS = st.builds(
    HouseholdFacts,
    household=st.just("a"),
    members=st.lists(
        st.builds(
            MemberFacts,
            name=st.sampled_from(("An", "Bình")),
            payer=st.sampled_from(("", "household", "employer")),
            hhi_ends_on=st.none() | DAYS,
            vsi_due=st.none() | st.builds(Due, day=DAYS, months=st.none()),
        ),
        max_size=3,
    ).map(tuple),
    last_visit_on=st.none() | DAYS,
    last_outcome=st.sampled_from(("appointment", "considering", "refused")),
    next_on=st.none() | DAYS,
)


@given(facts=HOUSEHOLDS, day=DAYS, later=st.integers(0, 400))
def test_what_is_due_on_a_day_was_known_before(
    facts: HouseholdFacts, day: date, later: int
) -> None:
    today = day + timedelta(days=later)
    due, deadline = due_on(facts, day), work_item(facts, today).deadline
    if deadline is not None:
        assert due is not None and due <= deadline
        assert due < today or due == deadline

"""The seven outcomes and their proposals."""

from __future__ import annotations

from datetime import date, time

import pytest

from fieldapp.errors import DefectFound
from fieldapp.rules.visiting.outcomes import BY_KEY, OUTCOMES, Proposal, outcome_of, propose

THURSDAY = date(2024, 11, 21)


def test_the_keys_1_to_7_stand_in_the_order_of_the_screen() -> None:
    assert [BY_KEY[key].code for key in range(1, 8)] == [
        "not_at_home",
        "appointment",
        "considering",
        "refused",
        "enrolled",
        "moved",
        "do_not_contact",
    ]


@pytest.mark.parametrize(
    ("code", "proposal"),
    [
        ("not_at_home", Proposal(date(2024, 11, 22), time(17))),
        ("appointment", Proposal(date(2024, 11, 23), time(17, 30))),
        ("considering", Proposal(date(2024, 11, 28))),
        ("refused", Proposal(date(2025, 5, 21))),
        ("enrolled", Proposal(None)),
        ("moved", Proposal(None)),
        ("do_not_contact", Proposal(None)),
    ],
)
def test_each_outcome_proposes_its_next_day(code: str, proposal: Proposal) -> None:
    assert propose(code, THURSDAY) == proposal


def test_on_a_saturday_the_next_saturday_is_meant() -> None:
    assert propose("appointment", date(2024, 11, 23)).on == date(2024, 11, 30)
    assert propose("appointment", date(2024, 11, 24)).on == date(2024, 11, 30)


def test_six_months_after_the_31st_is_the_end_of_a_shorter_month() -> None:
    assert propose("refused", date(2024, 8, 31)).on == date(2025, 2, 28)


def test_who_moved_or_wants_no_contact_leaves_the_lists() -> None:
    leaving = {o.code: o.listing for o in OUTCOMES if o.listing != "stays"}
    assert leaving == {"moved": "moved", "do_not_contact": "never"}


def test_an_unknown_outcome_is_a_defect() -> None:
    with pytest.raises(DefectFound):
        propose("shouted", THURSDAY)
    assert outcome_of("refused").key == 4

"""The form of the enrolment page: ticks in the household's order, drafts, amounts."""

from __future__ import annotations

import pytest

from ui.places.enrol.form import EnrolForm, VsiPick, from_draft, read_amount, to_draft

HOME = ("hang", "khoi", "duc")


def test_members_stand_in_the_order_of_the_household_however_they_are_ticked() -> None:
    form = EnrolForm().toggled_hhi("duc", HOME).toggled_hhi("hang", HOME)
    assert form.hhi == ("hang", "duc")


def test_a_second_tick_takes_the_first_back() -> None:
    form = EnrolForm().toggled_vsi("duc", 1_500_000)
    assert form.vsi == (VsiPick("duc", 1_500_000, 6),)
    assert form.toggled_vsi("duc", 1_500_000).is_empty()


def test_a_draft_comes_back_as_it_was() -> None:
    form = EnrolForm(
        *(("hang",), 3, (VsiPick("duc", 2_000_000, 12),), "transfer", "Trần Minh Đức", "signed"),
        ((10, 10, 300, 40),),
    )
    assert from_draft(to_draft(form)) == form


@pytest.mark.parametrize("broken", [None, "", [], {"hhi": []}, {"vsi": [{"who": "x"}], "hhi": []}])
def test_a_draft_that_cannot_be_read_is_no_draft(broken: object) -> None:
    assert from_draft(broken) is None


def test_an_old_draft_forgets_who_cannot_join_any_more() -> None:
    form = EnrolForm(("hang", "duc"), vsi=(VsiPick("khoi", 1_500_000), VsiPick("duc", 1_500_000)))
    fitting = form.limited_to(("khoi", "duc"), ("duc",))
    assert fitting.hhi == ("duc",)
    assert [pick.person for pick in fitting.vsi] == ["duc"]


@pytest.mark.parametrize(
    ("typed", "dong"),
    [
        ("1.500.000", 1_500_000),
        (" 1500000 đ", 1_500_000),
        ("1 500 000\u00a0đ", 1_500_000),
        ("", None),
        ("-5", None),
        ("một triệu", None),
        ("1²", None),
    ],
)
def test_an_amount_is_read_with_dots_and_dong_or_not_at_all(typed: str, dong: int | None) -> None:
    assert read_amount(typed) == dong

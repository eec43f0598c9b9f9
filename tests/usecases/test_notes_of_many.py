"""Three people write one note without a network: nothing is lost or put in another's mouth."""

from __future__ import annotations

from itertools import permutations

import pytest

from fieldapp.model.threeway import merge_texts
from fieldapp.usecases.households import people
from tests.support.laptops import WARD
from tests.usecases.test_conflict_story import Office, office

__all__ = ["office"]


def written(office: Office, order: tuple[int, ...], notes: tuple[str, str, str]) -> str:
    """The note after the three have synced in this order; it is the same on every laptop."""
    laptops = (office.hien, office.lan, office.phuc)
    people.edit_household(office.hien.store, WARD, office.home, {"note": "đầu\ncuối"})
    office.sync(*laptops)
    for laptop, note in zip(laptops, notes, strict=True):
        laptop.clock.forward(seconds=60 * (1 + laptops.index(laptop)))
        people.edit_household(laptop.store, WARD, office.home, {"note": note})
    office.sync(*(laptops[place] for place in order))
    office.sync(*laptops)
    found = {office.page(laptop).note for laptop in laptops}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("order", list(permutations(range(3)))[::4])
def test_three_rewritten_notes_stay_whole_each_under_its_author(
    office: Office, order: tuple[int, ...]
) -> None:
    note = written(office, order, ("một", "hai", "ba"))
    assert note == "hien: một\nlan: hai\nphuc: ba"


@pytest.mark.parametrize("order", list(permutations(range(3)))[1::4])
def test_what_three_added_is_joined_the_same_whoever_syncs_first(
    office: Office, order: tuple[int, ...]
) -> None:
    note = written(office, order, ("đầu\ncuối\nA", "B\nđầu\ncuối", "đầu\ncuối\nC"))
    assert note == "B\nđầu\ncuối\nA\nC"


def test_a_note_on_an_old_page_does_not_hide_what_came_meanwhile(office: Office) -> None:
    lan, phuc = office.lan, office.phuc
    page = office.page(lan)
    people.edit_household(phuc.store, WARD, office.home, {"note": "chó dữ"})
    office.sync(phuc, lan)
    note = {"note": "gọi trước"}
    people.edit_household(lan.store, WARD, office.home, note, basis=page.basis)
    assert sorted(office.page(lan).note.splitlines()) == ["chó dữ", "gọi trước"]


def test_what_two_changed_alike_counts_once() -> None:
    old = "số 12\nchó dữ"
    assert merge_texts(old, ("số 13\nchó dữ", "số 13\nchó dữ\ntối")) == "số 13\nchó dữ\ntối"
    assert merge_texts(old, ("số 13\nchó dữ", "số 14\nchó dữ")) is None

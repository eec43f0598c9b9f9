"""What is typed, pasted or named wrongly never becomes work that can't leave the laptop."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from fieldapp.demo.town import Town
from fieldapp.errors import UserMends
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.households import people, search
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.visiting import assignments, visits
from tests.support.laptops import WARD
from tests.support.refusals import refused
from tests.support.team import Laptop, Team
from tests.usecases.conftest import register

NEXT_YEAR = date(2027, 1, 1)


def code_of(refused: pytest.ExceptionInfo[UserMends]) -> str:
    return refused.value.code


def test_nothing_is_recorded_of_a_household_that_is_not_here(store: Store, home: str) -> None:
    before = changes.pending(store)
    for wrong in (
        lambda: visits.record_visit(store, WARD, "nobody", "not_at_home"),
        lambda: visits.record_visit(store, WARD, "nobody", "do_not_contact"),
        lambda: people.add_member(store, WARD, "nobody", {"full_name": "Lê An"}, "03"),
        lambda: people.edit_household(store, WARD, "nobody", {"street": "Lê Lợi"}),
        lambda: assignments.assign(store, WARD, ["nobody"], "lan", until=NEXT_YEAR),
    ):
        with pytest.raises(UserMends) as refused:
            wrong()
        assert code_of(refused) == "entry.gone"
    assert changes.pending(store) == before


def test_characters_that_no_database_holds_are_left_out(store: Store, home: str) -> None:
    people.edit_household(store, WARD, home, {"note": "chó\x00 dữ\ud800 🐕\nhai"})
    assert household_page(store, WARD, home).note == "chó dữ 🐕\nhai"


def test_a_pasted_control_character_does_not_stop_the_sync(tmp_path: Path, town: Town) -> None:
    team = Team()
    lan: Laptop = team.laptop(tmp_path / "lan", "lan")
    home = register(lan.store, town.households[0])
    people.edit_household(lan.store, WARD, home, {"note": "chó\x00 dữ"})
    visits.record_visit(lan.store, WARD, home, "considering", note="gọi\x07 trước")
    lan.synced()
    assert changes.pending(lan.store) == () and changes.troubled(lan.store) == ()
    lan.profile.close()
    team.close()


def test_a_text_without_end_is_refused_with_its_field(store: Store, home: str) -> None:
    with pytest.raises(UserMends) as refused:
        people.edit_household(store, WARD, home, {"street": "x" * 20_000_000})
    assert (code_of(refused), refused.value.field) == ("entry.text_too_long", "street")


def test_a_page_pasted_into_a_line_is_refused_below_that_line(store: Store, home: str) -> None:
    page, fits = "Nguyễn An " * 21, "x" * 200
    with refused(UserMends, "entry.text_too_long") as raised:
        people.add_member(store, WARD, home, {"full_name": page}, "03")
    assert raised.value.field == "full_name"
    with refused(UserMends, "entry.text_too_long") as raised:
        people.edit_household(store, WARD, home, {"call_hint": fits + "x"})
    assert raised.value.field == "call_hint"
    people.edit_household(store, WARD, home, {"call_hint": fits})
    assert household_page(store, WARD, home).call_hint == fits


def test_whatever_comes_in_is_kept_composed(store: Store, home: str) -> None:
    decomposed = unicodedata.normalize("NFD", "0903555214 gặp bác Hằng")
    visits.record_visit(store, WARD, home, "considering", note=decomposed)
    people.edit_household(store, WARD, home, {"call_hint": decomposed})
    assert household_page(store, WARD, home).call_hint == unicodedata.normalize("NFC", decomposed)


def test_any_name_is_kept_as_it_is_written(store: Store, home: str) -> None:
    written = ["=An", "+Lê An", "-Lê An", "@An", "Lê 'An\"", "Lê 😀"]
    for name in written:
        people.add_member(store, WARD, home, {"full_name": name}, "03")
    shown = [member.name for member in household_page(store, WARD, home).members]
    assert set(written) <= set(shown)


QUERIES = (
    *('"', "'", "*", "NEAR(a b)", "a OR", "NOT", "(", "name:hang", "^h", "%", ";DROP TABLE person"),
    *("\x00", "\ud800", "²²²", "٣٢١", "😀", "a " * 5_000, "x" * 10_000, "1" * 10_000, "|" * 10_000),
)


def test_no_query_is_an_error(store: Store, home: str) -> None:
    for query in QUERIES:
        search.find(store, query)
        households(store, text=query)
    assert search.find(store, "bich hang").hits

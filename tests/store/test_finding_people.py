"""The search of the laptop's file, as people type."""

from __future__ import annotations

import unicodedata

import pytest
from sqlalchemy import Connection, select

from fieldapp.model import Household, Membership, Person
from fieldapp.store import tables
from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from tests.support.laptops import add_family, add_person, edit


def names(store: Store, query: str) -> list[str]:
    return [hit.name for hit in store.read(find_people, query)]


@pytest.fixture
def people(store: Store) -> Store:
    add_person(store, "Nguyễn Thị Bích Hằng", id_number="079168003579", phone="0912 345 678")
    add_person(store, "Đặng Quốc Bảo", id_number="079079001234", si_number="7912345678")
    add_person(store, "Lê Văn Hăng")
    add_person(store, "Trần Hoàng Anh")
    return store


@pytest.mark.parametrize(
    "query",
    ["bich hang", "hang bich", "BÍCH HẰNG", "nguyen  hang", "bic han", "Nguyễn Thị Bích Hằng"],
)
def test_a_name_is_found_without_tones_in_any_order_by_the_start_of_each_word(
    people: Store, query: str
) -> None:
    assert names(people, query)[0] == "Nguyễn Thị Bích Hằng"


def test_d_with_and_without_its_bar_is_one_letter(people: Store) -> None:
    assert names(people, "dang quoc") == names(people, "đặng quốc") == ["Đặng Quốc Bảo"]


def test_decomposed_unicode_finds_the_same(people: Store) -> None:
    typed = unicodedata.normalize("NFD", "Bích Hằng")
    assert typed != "Bích Hằng"
    assert names(people, typed) == ["Nguyễn Thị Bích Hằng"]


def test_a_name_saved_decomposed_is_found_too(store: Store) -> None:
    add_person(store, unicodedata.normalize("NFD", "Phạm Thị Tuyết"))
    assert len(names(store, "tuyết")) == 1


def test_the_right_tones_come_first(people: Store) -> None:
    assert names(people, "hăng") == ["Lê Văn Hăng", "Nguyễn Thị Bích Hằng"]
    assert names(people, "hằng") == ["Nguyễn Thị Bích Hằng", "Lê Văn Hăng"]


@pytest.mark.parametrize("tail", ["579", "3579", "079168003579", "5678", "345 678", "0912345678"])
def test_a_number_is_found_by_any_tail_of_three_digits(people: Store, tail: str) -> None:
    assert "Nguyễn Thị Bích Hằng" in names(people, tail)


def test_two_digits_are_too_few_for_a_number(people: Store) -> None:
    assert names(people, "79") == []


def test_the_middle_of_a_number_is_not_its_tail(people: Store) -> None:
    assert names(people, "16800") == []


def test_people_are_found_by_where_they_live(store: Store) -> None:
    add_family(store, ["Hằng", "Bảo"], house_number="157/2", street="Nguyễn Xí")
    add_person(store, "Nguyễn Văn Xí")
    assert set(names(store, "157/2 nguyen xi")) == {"Hằng", "Bảo"}
    assert names(store, "nguyễn xí")[0] == "Nguyễn Văn Xí"


def test_the_search_follows_each_edit(store: Store) -> None:
    home, (person,) = add_family(store, ["Hằng"], street="Nguyễn Xí")
    edit(store, Person, person, full_name="Thảo")
    edit(store, Household, home, street="Lê Lợi")
    assert names(store, "hang") == []
    assert names(store, "thao le loi") == ["Thảo"]


def test_who_has_left_the_household_is_no_longer_found_by_its_address(store: Store) -> None:
    _, (person,) = add_family(store, ["Hằng"], street="Nguyễn Xí")
    membership = store.read(_membership_of, person)
    edit(store, Membership, membership, withdrawn=True)
    assert names(store, "nguyen xi") == []
    assert names(store, "hang") == ["Hằng"]


def _membership_of(connection: Connection, person: str) -> str:
    from sqlalchemy import select

    row = select(Membership.id).where(Membership.person == person)
    return str(connection.execute(row).scalar_one())


def test_a_withdrawn_person_is_not_found(store: Store) -> None:
    person = add_person(store, "Hằng")
    edit(store, Person, person, withdrawn=True)
    assert names(store, "hang") == []


@pytest.mark.parametrize(
    "query", ["", "  ", '"', "*", "'; DROP TABLE person", "a AND", "NEAR(", "-", "^x", "(((", "%"]
)
def test_signs_that_mean_something_to_the_index_mean_nothing_here(
    people: Store, query: str
) -> None:
    names(people, query)
    assert names(people, "bao") == ["Đặng Quốc Bảo"]


def test_what_changes_no_word_and_no_number_leaves_the_index_as_it_is(people: Store) -> None:
    def key_of(query: str) -> int:
        found = people.read(find_people, query)[0].person
        entry = tables.search_entry.c
        wanted = select(entry.key).where(entry.person == found)
        return int(people.read(lambda connection: connection.execute(wanted).scalar_one()))

    def change(query: str, **fields: object) -> None:
        edit(people, Person, people.read(find_people, query)[0].person, **fields)

    first = key_of("bich hang")
    change("bich hang", note="Vắng nhà đến tối.")
    assert key_of("bich hang") == first
    change("bich hang", phone="0912 345 679")
    assert key_of("345679") > first
    assert names(people, "345678") == ["Đặng Quốc Bảo"]

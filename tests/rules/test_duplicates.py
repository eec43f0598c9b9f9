"""Two records of one person: what counts for it, what against it, and that nobody is missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.rules.people.duplicates import (
    LIKELY,
    NUMBER_FLOOR,
    POINTS,
    Known,
    Match,
    compare,
    likely_pairs,
    pairs,
    ranked,
)

BAO = Known(
    "a",
    full_name="Đặng Quốc Bảo",
    born_on=date(1979, 3, 5),
    sex="male",
    phone="0903000123",
    house_number="157/2",
    street="Ung Văn Khiêm",
)


def match(**changed: object) -> Match:
    """Bảo against a record that differs so from his."""
    found = compare(BAO, replace(BAO, key="b", **changed))  # type: ignore[arg-type]  # fields given by name
    assert found is not None
    return found


def no_match(**changed: object) -> bool:
    return compare(BAO, replace(BAO, key="b", **changed)) is None  # type: ignore[arg-type]  # fields given by name


ELSEWHERE = {"phone": "", "house_number": "9", "street": "Lê Lợi"}


def test_the_same_name_and_birth_are_one_person_wherever_she_lives() -> None:
    found = match(**ELSEWHERE)
    assert found.agree == ("same_name", "same_birth", "same_sex")
    assert found.differ == () and not found.same_number
    assert found.score == 85


def test_a_namesake_without_anything_else_is_nobody() -> None:
    assert compare(Known("a", "Đặng Quốc Bảo"), Known("b", "Đặng Quốc Bảo")) is None
    assert no_match(**ELSEWHERE, born_on=date(1985, 3, 5))


def test_another_name_is_another_person_unless_a_number_is_the_same() -> None:
    assert no_match(full_name="Đặng Quốc Bình")
    assert no_match(full_name="")
    with_number = replace(BAO, si_number="7900000001")
    other = replace(with_number, key="b", full_name="Trần Thị Lan", sex="female", born_on=None)
    found = compare(with_number, other)
    assert found is not None and found.same_number


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ĐẶNG QUỐC BẢO", "same_name"),
        ("Dang Quoc Bao", "same_name_no_tones"),
        ("Bảo Đặng Quốc", "same_name_other_order"),
        ("Đặng Hữu Quốc Bảo", "same_name_word_more"),
        ("Đặng Bảo", "same_name_word_more"),
    ],
)
def test_ways_of_writing_a_name(name: str, code: str) -> None:
    found = match(full_name=name, **ELSEWHERE)
    assert found.agree[0] == code


def test_a_single_word_is_no_shorter_name() -> None:
    assert no_match(full_name="Bảo")


@pytest.mark.parametrize(
    ("born_on", "code"),
    [
        (date(1979, 5, 3), "swapped_birth"),
        (date(1979, 1, 1), "same_birth_year"),
        (date(1979, 3, 6), "other_birth_day"),
    ],
)
def test_ways_of_getting_a_birth_wrong(born_on: date, code: str) -> None:
    found = match(born_on=born_on)
    assert code in found.agree + found.differ


def test_a_year_alone_agrees_with_every_day_of_it() -> None:
    assert "same_birth_year" in match(born_on=None, birth_year=1979).agree
    assert no_match(born_on=None, birth_year=1980)
    assert match(born_on=None).agree == ("same_name", "same_sex", "same_address", "same_phone")


def test_another_sex_lowers_and_is_told() -> None:
    same, other = match(), match(sex="female")
    assert other.score < same.score == 100
    assert other.differ == ("other_sex",)
    assert no_match(sex="female", **ELSEWHERE, born_on=date(1979, 5, 3))


def test_near_is_the_same_alley_or_the_same_street_outside_of_alleys() -> None:
    assert "near_address" in match(house_number="157/40").agree
    assert "near_address" not in match(house_number="9/2").agree
    assert "same_address" in match(house_number=" 157 / 2 ", street="ung van khiem").agree
    without = replace(BAO, house_number="")
    found = compare(without, replace(without, key="b"))
    assert found is not None and "same_address" not in found.agree


def test_the_same_number_is_never_hidden_by_what_differs() -> None:
    one = Known("a", "Đặng Quốc Bảo", date(1979, 3, 5), sex="male", id_number="079079000001")
    other = Known("b", "Lê Thị Lan", date(1990, 1, 2), sex="female", id_number="079079000001")
    found = compare(one, other)
    assert found is not None
    assert found.score >= NUMBER_FLOOR
    assert found.agree == ("same_id_number",)
    assert found.differ == ("other_birth_year", "other_sex")


def test_numbers_are_the_same_under_whatever_name_they_stand() -> None:
    by_card = Known("b", "Lê An", card_number="GD4790079000001")
    assert compare(Known("a", "Lê An", si_number="0079000001"), by_card) is not None
    twelve = Known("b", "Lê An", card_number="079079000001")
    assert compare(Known("a", "Lê An", id_number="079079000001"), twelve) is not None
    old = Known("b", "Lê An", old_id_number="079079000001")
    for known in (
        Known("a", "Lê An", id_number="079079000001"),
        Known("a", "Lê An", old_id_number="079079000001"),
    ):
        found = compare(known, old)
        assert found is not None and found.agree[0] == "same_old_id_number"


def test_twins_and_namesakes_have_numbers_of_their_own() -> None:
    one = replace(BAO, id_number="079079000001", si_number="7900000001")
    other = replace(one, key="b", id_number="079079000002", si_number="7900000002")
    found = compare(one, other)
    assert found is not None
    assert found.differ == ("other_id_number", "other_si_number")
    far = compare(one, replace(other, **ELSEWHERE))  # type: ignore[arg-type]  # fields given by name
    assert far is not None and far.score == LIKELY
    assert compare(one, replace(other, sex="female", **ELSEWHERE)) is None  # type: ignore[arg-type]  # fields given by name


def test_the_likeliest_comes_first_and_nobody_is_his_own_duplicate() -> None:
    far = replace(BAO, key="far", **ELSEWHERE)  # type: ignore[arg-type]  # fields given by name
    near = replace(BAO, key="near")
    found = ranked(BAO, [far, BAO, Known("c", "Lê An"), near])
    assert [other.key for other, _ in found] == ["near", "far"]


NAMES = ("Lê An", "Lê Ân", "An Lê", "Lê Thị An", "Lê Thị Ân Lan", "Trần Bình", "")
people = st.builds(
    Known,
    key=st.uuids().map(str),
    full_name=st.sampled_from(NAMES),
    born_on=st.sampled_from(
        [None, date(1979, 3, 5), date(1979, 5, 3), date(1979, 1, 1), date(1980, 3, 5)]
    ),
    birth_year=st.sampled_from([0, 1979]),
    sex=st.sampled_from(["", "male", "female"]),
    id_number=st.sampled_from(["", "079079000001", "079079000002"]),
    old_id_number=st.sampled_from(["", "079079000001", "020000001"]),
    si_number=st.sampled_from(["", "7900000001"]),
    card_number=st.sampled_from(["", "GD4797900000001", "079079000002"]),
    phone=st.sampled_from(["", "0903000123"]),
    house_number=st.sampled_from(["", "9", "157/2", "157/4"]),
    street=st.sampled_from(["", "Ung Văn Khiêm", "Lê Lợi"]),
)


@given(people, people)
def test_both_sides_see_the_same(one: Known, other: Known) -> None:
    found = compare(one, other)
    assert found == compare(other, one)
    if found is not None:
        assert LIKELY <= found.score <= 100
        assert found.agree
        assert set(found.agree + found.differ) <= POINTS.keys()


@given(st.lists(people, max_size=12, unique_by=lambda person: person.key), st.randoms())
def test_the_order_of_the_records_makes_no_difference(known: list[Known], random: Random) -> None:
    shuffled = known[:]
    random.shuffle(shuffled)
    assert likely_pairs(known) == likely_pairs(shuffled)


@given(st.lists(people, max_size=14, unique_by=lambda person: person.key))
def test_nobody_is_missed_by_comparing_only_those_who_share_something(known: list[Known]) -> None:
    in_order = sorted(known, key=lambda person: person.key)
    every = {(a.key, b.key) for a, b in combinations(in_order, 2) if compare(a, b) is not None}
    assert {(a.key, b.key) for a, b, _ in likely_pairs(known)} == every


def ward_of(count: int) -> list[Known]:
    """People with the names of a ward: few family names, many alike, born over eighty years."""
    random = Random(5)
    family, middle = ("Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Võ"), ("Thị", "Văn", "Ngọc", "")
    given = [f"{a}{b}" for a in ("L", "H", "Th", "M", "Tr", "Kh", "D") for b in ("an", "oa", "ai")]
    return [
        Known(
            f"p{n:05}",
            " ".join(
                f"{random.choice(family)} {random.choice(middle)} "
                f"{random.choice(given)} {random.choice(given)}".split()
            ),
            date(1940 + random.randrange(80), 1 + random.randrange(12), 1 + random.randrange(28)),
            sex=random.choice(("male", "female")),
            id_number=f"0790{n:08}",
            house_number=f"{random.randrange(400)}/{random.randrange(40)}",
            street=f"Đường số {random.randrange(60)}",
        )
        for n in range(count)
    ]


def test_the_pairs_of_a_large_ward_grow_with_its_people_not_with_their_square() -> None:
    known = ward_of(30_000)
    twin = replace(known[777], key="twin", id_number="", full_name=known[777].full_name.upper())
    compared = list(pairs([*known, twin]))
    assert len(compared) < 10 * len(known)
    assert (known[777], twin) in compared


def test_a_junk_name_that_thousands_share_does_not_make_millions_of_pairs() -> None:
    junk = [
        Known(f"p{n:05}", name, date(1900, 1, 1), street="Ung Văn Khiêm", house_number=str(n))
        for n in range(2_000)
        for name in ["Chưa rõ tên" if n % 2 else "Chưa rõ"]
    ]
    first, second = replace(junk[4], key="x"), replace(junk[7], key="y")
    compared = set(pairs([*junk, first, second]))
    assert len(compared) < 150 * len(junk)
    assert (junk[4], first) in compared
    assert (junk[7], second) in compared

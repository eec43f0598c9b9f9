"""The invented town: enough people, possible people, and the same ones every time."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date, timedelta

import pytest

from fieldapp.clock import business_date
from fieldapp.demo.town import STAFF, Town, TownPerson, card_text, make_town
from fieldapp.rules.hhi.groups import why_not

DAY = date(2026, 11, 23)
LEAP_DAY = date(2028, 2, 29)


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(DAY)


def ends(town: Town) -> list[int]:
    """Days from the day of the town to the end of each household card."""
    return [
        (cover.valid_to - town.day).days
        for person in town.persons()
        for cover in person.coverages
        if cover.payer == "household" and cover.valid_to
    ]


def test_the_town_has_enough_households_and_people_in_three_wards(town: Town) -> None:
    assert [(w.code, w.name) for w in town.wards] == [
        ("26956", "Phường Thạnh Mỹ Tây"),
        ("26929", "Phường Bình Thạnh"),
        ("26905", "Phường Bình Lợi Trung"),
    ]
    assert len(town.households) == 640
    assert 2_100 <= len(list(town.persons())) <= 2_400
    by_ward = Counter(household.ward_code for household in town.households)
    assert set(by_ward) == {"26956", "26929", "26905"} and min(by_ward.values()) > 150


def test_the_same_day_and_seed_give_the_same_town(town: Town) -> None:
    assert make_town(DAY) == town


def test_another_seed_gives_other_people_but_the_same_story(town: Town) -> None:
    other = make_town(DAY, seed=2)
    assert other.households[1:] != town.households[1:]
    assert other.story == town.story


def test_households_keep_their_doors_when_the_town_is_made_on_another_day(
    town: Town,
) -> None:
    tomorrow = make_town(DAY + timedelta(days=1))
    doors = [(h.ward_code, h.street, h.house_number) for h in tomorrow.households]
    assert doors == [(h.ward_code, h.street, h.house_number) for h in town.households]


def test_no_number_and_no_door_is_given_twice(town: Town) -> None:
    persons = list(town.persons())
    for field in ("key", "id_number", "si_number"):
        assert len({getattr(person, field) for person in persons}) == len(persons), field
    for field in ("old_id_number", "phone"):
        given = [getattr(person, field) for person in persons if getattr(person, field)]
        assert len(set(given)) == len(given) > 300, field
    doors = {(h.ward_code, h.street, h.house_number) for h in town.households}
    assert len(doors) == len(town.households)


def test_numbers_have_their_shape_and_agree_with_sex_and_year_of_birth(town: Town) -> None:
    for person in town.persons():
        number = person.id_number
        assert number.isdigit() and len(number) == 12
        century = {"19": 0, "20": 2}[str(person.born_on.year)[:2]]
        assert int(number[3]) == century + (person.sex == "female"), person
        assert number[4:6] == f"{person.born_on:%y}", person
        assert person.si_number.isdigit() and len(person.si_number) == 10
        assert person.phone == "" or (person.phone.isdigit() and len(person.phone) == 10)


def test_addresses_have_alleys_and_alleys_within_alleys(town: Town) -> None:
    depths = Counter(household.house_number.count("/") for household in town.households)
    assert min(depths[0], depths[1], depths[2]) > 60
    assert any(h.house_number[-1].isalpha() for h in town.households)
    assert all(h.neighbourhood.startswith("Khu phố ") for h in town.households)


def test_the_households_of_an_alley_stand_in_one_neighbourhood(town: Town) -> None:
    places: dict[tuple[str, str, str], set[str]] = {}
    for h in town.households:
        if "/" in h.house_number:
            stem = h.house_number.rsplit("/", 1)[0]
            places.setdefault((h.ward_code, h.street, stem), set()).add(h.neighbourhood)
    assert all(len(found) == 1 for found in places.values())


def test_names_are_composed_unicode_and_fit_the_sex(town: Town) -> None:
    for person in town.persons():
        assert unicodedata.is_normalized("NFC", person.name)
        assert 2 <= len(person.name.split()) <= 5
        middle = person.name.split()[1:-1]
        if person.sex == "male":
            assert "Thị" not in middle, person.name
        else:
            assert "Văn" not in middle, person.name
    families = Counter(person.name.split()[0] for person in town.persons())
    assert families.most_common(1)[0][0] == "Nguyễn"
    assert 0.2 < families["Nguyễn"] / families.total() < 0.42


def test_children_carry_the_family_name_of_a_parent_mostly_the_fathers(town: Town) -> None:
    fathers = mothers = 0
    for household in town.households:
        parents = [p for p in household.persons if p.relationship in ("00", "01", "02")]
        if len(parents) != 2:
            continue
        father, mother = sorted(parents, key=lambda p: p.sex == "female")
        for child in (p for p in household.persons if p.relationship == "08"):
            family = child.name.split()[0]
            assert family in (father.name.split()[0], mother.name.split()[0])
            fathers += family == father.name.split()[0]
            mothers += family != father.name.split()[0]
    assert fathers > 8 * mothers > 0


def test_generations_are_possible(town: Town) -> None:
    for household in town.households:
        by_code: dict[str, list[TownPerson]] = {}
        for person in household.persons:
            by_code.setdefault(person.relationship, []).append(person)
            assert date(1925, 1, 1) < person.born_on < DAY
            assert person.born_on < person.card_issued_on <= DAY
        assert len(by_code["00"]) == 1 and household.head.relationship == "00"
        mothers = [p for c in ("00", "01") for p in by_code.get(c, []) if p.sex == "female"]
        for child in by_code.get("08", []):
            for mother in mothers:
                assert 17 <= (child.born_on - mother.born_on).days / 365.25 <= 46
        for elder in by_code.get("03", []) + by_code.get("04", []):
            assert (household.head.born_on - elder.born_on).days > 18 * 365


def test_cards_end_on_all_sides_of_the_day(town: Town) -> None:
    found = ends(town)
    assert sum(-100 <= end < 0 for end in found) > 80
    assert sum(0 <= end <= 30 for end in found) > 100
    assert sum(30 < end <= 60 for end in found) > 70
    assert sum(60 < end <= 90 for end in found) > 60
    assert sum(end > 90 for end in found) > 150
    never = [p for p in town.persons() if p.group == "household" and not p.health_cover()]
    assert len(never) > 100


def test_who_pays_follows_age_and_nobody_else_is_asked_to_pay(town: Town) -> None:
    for person in town.persons():
        age = (DAY - person.born_on).days / 365.2425
        if age < 5.99:
            assert person.group == "child_under_6"
        if person.group == "pupil":
            assert 5.9 < age < 22.1
        if age > 75.01:
            assert person.group == "social_pension"
        if person.group != "household":
            cover = person.health_cover()
            assert cover and cover.payer == person.group
            assert cover.valid_to is None or cover.valid_to >= DAY


def test_the_rules_know_every_group_of_the_town(town: Town) -> None:
    for group in {person.group for person in town.persons()}:
        assert (why_not(group, DAY) is None) == (group == "household"), group


def test_no_coverage_begins_after_the_day_or_ends_before_it_begins(town: Town) -> None:
    for person in town.persons():
        for cover in person.coverages:
            assert cover.valid_from <= DAY, person
            assert cover.valid_to is None or cover.valid_from < cover.valid_to, person
    assert sum(c.scheme == "vsi" for p in town.persons() for c in p.coverages) > 20


def test_past_visits_lie_before_the_day_and_were_made_by_canvassers_of_the_ward(
    town: Town,
) -> None:
    wards = {member.username: member.ward_codes for member in STAFF}
    visited = [household for household in town.households if household.visits]
    assert 200 < len(visited) < 450
    for household in visited:
        moments = [visit.visited_at for visit in household.visits]
        assert moments == sorted(moments)
        for visit in household.visits:
            assert visit.visited_at.utcoffset() == timedelta(0)
            assert business_date(visit.visited_at) < DAY
            assert household.ward_code in wards[visit.canvasser]
            assert visit.next_on is None or visit.next_on > business_date(visit.visited_at)
    outcomes = {visit.outcome for household in visited for visit in household.visits}
    assert outcomes == {"not_at_home", "appointment", "considering", "refused", "enrolled", "moved",
                        "do_not_contact"}  # fmt: skip


def test_the_household_of_the_story_is_as_it_is_told(town: Town) -> None:
    story = town.story
    assert (story.ward_code, story.house_number, story.street) == (
        "26956", "123/4/5A", "Ung Văn Khiêm",
    )  # fmt: skip
    told = [(p.name, p.sex, p.born_on.year, p.relationship, p.group) for p in story.persons]
    assert told == [
        ("Nguyễn Thị Bích Hằng", "female", 1968, "00", "household"),
        ("Trần Quốc Khoi", "male", 1965, "02", "household"),
        ("Trần Ngọc Ánh Nguyệt", "female", 1996, "08", "employer"),
        ("Trần Minh Đức", "male", 1999, "08", "household"),
        ("Trần Gia Hưng", "male", 2022, "09", "child_under_6"),
    ]
    until = [p.coverages[0].valid_to for p in story.persons]
    assert until[:4] == [date(2026, 12, 2), date(2026, 12, 2), None, date(2026, 9, 2)]


@pytest.mark.parametrize("day", [DAY, LEAP_DAY, date(2027, 1, 1), date(2025, 12, 31)])
def test_the_story_holds_on_any_day(day: date) -> None:
    hang, khoi, _, duc, hung = make_town(day, households=3).story.persons
    assert hang.coverages[0].valid_to == khoi.coverages[0].valid_to == day + timedelta(days=9)
    lapsed = duc.coverages[0].valid_to
    assert lapsed and 78 <= (day - lapsed).days <= 84
    assert 4 <= (day - hung.born_on).days / 365.25 < 6


def test_the_card_of_the_husband_has_the_mark_that_his_record_lacks(town: Town) -> None:
    husband = town.story.persons[1]
    fields = card_text(husband).split("|")
    assert len(fields) == 7
    assert fields[0] == husband.id_number and fields[3] == "02101965" and fields[4] == "Nam"
    assert fields[2] == "Trần Quốc Khôi" != husband.name
    assert fields[5] == "123/4/5A Ung Văn Khiêm, Phường 25, Quận Bình Thạnh, TP. Hồ Chí Minh"


def test_the_staff_is_two_canvassers_a_clerk_and_a_supervisor(town: Town) -> None:
    assert [(s.username, s.name, s.role) for s in town.staff] == [
        ("lan", "Lê Thị Hồng Lan", "canvasser"),
        ("phuc", "Đỗ Hữu Phúc", "canvasser"),
        ("hien", "Vũ Thu Hiền", "clerk"),
        ("tri", "Ngô Minh Trí", "supervisor"),
    ]
    covered = {code for s in town.staff if s.role == "canvasser" for code in s.ward_codes}
    assert covered == {ward.code for ward in town.wards}


@pytest.mark.parametrize("households", [1, 2, 37])
def test_a_small_town_has_exactly_the_households_asked_for(households: int) -> None:
    assert len(make_town(DAY, households=households).households) == households


def test_a_town_without_households_is_refused() -> None:
    with pytest.raises(ValueError, match="0 households"):
        make_town(DAY, households=0)

"""The household in which the demo plays: every detail of it is told somewhere in the stories.

Its head's husband is written without the mark over the o, as somebody typed it once; his card has
it right. Her and his cards end nine days after the day of the town, the son's ran out two months
and three weeks before it, the daughter is insured by her employer, the grandson by the State.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from random import Random

from fieldapp.clock import VIETNAM
from fieldapp.demo import people
from fieldapp.demo.numbers import Numbers
from fieldapp.demo.people import TownCoverage, TownHousehold, TownPerson, TownVisit
from fieldapp.demo.places import STORY_DOOR
from fieldapp.demo.spans import days_after, months_after

WARD = "26956"
NEIGHBOURHOOD = "Khu phố 3"


def story_household(day: date, numbers: Numbers) -> TownHousehold:
    """The household of Nguyễn Thị Bích Hằng as it stands on `day`."""
    street, house_number = STORY_DOOR
    visited = datetime.combine(days_after(day, -12), time(18, 40), VIETNAM).astimezone(UTC)
    visit = TownVisit(visited, "lan", "not_at_home", day, "Cửa khóa, hàng xóm nói đi làm đến tối")
    return TownHousehold(
        key="h00001",
        ward_code=WARD,
        house_number=house_number,
        street=street,
        neighbourhood=NEIGHBOURHOOD,
        phone="0903000123",
        assigned_to="lan",
        persons=_persons(day, numbers),
        visits=(visit,),
    )


def _persons(day: date, numbers: Numbers) -> tuple[TownPerson, ...]:
    """The five, with numbers of their own stream, so that they never depend on the others."""
    random = Random("the story")
    ends = days_after(day, 9)
    lapsed = days_after(months_after(day, -2), -21)
    grandson = days_after(months_after(day, -51), -6)
    told = (
        ("Nguyễn Thị Bích Hằng", "female", date(1968, 5, 17), people.HEAD, _card(ends, 6)),
        ("Trần Quốc Khoi", "male", date(1965, 10, 2), people.HUSBAND, _card(ends, 6)),
        ("Trần Ngọc Ánh Nguyệt", "female", date(1996, 8, 30), people.CHILD, _employer(day)),
        ("Trần Minh Đức", "male", date(1999, 3, 11), people.CHILD, _card(lapsed, 2)),
        ("Trần Gia Hưng", "male", grandson, people.GRANDCHILD, _state(grandson)),
    )
    return tuple(
        _person(random, numbers, number, person) for number, person in enumerate(told, start=1)
    )


def _person(
    random: Random,
    numbers: Numbers,
    number: int,
    told: tuple[str, str, date, str, TownCoverage],
) -> TownPerson:
    name, sex, born_on, relationship, cover = told
    street, house_number = STORY_DOOR
    phones = {1: "0903000123", 3: "0938000456", 4: "0977000789"}
    return TownPerson(
        key=f"h00001-{number}",
        name=name,
        sex=sex,
        born_on=born_on,
        relationship=relationship,
        id_number=numbers.citizen_id(random, sex, born_on.year),
        old_id_number=numbers.old_id(random) if born_on.year < 1990 else "",
        si_number=numbers.social_insurance(random),
        phone=phones.get(number, ""),
        group=cover.payer,
        coverages=(cover,),
        card_name="Trần Quốc Khôi" if name == "Trần Quốc Khoi" else name,
        card_address=f"{house_number} {street}, Phường 25, Quận Bình Thạnh, TP. Hồ Chí Minh",
        card_issued_on=max(date(2021, 8, 16), days_after(born_on, 30)),
    )


def _card(end: date, years: int) -> TownCoverage:
    """A household card of twelve months, the last of `years` in a row."""
    start = months_after(days_after(end, 1), -12)
    return TownCoverage("hhi", "household", start, end, months_after(start, 60 - 12 * (years - 1)))


def _employer(day: date) -> TownCoverage:
    return TownCoverage("hhi", "employer", months_after(day, -30).replace(day=1), None)


def _state(born_on: date) -> TownCoverage:
    until = days_after(months_after(born_on, 72), -1)
    return TownCoverage("hhi", "child_under_6", born_on, until)

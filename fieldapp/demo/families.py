"""Who lives together: shapes of households, and the ages and family names that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from fieldapp.demo import people
from fieldapp.demo.names import family_name


@dataclass(frozen=True)
class Member:
    """A person before names and numbers: relationship to the head, sex, age, family name."""

    relationship: str
    sex: str
    age: float
    family: str


def deck(random: Random, households: int) -> list[Callable[[Random], list[Member]]]:
    """One shape a household, in the shares of `SHAPES`, shuffled."""
    total = sum(share for _, share in SHAPES)
    shapes = [shape for shape, share in SHAPES for _ in range(round(households * share / total))]
    shapes += [_couple_with_children] * (households - len(shapes))
    del shapes[households:]
    random.shuffle(shapes)
    return shapes


def _sex(random: Random) -> str:
    return random.choice(("female", "male"))


def _couple(random: Random, youngest: int, oldest: int) -> tuple[list[Member], str, float]:
    """A head and the other half; with the father's family name and the mother's age."""
    his_age = random.uniform(youngest, oldest)
    her_age = max(21.0, his_age - random.gauss(2.6, 2.4))
    his, hers = family_name(random), family_name(random)
    if random.random() < 0.62:
        pair = [
            Member(people.HEAD, "male", his_age, his),
            Member(people.WIFE, "female", her_age, hers),
        ]
    else:
        pair = [
            Member(people.HEAD, "female", her_age, hers),
            Member(people.HUSBAND, "male", his_age, his),
        ]
    return pair, his if random.random() < 0.94 else hers, her_age


def _children(random: Random, family: str, mother: float, count: int) -> list[Member]:
    """Children born while the mother was 20 to 38, two years apart at least."""
    found = []
    at_birth = random.uniform(20, 30)
    for _ in range(count):
        age = mother - at_birth
        if age > 0.1:
            found.append(Member(people.CHILD, _sex(random), age, family))
        at_birth += random.uniform(2, 5)
    return found


def _alone(random: Random) -> list[Member]:
    age = random.choice((random.uniform(20, 38), random.uniform(60, 84)))
    return [Member(people.HEAD, _sex(random), age, family_name(random))]


def _young_couple(random: Random) -> list[Member]:
    return _couple(random, 24, 36)[0]


def _old_couple(random: Random) -> list[Member]:
    return _couple(random, 61, 86)[0]


def _lodgers(random: Random) -> list[Member]:
    """Brothers and sisters, or colleagues, who rent a room together."""
    family = family_name(random)
    age = random.uniform(22, 34)
    found = [Member(people.HEAD, _sex(random), age, family)]
    for number in range(random.choice((1, 1, 2))):
        related = random.random() < 0.6
        younger = Member(
            people.YOUNGER_SIBLING if related else people.OTHER,
            _sex(random),
            max(18.2, age - random.uniform(1, 4) * (number + 1)),
            family if related else family_name(random),
        )
        found.append(younger)
    return found


def _mother_with_children(random: Random) -> list[Member]:
    """A mother alone; her children carry her family name or that of the father."""
    age = random.uniform(27, 48)
    hers = family_name(random)
    theirs = hers if random.random() < 0.6 else family_name(random)
    head = Member(people.HEAD, "female", age, hers)
    return [head, *_children(random, theirs, age, random.choice((1, 2)))]


def _couple_with_child(random: Random) -> list[Member]:
    pair, family, mother = _couple(random, 27, 48)
    return pair + _children(random, family, mother, 1)


def _couple_with_children(random: Random) -> list[Member]:
    pair, family, mother = _couple(random, 31, 52)
    return pair + _children(random, family, mother, 2)


def _couple_with_grown_children(random: Random) -> list[Member]:
    pair, family, mother = _couple(random, 48, 64)
    return pair + _children(random, family, mother, random.choice((2, 2, 3)))


def _with_grandmother(random: Random) -> list[Member]:
    """A couple with children and the mother (now and then the father) of the head."""
    pair, family, mother = _couple(random, 31, 50)
    head = pair[0]
    sex = random.choice(("female", "female", "male"))
    elder = Member(
        people.MOTHER if sex == "female" else people.FATHER,
        sex,
        head.age + random.uniform(20, 32),
        head.family if sex == "male" else family_name(random),
    )
    return [*pair, *_children(random, family, mother, random.choice((1, 2))), elder]


def _three_generations(random: Random) -> list[Member]:
    """Grandparents, a grown son with wife, and one to three grandchildren."""
    pair, family, mother = _couple(random, 54, 70)
    son_age = mother - random.uniform(21, 27)
    wife_age = max(21.5, son_age - random.gauss(2, 2))
    grandchildren = _children(random, family, wife_age, random.choice((1, 2, 2, 3)))
    young = [Member(people.GRANDCHILD, child.sex, child.age, family) for child in grandchildren]
    son = Member(people.CHILD, "male", son_age, family)
    wife = Member(people.DAUGHTER_IN_LAW, "female", wife_age, family_name(random))
    return [*pair, son, wife, *young]


SHAPES: tuple[tuple[Callable[[Random], list[Member]], int], ...] = (
    (_alone, 5),
    (_young_couple, 5),
    (_old_couple, 6),
    (_lodgers, 5),
    (_mother_with_children, 6),
    (_couple_with_child, 14),
    (_couple_with_children, 27),
    (_couple_with_grown_children, 11),
    (_with_grandmother, 9),
    (_three_generations, 14),
)
"""Shapes and their shares of a hundred and two: about three and a half people a household."""

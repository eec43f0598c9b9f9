"""Whether two records seem to be one person: how sure, and what speaks for it and against.

The same number decides; else the names must agree (without tones, in another order, or with one
word more), and birth, sex, address and phone add to it or take from it. Points are a house rule,
made so that the same name and birth are always shown, the same name alone never is.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from fieldapp.rules.folding import fold, name_sort_key
from fieldapp.rules.people.identity import si_number_in
from fieldapp.rules.places.address import alley_of, walking_key

POINTS = {
    "same_id_number": 100,
    "same_si_number": 90,
    "same_old_id_number": 80,
    "same_name": 40,
    "same_name_no_tones": 35,
    "same_name_other_order": 28,
    "same_name_word_more": 25,
    "same_birth": 40,
    "swapped_birth": 30,
    "same_birth_year": 20,
    "same_address": 15,
    "near_address": 8,
    "same_phone": 10,
    "same_sex": 5,
    "other_birth_day": -10,
    "other_birth_year": -30,
    "other_sex": -25,
    "other_id_number": -30,
    "other_si_number": -5,
}
NUMBERS = ("same_id_number", "same_si_number", "same_old_id_number")
LIKELY = 50
"""From this score on two records are shown as perhaps one person."""
NUMBER_FLOOR = 60
"""The same number is never hidden by what differs: one of the two numbers is wrong at least."""
LARGEST_BLOCK = 60
"""People under one key who are all compared with one another; of more only neighbours are."""
NEIGHBOURS = 5


@dataclass(frozen=True)
class Known:
    """What is known of one person, as far as it tells her from others.

    `key` is the caller's own name for the record. `birth_year` stands where the day is not known, 0
    where nothing is. Numbers are bare, "" where there is none.
    """

    key: str
    full_name: str = ""
    born_on: date | None = None
    birth_year: int = 0
    sex: str = ""
    id_number: str = ""
    old_id_number: str = ""
    si_number: str = ""
    card_number: str = ""
    phone: str = ""
    house_number: str = ""
    street: str = ""

    @property
    def year(self) -> int:
        """The year of birth, 0 if not known."""
        return self.born_on.year if self.born_on else self.birth_year


@dataclass(frozen=True)
class Match:
    """Why two records may be one person; the codes stand in words under `rules.dup_<code>`.

    `score` goes from 0 to 100. The same from both sides.
    """

    score: int
    agree: tuple[str, ...]
    differ: tuple[str, ...]

    @property
    def same_number(self) -> bool:
        """Whether a number is the same, so that a second record needs a reason."""
        return any(code in NUMBERS for code in self.agree)


def compare(one: Known, other: Known) -> Match | None:
    """How much two records agree, None if they are hardly one person."""
    name = _name_evidence(one.full_name, other.full_name)
    found = [*_number_evidence(one, other), *name]
    found += [*_birth_evidence(one, other), *_place_evidence(one, other)]
    has_number = any(code in NUMBERS for code in found)
    if not has_number and not name:
        return None
    score = sum(POINTS[code] for code in found)
    score = min(100, max(score, NUMBER_FLOOR if has_number else 0))
    if score < LIKELY:
        return None
    agree = tuple(code for code in found if POINTS[code] > 0)
    return Match(score, agree, tuple(code for code in found if POINTS[code] < 0))


def ranked(one: Known, others: Iterable[Known]) -> list[tuple[Known, Match]]:
    """Those of the others who may be the same person, the likeliest first, whatever their order."""
    found = [(other, compare(one, other)) for other in others if other.key != one.key]
    kept = [(other, match) for other, match in found if match is not None]
    return sorted(kept, key=lambda pair: (-pair[1].score, pair[0].key))


def likely_pairs(people: Sequence[Known]) -> list[tuple[Known, Known, Match]]:
    """All pairs who may be one person, the likeliest first; a pair stands once, lower key first."""
    found = []
    for one, other in pairs(people):
        match = compare(one, other)
        if match is not None:
            found.append((one, other, match))
    return sorted(found, key=lambda pair: (-pair[2].score, pair[0].key, pair[1].key))


def pairs(people: Sequence[Known]) -> Iterator[tuple[Known, Known]]:
    """The pairs worth comparing, each once: those who share a number, or name and year, or name
    and alley or phone. So that a ward takes seconds: nobody else can reach the score."""
    index: dict[str, list[Known]] = defaultdict(list)
    shorter: list[tuple[Known, str]] = []
    for person in people:
        words, alley = sorted(fold(person.full_name).split()), _alley_key(person)
        for key in _keys(person, words, alley):
            index[key].append(person)
        shorter += [(person, key) for key in _shorter_keys(person, words, alley)]
    for block in index.values():
        if len(block) > LARGEST_BLOCK:
            block.sort(key=_closeness)
    seen: set[tuple[str, str]] = set()
    for one, other in _neighbours(index, shorter):
        first, second = (one, other) if one.key < other.key else (other, one)
        if first.key != second.key and (first.key, second.key) not in seen:
            seen.add((first.key, second.key))
            yield first, second


def _neighbours(
    index: dict[str, list[Known]], shorter: Sequence[tuple[Known, str]]
) -> Iterator[tuple[Known, Known]]:
    for block in index.values():
        if len(block) <= LARGEST_BLOCK:
            yield from combinations(block, 2)
        else:
            for step in range(1, NEIGHBOURS + 1):
                yield from zip(block, block[step:], strict=False)
    for person, key in shorter:
        for other in _nearest(person, index.get(key, [])):
            yield person, other


def _nearest(person: Known, block: list[Known]) -> list[Known]:
    if len(block) <= LARGEST_BLOCK:
        return block
    place = bisect(block, _closeness(person), key=_closeness)
    return block[max(0, place - NEIGHBOURS) : place + NEIGHBOURS]


def _closeness(person: Known) -> tuple[date, str, tuple[object, ...], str]:
    house = walking_key(person.house_number)
    return person.born_on or date.min, fold(person.street), house, person.key


def _keys(person: Known, words: Sequence[str], alley: str) -> Iterator[str]:
    """What only few share: each number, and the words of the name with year, alley, phone."""
    for number in _ids(person) | _si_numbers(person) | _old_ids(person):
        yield f"#{number}"
    if words:
        yield from _name_keys(person, words, alley)
        if person.phone:
            yield f"{' '.join(words)} tel {person.phone}"


def _shorter_keys(person: Known, words: Sequence[str], alley: str) -> Iterator[str]:
    """The keys of the same person written with one word less."""
    if len(words) > 2:
        for place in range(len(words)):
            yield from _name_keys(person, [*words[:place], *words[place + 1 :]], alley)


def _name_keys(person: Known, words: Sequence[str], alley: str) -> Iterator[str]:
    name = " ".join(words)
    if person.year:
        yield f"{name} in {person.year}"
    if alley:
        yield f"{name} at {alley}"


def _alley_key(person: Known) -> str:
    if not person.street:
        return ""
    return str(alley_of(person.house_number, person.street).sort_key)


def _number_evidence(one: Known, other: Known) -> Iterator[str]:
    if _ids(one) & _ids(other):
        yield "same_id_number"
    elif _ids(one) and _ids(other):
        yield "other_id_number"
    if _si_numbers(one) & _si_numbers(other):
        yield "same_si_number"
    elif _si_numbers(one) and _si_numbers(other):
        yield "other_si_number"
    if _old_ids(one) & (_old_ids(other) | _ids(other)) or _old_ids(other) & _ids(one):
        yield "same_old_id_number"


def _ids(person: Known) -> set[str]:
    """Citizen IDs; a health card of twelve digits is one."""
    card = person.card_number if len(person.card_number) == 12 else ""
    return {person.id_number, card} - {""}


def _si_numbers(person: Known) -> set[str]:
    return {person.si_number, si_number_in(person.card_number)} - {""}


def _old_ids(person: Known) -> set[str]:
    return {person.old_id_number} - {""}


def _name_evidence(one: str, other: str) -> list[str]:
    mine, theirs = fold(one).split(), fold(other).split()
    if not mine or not theirs:
        return []
    if name_sort_key(one) == name_sort_key(other):
        return ["same_name"]
    if mine == theirs:
        return ["same_name_no_tones"]
    if sorted(mine) == sorted(theirs):
        return ["same_name_other_order"]
    short, long = sorted((mine, theirs), key=len)
    one_more = len(long) == len(short) + 1 and len(short) > 1
    return ["same_name_word_more"] if one_more and not Counter(short) - Counter(long) else []


def _birth_evidence(one: Known, other: Known) -> Iterator[str]:
    if one.year and other.year:
        yield _births(one, other)
    if one.sex and other.sex:
        yield "same_sex" if one.sex == other.sex else "other_sex"


def _births(one: Known, other: Known) -> str:
    if one.year != other.year:
        return "other_birth_year"
    mine, theirs = one.born_on, other.born_on
    if mine is None or theirs is None:
        return "same_birth_year"
    if mine == theirs:
        return "same_birth"
    if (mine.day, mine.month) == (theirs.month, theirs.day):
        return "swapped_birth"
    # Many cards of the elderly have the first of January where only the year was known.
    first = (1, 1)
    if first in ((mine.day, mine.month), (theirs.day, theirs.month)):
        return "same_birth_year"
    return "other_birth_day"


def _place_evidence(one: Known, other: Known) -> Iterator[str]:
    if one.street and fold(one.street) == fold(other.street):
        if walking_key(one.house_number) == walking_key(other.house_number) != ():
            yield "same_address"
        elif alley_of(one.house_number, "").prefix == alley_of(other.house_number, "").prefix:
            yield "near_address"
    if one.phone and one.phone == other.phone:
        yield "same_phone"

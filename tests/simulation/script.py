"""A history as data: what is in it, and how a seed draws one.

A history is a list of steps, each with a seed of its own, so that steps can be left out and the
others still do what they did as far as they can.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from tests.simulation.wire import ON_THE_WAY

LAPTOP_HARMS = ("laptop:dies_before", "laptop:dies_after", "laptop:full", "laptop:io_error")
SERVER_HARMS = ("server:dies_before", "server:dies_after", "server:full")
FATES = (
    *("clock_jumps", "restarts", "password_changes", "device_revoked", "grant_taken"),
    *("grant_given", "role_changes", "newer_program", "forged", "another_laptop"),
    *("file_put_back", "late_arrives", "server_put_back", "server_put_back_silently"),
    *("laptop_cloned", "operator_looks"),
)
"""Steps of `tests.simulation.fate` that not every history has."""
LATER_FATES = ("another_program", "person_erased", "server_backed_up", "another_laptop")
"""Those that were thought of later: they are drawn on their own, so that each seed's history stays
the one that it was, with some more steps."""
PRUNING = ("log_pruned", "older_history_read")
"""What lets the beginnings of logs go, and reads them: drawn on its own, like the later fates."""
MOVING = ("moves_a_person", "splits_a_household")
"""Acts between households: drawn on their own, too."""
SPEAKING = ("speaks_of_work",)
"""And those about work itself."""
BY_HAND = ("parcel_written", "parcel_arrives", "reply_arrives", "reply_astray")
AT_A_DESK = ("voids_a_receipt", "two_voids_met", "imports_a_list", "two_lists_met")
"""Acts that are counted like faults: those that were saved, and those that met another's."""
FAULTS = (*ON_THE_WAY, *LAPTOP_HARMS, *SERVER_HARMS, *FATES)
MORE = 4
"""So much more often come the acts that a directed history is about."""
LATER = 0.04
"""So often a step is followed by a later fate, in half of the histories."""

ACTS = {
    "opens_a_form": 3,
    "opens_a_conflict": 3,
    "edits_a_person": 8,
    "edits_a_household": 6,
    "tags_a_household": 3,
    "records_a_visit": 3,
    "registers_a_household": 1,
    "adds_a_member": 2,
    "withdraws": 3,
    "merges_people": 3,
    "enrols": 4,
    "voids_a_receipt": 3,
    "imports_a_list": 2,
    "moves_an_enrolment_on": 4,
    "undoes": 3,
    "assigns": 1,
    "decides": 6,
    "takes_a_decision_back": 2,
    "syncs": 15,
    "parcel_travels": 3,
    "everybody_syncs": 1,
    "time_passes": 1,
}
"""What people do, with its weight."""


@dataclass(frozen=True)
class Step:
    """One thing that happens.

    Attributes:
        do: a name of `acts` or `fate`.
        who: which laptop.
        harms: of a sync, one for each call; of another act, at most one, to the laptop's disk.
    """

    do: str
    who: int
    seed: int
    harms: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """Who is there, and what happens."""

    laptops: int
    steps: tuple[Step, ...]
    money: bool = True
    """Whether receipts are issued."""
    seed: int | None = None
    tells: str = ""
    """Of a kept history: what it once broke."""

    def to_json(self) -> str:
        """As kept in `cases/`: a step a line."""
        head = {k: v for k, v in asdict(self).items() if k != "steps"}
        lines = ",\n  ".join(json.dumps([*asdict(step).values()]) for step in self.steps)
        return json.dumps(head, ensure_ascii=False)[:-1] + f', "steps": [\n  {lines}\n]}}\n'


def from_json(text: str) -> History:
    """A kept history."""
    wire = dict(json.loads(text))
    steps = tuple(Step(do, who, seed, tuple(harms)) for do, who, seed, harms in wire.pop("steps"))
    return History(steps=steps, **wire)


def load(path: Path) -> History:
    """A kept history from its file."""
    return from_json(path.read_text("utf-8"))


@dataclass(frozen=True)
class Mix:
    """The faults of one history, and how often they strike. `more`: acts that come more often."""

    faults: tuple[str, ...]
    rate: float
    more: tuple[str, ...] = ()


def draw_mix(random: Random) -> Mix:
    """A tenth without faults, a fifth with a single one, the rest with any."""
    chance = random.random()
    if chance < 0.1:
        return Mix((), 0.0)
    rate = random.choice((0.1, 0.2, 0.35))
    if chance < 0.3:
        return Mix((random.choice(FAULTS),), rate)
    share = random.choice((0.15, 0.35, 0.7))
    return Mix(tuple(f for f in FAULTS if random.random() < share), rate)


def draw(seed: int) -> History:
    """The history of a seed."""
    random = Random(seed)
    mix = draw_mix(random)
    laptops = random.choice((2, 2, 3, 3, 4, 5))
    steps = tuple(_step(random, mix, laptops) for _ in range(random.randrange(30, 71)))
    money = "laptop_cloned" not in mix.faults
    steps = _with_pruning(_with_later(steps, laptops, seed), laptops, seed)
    steps = _with_acts(steps, laptops, seed, "moving", MOVING)
    steps = _with_acts(steps, laptops, seed, "speaking", SPEAKING)
    return History(laptops, steps, money, seed)


def directed(seed: int, about: Sequence[str]) -> History:
    """A history that is about some faults and acts: drawn like any other, with those faults alone
    and more of those acts; named twice, more still."""
    random = Random(f"directed {seed} {' '.join(about)}")
    faults = tuple(fault for fault in FAULTS if fault in about)
    mix = Mix(faults, 0.35, tuple(act for act in about if act in ACTS))
    laptops = random.choice((2, 3, 3, 4))
    later = [fate for fate in (*LATER_FATES, *PRUNING) if fate in about]
    steps: list[Step] = []
    for _ in range(random.randrange(40, 71)):
        steps.append(_step(random, mix, laptops))
        if later and random.random() < 2 * LATER:
            do = random.choice(later)
            steps.append(Step(do, random.randrange(laptops), random.getrandbits(48)))
    return History(laptops, tuple(steps), "laptop_cloned" not in faults)


def _with_later(steps: tuple[Step, ...], laptops: int, seed: int) -> tuple[Step, ...]:
    random = Random(f"later {seed}")
    if random.random() < 0.5:
        return steps
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if random.random() < LATER:
            do = random.choice(LATER_FATES)
            found.append(Step(do, random.randrange(laptops), random.getrandbits(48)))
    return tuple(found)


def _with_pruning(steps: tuple[Step, ...], laptops: int, seed: int) -> tuple[Step, ...]:
    """In a third of the histories."""
    random = Random(f"pruning {seed}")
    if random.random() > 1 / 3:
        return steps
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if random.random() < 0.3:
            more = ("server_backed_up", "everybody_syncs", *3 * ("log_pruned",))
            do = random.choice((*more, *PRUNING))
            hit = do == "log_pruned" and random.random() < 0.2
            harms = (random.choice(LAPTOP_HARMS),) if hit else ()
            found.append(Step(do, random.randrange(laptops), random.getrandbits(48), harms))
    return tuple(found)


def _with_acts(
    steps: tuple[Step, ...], laptops: int, seed: int, name: str, acts: Sequence[str]
) -> tuple[Step, ...]:
    """In a quarter of the histories, drawn under a name of their own."""
    random = Random(f"{name} {seed}")
    if random.random() > 1 / 4:
        return steps
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if random.random() < 0.15:
            do = random.choice(acts)
            found.append(Step(do, random.randrange(laptops), random.getrandbits(48)))
    return tuple(found)


def _step(random: Random, mix: Mix, laptops: int) -> Step:
    fates = [f for f in mix.faults if f in FATES]
    if fates and random.random() < mix.rate / 2:
        do = random.choice(fates)
    else:
        weights = [weight * MORE ** mix.more.count(act) for act, weight in ACTS.items()]
        do = random.choices(tuple(ACTS), weights)[0]
    who, seed = random.randrange(laptops), random.getrandbits(48)
    if do == "syncs":
        return Step(do, who, seed, _harms(random, mix, random.randrange(1, 7)))
    own = [f for f in mix.faults if f in LAPTOP_HARMS]
    if own and do in ACTS and do != "everybody_syncs" and random.random() < mix.rate:
        return Step(do, who, seed, (random.choice(own),))
    return Step(do, who, seed)


def _harms(random: Random, mix: Mix, calls: int) -> tuple[str, ...]:
    able = [fault for fault in mix.faults if fault not in FATES]
    hits = (able and random.random() < mix.rate for _ in range(calls))
    harms = [random.choice(able) if hit else "" for hit in hits]
    while harms and not harms[-1]:
        harms.pop()
    return tuple(harms)


def without(history: History, dropped: Sequence[int]) -> History:
    """The history without some of its steps."""
    gone = set(dropped)
    steps = tuple(step for place, step in enumerate(history.steps) if place not in gone)
    return replace(history, steps=steps)


def told(step: Step) -> str:
    """A step in words."""
    harms = f" [{', '.join(h or '-' for h in step.harms)}]" if step.harms else ""
    return f"{step.who}:{step.do}{harms}"


Json = dict[str, Any]

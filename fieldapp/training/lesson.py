"""The steps of the lesson: what the learner does, what the network and the partners do meanwhile.

A step is done when the laptop shows that it is: nobody ticks it off. What was done earlier than it
is asked for counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Line = Literal["off", "asked", "on"]
"""The network of a step: none, one that comes when a sync is asked for, or one that is there."""


@dataclass(frozen=True)
class Seen:
    """What the learner's laptop shows.

    Attributes:
        place, household: what is open in the window, and whose page.
        visits, undone: own visits of the story's household, and those that were taken back.
        receipts: own receipts.
        name: what the man of the story is called on this laptop.
        open_conflicts, settled_conflicts: in number.
        open_pairs: whether two records of the woman of the story wait for a decision.
        pairs_decided: whether they were merged or told apart.
        unsent: own actions that only this laptop has.
        safe: whether the server has confirmed all of them.
        cuts: how often the network broke in the middle of a sync.
    """

    place: str = ""
    household: str = ""
    visits: int = 0
    undone: int = 0
    receipts: int = 0
    name: str = ""
    open_conflicts: int = 0
    settled_conflicts: int = 0
    open_pairs: bool = False
    pairs_decided: bool = False
    unsent: int = 0
    safe: bool = False
    cuts: int = 0


@dataclass(frozen=True)
class Story:
    """Where the lesson plays, and how the man's name is written: at first, on his card, by Lan."""

    ward: str
    household: str
    man: str
    written: str
    on_card: str
    by_lan: str
    woman: str


@dataclass(frozen=True)
class Step:
    """One thing to do. Its words are `training.<key>_title` and `training.<key>_text`.

    Attributes:
        done: whether the laptop shows that it is done.
        line: the network meanwhile.
        cut: whether it breaks after the server has taken what was sent, before it answers.
        act: what a partner does before the step is shown.
    """

    key: str
    done: Callable[[Seen, Story], bool]
    line: Line = "off"
    cut: bool = False
    act: Literal["", "lan_renames", "hien_registers"] = ""


STEPS: tuple[Step, ...] = (
    Step("find", lambda seen, story: seen.household == story.household),
    Step("visit", lambda seen, _: seen.visits + seen.undone > 0),
    Step("undo", lambda seen, _: seen.undone > 0),
    Step("enrol", lambda seen, _: seen.place == "enrol" or seen.receipts > 0),
    Step("money", lambda seen, _: seen.receipts > 0),
    Step("cut", lambda seen, _: seen.cuts > 0 or seen.unsent == 0, line="asked", cut=True),
    Step("resend", lambda seen, _: seen.unsent == 0 and seen.safe, line="asked"),
    Step(
        "rename",
        lambda seen, story: seen.name not in (story.written, story.by_lan),
        act="lan_renames",
    ),
    Step("meet", lambda seen, _: _met(seen), line="asked"),
    Step(
        "decide",
        lambda seen, _: seen.settled_conflicts > 0 and not seen.open_conflicts,
        line="on",
    ),
    Step(
        "twice",
        lambda seen, _: seen.open_pairs or seen.pairs_decided,
        line="asked",
        act="hien_registers",
    ),
    Step("merge", lambda seen, _: seen.pairs_decided, line="on"),
    Step("safe", lambda seen, _: seen.unsent == 0 and seen.safe, line="on"),
)
END = len(STEPS)
"""Where the lesson stands once every step is done."""


def _met(seen: Seen) -> bool:
    return seen.open_conflicts > 0 or seen.settled_conflicts > 0


def next_of(at: int, seen: Seen, story: Story) -> int:
    """Where the lesson stands after what is seen: one step further at most, so that each is read,
    and a partner's act comes between; `END` stays."""
    if at < END and STEPS[at].done(seen, story):
        return at + 1
    return at


def place_of(key: object) -> int:
    """Where a lesson that was left goes on, by the key of its step; what is unknown begins."""
    keys = [step.key for step in STEPS]
    if key == "end":
        return END
    return keys.index(str(key)) if key in keys else 0


def key_of(at: int) -> str:
    """The key by which the lesson is kept."""
    return STEPS[at].key if at < END else "end"

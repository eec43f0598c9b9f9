"""Makes a failing history short: leaves out what is not needed to break the same thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.simulation.script import History, Step, without

Fails = Callable[[History], bool]


def shrink(history: History, fails: Fails, budget: int = 300) -> History:
    """The shortest history found that fails too, in at most `budget` plays."""
    spent = 0

    def still(candidate: History) -> bool:
        nonlocal spent
        spent += 1
        return spent <= budget and fails(candidate)

    size = max(len(history.steps) // 2, 1)
    while size and spent < budget:
        smaller = _without_blocks(history, size, still)
        size = size // 2 if smaller is history else min(size, max(len(smaller.steps) // 2, 1))
        history = smaller
    return _calmer(history, still)


def _without_blocks(history: History, size: int, still: Fails) -> History:
    """Leaves out one block of steps after another, from the end, wherever it still fails."""
    for start in reversed(range(0, len(history.steps), size)):
        end = min(start + size, len(history.steps))
        candidate = without(history, range(start, end))
        if candidate.steps != history.steps and still(candidate):
            history = candidate
    return history


def _calmer(history: History, still: Fails) -> History:
    """Leaves out faults of the steps that are left."""
    for place, step in enumerate(history.steps):
        for at, harm in enumerate(step.harms):
            if harm:
                calm = tuple("" if i == at else h for i, h in enumerate(step.harms))
                candidate = _with(history, place, replace(step, harms=calm))
                if still(candidate):
                    history, step = candidate, candidate.steps[place]
    return history


def _with(history: History, place: int, step: Step) -> History:
    steps = (*history.steps[:place], step, *history.steps[place + 1 :])
    return replace(history, steps=steps)

"""A slice of the simulation, the histories that once broke something, and a few planted bugs.

`make simulate` plays as many as one likes, `make planted` plants all of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation import town
from tests.simulation.kept import AT_ONCE, Block, Results
from tests.simulation.machines import laptop_disk, server_disk
from tests.simulation.planted.catching import catch, recorded
from tests.simulation.planted.registry import BUGS, Bug
from tests.simulation.play import play
from tests.simulation.script import draw, from_json, load
from tests.simulation.shrink import shrink

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
BLOCK = 8


@pytest.mark.parametrize("block", range(7))
def test_histories_end_well(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        played = play(draw(seed))
        assert played.violation is None, (seed, str(played.violation), *played.story[-30:])


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_what_once_broke_ends_well(path: Path) -> None:
    played = play(load(path))
    assert played.violation is None, (str(played.violation), *played.story)


@pytest.mark.parametrize("seed", [3, 17])
def test_the_same_seed_leaves_the_same_trace(seed: int) -> None:
    first, second = play(draw(seed)), play(draw(seed))
    assert first.story == second.story
    assert first.trace == second.trace


def test_a_history_on_new_disks_is_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    play(draw(500_040))
    used = play(draw(500_040))
    monkeypatch.setattr(town, "_LAPTOPS", town.Slots(laptop_disk))
    monkeypatch.setattr(town, "_SERVERS", town.Slots(server_disk))
    assert play(draw(500_040)).story == used.story


def test_a_run_goes_on_from_its_results(tmp_path: Path) -> None:
    seeds, file = range(AT_ONCE + 3), tmp_path / "results"
    landed = Counter({"lost": 2})
    block = Block(range(AT_ONCE), 7, landed, {3: ("it broke: here", "it broke")})
    Results(file).add(block)
    with file.open("a") as torn:
        torn.write(block.to_line("other code") + block.to_line(Results(None).code)[:40])
    again = Results(file)
    assert again.lacking(seeds) == [range(AT_ONCE, AT_ONCE + 3)]
    assert Block.together(seeds, again.of(seeds)) == replace(block, seeds=seeds)


def test_a_history_is_kept_as_it_is() -> None:
    history = draw(5)
    assert from_json(history.to_json()) == history


@pytest.mark.parametrize("bug", BUGS, ids=lambda b: b.name)
def test_a_planted_bug_still_has_its_place(bug: Bug) -> None:
    with bug.plant():
        pass


QUICK = (
    *("outbox_cleared_at_sending", "pull_overwrites_own_work", "digest_unchecked"),
    *("decide_fields_overwritten", "step_back_swallowed", "held_money_not_counted"),
    *("seal_unchecked", "place_without_its_line", "erasure_lost_at_restore"),
)


@pytest.mark.parametrize("bug", [one for one in BUGS if one.name in QUICK], ids=lambda b: b.name)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    came = catch(bug, most=30, known=recorded().get(bug.name))
    assert came.seed is not None and not came.fault, str(came)


def test_a_failing_history_is_made_short() -> None:
    bug = next(one for one in BUGS if one.name == "overlay_dropped_at_acknowledgement")
    with bug.plant():
        seed = next(seed for seed in range(30) if play(draw(seed)).violation)
        short = shrink(draw(seed), lambda history: play(history).violation is not None, budget=60)
        assert play(short).violation is not None
    assert len(short.steps) < len(draw(seed).steps) / 2

"""A slice of the race, and the proof that its judge would see a row that is missed.

`make race COMMITS=20000` runs it at length. One commit is one transaction of the real service; the
slice is smaller than that because a commit costs about 10 ms on a small machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.race.course import Race, run
from tests.support.postgres import Postgres, running_postgres

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    try:
        with running_postgres() as running:
            yield running
    except LookupError as missing:
        pytest.skip(str(missing))


def test_sixteen_writers_and_their_followers_miss_no_row(
    postgres: Postgres, tmp_path: Path
) -> None:
    result = run(Race(commits=320, processes=2), postgres.url(postgres.create()), tmp_path)
    assert result.rows == 320
    assert result.pulls > 10
    assert result.clean, result


def test_the_judge_sees_that_a_plain_sequence_misses_rows(
    postgres: Postgres, tmp_path: Path
) -> None:
    race = Race(commits=96, processes=2, planted=True)
    result = run(race, postgres.url(postgres.create()), tmp_path)
    assert result.rows == 96
    assert result.missed > 0
    assert result.gaps > 0

"""The thread that syncs beside the window: at the start, after saves, when wanted, at the end."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from random import Random

import pytest

from fieldapp.errors import DefectFound, SurroundingsMend
from fieldapp.usecases.households.papers import keep_paper
from fieldapp.usecases.households.scans import scan_of
from sync.client.driver import SyncDriver
from sync.client.status import SyncStatus
from tests.support.laptops import WARD, add_family, add_person
from tests.support.scans import photo
from tests.support.team import Faulty, Laptop

PATIENCE = 20.0
Check = Callable[[SyncStatus], bool]


class Watched:
    """A driver with everything that it told."""

    def __init__(self, laptop: Laptop, *ways: Faulty) -> None:
        self.heard: queue.SimpleQueue[SyncStatus] = queue.SimpleQueue()
        self.ways, self.made = list(ways), 0
        self._laptop = laptop
        self.driver = SyncDriver(laptop.store, self._make, laptop.clock, Random(3), after_save=0.01)
        self.driver.on_status(self.heard.put)

    def _make(self) -> Faulty:
        self.made += 1
        return self.ways.pop(0) if self.ways else self._laptop.transport()

    def until(self, check: Check) -> SyncStatus:
        """Waits for a status like this."""
        while True:
            status = self.heard.get(timeout=PATIENCE)
            if check(status):
                return status


@pytest.fixture
def watched(lan: Laptop) -> Iterator[Watched]:
    made = Watched(lan)
    yield made
    assert made.driver.stop(PATIENCE)


def test_it_syncs_at_the_start(lan: Laptop, watched: Watched) -> None:
    add_person(lan.store)
    watched.driver.start()
    status = watched.until(lambda s: s.phase == "done")
    assert (status.unsent, status.safe_to_shut_down) == (0, True)


def test_scans_go_after_the_text_and_trouble_with_them_is_none_of_it(
    lan: Laptop,
) -> None:
    home, _ = add_family(lan.store, ["Nguyễn Thị Hoa"])
    keep_paper(lan.store, WARD, home, scan_of(photo()))
    lost = {"put_piece": ["none", "lost"]}
    watched = Watched(lan, lan.transport(), lan.transport(**lost))
    watched.driver.start()
    status = watched.until(lambda s: s.phase == "done" and s.text_confirmed)
    assert (status.pictures_waiting, status.problem, status.safe_to_shut_down) == (1, None, False)
    while watched.made < 2:  # the lane has begun, and meets its trouble
        watched.heard.get(timeout=PATIENCE)
    add_person(lan.store)
    status = watched.until(lambda s: s.phase == "done" and not s.pictures_waiting)
    assert (status.unsent, status.problem, status.safe_to_shut_down) == (0, None, True)
    assert watched.driver.stop(PATIENCE)


def test_a_save_is_sent_without_anybody_asking(lan: Laptop, watched: Watched) -> None:
    watched.driver.start()
    watched.until(lambda s: s.phase == "done")
    add_person(lan.store)
    watched.until(lambda s: s.phase == "pushing" and s.unsent == 1)
    watched.until(lambda s: s.phase == "done" and s.unsent == 0)


def test_what_it_takes_in_itself_is_no_reason_to_sync_again(
    lan: Laptop, phuc: Laptop, watched: Watched
) -> None:
    add_person(phuc.store)
    phuc.synced()
    watched.driver.start()
    watched.until(lambda s: s.phase == "done")
    watched.driver.want()
    watched.until(lambda s: s.phase == "greeting")
    watched.until(lambda s: s.phase == "done")
    assert watched.made == 2


def test_trouble_is_told_with_the_next_try_and_a_wish_tries_at_once(lan: Laptop) -> None:
    watched = Watched(lan, lan.transport(greet=["lost"]))
    watched.driver.start()
    status = watched.until(lambda s: s.phase == "waiting")
    assert (status.problem, status.next_try_at is not None) == ("sync.no_network", True)
    watched.driver.want("button")
    watched.until(lambda s: s.phase == "done" and s.problem is None)
    assert watched.driver.stop(PATIENCE)


def test_stopping_ends_the_call_that_is_under_way(lan: Laptop) -> None:
    under_way, closed = threading.Event(), threading.Event()

    class Hanging(Faulty):
        def greet(self, request: object) -> object:  # type: ignore[override]  # whatever it is asked
            under_way.set()
            assert closed.wait(PATIENCE)
            raise SurroundingsMend("sync.cancelled")

        def close(self) -> None:
            closed.set()

    watched = Watched(lan, Hanging(lan.transport()))
    watched.driver.start()
    assert under_way.wait(PATIENCE)
    assert watched.driver.stop(PATIENCE)
    assert closed.is_set()


def test_a_fault_of_the_file_does_not_end_the_thread(lan: Laptop) -> None:
    def breaks(_: object) -> object:
        raise DefectFound("store.defect", detail="test")

    watched = Watched(lan, lan.transport(greet=[breaks]))
    watched.driver.start()
    assert watched.until(lambda s: s.phase == "waiting").problem == "store.defect"
    watched.driver.want()
    watched.until(lambda s: s.phase == "done")
    assert watched.driver.stop(PATIENCE)


def test_stopping_before_the_start_is_no_fault(lan: Laptop) -> None:
    assert Watched(lan).driver.stop()

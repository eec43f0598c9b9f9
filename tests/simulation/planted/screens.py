"""Bugs of what a laptop says and does of itself: the status bar, runs, voids, lists."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.lists.planning import Planner, derived_here
from fieldapp.store.store import Store
from fieldapp.usecases.receipts import voids
from sync.client import machine, status, transport
from tests.simulation import standing
from tests.simulation.planted.registry import bug, swap


@bug()
def safe_while_something_is_unsent() -> Any:
    """ "Safe to shut down" stands there whenever the last run had no trouble."""
    real = status.read_status

    def read_status(store: Store, state: Any) -> Any:
        told = real(store, state)
        return replace(told, safe_to_shut_down=told.problem is None)

    return swap(standing, "read_status", read_status)


@bug()
def last_contact_by_the_device_clock() -> Any:
    """The time of the server's last receipt is the laptop's."""
    real = Store.take_answers

    def take_answers(store: Store, answers: Any, **told: Any) -> int:
        return real(store, answers, **told | {"confirmed_at": store.now().isoformat()})

    return swap(Store, "take_answers", take_answers)


@bug()
def a_portal_signs_out() -> Any:
    """Any 401 ends the session."""
    real = transport._foreign

    def foreign(response: Any) -> Any:
        if response.status_code == 401:
            return UserMends("sync.signed_out")
        return real(response)

    return swap(transport, "_foreign", foreign)


@bug()
def gives_up_after_some_failures() -> Any:
    """After three failures in a row nothing is tried any more."""
    real = machine._may_start

    def may_start(state: Any, event: Any) -> bool:
        return state.failures < 3 and real(state, event)

    return swap(machine, "_may_start", may_start)


@bug(58, "voids_a_receipt", "enrols", "syncs")
def each_desk_makes_a_void_of_its_own() -> Any:
    """Two voids of one receipt are two records."""
    numbers = count()
    return swap(voids, "void_id", lambda ward, receipt: f"void-{next(numbers)}")


@bug(0, "imports_a_list", "syncs")
def each_laptop_makes_people_of_its_own_of_a_list() -> Any:
    """Who stands on a list that two laptops take in is there twice."""
    numbers = count()

    def derived(self: Any, kind: str, parts: tuple[str, ...]) -> str:
        if not hasattr(self, "number"):
            self.number = str(next(numbers))
        return derived_here(self.plan.ward, kind, (self.number, *parts))

    return swap(Planner, "_derived", derived)

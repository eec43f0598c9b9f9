"""Households and memberships that a list makes."""

from __future__ import annotations

from typing import Any

from fieldapp.lists.cells import Fault
from fieldapp.lists.listed import OTHER, Listed
from fieldapp.lists.planning import Planner
from fieldapp.rules.folding import fold
from fieldapp.rules.places.written_address import door_key


def new_household(planner: Planner, said: Listed, head_name: str) -> str:
    """Makes the household of a line; "" and a fault without an address or a code."""
    code = said.texts.get("household_code", "")
    place = said.home
    if not place.street and not place.neighbourhood and not code:
        planner.fault("address", Fault("address_unreadable"))
        return ""
    fields: dict[str, Any] = {
        "house_number": place.house_number,
        "street": place.street,
        "neighbourhood": place.neighbourhood,
    }
    if code:
        fields["household_code"] = code
    door = str(door_key(place.house_number, place.street))
    parts: tuple[str, ...] = (
        ("code", code) if code else ("door", door, fold(place.neighbourhood), fold(head_name))
    )
    if not code and not place.is_a_door:
        parts += (said.group,)
    if home := planner.standing_record("household", parts):
        return home
    home = planner.create("", "household", parts, fields)
    planner.plan.households_new += bool(home)
    return home


def join(planner: Planner, said: Listed, person: str, home: str) -> None:
    """Makes a person a member of a household, from today on."""
    fields = {
        "person": person,
        "household": home,
        "relationship": said.relationship or OTHER,
        "since": planner.today.isoformat(),
    }
    ended = planner.standing_record("membership", (person, home))
    if ended:
        until = planner.standing.records["membership", ended].get("until")
        planner.leave(("membership", ended), "until", until, None, "moved")
    elif planner.create(home, "membership", (person, home), fields):
        planner.mark("changed")

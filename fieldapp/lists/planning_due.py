"""Due lists (D08a-TS): each line sets until when a person is insured in one scheme."""

from __future__ import annotations

from collections.abc import Iterable

from fieldapp.lists.cells import Fault
from fieldapp.lists.listed import Listed
from fieldapp.lists.planning import Planner, same_value
from fieldapp.lists.planning_homes import join, new_household
from fieldapp.rules.places.written_address import door_key


def plan_due(planner: Planner, lines: Iterable[Listed]) -> None:
    """Compares the lines of a due list: each sets what a person has of one scheme."""
    for said in lines:
        if not planner.begin(said):
            continue
        if not said.scheme:
            planner.fault("scheme", Fault("no_section"))
            continue
        someone = planner.person_of(said)
        if planner.is_wrong:
            continue
        person = someone.id if someone else _unknown(planner, said)
        if someone:
            planner.same_person(said, someone, someone.home or someone.id)
        if person and not planner.is_wrong:
            _cover(planner, said, person)


def _unknown(planner: Planner, said: Listed) -> str:
    """An unknown person of a due list moves in at the address, if it can be read."""
    if not said.home.is_a_door:
        planner.fault("address", Fault("address_unreadable"))
        return ""
    doors = planner.standing.by_door.get(door_key(said.home.house_number, said.home.street), [])
    home = doors[0] if len(doors) == 1 else ""
    home = home or new_household(planner, said, said.name)
    person = planner.new_person(said, home) if home else ""
    if person:
        join(planner, said, person, home)
        if planner.standing.records["household", home].get("head") is None:
            planner.put(home, ("household", home), "head", person)
    return person


def _cover(planner: Planner, said: Listed, person: str) -> None:
    """Sets the last day to pay; a later standing day is of a newer list or payment, and stays."""
    assert said.due_on is not None
    day, standing = said.due_on.isoformat(), planner.standing
    home = standing.living[person].home or person
    held = [(standing.records["coverage", r].get("valid_to") or "9999", r)
            for r in standing.coverages.get((person, said.scheme), ())]  # fmt: skip
    if any(until == day for until, _ in held):
        return
    if not held:
        _new_cover(planner, said, person, home)
        return
    last, record = max(held)
    fields = standing.records["coverage", record]
    if last > day:
        planner.leave(("coverage", record), "valid_to", fields.get("valid_to"), day, "older")
    elif fields.get("valid_from"):  # a period of its own, from a card or a payment
        _new_cover(planner, said, person, home)
    else:
        planner.compare(home, ("coverage", record), {"valid_to": day}, same_value)


def _new_cover(planner: Planner, said: Listed, person: str, home: str) -> None:
    day = said.due_on.isoformat() if said.due_on else ""
    fields = {"person": person, "scheme": said.scheme, "payer": "household", "valid_to": day}
    if planner.create(home, "coverage", (person, said.scheme, day), fields):
        planner.mark("changed")

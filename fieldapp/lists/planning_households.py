"""Household registers: who lives where, with which relationship to the head."""

from __future__ import annotations

from collections.abc import Iterable

from fieldapp.lists.listed import HEAD, OTHER, Listed
from fieldapp.lists.planning import Planner, same_value
from fieldapp.lists.planning_homes import join, new_household
from fieldapp.lists.standing import Living, Standing
from fieldapp.rules.folding import fold
from fieldapp.rules.places.written_address import door_key


def plan_households(planner: Planner, groups: Iterable[list[Listed]]) -> None:
    """Compares a register, household by household."""
    for group in groups:
        _household(planner, group)


def _household(planner: Planner, group: list[Listed]) -> None:
    good = [said for said in group if planner.begin(said)]
    found: list[tuple[Listed, Living | None]] = []
    for said in good:
        planner.resume(said)
        someone = planner.person_of(said)
        if not planner.is_wrong:
            found.append((said, someone))
    if not found:
        return
    planner.resume(found[0][0])
    home = _home_of(planner, found) or new_household(planner, found[0][0], _head_name(found))
    if not home:
        return
    heads = [said for said, _ in found if _is_head(said)]
    for said, someone in found:
        planner.resume(said)
        someone = someone or planner.made_of(said)  # by a line before it, of the same person
        person = someone.id if someone else planner.new_person(said, home)
        if someone:
            planner.same_person(said, someone, home)
        if person and not planner.is_wrong:
            _live(planner, said, person, home)
            _lead(planner, (said, person, home), heads)
    planner.resume(found[0][0])
    _address(planner, found[0][0], home)


def _is_head(said: Listed) -> bool:
    if said.relationship:
        return said.relationship == HEAD
    return bool(said.name) and fold(said.texts.get("head_name", "")) == said.key


def _head_name(found: list[tuple[Listed, Living | None]]) -> str:
    named = found[0][0].texts.get("head_name", "")
    return named or next((said.name for said, _ in found if _is_head(said)), found[0][0].name)


def _home_of(planner: Planner, found: list[tuple[Listed, Living | None]]) -> str:
    """The standing household of a group: by its code, its head, its members, its door and head."""
    standing, first = planner.standing, found[0][0]
    code = first.texts.get("household_code", "")
    if code and code in standing.by_code:
        return standing.by_code[code]
    heads = [someone.home for said, someone in found if someone and _is_head(said)]
    homes = heads or [someone.home for _, someone in found if someone and someone.home]
    homes = [home for home in homes if home and not _coded_otherwise(standing, home, code)]
    if homes:
        return max(set(homes), key=homes.count)
    wanted = fold(_head_name(found))
    for home in standing.by_door.get(door_key(first.home.house_number, first.home.street), ()):
        head = standing.living.get(standing.records["household", home].get("head") or "")
        if head and head.key == wanted and not _coded_otherwise(standing, home, code):
            return home
    return ""


def _coded_otherwise(standing: Standing, home: str, code: str) -> bool:
    known = standing.records["household", home].get("household_code")
    return bool(code and known and known != code)


def _live(planner: Planner, said: Listed, person: str, home: str) -> None:
    """Lets a person live in the household of the list."""
    standing = planner.standing
    membership = standing.memberships.get(person)
    if membership is None:
        join(planner, said, person, home)
        return
    fields = standing.records["membership", membership]
    if fields["household"] != home:
        planner.leave(("membership", membership), "household", fields["household"], home, "moved")
        return
    relationship = said.relationship if said.relationship != OTHER else ""
    known = fields.get("relationship")
    if known == OTHER and relationship:
        planner.put(home, ("membership", membership), "relationship", relationship)
        return
    wanted = {"relationship": relationship}
    planner.compare(home, ("membership", membership), wanted, same_value)


def _lead(planner: Planner, member: tuple[Listed, str, str], heads: list[Listed]) -> None:
    """Makes a person the head: the one whom the list names, else the first of a new household."""
    said, person, home = member
    key = ("household", home)
    if said in heads[:1]:
        planner.compare(home, key, {"head": person}, same_value)
    elif not heads and planner.standing.records[key].get("head") is None:
        planner.put(home, key, "head", person)


def _address(planner: Planner, said: Listed, home: str) -> None:
    place = said.home
    wanted = {"household_code": said.texts.get("household_code", "")}
    if place.is_a_door:
        wanted |= {"house_number": place.house_number, "street": place.street}
    wanted["neighbourhood"] = place.neighbourhood
    planner.compare(home, ("household", home), wanted, same_value)


# --- grouping ------------------------------------------------------------------------------------

_HOUSEHOLD_TEXTS = ("household_code", "head_name")


def households_of(lines: Iterable[Listed]) -> list[list[Listed]]:
    """The lines of each household together.

    By the household's code where the list has one; else a household begins at its head, at another
    head's name or at another address. A line without any of these belongs to the one before it.
    """
    by_code: dict[str, list[Listed]] = {}
    groups: list[list[Listed]] = []
    for said in lines:
        before = groups[-1][-1] if groups else None
        if before is not None and _goes_on(before, said):
            _inherit(before, said)
        code = said.texts.get("household_code", "")
        if code and code in by_code:
            by_code[code].append(said)
        elif before is not None and not code and not _begins(before, said):
            groups[-1].append(said)
        else:
            groups.append([said])
            by_code[code] = groups[-1]
    for group in groups:
        _name(group)
    return groups


def _says_where(said: Listed) -> bool:
    return bool(said.home.street or said.home.neighbourhood or said.texts.get("household_code"))


def _goes_on(before: Listed, said: Listed) -> bool:
    """A line that does not say where, and is no head, is of the household before it."""
    if said.sheet != before.sheet or said.relationship == HEAD:
        return False
    head = said.texts.get("head_name", "")
    return not _says_where(said) and head in ("", before.texts.get("head_name", ""))


def _inherit(before: Listed, said: Listed) -> None:
    said.home = before.home
    for name in _HOUSEHOLD_TEXTS:
        if name in before.texts:
            said.texts.setdefault(name, before.texts[name])


def _begins(before: Listed, said: Listed) -> bool:
    if said.sheet != before.sheet or said.relationship == HEAD:
        return True
    if said.texts.get("head_name", "") != before.texts.get("head_name", ""):
        return True
    here, there = said.home, before.home
    return _door(said) != _door(before) or fold(here.neighbourhood) != fold(there.neighbourhood)


def _door(said: Listed) -> object:
    return door_key(said.home.house_number, said.home.street)


def _name(group: list[Listed]) -> None:
    """What the household is called in ids that are derived: its code, or its place and head."""
    first = group[0]
    code = first.texts.get("household_code", "")
    head = first.texts.get("head_name", "") or first.name
    name = f"code {code}" if code else f"{fold(first.home.neighbourhood)} {fold(head)}"
    for said in group:
        said.group = name

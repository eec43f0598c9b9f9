"""What the partners do: use cases on a laptop of their own. Doing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fieldapp.demo.people import Town
from fieldapp.store.store import Store
from fieldapp.training.lesson import Story
from fieldapp.training.seeing import records_of
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.people import edit_person, register_household


def lan_renames(store: Store, town: Town, story: Story) -> None:
    """Lan spells the man's name as a neighbour said it."""
    page = household_page(store, story.ward, story.household)
    man = next(member for member in page.members if member.person == story.man)
    if man.name == story.written:
        edit_person(
            store,
            story.ward,
            story.man,
            {"full_name": story.by_lan},
            basis=page.basis,
            evidence={"kind": "told"},
        )


def hien_registers(store: Store, town: Town, story: Story) -> None:
    """Hiền takes the daughter from a neighbour's list, at the next door."""
    if store.read(records_of, story) > 1:
        return
    daughter = town.story.persons[2]
    fields = {"house_number": "123/4/9", "street": town.story.street}
    member = {
        "full_name": daughter.name,
        "born_on": daughter.born_on,
        "sex": daughter.sex,
        "phone": "0909000456",
        "relationship": "00",
    }
    register_household(store, story.ward, fields, [member])


ACTS: Mapping[str, tuple[str, Callable[[Store, Town, Story], None]]] = {
    "lan_renames": ("lan", lan_renames),
    "hien_registers": ("hien", hien_registers),
}
"""Whose laptop it is, and what is done there."""

"""Two records of one human, joined: both stay, one of them is shown; parted again at any time.

Two that only look like one human are told apart, so that nobody asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.model import Household, Person
from fieldapp.model.record import from_wire
from fieldapp.store.merged import shown_as
from fieldapp.store.queries.households import household_of
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Basis, Intent
from fieldapp.usecases.me import must_be_clerk


def merge_people(
    store: Store,
    ward: str,
    person: str,
    into: str,
    *,
    values: Mapping[str, Any] | None = None,
    basis: Basis | None = None,
) -> str:
    """Says that `person` is the same human as `into`, which is shown from now on.

    What only `person` says (numbers, birth date, phone …) is written into `into` as well. Nothing
    else is rewritten: visits, receipts and enrolments stay with the record that they were made
    for and are shown with the other one. Where nobody may knock at the door of `person`, nobody may
    at that of `into` from now on. Returns the changeset's id.

    Args:
        values: fields of `into` that are changed along with it, as the two were compared.
        basis: what the screen that compared the two stood on.

    Raises:
        UserMends: `merging.no_right` (only a clerk, a supervisor or an administrator merges),
            `merging.same`, `merging.gone` (one of the two was withdrawn or merged meanwhile),
            `merging.ring` (`into` is shown with `person` already).
    """
    must_be_clerk(store, ward, "merging.no_right")
    if person == into:
        raise UserMends("merging.same")
    with store.work(Intent("person.merge", ward), basis) as work:
        if shown_as(work.connection, ward, into) == person:
            raise UserMends("merging.ring")
        _must_stand(work, (person, into))
        changed = _only_known_to(work.shown(("person", person)), work.shown(("person", into)))
        changed |= dict(values or {})
        work.edit(Person, person, merged_into=into)
        if changed:
            work.edit(Person, into, **changed)
        _keep_wish(work, ward, person, into)
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def _keep_wish(work: Unit, ward: str, person: str, into: str) -> None:
    """One door of a human at which nobody may knock makes it so at the one that is shown."""
    doors = [household_of(work.connection, ward, one) for one in (person, into)]
    left, kept = ((work.shown(("household", one)) or {}) if one else {} for one in doors)
    if doors[1] and left.get("do_not_contact") and not kept.get("do_not_contact"):
        work.edit(Household, doors[1], do_not_contact=True)


def _only_known_to(other: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the record that is kept does not say, and the other one does."""
    found = {name: other[name] for name in FILLED if other.get(name) and not kept.get(name)}
    return {name: from_wire(Person, name, value) for name, value in found.items()}


FILLED = (
    *("id_number", "old_id_number", "si_number", "card_number", "born_on", "sex", "phone"),
    *("email", "facility", "ethnic_group", "nationality", "birth_place"),
)
"""The fields that merging fills where the record that is kept has nothing."""


def part_people(store: Store, ward: str, person: str) -> str:
    """Takes a merge back, however long ago it was. Returns the changeset's id.

    Raises:
        UserMends: `merging.no_right`, `merging.not_merged`.
    """
    must_be_clerk(store, ward, "merging.no_right")
    with store.work(Intent("person.part", ward)) as work:
        if not (work.shown(("person", person)) or {}).get("merged_into"):
            raise UserMends("merging.not_merged")
        work.edit(Person, person, merged_into=None)
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def tell_apart(store: Store, ward: str, one: str, other: str) -> str:
    """Says that two records that look alike are two humans: they are no pair any more, on any
    laptop. Returns the changeset's id.

    Raises:
        UserMends: `merging.no_right`, `merging.same`, `merging.gone` (one of the two was withdrawn
            or merged meanwhile).
    """
    must_be_clerk(store, ward, "merging.no_right")
    if one == other:
        raise UserMends("merging.same")
    first, second = sorted((one, other))
    with store.work(Intent("person.tell_apart", ward)) as work:
        _must_stand(work, (first, second))
        told = (work.shown(("person", first)) or {}).get("told_apart") or []
        work.edit(Person, first, told_apart=sorted({*told, second}))
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def _must_stand(work: Unit, people: Iterable[str]) -> None:
    for person in people:
        row = work.shown(("person", person))
        if not row or row.get("withdrawn") or row.get("merged_into"):
            raise UserMends("merging.gone")

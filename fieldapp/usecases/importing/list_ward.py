"""Which ward a list goes into, and which of its lines do not belong there."""

from __future__ import annotations

from fieldapp.errors import UserMends
from fieldapp.lists import wards as ward_names
from fieldapp.lists.cells import Fault
from fieldapp.store.store import Store
from fieldapp.usecases.importing.preview import Choice, ReadList
from fieldapp.usecases.me import WardName, me


def ward_of_list(store: Store, read: ReadList, said: Choice) -> WardName:
    """The ward that the list goes into.

    Raises:
        UserMends: `entry.ward_not_granted`; `imports.other_ward`: the list is another one's;
            `imports.ward_needed`: nobody can tell which it is.
    """
    mine = me(store).wards
    if said.ward:
        chosen = [ward for ward in mine if said.ward in (ward.code, ward.stream)]
        if not chosen:
            raise UserMends("entry.ward_not_granted", field="ward", ward=said.ward)
    else:
        chosen = list(mine)
    codes = _codes_of_list(store, read)
    if codes:
        chosen = [ward for ward in chosen if ward.code in codes]
        if not chosen:
            names = ward_names.names_of(codes, store.today())
            raise UserMends("imports.other_ward", field="ward", ward=names)
    if len(chosen) != 1:
        among = ", ".join(ward.name for ward in chosen or mine)
        raise UserMends("imports.ward_needed", field="ward", among=among)
    return chosen[0]


def _codes_of_list(store: Store, read: ReadList) -> ward_names.Codes:
    """The wards that more than half of the telling lines can mean, else those in the titles."""
    day = store.today()
    codes, telling = ward_names.commonest((said.home for said in read.listed), day)
    if codes and telling * 10 >= len(read.listed):
        return codes
    return ward_names.wards_in_titles(read.laid[0].head.titles, day)


def mark_foreign(store: Store, read: ReadList, ward: WardName) -> None:
    """Single lines of another ward are not imported; those of a divided one may be of either."""
    day = store.today()
    for said in read.listed:
        named = ward_names.named_by(said.home, day)
        if not named:
            continue
        if ward.code not in named:
            now = ward_names.names_of(named, day)
            fault = Fault("other_ward", {"ward": now})
            if said.home.district:
                old = f"{said.home.ward}, {said.home.district}"
                fault = Fault("other_ward_now", {"ward": now, "text": old})
            if ("address", fault) not in said.faults:
                said.faults.append(("address", fault))
        elif len(named) > 1 and ("address", "ward_divided") not in said.mends:
            said.mends.append(("address", "ward_divided"))

"""Which ward of today the address on a card is in: the card has the names of its own day."""

from __future__ import annotations

from datetime import date

from fieldapp.rules.people.cards import Card, CitizenCard
from fieldapp.rules.places.old_names import wards_meant
from fieldapp.rules.places.wards import Ward
from fieldapp.rules.places.written_address import read_address


def wards_on_card(card: Card, today: date) -> tuple[Ward, ...]:
    """The wards of `today` that the address on a card can mean; none where it does not tell."""
    place = read_address(card.address)
    if not place.ward:
        return ()
    written_on = card.issued_on if isinstance(card, CitizenCard) else card.valid_from
    return wards_meant(place.ward, place.district, today=today, written_on=written_on)

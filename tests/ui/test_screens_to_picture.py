"""The list of screens that `make screenshots` goes through."""

from __future__ import annotations

from fieldapp.demo.town import make_town
from tests.usecases.conftest import DAY
from ui.demo.screens import SCREENS
from ui.window import PLACES_OF


def test_each_screen_has_a_name_of_its_own_and_a_place_that_its_person_has() -> None:
    assert len({screen.name for screen in SCREENS}) == len(SCREENS)
    roles = {person.username: person.role for person in make_town(DAY, households=24).staff}
    for screen in SCREENS:
        assert screen.place in PLACES_OF[roles[screen.who]], screen.name


def test_every_place_of_every_role_is_pictured() -> None:
    pictured = {screen.place for screen in SCREENS}
    assert pictured == {place for places in PLACES_OF.values() for place in places}

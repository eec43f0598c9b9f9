"""The page of one household, shown as in the window."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.usecases.households.households_table import households
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now
from ui.places.households.page_place import HouseholdPlace


def shown_page(qtbot: QtBot, store: Store, window: Elsewhere, text: str) -> HouseholdPlace:
    """The page of the only household that a text finds, open, with its head selected."""
    (line,) = households(store, text=text)
    made = HouseholdPlace(store, Words("vi"), Now(), window)
    made.widget.resize(1182, 684)
    qtbot.addWidget(made.widget)
    made.widget.show()
    made.open(ward=line.ward, household=line.household)
    made.view.focus_first()
    return made

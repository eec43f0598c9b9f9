"""The page of a household, as the forms at work on it see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from fieldapp.errors import FieldappError

if TYPE_CHECKING:
    from fieldapp.store.store import Store
    from fieldapp.usecases.households.household import HouseholdPage
    from ui.places.households.drafts import Drafts
    from ui.places.households.form_desk import FormDesk
    from ui.places.households.older_desk import OlderDesk
    from ui.places.households.page_view import HouseholdView
    from ui.places.ports import LongTasks, Navigator
    from ui.say import Teller


Made = tuple[str, str | None]
"""A sentence about what was done, and the changeset that undoes it."""
Failed = Callable[[FieldappError], None]


class FormsPage(Protocol):
    """The page on which a form lies."""

    store: Store
    teller: Teller
    tasks: LongTasks
    navigator: Navigator
    drafts: Drafts
    view: HouseholdView
    forms: FormDesk
    older: OlderDesk
    page: HouseholdPage | None

    def write(
        self, job: Callable[[], Made], failed: Failed, then: Callable[[], None] | None = None
    ) -> None:
        """Runs a job, tells what it made, and reads the page again."""
        ...

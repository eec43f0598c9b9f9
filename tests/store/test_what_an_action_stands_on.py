"""`on`: which own unsettled work an action names, as it was when its form was opened."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from fieldapp.model import Person
from fieldapp.store.work import Basis, Intent
from tests.support.laptops import WARD, add_person, edit
from tests.support.team import Laptop


def saved_on(
    lan: Laptop, basis: Basis | None, person: str, name: str = "Bích Hằng"
) -> tuple[str, ...]:
    """Edits a person from a form with this basis; what the action says that it stands on."""
    with lan.store.work(Intent("edit", WARD), basis) as unit:
        unit.edit(Person, person, full_name=name)
    assert unit.saved.changeset is not None
    return unit.saved.changeset.on


def last_own(lan: Laptop) -> str:
    query = "SELECT id FROM journal ORDER BY rowid DESC LIMIT 1"
    return str(lan.store.read(lambda c: c.exec_driver_sql(query).scalar_one()))


def test_a_form_names_the_own_work_that_lay_over_what_it_shows(lan: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    made = last_own(lan)
    assert saved_on(lan, lan.store.basis(WARD, ("person", person)), person) == (made,)


def test_own_work_made_after_the_form_was_opened_is_not_named(lan: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    made = last_own(lan)
    shows_her, shows_another = (
        lan.store.basis(WARD, ("person", person)),
        lan.store.basis(WARD),
    )
    edit(lan.store, Person, person, note="sau 9 giờ")
    assert saved_on(lan, shows_her, person) == (made,)
    assert saved_on(lan, shows_another, person, "Thu Hằng") == (made,)


@pytest.mark.parametrize("is_shown", [True, False])
def test_own_work_that_the_log_has_taken_since_is_named(lan: Laptop, *, is_shown: bool) -> None:
    """`base` is of before: without the name it would meet that work as another one's."""
    person = add_person(lan.store, "Hằng")
    lan.synced()
    edit(lan.store, Person, person, phone="0912000222")
    made = last_own(lan)
    basis = lan.store.basis(WARD, *([("person", person)] if is_shown else []))
    lan.synced()
    assert saved_on(lan, basis, person) == (made,)


def test_what_the_log_had_already_is_not_named(lan: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    lan.synced()
    assert saved_on(lan, lan.store.basis(WARD), person) == ()


def test_an_action_without_a_form_stands_on_what_stands_now(lan: Laptop) -> None:
    person = add_person(lan.store, "Hằng")
    made = last_own(lan)
    assert saved_on(lan, None, person) == (made,)


def test_a_save_reads_the_own_work_of_its_own_records_only(lan: Laptop) -> None:
    """A laptop that took in a list has hundreds of thousands of unsettled changes."""
    person = add_person(lan.store, "Hằng")
    for number in range(5):
        add_person(lan.store, f"Người {number}")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        saved_on(lan, lan.store.basis(WARD, ("person", person)), person)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    own = [one for one in asked if one.startswith("SELECT") and "FROM own_change" in one]
    assert own
    assert all("own_change.record = ?" in one or "changeset = ?" in one for one in own)

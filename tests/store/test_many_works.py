"""Many changesets in one transaction: all there or none, each whole, each on those before it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from fieldapp.errors import DefectFound, UserMends
from fieldapp.model import Household, Person
from fieldapp.model.changesets import Changeset, content_hash, decode
from fieldapp.store import overlay, tables
from fieldapp.store.rows import read_fields
from fieldapp.store.search import find_people
from fieldapp.store.store import Store
from fieldapp.store.works import AT_ONCE, Works
from tests.support.laptops import WARD, add_family, add_person, edit
from tests.support.refusals import refused

EVIDENCE = {"kind": "list_line", "list": "x", "row": 1}


def journal(store: Store) -> list[Changeset]:
    def query(connection: Connection) -> list[Changeset]:
        order = select(tables.journal.c.content, tables.journal.c.hash).order_by(text("rowid"))
        found = []
        for content, digest in connection.execute(order):
            assert content_hash(content) == digest
            found.append(decode(content))
        return found

    return store.read(query)


def add(works: Works, number: int) -> None:
    person, home = f"p{number:05d}", f"h{number:05d}"
    works.add(
        EVIDENCE,
        created=[
            (("person", person), {"full_name": f"Nguyễn Văn Số {number}", "phone": "0903555214"}),
            (("household", home), {"head": person, "street": "Nguyễn Xí"}),
            (("membership", f"m{number:05d}"), {"person": person, "household": home}),
        ],
    )


def test_more_works_than_are_written_at_once_are_all_there(store: Store) -> None:
    count = AT_ONCE * 2 + 3
    with store.works(WARD, "list.test") as works:
        for number in range(count):
            add(works, number)
    made = journal(store)
    assert [one.number for one in made] == list(range(1, count + 1))
    assert len({one.id for one in made}) == count and made == sorted(made, key=lambda c: c.id)
    assert {len(one.changes) for one in made} == {3}
    hits = store.read(find_people, "0903555214", limit=count)
    assert len(hits) == count


def test_an_interrupt_in_the_middle_of_a_statement_stays_what_it_was(store: Store) -> None:
    """Its connection is of no more use: nothing may be asked of it on the way out."""
    with pytest.raises(KeyboardInterrupt), store.works(WARD, "list.test") as works:
        add(works, 1)

        def interrupted(*_: Any) -> None:
            raise KeyboardInterrupt

        event.listen(works.connection.engine, "do_execute", interrupted, once=True)
        works.connection.execute(text("SELECT 1"))
    assert journal(store) == []
    with store.works(WARD, "list.test") as works:
        add(works, 1)
    assert len(journal(store)) == 1


def test_an_error_half_way_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.works(WARD, "list.test") as works:
        for number in range(AT_ONCE + 5):
            add(works, number)
        1 / 0  # noqa: B018
    assert journal(store) == []
    assert store.read(find_people, "nguyen van so") == []


def test_nothing_added_is_nothing_written(store: Store) -> None:
    with store.works(WARD, "list.test"):
        pass
    assert journal(store) == [] and store.setting("last_made_at") is None


def test_each_stands_on_those_before_it_and_on_own_unsettled_work(store: Store) -> None:
    person = add_person(store, "Hằng")
    with store.works(WARD, "list.test") as works:
        works.add(EVIDENCE, created=[(("household", "h1"), {"head": person})])
        works.add(EVIDENCE, edited=[(("household", "h1"), {"street": ("", "Nguyễn Xí")})])
        works.add(EVIDENCE, edited=[(("person", person), {"full_name": ("Hằng", "Bích Hằng")})])
    first, home, street, name = journal(store)
    assert home.on == (first.id,)
    assert street.on == (home.id,)
    assert name.on == (first.id,)
    assert name.changes[0].fields == {"full_name": ("Hằng", "Bích Hằng")}


def test_edits_lie_over_the_log_as_single_ones_do(store: Store) -> None:
    home, (one, other) = add_family(store, ["Hằng", "Bảo"], street="Nguyễn Xí")
    edit(store, Person, one, full_name="Bích Hằng")
    with store.works(WARD, "list.test") as works:
        works.add(EVIDENCE, edited=[(("person", one), {"phone": (None, "0903555214")})])
        works.add(EVIDENCE, edited=[(("person", other), {"full_name": ("Bảo", "Gia Bảo")})])
    keys = [("person", one), ("person", other), ("household", home)]
    shown = [store.read(overlay.read_view, WARD, key) for key in keys]

    def laid(connection: Connection) -> None:
        overlay.lay_again(connection, WARD, keys)

    with store._write() as connection:
        laid(connection)
    assert [store.read(overlay.read_view, WARD, key) for key in keys] == shown
    fields = store.read(read_fields, WARD, ("person", one))
    assert fields is not None
    assert (fields["full_name"], fields["phone"]) == ("Bích Hằng", "0903555214")


def test_a_reference_to_nothing_is_refused(store: Store) -> None:
    with refused(UserMends, "entry.gone"), store.works(WARD, "list.test") as works:
        works.add(EVIDENCE, created=[(("household", "h1"), {"head": "nobody"})])
    with refused(UserMends, "entry.gone"), store.works(WARD, "list.test") as works:
        works.add(EVIDENCE, edited=[(("person", "nobody"), {"full_name": ("", "A")})])


def test_a_field_that_does_not_exist_is_a_defect(store: Store) -> None:
    with refused(DefectFound, "store.defect"), store.works(WARD, "list.test") as works:
        works.add(EVIDENCE, created=[(("household", "h1"), {"strasse": "x"})])


def test_a_new_record_has_the_blanks_that_single_work_gives_it(store: Store) -> None:
    with store.works(WARD, "list.test") as works:
        works.add(EVIDENCE, created=[(("household", "h1"), {"street": "Nguyễn Xí"})])
    single, _ = add_family(store, [], street="Nguyễn Xí")
    one, other = (store.read(read_fields, WARD, ("household", h)) for h in ("h1", single))
    assert one == other
    assert Household.type_name() == "household"

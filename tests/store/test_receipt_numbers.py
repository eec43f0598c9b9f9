"""Receipt numbers: leased, ascending, none skipped, none given twice, whatever becomes of files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.store.file import profile
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine, Profile
from fieldapp.store.receipts import FileMarks, Mark, NewLease, book_in_use
from fieldapp.store.store import Store
from tests.support.laptops import PASSWORD, add_person, new_profile, working
from tests.support.refusals import refused
from tests.support.team import Laptop, Team


def lease(store: Store, first: int = 100, last: int = 104, next_number: int = 0) -> None:
    incarnation = store.setting("incarnation")
    store.take_lease(NewLease("AA/26", first, last, incarnation, next_number))


def issue(store: Store) -> tuple[str, int]:
    with working(store, "receipt") as unit:
        return unit.receipt_number()


def test_numbers_ascend_from_the_first_of_the_lease_to_its_last(store: Store) -> None:
    lease(store)
    assert [issue(store)[1] for _ in range(5)] == [100, 101, 102, 103, 104]
    with refused(UserMends, "receipts.book_used_up"):
        issue(store)


def test_without_a_lease_there_is_no_number(store: Store) -> None:
    with refused(UserMends, "receipts.book_used_up"):
        issue(store)


def test_two_receipts_of_one_action_get_two_numbers(store: Store) -> None:
    lease(store)
    with working(store, "receipt") as unit:
        numbers = [unit.receipt_number()[1], unit.receipt_number()[1]]
    assert numbers == [100, 101]


def test_an_action_that_fails_uses_no_number(store: Store) -> None:
    lease(store)
    with pytest.raises(ZeroDivisionError), working(store, "receipt") as unit:
        unit.receipt_number()
        1 / 0  # noqa: B018
    assert issue(store)[1] == 100


def test_the_same_lease_again_does_not_turn_the_numbers_back(store: Store) -> None:
    lease(store)
    issue(store)
    lease(store)
    assert issue(store)[1] == 101


def test_the_mark_stands_outside_the_file_before_the_number_is_used(
    tmp_path: Path, on: Machine
) -> None:
    plain = Machine(on.clock, on.ids, NoKeystore(), on.cost)
    opened = new_profile(tmp_path, plain)
    lease(opened.store)
    issue(opened.store)
    assert json.loads((tmp_path / "receipt.mark").read_text())["number"] == 100
    opened.close()


def test_a_file_put_back_from_a_copy_gives_no_number_until_it_has_synced(
    tmp_path: Path, on: Machine
) -> None:
    opened = new_profile(tmp_path / "a", on)
    lease(opened.store)
    issue(opened.store)
    opened.close()
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    opened = profile.unlock(tmp_path / "a", PASSWORD, on)
    issue(opened.store)
    opened.close()
    shutil.copy(tmp_path / "copy" / "field.db", tmp_path / "a" / "field.db")
    old = profile.unlock(tmp_path / "a", PASSWORD, on)
    with refused(UserMends, "receipts.sync_first"):
        issue(old.store)
    old.close()


@pytest.mark.parametrize("mark", ["", "{}", '{"incarnation": "another", "book": "b", "number": 1}'])
def test_a_mark_that_is_gone_broken_or_foreign_stops_the_numbers(
    tmp_path: Path, on: Machine, mark: str
) -> None:
    plain = Machine(on.clock, on.ids, NoKeystore(), on.cost)
    opened = new_profile(tmp_path, plain)
    lease(opened.store)
    (tmp_path / "receipt.mark").write_text(mark)
    with refused(UserMends, "receipts.sync_first"):
        issue(opened.store)
    lease(opened.store)  # the handshake
    assert issue(opened.store)[1] == 100
    opened.close()


def test_a_number_marked_but_never_booked_is_given_again_after_a_handshake(
    tmp_path: Path, on: Machine
) -> None:
    """The machine died between the mark and the commit: nothing was printed."""
    plain = Machine(on.clock, on.ids, NoKeystore(), on.cost)
    opened = new_profile(tmp_path, plain)
    lease(opened.store)
    issue(opened.store)
    marks = FileMarks(tmp_path / "receipt.mark")
    marks.write(Mark(opened.store.setting("incarnation"), "AA/26", 101))
    with refused(UserMends, "receipts.sync_first"):
        issue(opened.store)
    lease(opened.store, next_number=101)
    assert issue(opened.store)[1] == 101
    opened.close()


def test_a_server_that_knows_more_receipts_than_the_file_keeps_the_numbers_stopped(
    tmp_path: Path, on: Machine
) -> None:
    plain = Machine(on.clock, on.ids, NoKeystore(), on.cost)
    opened = new_profile(tmp_path, plain)
    lease(opened.store)
    issue(opened.store)
    marks = FileMarks(tmp_path / "receipt.mark")
    marks.write(Mark(opened.store.setting("incarnation"), "AA/26", 103))
    lease(opened.store, next_number=104)
    with refused(UserMends, "receipts.sync_first"):
        issue(opened.store)
    opened.close()


def test_a_mark_that_cannot_be_written_saves_nothing(
    opened: Profile, on: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease(opened.store)
    add_person(opened.store)
    (opened.folder / "receipt.mark").unlink(missing_ok=True)
    (opened.folder / "receipt.new").mkdir()
    with refused(SurroundingsMend, "store.disk_fault"):
        issue(opened.store)
    (opened.folder / "receipt.new").rmdir()
    lease(opened.store)
    assert issue(opened.store)[1] == 100


def test_a_lease_comes_with_the_handshake_and_goes_on_with_the_next(
    team: Team, lan: Laptop
) -> None:
    team.admin.add_book("AA/26", 1, 1_000, team.ward)
    lan.synced()
    assert [issue(lan.store) for _ in range(3)] == [("AA/26", 1), ("AA/26", 2), ("AA/26", 3)]
    lan.synced()
    assert issue(lan.store) == ("AA/26", 4)


def test_whoever_used_all_numbers_between_two_syncs_gets_more_at_the_next(
    team: Team, lan: Laptop
) -> None:
    team.admin.add_book("AA/26", 1, 120, team.ward)
    lan.synced()
    assert [issue(lan.store)[1] for _ in range(50)] == list(range(1, 51))
    with refused(UserMends, "receipts.book_used_up"):
        issue(lan.store)

    lan.synced()

    assert [issue(lan.store)[1] for _ in range(50)] == list(range(51, 101))


def test_a_second_book_used_up_with_the_first_gets_more_at_the_next_sync(
    team: Team, lan: Laptop
) -> None:
    """Books are worked through in the order in which they came, whatever they are called."""
    team.admin.add_book("Q1", 1, 45, team.ward)
    lan.synced()
    team.admin.add_book("A1", 1, 60, team.ward)
    assert [issue(lan.store)[0] for _ in range(40)] == ["Q1"] * 40
    lan.synced()
    assert [issue(lan.store) for _ in range(6)] == [*(("Q1", n) for n in range(41, 46)), ("A1", 1)]
    assert [issue(lan.store)[1] for _ in range(49)] == list(range(2, 51))

    lan.synced()

    assert issue(lan.store) == ("A1", 51)


def test_a_lease_that_became_longer_goes_on_where_it_was(store: Store) -> None:
    incarnation = str(store.setting("incarnation"))
    store.take_lease(NewLease("AA/26", 1, 2, incarnation, 1))
    with working(store) as unit:
        assert unit.receipt_number()[1] == 1

    store.take_lease(NewLease("AA/26", 1, 60, incarnation, 2))

    left = store.read(book_in_use, incarnation)
    assert left is not None and (left.next_number, left.last_number) == (2, 60)

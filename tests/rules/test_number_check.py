"""Numbers of receipt books: gaps within what was given out, numbers that come twice."""

from __future__ import annotations

from fieldapp.rules.money.number_check import NumberFault, Paper, Range, check_numbers, tally

BOOK = "BL 26-07"
GIVEN = Range(BOOK, 41900, 41949)


def paper(number: int, receipt: str = "", **more: object) -> Paper:
    return Paper(receipt or f"r{number}", BOOK, number, "lan", **more)  # type: ignore[arg-type]  # fields given by name


def faults(*papers: Paper, given: tuple[Range, ...] = (GIVEN,), **more: object) -> list[str]:
    found = check_numbers(given, papers, **more)  # type: ignore[arg-type]  # fields given by name
    return [f"{one.kind} {one.first}-{one.last}" for one in found]


def test_a_gap_is_seen_as_soon_as_a_later_number_has_come_and_neighbours_are_one() -> None:
    assert faults(paper(41900), paper(41901)) == []
    assert faults(paper(41902), paper(41905)) == ["skipped 41900-41901", "skipped 41903-41904"]


def test_a_void_receipt_keeps_its_number_and_a_held_one_has_taken_it() -> None:
    void, held = paper(41900, void=True), paper(41901, pending=True)
    assert faults(void, held, paper(41902)) == []
    counted = tally(GIVEN, [void, held, paper(41902)])
    assert (counted.used, counted.void, counted.pending, counted.left) == (2, 1, 1, 47)


def test_a_number_that_two_receipts_bear_is_told_with_both_papers() -> None:
    papers = paper(41900, "a", check_code="7K2M"), paper(41900, "b", check_code="9QX1")
    [fault] = check_numbers([GIVEN], papers)
    assert fault == NumberFault("twice", BOOK, 41900, 41900, papers)


def test_a_receipt_that_is_in_the_log_and_held_again_is_one() -> None:
    assert faults(paper(41900), paper(41900, pending=True)) == []


def test_a_number_used_in_a_ward_that_is_not_seen_is_no_gap() -> None:
    elsewhere = {(BOOK, 41900)}
    assert faults(paper(41901), elsewhere=elsewhere) == []
    counted = tally(GIVEN, [paper(41902)], elsewhere)
    assert (counted.used, counted.elsewhere, counted.missing, counted.left) == (1, 1, 1, 47)


def test_a_number_that_was_given_to_no_machine_is_told() -> None:
    assert faults(paper(41900), paper(41960)) == ["never_leased 41960-41960"]


def test_a_range_of_another_machine_has_gaps_of_its_own() -> None:
    other = Range(BOOK, 41950, 41999, closed=True)
    assert faults(paper(41900), paper(41951), given=(GIVEN, other)) == ["skipped 41950-41950"]


def test_without_any_range_of_a_book_gaps_are_between_two_numbers_of_one_person() -> None:
    assert faults(paper(41902), paper(41904), given=()) == ["skipped 41903-41903"]


def test_a_receipt_without_a_book_bears_no_number() -> None:
    assert check_numbers([GIVEN], [Paper("r", "", 7)]) == ()


def test_parts_of_a_range_add_up_to_it_and_nothing_used_leaves_all() -> None:
    assert tally(GIVEN, []).left == 50
    stray = Paper("x", "other", 41901)
    one = tally(GIVEN, [paper(41903), paper(41905, void=True), stray])
    assert one.used + one.void + one.elsewhere + one.missing + one.left == 50

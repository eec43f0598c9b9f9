"""What a day's receipts come to."""

from fieldapp.rules.money.day import DayTakings, Taken, takings


def test_a_void_receipt_counts_for_nothing_and_transfers_are_no_cash() -> None:
    day = [Taken("cash", 100, False), Taken("cash", 50, True), Taken("transfer", 30, False)]
    assert takings(day) == DayTakings(1, 100, 1, 30, 1)
    assert takings([]) == DayTakings()

"""Sentences that have other words on their very day, or within the minute."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from fieldapp.errors import UserMends
from fieldapp.rules.explained import Reason
from fieldapp.words import Words
from ui.say import Teller, retry_key

NOW = datetime(2026, 11, 23, 3, 7, tzinfo=UTC)
"""10:07 in Ho Chi Minh City."""


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "Đóng ngay hôm nay để thẻ nối liền"),
        (date(2026, 11, 24), "Đóng trước 24/11 để thẻ nối liền"),
    ],
)
def test_on_the_last_day_nobody_is_told_to_pay_before_it(day: date, said: str) -> None:
    teller = Teller(Words("vi"), date(2026, 11, 23))
    assert teller.reason(Reason("stake_continuous", {"day": day})) == said


@pytest.mark.parametrize(
    ("key", "at", "shown"),
    [
        ("sync.no_network_until", "10:07", "sync.no_network_soon"),
        ("sync.no_network_until", "10:08", "sync.no_network_until"),
        ("sync.server_busy_until", "10:06", "sync.server_busy"),
        ("sync.last_confirmed", "10:07", "sync.last_confirmed"),
    ],
)
def test_the_time_of_the_next_try_is_named_only_while_it_is_to_come(
    key: str, at: str, shown: str
) -> None:
    assert retry_key(Words("vi"), key, {"at": at}, NOW) == shown


def test_a_file_that_cannot_be_read_is_told_by_its_name() -> None:
    teller = Teller(Words("vi"), date(2026, 11, 23))
    error = UserMends("cli.file_unreadable", path="/tai-ve/danh sách.xlsx")
    assert teller.error(error).title == "Không đọc được danh sách.xlsx"

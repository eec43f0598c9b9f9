"""The records of the sync's measures: members of households with what a door-to-door visit notes.

As those that other sync stacks were measured with: about 730 bytes each as compact JSON, the names,
numbers and amounts all different. Record i is a pure function of i.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from fieldapp.clock import Ids
from fieldapp.store.rows import Key

FAMILIES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
)
MIDDLES = (
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Minh",
    "Ngọc",
    "Thanh",
    "Quang",
    "Xuân",
    "Thu",
    "Hồng",
    "Kim",
    "Gia",
    "Bảo",
    "Công",
    "Đình",
)
GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiếu",
    "Hoa",
    "Hùng",
    "Hương",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Nhung",
    "Phúc",
    "Phương",
    "Quân",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thắng",
    "Trang",
    "Trung",
    "Tuấn",
    "Vân",
    "Việt",
    "Yến",
)
PLACES = ("Kỳ Sơn, Nghệ An", "Mường Lát, Thanh Hóa", "Thạch Hà, Hà Tĩnh", "Cửa Lò, Nghệ An")
JOBS = ("nông dân", "công nhân may", "học sinh", "buôn bán nhỏ", "giáo viên", "nội trợ")
SAID = (
    "đã xem giấy khai sinh tại nhà",
    "hẹn đến lại sau 16 giờ",
    "thiếu bản sao căn cước của vợ",
    "đóng 6 tháng, phần còn lại trả cuối quý",
    "thuộc diện hộ cận nghèo, có giấy xác nhận của phường",
    "thẻ cũ hết hạn, cần gia hạn trước ngày 15",
)
PER_HOUSEHOLD = 4
Created = tuple[Key, dict[str, Any]]


def member(number: int) -> dict[str, Any]:
    """The fields of one person."""
    random = Random((1 << 32) | number)
    months = random.choice((3, 6, 12))
    visited = date(2026, 1, 5) + timedelta(days=random.randrange(300))
    note = (
        f"{', '.join(random.sample(SAID, 2))}; {random.choice(JOBS)}, tổ {random.randrange(20)}; "
        f"{months} tháng, {105_300 * months} đồng, hỗ trợ {random.choice((0, 30, 70, 100))} %, "
        f"biên lai BL-2026-{random.randrange(10**6):06d}, thăm {visited:%d/%m/%Y} lúc "
        f"{random.randrange(7, 20)} giờ {random.randrange(60)}, ctv{random.randrange(40):03d}"
    )
    return {
        "full_name": " ".join(map(random.choice, (FAMILIES, MIDDLES, GIVEN))),
        "sex": random.choice(("male", "female")),
        "born_on": (date(1935, 1, 1) + timedelta(days=random.randrange(33_000))).isoformat(),
        "id_number": f"{random.randrange(10**11, 10**12)}",
        "si_number": f"{random.randrange(10**9, 10**10)}",
        "card_number": f"GD4{random.randrange(10**11, 10**12)}",
        "phone": f"09{random.randrange(10**7, 10**8):08d}",
        "email": f"{random.choice(GIVEN).lower()}.{random.randrange(10**5):05d}@example.vn",
        "ethnic_group": f"{random.choice((1, 2, 3, 8)):02d}",
        "birth_place": random.choice(PLACES),
        "facility": f"79{random.randrange(400):03d}",
        "note": note,
    }


def address(household: int) -> dict[str, Any]:
    """The fields of one household."""
    random = Random((1 << 40) | household)
    street = f"{random.choice(FAMILIES)} {random.choice(GIVEN)}"
    return {"house_number": f"{random.randrange(1, 300)}", "street": street}


def homes(first: int, count: int, ids: Ids) -> Iterator[list[Created]]:
    """So many members, household by household: what one action registers each time."""
    for number in range(first, first + count, PER_HOUSEHOLD):
        home = ids.new()
        made: list[Created] = [(("household", home), address(number // PER_HOUSEHOLD))]
        for one in range(number, min(number + PER_HOUSEHOLD, first + count)):
            person = ids.new()
            made.append((("person", person), member(one)))
            link = {"person": person, "household": home, "relationship": f"{one % 4:02d}"}
            made.append((("membership", ids.new()), link))
        yield made


def singles(first: int, count: int, ids: Ids) -> Iterator[list[Created]]:
    """So many members, each in an action of its own."""
    for number in range(first, first + count):
        yield [(("person", ids.new()), member(number))]

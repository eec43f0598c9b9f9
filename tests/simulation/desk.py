"""What people do at a desk: cross receipts out, take lists of others in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from fieldapp.usecases.importing.preview import Choice
from fieldapp.usecases.importing.taking_in import look_at, take_in
from fieldapp.usecases.receipts.voids import void_receipt
from tests.simulation.acts import Doing
from tests.support.books import DUE_HEADS, REGISTER_HEADS, write_text
from tests.support.histories import NothingToDo

Kind = Literal["due", "households"]
Lines = Sequence[tuple[Any, ...]]

_DUE: Lines = (
    (1, "Nguyễn Thị Bích Hằng", "079168000001", "21/11/1968", "15 Nguyễn Xí", "31/12/2026", ""),
    (2, "Trần Văn Bảo", "079068000002", "02/03/1968", "17 Nguyễn Xí", "30/11/2026", ""),
    (3, "Lê Thị Cúc", "079170000003", "05/06/1970", "12/1 Lê Lợi", "30/11/2026", ""),
)
_DUE_LATER: Lines = (
    (1, "Trần Văn Bảo", "079068000002", "02/03/1968", "17 Nguyễn Xí", "30/11/2027", ""),
    (2, "Phạm Thị Dung", "079172000004", "07/08/1972", "15 Nguyễn Xí", "31/12/2026", ""),
)
_REGISTER: Lines = (
    (1, "H1", "Nguyễn Thị Bích Hằng", "Chủ hộ", "21/11/1968", "Nữ", "079168000001", "15",
     "Nguyễn Xí", "Khu phố 4", "0903555214"),
    (2, "H1", "Nguyễn Văn Em", "Con", "01/02/1999", "Nam", "079099000005", "15",
     "Nguyễn Xí", "Khu phố 4", None),
)  # fmt: skip
NUMBERS = ("079168000001", "079068000002", "079170000003", "079172000004", "079099000005")
"""Of the people on the lists."""


@cache
def _lists() -> tuple[tuple[Kind, Path], ...]:
    """The lists as files, the same bytes in each process."""
    folder = Path(tempfile.mkdtemp(prefix="lists"))
    rows: tuple[tuple[Kind, Lines], ...] = (
        ("due", (DUE_HEADS, ("", "Bảo hiểm y tế"), *_DUE)),
        ("due", (DUE_HEADS, ("", "Bảo hiểm y tế"), *_DUE_LATER)),
        ("households", (REGISTER_HEADS, *_REGISTER)),
    )
    return tuple(
        (kind, write_text(folder / f"{number}.csv", lines))
        for number, (kind, lines) in enumerate(rows)
    )


def imports_a_list(doing: Doing) -> None:
    """One of three lists, which others may take in, too; two of them name the same people."""
    ward, _ = doing.home()
    kind, path = doing.pick(_lists())
    choice = Choice(ward=ward, overwrite=doing.random.random() < 0.3)
    preview = take_in(doing.store, look_at(doing.store, kind, path, choice))
    if not preview.plan.pieces:
        raise NothingToDo


def voids_a_receipt(doing: Doing) -> None:
    """A receipt is crossed out; somebody else may cross it out as well."""
    ward, receipt = doing.pick(doing.ids("SELECT ward, id FROM receipt ORDER BY id"))
    void_receipt(doing.store, ward, receipt, doing.pick(("ghi nhầm", "người mua đổi ý")))


DESK_OF: dict[str, Callable[[Doing], None]] = {
    act.__name__: act for act in (imports_a_list, voids_a_receipt)
}

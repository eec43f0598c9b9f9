"""Which wards of today a written ward name means: the same words meant other places before.

"Phường An Khánh" was a ward of Quận 2 to 2020-12-31, another one of Thành phố Thủ Đức from the day
after, and is a third since 2025-07-01 (NQ1111/NQ-UBTVQH14, NQ1685/NQ-UBTVQH15). A district says
that a name is an old one, a day says which; without a day the later borders go first, as people
write the name that they heard last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from fieldapp.rules.folding import fold
from fieldapp.rules.places.wards import Ward, became, wards_named

LAST_DAYS_OF_OLD_WARDS = (date(2025, 6, 30), date(2024, 12, 31), date(2020, 12, 31))
"""Of the districts, of the 312 units and of the 322: the later borders are looked up first."""

_CLOSE_DOT = re.compile(r"\.(?=\S)")


def wards_meant(
    name: str, district: str = "", *, today: date, written_on: date | None = None
) -> tuple[Ward, ...]:
    """The wards of `today` that a written name can mean: several where the old one was divided.

    `written_on` is the day of what it stands on (a card, a list), if that says one. A name that no
    ward had on that day, and one without a day, is looked up among the old ones if a `district`
    stands with it, else among those of today: a dozen districts had a "Phường 1". None where
    nothing has that name.
    """
    told, within = (_CLOSE_DOT.sub(". ", part) for part in (name, district))
    on = written_on if written_on and written_on <= today else None
    if on and (then := _of_kind(told, wards_named(told, on, within))):
        return _today_of(then, today)
    for day in (today, *LAST_DAYS_OF_OLD_WARDS) if within else ():
        if day <= today and (old := wards_named(told, day, within)):
            return _today_of(old, today)
    return wards_named(told, today)


def _of_kind(name: str, wards: tuple[Ward, ...]) -> tuple[Ward, ...]:
    """Those of the kind that the name says: "Phường Bình Khánh" is not Xã Bình Khánh."""
    said = next((kind for first, kind in _KINDS.items() if fold(name).startswith(first)), "")
    return tuple(ward for ward in wards if ward.kind == said) or wards


_KINDS = {"phuong ": "ward", "xa ": "commune", "thi tran ": "town", "p. ": "ward", "x. ": "commune"}


def _today_of(old: Iterable[Ward], today: date) -> tuple[Ward, ...]:
    found = {now.key: now for ward in old for now in became(ward, today)}
    return tuple(found[key] for key in sorted(found))

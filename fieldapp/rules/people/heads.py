"""Who may be the head of a household, and what the others are to a new head.

The codes are those of the table `relationships`. What follows by itself is proposed; the rest has
to be asked, and a proposal is only a proposal: a wife may be a child's stepmother.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from fieldapp.rules.explained import Finding
from fieldapp.rules.hhi.grouping import age_on

HEAD, OTHER = "00", "99"
OF_AGE = 18
"""Full legal capacity (Bộ luật Dân sự 91/2015 Điều 20). That a head needs it where somebody has it
(Luật Cư trú 68/2020 Điều 10.2) was not seen in the text: it is asked, never refused."""
WIFE, HUSBAND, FATHER, MOTHER, YOUNGER, BROTHER, SISTER = "01", "02", "03", "04", "05", "06", "07"
CHILD, GRANDCHILD, GRANDFATHER, GRANDMOTHER = "08", "09", "10", "11"
DAUGHTER_IN_LAW, SON_IN_LAW, GREAT_GRANDCHILD = "19", "20", "21"
_BY_SEX = {
    CHILD: {"male": FATHER, "female": MOTHER},
    YOUNGER: {"male": BROTHER, "female": SISTER},
    GRANDCHILD: {"male": GRANDFATHER, "female": GRANDMOTHER},
}
"""What the old head is to one who was this to him or her."""
_BACK = {
    **{WIFE: HUSBAND, HUSBAND: WIFE, FATHER: CHILD, MOTHER: CHILD},
    **{BROTHER: YOUNGER, SISTER: YOUNGER, GRANDFATHER: GRANDCHILD, GRANDMOTHER: GRANDCHILD},
}
_SPOUSE = {one: one for one in (CHILD, GRANDCHILD, DAUGHTER_IN_LAW, SON_IN_LAW, GREAT_GRANDCHILD)}
_PARENT = {
    **{YOUNGER: CHILD, BROTHER: CHILD, SISTER: CHILD, CHILD: GRANDCHILD},
    **{WIFE: DAUGHTER_IN_LAW, HUSBAND: SON_IN_LAW, GRANDCHILD: GREAT_GRANDCHILD},
}
_AMONG = {
    WIFE: _SPOUSE,
    HUSBAND: _SPOUSE,
    FATHER: {**_PARENT, MOTHER: WIFE},
    MOTHER: {**_PARENT, FATHER: HUSBAND},
    CHILD: {WIFE: MOTHER, HUSBAND: FATHER, FATHER: GRANDFATHER, MOTHER: GRANDMOTHER},
}
"""What the others, by what they were to the old head, are to one who was this."""


def relation_to(new_head: str, other: str, sex: str | None) -> str:
    """What a member is to a new head, from what both were to the old one; "" where one must ask.

    Args:
        new_head: what the new head was to the old one.
        other: what the member was to the old head; `00` for the old head.
        sex: of the member, `male` or `female`.
    """
    if other == HEAD:
        return _BY_SEX.get(new_head, {}).get(sex or "", "") or _BACK.get(new_head, "")
    return _AMONG.get(new_head, {}).get(other, "")


def check_head(born_on: date | None, others: Iterable[date | None], today: date) -> list[Finding]:
    """What to ask about who is to be head: a child, though a grown-up lives there.

    Args:
        others: the birth dates of the other members; None is not known.
    """
    if born_on is None or age_on(born_on, today) >= OF_AGE:
        return []
    if not any(born is not None and age_on(born, today) >= OF_AGE for born in others):
        return []
    return [Finding("head_is_a_child", "warning", {"age": age_on(born_on, today)}, "head")]

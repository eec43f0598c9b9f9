"""Two records that seem to be one person, in words: as a line of the list, as a table. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fieldapp.rules.folding import fold
from fieldapp.usecases.households.duplicates import Pair, Suspect
from fieldapp.usecases.households.merge_preview import Holding, MergePreview
from fieldapp.words.format import money
from ui.places.inbox.state import Item
from ui.say import Teller, full_date, phone_text


@dataclass(frozen=True)
class Compared:
    """One line of the table: what both records say. `verdict` is `same`, `other` or "" where one
    of them says nothing."""

    label: str
    one: str
    other: str
    verdict: str


@dataclass(frozen=True)
class PairShown:
    """Two records in words."""

    heading: str
    why: str
    lines: tuple[Compared, ...]
    can_open: tuple[bool, bool]
    can_merge: bool = False
    can_part: bool = False
    merged: bool = False
    together: str = ""
    """What the one that is shown would have of cover and money."""


def key_of_pair(pair: Pair) -> str:
    """The key of two records in the list."""
    return f"{pair.one.ward}/{pair.one.person}+{pair.other.person}"


def pair_item(pair: Pair, teller: Teller) -> Item:
    """Two records as a line of the list."""
    mark = teller.say("duplicates.same_number") if pair.other.same_number else ""
    if pair.merged:
        mark = teller.say("duplicates.merged_mark")
    return Item(
        key=key_of_pair(pair),
        kind="duplicate",
        title=_heading(pair, teller),
        detail=_codes(pair.other.agree, teller),
        time=mark,
        done=pair.merged,
    )


def pair_shown(
    pair: Pair, teller: Teller, held: MergePreview, *, may_decide: bool = False
) -> PairShown:
    """Two records as the page shows them; a merged pair can be parted, another one merged."""
    say, both = teller.say, (pair.one, pair.other)
    agree, differ = _codes(pair.other.agree, teller), _codes(pair.other.differ, teller)
    why = say("duplicates.why_but" if differ else "duplicates.why", agree=agree, differ=differ)
    if pair.merged:
        why = say("duplicates.merged_why")
    read: dict[str, Callable[[Suspect], str]] = {
        "full_name": lambda one: one.name,
        "born_on": lambda one: full_date(one.born_on),
        "sex": lambda one: _capital(teller.sex(one.sex)),
        "id_number": lambda one: one.id_number,
        "old_id_number": lambda one: one.old_id_number,
        "si_number": lambda one: one.si_number,
        "card_number": lambda one: one.card_number,
        "phone": lambda one: phone_text(one.phone),
        "address": lambda one: one.address,
        "relationship": lambda one: _capital(teller.relationship(one.relationship)),
    }
    lines = [_compared(say(f"duplicates.{name}"), *map(of, both)) for name, of in read.items()]
    had: dict[str, Callable[[Holding], str]] = {
        "cover_until": lambda one: full_date(one.cover_until),
        "paid": lambda one: _paid(one, teller),
    }
    for name, told in had.items():
        label = say(f"duplicates.{name}")
        lines.append(Compared(label, told(held.one), told(held.other), ""))
    return PairShown(
        heading=_heading(pair, teller),
        why=why,
        lines=tuple(line for line in lines if line.one or line.other),
        can_open=(bool(pair.one.household), bool(pair.other.household) and not pair.merged),
        can_merge=may_decide and not pair.merged,
        can_part=may_decide and pair.merged,
        merged=pair.merged,
        together=_together(held, teller),
    )


def _paid(one: Holding, teller: Teller) -> str:
    if not one.receipts:
        return ""
    told = {"total": money(one.paid_dong), "numbers": ", ".join(one.receipts)}
    return teller.say("duplicates.paid_by", **told)


def _together(held: MergePreview, teller: Teller) -> str:
    """Cover and money of both; what was paid twice for one time stands by itself."""
    say, both = teller.say, held.both
    parts = []
    if both.cover_until is not None:
        parts.append(say("duplicates.both_cover", day=full_date(both.cover_until)))
    if both.receipts:
        parts.append(say("duplicates.both_paid", paid=_paid(both, teller)))
    told = [say("duplicates.together", what=", ".join(parts))] if parts else []
    for one in held.twice:
        days = {"first": full_date(one.begins_on), "last": full_date(one.ends_on)}
        told.append(say(f"duplicates.paid_twice_{one.scheme}", **days))
    return " ".join(told)


def pair_names(pair: Pair, teller: Teller) -> str:
    """Whose records they are: the one name, or the two."""
    if pair.one.name == pair.other.name:
        return pair.one.name
    return teller.say("duplicates.two", one=pair.one.name, other=pair.other.name)


def _heading(pair: Pair, teller: Teller) -> str:
    names = pair_names(pair, teller)
    return teller.say("duplicates.twice", name=names) if names == pair.one.name else names


def _codes(codes: Sequence[str], teller: Teller) -> str:
    return ", ".join(teller.say(f"rules.dup_{code}") for code in codes)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _compared(label: str, one: str, other: str) -> Compared:
    if not one or not other:
        return Compared(label, one, other, "")
    return Compared(label, one, other, "same" if fold(one) == fold(other) else "other")

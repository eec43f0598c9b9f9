"""The form for people who join, leave, move, split off or become head: what is asked, what is
missing. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from fieldapp.rules.people.heads import HEAD, check_head, relation_to
from fieldapp.words.format import money
from ui.say import Teller, short_name

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import HouseholdPage, MemberRow
    from fieldapp.usecases.households.search import Hit
    from fieldapp.usecases.households.year_prices import YearPrice

LEAVE, MOVE, WARD, JOIN, SPLIT, NEW_HEAD = "leave", "move", "ward", "join", "split", "head"
KINDS = (LEAVE, MOVE, WARD, JOIN, SPLIT, NEW_HEAD)
SEARCHING = (MOVE, JOIN)
OF_ONE = (LEAVE, MOVE, WARD)


@dataclass(frozen=True)
class MovesForm:
    """What stands in the form.

    Attributes:
        person: who leaves or moves.
        to_ward, moved_on: where to and from which day on, for another ward; None: no day yet.
        target: the household that is moved to, or the person who joins.
        relationship: to the head there, or here for who joins.
        going: who splits off, with the relation to the new household's head.
        head, relations: of those who stay, or under a new head.
    """

    kind: str = LEAVE
    person: str = ""
    reason: str = ""
    to_ward: str = ""
    moved_on: date | None = None
    target: str = ""
    relationship: str = ""
    house_number: str = ""
    street: str = ""
    going: Mapping[str, str] = field(default_factory=dict)
    head: str = ""
    relations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What the form asks for.

    Attributes:
        heirs: who may be head of those who stay; empty where nobody is asked for.
        kin: whose relation to that head is asked.
        heir: the one among `heirs` that is chosen, "" for none.
        relations: of `kin`: what was chosen, else what follows by itself, else "".
        missing: why it can't be saved yet.
        warning: what to ask about the head.
    """

    heirs: tuple[MemberRow, ...] = ()
    kin: tuple[MemberRow, ...] = ()
    heir: str = ""
    relations: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""
    warning: str = ""


def leaving_of(form: MovesForm) -> tuple[str, ...]:
    """Who lives in the household no more afterwards."""
    if form.kind in OF_ONE:
        return (form.person,) if form.person else ()
    if form.kind == SPLIT:
        return tuple(person for person, code in form.going.items() if code)
    return ()


def asked(form: MovesForm, page: HouseholdPage, teller: Teller) -> Asked:
    """What a form asks for, and what is missing in it."""
    heirs = _heirs(form, page)
    heir = next((one for one in heirs if one.person == form.head), None)
    kin = _kin(form, page, heir)
    told = {one.person: _relation(form, one, heir) for one in kin if heir}
    return Asked(
        heirs=heirs,
        kin=kin,
        heir=heir.person if heir else "",
        relations=told,
        missing=_missing(form, page, teller) or _missing_heir(heirs, heir, told, teller),
        warning=_warning(heir, kin, teller),
    )


def _heirs(form: MovesForm, page: HouseholdPage) -> tuple[MemberRow, ...]:
    going = leaving_of(form)
    staying = tuple(one for one in page.members if one.person not in going)
    if form.kind == NEW_HEAD:
        return tuple(one for one in staying if one.person != page.head)
    led = page.head is not None and page.head not in going
    return () if form.kind == JOIN or led or not going else staying


def _kin(form: MovesForm, page: HouseholdPage, heir: MemberRow | None) -> tuple[MemberRow, ...]:
    if heir is None:
        return ()
    going = leaving_of(form)
    return tuple(m for m in page.members if m.person != heir.person and m.person not in going)


def _relation(form: MovesForm, member: MemberRow, heir: MemberRow) -> str:
    chosen = form.relations.get(member.person, "")
    return chosen or relation_to(heir.relationship, member.relationship, member.sex)


def _warning(heir: MemberRow | None, kin: tuple[MemberRow, ...], teller: Teller) -> str:
    if heir is None:
        return ""
    found = check_head(heir.born_on, [one.born_on for one in kin], teller.today)
    return teller.finding(found[0]) if found else ""


def _missing(form: MovesForm, page: HouseholdPage, teller: Teller) -> str:
    """The first thing that is missing, besides the head of those who stay."""
    say = teller.say
    if form.kind in OF_ONE and not form.person:
        return say("moves.missing_person")
    if form.kind == LEAVE and not form.reason:
        return say("moves.missing_reason")
    if form.kind == WARD and not form.to_ward.strip():
        return say("moves.missing_ward")
    if form.kind == WARD and (form.moved_on is None or form.moved_on > teller.today):
        return say("moves.missing_day")
    if form.kind in SEARCHING and not form.target:
        return say(f"moves.missing_{form.kind}")
    if form.kind in SEARCHING and not form.relationship:
        return say("moves.missing_relationship")
    if form.kind == SPLIT:
        return _missing_of_split(form, page, teller)
    return ""


def what_happens(form: MovesForm, page: HouseholdPage, teller: Teller) -> str:
    """What moving to another ward means, and what to see to before."""
    who = next((one for one in page.members if one.person == form.person), None)
    if form.kind != WARD or who is None:
        return ""
    name = short_name(who.name)
    code = "ward_means" if who.id_number else "ward_no_number"
    return teller.say(f"moves.{code}", name=name)


def _missing_of_split(form: MovesForm, page: HouseholdPage, teller: Teller) -> str:
    codes = [code for code in form.going.values() if code]
    if not codes:
        return teller.say("moves.missing_going")
    if len(codes) == len(page.members):
        return teller.say("moves.missing_staying")
    return "" if codes.count(HEAD) == 1 else teller.say("moves.missing_new_head")


def _missing_heir(
    heirs: tuple[MemberRow, ...],
    heir: MemberRow | None,
    relations: Mapping[str, str],
    teller: Teller,
) -> str:
    if heirs and heir is None:
        return teller.say("moves.missing_head")
    return "" if all(relations.values()) else teller.say("moves.missing_relations")


def found_targets(kind: str, hits: tuple[Hit, ...], page: HouseholdPage) -> dict[str, Hit]:
    """Whom a search means: households to move to, or people who may join, by what is saved."""
    elsewhere = [hit for hit in hits if hit.ward == page.ward and hit.household != page.household]
    if kind == JOIN:
        return {hit.person: hit for hit in elsewhere}
    homes: dict[str, Hit] = {}
    for hit in elsewhere:
        if hit.household:
            homes.setdefault(hit.household, hit)
    return homes


def target_text(hit: Hit, teller: Teller) -> str:
    """Somebody who was found, in one line."""
    home = hit.address if hit.household else teller.say("moves.nowhere")
    year = f", {hit.born_on:%Y}" if hit.born_on else ""
    return f"{hit.name}{year}, {home}"


def price_lines(prices: tuple[YearPrice, ...], teller: Teller) -> str:
    """What a year costs each household before and after, a line each."""
    lines = []
    for one in prices:
        before = _price(one.people_before, one.dong_before, teller)
        after = _price(one.people_after, one.dong_after, teller)
        name = short_name(one.head_name)
        lines.append(teller.say(f"moves.price_{one.side}", name=name, before=before, after=after))
    return "\n".join(lines)


def _price(people: int, dong: int | None, teller: Teller) -> str:
    if dong is None:
        return teller.say("moves.no_price")
    return teller.say("moves.price", people=teller.people(people), dong=money(dong))


def done_text(form: MovesForm, names: Mapping[str, str], teller: Teller) -> str:
    """The sentence about what was done; `names` are those of people by id."""
    who = {
        LEAVE: form.person,
        MOVE: form.person,
        WARD: form.person,
        JOIN: form.target,
        NEW_HEAD: form.head,
    }
    name = short_name(names.get(who.get(form.kind, ""), ""))
    return teller.say(f"moves.done_{form.kind}", name=name, n=len(leaving_of(form)))

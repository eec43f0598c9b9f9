"""The answers of the palette as its list paints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fieldapp.rules.people.cards import Card
from fieldapp.words.format import money, number
from ui.palette.state import (
    ACTIONS,
    COMMAND,
    DO,
    NEW,
    NEW_MEMBER,
    PERSON,
    RECEIPT,
    SHOWN_PEOPLE,
    Command,
    matches,
)
from ui.say import Teller
from ui.widgets import Group, Mark, Row
from ui.widgets.rows import Item

if TYPE_CHECKING:
    from fieldapp.usecases.households.duplicates import Suspect
    from fieldapp.usecases.households.search import Hit, Results
    from fieldapp.usecases.receipts.money import ReceiptRow

SHOWN_LETTERS = 70
LEVELS = {"late": ("brick", True), "soon": ("ochre", True), "calm": ("ink3", False)}


def person_key(hit: Hit | Suspect) -> str:
    """How a found person is known in the list."""
    return f"{PERSON}{hit.ward}/{hit.person}"


def group(key: str, title: str, right: str = "") -> Group:
    """A heading that does not fold."""
    return Group(key, title, folds=False, right=right)


def people_items(results: Results, selected: Hit | None, teller: Teller) -> list[Item]:
    """People, what to do with the selected one, and a new household for what was typed."""
    shown = results.hits[:SHOWN_PEOPLE]
    items: list[Item] = []
    if shown:
        right = teller.say(
            "search.of_people",
            n=number(len(results.hits)),
            total=number(results.people_on_device),
        )
        items.append(group("people", teller.say("search.people"), right))
        items += [_person_row(hit, results.query, teller) for hit in shown]
    if selected is not None and selected.household:
        items.append(group("do", teller.say("search.do_with_selected")))
        items += _action_rows(selected, teller)
    title = "search.not_them" if shown else "search.nobody"
    items.append(group("new", teller.say(title)))
    text = results.query.strip()
    word = teller.say("search.new_for", text=text)
    items.append(Row(NEW, word, icon="plus", cap="Ctrl N"))
    return items


def _person_row(hit: Hit, query: str, teller: Teller) -> Row:
    year = f", {hit.born_on:%Y}" if hit.born_on else ""
    about = [teller.relationship(hit.relationship), hit.address]
    return Row(
        key=person_key(hit),
        title=f"{hit.name}{year}",
        fact=", ".join(part for part in about if part),
        icon="user",
        mark=_mark(hit, teller),
        match=matches(hit.name, query),
    )


def _mark(hit: Hit, teller: Teller) -> Mark:
    """That her household wants nobody to knock comes before what her cover is."""
    if hit.do_not_contact:
        return Mark(teller.outcome("do_not_contact"), "brick", "hand-palm", strong=True)
    token, strong = LEVELS.get(hit.cover_level, LEVELS["calm"])
    return Mark(teller.reason(hit.cover), token, strong=strong)


def _action_rows(hit: Hit, teller: Teller) -> list[Item]:
    return [
        Row(f"{DO}{code}", teller.say(f"search.action_{code}", name=hit.name), icon=icon, cap=cap)
        for code, icon, cap in ACTIONS
    ]


def card_items(results: Results, card: Card, home_name: str, teller: Teller) -> list[Item]:
    """The person of a scanned card; or a new record for her with the fields filled, and who she
    may be. `home_name` is whose household is open, "" if none is."""
    return [*_card_rows(results, card, home_name, teller), *_card_remarks(card, teller)]


def _card_rows(results: Results, card: Card, home_name: str, teller: Teller) -> list[Item]:
    if results.hits:
        items: list[Item] = [group("people", teller.say("search.card_known"))]
        return items + [_person_row(hit, "", teller) for hit in results.hits[:SHOWN_PEOPLE]]
    text = f"{card.name}, {card.born_on:%Y}" if card.born_on else card.name
    items = [group("new", teller.say("search.card_unknown"))]
    if home_name:  # at a door one card is scanned after the other
        word = teller.say("search.new_member_of", text=text, name=home_name)
        items.append(Row(NEW_MEMBER, word, icon="user-plus"))
    items.append(Row(NEW, teller.say("search.new_for", text=text), icon="plus"))
    if results.suspects:
        items.append(group("people", teller.say("search.card_may_be")))
        items += [_suspect_row(one, teller) for one in results.suspects]
    return items


def _suspect_row(one: Suspect, teller: Teller) -> Row:
    year = f", {one.born_on:%Y}" if one.born_on else ""
    why = teller.say(f"rules.dup_{one.differ[0] if one.differ else one.agree[0]}")
    return Row(
        key=person_key(one),
        title=f"{one.name}{year}",
        fact=one.address,
        icon="user",
        mark=Mark(why, "ochre", strong=True),
    )


def _card_remarks(card: Card, teller: Teller) -> list[Item]:
    """What is to be looked at on the card itself."""
    return [group(f"remark {f.code}", teller.finding(f)) for f in card.findings]


def unread_items(text: str, teller: Teller) -> list[Item]:
    """What was read of a card that is none, to type from, and the form to type it into."""
    read = ", ".join(part for part in (p.strip() for p in text.split("|")) if part)
    shown = read if len(read) <= SHOWN_LETTERS else f"{read[:SHOWN_LETTERS]}…"
    return [
        group("failed", teller.say("search.card_not_read")),
        group("read", teller.say("search.card_as_read", text=shown)),
        Row(NEW, teller.say("search.type_card"), icon="plus"),
    ]


def command_items(
    title: str, commands: Sequence[tuple[Command, str]], teller: Teller
) -> list[Item]:
    """Commands under a heading; a sentence where none is meant."""
    if not commands:
        return [group("none", teller.say("search.no_command"))]
    rows: list[Item] = [
        Row(f"{COMMAND}{c.code}/{int(c.now)}", word, icon=c.icon, cap=c.cap) for c, word in commands
    ]
    return [group("commands", title), *rows]


def receipt_items(found: Sequence[ReceiptRow], digits: str, teller: Teller) -> list[Item]:
    """Receipts whose number ends with what was typed."""
    if not digits:
        return [group("none", teller.say("search.receipt_hint"))]
    if not found:
        return [group("none", teller.say("search.no_receipt", number=digits))]
    rows: list[Item] = [
        Row(
            key=f"{RECEIPT}{row.ward}/{row.receipt}",
            title=row.number,
            note=money(row.amount_dong),
            fact=f"{row.payer}, {row.address}",
            icon="receipt",
            mark=Mark(teller.when(row.issued_at)),
            state=row.state,
        )
        for row in found[:SHOWN_PEOPLE]
    ]
    return [group("receipts", teller.say("search.receipts")), *rows]

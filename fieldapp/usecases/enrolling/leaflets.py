"""The sheet that a family keeps: the quote of the day with its reasons, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from fieldapp.errors import UserMends
from fieldapp.reports.leaflet import Leaflet, LeafletLine, write_leaflet_pdf
from fieldapp.rules import tables
from fieldapp.rules.hhi.example import BILL_DONG, FUND_DONG
from fieldapp.rules.money.words import in_english, in_vietnamese
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import AfterCard, Choice, EnrolQuote, quote
from fieldapp.usecases.households.household import HouseholdPage
from fieldapp.usecases.me import me
from fieldapp.words import Words
from fieldapp.words.format import long_date, money
from fieldapp.words.steps import step_text

NEW_SOCIAL_LAW = date(2025, 7, 1)
"""From this day on Law 41/2024 says what social insurance is worth; before it nothing is said."""


def leaflet(store: Store, page: HouseholdPage, choice: Choice, words: Words) -> Leaflet:
    """What is told a household for a choice, paid today. Raises as `quote` does, and
    `enrolment.nothing_chosen`."""
    if not choice.hhi and not choice.vsi:
        raise UserMends("enrolment.nothing_chosen", field="members")
    quoted = quote(store, page, choice)
    spell = in_vietnamese if words.language == "vi" else in_english
    address = f"{page.house_number} {page.street}".strip()
    return Leaflet(
        head_name=page.head_name,
        address=", ".join(part for part in (address, page.ward_name) if part),
        told_on=quoted.paid_on,
        lines=(*_health(quoted, words), *_social(quoted, words)),
        total_dong=quoted.total_dong,
        total_words=spell(quoted.total_dong),
        benefits=tuple(_benefits(page, quoted, words)),
        adviser=me(store).full_name,
        edition=tables.edition(),
    )


def save_leaflet(
    store: Store, page: HouseholdPage, choice: Choice, path: Path, words: Words
) -> Path:
    """Writes the sheet as PDF, whole or not at all. Raises as `leaflet` and `write_leaflet_pdf`
    do."""
    write_leaflet_pdf(path, leaflet(store, page, choice, words), words)
    return path


def _health(quoted: EnrolQuote, words: Words) -> Iterator[LeafletLine]:
    if quoted.hhi is None:
        return
    scheme = words.say("leaflet.hhi", months=quoted.choice.months)
    common = [step_text(step, words) for step in quoted.hhi.explanation]
    for line, card in zip(quoted.hhi.lines, quoted.after, strict=True):
        own = [step_text(step, words) for step in line.explanation]
        why = dict.fromkeys([*common, *own, _card(card, words)])
        yield LeafletLine(quoted.names[line.key], scheme, line.participant, tuple(why))


def _card(card: AfterCard, words: Words) -> str:
    key = "leaflet.card" if card.warn is None else "leaflet.card_about"
    return words.say(key, first=long_date(card.valid_from), last=long_date(card.valid_to))


def _social(quoted: EnrolQuote, words: Words) -> Iterator[LeafletLine]:
    for person, one in quoted.vsi:
        scheme = words.say("leaflet.vsi", months=one.months, income_dong=money(one.income))
        why = tuple(step_text(step, words) for step in one.explanation)
        yield LeafletLine(quoted.names[person], scheme, one.participant, why)


def _benefits(page: HouseholdPage, quoted: EnrolQuote, words: Words) -> Iterator[str]:
    """What stands in the law, and what depends on the person's own time."""
    if quoted.hhi is not None:
        yield words.say(
            "leaflet.benefit_80",
            bill_dong=money(BILL_DONG),
            fund_dong=money(FUND_DONG),
            own_dong=money(BILL_DONG - FUND_DONG),
        )
        days = [
            span.five_year_on
            for member in page.members
            for span in member.covers
            if member.person in quoted.choice.hhi and span.five_year_on
        ]
        if days:
            yield words.say("leaflet.benefit_five", month=f"{max(days):%m/%Y}")
    if quoted.vsi and quoted.paid_on >= NEW_SOCIAL_LAW:
        yield words.say("leaflet.benefit_pension")
        yield words.say("leaflet.benefit_birth")

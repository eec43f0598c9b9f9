"""What the enrolment page shows and allows, from the form and the quote. No Qt, no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from fieldapp.errors import UserMends
from fieldapp.rules.explained import Reason, Step
from fieldapp.rules.money.exact import percent_text
from fieldapp.rules.money.words import in_english, in_vietnamese
from fieldapp.usecases.visiting.today import receipt_number
from fieldapp.words.dated_tables import article_text
from fieldapp.words.format import long_date, money, number
from ui.places.enrol.form import EnrolForm
from ui.say import short_name

if TYPE_CHECKING:
    from fieldapp.rules.hhi.lines import HhiLine
    from fieldapp.rules.vsi.quote import VsiQuote
    from fieldapp.store.receipts import LeasedBook
    from fieldapp.usecases.enrolling.enrol import AfterCard, EnrolQuote
    from fieldapp.usecases.households.household import HouseholdPage, MemberRow
    from ui.say import Teller


@dataclass(frozen=True)
class Tick:
    """One line to tick: `cap` is its number key, empty where it can't be ticked."""

    scheme: str
    person: str
    name: str
    note: str
    tone: str = "ink2"
    ticked: bool = False
    able: bool = True
    cap: str = ""


@dataclass(frozen=True)
class Term:
    """A term card."""

    months: int
    title: str
    figure: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PayLine:
    """A line of the explained premium: `mark` is the rank, `vsi`, or empty for a support line."""

    mark: str
    title: str
    detail: str
    share: str
    amount: str
    support: bool = False


@dataclass(frozen=True)
class CardAfter:
    """A card after the payment: what it was, what it becomes."""

    name: str
    was: tuple[date, date] | None
    new: tuple[date, date]
    until: str
    warn: str = ""


@dataclass(frozen=True)
class OneMore:
    """What one person more would cost."""

    amount: str
    rank: int
    percent: str


@dataclass(frozen=True)
class Benefit:
    """The card that is turned to the family."""

    name: str
    five_years: str


@dataclass(frozen=True)
class Shown:
    """The whole page. `missing` is the code of what still hinders saving, empty if nothing."""

    title: str
    context: str
    hhi: tuple[Tick, ...]
    vsi: tuple[Tick, ...]
    terms: tuple[Term, ...]
    source: str
    lines: tuple[PayLine, ...]
    total: str
    total_words: str
    one_more: OneMore | None
    what_if: tuple[str, ...]
    cards: tuple[CardAfter, ...]
    benefit: Benefit
    receipt: str
    book: str
    missing: str


def words_for(amount: int, language: str) -> str:
    """An amount in words, as it stands below the total."""
    return in_vietnamese(amount) if language == "vi" else in_english(amount)


def can_hhi(page: HouseholdPage) -> tuple[str, ...]:
    """Members who may join by the household, in the order of the household."""
    return tuple(row.person for row in page.members if row.hhi_why_not is None)


def can_vsi(page: HouseholdPage) -> tuple[str, ...]:
    """Members who may pay voluntary social insurance."""
    return tuple(row.person for row in page.members if row.vsi_why_not is None)


def first_form(page: HouseholdPage) -> EnrolForm:
    """An untouched form: whose card ends or has ended is ticked, the head pays."""
    urgent = [
        row.person for row in page.members if row.hhi_why_not is None and row.advice_level != "none"
    ]
    return EnrolForm(hhi=tuple(urgent), payer=page.head_name or "")


def missing(form: EnrolForm, quote: EnrolQuote | None, book: LeasedBook | None) -> str:
    """The code of the first thing that hinders saving; empty if nothing does."""
    if book is None:
        return "no_book"
    if form.is_empty():
        return "nobody"
    if not form.payer.strip():
        return "payer"
    if not form.consent:
        return "consent"
    return "" if quote is not None else "quote"


class EnrolTeller:
    """Says a page in one language; the teller formats reasons and dates."""

    def __init__(self, say: Teller) -> None:
        self._say = say
        self._words = say.words

    def shown(
        self,
        page: HouseholdPage,
        form: EnrolForm,
        *,
        quote: EnrolQuote | None,
        book: LeasedBook | None,
    ) -> Shown:
        """Everything that the page shows. Without a quote the prices are empty."""
        hhi, vsi = self._ticks(page, form)
        total = quote.total_dong if quote else 0
        return Shown(
            title=self._text("title"),
            context=self._text("context", name=page.head_name, address=_address(page)),
            hhi=hhi,
            vsi=vsi,
            terms=self._terms(quote),
            source=self._source(quote),
            lines=self._lines(quote) if quote else (),
            total=money(total),
            total_words=words_for(total, self._words.language) if total else "",
            one_more=self._one_more(quote),
            what_if=tuple(self._say.reason(reason) for reason in quote.what_if) if quote else (),
            cards=tuple(self._card(card) for card in quote.after) if quote else (),
            benefit=self._benefit(page),
            receipt=receipt_number(book.next_number) if book else "",
            book=self._text("book_left", book=book.book, n=book.left) if book else "",
            missing=missing(form, quote, book),
        )

    def _text(self, key: str, **values: object) -> str:
        return self._words.say(f"enrol.{key}", **values)

    def _ticks(
        self, page: HouseholdPage, form: EnrolForm
    ) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        hhi = [self._hhi_tick(row, form) for row in page.members]
        vsi = [self._vsi_tick(row, form, page.today) for row in page.members if _may_vsi(row)]
        numbered, next_key = [], 1
        for tick in (*hhi, *vsi):
            cap = str(next_key) if tick.able and next_key <= 9 else ""
            next_key += tick.able
            numbered.append(replace(tick, cap=cap))
        return tuple(numbered[: len(hhi)]), tuple(numbered[len(hhi) :])

    def _hhi_tick(self, row: MemberRow, form: EnrolForm) -> Tick:
        why_not = row.hhi_why_not
        if why_not is not None:
            return Tick("hhi", row.person, row.name, self._why_not(why_not), able=False)
        tone = "brick" if row.hhi_kind == "rejoin" else "ink2"
        note = self._say.reason(row.hhi_hint)
        return Tick("hhi", row.person, row.name, note, tone, ticked=row.person in form.hhi)

    def _why_not(self, reason: Reason) -> str:
        """As short as a second line if there is such a sentence, else the whole reason."""
        key = f"enrol.{reason.code}"
        return self._words.say(key) if self._words.knows(key) else self._say.reason(reason)

    def _vsi_tick(self, row: MemberRow, form: EnrolForm, today: date) -> Tick:
        pick = form.pick_of(row.person)
        if pick is None:
            note = self._text("age", n=_age(row.born_on, today)) if row.born_on else ""
            return Tick("vsi", row.person, row.name, note)
        note = self._text("vsi_line", income_dong=money(pick.income_dong), n=pick.months)
        return Tick("vsi", row.person, row.name, note, ticked=True)

    def _terms(self, quote: EnrolQuote | None) -> tuple[Term, ...]:
        totals = quote.terms if quote else {}
        return tuple(
            Term(
                months=months,
                title=self._text("month_count", n=months),
                figure=number(totals.get(months, 0)),
                lines=(self._text(f"term_{months}_1"), self._text(f"term_{months}_2")),
            )
            for months in (3, 6, 12)
        )

    def _source(self, quote: EnrolQuote | None) -> str:
        if quote is None or quote.hhi is None:
            return ""
        return ", ".join(self._say.step(step) for step in quote.hhi.explanation)

    def _lines(self, quote: EnrolQuote) -> tuple[PayLine, ...]:
        lines: list[PayLine] = []
        for line in quote.hhi.lines if quote.hhi else ():
            lines += self._hhi_lines(line, quote.names.get(line.key, ""))
        for person, vsi in quote.vsi:
            lines += self._vsi_lines(vsi, quote.names.get(person, ""))
            if person in quote.trials:
                lines += self._trial_lines(quote.trials[person])
        return tuple(lines)

    def _hhi_lines(self, line: HhiLine, name: str) -> list[PayLine]:
        first, *more = [step for step in line.explanation if "support_dong" not in step.values]
        told = next((step for step in more if step.code == "hhi_rank"), first)
        rank = str(line.rank) if line.rank else "–"
        share = percent_text(line.percent)
        return [
            PayLine(rank, name, self._say.step(told), share, money(line.gross)),
            *(self._remark(step) for step in more if step is not told),
            *self._supports(line.explanation),
        ]

    def _vsi_lines(self, vsi: VsiQuote, name: str) -> list[PayLine]:
        premium, *more = [step for step in vsi.explanation if "support_dong" not in step.values]
        first = PayLine(
            mark="vsi",
            title=self._text("vsi_of", name=name),
            detail=self._say.step(premium),
            share=self._text("month_count", n=vsi.months),
            amount=money(vsi.gross),
        )
        supports = self._supports(vsi.explanation)
        return [first, *supports, *self._poverty(vsi), *map(self._remark, more)]

    def _trial_lines(self, trial: VsiQuote | UserMends) -> list[PayLine]:
        """What missing months would cost, and why, without an amount: nobody pays it here."""
        if isinstance(trial, UserMends):
            told = self._say.error(trial)
            text = self._text("trial_refused", why=f"{told.title}. {told.text}".strip(" ."))
            return [PayLine("", text, "", "", "", support=True)]
        text = self._text(
            "trial_missing",
            n=trial.months,
            gross_dong=money(trial.gross),
            participant_dong=money(trial.participant),
        )
        head = PayLine("", text, "", "", "", support=True)
        return [head, *map(self._remark, trial.explanation)]

    def _poverty(self, vsi: VsiQuote) -> list[PayLine]:
        """Where the poverty line that the supports are reckoned from stands; once."""
        rows = [row for step in vsi.explanation for row in step.rows if row.table == "poverty_line"]
        if not rows:
            return []
        article = article_text(self._words, rows[0])
        told = self._words.say("rules.poverty_line", article=article, dong=money(vsi.poverty_dong))
        return [PayLine("", told, "", "", "", support=True)]

    def _supports(self, steps: Sequence[Step]) -> list[PayLine]:
        found = []
        for step in steps:
            dong = step.values.get("support_dong")
            if isinstance(dong, int) and dong:
                found.append(PayLine("", self._say.step(step), "", "", money(-dong), support=True))
        return found

    def _remark(self, step: Step) -> PayLine:
        """A line without an amount: why somebody has this rank, what no law settles."""
        return PayLine("", self._say.step(step), "", "", "", support=True)

    def _one_more(self, quote: EnrolQuote | None) -> OneMore | None:
        line = quote.one_more if quote else None
        if line is None or line.rank is None:
            return None
        return OneMore(money(line.participant), line.rank, percent_text(line.percent))

    def _card(self, card: AfterCard) -> CardAfter:
        was = (card.was_from or card.was_to, card.was_to) if card.was_to else None
        until = self._text("until", day=long_date(card.valid_to))
        new = (card.valid_from, card.valid_to)
        return CardAfter(card.name, was, new, until, self._say.reason(card.warn))

    def _benefit(self, page: HouseholdPage) -> Benefit:
        days = [
            span.five_year_on
            for row in page.members
            for span in row.covers
            if row.person == page.head and span.five_year_on
        ]
        month = f"{max(days):%m/%Y}" if days else ""
        text = self._text("benefit_five_years", month=month) if month else ""
        return Benefit(short_name(page.head_name), text)


def _may_vsi(row: MemberRow) -> bool:
    return row.vsi_why_not is None


def _address(page: HouseholdPage) -> str:
    return f"{page.house_number} {page.street}".strip()


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

"""From codes to words: reasons, errors, findings, relationships, what people are called.

Without Qt, so that what a screen says can be tested without a screen. Values are formatted by their
type as `fieldapp.rules.explained` promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from importlib import resources
from pathlib import PurePath

from fieldapp.clock import VIETNAM, business_date
from fieldapp.errors import FieldappError
from fieldapp.rules.explained import Finding, Reason, Step
from fieldapp.words import Words
from fieldapp.words.format import NBSP, clock_time, long_date, money, number, short_date

SENT = "sent"
ON_THE_DAY = "_today"
"""Ends the key of a sentence that has other words on its very day: before the 23rd, or today."""
OUTCOME_ICONS = {
    "not_at_home": "door",
    "appointment": "calendar-plus",
    "considering": "chat-circle-dots",
    "refused": "prohibit",
    "enrolled": "check-circle",
    "moved": "truck",
    "do_not_contact": "hand-palm",
}
MIDDLE_NAMES = ("thị", "văn")


@dataclass(frozen=True)
class Told:
    """An error as it stands on the screen: what happened, then what is safe and what to do."""

    title: str
    text: str


class Teller:
    """Says codes in one language as of one day; `today` decides how dates are written."""

    def __init__(self, words: Words, today: date) -> None:
        self.words = words
        self.today = today

    def say(self, key: str, /, **values: object) -> str:
        """A sentence by its key."""
        return self.words.say(key, **values)

    def day(self, day: date) -> str:
        """21/11 within the year, else 21/11/2024."""
        return short_date(day, self.today)

    def weekday(self, day: date) -> str:
        """Thứ Bảy 23/11: where one plans."""
        name = self.say(f"shell.weekday_{day.isoweekday()}")
        return self.say("shell.weekday_and_day", weekday=name, day=self.day(day))

    def when(self, at: datetime) -> str:
        """10:07 for today, 21/11 within the year, 12/09/23 before."""
        day = business_date(at)
        if day == self.today:
            return clock_time(at)
        return f"{day:%d/%m}" if day.year == self.today.year else f"{day:%d/%m/%y}"

    def value(self, name: str, value: object) -> object:
        """One value as a sentence takes it; a small count stays a number, for one and many."""
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            if name.endswith("_dong"):
                return money(value)
            return number(value) if abs(value) >= 1000 else value
        if isinstance(value, datetime):
            return f"{value.astimezone(VIETNAM):%H:%M}"
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return value

    def values(self, values: Mapping[str, object]) -> dict[str, object]:
        """All values as a sentence takes them."""
        return {name: self.value(name, value) for name, value in values.items()}

    def reason(self, reason: Reason | None) -> str:
        """The sentence of a reason; empty for none, and for a code of a newer server."""
        if reason is None:
            return ""
        return self._sentence(_key(reason.code), reason.values)

    def step(self, step: Step) -> str:
        """The sentence of a step of a price; one that is not verified says so."""
        from fieldapp.words.dated_tables import placeholders  # brings the tables along

        said = self.reason(Reason(step.code, placeholders(self.words, step)))
        return said if step.verified else self.say("rules.unverified", said=said)

    def finding(self, finding: Finding) -> str:
        """The sentence of a finding."""
        return self._sentence(_key(finding.code), finding.values)

    def _sentence(self, key: str, values: Mapping[str, object]) -> str:
        if values.get("day") == self.today and self.words.knows(f"{key}{ON_THE_DAY}"):
            key += ON_THE_DAY
        if not self.words.knows(key):
            return ""
        return self.words.say(key, **self.values(values))

    def error(self, error: FieldappError) -> Told:
        """What happened, and the rest of the sentence."""
        key = error.code if self.words.knows(error.code) else "outcomes.error_unknown"
        context = dict(error.context)
        if key.endswith(".file_unreadable"):  # she has just chosen it: its name says which
            context["path"] = PurePath(str(context.get("path", ""))).name
        whole = self.words.say(key, **self.values(context))
        title, _, rest = whole.partition(". ")
        return Told(title, rest)

    def outcome(self, code: str) -> str:
        """The word of an outcome as one chooses it: Vắng nhà, Hẹn lại."""
        return self.say(f"rules.outcome_{code}")

    def outcome_done(self, code: str) -> str:
        """The word of an outcome that was recorded: Đã ghi danh, Vắng nhà."""
        return self.say(f"outcomes.done_{code}")

    def relationship(self, code: str) -> str:
        """chủ hộ, chồng, con dâu; empty for a code that does not exist."""
        return relationships(self.words.language).get(code, "")

    def sex(self, sex: str | None) -> str:
        """nam, nữ, or nothing."""
        return self.say(f"people.sex_{sex}") if sex in ("male", "female") else ""

    def colleague(self, full_name: str, sex: str | None) -> str:
        """chị Lan, anh Phúc; the given name alone if the sex is not recorded."""
        given = full_name.split()[-1] if full_name.split() else full_name
        return self.say(f"people.title_{sex}", name=given) if sex in ("male", "female") else given

    def people(self, n: int) -> str:
        """5 người."""
        return self.say("people.count", n=n)

    def payer(self, group: str) -> str:
        """Who else pays, as it stands on a bar."""
        for key in (f"household.payer_{group}", f"rules.group_{group}"):
            if self.words.knows(key):
                return self.say(key)
        return group

    def cover_end(self, ends_on: date | None) -> str:
        """31/08 within a year of today, 09/25 beyond, nothing for an open end."""
        if ends_on is None:
            return ""
        near = abs((ends_on - self.today).days) < 300 or ends_on.year == self.today.year
        return f"{ends_on:%d/%m}" if near else f"{ends_on:%m/%y}"


def with_name(reason: Reason | None, full_name: str | None) -> Reason | None:
    """Who holds a household is called by name: the rule knows only under what they sign in."""
    if reason is None or not full_name or _key(reason.code) != "rules.held_by":
        return reason
    return Reason(reason.code, {**reason.values, "name": full_name})


def retry_key(words: Words, key: str, values: Mapping[str, object], now: datetime) -> str:
    """The key of a sentence that names the time of the next try. Within that minute it names none:
    to try again at the time that is on the clock already says nothing."""
    base = key.removesuffix("_until")
    if base == key or str(values.get("at", "")) > clock_time(now):
        return key
    return f"{base}_soon" if words.knows(f"{base}_soon") else base


def _key(code: str) -> str:
    return code if "." in code else f"rules.{code}"


def short_name(full_name: str) -> str:
    """What the family calls somebody: Nguyễn Thị Bích Hằng is Bích Hằng, Lê Văn Tám is Tám."""
    words = full_name.split()
    if len(words) < 2:
        return full_name
    kept = [word for word in words[1:-1] if word.casefold() not in MIDDLE_NAMES]
    return " ".join([*kept, words[-1]][-2:])


def phone_text(phone: str | None) -> str:
    """0903 555 214; anything of another length as it stands."""
    if not phone or len(phone) != 10 or not phone.isdigit():
        return phone or ""
    return f"{phone[:4]}{NBSP}{phone[4:7]}{NBSP}{phone[7:]}"


def born_text(born_on: date | None, today: date) -> str:
    """The year; with the month for a child under 6, whose cover ends with it."""
    if born_on is None:
        return ""
    return f"{born_on:%m/%Y}" if (today - born_on).days < 6 * 366 else f"{born_on:%Y}"


def address_text(house_number: str, street: str, *more: str) -> str:
    """123/4/5A Ung Văn Khiêm, Phường 25."""
    first = f"{house_number} {street}".strip()
    return ", ".join(part for part in (first, *more) if part)


def full_date(day: date | None) -> str:
    """17/05/1968, for a form; empty for none."""
    return long_date(day) if day else ""


@lru_cache(maxsize=2)
def relationships(language: str) -> Mapping[str, str]:
    """The relationships to the head of a household by their code, in one language."""
    import tomllib

    source = resources.files("fieldapp.data") / "relationships.toml"
    rows = tomllib.loads(source.read_text("utf-8"))["row"]
    return {row["key"]: row[language] for row in rows}

"""The steps of a price in words, outside of the window."""

from __future__ import annotations

from datetime import date, datetime

from fieldapp.rules.explained import Step
from fieldapp.words import Words
from fieldapp.words.dated_tables import placeholders
from fieldapp.words.format import clock_time, long_date, money


def said(value: object, name: str) -> object:
    """A value as it stands in a sentence: money, dates and times as people write them."""
    if name.endswith("_dong") and isinstance(value, int):
        return money(value)
    if isinstance(value, datetime):
        return clock_time(value)
    if isinstance(value, date):
        return long_date(value)
    return value


def step_text(step: Step, words: Words) -> str:
    """The sentence of a step; one that is not verified says so."""
    values = {name: said(value, name) for name, value in placeholders(words, step).items()}
    text = words.say(f"rules.{step.code}", **values)
    return text if step.verified else words.say("rules.unverified", said=text)

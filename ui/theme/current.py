"""The theme and the language that the window shows now. Painters ask at every paint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtGui import QColor

from fieldapp.words import Words
from ui.theme.tokens import LIGHT, Tokens


class _Current:
    """What is in force; changed by `theme.apply` only."""

    tokens: Tokens = LIGHT
    dark: bool = False
    training: bool = False
    words: Words = Words("vi")


def tokens() -> Tokens:
    """The colours in force."""
    return _Current.tokens


def is_dark() -> bool:
    """Whether the dark theme is in force."""
    return _Current.dark


def is_training() -> bool:
    """Whether the window belongs to the training profile."""
    return _Current.training


def words() -> Words:
    """The words in force."""
    return _Current.words


def say(key: str, **values: object) -> str:
    """A sentence of the product in the language in force."""
    return _Current.words.say(key, **values)


@lru_cache(maxsize=256)
def _qcolor(value: str, alpha: int) -> QColor:
    made = QColor(value)
    made.setAlpha(alpha)
    return made


def colour(name: str, alpha: int = 255) -> QColor:
    """The colour of a token in the theme in force; `alpha` 0 to 255. Raises AttributeError for a
    name that is no token, which is our defect."""
    value: str = getattr(_Current.tokens, name)
    return _qcolor(value, alpha)


def put_in_force(chosen: Tokens, *, dark: bool, training: bool, language: str) -> None:
    """Change what is in force. Only `theme.apply` calls it, which then repaints everything."""
    _Current.tokens = chosen
    _Current.dark = dark
    _Current.training = training
    if _Current.words.language != language:
        _Current.words = Words(language)


@contextmanager
def on_paper() -> Iterator[None]:
    """While a paper is painted, in one go on the GUI thread: the colours of the light theme."""
    shown = _Current.tokens
    _Current.tokens = LIGHT
    try:
        yield
    finally:
        _Current.tokens = shown

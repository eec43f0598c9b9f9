"""What a laptop tells of beside its work: what was looked at as a whole, what was taken out.

The list is only ever appended to, so nothing may come into it that an erasure would have to take
out again: each kind has its details, and a detail is a code, a number, a day, an id or a hash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

SAID_OF = ("by", "collector", "canvasser")
"""Choices that name one user."""
UNKNOWN = "?"
"""Stands for a user or a book that somebody asked for and that there is not."""
MOST_NAMED = 200
"""So many users or outcomes are named at most; beyond that only how many there were."""

Sound = Callable[[Any], bool]


def _text(pattern: str) -> Sound:
    whole = re.compile(pattern)
    return lambda value: isinstance(value, str) and whole.fullmatch(value) is not None


def _some(sound: Sound) -> Sound:
    return lambda value: (
        isinstance(value, list) and len(value) <= MOST_NAMED and all(map(sound, value))
    )


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000_000


_ID = _text("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = _text("(?!.*[0-9]{4})[a-z0-9_.]{0,48}")
"""No code of ours has so many digits in a row; each number of a person has."""
_DAY = _text(r"\d{4}-\d{2}-\d{2}")
_USER = _text(r"[^\x00-\x1f]{0,64}")
_BOOK = _text(r"[A-Za-z0-9./_-]{0,32}|\?")
_STREAM = _text(r"[0-9A-Za-z]{1,8}\.[0-9]{8}|[a-z]{1,16}")
_HASH = _text("([0-9a-f]{64})?")


def _revisions(value: Any) -> bool:
    """By stream, how far its log was read."""
    sound = isinstance(value, Mapping) and len(value) <= MOST_NAMED
    return sound and all(_STREAM(ward) and _count(upto) for ward, upto in value.items())


def _record(value: Any) -> bool:
    return value in ("", None) or _ID(value)


CHOICES: Mapping[str, Sound] = {
    **dict.fromkeys(("form", "kind", "table", "only", "reason", "figure"), _CODE),
    **dict.fromkeys(("household", "person", "receipt", "submission"), _record),
    **dict.fromkeys(("since", "until"), _DAY),
    **dict.fromkeys(SAID_OF, _USER),
    **dict.fromkeys(("canvassers_count", "outcomes_count"), _count),
    "canvassers": _some(_USER),
    "outcomes": _some(_CODE),
    "book": _BOOK,
    "columns": _some(_CODE),
    "unsent": _flag,
    "cut_offs": _revisions,
}
"""What somebody can have chosen of a file."""


def _choices(value: Any) -> bool:
    return isinstance(value, Mapping) and _all_named(value, CHOICES)


def _all_named(details: Mapping[str, Any], shape: Mapping[str, Sound]) -> bool:
    return all(name in shape and shape[name](value) for name, value in details.items())


DETAILS: Mapping[str, Mapping[str, Sound]] = {
    "export": {"what": _CODE, "masked": _flag, "choices": _choices},
    "exported": {"what": _CODE, "rows": _count, "sha256": _HASH},
    "export_stopped": {"what": _CODE, "why": _CODE},
    "person_seen": {"all": _flag},
}
"""By kind its details: a file is about to be written (which, with which choices); it was (rows,
hash); it was not, and why; what is held on a person was looked at as a whole."""


def is_id(text: str) -> bool:
    """Whether a text is an id as records and happenings have them."""
    return _ID(text)


def details_are_sound(kind: str, details: Mapping[str, Any]) -> bool:
    """Whether a happening of a known kind says nothing but what its kind has to say."""
    return _all_named(details, DETAILS[kind])


def users_in(details: Mapping[str, Any]) -> set[str]:
    """The user names among sound details."""
    said = details.get("choices", {})
    named = {*(said.get(name, "") for name in SAID_OF), *said.get("canvassers", ())}
    return named - {"", UNKNOWN}


def book_in(details: Mapping[str, Any]) -> str:
    """The receipt book among sound details; "" for none."""
    book = str(details.get("choices", {}).get("book", ""))
    return "" if book == UNKNOWN else book

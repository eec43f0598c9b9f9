"""Every error of the product, sorted by who can mend it.

A class says who mends it, a `code` says what happened, `context` carries the values. No sentence
stands here: a code is the key of its words in `fieldapp/words` ("store.disk_full" stands in
`store.toml`, in both languages), and a test holds that each code has its words.
"""

from __future__ import annotations


class FieldappError(Exception):
    """An error with a code, the field it concerns (if any) and the values its sentence needs."""

    def __init__(self, code: str, *, field: str | None = None, **context: object) -> None:
        self.code = code
        self.field = field
        self.context = context
        super().__init__(code, field, context)

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.context.items())
        where = f" ({self.field})" if self.field else ""
        return f"{self.code}{where}{': ' + values if values else ''}"


class UserMends(FieldappError):
    """The user can mend it: wrong input, a choice is missing, a right is missing."""


class SurroundingsMend(FieldappError):
    """The surroundings must change: disk, network, another program. Trying later may help."""


class DefectFound(FieldappError):
    """We must mend it: a state that should not be possible. Reported with its context."""

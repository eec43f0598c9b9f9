"""Passwords: Argon2id, the same work for a user that does not exist, and growing delays.

A refused sign-in costs a failure; from the sixth on the next attempt must wait, twice as long each
time up to a quarter of an hour (NIST SP 800-63B-4 5.2.2 asks for at most 100 in a row). An enrolled
device of the user has a count of its own, so that a stranger's attempts do not lock its user out.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from sync.server.refusals import Refused
from sync.server.store.tables import throttle

FREE_FAILURES = 5
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str) -> str:
        """What is stored of a password: Argon2id with its own salt and costs."""
        return self._hasher.hash(composed(password))

    def check(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; for an unknown user (None) the same work, then False."""
        try:
            right = self._hasher.verify(stored or self._nobody, composed(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and stored is not None

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("no user has this one")


def composed(password: str) -> str:
    """A password as it is hashed: keyboards and systems differ in how they write one letter."""
    return unicodedata.normalize("NFC", password)


def refuse_if_throttled(connection: Connection, name: str, at: datetime) -> None:
    """Raises Refused (429, `server.too_many_attempts`) while `name` must wait."""
    until = connection.execute(select(throttle.c.until).where(throttle.c.name == name)).scalar()
    if until is not None and until > at:
        wait = ceil((until - at).total_seconds())
        raise Refused("server.too_many_attempts", 429, retry_after=wait)


def count_failure(connection: Connection, name: str, at: datetime) -> None:
    """Counts one more failure of `name` and sets how long the next must wait."""
    connection.execute(delete(throttle).where(throttle.c.until < at - FORGOTTEN_AFTER))
    row = select(throttle.c.failures).where(throttle.c.name == name).with_for_update()
    before = connection.execute(row).scalar()
    failures = (before or 0) + 1
    over = min(failures - FREE_FAILURES, 20)
    delay = min(timedelta(seconds=2.0**over), LONGEST_DELAY) if over > 0 else timedelta()
    values = {"failures": failures, "until": at + delay}
    if before is None:
        connection.execute(insert(throttle).values(name=name, **values))
    else:
        connection.execute(update(throttle).where(throttle.c.name == name).values(values))


def forget_failures(connection: Connection, name: str) -> None:
    """A sign-in that succeeded: the count of `name` starts anew."""
    connection.execute(delete(throttle).where(throttle.c.name == name))

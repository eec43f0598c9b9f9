"""What a command stands on: the chosen profile, the words, the password, the open file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldapp.cli.options import Common, usual_profile
from fieldapp.cli.telling import tell
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.store.file.profile import Machine, Profile, unlock
from fieldapp.words import Words

PASSWORD_VARIABLE = "FIELDAPP_PASSWORD"


@dataclass(frozen=True)
class Session:
    """One run of a command."""

    common: Common
    words: Words

    @property
    def folder(self) -> Path:
        """The profile's folder."""
        return self.common.profile or usual_profile()

    def tell(self, answer: Any, key: str = "", **values: object) -> None:
        """Prints the answer; `key` names the sentence for people."""
        text = self.words.say(key, **values) if key else ""
        tell(answer, text, as_json=self.common.json)

    @property
    def password_at_hand(self) -> bool:
        """Whether the password is there without asking anybody."""
        return self.common.password_file is not None or PASSWORD_VARIABLE in os.environ

    def password(self) -> str:
        """The password: from the file named, the environment, or asked for at the keyboard.

        Raises:
            UserMends: `cli.password_missing`: none of the three is there.
            SurroundingsMend: `cli.password_file`: the file can't be read.
        """
        if self.common.password_file is not None:
            return _first_line(self.common.password_file)
        if PASSWORD_VARIABLE in os.environ:
            return os.environ[PASSWORD_VARIABLE]
        if not sys.stdin.isatty():
            raise UserMends("cli.password_missing", field="password")
        import getpass

        return getpass.getpass(self.words.say("cli.password_prompt"))

    @contextmanager
    def opened(self) -> Iterator[Profile]:
        """The profile, open while the block runs.

        Raises: as `fieldapp.store.file.profile.unlock` says, and what `password` raises.
        """
        profile = unlock(self.folder, self.password(), machine())
        try:
            yield profile
        finally:
            profile.close()


def machine() -> Machine:
    """This machine: its clock, its keystore, and the full price of a guess at the password."""
    from fieldapp.clock import Ids, SystemClock
    from fieldapp.store.file.keys import OsKeystore

    clock = SystemClock()
    return Machine(clock, Ids(clock), OsKeystore())


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as defect:
        raise SurroundingsMend("cli.password_file", path=str(path)) from defect

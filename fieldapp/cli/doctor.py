"""`fieldapp doctor`: does this machine, and this profile, have what the program needs?

Without a password it looks around the file; with one (from a file or the environment) inside too.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fieldapp.cli.session import Session
from fieldapp.cli.telling import SURROUNDINGS, sentence
from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.words.dated_tables import fault_line, table_name

SMALLEST_DISK = 500 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: its name, whether it is well, and what was seen."""

    name: str
    well: bool
    seen: str


def run_doctor(session: Session) -> int:
    """Prints what was seen; 3 where something is missing."""
    checks = [_checked(name, look, session.folder) for name, look in LOOKS.items()]
    checks.append(Check("tables", *_tables(session)))
    if session.password_at_hand and (session.folder / "profile.json").exists():
        checks.append(_rows(session))
    lines = [
        session.words.say(
            "cli.doctor_well" if check.well else "cli.doctor_ill",
            what=session.words.say(f"cli.doctor_{check.name}"),
            seen=check.seen,
        )
        for check in checks
    ]
    well = all(check.well for check in checks)
    session.tell({"well": well, "checks": checks})
    if not session.common.json:
        print("\n".join(lines))
    return 0 if well else SURROUNDINGS


def _checked(name: str, look: Callable[[Path], tuple[bool, str]], folder: Path) -> Check:
    try:
        return Check(name, *look(folder))
    except (OSError, ImportError, ValueError) as defect:
        return Check(name, False, str(defect))


def _python(_: Path) -> tuple[bool, str]:
    return sys.version_info >= (3, 11), sys.version.split()[0]


def _file_engine(_: Path) -> tuple[bool, str]:
    """The encrypting build, new enough to be free of the known fault in its write-ahead log."""
    import sqlcipher3.dbapi2 as engine

    version = tuple(int(part) for part in engine.sqlite_version.split("."))
    return version >= (3, 51, 3), str(engine.sqlite_version)


def _window(_: Path) -> tuple[bool, str]:
    import PySide6.QtWidgets
    from PySide6 import __version__

    assert PySide6.QtWidgets is not None
    return True, str(__version__)


def _keystore(_: Path) -> tuple[bool, str]:
    """Its absence is no illness: then the password alone protects the key."""
    import keyring

    return True, str(keyring.get_keyring().name)


def _disk(folder: Path) -> tuple[bool, str]:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free
    return free > SMALLEST_DISK, f"{free // 1024 // 1024} MB"


def _profile(folder: Path) -> tuple[bool, str]:
    """An empty folder is well: it waits for a sign-in."""
    from fieldapp.store.file.profile import card_of

    try:
        card = card_of(folder)
    except SurroundingsMend as defect:
        return False, str(defect)
    return True, f"{card.username} @ {card.server}" if card else str(folder)


def _tables(session: Session) -> tuple[bool, str]:
    """The tables in force, and those that were sent and are not.

    Of the profile, if its password is at hand and no window has it open; else the program's own.
    """
    from fieldapp.store.file.profile import card_of
    from fieldapp.usecases.dated_tables import table_states

    say = session.words.say
    try:
        if card_of(session.folder) is None or not session.password_at_hand:
            return _own_tables(session)
        with session.opened() as profile:
            found = table_states(profile.store)
    except FieldappError as refused:
        well, seen = _own_tables(session)
        well = well and not isinstance(refused, UserMends)  # a wrong password is to be mended
        return well, f"{seen}. {sentence(refused, session.words)}"
    faults = [
        f"{table_name(session.words, one.name)}: {fault_line(session.words, one.refused[0])}"
        for one in found.refused
    ]
    seen = say("cli.doctor_tables_in_force", edition=found.edition)
    return not faults, ". ".join([seen, *faults])


def _own_tables(session: Session) -> tuple[bool, str]:
    from fieldapp.rules.tables import SHIPPED
    from fieldapp.rules.tables.check import faults_of, misfits

    names = SHIPPED.names
    faults = [fault for name in names for fault in faults_of(name, SHIPPED.text(name))]
    faults = faults or [fault for name in names for _, fault in misfits(SHIPPED, name)]
    seen = session.words.say("cli.doctor_tables_own", edition=SHIPPED.edition)
    return not faults, ". ".join([seen, *(fault_line(session.words, one) for one in faults[:3])])


def _rows(session: Session) -> Check:
    """Whether each ward's rows still sum up to what was kept when its pages were taken in, and
    how many rows the last repairs set to the server's."""
    from fieldapp.store.log import sums
    from fieldapp.store.log.from_server import MENDED
    from fieldapp.store.queries import sync as queries_sync

    try:
        with session.opened() as profile:
            store = profile.store
            counted = {}
            for ward in store.read(queries_sync.row_sums):
                found = store.read(sums.count, ward)
                counted[ward] = (found.rows, found.text)
            kept = store.read(queries_sync.row_sums)
            mended = [row for repair in store.setting(MENDED, []) for row in repair["rows"]]
    except FieldappError as defect:
        return Check("rows", False, sentence(defect, session.words))
    rows = sum(rows for rows, _ in counted.values())
    return Check("rows", counted == kept, f"{rows}, {len(mended)}")


LOOKS: dict[str, Callable[[Path], tuple[bool, str]]] = {
    "python": _python,
    "file_engine": _file_engine,
    "window": _window,
    "keystore": _keystore,
    "disk": _disk,
    "profile": _profile,
}

"""`fieldapp demo`: an invented town, a real server, four laptops, and a working day.

With a display it opens the window of the first canvasser; without one it plays the day on unseen
windows and leaves pictures, exports and a summary behind.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from fieldapp.cli.session import Session
from fieldapp.cli.stage.demo_stage import (
    build,
    come_to_town,
    machine_of,
    morning,
    running_server,
    set_up_server,
    summary_of,
    synced,
)
from fieldapp.cli.stage.training_stage import Practice
from fieldapp.clock import VIETNAM, SystemClock, business_date
from fieldapp.demo import stage
from fieldapp.demo.scene import set_the_scene
from fieldapp.demo.stage import PASSWORD, Stage
from fieldapp.demo.town import make_town
from fieldapp.errors import DefectFound, SurroundingsMend, UserMends

FIRST = "lan"
SMALL_TOWN = 220
"""Households of the town whose screens are pictured: enough to fill each list."""


def run_demo(session: Session, *, out: Path, day: str, headless: bool) -> None:
    """Builds the stage anew, then shows the day or plays it.

    Raises:
        UserMends: `cli.day_invalid`, `demo.folder_not_ours`.
        SurroundingsMend: `demo.runs_already`, `demo.not_equal` (the machines count differently),
            or what kept a step from ending.
    """
    unseen = headless or not has_display()
    if unseen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    played = _day(day)
    with _own_folder(out):
        place = Stage(out, make_town(played))
        come_to_town(place)
        _say(session, "demo.begins", day=f"{played:%d/%m/%Y}", folder=str(out))
        invitations = set_up_server(place)
        with running_server(place) as server:
            say = lambda key, **values: _say(session, key, **values)  # noqa: E731
            today = _begin(place, unseen=unseen)
            for profile in build(place, server, invitations, today, say).values():
                profile.close()
            if unseen:
                _play(session, place)
            else:
                _show(session, place)


def run_help_pictures(session: Session, *, out: Path, day: str) -> None:
    """Makes the pictures of the help anew; `out` is scratch."""
    from ui.demo.help_pictures import SCREENS_OF_HELP, keep_help_pictures

    run_screens(session, out=out, day=day, only=SCREENS_OF_HELP, plain=True)
    keep_help_pictures(out)


def run_screens(
    session: Session, *, out: Path, day: str, only: Sequence[str], plain: bool = False
) -> None:
    """Pictures of every screen in both languages, both themes and three sizes; of one theme and
    size where they are to be `plain`. Each word that is cut and each thing that is covered is told.

    Raises: as `run_demo`; UserMends `demo.screen_unknown`; DefectFound `demo.screens_faulty` when
        all pictures are there, and something is cut or covered on one of them.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    played = _day(day)
    with _own_folder(out):
        place = Stage(out, make_town(played, households=SMALL_TOWN))
        come_to_town(place)
        _say(session, "demo.begins", day=f"{played:%d/%m/%Y}", folder=str(out))
        invitations = set_up_server(place)
        with running_server(place) as server:
            say = lambda key, **values: _say(session, key, **values)  # noqa: E731
            profiles = build(place, server, invitations, morning(place), say, paid=True)
            set_the_scene(place, profiles, synced)
            for profile in profiles.values():
                profile.close()
            from ui.demo.picturing import picture_screens

            practised = Practice(place.run / "real")
            taken = picture_screens(place, machine_of(place), practised, only, say, plain=plain)
    told = {"pictures": taken.count, "faults": taken.faults}
    session.tell(told, "demo.pictured", pictures=taken.count, folder=str(out))
    for fault in taken.faults:
        _say(session, "demo.screen_fault", fault=fault)
    if taken.faults:
        raise DefectFound("demo.screens_faulty", faults=len(taken.faults))


def has_display() -> bool:
    """Whether a window would be seen."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(session: Session, key: str, **values: object) -> None:
    """Progress goes to standard error, so that the answer stays alone on standard output."""
    print(session.words.say(key, **values), file=sys.stderr, flush=True)


def _day(text: str) -> date:
    try:
        return stage.day_of(text, business_date(SystemClock().now()))
    except ValueError as defect:
        raise UserMends("cli.day_invalid", field="day", day=text) from defect


@contextmanager
def _own_folder(out: Path) -> Iterator[None]:
    """The folder, empty, and ours alone while the block runs."""
    if stage.is_foreign(out):
        raise UserMends("demo.folder_not_ours", field="out", path=str(out))
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / stage.LOCK, timeout=0)
    try:
        with lock:
            _clear(out)
            yield
    except Timeout as defect:
        raise SurroundingsMend("demo.runs_already", path=str(out)) from defect


def _clear(out: Path) -> None:
    try:
        stage.clear(out)
    except FileExistsError as found:  # put there since we looked
        raise UserMends("demo.folder_not_ours", field="out", path=str(out)) from found


def _begin(place: Stage, *, unseen: bool) -> datetime:
    """A played day begins in its morning; a shown one at the time of day that it is."""
    if unseen:
        return morning(place)
    now = SystemClock().now().astimezone(VIETNAM)
    return now + (place.town.day - now.date())


def _play(session: Session, place: Stage) -> None:
    from ui.demo.day import play_day

    _say(session, "demo.playing")
    files = play_day(place, machine_of(place), lambda key, **values: _say(session, key, **values))
    summary = summary_of(place) | {"exported": files}
    path = place.out / "summary.json"
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1), "utf-8")
    if summary["disagreements"]:
        raise SurroundingsMend("demo.not_equal", detail="; ".join(summary["disagreements"]))
    _tell(session, place, summary)


def _tell(session: Session, place: Stage, summary: dict[str, Any]) -> None:
    server = summary["totals"]["server"]
    session.tell(
        summary,
        "demo.played",
        visits=server["visits_of_day"],
        enrolments=server["enrolments"],
        receipts=server["receipts"],
        merges=server["merges"],
        conflicts=server["conflicts"],
        folder=str(place.out),
    )


def _show(session: Session, place: Stage) -> None:
    """Opens the first canvasser's window, and says how to open the others'."""
    from ui.app import run_app
    from ui.surroundings import Surroundings, usual_surroundings

    for person in place.town.staff:
        _say(
            session,
            "demo.window",
            name=person.name,
            command=f'make run ARGS="--profile {place.laptop(person.username)}"',
            password=PASSWORD,
        )
    usual = usual_surroundings()
    surroundings = Surroundings(lambda: machine_of(place), usual.connect, listen=usual.listen)
    language = session.common.asked_language
    run_app(place.laptop(FIRST), language, password=PASSWORD, surroundings=surroundings)

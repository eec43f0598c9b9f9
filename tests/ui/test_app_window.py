"""The program with a window on a real profile: it opens, works, changes its language, and ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fieldapp.cli.options import take_common
from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.model.changesets import content_hash, decode
from fieldapp.store.file.profile import unlock
from sync.protocol import Answer, Answers, Farewelled, Meet, Met, Push, SignedIn, SignIn
from tests.ui.alone import Nowhere, surroundings
from tests.ui.town_store import NOW, PASSWORD, open_town, town
from ui.app import make_application
from ui.program import Program
from ui.surroundings import Surroundings
from ui.window import PLACES_OF, MainWindow

ROOT = Path(__file__).parent.parent.parent


class Desk(Nowhere):
    """A server that gives this device a new token for its password."""

    def sign_in(self, request: SignIn) -> SignedIn:
        """Knows one password."""
        if request.password != PASSWORD or request.device is None:
            raise SurroundingsMend("sync.no_network")
        now = NOW.isoformat()
        return SignedIn("new", request.device, "lan", "Lan", "canvasser", (), "epoch-1", now)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_town(tmp_path / "lan", households=12).close()
    return tmp_path / "lan"


@pytest.fixture
def start(qtbot: QtBot, folder: Path) -> Iterator[Callable[..., Program]]:
    """Starts programs, and ends them all."""
    running: list[Program] = []
    hooks = sys.excepthook, threading.excepthook

    def begin(password: str | None = PASSWORD, language: str | None = None) -> Program:
        program = Program(make_application(), folder, surroundings(), language)
        running.append(program)
        program.start(password)
        return program

    yield begin
    for program in running:
        program.stop()
        assert [defect.kind for defect in program.hook.told if defect.kind != "LookupError"] == []
    sys.excepthook, threading.excepthook = hooks


def window_of(program: Program, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: program.window is not None, timeout=20_000)
    assert program.window is not None
    settled(program.window, qtbot)
    return program.window


def settled(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=20_000)


def test_the_window_shows_the_places_of_a_canvasser(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    window = window_of(start(), qtbot)
    assert window.shell.isVisible()
    assert window.shell.current_place() == PLACES_OF["canvasser"][0] == "today"
    assert window.shell.header.title.text() == "Hôm nay"
    assert window.opened.me.username == "lan"


def test_one_key_records_a_visit_and_the_status_bar_tells_it(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    window = window_of(start(), qtbot)
    window.navigator.current().widget.focus_first()  # type: ignore[union-attr, attr-defined]  # it is open by now
    target = window.shell.focusWidget()
    assert target is not None
    QTest.keyClicks(target, "1")
    qtbot.waitUntil(lambda: window.status is not None and window.status.unsent == 1, timeout=10_000)
    assert window.shell.toast.isVisible()
    settled(window, qtbot)


def test_a_card_scanned_over_a_list_opens_its_person_and_records_nothing(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    window = window_of(start(), qtbot)
    window.come_to_front()
    qtbot.waitUntil(window.shell.isActiveWindow, timeout=10_000)
    window.navigator.focus()
    person = next(p for home in town(12).households for p in home.persons if p.id_number)
    target = window.shell.focusWidget()
    assert target is not None
    QTest.keyClicks(target, person.id_number)
    qtbot.waitUntil(window.shell.palette_box.isVisible, timeout=10_000)
    settled(window, qtbot)
    assert window.status is not None and window.status.unsent == 0


def test_a_key_shows_every_command_with_its_key(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    window = window_of(start(), qtbot)
    window.come_to_front()
    qtbot.waitUntil(window.shell.isActiveWindow, timeout=10_000)
    QTest.keyClicks(window.shell, ">")
    assert window.shell.palette_box.isVisible()
    assert window.shell.palette_box.input.text() == ">"


def test_the_rail_counts_the_doors_that_are_left(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    window = window_of(start(), qtbot)
    day = window.navigator.places["today"].state.today  # type: ignore[attr-defined]  # it is open by now
    assert window._counts["today"] == day.total - day.visited > 0


def test_another_language_builds_the_window_anew_and_is_kept(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    program = start()
    vietnamese = window_of(program, qtbot)
    program.change_language("en")
    qtbot.waitUntil(lambda: program.window is not vietnamese, timeout=10_000)
    english = window_of(program, qtbot)
    assert english.shell.header.title.text() == "Today"
    assert program.preferences.language == "en"
    program.stop()
    nothing_said, _ = take_common([])
    again = start(language=nothing_said.asked_language)
    assert window_of(again, qtbot).shell.header.title.text() == "Today"


def test_ctrl_digits_go_through_all_places(start: Callable[..., Program], qtbot: QtBot) -> None:
    window = window_of(start(), qtbot)
    for number, code in enumerate(PLACES_OF["canvasser"], start=1):
        window.come_to_front()
        qtbot.waitUntil(window.shell.isActiveWindow, timeout=10_000)
        QTest.keyClicks(window.shell, str(number), _ctrl())
        settled(window, qtbot)
        assert window.shell.current_place() == code
        assert window.navigator.shown_error() is None


def _ctrl() -> Any:
    from PySide6.QtCore import Qt

    return Qt.KeyboardModifier.ControlModifier


def test_a_wrong_password_opens_nothing_and_is_told(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    program = start(None)
    told: list[FieldappError] = []
    program.unlock("không phải", told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told[0].code == "store.wrong_password"
    assert program.window is None
    program.unlock(PASSWORD, told.append)
    assert window_of(program, qtbot).shell.isVisible()


def test_a_machine_that_was_signed_out_signs_in_again_with_the_password(
    qtbot: QtBot, folder: Path
) -> None:
    usual = surroundings()
    profile = unlock(folder, PASSWORD, usual.machine())
    profile.store.remember(signed_out=True, token="old")
    profile.close()
    desk = Surroundings(usual.machine, lambda server, token: Desk())  # type: ignore[arg-type, return-value]  # a double of the transport
    program = Program(make_application(), folder, desk)
    program.unlock(PASSWORD, lambda error: None)
    window = window_of(program, qtbot)
    assert window.store.setting("token") == "new"
    assert window.store.setting("signed_out") is False
    assert program.stop()


def test_who_closes_the_window_with_work_unsent_sees_the_end_of_the_day_first(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    window = window_of(start(), qtbot)
    window.navigator.current().widget.focus_first()  # type: ignore[union-attr, attr-defined]  # it is open by now
    target = window.shell.focusWidget()
    assert target is not None
    QTest.keyClicks(target, "1")
    qtbot.waitUntil(lambda: window.status is not None and window.status.unsent == 1, timeout=10_000)
    assert not window.may_close(), "not before it is known what there is to tell"
    qtbot.waitUntil(lambda: window.navigator.current_code() == "day_end", timeout=10_000)
    settled(window, qtbot)
    assert window.shell.isVisible()
    assert window.may_close(), "the second time nobody is kept"


def test_a_closed_window_leaves_the_profile_free(
    start: Callable[..., Program], qtbot: QtBot, folder: Path
) -> None:
    program = start()
    window_of(program, qtbot)
    assert program.stop()
    again = start()
    assert window_of(again, qtbot).shell.isVisible()


def test_what_nobody_expected_is_told_once_and_the_window_lives_on(
    start: Callable[..., Program], qtbot: QtBot
) -> None:
    program = start()
    window = window_of(program, qtbot)

    def broken() -> None:
        raise LookupError("nobody expected this")

    for _ in range(2):
        window.tasks.read(broken, lambda _: None)
        settled(window, qtbot)
    assert [defect.kind for defect in program.hook.told] == ["LookupError"]
    dialog = program.hook.dialog
    assert dialog is not None and dialog.isVisible()
    dialog.copy.click()
    assert "nobody expected this" in make_application().clipboard().text()
    dialog.reject()
    answers: list[int] = []
    window.tasks.read(lambda: 7, answers.append)
    settled(window, qtbot)
    assert answers == [7]


def test_the_first_window_is_painted_before_the_file_is_imported(folder: Path) -> None:
    """In a process of its own: what the sign-in needs does not bring the heavy modules."""
    script = """
import sys
from pathlib import Path
from ui.app import make_application
from ui.program import Program
from ui.surroundings import usual_surroundings
app = make_application()
program = Program(app, Path(sys.argv[1]), usual_surroundings())
program._import = lambda: None
program.start()
app.sendPostedEvents()
heavy = {"sqlmodel", "sqlalchemy", "requests", "alembic", "pydantic"} & set(sys.modules)
print(sorted(heavy), program.sign_in.isVisible())
program.stop()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("[] True", 0), done.stderr


class Withdrawn(Nowhere):
    """A server that has everything of this device, and wants to hear nothing more of it."""

    def greet(self, _: Any) -> Any:
        """The device was revoked."""
        raise UserMends("sync.device_revoked")

    def push(self, request: Push) -> Answers:
        """Its work is taken, and held."""
        texts = [text.encode() for text in request.contents]
        answers = tuple(
            Answer(decode(text).id, content_hash(text), "held", reason="revoked_device")
            for text in texts
        )
        return Answers("epoch-1", request.ward, answers, NOW.isoformat(), "7F3A 91C2")

    def meet(self, asked: Meet) -> Met:
        """Its log is the server's."""
        revision, chain = max(asked.points)
        return Met("epoch-1", asked.ward, revision, chain)

    def farewell(self, _: Any) -> Farewelled:
        """Nothing is missing."""
        return Farewelled("epoch-1", ())


def test_a_machine_withdrawn_from_service_shows_nothing_but_why(
    qtbot: QtBot, folder: Path, start: Callable[..., Program]
) -> None:
    program = start(None)
    ways = replace(program.surroundings, connect=lambda server, token: Withdrawn())  # type: ignore[arg-type, return-value]  # a double of the transport
    program.surroundings = ways
    program.unlock(PASSWORD, lambda error: pytest.fail(str(error)))
    qtbot.waitUntil(lambda: "ngừng dùng" in _said(program), timeout=30_000)
    assert program.window is None and program.profile is None
    with pytest.raises(UserMends) as refusal:
        unlock(folder, PASSWORD, program.surroundings.machine())
    assert refusal.value.code == "store.erased"


def test_damaged_data_is_rescued_on_the_first_window_and_work_goes_on(
    qtbot: QtBot, folder: Path, start: Callable[..., Program]
) -> None:
    whole = (folder / "field.db").read_bytes()
    (folder / "field.db").write_bytes(whole[:4096] + bytes(4096) + whole[8192:])
    program = start(None)
    program.unlock(PASSWORD, program.sign_in.show_error)
    form = program.sign_in.form
    qtbot.waitUntil(form.rescue.isVisible, timeout=20_000)
    assert "bị hỏng nên không mở" in _said(program)

    form.inputs["password"].edit.insert(PASSWORD)
    qtbot.mouseClick(form.rescue, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Đã cứu dữ liệu" in _said(program), timeout=30_000)
    (aside,) = (folder / "damaged").iterdir()
    assert str(aside) in _said(program) and (aside / "field.db").read_bytes()[:16] == whole[:16]
    assert program.window is None
    program.sign_in.language.click()
    qtbot.waitUntil(lambda: "The data was rescued" in _said(program))

    qtbot.keyClick(program.sign_in, Qt.Key.Key_Return)
    window = window_of(program, qtbot)
    assert window.shell.isVisible() and program.sign_in is None


def test_damage_that_is_met_at_work_locks_the_window_and_says_so(
    qtbot: QtBot, start: Callable[..., Program]
) -> None:
    program = start()
    window = window_of(program, qtbot)
    window.tasks.trouble.emit(SurroundingsMend("store.damaged"))
    qtbot.waitUntil(lambda: "bị hỏng" in _said(program), timeout=20_000)
    assert program.window is None and program.profile is None
    assert program.sign_in.form.rescue.isVisible()


def _said(program: Program) -> str:
    if program.sign_in is None:
        return ""
    labels = program.sign_in.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def test_on_a_narrow_screen_esc_stops_a_list_that_is_being_read_and_then_leads_back(
    start: Callable[..., Program], qtbot: QtBot, tmp_path: Path
) -> None:
    window = window_of(start(), qtbot)
    window.shell.resize(910, 600)
    window.come_to_front()
    qtbot.waitUntil(window.shell.isActiveWindow, timeout=10_000)
    before = window.shell.header.title.text()
    window.navigator.go("imports")
    settled(window, qtbot)
    place = window.navigator.current()
    stopped: list[bool] = []

    class Endless:
        """Long jobs that end when they are stopped."""

        def long(self, job: Any, then: Any, failed: Any, progressed: Any) -> Callable[[], None]:
            def stop() -> None:
                stopped.append(True)
                failed(UserMends("imports.cancelled"))

            return stop

    place._tasks = Endless()  # type: ignore[union-attr]  # it is open by now
    place.look(tmp_path / "list.csv")  # type: ignore[union-attr]  # it is open by now
    QTest.keyClick(window.shell.focusWidget() or window.shell, Qt.Key.Key_Escape)
    assert stopped == [True]
    assert window.navigator.current() is place
    view = place.widget  # type: ignore[union-attr]  # it is open by now
    assert view.is_single() and view.import_band.banner.isVisible()
    for still_here in (True, False):  # the band is a page of its own here
        QTest.keyClick(window.shell.focusWidget() or window.shell, Qt.Key.Key_Escape)
        settled(window, qtbot)
        assert (window.navigator.current() is place) == still_here
    assert window.shell.header.title.text() == before

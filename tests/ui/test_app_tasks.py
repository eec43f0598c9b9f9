"""Jobs off the GUI thread: their answers, their order, their errors, their end."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from fieldapp.errors import DefectFound, FieldappError, UserMends
from ui.tasks import Defect, TaskRunner


@pytest.fixture
def tasks(qtbot: QtBot) -> Any:
    runner = TaskRunner()
    yield runner
    assert runner.close()


def test_a_job_runs_elsewhere_and_answers_on_the_gui_thread(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    seen: dict[str, threading.Thread] = {}
    with qtbot.waitSignal(tasks.idle):
        tasks.read(threading.current_thread, lambda thread: seen.update(job=thread, here=_here()))
    assert seen["job"] is not threading.current_thread()
    assert seen["here"] is threading.current_thread()


def _here() -> threading.Thread:
    return threading.current_thread()


def test_writes_answer_in_the_order_in_which_they_were_asked_for(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    answers: list[int] = []
    with qtbot.waitSignal(tasks.idle):
        for number in range(20):
            tasks.write(lambda number=number: number, answers.append)
    assert answers == list(range(20))


def test_an_expected_error_goes_to_whoever_asked(qtbot: QtBot, tasks: TaskRunner) -> None:
    told: list[FieldappError] = []
    with qtbot.waitSignal(tasks.idle), qtbot.assertNotEmitted(tasks.defect):
        tasks.write(_refuse, lambda _: None, told.append)
    assert [error.code for error in told] == ["visits.next_in_the_past"]


def test_an_expected_error_that_nobody_takes_is_trouble_of_the_window(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    with qtbot.waitSignal(tasks.trouble) as told:
        tasks.write(_refuse, lambda _: None)
    assert told.args[0].code == "visits.next_in_the_past"


def _refuse() -> None:
    raise UserMends("visits.next_in_the_past")


def test_a_defect_in_a_job_is_reported_with_its_trace_and_releases_who_asked(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    told: list[FieldappError] = []
    with qtbot.waitSignal(tasks.defect) as reported:
        tasks.read(lambda: 1 // 0, lambda _: None, told.append)
    defect: Defect = reported.args[0]
    assert defect.kind == "ZeroDivisionError" and "1 // 0" in defect.details
    assert isinstance(told[0], DefectFound)
    answers: list[int] = []
    with qtbot.waitSignal(tasks.idle):
        tasks.read(lambda: 7, answers.append)
    assert answers == [7]


def test_a_defect_in_an_answer_is_reported_too(qtbot: QtBot, tasks: TaskRunner) -> None:
    with qtbot.waitSignal(tasks.defect) as reported:
        tasks.read(lambda: 0, lambda answer: 1 // answer)
    assert reported.args[0].kind == "ZeroDivisionError"


def test_a_long_job_tells_its_steps_and_can_be_cancelled(qtbot: QtBot, tasks: TaskRunner) -> None:
    steps: list[tuple[int, int]] = []
    ended: list[str] = []
    begun = threading.Event()

    def job(progress: Any, cancelled: Any) -> str:
        progress(1, 3)
        begun.set()
        while not cancelled():
            threading.Event().wait(0.001)
        return "cancelled"

    with qtbot.waitSignal(tasks.idle):
        cancel = tasks.long(job, ended.append, None, lambda *step: steps.append(step))
        assert begun.wait(5)
        cancel()
    assert (steps, ended) == ([(1, 3)], ["cancelled"])


def test_closing_ends_a_long_job_and_keeps_writes_that_wait(qtbot: QtBot) -> None:
    tasks = TaskRunner()
    begun, written = threading.Event(), []

    def endless(_: Any, cancelled: Any) -> None:
        begun.set()
        while not cancelled():
            threading.Event().wait(0.001)

    tasks.long(endless, lambda _: None)
    for number in range(50):
        tasks.write(lambda number=number: written.append(number), lambda _: None)
    assert begun.wait(5)
    assert tasks.close(5)
    assert written == list(range(50))
    tasks.write(lambda: written.append(99), lambda _: None)
    assert written[-1] == 49

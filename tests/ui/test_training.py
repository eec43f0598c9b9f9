"""The training, as a learner has it: the lesson from its first step to its last, left and resumed,
begun anew, and kept apart from everything real."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp import practice
from fieldapp.cli.stage.training_stage import Practice
from fieldapp.training.lesson import END, STEPS, key_of
from ui.demo.laptop import Album, Laptop
from ui.theme import apply, is_training
from ui.training.program import TrainingProgram

Start = Callable[[], "Learner"]


class Learner(Laptop):
    """Hands and eyes on the training's window."""

    def __init__(self, app: QApplication, made: Practice, pictures: Path) -> None:
        super().__init__(app, made.learner, None, pictures=Album(pictures))
        self.made = made
        self.training = TrainingProgram(app, made, "vi")
        self.program = self.training
        self.training.start()
        self.wait(lambda: self.training.window is not None, "the window")
        self.wait(lambda: self.at != "", "the lesson")
        self.window.shell.resize(1366, 768)
        self.settle()

    @property
    def at(self) -> str:
        """The step that is shown."""
        desk = self.training.desk
        return key_of(desk.at) if desk is not None and desk.at >= 0 else ""

    def reaches(self, step: str) -> None:
        """Waits until the lesson shows a step."""
        self.wait(lambda: self.at == step, f"the step {step}, it is {self.at}")
        self.settle()
        self.picture(step)

    def press(self, *keys: str) -> None:
        """Presses keys as a person does, who looks in between."""
        for key in keys:
            self.key(key)

    def to_the_door(self) -> None:
        """To the household of the story."""
        self.key("Ctrl+K")
        self.write("bich hang")
        self.key("Return")


@pytest.fixture
def learner(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    """Opens the training of one profile, again and again."""
    hooks = sys.excepthook, threading.excepthook
    opened: list[Learner] = []

    def start() -> Learner:
        made = Learner(qapp, Practice(tmp_path / "real"), tmp_path / "pictures")
        opened.append(made)
        return made

    yield start
    for one in opened:
        if one.program is not None:
            told = [defect.kind for defect in one.training.hook.told]
            one.close()
            assert told == []
    sys.excepthook, threading.excepthook = hooks
    apply(qapp, training=False)
    assert not practice.is_on()


def test_the_whole_lesson_is_done_by_what_one_does(learner: Start) -> None:
    phuc = learner()
    assert is_training() and practice.is_on()
    phuc.reaches("find")
    phuc.to_the_door()
    phuc.reaches("visit")
    phuc.press("1", "Return")
    phuc.reaches("undo")
    phuc.key("Ctrl+Z")
    phuc.reaches("enrol")
    phuc.to_the_door()
    phuc.key("5")
    phuc.reaches("money")
    phuc.press("D", "Ctrl+Return")
    phuc.reaches("cut")
    phuc.must_see("LUYENTAP-2")
    before = phuc.window.status
    assert before is not None and before.unsent == 3
    phuc.key("F5")
    phuc.reaches("resend")
    cut = phuc.window.status
    assert cut is not None and cut.unsent == before.unsent  # sent, but nobody heard
    phuc.key("F5")
    phuc.reaches("rename")
    assert phuc.window.status is not None and phuc.window.status.sent == before.sent + 3
    phuc.to_the_door()
    phuc.press("Down", "E")
    phuc.rewrite("Trần Quốc Khôi")
    phuc.key("Ctrl+Return")
    phuc.reaches("meet")
    phuc.key("F5")
    phuc.reaches("decide")
    phuc.go_to("inbox")
    phuc.must_see("Trần Quốc Khởi")
    phuc.picture("conflict")
    cards = phuc.place().widget.detail.cards
    mine = next(card.side for card in cards if card.side.value == "Trần Quốc Khôi")
    phuc.key(str(mine.key))
    phuc.reaches("twice")
    phuc.key("F5")
    phuc.reaches("merge")
    phuc.go_to("inbox")
    phuc.place().filter("duplicate")
    phuc.settle()
    phuc.picture("pair")
    phuc.key("G")
    phuc.reaches("safe")
    phuc.key("F5")
    phuc.reaches("end")
    phuc.must_see("an toàn để tắt máy")


def test_a_lesson_that_is_left_goes_on_and_may_begin_anew(learner: Start) -> None:
    phuc = learner()
    phuc.to_the_door()
    phuc.reaches("visit")
    phuc.close()
    assert not practice.is_on()
    phuc = learner()
    assert phuc.at == "visit"
    window = phuc.window
    phuc.training.begin_anew()
    phuc.wait(lambda: phuc.training.window not in (None, window), "the new window")
    phuc.reaches("find")


def test_two_windows_are_one(learner: Start, tmp_path: Path) -> None:
    from fieldapp.errors import SurroundingsMend

    learner()
    other = Practice(tmp_path / "real")
    with pytest.raises(SurroundingsMend) as refused:
        other.prepare()
    assert refused.value.code == "store.in_use"


def test_every_step_has_its_words() -> None:
    from fieldapp.words import LANGUAGES, catalogue

    keys = [key_of(at) for at in range(END + 1)]
    assert len(keys) == len(STEPS) + 1
    for language in LANGUAGES:
        said = catalogue(language)
        assert [k for k in keys if f"training.{k}_title" not in said] == []
        assert [k for k in keys if f"training.{k}_text" not in said] == []

"""The settings: a choice acts at once, and what stands there is what the file says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.words import Words
from tests.ui.doubles import Elsewhere, Now
from tests.ui.town_store import open_town
from ui.places.settings import SettingsPlace
from ui.places.settings.state import About


@dataclass
class Program:
    """What the settings are given of the program."""

    light: str = "system"
    about: About = field(default_factory=lambda: About("KV-03", "https://sync.test", "/profile"))
    asked: list[str] = field(default_factory=list)

    def change_language(self, language: str) -> None:
        self.asked.append(language)

    def change_light(self, light: str) -> None:
        self.light = light
        self.asked.append(light)

    def lock(self) -> None:
        self.asked.append("lock")

    def open_training(self) -> None:
        self.asked.append("training")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile")
    yield profile.store
    profile.close()


@dataclass
class Page:
    """The place with what it was given."""

    place: SettingsPlace
    program: Program


@pytest.fixture
def page(qtbot: QtBot, light: QApplication, store: Store) -> Page:
    program = Program()
    place = SettingsPlace(store, Words("vi"), Now(), Elsewhere(), program)
    qtbot.addWidget(place.widget)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    place.widget.focus_first()
    return Page(place, program)


def test_the_language_in_force_is_chosen_and_an_arrow_changes_it(page: Page, qtbot: QtBot) -> None:
    assert page.place.widget.language.current_key() == "vi"
    qtbot.keyClick(page.place.widget.language, Qt.Key.Key_Right)
    assert page.program.asked == ["en"]


def test_the_light_acts_at_once_and_stays_chosen(page: Page, qtbot: QtBot) -> None:
    page.place.widget.light.setFocus()
    qtbot.keyClick(page.place.widget.light, Qt.Key.Key_Right)
    qtbot.keyClick(page.place.widget.light, Qt.Key.Key_Right)
    assert page.program.asked == ["light", "dark"]
    page.place.refresh()
    assert page.place.widget.light.current_key() == "dark"


def test_who_and_which_machine_stand_there(page: Page) -> None:
    user = [fact.accessibleName() for fact in page.place.widget.user.list.facts]
    assert user[0] == "Họ tên: Lê Thị Hồng Lan"
    assert "Vai trò: Người đi thăm" in user
    machine = [fact.accessibleName() for fact in page.place.widget.machine.list.facts]
    assert "Tên máy: KV-03" in machine
    assert "Máy chủ nhận lần cuối: chưa lần nào" in machine
    assert "Phiên bản: 0.1.0" in machine


def test_locking_is_asked_of_the_program(page: Page) -> None:
    page.place.widget.lock.click()
    assert page.program.asked == ["lock"]


def test_the_training_is_asked_of_the_program(page: Page) -> None:
    page.place.widget.training.click()
    assert page.program.asked == ["training"]

"""The first window: opens with a password, sets up with an invitation, tells what went wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from ui.sign_in import SignInWindow
from ui.sign_in.forms import FirstForm, UnlockForm
from ui.sign_in.state import EnrolForm, Saved, look_into
from ui.theme import apply

Failed = Callable[[FieldappError], None]
CARD = {
    "profile": "p1",
    "server": "https://sync.test",
    "username": "lan",
    "full_name": "Lê Thị Hồng Lan",
    "device_name": "Máy của Lan",
}


@dataclass
class Program:
    """The program, as far as the window asks it; answers are given by the test."""

    folder: Path
    app: QApplication
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    failed: Failed | None = None
    rescued: Saved | None = None
    window: SignInWindow | None = None

    def unlock(self, password: str, failed: Failed) -> None:
        """Notes a password."""
        self.asked.append(("unlock", password))
        self.failed = failed

    def enrol(
        self, server: str, username: str, password: str, invitation: str, failed: Failed
    ) -> None:
        """Notes a first sign-in."""
        self.asked.append(("enrol", server, username, password, invitation))
        self.failed = failed

    def open_training(self) -> None:
        """Notes that the training was asked for."""
        self.asked.append(("training",))

    def rescue(self, password: str, rescued: Saved, failed: Failed) -> None:
        """Notes a rescue."""
        self.asked.append(("rescue", password))
        self.rescued, self.failed = rescued, failed

    def change_language(self, language: str) -> None:
        """Puts a language in force."""
        apply(self.app, language=language)

    def change_light(self, light: str) -> None:
        """Puts a theme in force."""
        apply(self.app, light == "dark", language="vi")

    def fail(self, error: FieldappError) -> None:
        """Answers the last job."""
        assert self.failed is not None
        self.failed(error)


@pytest.fixture
def program(light: QApplication, tmp_path: Path) -> Program:
    """A program whose profile folder holds Lan's card."""
    (tmp_path / "profile.json").write_text(json.dumps(CARD), "utf-8")
    return Program(tmp_path, light)


def shown(qtbot: QtBot, program: Program) -> SignInWindow:
    """The window, shown."""
    window = SignInWindow(program)
    qtbot.addWidget(window)
    window.show()
    program.window = window
    return window


def test_the_password_is_asked_for_by_name_and_enter_opens(qtbot: QtBot, program: Program) -> None:
    window = shown(qtbot, program)
    form = window.form
    assert isinstance(form, UnlockForm)
    edit = form.inputs["password"].edit
    assert edit.window().focusWidget() is edit
    assert edit.echoMode() == QLineEdit.EchoMode.Password
    edit.insert(" mưa rồi ")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert program.asked == [("unlock", " mưa rồi ")]
    assert not form.primary.isEnabled()
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert len(program.asked) == 1


def test_a_wrong_password_is_said_below_it_and_it_can_be_typed_again(
    qtbot: QtBot, program: Program
) -> None:
    form = shown(qtbot, program).form
    assert form is not None
    form.inputs["password"].edit.insert("sai")
    form.submitted.emit()
    program.fail(UserMends("store.wrong_password"))
    field = form.inputs["password"]
    assert field.message() == "Mật khẩu chưa đúng. Dữ liệu vẫn nguyên. Gõ lại, xem phím Caps Lock"
    assert field.edit.window().focusWidget() is field.edit
    assert form.primary.isEnabled()
    field.edit.insert("s")
    assert field.message() == ""


def test_a_folder_in_use_is_said_above_the_form(qtbot: QtBot, program: Program) -> None:
    form = shown(qtbot, program).form
    assert form is not None
    form.inputs["password"].edit.insert("x")
    form.submitted.emit()
    program.fail(SurroundingsMend("store.in_use", path="x"))
    assert form.banner.isVisible()
    assert form.banner.title.text() == "Chương trình đang mở ở một cửa sổ khác"
    assert form.inputs["password"].message() == ""


def test_a_rescue_is_offered_for_damaged_data_and_not_for_a_damaged_key(
    qtbot: QtBot, program: Program
) -> None:
    form = shown(qtbot, program).form
    assert isinstance(form, UnlockForm)
    form.inputs["password"].edit.insert("x")
    for error, offered in (
        (SurroundingsMend("store.damaged", path="key.json"), False),
        (SurroundingsMend("store.damaged", path="field.db"), True),
        (UserMends("store.wrong_password"), False),
        (SurroundingsMend("store.damaged"), True),
    ):
        form.submitted.emit()
        program.fail(error)
        assert form.rescue.isVisible() is offered
    form.rescue.click()
    assert program.asked[-1] == ("rescue", "x")
    assert not form.rescue.isEnabled() and not form.primary.isEnabled()
    program.fail(SurroundingsMend("store.disk_full"))
    assert form.banner.isVisible() and form.primary.isEnabled()


def test_an_empty_password_asks_nobody(qtbot: QtBot, program: Program) -> None:
    form = shown(qtbot, program).form
    assert form is not None
    form.submitted.emit()
    assert form.inputs["password"].has_error()
    assert program.asked == []


def test_a_first_sign_in_walks_through_its_inputs_with_enter(
    qtbot: QtBot, light: QApplication, tmp_path: Path
) -> None:
    program = Program(tmp_path / "empty", light)
    form = shown(qtbot, program).form
    assert isinstance(form, FirstForm)
    assert form.inputs["machine"].text()
    typed = {"server": "sync.test/", "invitation": "X7", "username": "lan", "password": "mưa"}
    for name, text in typed.items():
        edit = form.inputs[name].edit
        assert edit.window().focusWidget() is edit
        edit.insert(text)
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert program.asked == [("enrol", "https://sync.test", "lan", "mưa", "X7")]


def test_a_used_invitation_is_said_below_it(
    qtbot: QtBot, light: QApplication, tmp_path: Path
) -> None:
    program = Program(tmp_path / "empty", light)
    form = shown(qtbot, program).form
    assert form is not None
    form.fill({"server": "a", "invitation": "b", "username": "c", "password": "d"})
    form.submitted.emit()
    program.fail(UserMends("server.invitation_invalid"))
    assert form.inputs["invitation"].has_error()
    form.submitted.emit()
    program.fail(SurroundingsMend("sync.no_network"))
    assert form.banner.text.text().startswith("Trên máy chưa có gì được ghi")


def test_what_is_missing_is_said_where_it_is_missing(
    qtbot: QtBot, light: QApplication, tmp_path: Path
) -> None:
    program = Program(tmp_path / "empty", light)
    form = shown(qtbot, program).form
    assert form is not None
    form.fill({"server": "a", "username": "c", "password": "d"})
    form.submitted.emit()
    assert form.inputs["invitation"].message() == "Còn thiếu mã mời"
    assert program.asked == []


def test_another_language_keeps_what_is_typed(qtbot: QtBot, program: Program) -> None:
    window = shown(qtbot, program)
    assert window.form is not None
    window.form.inputs["password"].edit.insert("mưa")
    window.language.click()
    assert window.form.inputs["password"].text() == "mưa"
    assert window.form.primary.text() == "Open"
    window.language.click()
    assert window.form.primary.text() == "Mở"


def test_a_damaged_card_opens_nothing_and_overwrites_nothing(
    qtbot: QtBot, program: Program
) -> None:
    (program.folder / "profile.json").write_text("{", "utf-8")
    window = shown(qtbot, program)
    assert window.form is None
    assert look_into(program.folder).page == "damaged"


def test_the_training_needs_no_profile_and_opens_beside(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    window = shown(qtbot, program)
    window.training.click()
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert program.asked[0] == ("training",) and window.isVisible()
    (tmp_path / "profile.json").write_text(json.dumps(CARD | {"training": True}), "utf-8")
    assert look_into(tmp_path).page == "training"
    window = shown(qtbot, program)
    assert window.form is None


def test_an_address_is_https_unless_something_else_is_written() -> None:
    assert EnrolForm(server="sync.test").address == "https://sync.test"
    assert EnrolForm(server="http://10.0.0.5:8000/").address == "http://10.0.0.5:8000"


def test_the_first_window_imports_neither_store_nor_network() -> None:
    code = (
        "import sys, ui.sign_in\n"
        "heavy = {'sqlmodel', 'sqlalchemy', 'pydantic', 'requests', 'cryptography', 'argon2'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "[]"

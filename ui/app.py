"""The program with a window, from its start to its exit code."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ui.program import Program
from ui.single_instance import call_first
from ui.surroundings import Surroundings, usual_surroundings
from ui.theme.theme import FUSION

PASSWORD_VARIABLE = "FIELDAPP_PASSWORD"


def run_app(
    profile: Path,
    language: str | None = None,
    *,
    password: str | None = None,
    surroundings: Surroundings | None = None,
) -> int:
    """Opens the window of a profile and runs until it is closed; returns the exit code.

    A window that has this profile already comes to the front instead. Without a language it is the
    one that was chosen in the window. With a password (or FIELDAPP_PASSWORD in the environment)
    nobody is asked for it.
    """
    app = make_application()
    if call_first(profile):
        return 0
    program = Program(app, profile, surroundings or usual_surroundings(), language)
    return run_program(program, password or os.environ.get(PASSWORD_VARIABLE))


def run_program(program: Program, password: str | None = None) -> int:
    """Starts a program and runs until its window is closed; returns the exit code."""
    program.start(password)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it at once: saved is saved
    code = program.app.exec()
    program.stop()
    return code


def make_application() -> QApplication:
    """The Qt application of this process, made once."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    app.setProperty(FUSION, True)
    app.setApplicationName("fieldapp")
    app.setDesktopFileName("fieldapp")
    app.setQuitOnLastWindowClosed(True)
    return app

"""The window's tests run without a screen unless somebody chooses one."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.team_fixtures import lan, phuc, team
from tests.ui.doubles import Elsewhere
from ui.theme import apply

__all__ = ["lan", "phuc", "team"]


@pytest.fixture
def light(qapp: QApplication) -> QApplication:
    """The application in the light theme, in Vietnamese."""
    apply(qapp, dark=False, language="vi")
    return qapp


@pytest.fixture
def dark(qapp: QApplication) -> QApplication:
    """The application in the dark theme, in Vietnamese."""
    apply(qapp, dark=True, language="vi")
    return qapp


@pytest.fixture
def window() -> Elsewhere:
    """A window that notes where a place sends it, and what it is told."""
    return Elsewhere()

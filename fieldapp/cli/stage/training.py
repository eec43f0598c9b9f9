"""`fieldapp training`: the training that belongs to a profile, in a window of its own."""

from __future__ import annotations

from fieldapp.cli.session import Session
from fieldapp.cli.stage.training_stage import Practice


def run_training(session: Session) -> int:
    """Opens it and runs until it is closed; the exit code. Needs no server and no password."""
    from ui.training.program import run_training_window

    return run_training_window(Practice(session.folder), session.common.asked_language)

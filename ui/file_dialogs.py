"""Asking where a file goes: a name typed without an ending gets the one that was proposed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where_to_save(over: QWidget, title: str, proposed: Path, kinds: str) -> Path | None:
    """The file that a person chose for saving, or None for who changed their mind.

    Args:
        kinds: the dialog's filter, such as "PDF (*.pdf)".
    """
    chosen, _ = QFileDialog.getSaveFileName(over, title, str(proposed), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(proposed.suffix)

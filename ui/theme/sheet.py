"""The style sheet: Qt's buttons, inputs, scroll bars and menus by their class, nothing else."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from ui.theme.tokens import Tokens

_SHEET = Template("""
QPushButton {
    min-height: 22px; padding: 5px 16px; border-radius: 6px;
    border: 1px solid $line2; background: $surface; color: $ink; font-weight: 500;
}
QPushButton:hover { background: $sunken; }
QPushButton:pressed { background: $fill; }
QPushButton:disabled { background: $fill; border-color: $fill; color: $ink3; }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {
    border: 1px solid $edge; border-radius: 6px; background: $surface; color: $ink;
    placeholder-text-color: $ink3; selection-background-color: $button; selection-color: $on_button;
}
QLineEdit, QComboBox, QSpinBox { min-height: 32px; padding: 0 10px; }
QPlainTextEdit { padding: 4px 7px; }
QLineEdit[state="error"], QPlainTextEdit[state="error"] { border-color: $brick; }
QLineEdit[state="warning"], QPlainTextEdit[state="warning"] { border-color: $ochre; }
QLineEdit[bare="true"], QPlainTextEdit[bare="true"] {
    border: none; padding: 0; min-height: 0; background: transparent;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled {
    background: $fill; border-color: $fill; color: $ink3;
}
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView {
    border: 1px solid $line2; background: $surface; color: $ink; outline: none;
    selection-background-color: $soft; selection-color: $accent;
}
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: 2px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu {
    background: $surface; border: 1px solid $line2; border-radius: 8px; padding: 4px; color: $ink;
}
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $soft; color: $accent; }
QMenu::item:disabled { color: $ink3; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolTip { background: $toast; color: $on_toast; border: none; padding: 4px 8px; }
""")


def sheet(chosen: Tokens) -> str:
    """The style sheet of a theme."""
    return _SHEET.substitute(asdict(chosen))

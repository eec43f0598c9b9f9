"""Put a theme in force: style, palette, style sheet, fonts, focus ring, Qt's own words."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.theme import fonts
from ui.theme.current import put_in_force
from ui.theme.focus import FocusRing
from ui.theme.qt_words import install as install_qt_words
from ui.theme.sheet import sheet
from ui.theme.tokens import Tokens, choose

RING = "focusRing"
FUSION = "fusion"
"""The property of an application that was begun in the style: asking for it takes the kit 20 ms."""


def apply(
    app: QApplication, dark: bool = False, *, training: bool = False, language: str = "vi"
) -> None:
    """Put a theme and a language in force. May be called again at any time: everything that is
    open repaints in the new colours; texts already set keep their language until they are set
    again."""
    chosen = choose(dark=dark, training=training)
    fonts.load()
    put_in_force(chosen, dark=dark, training=training, language=language)
    if app.styleSheet() == "" and app.property(FUSION) is None:
        app.setStyle(QStyleFactory.create("Fusion"))
    if app.styleSheet() != sheet(chosen):  # another language alone repolishes no widget
        app.setFont(fonts.font("body"))
        app.setPalette(palette(chosen))
        app.setStyleSheet(sheet(chosen))
    QLocale.setDefault(QLocale("vi_VN" if language == "vi" else "en_GB"))
    install_qt_words(app, language)
    if app.property(RING) is None:
        app.setProperty(RING, FocusRing(app))


def palette(chosen: Tokens) -> QPalette:
    """The palette of a theme: what Qt's own widgets and dialogs are drawn with."""
    role = QPalette.ColorRole
    made = QPalette()
    for which, value in (
        (role.Window, chosen.surface),
        (role.WindowText, chosen.ink),
        (role.Base, chosen.surface),
        (role.AlternateBase, chosen.sunken),
        (role.Text, chosen.ink),
        (role.PlaceholderText, chosen.ink3),
        (role.Button, chosen.surface),
        (role.ButtonText, chosen.ink),
        (role.Highlight, chosen.button),
        (role.HighlightedText, chosen.on_button),
        (role.Accent, chosen.button),
        (role.Link, chosen.accent),
        (role.LinkVisited, chosen.accent),
        (role.ToolTipBase, chosen.toast),
        (role.ToolTipText, chosen.on_toast),
        (role.Light, chosen.surface),
        (role.Midlight, chosen.fill),
        (role.Mid, chosen.line2),
        (role.Dark, chosen.edge),
        (role.Shadow, chosen.line2),
        (role.BrightText, chosen.brick),
    ):
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(chosen.ink3))
    made.setColor(QPalette.ColorGroup.Disabled, role.Base, QColor(chosen.fill))
    made.setColor(QPalette.ColorGroup.Disabled, role.Button, QColor(chosen.fill))
    return made

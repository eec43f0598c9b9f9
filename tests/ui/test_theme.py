"""The theme: contrast, one home for colours, fonts, icons, Qt's own words, a cheap start."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QColor, QFontInfo, QImage, QPageSize, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.words import Words
from ui.theme import apply, current, fonts, icons
from ui.theme.qt_words import SOURCES
from ui.theme.tokens import DARK, LIGHT, TYPE, Tokens, choose
from ui.widgets import Button, Label

ROOT = Path(__file__).parents[2]
GROUNDS = ("surface", "sunken", "paper", "select", "soft")
TEXTS = ("ink", "ink2", "ink3", "accent")
TONES = ("jade", "ochre", "brick", "plum", "teal")
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((tone, "surface") for tone in TONES),
    *((tone, f"{tone}_soft") for tone in TONES),
    *((tone, "select") for tone in TONES[:4]),
    ("ink2", "fill"),
    ("ink3", "fill"),
    ("on_button", "button"),
    ("on_toast", "toast"),
    ("toast_action", "toast"),
    ("on_card", "card"),
    ("card_ink2", "card"),
    ("surface", "jade"),
]


def luminance(value: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "theme",
    [LIGHT, DARK, choose(training=True), choose(dark=True, training=True)],
    ids=["light", "dark", "light training", "dark training"],
)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_is_readable_on_every_ground_where_it_may_stand(
    theme: Tokens, text: str, ground: str
) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["edge", "focus"])
def test_edges_of_controls_and_the_focus_ring_can_be_seen(theme: Tokens, edge: str) -> None:
    for ground in ("surface", "sunken", "paper"):
        assert contrast(getattr(theme, edge), getattr(theme, ground)) >= 3


def test_no_module_but_the_tokens_names_a_colour_value() -> None:
    value = re.compile(r"""["']#[0-9A-Fa-f]{3,8}["']|#[0-9A-Fa-f]{6}\b""")
    guilty = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "ui").rglob("*.py"))
        if path.name != "tokens.py" and value.search(path.read_text("utf-8"))
    ]
    assert guilty == []


def test_the_three_weights_of_the_family_are_loaded(light: QApplication) -> None:
    for weight in (400, 500, 600):
        info = QFontInfo(fonts.font("body", weight))  # type: ignore[arg-type]  # one of its weights
        assert (info.family(), info.weight()) == (fonts.FAMILY, weight)


def test_every_icon_of_places_and_states_exists_also_filled(light: QApplication) -> None:
    for name in (*icons.PLACES.values(), *icons.STATES.values()):
        assert icons.knows(name)
        assert icons.knows(f"{name}-fill")


def test_figures_of_equal_length_are_equally_wide_in_columns(light: QApplication) -> None:
    assert fonts.text_width("111.111") != fonts.text_width("888.888")
    assert fonts.tabular_width("111.111") == fonts.tabular_width("888.888")


@pytest.mark.parametrize("role", list(TYPE))
def test_capitals_with_two_marks_fit_into_the_line_of_their_role(
    light: QApplication, qtbot: QtBot, role: str
) -> None:
    label = Label("ẴỆỠẬ", role=role)
    qtbot.addWidget(label)
    image = label.grab().toImage()
    roomy = Label("ẴỆỠẬ", role=role)
    qtbot.addWidget(roomy)
    roomy.setContentsMargins(0, 20, 0, 20)
    roomy.resize(image.width(), image.height() + 40)
    whole = roomy.grab().toImage()
    assert inked(image) == inked(whole)


def inked(image: QImage) -> int:
    """How many pixels are not ground."""
    ground = image.pixelColor(image.width() - 1, image.height() - 1)
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(1 for x, y in points if image.pixelColor(x, y) != ground)


def test_a_line_without_tall_capitals_keeps_its_height(light: QApplication, qtbot: QtBot) -> None:
    label = Label("Nguyễn Thị Bích Hằng", role="heading")
    qtbot.addWidget(label)
    assert label.sizeHint().height() == TYPE["heading"].line


def test_an_icon_takes_the_colour_of_its_token(light: QApplication) -> None:
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    with QPainter(image) as painter:
        icons.draw_icon(painter, "square-fill", image.rect(), "brick")
    assert image.pixelColor(16, 16).name().upper() == LIGHT.brick


def test_standard_buttons_speak_vietnamese(light: QApplication, qtbot: QtBot) -> None:
    kinds = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(kinds.Save | kinds.Cancel | kinds.Yes | kinds.No)
    qtbot.addWidget(box)
    words = Words("vi")
    found = {button.text().replace("&", "") for button in box.buttons()}
    assert found == {words.say(f"shell.qt_{name}") for name in ("save", "cancel", "yes", "no")}


def test_the_menu_of_an_input_speaks_vietnamese(light: QApplication, qtbot: QtBot) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    menu = edit.createStandardContextMenu()
    texts = {a.text().split("\t")[0].replace("&", "") for a in menu.actions() if a.text()}
    words = Words("vi")
    expected = {"undo", "redo", "cut", "copy", "paste", "delete", "select_all"}
    assert texts == {words.say(f"shell.qt_{name}") for name in expected}


def test_standard_buttons_speak_english_again_when_asked(qapp: QApplication, qtbot: QtBot) -> None:
    apply(qapp, language="en")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.buttons()[0].text().replace("&", "") == "Cancel"
    assert current.say("shell.sync") == "Sync"


def test_every_text_of_qt_has_words_in_both_languages() -> None:
    for language in ("vi", "en"):
        words = Words(language)
        assert all(words.knows(f"shell.qt_{name}") for name in SOURCES)


def test_a_text_of_qt_that_has_no_words_of_ours_stays_and_paper_has_a_size(
    qapp: QApplication,
) -> None:
    apply(qapp, language="vi")
    assert QCoreApplication.translate("QPlatformTheme", "&Cancel") == "Thôi"
    assert QCoreApplication.translate("QPageSize", "A4") == "A4"
    assert QPageSize(QPageSize.PageSizeId.A4).isValid()


def test_the_theme_changes_while_a_window_is_open(qapp: QApplication, qtbot: QtBot) -> None:
    apply(qapp, dark=False)
    label = Label("Trên máy", token="ink")
    button = Button("Ghi danh", kind="primary")
    for widget in (label, button):
        qtbot.addWidget(widget)
    before = button.grab().toImage().pixelColor(10, 19).name().upper()
    apply(qapp, dark=True)
    after = button.grab().toImage().pixelColor(10, 19).name().upper()
    assert (before, after) == (LIGHT.button, DARK.button)
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.surface)


def test_placeholders_have_the_colour_of_hints(light: QApplication) -> None:
    assert qcolour(light, QPalette.ColorRole.PlaceholderText) == LIGHT.ink3


def qcolour(app: QApplication, role: QPalette.ColorRole) -> str:
    """A colour of the palette as tokens write it."""
    return app.palette().color(role).name().upper()


def test_the_focus_ring_does_not_move_the_control(light: QApplication, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QVBoxLayout

    window = QWidget()
    column = QVBoxLayout(window)
    first, second = Button("Hẹn lại"), Button("Từ chối")
    column.addWidget(first)
    column.addWidget(second)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus()
    before = second.geometry()
    second.setFocus()
    around = second.geometry().adjusted(-3, -3, 3, 3)
    qtbot.waitUntil(lambda: [r.geometry() for r in rings_of(window)] == [around])
    (ring,) = rings_of(window)
    assert ring.isVisible()
    assert second.geometry() == before
    second.hide()
    assert ring.geometry() != second.geometry().adjusted(-3, -3, 3, 3) or not ring.isVisible()


def test_the_window_starts_without_the_store_and_the_wire() -> None:
    code = (
        "import sys, ui.theme, ui.widgets, ui.shell;"
        "heavy = {'sqlmodel', 'sqlalchemy', 'requests', 'alembic', 'qtawesome', 'reportlab'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_one_ring_is_left_after_the_focus_went_through_two_windows(
    light: QApplication, qtbot: QtBot
) -> None:
    def window() -> tuple[QWidget, Button, Button]:
        made = QWidget()
        row = QHBoxLayout(made)
        buttons = (Button("Một", parent=made), Button("Hai", parent=made))
        for button in buttons:
            row.addWidget(button)
        qtbot.addWidget(made)
        made.show()
        return made, *buttons

    (first, one, _), (second, three, four) = window(), window()
    for button in (one, three, four):
        with qtbot.waitActive(button.window()):
            button.window().activateWindow()
        button.setFocus()
        qtbot.waitUntil(lambda b=button: bool(rings_of(b.window())))
        light.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    three.setFocus()

    around = three.geometry().adjusted(-3, -3, 3, 3)
    qtbot.waitUntil(lambda: around in [ring.geometry() for ring in rings_of(second)])
    assert [ring.isVisible() for ring in (*rings_of(first), *rings_of(second))] == [True]


def rings_of(window: QWidget) -> list[QWidget]:
    """The focus rings that a window holds."""
    return window.findChildren(QWidget, "focusRing")


def test_a_window_may_go_while_it_holds_the_focus() -> None:
    code = """if True:
        import gc, os
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
        from ui.theme import apply
        from ui.widgets import Button
        app = QApplication([])
        apply(app)
        for _ in range(5):
            window = QWidget()
            QVBoxLayout(window).addWidget(button := Button("Lưu"))
            window.show()
            window.activateWindow()
            app.processEvents()
            button.setFocus()
            app.processEvents()
            del window, button
            gc.collect()
            app.processEvents()
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()

"""The right band for papers: one that is being added with its preview, and one that was opened."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.places.households.form_bands import FormBand
from ui.places.households.form_state import Checked
from ui.places.households.inputs import LabeledCombo
from ui.places.households.papers_state import PaperShown, kind_choices
from ui.say import Teller
from ui.widgets import Button, Label, LabeledInput, ProgressPanel
from ui.widgets.over_window import OverWindow

PREVIEW_HIGH = 230
LONGEST = 2_000
"""Pixels to which a picture is unpacked at most, whoever sent it."""


def read_picture(content: bytes) -> QImage:
    """A picture to show; an empty one where it is none (a PDF). Thread: any."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LONGEST:
        reader.setScaledSize(size.scaled(LONGEST, LONGEST, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def fitted(image: QImage, room: QSize, on: QWidget) -> QPixmap:
    """A picture drawn for a room, sharp on the screen of a widget."""
    ratio, mode = on.devicePixelRatioF(), Qt.TransformationMode.SmoothTransformation
    drawn = QPixmap.fromImage(image.scaled(room * ratio, Qt.AspectRatioMode.KeepAspectRatio, mode))
    drawn.setDevicePixelRatio(ratio)
    return drawn


class Preview(QLabel):
    """A picture as wide as there is room, and at most `high` (0: as high as there is room).
    `opened` goes out at a click."""

    opened = Signal()

    def __init__(self, name: str, high: int = PREVIEW_HIGH) -> None:
        super().__init__()
        self._high = high
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.image = QImage()

    def show_image(self, image: QImage) -> None:
        """Show another picture; an empty one hides it."""
        self.image = image
        self.setVisible(not image.isNull())
        self.fit()

    def fit(self) -> None:
        """Draw it for the room that there is."""
        if self.image.isNull():
            self.clear()
            return
        drawn = fitted(self.image, QSize(max(self.width(), 120), self._high or self.height()), self)
        self.setPixmap(drawn)
        if self._high:
            self.setFixedHeight(round(drawn.height() / drawn.devicePixelRatio()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()


class NewPaperBand(FormBand):
    """A scan that was chosen: what it is, of whom."""

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        super().__init__(teller, say("papers.add_title"), say("papers.add_save"))
        self.preview = Preview(say("papers.preview"))
        self.size_text = Label(role="small", token="ink2", wrap=True)
        self.body.addWidget(self.preview)
        self.body.addWidget(self.size_text)
        self.kind = LabeledCombo(say("papers.kind"), kind_choices(teller))
        self.person = LabeledCombo(say("papers.person"), [])
        self.named = LabeledInput(say("papers.named"), placeholder=say("papers.named_hint"))
        self.add("kind", kind=self.kind)
        self.add("person", person=self.person)
        self.add("named", named=self.named)

    def show_scan(self, image: QImage, size: str, people: list[tuple[str, str]]) -> None:
        """Show another scan."""
        self.preview.show_image(image)
        self.size_text.setText(size)
        self.person.set_choices([("", self.teller.say("papers.whole_household")), *people])
        self.fill({"kind": "id_card", "person": "", "named": ""})
        self.show_checked(Checked({}, {}, True, ""))


class PaperBand(FormBand):
    """A paper that was opened. The primary button shows it large; `removed` and `wanted_file` go
    out from the other two, `stopped` from the way out of a fetch."""

    removed = Signal()
    wanted_file = Signal()
    stopped = Signal()

    def __init__(self, teller: Teller) -> None:
        say = teller.say
        super().__init__(teller, say("papers.title"), say("papers.look"))
        self.what = Label(role="row", wrap=True)
        self.about = Label(role="small", token="ink2", wrap=True)
        self.preview = Preview(say("papers.preview"))
        self.trouble = Label(token="ochre", role="small", wrap=True)
        self.progress = ProgressPanel(say("papers.fetching"))
        self.progress.cancelled.connect(self.stopped)
        self.to_file = Button(say("papers.to_file"), kind="link", height=28)
        self.remove = Button(say("papers.remove"), kind="link", height=28)
        self.to_file.clicked.connect(self.wanted_file)
        self.remove.clicked.connect(self.removed)
        self.preview.opened.connect(self.saved)
        for widget in (
            *(self.what, self.about, self.preview, self.progress),
            *(self.trouble, self.to_file, self.remove),
        ):
            self.body.addWidget(widget)
        self.missing.hide()

    def show_paper(self, shown: PaperShown) -> None:
        """Show another paper, whose scan is still to come."""
        self.what.setText(shown.title)
        self.about.setText(f"{shown.about}. {shown.size}")
        self.say_trouble(shown.trouble)
        self.remove.setVisible(shown.can_remove)
        self.progress.hide()
        self.preview.show_image(QImage())
        self._offer(fetched=False)

    def show_scan(self, image: QImage) -> None:
        """The scan is here; a PDF has nothing to show."""
        self.progress.hide()
        self.preview.show_image(image)
        self._offer(fetched=True)

    def show_fetching(self, done: int, of: int) -> None:
        """It is on its way."""
        self.progress.cancel.setEnabled(True)
        self.progress.show()
        said = self.teller.say("papers.fetched_of", done=done, of=of) if of else ""
        self.progress.set_progress(done, of, said)

    def say_trouble(self, text: str) -> None:
        """What is wrong, or what is still to happen."""
        self.progress.hide()
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))

    def _offer(self, *, fetched: bool) -> None:
        self.to_file.setVisible(fetched)
        self.save.setEnabled(not self.preview.image.isNull())

    def begin(self, first: str) -> None:
        """Put the focus on the picture, or on the way out."""
        (self.save if self.save.isEnabled() else self.close_button).setFocus()


class LargePicture(OverWindow):
    """A picture over the whole window, until Esc or a click."""

    def __init__(self, window: QWidget, name: str, image: QImage) -> None:
        super().__init__(window, name, widest=LONGEST)
        self.picture = Preview(name, high=0)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.picture.show_image(image)
        self.picture.opened.connect(self.close_over)
        self.column.addWidget(self.picture, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whoever has looked goes back with the keys that one expects."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_over()

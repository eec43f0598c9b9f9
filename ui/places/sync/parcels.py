"""The outbox on a stick: written here, handed in for a colleague, the reply taken in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from fieldapp.store.store import Store
from fieldapp.words import Words
from sync.client.parcels import Taken, Written, take_reply, write_parcel
from sync.parcels import REPLY_SUFFIX, SUFFIX, kind_of, read_file
from ui.places.ports import Navigator, Tasks
from ui.widgets import Button, Label


class CarryPort(Protocol):
    """The way to the server, for what a colleague wrote."""

    def carry(self, path: Path) -> Path:
        """Hands a parcel in and gives back where the reply lies. Not on the GUI thread."""
        ...


class ParcelCard(QWidget):
    """Two deeds and what was last written."""

    write_asked, open_asked = Signal(), Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        say = words.say
        self.write = Button(say("parcel.write"), key="Ctrl+Shift+U", height=34)
        self.write.setToolTip(say("parcel.write_tip"))
        self.write.clicked.connect(self.write_asked)
        self.open = Button(say("parcel.open"), key="Ctrl+Shift+O", height=34)
        self.open.setToolTip(say("parcel.open_tip"))
        self.open.clicked.connect(self.open_asked)
        self.last = Label(role="small", token="ink2", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.write)
        column.addWidget(self.open)
        column.addWidget(self.last)

    def show_state(self, *, unsent: int, last: str) -> None:
        """Nothing unsent: nothing to write; `last` says what lies on a stick and still waits."""
        self.write.setEnabled(unsent > 0)
        self.last.setText(last)
        self.last.setVisible(bool(last))


@dataclass
class ParcelDesk:
    """What the two deeds do. `choose_folder` and `choose_file` ask; a test answers itself."""

    store: Store
    words: Words
    tasks: Tasks
    go: Navigator
    port: CarryPort
    over: QWidget
    done: Callable[[], None]

    def __post_init__(self) -> None:
        self.choose_folder: Callable[[], Path | None] = self._ask_folder
        self.choose_file: Callable[[], Path | None] = self._ask_file

    def write(self) -> None:
        """Writes everything unsent into the folder that is chosen."""
        folder = self.choose_folder()
        if folder is not None:
            store = self.store
            self.tasks.write(lambda: write_parcel(store, folder), self._wrote, self.go.banner)

    def open(self) -> None:
        """Takes the chosen file: a reply into this laptop, a parcel to the server."""
        path = self.choose_file()
        if path is None:
            return
        store, port = self.store, self.port

        def job() -> Taken | Path:
            if kind_of(read_file(path)) == "parcel":
                return port.carry(path)
            return take_reply(store, path)

        self.tasks.read(job, self._took, self.go.banner)

    def _wrote(self, written: Written) -> None:
        names = ", ".join(path.name for path in written.files)
        self.go.toast(self.words.say("parcel.written", n=written.changesets, files=names))
        self.done()

    def _took(self, came: Taken | Path) -> None:
        if isinstance(came, Path):
            said = self.words.say("parcel.carried", path=came)
        else:
            said = self.words.say("parcel.taken", counted=came.counted, named=came.named)
        self.go.toast(said)
        self.done()

    def _ask_folder(self) -> Path | None:
        title = self.words.say("parcel.choose_folder")
        chosen = QFileDialog.getExistingDirectory(self.over, title)
        return Path(chosen) if chosen else None

    def _ask_file(self) -> Path | None:
        say = self.words.say
        kinds = f"{say('parcel.kinds')} (*{SUFFIX} *{REPLY_SUFFIX})"
        chosen, _ = QFileDialog.getOpenFileName(self.over, say("parcel.choose_file"), "", kinds)
        return Path(chosen) if chosen else None

"""Papers of the household that is open: adding a scan, opening one, taking one away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from fieldapp.errors import FieldappError
from fieldapp.rules.attachments import PDF
from fieldapp.usecases.households import papers, scans
from ui.file_dialogs import ask_where_to_save
from ui.places.households.form_bands import FormBand
from ui.places.households.page_port import FormsPage, Made
from ui.places.households.papers_band import LargePicture, NewPaperBand, PaperBand, read_picture
from ui.places.households.papers_state import paper_shown, size_text, title_of
from ui.places.ports import Asked, Cancelled, Progress

if TYPE_CHECKING:
    from fieldapp.usecases.households.household import HouseholdPage
    from fieldapp.usecases.households.papers import PaperRow
    from fieldapp.usecases.households.scans import Scan

PICTURES = "*.jpg *.jpeg *.png *.pdf"


class PapersPort(Protocol):
    """What the page needs of the sync."""

    def fetch_paper(self, ward: str, paper: str, progress: Progress, cancelled: Cancelled) -> bytes:
        """Speaks to the server; not on the GUI thread."""
        ...


@dataclass(frozen=True)
class _Chosen:
    """A scan that was looked at, and the page that it was chosen on."""

    scan: Scan
    page: HouseholdPage


class PapersDesk(QObject):
    """Opens the bands of papers, and does what is asked there."""

    def __init__(self, on: FormsPage, port: PapersPort | None) -> None:
        super().__init__()
        self._on, self._port = on, port
        self._chosen: _Chosen | None = None
        self._opened: PaperRow | None = None
        self._asked = Asked()
        self._stop: Callable[[], None] | None = None
        on.view.form_made.connect(self._connect)

    def _connect(self, band: FormBand) -> None:
        if isinstance(band, NewPaperBand):
            band.left.connect(self.close)
            band.saved.connect(self._keep)
        if isinstance(band, PaperBand):
            band.left.connect(self.close)
            band.saved.connect(self._look)
            band.removed.connect(self._remove)
            band.wanted_file.connect(self._to_file)
            band.stopped.connect(self._stop_fetch)

    # adding

    def choose(self) -> None:
        """Asks for a file with a scan."""
        on = self._on
        kinds = f"{on.teller.say('papers.files')} ({PICTURES})"
        title = on.teller.say("papers.choose")
        chosen, _ = QFileDialog.getOpenFileName(on.view.window(), title, "", kinds)
        if chosen:
            self.take_file(Path(chosen))

    def paste(self) -> None:
        """Takes the picture, or the picture's file, that was copied."""
        content = QApplication.clipboard().mimeData()
        if content is None or not self.take(content):
            self._on.navigator.toast(self._on.teller.say("papers.nothing_copied"))

    def take(self, content: QMimeData) -> bool:
        """Takes what was dropped or copied; whether there was a scan in it."""
        paths = [url.toLocalFile() for url in content.urls() if url.isLocalFile()]
        if paths:
            self.take_file(Path(paths[0]))
            return True
        if content.hasImage():
            image = QImage(content.imageData())
            self._look_at(lambda: scans.scan_of(_as_file(image)))
            return True
        return False

    def take_file(self, path: Path) -> None:
        """Looks at a file and shows it in the form."""
        self._look_at(lambda: scans.scan_in_file(path))

    def _look_at(self, make: Callable[[], Scan]) -> None:
        page, on, mine = self._on.page, self._on, self._asked.next()
        if page is None:
            return
        on.forms.leave()

        def job() -> tuple[Scan, QImage]:
            scan = make()
            return scan, read_picture(scan.content)

        def then(looked: tuple[Scan, QImage]) -> None:
            if self._asked.is_last(mine):
                self._show_new(_Chosen(looked[0], page), looked[1])

        on.tasks.read(job, then, on.navigator.banner)

    def _show_new(self, chosen: _Chosen, image: QImage) -> None:
        self._chosen, self._opened = chosen, None
        people = [(member.person, member.name) for member in chosen.page.members]
        band, scan = self._on.view.new_paper, chosen.scan
        text = size_text(len(scan.content), pdf=scan.media == PDF)
        band.show_scan(image, text, people)
        self._on.view.show_form(band, "kind")

    def _keep(self) -> None:
        chosen, on = self._chosen, self._on
        if chosen is None:
            return
        page, said, store = chosen.page, on.view.new_paper.texts(), on.store
        text = on.teller.say("papers.added")

        def job() -> Made:
            added = papers.keep_paper(
                *(store, page.ward, page.household, chosen.scan, said["kind"]),
                person=said["person"] or None,
                title=said["named"],
            )
            return text, added.changeset

        on.write(job, on.navigator.banner, self._after_adding)

    def _after_adding(self) -> None:
        self.close()
        self._on.view.show_papers()

    # one that is there

    def open(self, paper: PaperRow) -> None:
        """Shows a paper; a scan that is not here is fetched."""
        page, on, mine = self._on.page, self._on, self._asked.next()
        if page is None:
            return
        on.forms.leave()
        self._stop_fetch()
        self._opened, self._chosen = paper, None
        band, store, ward, port = on.view.paper, on.store, page.ward, self._port
        mine_too = papers.may_remove(store, ward, paper.paper)
        band.show_paper(paper_shown(paper, on.teller, mine=mine_too))
        on.view.show_form(band, "")
        if not paper.here and port is not None:
            band.show_fetching(0, 0)

        def job(progress: Progress, cancelled: Cancelled) -> tuple[bool, QImage]:
            scan = papers.scan_of_paper(store, ward, paper.paper)
            content = scan.content if scan is not None else None
            if content is None and port is not None:
                content = port.fetch_paper(ward, paper.paper, progress, cancelled)
            return content is not None, read_picture(content or b"")

        def then(read: tuple[bool, QImage]) -> None:
            if self._asked.is_last(mine):
                self._stop = None
                self._show_read(*read)

        def failed(error: FieldappError) -> None:
            if self._asked.is_last(mine):
                self._stop = None
                told = on.teller.error(error)
                band.say_trouble(f"{told.title}. {told.text}".strip(". "))

        def progressed(done: int, of: int) -> None:
            if self._asked.is_last(mine):
                band.show_fetching(done, of)

        self._stop = on.tasks.long(job, then, failed, progressed)

    def _show_read(self, here: bool, image: QImage) -> None:
        band = self._on.view.paper
        if here:
            band.show_scan(image)
            band.begin("")
        else:
            band.say_trouble(self._on.teller.say("papers.not_here"))

    def _stop_fetch(self) -> None:
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _look(self) -> None:
        image, on = self._on.view.paper.preview.image, self._on
        if self._opened is not None and not image.isNull():
            name = title_of(self._opened, on.teller)
            LargePicture(on.view.window(), name, image).open_over()

    def _remove(self) -> None:
        paper, page, on = self._opened, self._on.page, self._on
        if paper is None or page is None:
            return
        store, ward, text = on.store, page.ward, on.teller.say("papers.removed")

        def job() -> Made:
            papers.remove_paper(store, ward, paper.paper)
            return text, None

        on.write(job, on.navigator.banner, self.close)

    def _to_file(self) -> None:
        paper, page, on = self._opened, self._on.page, self._on
        if paper is None or page is None:
            return
        name = title_of(paper, on.teller).replace("/", "-")
        ending = ".pdf" if paper.media == PDF else ".jpg"
        kinds = f"{on.teller.say('papers.files')} (*{ending})"
        title = on.teller.say("papers.to_file")
        path = ask_where_to_save(on.view.window(), title, Path(f"{name}{ending}"), kinds)
        if path is None:
            return
        store, ward, text = on.store, page.ward, on.teller.say("papers.written", file=path.name)

        def job() -> str:
            papers.save_paper(store, ward, paper.paper, path)
            return text

        on.tasks.write(job, on.navigator.toast, on.navigator.banner)

    def close(self) -> None:
        """Closes the band; a fetch under way ends."""
        self._stop_fetch()
        self._asked.next()
        if self._chosen is not None or self._opened is not None:
            self._chosen = self._opened = None
            self._on.view.show_visit()


def _as_file(image: QImage) -> bytes:
    """A copied picture as a file. Thread: a worker; the picture is a copy of its own."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 90)  # type: ignore[call-overload]  # the stubs want bytes
    return bytes(buffer.data().data())

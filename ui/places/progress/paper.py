"""The charts of Tiến độ on paper: what they show, both drawings, and the numbers behind them.

The same painting as on the screen, in the light theme's colours whatever the window has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from fieldapp.reports.files import whole_file
from fieldapp.store.store import Store
from fieldapp.usecases.noting import noted_export
from ui.file_dialogs import ask_where_to_save
from ui.places.ports import Navigator, Tasks
from ui.places.progress.chart_state import Chart, chart
from ui.places.progress.charts import paint_days, paint_total
from ui.places.progress.people import number_lines
from ui.places.progress.state import ProgressState, as_of, cards, caveats, context, devices
from ui.places.receipts.paper import SETTING, documents
from ui.say import Teller
from ui.theme.current import on_paper
from ui.widgets import Cell, Line
from ui.widgets.painting import draw_text, hline

WIDE, HIGH = 1123, 794
"""A4 across in logical pixels at 96 to the inch."""
EDGE, ROW = 44, 20
COLUMNS = (("day", 190), ("people", 120), ("late", 150), ("sum", 120), ("due", 140))


class ProgressPaper:
    """Asks where, writes there, and says what came of it. `ask` replaces the file dialog."""

    def __init__(
        self, store: Store, teller: Teller, tasks: Tasks, navigator: Navigator, *, over: QWidget
    ) -> None:
        self._store, self._teller = store, teller
        self._tasks, self._navigator, self._over = tasks, navigator, over
        self.ask: Callable[[Path], Path | None] = self._ask_by_dialog

    def save(self, state: ProgressState) -> None:
        """Saves what a state shows as PDF: whole or not at all."""
        figure, found = state.charted(), state.found
        if figure is None or found is None:
            return
        shown = chart(figure, found, state.scope(), self._teller)

        def then(folder: str | None) -> None:
            usual = Path(folder) if folder and Path(folder).is_dir() else documents()
            name = self._teller.say("progress_place.pdf_file", day=found.today.isoformat())
            path = self.ask(usual / name)
            if path is not None:
                self._write(state, paper_of(state, shown, self._teller), path)

        self._tasks.read(lambda: self._store.setting(SETTING), then)

    def _write(self, state: ProgressState, content: bytes, path: Path) -> None:
        store, found = self._store, state.found
        every = [one.stream for one in found.wards] if found else []
        wards = [state.ward] if state.ward else every
        choices = {"kind": "pdf", "figure": state.figure, "canvasser": state.canvasser}

        def job() -> Path:
            with noted_export(store, "progress", wards, choices, masked=True) as came:
                with whole_file(path) as part:
                    part.write_bytes(content)
                came.to(sha256=hashlib.sha256(content).hexdigest())
            store.remember(**{SETTING: str(path.parent)})
            return path

        def then(written: Path) -> None:
            text = self._teller.say("progress_place.pdf_saved", name=written.name)
            self._navigator.toast(text)

        self._tasks.write(job, then, self._navigator.banner)

    def _ask_by_dialog(self, usual: Path) -> Path | None:
        title = self._teller.say("progress_place.print")
        return ask_where_to_save(self._over, title, usual, "PDF (*.pdf)")


def paper_of(state: ProgressState, shown: Chart, teller: Teller) -> bytes:
    """The pages of what a state shows, as the bytes of a PDF."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    paper, across = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape
    writer.setPageLayout(QPageLayout(paper, across, QMarginsF(0, 0, 0, 0)))
    writer.setTitle(f"{teller.say('progress_place.title')}: {shown.name}")
    with on_paper(), QPainter(writer) as painter:
        painter.scale(writer.width() / WIDE, writer.width() / WIDE)
        _Pages(writer, painter, teller).draw(state, shown)
    return bytes(buffer.data().data())


class _Pages:
    """Sets the pages one after the other."""

    def __init__(self, writer: QPdfWriter, painter: QPainter, teller: Teller) -> None:
        self._writer, self._painter, self._teller = writer, painter, teller
        self._page, self._y = 1, float(EDGE)

    def draw(self, state: ProgressState, shown: Chart) -> None:
        """Head, drawings, numbers."""
        self._head(state, shown)
        self._charts(shown)
        self._numbers(number_lines(shown, self._teller))
        self._foot()

    def _text(self, text: str, *, role: str = "body", token: str = "ink", high: int = ROW) -> None:
        where = QRectF(EDGE, self._y, WIDE - 2 * EDGE, high)
        draw_text(self._painter, where, text, token, role=role)
        self._y += high

    def _head(self, state: ProgressState, shown: Chart) -> None:
        found, teller = state.found, self._teller
        if found is None:
            return
        self._text(f"{teller.say('progress_place.title')}: {shown.name}", role="title", high=30)
        self._text(context(found, teller), token="ink2")
        whose = state.ward_of(state.ward) or found
        told = (as_of(whose.current_at, teller), devices(whose.heard, teller))
        self._text(". ".join(part for part in (*told, *caveats(state, teller)) if part))
        self._y += 6
        for card in cards(state.figures(), teller):
            self._text(card.spoken)

    def _charts(self, shown: Chart) -> None:
        self._y += 14
        half = (WIDE - 2 * EDGE - 24) / 2
        for place, (part, paint) in enumerate((("total", paint_total), ("days", paint_days))):
            left = EDGE + place * (half + 24)
            title = self._teller.say(f"progress_place.chart_{part}", figure=shown.name)
            where = QRectF(left, self._y, half, ROW)
            draw_text(self._painter, where, title, "ink", weight=600)
            paint(self._painter, QRectF(left, self._y + 24, half, 250), shown, self._teller)
        self._y += 24 + 250 + 20
        if shown.late_label:
            self._text(shown.late_label, role="small", token="ochre")

    def _numbers(self, lines: Sequence[Line]) -> None:
        self._heads()
        for line in lines:
            if self._y + ROW > HIGH - EDGE:
                self._foot()
                self._writer.newPage()
                self._page, self._y = self._page + 1, float(EDGE)
                self._heads()
            self._cells(line.cells)
            hline(self._painter, EDGE, self._y - 1, sum(wide for _, wide in COLUMNS))

    def _heads(self) -> None:
        say = self._teller.say
        self._cells([Cell(say(f"progress_place.column_{key}"), weight=600) for key, _ in COLUMNS])

    def _cells(self, cells: Sequence[Cell]) -> None:
        left = float(EDGE)
        for place, (cell, (_, wide)) in enumerate(zip(cells, COLUMNS, strict=True)):
            where = QRectF(left, self._y, wide - 12, ROW)
            side = Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft
            draw_text(
                self._painter, where, cell.text, "ink", role="small", weight=cell.weight, align=side
            )
            left += wide
        self._y += ROW

    def _foot(self) -> None:
        text = self._teller.say("progress_place.pdf_page", page=self._page)
        where = QRectF(EDGE, HIGH - 30, WIDE - 2 * EDGE, 16)
        draw_text(self._painter, where, text, "ink3", role="tiny")

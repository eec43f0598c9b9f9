"""Papers of a household: added from a file, sent after the text, opened by the clerk."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.usecases.households import people
from fieldapp.usecases.households.papers import household_papers
from fieldapp.words import Words
from sync.client.attachments import send_all
from sync.client.driver import SyncDriver
from tests.support.laptops import WARD
from tests.support.scans import PDF, photo
from tests.support.team import Faulty, Laptop
from tests.ui.doubles import Elsewhere, Now
from ui.places.households.page_place import HouseholdPlace
from ui.places.households.papers_band import LargePicture
from ui.places.households.papers_state import paper_rows


@pytest.fixture
def home(lan: Laptop) -> str:
    members = [{"full_name": "Trần Thị Hằng", "relationship": "00"}]
    fields = {"house_number": "12", "street": "Lê Lợi"}
    return people.register_household(lan.store, WARD, fields, members)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "can cuoc.jpg"
    made.write_bytes(photo())
    return made


def opened(qtbot: QtBot, laptop: Laptop, home: str, *faults: str) -> HouseholdPlace:
    left = list(faults)

    def way() -> Faulty:
        return laptop.transport(fetch_piece=[left.pop(0)] if left else [])

    driver = SyncDriver(laptop.store, way, laptop.clock, Random(1))
    made = HouseholdPlace(laptop.store, Words("vi"), Now(), Elsewhere(), driver)
    made.widget.resize(1182, 684)
    qtbot.addWidget(made.widget)
    made.widget.show()
    made.open(ward=WARD, household=home)
    return made


def rows(place: HouseholdPlace) -> list[tuple[str, str]]:
    place.view.show_papers()
    found = paper_rows(place.view.papers, place.teller)
    assert place.view.rows.keys() == [row.key for row in found]
    return [(row.title, row.state) for row in found]


def test_a_scan_is_added_sent_and_opened_by_a_colleague(
    qtbot: QtBot, lan: Laptop, phuc: Laptop, home: str, file: Path
) -> None:
    mine = opened(qtbot, lan, home)
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(file))])
    mine.view.dropped.emit(dropped)
    band = mine.view.new_paper
    assert mine.view.forms.currentWidget() is band and not band.preview.image.isNull()
    band.person.set_text(mine.view.members.current_key() or band.person.combo.itemData(1))
    band.named.set_text("Mặt trước")
    qtbot.mouseClick(band.save, Qt.MouseButton.LeftButton)
    assert rows(mine) == [("Mặt trước, Trần Thị Hằng", "on_device")]

    lan.synced()
    mine.refresh()
    assert rows(mine) == [("Mặt trước, Trần Thị Hằng", "on_device")]
    send_all(lan.store, lan.transport())
    mine.refresh()
    assert rows(mine) == [("Mặt trước, Trần Thị Hằng", "sent")]

    phuc.synced()
    theirs = opened(qtbot, phuc, home, "lost")
    (paper,) = theirs.view.papers
    theirs.view.show_papers()
    theirs.view.paper_opened.emit(paper.paper)
    shown = theirs.view.paper
    assert "Chưa có mạng" in shown.trouble.text() and shown.preview.image.isNull()
    assert not shown.save.isEnabled() and shown.remove.isHidden()
    theirs.view.paper_opened.emit(paper.paper)
    assert not shown.preview.image.isNull() and shown.trouble.isHidden()
    assert household_papers(phuc.store, WARD, home)[0].here
    qtbot.mouseClick(shown.save, Qt.MouseButton.LeftButton)
    (large,) = theirs.view.window().findChildren(LargePicture)
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    assert large.isHidden()


def test_a_picture_that_was_copied_is_taken_and_removed_again(
    qtbot: QtBot, lan: Laptop, home: str
) -> None:
    place = opened(qtbot, lan, home)
    picture = QImage(300, 200, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    QApplication.clipboard().setImage(picture)
    place.view.paste_asked.emit()
    qtbot.mouseClick(place.view.new_paper.save, Qt.MouseButton.LeftButton)
    ((title, _),) = rows(place)
    assert title == "Căn cước"
    place.view.paper_opened.emit(place.view.papers[0].paper)
    qtbot.mouseClick(place.view.paper.remove, Qt.MouseButton.LeftButton)
    assert rows(place) == [] and not place.view.form_is_open()


def test_a_pdf_has_nothing_to_look_at_and_what_is_none_is_refused(
    qtbot: QtBot, lan: Laptop, home: str, tmp_path: Path
) -> None:
    place = opened(qtbot, lan, home)
    paper = tmp_path / "to khai.pdf"
    paper.write_bytes(PDF)
    place.papers.take_file(paper)
    assert place.view.new_paper.preview.isHidden()
    assert "PDF" in place.view.new_paper.size_text.text()
    paper.write_bytes(b"PK\x03\x04")
    place.papers.take_file(paper)
    window = place.navigator
    assert isinstance(window, Elsewhere)
    assert [error.code for error in window.banners] == ["papers.unknown_kind"]

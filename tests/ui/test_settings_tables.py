"""The dated tables in the settings: what counts, by whose word, what changed, what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.model import CITY
from fieldapp.rules import tables
from fieldapp.store.rows import insert_records
from fieldapp.store.store import Store
from fieldapp.words import Words
from tests.rules.table_texts import with_new_salary
from tests.ui.doubles import Elsewhere, Now
from tests.ui.test_settings_place import Program
from tests.ui.town_store import open_town
from ui.places.settings import SettingsPlace
from ui.widgets import Label, Notice
from ui.widgets.facts import Fact

NEW = with_new_salary(2_800_000, date(2027, 7, 1))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile", households=2)
    yield profile.store
    profile.close()


SECOND = "văn bản gốc; điều khoản theo báo, cổng pháp luật"


def receive(store: Store, name: str, content: str) -> None:
    """Leaves a table in the file as a sync would have, and puts it in force."""
    issued = datetime(2026, 11, 20, 2, 0, tzinfo=UTC).isoformat()
    values = {"name": name, "content": content, "note": "NĐ999/2027", "issued_at": issued}
    with store._write() as connection:
        insert_records(connection, CITY, {("dated_table", name): ("c1", values)})
    store.use_dated_tables()


@pytest.fixture
def open_page(qtbot: QtBot, light: QApplication, store: Store) -> Callable[[], SettingsPlace]:
    def open_page() -> SettingsPlace:
        place = SettingsPlace(store, Words("vi"), Now(), Elsewhere(), Program())
        qtbot.addWidget(place.widget)
        place.widget.resize(1182, 640)
        place.widget.show()
        place.open(page="tables")
        return place

    return open_page


def spoken(place: SettingsPlace) -> list[str]:
    """The lines of the table, as a screen reader says them."""
    model = place.widget.tables.table.model()
    role = int(Qt.ItemDataRole.AccessibleTextRole)
    return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]


def said(place: SettingsPlace) -> list[str]:
    """All texts of the band that are seen."""
    return [label.text() for label in place.widget.tables.detail.parts.findChildren(Label)]


def test_every_table_has_its_line_and_the_edition_stands_in_the_head(
    open_page: Callable[[], SettingsPlace],
) -> None:
    place = open_page()
    lines = spoken(place)
    assert len(lines) == len(tables.SHIPPED.names)
    assert "Mức lương cơ sở, 01/07/2026, NĐ161/2026 Điều 3.2, " + SECOND in lines
    assert any("NQ84/2025/NQ-HĐND, điều khoản chưa rõ" in line for line in lines)
    assert "Nơi khám chữa bệnh ban đầu, chưa có dòng nào" in lines
    assert tables.SHIPPED.edition in place.widget.head().context


def test_a_table_that_the_server_sent_says_what_it_changed(
    store: Store, open_page: Callable[[], SettingsPlace]
) -> None:
    receive(store, "base_salary", NEW)
    place = open_page()
    assert place.widget.tables.table.current_key() == "base_salary"
    band = said(place)
    assert "Lần cập nhật cuối đã đổi" in band
    assert "Thêm: 2.800.000\u00a0đ" in band and "Hết hạn: 2.530.000\u00a0đ" in band
    assert "từ 01/07/2027, NĐ999/2027, điều khoản chưa rõ (văn bản gốc)" in band
    found = place.widget.tables.detail.parts.findChildren(Fact)
    facts = [fact.accessibleName() for fact in found]
    assert "Theo văn bản: NĐ999/2027" in facts and "Máy chủ gửi ngày: 20/11/2026" in facts


def test_a_refused_table_stands_first_with_its_reason(
    store: Store, open_page: Callable[[], SettingsPlace]
) -> None:
    receive(
        store, "vsi_rate", tables.SHIPPED.text("vsi_rate").replace("percent = 22", "percent = 220")
    )
    place = open_page()
    assert place.widget.tables.table.current_key() == "vsi_rate"
    [notice] = place.widget.tables.detail.parts.findChildren(Notice)
    assert "không dùng" in notice.title.text()
    assert "percent = 220: phải là số từ 0 đến 100" in notice.text.text()
    assert "Lần cập nhật cuối đã đổi" not in said(place)


def test_another_table_is_shown_with_an_arrow_and_doubts_are_told(
    open_page: Callable[[], SettingsPlace], qtbot: QtBot
) -> None:
    place = open_page()
    table = place.widget.tables.table
    table.select_key("ethnic_groups")
    band = said(place)
    assert "Dân tộc" in band and any("chưa kiểm chứng" in text for text in band)
    assert "và 44 dòng nữa" in band
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert said(place)[0] != "Dân tộc"


def test_the_general_page_is_still_the_first(open_page: Callable[[], SettingsPlace]) -> None:
    place = open_page()
    place.open(page="general")
    assert place.widget.pages.current_key() == "general"
    assert place.widget.head().context == ""

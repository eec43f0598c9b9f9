"""Erasing a person by right: what goes, what stays and why, the name typed, on which machines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.model.releases import REFUSE
from fieldapp.store.rows import read_fields
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.erasing_page import erasure_rows
from fieldapp.usecases.households.papers import household_papers, keep_paper
from fieldapp.usecases.households.scans import scan_of
from fieldapp.usecases.me import name_of, staff_names
from fieldapp.words import Words
from sync.client.pruning import prune
from tests.support.laptops import WARD
from tests.support.listing import HANG, Listing, open_listing
from tests.support.scans import PDF
from tests.ui.doubles import Elsewhere, Now, on_screen
from ui.palette.state import commands_for
from ui.places.erasures.place import ErasuresPlace
from ui.places.erasures.state import is_her_name
from ui.places.held.place import HeldPlace
from ui.widgets.table import column_fits

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        opened.team.admin.grant("tri", WARD, "supervisor")
        opened.pays(opened.lan, HANG)
        opened.sync()
        yield opened


def hang(office: Listing) -> str:
    return next(m.person for m in office.page(office.tri).members if m.name == HANG)


def opened(qtbot: QtBot, office: Listing, person: str = "") -> tuple[ErasuresPlace, Elsewhere]:
    window = Elsewhere()
    place = ErasuresPlace(office.tri.store, Words("vi"), Now(), window)
    on_screen(qtbot, place.widget)
    place.open(**({"ward": WARD, "person": person} if person else {}))
    return place, window


def fates(place: ErasuresPlace) -> dict[tuple[str, str], str]:
    """By part and field, what becomes of it."""
    model, kind, found = place.widget.lines.model(), "", {}
    for number in range(model.rowCount()):
        first, field, _, fate = (model.index(number, column).data() for column in range(4))
        kind = first or kind
        found[kind, field] = fate
    return found


def test_who_met_the_server_before_the_erasure_did_is_not_told_as_done(office: Listing) -> None:
    """It waited a day on the laptop of the one who asked for it."""
    office.team.admin.grant("hien", WARD, "supervisor")
    office.sync()
    erase_person(office.tri.store, WARD, hang(office))
    clocks = (office.team.clock, *(of.clock for of in office.everybody))
    for clock in {id(one): one for one in clocks}.values():
        clock.forward(days=1)
    office.sync(office.lan, office.tri, office.hien)

    def done() -> set[str]:
        list(prune(office.hien.store))
        (row,) = erasure_rows(office.hien.store)
        return {one.person for one in row.machines if one.done}

    hien, lan = (name_of(staff_names(office.hien.store), one) for one in ("hien", "lan"))
    assert done() == {hien}
    for of in (office.hien, office.lan, office.hien):
        office.team.clock.forward(minutes=1)
        office.sync(of)
    assert done() >= {hien, lan}


def test_one_sees_what_goes_and_what_stays_types_the_name_and_it_is_gone(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    person = hang(office)
    place, window = opened(qtbot, office, person)
    told = fates(place)
    assert told["Thành viên", "Họ tên"] == told["Biên lai", "Người đóng"] == "xóa"
    assert told["Biên lai", "Số tiền"] == told["Hồ sơ tham gia", "Đã đóng"] == "giữ"
    band = place.widget.erasure_band
    assert "Luật Kế toán" in band.kept[0].text() and "không lấy lại" in band.warning.text.text()
    assert [c.title for c in place.widget.lines.columns if not column_fits(c)] == []
    assert not band.erase.isEnabled()
    qtbot.keyClicks(band.typed.edit, "Nguyen Thi Bich Hang")
    assert not band.erase.isEnabled() and HANG in band.typed.message()
    band.typed.edit.clear()
    band.typed.edit.insert(f" {HANG.lower()} ")
    qtbot.keyClick(band.typed.edit, Key.Key_Return, CTRL)
    assert window.toasts[-1][0].startswith("Đã ghi việc xóa")
    row = place.widget.rows.model()
    assert [row.index(0, column).data() for column in (1, 3)] == [
        "Người này yêu cầu",
        "trên máy, chưa đồng bộ",
    ]
    office.team.clock.forward(minutes=5)
    office.sync(office.tri, office.tri)
    place.refresh()
    assert row.index(0, 3).data() == "đã xóa ở 1/4 máy"
    office.team.clock.forward(minutes=5)
    office.sync(office.lan, office.phuc, office.hien, office.tri)
    place.refresh()
    assert row.index(0, 3).data() == "đã xóa ở 4/4 máy"
    assert {fact.value() for fact in band.machines.facts} == {"đã xóa"}
    for laptop in office.everybody:
        fields = laptop.store.read(read_fields, WARD, ("person", person))
        assert fields is not None and fields["full_name"] == ""


def test_one_that_was_refused_says_so_and_can_be_asked_for_again(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    person = hang(office)
    office.team.admin.revoke_grant("tri", WARD)
    office.team.admin.grant("tri", WARD, "clerk")  # his laptop has not heard of it
    for expected in ("máy chủ giữ lại, chờ người xử lý", "bị từ chối, chưa xóa gì"):
        if "từ chối" in expected:
            office.team.admin.release(office.team.admin.held()[0]["id"], REFUSE)
            office.team.admin.grant("tri", WARD, "supervisor")
        else:
            place, _ = opened(qtbot, office, person)
            place.erase("ordered")
            granted = office.tri.store.setting("grants")
        office.sync(office.tri)
        office.tri.store.remember(grants=granted)
        place.refresh()
        assert place.widget.rows.model().index(0, 3).data() == expected
    again, _ = opened(qtbot, office, person)
    assert again.page is not None and again.page.name == HANG


def test_the_way_leads_from_what_is_held_and_from_the_palette_and_not_for_a_clerk(
    qtbot: QtBot, light: QApplication, office: Listing
) -> None:
    window = Elsewhere()
    held = HeldPlace(office.tri.store, Words("vi"), Now(), window)
    on_screen(qtbot, held.widget)
    held.open(ward=WARD, person=hang(office))
    qtbot.keyClick(held.widget.table, Key.Key_X)
    assert window.gone == [("erasures", {"ward": WARD, "person": hang(office)})]
    assert "erasures" in [one.code for one in commands_for(("today", "progress"))]
    assert "erasures" not in [one.code for one in commands_for(("today", "inbox"))]
    clerk = ErasuresPlace(office.hien.store, Words("vi"), Now(), Elsewhere())
    on_screen(qtbot, clerk.widget)
    clerk.open(ward=WARD, person=hang(office))
    band = clerk.widget.erasure_band
    assert band.banner.title.text().startswith("Chỉ giám sát") and band.erase.isHidden()
    clerk.open()
    assert clerk.widget.middle_stack.currentWidget() is clerk.widget.none


def test_a_name_is_typed_with_its_tones() -> None:
    assert is_her_name("  trần  thị bé ", "Trần Thị Bé")
    assert not is_her_name("Tran Thi Be", "Trần Thị Bé")
    assert not is_her_name("", "")


def test_papers_of_the_whole_household_are_said_to_go_before_they_go(
    qtbot: QtBot, office: Listing
) -> None:
    lan, person = office.lan, hang(office)
    other = next(m.person for m in office.page(lan).members if m.person != person)
    for whose, title in ((None, ""), (person, ""), (other, ""), (other, f"Ủy quyền của {HANG}")):
        keep_paper(lan.store, WARD, office.home, scan_of(PDF), person=whose, title=title)
    office.sync()
    place, _ = opened(qtbot, office, person)
    told = place.widget.band.text.text()
    assert "2 giấy tờ quét chung" in told
    erase_person(office.tri.store, WARD, person)
    office.sync()
    office.sync()
    assert len(household_papers(lan.store, WARD, office.home)) == 1

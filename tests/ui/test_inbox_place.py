"""The inbox on real files: two canvassers parted, their clerk decides, and opens it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.store.store import Store
from fieldapp.usecases.households.people import edit_person
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.inbox.inbox import inbox as waiting
from fieldapp.words import Words
from tests.support.laptops import WARD
from tests.support.parted_office import LAN, PHUC, SCAN, TOLD, Office, open_office
from tests.ui.doubles import Elsewhere, Now
from ui.places.inbox import InboxPlace
from ui.places.inbox.values import NotThis, can_type, shown, typed
from ui.places.inbox.view import InboxView
from ui.say import Teller
from ui.widgets import ConflictCard

Key = Qt.Key
TODAY = date(2026, 11, 23)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as made:
        made.part()
        yield made


@dataclass
class Inbox:
    """The place with what it was given."""

    place: InboxPlace
    window: Elsewhere

    @property
    def view(self) -> InboxView:
        return self.place.widget

    def cards(self) -> list[ConflictCard]:
        return self.view.detail.cards

    def press(self, qtbot: QtBot, key: Qt.Key) -> None:
        qtbot.keyClick(self.view.list, key)


def open_inbox(qtbot: QtBot, store: Store) -> Inbox:
    window = Elsewhere()
    place = InboxPlace(store, Words("vi"), Now(), window)
    qtbot.addWidget(place.widget)
    place.widget.resize(1182, 684)
    with qtbot.waitActive(place.widget):
        place.widget.show()
        place.widget.activateWindow()
    place.open()
    place.widget.focus_first()
    return Inbox(place, window)


@pytest.fixture
def inbox(qtbot: QtBot, light: QApplication, office: Office) -> Inbox:
    return open_inbox(qtbot, office.hien.store)


def test_a_conflict_is_told_before_it_is_asked(inbox: Inbox) -> None:
    detail = inbox.view.detail
    assert inbox.view.right.currentWidget() is detail
    assert detail.heading.text().endswith("hai người ghi khác nhau")
    assert "quét QR trên thẻ" in detail.sentence.text()
    assert "nghe chủ hộ nói" in detail.sentence.text()


def test_the_side_read_from_the_card_is_suggested_and_the_one_in_force_is_marked(
    inbox: Inbox,
) -> None:
    base, first, second = inbox.cards()
    assert (base.side.value, base.side.key) == ("Trần Quốc Khoi", "0")
    assert (first.side.value, first.side.suggested, first.side.mark) == (LAN, True, "đang dùng")
    assert (second.side.value, second.side.suggested, second.side.mark) == (PHUC, False, "")
    assert first.button.kind == "primary"


def husband(office: Office) -> str:
    return office.husband(office.hien).name


@pytest.mark.parametrize(
    ("key", "name"), [(Key.Key_1, LAN), (Key.Key_2, PHUC), (Key.Key_0, "Trần Quốc Khoi")]
)
def test_one_key_decides(
    inbox: Inbox, office: Office, qtbot: QtBot, key: Qt.Key, name: str
) -> None:
    inbox.press(qtbot, key)
    assert husband(office) == name
    (page,) = [
        conflicts.conflict_page(office.hien.store, row.ward, row.id)
        for row in waiting(office.hien.store, closed=True)
    ]
    assert not page.open


def test_after_deciding_the_page_says_who_did_and_when(inbox: Inbox, qtbot: QtBot) -> None:
    inbox.press(qtbot, Key.Key_1)
    decided = inbox.view.detail.decided
    assert not decided.isHidden()
    assert decided.accessibleName().startswith("Hien đã quyết việc này lúc ")
    assert LAN in decided.accessibleName()
    assert inbox.view.list.keys(), "the row stays in its place, greyed"
    assert inbox.place.state.counts()["all"] == 0


def part_the_others(office: Office, evidence: Any) -> int:
    """Both write other names of the rest of the family, too; how many people those are."""
    family = [m for m in office.page(office.lan).members if m.relationship != "02"]
    for laptop, sign, kind in ((office.lan, "A", evidence), (office.phuc, "B", TOLD)):
        for member in family:
            basis = office.page(laptop).basis
            edit_person(
                *(laptop.store, WARD, member.person, {"full_name": f"{member.name} {sign}"}),
                basis=basis,
                evidence=kind,
            )
    office.sync(office.lan, office.phuc, office.hien, office.lan)
    return len(family)


def test_those_that_are_alike_are_decided_by_one_key_and_taken_back_together(
    qtbot: QtBot, light: QApplication, office: Office
) -> None:
    others = part_the_others(office, SCAN)
    place = open_inbox(qtbot, office.hien.store)
    assert len(waiting(office.hien.store)) == others + 1 > 2
    line = place.view.detail.decided
    place.press(qtbot, Key.Key_A)
    assert len(waiting(office.hien.store)) == others + 1, "nothing is decided to be like"
    place.press(qtbot, Key.Key_1)
    assert line.alike.text() == f"Quyết như vậy cho {others} việc giống thế"
    place.press(qtbot, Key.Key_A)
    assert waiting(office.hien.store) == () and line.alike.isHidden()
    names = [member.name for member in office.page(office.hien).members]
    assert sum(name.endswith(" A") for name in names) == others
    said, undo = place.window.toasts[-1]
    assert said == f"Đã quyết như vậy {others} việc" and undo is not None
    undo()
    assert len(waiting(office.hien.store)) == others
    assert line.alike.text() == f"Quyết như vậy cho {others} việc giống thế"


def test_taking_all_back_leaves_those_alone_that_somebody_touched_since(
    qtbot: QtBot, light: QApplication, office: Office
) -> None:
    others = part_the_others(office, SCAN)
    store = office.hien.store
    place = open_inbox(qtbot, store)
    place.press(qtbot, Key.Key_1)
    place.press(qtbot, Key.Key_A)
    undo = place.window.toasts[-1][1]
    mine = [one for one in settled(store) if one.decided.value.endswith(" A")]
    changed, again = mine[0], mine[-1]
    edit_person(store, WARD, changed.record, {"full_name": "Trần Văn Khác"})
    conflicts.take_back(store, again)
    page = conflicts.conflict_page(store, WARD, again.id)
    conflicts.decide(store, page, page.sides[1].value)
    assert undo is not None
    undo()
    assert len(waiting(store)) == others - 2
    kept = {one.id: one.decided.value for one in settled(store)}
    assert kept[changed.id].endswith(" A") and kept[again.id].endswith(" B")
    said = f"Đã mở lại {others - 2} việc, 2 việc giữ nguyên vì sau đó đã có người sửa"
    assert place.window.toasts[-1][0] == said and place.window.banners == []


def settled(store: Store) -> list[Any]:
    """The pages of what is decided."""
    rows = [row for row in waiting(store, closed=True) if not row.open]
    return [conflicts.conflict_page(store, row.ward, row.id) for row in rows]


def test_another_evidence_is_not_alike(qtbot: QtBot, light: QApplication, office: Office) -> None:
    others = part_the_others(office, TOLD)
    place = open_inbox(qtbot, office.hien.store)
    store = office.hien.store
    (card,) = (
        row
        for row in waiting(store)
        if conflicts.conflict_page(store, row.ward, row.id).suggestion is not None
    )
    place.place.open(ward=card.ward, id=card.id)
    place.press(qtbot, Key.Key_1)
    assert place.view.detail.decided.alike.isHidden()
    assert len(waiting(office.hien.store)) == others


def test_a_second_press_of_the_key_decides_nothing_more(inbox: Inbox, qtbot: QtBot) -> None:
    inbox.press(qtbot, Key.Key_1)
    inbox.press(qtbot, Key.Key_2)
    assert len(inbox.window.toasts) == 1
    assert inbox.window.banners == []


def test_undo_of_the_toast_lets_both_sides_wait_again(
    inbox: Inbox, office: Office, qtbot: QtBot
) -> None:
    inbox.press(qtbot, Key.Key_2)
    text, undo = inbox.window.toasts[-1]
    assert text == "Đã chọn bản của Phuc"
    assert undo is not None
    undo()
    assert husband(office) == LAN, "what was in force before is in force again"
    assert [row.open for row in waiting(office.hien.store)] == [True]
    assert inbox.view.detail.decided.isHidden()
    assert inbox.cards()[1].button.isEnabled()


def test_m_opens_a_decided_conflict_again(inbox: Inbox, office: Office, qtbot: QtBot) -> None:
    inbox.press(qtbot, Key.Key_1)
    inbox.press(qtbot, Key.Key_M)
    assert [row.open for row in waiting(office.hien.store)] == [True]


def test_3_takes_a_third_name_and_digits_in_it_decide_nothing(
    inbox: Inbox, office: Office, qtbot: QtBot
) -> None:
    inbox.press(qtbot, Key.Key_3)
    field = inbox.view.detail.other_value.input.edit
    assert field.text() == LAN, "one begins with what is in force"
    field.clear()
    qtbot.keyClicks(field, "1")
    assert inbox.window.toasts == []
    field.setText("Trần Quốc Khôi Nguyên")
    qtbot.keyClick(field, Key.Key_Return)
    assert husband(office) == "Trần Quốc Khôi Nguyên"


def test_a_third_name_that_is_no_name_is_refused_below_the_field(
    inbox: Inbox, office: Office, qtbot: QtBot
) -> None:
    inbox.press(qtbot, Key.Key_3)
    field = inbox.view.detail.other_value
    field.input.edit.setText("   ")
    qtbot.keyClick(field.input.edit, Key.Key_Return)
    assert field.input.message() == "Gõ bản đúng rồi ghi"
    assert waiting(office.hien.store)[0].open


def test_escape_gives_the_third_name_up(inbox: Inbox, qtbot: QtBot) -> None:
    inbox.press(qtbot, Key.Key_3)
    qtbot.keyClick(inbox.view.detail.other_value.input.edit, Key.Key_Escape)
    assert inbox.view.detail.other_value.isHidden()
    assert inbox.view.list.hasFocus()


def test_a_canvasser_reads_the_story_but_does_not_decide(
    qtbot: QtBot, light: QApplication, office: Office
) -> None:
    inbox = open_inbox(qtbot, office.lan.store)
    assert inbox.view.detail.heading.text()
    assert not any(card.button.isEnabled() for card in inbox.cards())
    assert not inbox.view.detail.no_right.isHidden()
    inbox.press(qtbot, Key.Key_1)
    assert inbox.window.toasts == []
    assert waiting(office.hien.store)[0].open


def test_what_somebody_else_decided_meanwhile_is_said_and_shown(
    inbox: Inbox, office: Office, qtbot: QtBot
) -> None:
    (row,) = waiting(office.hien.store)
    page = conflicts.conflict_page(office.hien.store, row.ward, row.id)
    conflicts.decide(office.hien.store, page, PHUC)
    inbox.press(qtbot, Key.Key_1)
    assert husband(office) == PHUC
    assert inbox.view.detail.banner.title.text() == "Việc này vừa có người quyết"


def test_nothing_to_sort_out_is_said_in_peace(
    qtbot: QtBot, light: QApplication, tmp_path: Path
) -> None:
    with open_office(tmp_path) as quiet:
        inbox = open_inbox(qtbot, quiet.hien.store)
        assert inbox.view.right.currentWidget() is inbox.view.empty
        assert inbox.view.empty.accessibleName() == "Hết việc cần xử lý"
        assert inbox.view.head().context == ""


def test_done_things_have_a_list_of_their_own(inbox: Inbox, qtbot: QtBot) -> None:
    inbox.press(qtbot, Key.Key_1)
    inbox.view.filters.chosen.emit("closed")
    assert len(inbox.view.list.keys()) == 1
    assert not inbox.view.detail.decided.isHidden()
    inbox.view.filters.chosen.emit("all")
    assert inbox.view.right.currentWidget() is inbox.view.empty


def test_only_the_letters_that_differ_are_tinted(inbox: Inbox) -> None:
    tinted = [run.text for run in inbox.cards()[1].value._runs if run.tint]
    assert tinted == ["ô"]


TELLER = Teller(Words("vi"), TODAY)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("full_name", "Trần Quốc Khôi", "Trần Quốc Khôi"),
        ("full_name", "", "(để trống)"),
        ("born_on", date(1968, 3, 2), "02/03/1968"),
        ("sex", "female", "nữ"),
        ("do_not_contact", True, "có"),
        ("withdrawn", False, "không"),
        ("income_dong", 1_500_000, "1.500.000\u00a0đ"),
        ("phone", "0903555214", "0903\u00a0555\u00a0214"),
        ("outcome", "refused", "Từ chối"),
        ("outcome", "of_a_newer_program", "of_a_newer_program"),
        ("tags", ["a", "b"], "a, b"),
        ("head", "p1", "Trần Quốc Khôi"),
        ("head", "p2", "p2"),
    ],
)
def test_a_disputed_value_is_shown_as_people_read_it(field: str, value: Any, text: str) -> None:
    assert shown(field, value, TELLER, {"p1": "Trần Quốc Khôi"}) == text


def test_a_day_is_typed_as_a_day_and_a_code_is_never_typed() -> None:
    assert typed("born_on", "2/3/1968", TODAY) == date(1968, 3, 2)
    assert typed("phone", "0903 555 214", TODAY) == "0903555214"
    assert typed("full_name", "  Trần   Quốc Khôi ", TODAY) == "Trần Quốc Khôi"
    for wrong in ("31/2/1968", "hôm qua"):
        with pytest.raises(NotThis):
            typed("born_on", wrong, TODAY)
    assert not can_type("sex")
    assert not can_type("head")


def test_what_is_being_typed_stays_when_the_list_is_read_again(inbox: Inbox, qtbot: QtBot) -> None:
    inbox.press(qtbot, Key.Key_3)
    field = inbox.view.detail.other_value.input.edit
    field.setText("Trần Quốc Kh")
    inbox.place.refresh()
    assert not inbox.view.detail.other_value.isHidden()
    assert field.text() == "Trần Quốc Kh"

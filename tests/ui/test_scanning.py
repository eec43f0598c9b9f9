"""A card that arrives in the window: it opens its person, offers what differs, or begins a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from fieldapp.errors import UserMends
from fieldapp.rules.people.cards import CitizenCard, recognise
from fieldapp.store.store import Store
from fieldapp.usecases import changes
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.words import Words
from tests.rules.test_scanned_cards import HEALTH, MAN
from tests.support.pictures import as_bytes, photo
from tests.ui.doubles import Elsewhere, Now
from tests.ui.town_store import open_town, town
from ui.palette.cards import CardReader
from ui.palette.search import Home, SearchPalette
from ui.places.households.list_place import HouseholdsPlace
from ui.places.households.page_place import HouseholdPlace
from ui.widgets import Palette

HANG = town(12).story.persons[0]
STRANGER = "079065000002||Lý Thị Mới|02101965|Nữ|1 D2|16082021"


def card_of(name: str = HANG.name, number: str = HANG.id_number, old: str = "") -> str:
    """Hằng's citizen card as a scanner types it."""
    return f"{number}|{old}|{name}|{HANG.born_on:%d%m%Y}|Nữ|123 D2|16082021"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A laptop with the town on it."""
    profile = open_town(tmp_path / "profile", households=12)
    yield profile.store
    profile.close()


@pytest.fixture
def elsewhere() -> Elsewhere:
    """A window that notes."""
    return Elsewhere()


@pytest.fixture
def home(store: Store) -> HouseholdPage:
    """Hằng's household."""
    (line,) = households(store, text=HANG.name)
    return household_page(store, line.ward, line.household)


@pytest.fixture
def page(light: QApplication, qtbot: QtBot, store: Store, elsewhere: Elsewhere) -> HouseholdPlace:
    """The page of a household, shown."""
    made = HouseholdPlace(store, Words("vi"), Now(), elsewhere)
    qtbot.addWidget(made.widget)
    made.widget.resize(1182, 684)
    made.widget.show()
    return made


@pytest.fixture
def listed(light: QApplication, qtbot: QtBot, store: Store, elsewhere: Elsewhere) -> Any:
    """The list of households, shown."""
    made = HouseholdsPlace(store, Words("vi"), Now(), elsewhere)
    qtbot.addWidget(made.widget)
    made.widget.resize(1182, 684)
    made.widget.show()
    made.open()
    return made


def arrive(page: HouseholdPlace, home: HouseholdPage, text: str) -> None:
    """A card of Hằng reaches her household's page."""
    from fieldapp.rules.people.cards import read_card

    person = home.members[0].person
    page.open(ward=home.ward, household=home.household, person=person, card=read_card(text))


def form_of(page: HouseholdPlace) -> Any:
    assert page.forms.opened is not None
    return page.forms.opened.band


def test_a_card_that_agrees_opens_its_person_and_says_so(
    page: HouseholdPlace, home: HouseholdPage, elsewhere: Elsewhere
) -> None:
    arrive(page, home, card_of())
    assert page.forms.opened is None
    assert page.view.members.current_key() == home.members[0].person
    assert elsewhere.toasts[-1][0] == "Thẻ khớp với hồ sơ của Bích Hằng"


def test_what_the_card_says_otherwise_is_offered_and_nothing_is_written(
    page: HouseholdPlace, home: HouseholdPage, store: Store
) -> None:
    before = changes.pending(store)
    arrive(page, home, card_of("Nguyễn Thị Bích Hạnh", old="020012345"))
    band = form_of(page)
    assert band.form().full_name == HANG.name
    assert band.form().old_id_number == "020012345"
    assert band.card.isVisible()
    assert "Bích Hạnh, đang ghi Nguyễn Thị Bích Hằng" in band.card.notice.text.text()
    assert changes.pending(store) == before

    band.card.accept.click()
    assert band.form().full_name == "Nguyễn Thị Bích Hạnh"
    assert changes.pending(store) == before
    band.save.click()
    (change,) = changes.pending(store)[:1]
    assert change is not None
    saved = household_page(store, home.ward, home.household).members[0]
    assert (saved.name, saved.old_id_number) == ("Nguyễn Thị Bích Hạnh", "020012345")


def test_the_record_may_be_kept_as_it_is(page: HouseholdPlace, home: HouseholdPage) -> None:
    arrive(page, home, card_of("Nguyễn Thị Bích Hạnh"))
    band = form_of(page)
    band.card.decline.click()
    assert not band.card.isVisible()
    assert band.form().full_name == HANG.name


def test_a_neighbours_card_scanned_into_the_form_changes_nothing(
    qtbot: QtBot, page: HouseholdPlace, home: HouseholdPage, elsewhere: Elsewhere
) -> None:
    arrive(page, home, card_of("Nguyễn Thị Bích Hạnh"))
    band = form_of(page)
    band.inputs["phone"].edit.setText("0903000123" + STRANGER)
    qtbot.keyClick(band.inputs["phone"].edit, Qt.Key.Key_Return)
    assert elsewhere.toasts[-1][0].startswith("Thẻ này của")
    assert (band.form().full_name, band.form().phone) == (HANG.name, "0903000123")


def test_a_card_begins_a_new_member_with_the_evidence_of_the_scan(
    page: HouseholdPlace, home: HouseholdPage, store: Store
) -> None:
    from fieldapp.rules.people.cards import read_card

    page.open(ward=home.ward, household=home.household, card=read_card(HEALTH))
    band = page.view.adding
    form = band.form()
    assert (form.full_name, form.card_number) == ("Nguyễn Văn A", "GD4790000000000")
    assert (form.si_number, form.evidence) == ("0000000000", "card_scan")
    band.save.click()
    assert "Nguyễn Văn A" in [
        m.name for m in household_page(store, home.ward, home.household).members
    ]


def test_somebody_who_may_be_here_is_named_with_the_reasons(
    listed: Any, elsewhere: Elsewhere, home: HouseholdPage
) -> None:
    listed.begin_new()
    form = listed.view.new_form
    form.inputs["head_full_name"].set_text("nguyen thi bich hang")
    form.inputs["head_born_on"].set_text(f"{HANG.born_on:%d/%m/%Y}")
    listed.watch.ask()
    assert form.same.isVisible()
    assert "Nguyễn Thị Bích Hằng, 1968, 123/4/5A" in form.same.notice.title.text()
    assert form.same.notice.text.text() == "Cùng họ tên, khác dấu, cùng ngày sinh"
    form.same.accept.click()
    place, target = elsewhere.gone[-1]
    assert (place, target["person"]) == ("household", home.members[0].person)
    form.same.decline.click()
    assert not form.same.isVisible()


def test_a_number_of_somebody_else_asks_for_a_reason_before_a_second_record(
    listed: Any, store: Store, elsewhere: Elsewhere
) -> None:
    listed.begin_new()
    form = listed.view.new_form
    for name, text in {
        "house_number": "9",
        "street": "Lê Lợi",
        "head_full_name": "Lê Thị Lạ",
        "head_sex": "female",
        "head_id_number": HANG.id_number,
    }.items():
        form.inputs[name].set_text(text)
        form.inputs[name].edited.emit(text)
    listed.watch.ask()
    assert form.reason.isVisible() and not form.save.isEnabled()
    form.same.decline.click()
    assert not form.save.isEnabled(), "another person with the same number still needs a reason"
    form.reason.set_text("công an cấp trùng, đã xem hai thẻ")
    form.reason.edited.emit(form.reason.text())
    assert form.save.isEnabled()
    form.save.click()
    assert elsewhere.gone[-1][0] == "household"


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("Số 9/2 Đường Nguyễn Xí, Khu phố 3, Phường 13, Quận Bình Thạnh, TP. Hồ Chí Minh",
         ("9/2", "Nguyễn Xí", "Khu phố 3")),
        ("Ấp 1, Tam Hồng, Yên Lạc, Vĩnh Phúc", ("", "", "Ấp 1, Tam Hồng, Yên Lạc, Vĩnh Phúc")),
    ],
)  # fmt: skip
def test_the_address_of_a_card_stands_in_the_form_of_a_new_household(
    listed: Any, address: str, door: tuple[str, str, str]
) -> None:
    card = recognise(f"079190000123||Nguyễn Thị Mới|01011990|Nữ|{address}|15042021")
    listed.begin_new("", card)
    house, head = listed.view.new_form.forms()
    assert (house.house_number, house.street, house.neighbourhood) == door
    assert head.full_name == "Nguyễn Thị Mới"
    listed._take_scan(f"079190000123||Nguyễn Thị Mới|01011990|Nữ|1 Lê Lợi, {address}|15042021")
    kept, _ = listed.view.new_form.forms()
    assert kept == house


AN_KHANH_2, PHUONG_5 = "Phường An Khánh, Quận 2", "Phường 5, Quận 4"
P25 = "Phường 25, Quận Bình Thạnh"
TOWN = "26956.20250701"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"12 Ung Văn Khiêm, {P25}", ""),
        ("12 Ung Văn Khiêm", ""),
        (f"12 Lương Định Của, {AN_KHANH_2}", "nay thuộc Phường An Khánh, không phải"),
        (f"12 Đoàn Văn Bơ, {PHUONG_5}", "nay thuộc Phường Khánh Hội, Phường Vĩnh Hội, không phải"),
    ],
)
def test_the_old_ward_on_a_card_is_told_as_the_ward_of_today(
    listed: Any, address: str, told: str
) -> None:
    listed.begin_new("", recognise(f"079190000123||Nguyễn Thị Mới|01011990|Nữ|{address}|15042019"))
    assert told in listed.view.new_form.inputs["street"].message()
    assert bool(listed.view.new_form.inputs["street"].message()) == bool(told)
    listed._drop_draft()
    assert listed.view.new_form.inputs["street"].message() == ""


def test_the_ward_on_a_card_is_chosen_among_ones_own(listed: Any, store: Store) -> None:
    two = (TOWN, "27118.20250701", "27265.20250701")
    store.remember(grants=[{"ward": w, "role": "canvasser", "until": None} for w in two])
    listed.refresh()
    for address, ward in ((f"1 A, {AN_KHANH_2}", two[1]), (f"1 B, {P25}", TOWN)):
        card = recognise(f"079190000123||Nguyễn Thị Mới|01011990|Nữ|{address}|15042019")
        listed.begin_new("", card)
        assert listed.view.new_form.forms()[0].ward == ward
    divided = recognise(f"079190000123||Nguyễn Thị Mới|01011990|Nữ|1 C, {PHUONG_5}|15042019")
    listed.begin_new("", divided)
    assert listed.view.new_form.forms()[0].ward == two[2]
    assert "đã chia" in listed.view.new_form.inputs["street"].message()


def test_a_child_in_the_households_name_is_asked_about_at_the_birth(listed: Any) -> None:
    listed.begin_new()
    form = listed.view.new_form
    form.inputs["head_full_name"].set_text("Trần Bé Út")
    form.inputs["head_born_on"].set_text("03/02/2022")
    form.inputs["head_born_on"].edited.emit("03/02/2022")
    assert "dưới 6 tuổi" in form.inputs["head_born_on"].message()


# The palette


@pytest.fixture
def box(light: QApplication, qtbot: QtBot) -> Palette:
    """The box over a window."""
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    return Palette(window)


@pytest.fixture
def palette(store: Store, elsewhere: Elsewhere, box: Palette, home: HouseholdPage) -> SearchPalette:
    """The palette over Hằng's page."""
    here = Home(home.ward, home.household, home.head_name)
    return SearchPalette(store, Words("vi"), Now(), elsewhere, box, home=lambda: here)


def texts(palette: SearchPalette) -> list[str]:
    model = palette.widget.results.model()
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def spoken(palette: SearchPalette) -> list[str]:
    """The rows as a screen reader says them."""
    model, role = palette.widget.results.model(), Qt.ItemDataRole.AccessibleTextRole
    return [str(model.index(n, 0).data(role)) for n in range(model.rowCount())]


def test_a_known_card_goes_along_to_the_page_of_its_person(
    palette: SearchPalette, elsewhere: Elsewhere, home: HouseholdPage
) -> None:
    palette.scan(card_of("Nguyễn Thị Bích Hạnh"))
    ((place, target),) = elsewhere.gone
    assert (place, target["person"]) == ("household", home.members[0].person)
    assert isinstance(target["card"], CitizenCard)


def test_a_stranger_may_join_the_household_that_is_open(
    palette: SearchPalette, elsewhere: Elsewhere, home: HouseholdPage
) -> None:
    palette.widget.open(STRANGER)
    palette.refresh()
    assert f"Thêm “Lý Thị Mới, 1965” vào hộ {home.head_name}" in texts(palette)
    assert palette.widget.input.text() == "Lý Thị Mới"
    palette._choose("new member")
    ((place, target),) = elsewhere.gone
    assert (place, target["household"]) == ("household", home.household)


def test_who_may_be_known_is_never_put_down_as_new_by_the_scanners_enter(
    palette: SearchPalette, elsewhere: Elsewhere, home: HouseholdPage
) -> None:
    palette.scan(card_of(number="079168999999"))
    assert elsewhere.gone == []
    assert "Có thể đã có người này" in texts(palette)
    assert any("khác số căn cước" in text for text in spoken(palette))
    palette._choose(f"person/{home.ward}/{home.members[0].person}")
    assert elsewhere.gone[0][1]["person"] == home.members[0].person


def test_what_is_to_be_looked_at_on_the_card_is_told(palette: SearchPalette) -> None:
    palette.widget.open(STRANGER + MAN)
    palette.refresh()
    assert any("Có hai thẻ dính nhau" in text for text in texts(palette))


def test_a_card_that_can_not_be_read_is_shown_and_typed_by_hand(
    palette: SearchPalette, elsewhere: Elsewhere
) -> None:
    palette.scan("Trần Thị B|079190000000|Nguyễn Văn Cha|079065000001|x|y")
    assert elsewhere.gone == []
    assert any(text.startswith("Đọc được: Trần Thị B, 0791") for text in texts(palette))
    palette._choose("new")
    assert elsewhere.gone == [("households", {"new": True})]


# Copied cards and pictures


class LongNow:
    """Long tasks that answer before the call returns."""

    def long(
        self,
        job: Callable[[Any, Any], Any],
        then: Callable[[Any], None],
        failed: Callable[[Any], None] | None = None,
    ) -> Callable[[], None]:
        """Runs at once."""
        try:
            answer = job(lambda *_: None, lambda: False)
        except UserMends as error:
            assert failed is not None
            failed(error)
        else:
            then(answer)
        return lambda: None


@pytest.fixture
def reader(palette: SearchPalette, elsewhere: Elsewhere) -> CardReader:
    """The reader of pictures, before the palette."""
    return CardReader(LongNow(), elsewhere, palette.teller, palette.take_card, palette.widget)


def copied(monkeypatch: pytest.MonkeyPatch, **made: Any) -> None:
    """Puts a text, a picture or a picture file on a clipboard of the test's own."""
    content = QMimeData()
    if "text" in made:
        content.setText(made["text"])
    if "image" in made:
        drawn = made["image"]
        grey = QImage.Format.Format_Grayscale8
        content.setImageData(QImage(drawn.tobytes(), *drawn.size, drawn.width, grey).copy())
    if "path" in made:
        content.setUrls([QUrl.fromLocalFile(str(made["path"]))])

    class Board:
        """The clipboard."""

        def mimeData(self) -> QMimeData:
            """What was copied."""
            return content

    monkeypatch.setattr(QApplication, "clipboard", lambda: Board())


def test_a_copied_card_opens_its_person(
    reader: CardReader,
    elsewhere: Elsewhere,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picture = photo(card_of())
    (tmp_path / "thẻ.png").write_bytes(as_bytes(picture))
    for made in ({"text": card_of()}, {"image": picture}, {"path": tmp_path / "thẻ.png"}):
        elsewhere.gone.clear()
        copied(monkeypatch, **made)
        reader.from_clipboard()
        assert [place for place, _ in elsewhere.gone] == ["household"], made.keys()


def test_nothing_copied_and_a_picture_without_a_card_are_told(
    reader: CardReader,
    elsewhere: Elsewhere,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copied(monkeypatch, text="0903 000 123")
    reader.from_clipboard()
    assert elsewhere.toasts[-1][0].startswith("Chưa có thẻ nào được sao chép")
    reader.read_file(tmp_path / "none.png")
    assert elsewhere.banners[-1].code == "scan.file_unreadable"


def test_a_picture_file_is_asked_for_and_read(
    reader: CardReader,
    elsewhere: Elsewhere,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "thẻ.jpg"
    path.write_bytes(as_bytes(photo(STRANGER), "JPEG"))
    chosen = iter(["", str(path)])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (next(chosen), ""))
    reader.from_file()
    assert elsewhere.gone == []
    reader.from_file()
    place, target = elsewhere.gone[0]
    card = target["card"]
    assert place == "household", "whoever is new may be of the household that is open"
    assert isinstance(card, CitizenCard) and card.name == "Lý Thị Mới"

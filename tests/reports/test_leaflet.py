"""The sheet that a family keeps says what was quoted, by which tables, and is no receipt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from fieldapp.errors import UserMends
from fieldapp.rules import tables
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import Choice, VsiChoice, quote
from fieldapp.usecases.enrolling.leaflets import leaflet, save_leaflet
from fieldapp.usecases.households import household, people
from fieldapp.usecases.households.household import HouseholdPage
from fieldapp.words import LANGUAGES, Words
from fieldapp.words.format import money
from tests.support.laptops import WARD
from tests.ui.town_store import open_town

FAMILY = [
    {"full_name": "Trần Văn Tư", "relationship": "00", "born_on": date(1980, 1, 1)},
    {"full_name": "Lê Thị Hoa", "relationship": "01", "born_on": date(1982, 1, 1)},
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = open_town(tmp_path / "profile", households=1)
    yield profile.store
    profile.close()


@pytest.fixture
def page(store: Store) -> HouseholdPage:
    fields = {"house_number": "9", "street": "D2"}
    home = people.register_household(store, WARD, fields, FAMILY)
    return household.household_page(store, WARD, home)


def whole(path: Path) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_the_quoted_one_with_edition_and_day(
    store: Store, page: HouseholdPage, tmp_path: Path, language: str
) -> None:
    tu, hoa = (member.person for member in page.members)
    choice = Choice(hhi=(tu, hoa), months=12, vsi=(VsiChoice(hoa, 2_000_000),))
    quoted, words = quote(store, page, choice), Words(language)
    said = whole(save_leaflet(store, page, choice, tmp_path / "to.pdf", words))
    assert quoted.hhi is not None
    for line in quoted.hhi.lines:
        assert money(line.participant).replace("\u00a0", " ") in said
    assert money(quoted.total_dong).replace("\u00a0", " ") in said
    assert tables.edition() in said and f"{quoted.paid_on:%d/%m/%Y}" in said
    assert "Trần Văn Tư" in said and "41/2024" in said


def test_what_is_not_verified_says_so(store: Store, page: HouseholdPage) -> None:
    tu, hoa = (member.person for member in page.members)
    choice = Choice(hhi=(tu,), vsi=(VsiChoice(hoa, 2_000_000),))
    quoted, told = quote(store, page, choice), leaflet(store, page, choice, Words("vi"))
    assert quoted.hhi is not None
    steps = [
        *quoted.hhi.explanation,
        *quoted.hhi.lines[0].explanation,
        *quoted.vsi[0][1].explanation,
    ]
    marked = [line for one in told.lines for line in one.why if "chưa kiểm chứng" in line]
    assert len(set(marked)) == len({step.code for step in steps if not step.verified})
    with pytest.raises(UserMends, match=r"enrolment\.nothing_chosen"):
        leaflet(store, page, Choice(), Words("vi"))

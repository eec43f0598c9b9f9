"""Drawing up official lists, sending them, and what the agency says of their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fieldapp.errors import UserMends
from fieldapp.reports.forms import write_declarations
from fieldapp.rules.vsi.methods import YEARS_AHEAD
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling.dossiers import enrolments
from fieldapp.usecases.enrolling.enrol import Choice, VsiChoice, enrol
from fieldapp.usecases.households import people
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.official_lists.answers import (
    LineAnswer,
    accept_rest,
    preview_answers,
    record_answers,
    take_answers,
)
from fieldapp.usecases.official_lists.lists import (
    drawn_twice,
    mark_sent,
    official_list,
    official_lists,
    withdraw_list,
)
from fieldapp.usecases.official_lists.papers import (
    declarations,
    list_content,
    write_submission,
)
from fieldapp.usecases.official_lists.returned import mend_returned, returned_lines
from fieldapp.usecases.official_lists.submissions import draw_up, ready_lines
from fieldapp.usecases.receipts import money
from fieldapp.usecases.receipts.voids import void_receipt
from sync.client.machine import State
from sync.client.status import read_status
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing, pays
from tests.support.refusals import refused

TODAY = date(2026, 11, 23)
APRIL = date(2026, 4, 30)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        yield opened


@pytest.fixture
def paid(office: Listing) -> Listing:
    """Lan has taken the money of three members and of a pension; the clerks have it."""
    office.pays(office.lan, HANG, HUSBAND, SON, vsi=SON)
    office.sync(office.lan, office.hien, office.tri)
    return office


def drawn(office: Listing, form: str = "mau4") -> str:
    return draw_up(office.hien.store, WARD, form).lists[0].submission


# --- what is ready -------------------------------------------------------------------------------


def test_what_is_paid_is_ready_for_the_list_of_its_scheme(paid: Listing) -> None:
    health = ready_lines(paid.hien.store, WARD, "mau4")
    social = ready_lines(paid.hien.store, WARD, "d05")

    assert (health.layout, health.listed_on, health.lists) == ("2026", TODAY, 1)
    assert [line.person_name for line in health.lines] == [HANG, HUSBAND, SON]
    assert [line.person_name for line in social.lines] == [SON]
    assert health.total_dong + social.total_dong == money.receipts(paid.hien.store)[0].amount_dong


def test_the_date_of_the_list_chooses_the_form(paid: Listing) -> None:
    with refused(UserMends, "rules.form_replaced"):
        ready_lines(paid.hien.store, WARD, "d03")
    with refused(UserMends, "rules.form_unknown"):
        ready_lines(paid.hien.store, WARD, "d99")
    with refused(UserMends, "submission.listed_later"):
        draw_up(paid.hien.store, WARD, "mau4", listed_on=date(2026, 11, 24))
    before = ready_lines(paid.hien.store, WARD, "d03", listed_on=date(2026, 4, 30))
    assert (before.layout, before.lines) == ("2023", ())


def test_what_lacks_a_field_stays_behind_and_says_which(paid: Listing) -> None:
    son = next(m for m in paid.page(paid.hien).members if m.name == SON)
    people.edit_person(paid.hien.store, WARD, son.person, {"id_number": "", "born_on": None})

    ready = ready_lines(paid.hien.store, WARD, "mau4")

    assert [line.person_name for line in ready.lines] == [HANG, HUSBAND]
    assert [(one.person_name, one.missing) for one in ready.incomplete] == [
        (SON, ("id_number", "born_on"))
    ]
    made = draw_up(paid.hien.store, WARD, "mau4")
    assert made.lists[0].lines == 2 and made.incomplete == ready.incomplete


def test_a_rank_that_two_laptops_gave_out_stands_on_no_list_until_it_is_taken_anew(
    office: Listing,
) -> None:
    office.pays(office.lan, HANG)
    office.team.clock.forward(seconds=60)
    second = office.pays(office.phuc, HUSBAND)
    office.sync()

    ready = ready_lines(office.hien.store, WARD, "mau4")

    assert [line.person_name for line in ready.lines] == [HANG]
    assert [(one.person_name, one.missing) for one in ready.incomplete] == [(HUSBAND, ("rank",))]
    void_receipt(office.phuc.store, WARD, second.receipt, "trùng bậc với chị Hằng")
    office.pays(office.phuc, HUSBAND)
    office.sync()
    mended = ready_lines(office.hien.store, WARD, "mau4")
    assert [line.person_name for line in mended.lines] == [HANG, HUSBAND]
    assert mended.total_dong == 1_366_200 + 956_340


def test_nothing_ready_draws_nothing_up(office: Listing) -> None:
    with refused(UserMends, "submission.nothing_ready"):
        draw_up(office.hien.store, WARD, "mau4")
    assert official_lists(office.hien.store) == ()


# --- drawing up ----------------------------------------------------------------------------------


def test_a_list_has_the_head_and_the_lines_that_the_form_wants(paid: Listing) -> None:
    submission = drawn(paid)
    content = list_content(paid.hien.store, WARD, submission)

    head = content.head
    assert (content.form, content.layout, head.number) == ("mau4", "2026", "001/2026/HIEN")
    assert (head.organisation.name, head.organisation.code) == ("Bưu điện TP. Hồ Chí Minh", "BD01")
    assert (head.collector_name, head.collector_code) == ("Lan", "NV-lan")
    assert [(line.person.full_name, line.person.relationship) for line in content.lines] == [
        (HANG, "chủ hộ"),
        (HUSBAND, "chồng"),
        (SON, "con"),
    ]
    first, second, _ = content.lines
    assert (first.percent, first.reduced_base_dong) == (100, 2_530_000)
    assert (second.percent, second.reduced_base_dong) == (70, 1_771_000)
    assert first.household.address.whole == (
        "123/4/5A Ung Văn Khiêm, Khu phố 3, Phường Thạnh Mỹ Tây, Thành phố Hồ Chí Minh"
    )
    assert first.receipt.issued_on == TODAY and first.collector_code == "NV-lan"


def test_a_pension_carries_its_supports(paid: Listing) -> None:
    (line,) = list_content(paid.hien.store, WARD, drawn(paid, "d05")).lines
    assert (line.income_dong, line.months, line.from_month) == (1_500_000, 6, date(2026, 11, 1))
    assert (line.gross_dong, line.state_dong, line.state_percent) == (1_980_000, 396_000, 20)
    assert line.gross_dong == line.state_dong + line.local_dong + line.participant_dong


def test_years_paid_ahead_stand_on_the_list_with_their_discount(
    office: Listing, tmp_path: Path
) -> None:
    page = office.page(office.lan)
    son = next(member.person for member in page.members if member.name == SON)
    choice = Choice(vsi=(VsiChoice(son, 1_500_000, 24, method=YEARS_AHEAD),))
    payer = page.head_name
    enrol(office.lan.store, page, choice, method="cash", payer=payer, consent="spoken")
    office.sync(office.lan, office.hien)

    submission = drawn(office, "d05")
    (line,) = list_content(office.hien.store, WARD, submission).lines
    assert (line.method, line.months, line.gross_dong) == ("years_ahead", 24, 7_644_801)
    file = tmp_path / "d05.xlsx"
    write_submission(office.hien.store, WARD, submission, file)
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    told = [str(cell).replace("\u00a0", " ") for row in rows for cell in row]
    assert any("đã chiết khấu" in cell and "7.920.000 đ" in cell for cell in told)


def test_a_listed_enrolment_is_on_no_second_list(paid: Listing) -> None:
    drawn(paid)
    assert ready_lines(paid.hien.store, WARD, "mau4").lines == ()
    with refused(UserMends, "submission.nothing_ready"):
        draw_up(paid.hien.store, WARD, "mau4")


def test_a_list_says_the_same_however_its_people_are_mended_later(paid: Listing) -> None:
    submission = drawn(paid)
    before = list_content(paid.hien.store, WARD, submission)
    husband = next(m for m in paid.page(paid.hien).members if m.name == HUSBAND)
    people.edit_person(paid.hien.store, WARD, husband.person, {"full_name": "Trần Quốc Khôi"})
    people.edit_household(paid.hien.store, WARD, paid.home, {"house_number": "9"})
    paid.sync()

    for laptop in (paid.hien, paid.tri, paid.lan):
        assert list_content(laptop.store, WARD, submission) == before


def test_a_long_list_is_drawn_up_as_several_with_whole_households(
    office: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldapp.rules.official_lists import listing
    from fieldapp.usecases.official_lists import submissions

    office.pays(office.lan, HANG, HUSBAND, SON)
    names = [m.name for m in office.page(office.lan, office.other).members if not m.hhi_why_not]
    office.pays(office.lan, names[0], home=office.other)
    office.sync()
    shorter = lambda group: listing.in_lists(  # noqa: E731
        group, together=lambda one: one.enrolment.household, limit=3
    )
    monkeypatch.setattr(submissions, "_parts", shorter)

    made = draw_up(office.hien.store, WARD, "mau4")

    assert [one.lines for one in made.lists] == [3, 1]
    assert [one.number for one in made.lists] == ["001/2026/HIEN", "002/2026/HIEN"]


# --- sending and taking back ---------------------------------------------------------------------


def test_a_list_that_was_not_sent_can_be_taken_back_and_its_lines_drawn_again(
    paid: Listing,
) -> None:
    first = drawn(paid)
    withdraw_list(paid.hien.store, WARD, first)
    assert official_list(paid.hien.store, WARD, first).row.state == "withdrawn"

    again = drawn(paid)
    paid.sync()

    for laptop in paid.everybody:
        states = {row.submission: row.state for row in official_lists(laptop.store)}
        assert states == {first: "withdrawn", again: "drawn"}
    assert len(official_list(paid.tri.store, WARD, again).lines) == 3


def test_a_sent_list_stays(paid: Listing) -> None:
    submission = drawn(paid)
    with refused(UserMends, "submission.sent_before"):
        mark_sent(paid.hien.store, WARD, submission, sent_on=date(2026, 11, 22))
    mark_sent(paid.hien.store, WARD, submission)
    with refused(UserMends, "submission.sent_stays"):
        withdraw_list(paid.hien.store, WARD, submission)
    with refused(UserMends, "submission.sent_already"):
        mark_sent(paid.hien.store, WARD, submission)
    paid.sync()
    row = official_list(paid.lan.store, WARD, submission).row
    assert (row.state, row.sent_on) == ("sent", TODAY)
    assert {row.step for row in enrolments(paid.lan.store) if row.scheme == "hhi"} == {"sent"}


# --- the agency's answer -------------------------------------------------------------------------


@pytest.fixture
def sent(paid: Listing) -> tuple[Listing, str]:
    submission = drawn(paid)
    mark_sent(paid.hien.store, WARD, submission)
    return paid, submission


REASON = "Ngày sinh không khớp CSDL dân cư"


def test_a_returned_line_goes_back_to_who_took_it_and_on_to_the_next_list(
    sent: tuple[Listing, str],
) -> None:
    office, first = sent
    before = sum(row.counted_dong for row in money.receipts(office.lan.store))
    record_answers(office.hien.store, WARD, first, [LineAnswer(2, "returned", REASON)])
    accept_rest(office.hien.store, WARD, first)
    office.sync()

    page = official_list(office.tri.store, WARD, first)
    assert (page.row.state, page.row.accepted, page.row.returned) == ("answered", 2, 1)
    assert returned_lines(office.phuc.store) == ()
    (back,) = returned_lines(office.lan.store)
    assert (back.person_name, back.reason, back.field) == (HUSBAND, REASON, "born_on")
    assert (back.list_number, back.as_listed) == ("001/2026/HIEN", "02/10/1965")
    assert ready_lines(office.hien.store, WARD, "mau4").returned == 1

    lan = office.lan.store
    people.edit_person(lan, WARD, back.person, {"born_on": date(1965, 10, 20)})
    with refused(UserMends, "submission.mended_no_note"):
        mend_returned(lan, WARD, back.line, " ")
    mend_returned(lan, WARD, back.line, "Sửa theo căn cước")
    assert returned_lines(lan) == ()
    office.sync()

    ready = ready_lines(office.hien.store, WARD, "mau4")
    assert [(line.person_name, line.again) for line in ready.lines] == [(HUSBAND, True)]
    second = drawn(office)
    office.sync()
    (line,) = list_content(office.tri.store, WARD, second).lines
    assert line.person.born_on == date(1965, 10, 20)
    old = list_content(office.tri.store, WARD, first).lines[1]
    assert (old.person.full_name, old.person.born_on) == (HUSBAND, date(1965, 10, 2))
    after = sum(row.counted_dong for row in money.receipts(office.lan.store))
    assert before == after


def test_an_answer_needs_a_line_and_a_returned_one_its_reason(sent: tuple[Listing, str]) -> None:
    office, submission = sent
    store = office.hien.store
    for code, answers in {
        "submission.no_answers": [],
        "submission.line_unknown": [LineAnswer(9, "accepted")],
        "submission.no_reason": [LineAnswer(1, "returned", "  ")],
        "submission.line_twice": [LineAnswer(1, "accepted"), LineAnswer(1, "accepted")],
    }.items():
        with refused(UserMends, code):
            record_answers(store, WARD, submission, answers)
    assert official_list(store, WARD, submission).row.waiting == 3


def test_an_answer_given_again_replaces_the_former_one(sent: tuple[Listing, str]) -> None:
    office, submission = sent
    store = office.hien.store
    record_answers(store, WARD, submission, [LineAnswer(1, "returned", REASON)])
    record_answers(store, WARD, submission, [LineAnswer(1, "accepted")])
    page = official_list(store, WARD, submission)
    assert (page.lines[0].answer, page.lines[0].reason) == ("accepted", "")
    assert returned_lines(store, everybodys=True) == ()


def test_a_step_on_a_list_can_be_undone_like_any_other(sent: tuple[Listing, str]) -> None:
    office, submission = sent
    store = office.hien.store
    changeset = record_answers(store, WARD, submission, [LineAnswer(1, "returned", REASON)])
    assert changeset is not None
    changes.undo(store, changeset)
    assert official_list(store, WARD, submission).row.waiting == 3


# --- a file of answers ---------------------------------------------------------------------------


def test_a_file_of_answers_says_what_matches_and_what_does_not(
    sent: tuple[Listing, str], tmp_path: Path
) -> None:
    office, submission = sent
    store = office.hien.store
    lines = official_list(store, WARD, submission).lines
    file = tmp_path / "tra-loi.csv"
    rows = [
        "KẾT QUẢ XỬ LÝ DANH SÁCH;;;",
        "STT;Số CCCD;Kết quả;Lý do",
        f"1;{lines[0].id_number};Chấp nhận;",
        f";{lines[1].id_number.lstrip('0')};Trả lại;{REASON}",
        f"1;{lines[2].id_number};Chấp nhận;",
        "7;;Chấp nhận;",
        "3;;Trả lại;",
        "3;;chưa rõ;",
    ]
    file.write_text("\n".join(rows), "utf-8-sig")

    preview = preview_answers(store, WARD, submission, file)

    assert [(one.number, one.answer) for one in preview.answers] == [
        (1, "accepted"),
        (2, "returned"),
    ]
    assert [(one.row, one.why) for one in preview.unmatched] == [
        (5, "not_the_person"),
        (6, "no_line"),
        (7, "no_reason"),
        (8, "no_answer"),
    ]
    assert (preview.accepted, preview.returned, preview.left) == (1, 1, 1)
    with refused(UserMends, "submission.answers_unmatched"):
        take_answers(store, WARD, submission, file)
    assert official_list(store, WARD, submission).row.waiting == 3
    take_answers(store, WARD, submission, file, only_matching=True)
    assert official_list(store, WARD, submission).row.waiting == 1


def test_a_workbook_of_answers_is_read_too(sent: tuple[Listing, str], tmp_path: Path) -> None:
    import xlsxwriter

    office, submission = sent
    file = tmp_path / "tra-loi.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    for row, cells in enumerate(
        [["Ket qua", "STT", "Ghi chú"], ["Đạt", 1, ""], ["Đạt", 2, ""], ["Không đạt", 3, REASON]]
    ):
        sheet.write_row(row, 0, cells)
    book.close()

    preview = take_answers(office.hien.store, WARD, submission, file)

    assert (preview.accepted, preview.returned, preview.left) == (2, 1, 0)
    assert official_list(office.hien.store, WARD, submission).row.state == "answered"


def says(office: Listing, submission: str, file: Path, *rows: str) -> list[tuple[int, str]]:
    """What a file of these rows answers: lines with their answer, then rows with why not."""
    file.write_text("\n".join(rows), "utf-8")
    preview = preview_answers(office.hien.store, WARD, submission, file)
    taken = [(one.number, f"{one.answer}: {one.reason}") for one in preview.answers]
    return [*taken, *((one.row, one.why) for one in preview.unmatched)]


def test_a_file_of_answers_is_held_against_the_names_of_the_list(
    sent: tuple[Listing, str], tmp_path: Path
) -> None:
    office, submission = sent
    rows = (
        "STT;Họ và tên;Kết quả;Lý do",
        f"1;{HANG.upper()};Đạt.;",
        "2;Lê Văn Khác;Trả lại;Sai tên",
    )
    found = says(office, submission, tmp_path / "a.csv", *rows)
    assert found == [(1, "accepted: "), (3, "not_the_person")]


def test_the_remarks_of_a_list_that_comes_back_are_not_the_agencys_reasons(
    sent: tuple[Listing, str], tmp_path: Path
) -> None:
    office, submission = sent
    rows = (
        "STT;Ghi chú;Kết quả;Lý do trả lại",
        "1;12 tháng;;",
        f"2;12 tháng;Trả lại;{REASON}",
        f"3;12 tháng;;{REASON}",
    )
    found = says(office, submission, tmp_path / "a.csv", *rows)
    assert found == [(2, f"returned: {REASON}"), (3, f"returned: {REASON}"), (2, "no_answer")]


def test_a_whole_number_goes_before_one_that_lost_its_zeros(
    office: Listing, tmp_path: Path
) -> None:
    """001… is an ID of Hà Nội; without its zeros it is as long as an SI number."""
    store = office.hien.store
    named = {m.name: m.person for m in office.page(office.hien).members}
    people.edit_person(store, WARD, named[HANG], {"id_number": "001168002117"})
    people.edit_person(store, WARD, named[HUSBAND], {"si_number": "1168002117"})
    office.sync(office.hien, office.lan)
    office.pays(office.lan, HANG, HUSBAND)
    office.sync(office.lan, office.hien)
    submission = drawn(office)
    rows = ("Mã số;Kết quả", "1168002117;Đạt", "001168002117;Đạt")
    assert says(office, submission, tmp_path / "a.csv", *rows) == [
        (1, "accepted: "),
        (2, "accepted: "),
    ]


def test_a_person_on_two_lines_is_answered_line_by_line(office: Listing, tmp_path: Path) -> None:
    for months in (1, 1):
        page = office.page(office.lan)
        person = next(m.person for m in page.members if m.name == SON)
        choice = Choice((), 12, (VsiChoice(person, 1_500_000, months),))
        enrol(office.lan.store, page, choice, method="cash", payer="Đức", consent="spoken")
        office.lan.clock.forward(days=10)
    for clock in (office.team.clock, office.hien.clock):
        clock.forward(days=20)
    office.sync(office.lan, office.hien)
    submission = drawn(office, "d05")
    one, two = official_list(office.hien.store, WARD, submission).lines
    assert one.id_number == two.id_number != ""
    rows = (
        "STT;Số CCCD;Kết quả",
        f"1;{one.id_number};Đạt",
        f"2;{two.id_number};Đạt",
        f";{two.id_number};Đạt",
    )
    assert says(office, submission, tmp_path / "a.csv", *rows) == [
        (1, "accepted: "),
        (2, "accepted: "),
        (4, "which_line"),
    ]


def test_lists_of_two_wards_have_two_numbers(paid: Listing) -> None:
    admin = paid.team.admin
    other = admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    for name, role in (("hien", "clerk"), ("lan", "canvasser")):
        admin.grant(name, other, role)
    paid.sync(paid.hien, paid.lan)
    store = paid.hien.store
    home = people.register_household(
        store,
        other,
        {"house_number": "9", "street": "Bạch Đằng"},
        [{"full_name": "Lý Thị Sáu", "relationship": "00", "id_number": "079168009999",
          "born_on": date(1968, 3, 4), "sex": "female", "facility": "79034"}],
    )  # fmt: skip
    paid.sync(paid.hien, paid.lan)
    pays(paid.lan.store, household_page(paid.lan.store, other, home), "Lý Thị Sáu")
    paid.sync(paid.lan, paid.hien)
    numbers = [draw_up(store, ward, "mau4").lists[0].number for ward in (WARD, other)]
    assert numbers == ["001/2026/HIEN", "002/2026/HIEN"]
    withdraw_list(store, WARD, official_lists(store, WARD)[0].submission)
    again = official_list(store, WARD, drawn(paid))
    assert again.row.number == "003/2026/HIEN"


def test_a_file_longer_than_any_list_is_refused(sent: tuple[Listing, str], tmp_path: Path) -> None:
    office, submission = sent
    rows = ("STT;Kết quả", *(f"{n};Đạt" for n in range(1, 5001)))
    with refused(UserMends, "submission.file_too_long"):
        says(office, submission, tmp_path / "a.csv", *rows)


def test_the_place_of_a_line_is_the_number_on_the_paper_in_every_household(
    office: Listing, tmp_path: Path
) -> None:
    office.pays(office.lan, HANG, HUSBAND)
    head = office.page(office.phuc, office.other).members[0].name
    office.pays(office.phuc, head, home=office.other)
    office.sync(office.lan, office.phuc, office.hien)
    submission = drawn(office)
    file = tmp_path / "mau4.xlsx"
    write_submission(office.hien.store, WARD, submission, file)
    sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    printed = {row[0]: row[1] for row in sheet if isinstance(row[0], float)}
    lines = official_list(office.hien.store, WARD, submission).lines
    assert printed == {line.number: line.person_name for line in lines} and len(lines) == 3
    heads = [str(row[0]) for row in sheet if str(row[0]).startswith("Họ và tên nhân viên thu")]
    assert [head.count("NV-lan") for head in heads] == [1, 0]
    assert [head.count("NV-phuc") for head in heads] == [0, 1]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF", "imports.wrong_extension"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "imports.damaged"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "imports.old_format"),
        ("a.csv", "Tên;Tuổi\nA;3".encode(), "submission.file_no_header"),
        ("a.csv", b"", "imports.empty"),
    ],
)
def test_a_file_that_is_no_answer_is_refused(
    sent: tuple[Listing, str], tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    office, submission = sent
    file = tmp_path / name
    file.write_bytes(content)
    with refused(UserMends, code):
        preview_answers(office.hien.store, WARD, submission, file)


# --- declarations --------------------------------------------------------------------------------


def test_who_is_new_declares_with_the_household_around_her(paid: Listing) -> None:
    (one,) = declarations(paid.hien.store, WARD, "tk1")
    assert (one.person.full_name, one.scheme, one.income_dong) == (SON, "vsi", 1_500_000)
    named = declarations(paid.hien.store, WARD, "mau2", household=paid.home)
    assert [d.person.full_name for d in named] == [HANG, HUSBAND, SON]
    assert len(named[0].members) == 5 and named[0].household.head_name == HANG
    with refused(UserMends, "submission.nothing_declared"):
        declarations(paid.hien.store, WARD, "mau2")


def test_who_is_new_declares_until_the_agency_has_it(paid: Listing) -> None:
    store = paid.hien.store
    submission = drawn(paid, "d05")
    assert len(declarations(store, WARD, "tk1")) == 1
    record_answers(store, WARD, submission, [LineAnswer(1, "returned", REASON)])
    assert len(declarations(store, WARD, "tk1")) == 1
    record_answers(store, WARD, submission, [LineAnswer(1, "accepted")])
    with refused(UserMends, "submission.nothing_declared"):
        declarations(store, WARD, "tk1")
    assert len(declarations(store, WARD, "tk1", submission=submission)) == 1


def test_tk1_is_for_voluntary_insurance_only_once_health_insurance_has_its_own_form(
    paid: Listing, tmp_path: Path
) -> None:
    before = declarations(paid.hien.store, WARD, "tk1", household=paid.home, declared_on=APRIL)
    since = declarations(paid.hien.store, WARD, "tk1", household=paid.home)
    assert {d.scheme for d in before} == {"hhi", "vsi"} and {d.scheme for d in since} == {"vsi"}
    for day, said in ((APRIL, before), (since[0].declared_on, since)):
        path = tmp_path / f"tk1-{day}.pdf"
        write_declarations(path, said, form="tk1")
        assert path.read_bytes().startswith(b"%PDF")


def test_the_status_counts_what_was_returned_for_who_took_the_money(
    sent: tuple[Listing, str],
) -> None:
    office, submission = sent
    answers = [LineAnswer(1, "returned", "Sai số CCCD"), LineAnswer(2, "accepted")]
    record_answers(office.hien.store, WARD, submission, answers)
    office.sync(office.hien, office.lan)
    assert read_status(office.lan.store, State()).needs_fixing == 1
    assert read_status(office.tri.store, State()).needs_fixing == 0


# --- two desks -----------------------------------------------------------------------------------


def test_two_desks_that_draw_the_same_list_make_one_line_each_and_the_second_is_told(
    paid: Listing,
) -> None:
    first = drawn(paid)
    second = draw_up(paid.tri.store, WARD, "mau4").lists[0].submission
    paid.sync(paid.hien, paid.tri, paid.hien, paid.lan)

    for laptop in (paid.hien, paid.tri, paid.lan):
        rows = {row.submission: row for row in official_lists(laptop.store)}
        assert (rows[first].lines, rows[first].elsewhere) == (3, 0)
        assert (rows[second].lines, rows[second].drawn, rows[second].elsewhere) == (0, 3, 3)
    (told,) = drawn_twice(paid.tri.store)
    assert told.submission == second and drawn_twice(paid.hien.store) == ()
    page = official_list(paid.tri.store, WARD, second)
    assert [line.person_name for line in page.gone] == [HANG, HUSBAND, SON]

    with refused(UserMends, "submission.empty"):
        mark_sent(paid.tri.store, WARD, second)
    withdraw_list(paid.tri.store, WARD, second)
    paid.sync()
    assert drawn_twice(paid.tri.store) == ()
    assert len(official_list(paid.tri.store, WARD, first).lines) == 3


def test_a_line_drawn_again_while_another_desk_has_it_is_seen_on_both_lists(
    paid: Listing,
) -> None:
    """Tri draws, takes back and draws again, while Hiền draws: two lists hold the enrolments."""
    tri = paid.tri.store
    once = draw_up(tri, WARD, "mau4").lists[0].submission
    withdraw_list(tri, WARD, once)
    again = draw_up(tri, WARD, "mau4").lists[0].submission
    hers = drawn(paid)
    paid.sync(paid.hien, paid.tri, paid.hien)

    (told,) = drawn_twice(tri)
    assert (told.submission, told.elsewhere) == (again, 3)
    (too,) = drawn_twice(paid.hien.store)
    assert (too.submission, too.elsewhere) == (hers, 3)


def test_one_desk_sends_what_another_takes_back_and_a_person_decides_once(
    paid: Listing,
) -> None:
    from fieldapp.usecases.inbox.inbox import inbox

    submission = drawn(paid)
    paid.sync()
    mark_sent(paid.tri.store, WARD, submission)
    withdraw_list(paid.hien.store, WARD, submission)
    paid.sync()

    (row,) = inbox(paid.hien.store)
    assert row.title.code == "story.title_withdrawn"
    assert row.title.values["name"] == "001/2026/HIEN"

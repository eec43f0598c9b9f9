"""The walls of the training: nothing of it passes for real, nothing real gets into it."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from pypdf import PdfReader

from fieldapp import practice
from fieldapp.__main__ import run
from fieldapp.cli.stage.training_line import Line, PracticeWire
from fieldapp.cli.stage.training_stage import Practice
from fieldapp.demo.stage import PASSWORD
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.rules.official_lists.listing import health_form
from fieldapp.store.file.profile import Machine, Profile, rescue, unlock
from fieldapp.usecases.enrolling.enrol import Choice, enrol
from fieldapp.usecases.enrolling.papers import save_receipt
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.importing.taking_in import look_at
from fieldapp.usecases.me import me
from fieldapp.usecases.official_lists.answer_files import read_answer_rows
from fieldapp.usecases.official_lists.papers import write_submission
from fieldapp.usecases.official_lists.submissions import draw_up
from fieldapp.usecases.visiting import visit_log
from fieldapp.usecases.visiting.visits import record_visit
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words
from sync.client.parcels import carry_parcel, write_parcel
from sync.client.runner import sync_once
from tests.support.laptops import PASSWORD as REAL_PASSWORD
from tests.support.laptops import machine, new_profile
from tests.support.team import Direct, Team


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real profile's folder name with its training made beside it."""
    real = tmp_path_factory.mktemp("home") / "fieldapp"
    made = Practice(real)
    made.prepare()
    made.close()
    return real


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of it: the real profile's folder, which is empty yet."""
    shutil.copytree(built.with_name("fieldapp-training"), tmp_path / "fieldapp-training")
    return tmp_path / "fieldapp"


@pytest.fixture
def learner(home: Path) -> Iterator[tuple[Practice, Profile]]:
    """The learner's profile, open, without any network yet."""
    made = Practice(home)
    made.prepare()
    profile = unlock(made.learner, PASSWORD, made.machine(), training=True)
    yield made, profile
    profile.close()
    made.close()


@pytest.fixture(scope="module")
def own() -> Machine:
    """The machine of the real profiles, with its keystore."""
    return machine()


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises((UserMends, SurroundingsMend)) as refused:
        act()
    return refused.value.code


def forge(folder: Path, **changes: object) -> None:
    """Changes the card by hand, as somebody with an editor does."""
    path = folder / "profile.json"
    card = json.loads(path.read_text("utf-8")) | changes
    told = {name: value for name, value in card.items() if value is not None}
    path.write_text(json.dumps(told), "utf-8")


# --- files that are copied -----------------------------------------------------------------------


def test_a_training_file_over_a_real_profile_opens_nowhere(home: Path, own: Machine) -> None:
    real = new_profile(home, own)
    real.close()
    kept = home.with_name("kept")
    home.rename(kept)
    shutil.copytree(Practice(home).learner, home)
    assert code_of(lambda: unlock(home, PASSWORD, own)) == "store.is_training"
    assert code_of(lambda: rescue(home, PASSWORD, own)) == "store.is_training"
    forge(home, training=None)
    assert code_of(lambda: unlock(home, PASSWORD, own)) == "store.is_training"
    assert not practice.is_on()
    shutil.rmtree(home)
    kept.rename(home)
    unlock(home, REAL_PASSWORD, own).close()


def test_the_encrypted_file_alone_over_a_real_one_opens_nowhere(home: Path, own: Machine) -> None:
    new_profile(home, own).close()
    shutil.copyfile(Practice(home).learner / "field.db", home / "field.db")
    assert code_of(lambda: unlock(home, REAL_PASSWORD, own)) == "store.damaged"


def test_a_real_profile_in_the_training_is_neither_opened_nor_cleared(
    home: Path, own: Machine
) -> None:
    made = Practice(home)
    shutil.rmtree(made.learner)
    new_profile(made.learner, own).close()
    assert code_of(made.prepare) == "store.not_training"
    assert code_of(lambda: made.prepare(anew=True)) == "store.not_training"
    assert not practice.is_on()
    unlock(made.learner, REAL_PASSWORD, own).close()
    forge(made.learner, training=True)
    open_it = lambda: unlock(made.learner, REAL_PASSWORD, own, training=True)  # noqa: E731
    assert code_of(open_it) == "store.not_training"


@pytest.mark.parametrize("where", ["", "backup", "run/backup/mine", "run/phuc/mine"])
def test_a_real_profile_anywhere_in_the_folder_is_never_cleared(
    home: Path, own: Machine, where: str
) -> None:
    """Also where its card was lost."""
    practised = Practice(home)
    real = practised.folder / where
    new_profile(real, own).close()
    assert code_of(lambda: practised.prepare(anew=True)) == "store.not_training"
    assert (real / "field.db").exists()


def test_a_profile_without_its_card_is_not_cleared_either(home: Path, own: Machine) -> None:
    practised = Practice(home)
    real = practised.folder / "run" / "x"
    new_profile(real, own).close()
    (real / "profile.json").unlink()
    assert code_of(lambda: practised.prepare(anew=True)) == "training.folder_not_ours"
    assert (real / "field.db").exists()


def test_a_folder_of_somebody_else_is_not_cleared(tmp_path: Path) -> None:
    other = tmp_path / "fieldapp-training"
    other.mkdir()
    (other / "luan-van.docx").write_text("x")
    assert code_of(Practice(tmp_path / "fieldapp").prepare) == "training.folder_not_ours"
    assert (other / "luan-van.docx").read_text() == "x"


@pytest.mark.parametrize(
    "command",
    [
        ["sync"],
        ["do", "todays_list"],
        ["export", "visits", "--out", "visits.xlsx"],
        ["parcel", "write"],
        ["rescue"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_says_that_it_is_the_training(
    home: Path,
    command: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FIELDAPP_PASSWORD", PASSWORD)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    code = run(["--profile", str(Practice(home).learner), "--json", *command])
    assert code == 2
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "store.is_training"


# --- servers -------------------------------------------------------------------------------------


def test_another_address_in_the_card_is_refused(home: Path) -> None:
    made = Practice(home)
    forge(made.learner, server="https://sync.example.vn")
    made.prepare()
    profile = unlock(made.learner, PASSWORD, made.machine(), training=True)
    try:
        made.follow(None)
        wire = made.connect(profile.card.server, profile.store.setting("token"))
        report = sync_once(profile.store, wire, random=Random(1))
        assert report.trouble is not None and report.trouble.code == "training.other_server"
        assert not report.pushed
    finally:
        profile.close()
        made.close()


def test_the_practice_wire_knows_no_real_address(learner: tuple[Practice, Profile]) -> None:
    made, _ = learner
    assert made._admin is not None
    for address in ("https://sync.test", "http://127.0.0.1:8420", "", practice.SERVER + "/x"):
        wire = PracticeWire(made._admin.service, Line(up=True), address, None)
        assert code_of(lambda wire=wire: wire.knock(None)) == "training.other_server"  # type: ignore[misc, arg-type]  # mypy infers no lambda with a default


def test_a_real_server_takes_no_parcel_of_the_training(
    learner: tuple[Practice, Profile], tmp_path: Path
) -> None:
    made, profile = learner
    story = made.story(profile.store)
    record_visit(profile.store, story.ward, story.household, "not_at_home")
    (parcel,) = write_parcel(profile.store, tmp_path).files
    team = Team()
    try:
        lan = team.laptop(tmp_path / "lan", "lan")
        lan.synced()
        way = Direct(team.service, lan.store.setting("token"))
        assert code_of(lambda: carry_parcel(way, parcel)) == "parcel.for_another_server"
        assert code_of(lambda: sync_real(profile, team)) == "sync.signed_out"
        lan.profile.close()
    finally:
        team.close()


def sync_real(profile: Profile, team: Team) -> None:
    """Hands the training's token to a real server."""
    report = sync_once(
        profile.store, Direct(team.service, profile.store.setting("token")), random=Random(1)
    )
    assert report.trouble is not None
    raise UserMends(report.trouble.code)


def test_receipt_books_of_the_training_and_of_a_server_never_meet(home: Path) -> None:
    team = Team()
    try:
        assert code_of(lambda: team.admin.add_book("luyentap-7", 1, 9, team.ward)) == (
            "server.book_of_training"
        )
        team.admin.add_book("AB/2026", 1, 9, team.ward)
    finally:
        team.close()
    made = Practice(home)
    made.prepare()
    assert made._admin is not None
    assert {book["book"] for book in made._admin.books()} == {"LUYENTAP-1", "LUYENTAP-2"}
    made.close()


# --- papers --------------------------------------------------------------------------------------


def test_every_paper_says_across_it_what_it_is(
    learner: tuple[Practice, Profile], tmp_path: Path
) -> None:
    made, profile = learner
    store, story = profile.store, made.story(profile.store)
    page = household_page(store, story.ward, story.household)
    two = tuple(member.person for member in page.members[:2])
    paid = enrol(
        store, page, Choice(two, 12), method="cash", payer=page.head_name, consent="spoken"
    )
    assert paid.book.startswith(practice.BOOK)
    receipt = save_receipt(store, story.ward, paid.receipt, tmp_path / "bl.pdf", Words("en"))
    assert "LUYỆN TẬP" in PdfReader(receipt).pages[0].extract_text()
    (drawn,) = draw_up(store, story.ward, health_form(store.today())).lists
    listed = tmp_path / "mau4.xlsx"
    write_submission(store, story.ward, drawn.submission, listed)
    with zipfile.ZipFile(listed) as book:
        drawings = [n for n in book.namelist() if n.startswith("xl/drawings/drawing")]
        assert drawings and all("LUYỆN TẬP" in book.read(n).decode() for n in drawings)
    for ending in ("csv", "pdf", "xlsx"):
        written = tmp_path / f"visits.{ending}"
        export_visits(profile, written)
        text = written.read_bytes()
        if ending == "csv":
            assert text.decode("utf-8-sig").startswith('"LUYỆN TẬP"')
        if ending == "pdf":
            assert all("LUYỆN TẬP" in p.extract_text() for p in PdfReader(written).pages)


def export_visits(profile: Profile, path: Path) -> None:
    """The visit log of a year."""
    day = profile.store.today()
    asked = VisitFilter(me(profile.store).streams, date(day.year - 1, 1, 1), day)
    visit_log.export(profile.store, asked, path, path.suffix[1:], Words("vi"))


def test_lists_of_real_people_are_not_read_in(
    learner: tuple[Practice, Profile], tmp_path: Path
) -> None:
    _, profile = learner
    real = tmp_path / "den-han.csv"
    real.write_text("STT;Họ và tên\n1;Nguyễn Văn Thật\n", "utf-8")
    assert code_of(lambda: look_at(profile.store, "due", real)) == "imports.not_in_training"
    assert code_of(lambda: read_answer_rows(real)) == "imports.not_in_training"

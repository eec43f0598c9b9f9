"""One moment of the demo in which every place has something to show.

A conflict waits, a line came back, a list was drawn up twice, a receipt is crossed out, two records
look like one person, and work is unsent. All of it by the use cases that people use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from fieldapp.demo import stage
from fieldapp.demo.stage import Stage
from fieldapp.demo.story import WARD
from fieldapp.rules.official_lists.listing import health_form
from fieldapp.store import tables
from fieldapp.store.file.profile import Profile
from fieldapp.store.store import Store
from fieldapp.usecases.enrolling.enrol import Choice, VsiChoice, enrol
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.usecases.households.households_table import households
from fieldapp.usecases.households.people import edit_person, register_household
from fieldapp.usecases.official_lists.answers import LineAnswer, accept_rest, record_answers
from fieldapp.usecases.official_lists.lists import mark_sent
from fieldapp.usecases.official_lists.submissions import draw_up
from fieldapp.usecases.receipts.voids import void_receipt
from fieldapp.usecases.visiting.today import todays_list
from fieldapp.usecases.visiting.visits import record_visit

RETURNED = "Ngày sinh không khớp cơ sở dữ liệu dân cư"
PENSION_DONG, PENSION_MONTHS = 1_500_000, 6


@dataclass(frozen=True)
class _Scene:
    place: Stage
    profiles: Mapping[str, Profile]
    sync: Callable[[Profile], None]
    ward: str
    home: str

    def store(self, username: str) -> Store:
        return self.profiles[username].store

    def page(self, username: str) -> HouseholdPage:
        return household_page(self.store(username), self.ward, self.home)

    def send(self, *usernames: str) -> None:
        for username in usernames:
            self.sync(self.profiles[username])


def set_the_scene(
    place: Stage, profiles: Mapping[str, Profile], sync: Callable[[Profile], None]
) -> None:
    """Brings the laptops of a built stage to that moment; `sync` is one whole sync of one."""
    ward = stage.streams(place.town)[WARD]
    head = place.town.story.head.name
    lines = households(profiles["lan"].store, text=head)
    home = next(line.household for line in lines if line.head_name == head and line.ward == ward)
    scene = _Scene(place, profiles, sync, ward, home)
    _take_money(scene)
    _list_and_return(scene)
    _draw_up_twice(scene)
    _part(scene)
    _register_again(scene)
    _leave_unsent(scene)


def _take_money(scene: _Scene) -> None:
    """Two members and a pension; a second receipt that is crossed out."""
    lan, page = scene.store("lan"), scene.page("lan")
    one, two, *_, son, _ = (member.person for member in page.members)
    pension = VsiChoice(son, PENSION_DONG, PENSION_MONTHS)
    choice = Choice((one, two), 12, (pension,))
    enrol(lan, page, choice, method="cash", payer=page.head_name, consent="spoken")
    page = scene.page("lan")
    wrong = enrol(
        lan, page, Choice((son,), 3), method="transfer", payer=page.head_name, consent="spoken"
    )
    void_receipt(lan, scene.ward, wrong.receipt, "Ghi nhầm kỳ đóng, viết lại biên lai khác")
    scene.send("lan", "hien", "phuc")


def _list_and_return(scene: _Scene) -> None:
    hien, ward = scene.store("hien"), scene.ward
    (drawn,) = draw_up(hien, ward, health_form(scene.place.town.day)).lists
    mark_sent(hien, ward, drawn.submission)
    record_answers(hien, ward, drawn.submission, [LineAnswer(2, "returned", RETURNED)])
    accept_rest(hien, ward, drawn.submission)
    scene.send("hien", "lan")


def _draw_up_twice(scene: _Scene) -> None:
    """The clerk and a canvasser draw up the pensions without knowing of each other."""
    draw_up(scene.store("phuc"), scene.ward, "d05")
    draw_up(scene.store("hien"), scene.ward, "d05")
    scene.send("phuc", "hien", "phuc", "lan")


def _part(scene: _Scene) -> None:
    """Two canvassers spell a name differently; the clerk has both."""
    person = scene.place.town.story.persons[1]
    for username, name, evidence in (
        ("lan", person.card_name, "card_scan"),
        ("phuc", "Trần Quốc Khởi", "told"),
    ):
        page = scene.page(username)
        husband = next(member for member in page.members if member.name == person.name)
        edit_person(
            scene.store(username),
            scene.ward,
            husband.person,
            {"full_name": name},
            basis=page.basis,
            evidence={"kind": evidence},
        )
    scene.send("lan", "phuc", "hien", "lan")


def _register_again(scene: _Scene) -> None:
    """A neighbour's list has the daughter a second time, at the next door."""
    daughter = scene.place.town.story.persons[2]
    fields = {"house_number": "123/4/9", "street": scene.place.town.story.street}
    member = {
        "full_name": daughter.name,
        "born_on": daughter.born_on,
        "sex": daughter.sex,
        "phone": "0909123456",
        "relationship": "00",
    }
    register_household(scene.store("hien"), scene.ward, fields, [member])
    scene.send("hien", "lan")


def _leave_unsent(scene: _Scene) -> None:
    lan = scene.store("lan")
    rows = [row for group in todays_list(lan).groups for row in group.rows]
    for row, outcome in zip(rows[3:6], ("not_at_home", "considering", "not_at_home"), strict=False):
        record_visit(lan, row.ward, row.household, outcome)


def forget_drafts(store: Store) -> None:
    """Forms are empty again when they are opened next."""
    draft = tables.draft.c
    for row in store.read(lambda c: c.execute(select(draft.place, draft.subject)).all()):
        store.drop_draft(row.place, row.subject)

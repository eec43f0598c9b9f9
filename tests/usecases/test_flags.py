"""Questions about work over real syncs: who sees them, replies, a decision and its undo."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from fieldapp.cli.do import call
from fieldapp.errors import UserMends
from fieldapp.model import FlagClearing, FlagReply, Household
from fieldapp.store.queries.households import visits
from fieldapp.store.rows import read_fields
from fieldapp.usecases import changes
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.people import edit_household, edit_person
from fieldapp.usecases.visiting.flags import (
    FlagRow,
    clear_flag,
    flags,
    open_flags,
    reopen_flag,
    reply_to_flag,
)
from fieldapp.usecases.visiting.visits import record_visit
from fieldapp.words import Words
from tests.support.laptops import WARD, add_family, edit, working
from tests.support.refusals import refused
from tests.support.team import Laptop, Team


@dataclass
class Office:
    """Two canvassers and a supervisor of one ward, with doors to knock at."""

    team: Team
    lan: Laptop
    phuc: Laptop
    minh: Laptop
    homes: list[str]

    def sync(self) -> None:
        for laptop in (self.lan, self.phuc, self.minh, self.lan, self.phuc):
            laptop.synced()

    def hurries(self, doors: int = 14) -> None:
        """Lan writes many doors down within a minute."""
        for home in self.homes[:doors]:
            record_visit(self.lan.store, WARD, home, "not_at_home")
            self.lan.clock.forward(seconds=3)


def all_visits(connection: Connection) -> Sequence[Any]:
    return connection.execute(select(visits.c.id)).all()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    team = Team()
    lan = team.laptop(tmp_path / "lan", "lan")
    phuc = team.laptop(tmp_path / "phuc", "phuc")
    minh = team.laptop(tmp_path / "minh", "minh", role="supervisor")
    homes = [add_family(lan.store, [f"Người {n}"])[0] for n in range(16)]
    made = Office(team, lan, phuc, minh, homes)
    made.sync()
    try:
        yield made
    finally:
        for laptop in (lan, phuc, minh):
            laptop.profile.close()
        team.close()


def only(laptop: Laptop) -> FlagRow:
    (row,) = flags(laptop.store)
    return row


def test_the_person_concerned_and_the_supervisor_see_the_same_words_and_nobody_else(
    office: Office,
) -> None:
    office.hurries()
    assert only(office.lan).may_reply and open_flags(office.lan.store) == 1
    office.sync()
    mine, theirs = only(office.lan), only(office.minh)
    assert (mine.flag, mine.reason, mine.evidence) == (theirs.flag, theirs.reason, theirs.evidence)
    assert mine.reason.values["doors"] == 14 and mine.kind == "pace"
    assert [one.outcome for one in mine.evidence] == ["not_at_home"] * 14
    assert (mine.may_reply, mine.may_clear) == (True, False)
    assert (theirs.may_reply, theirs.may_clear) == (False, True)
    assert flags(office.phuc.store) == ()


def test_a_reply_reaches_the_supervisor_who_settles_it_and_can_take_that_back(
    office: Office,
) -> None:
    office.hurries()
    flag = only(office.lan).flag
    reply_to_flag(office.lan.store, WARD, flag, "  Ghi lại từ sổ tay lúc trưa ")
    assert only(office.lan).replies[0].word == "on_device"
    office.sync()
    row = only(office.minh)
    assert (row.state, row.replies[0].text) == ("answered", "Ghi lại từ sổ tay lúc trưa")
    assert open_flags(office.minh.store) == 1

    done = clear_flag(office.minh.store, WARD, flag, "Đã xem sổ")
    assert only(office.minh).cleared_word == "on_device"
    office.sync()
    assert only(office.minh).cleared_word == "sent"
    settled = only(office.lan)
    assert (settled.state, settled.cleared_by, settled.cleared_note) == (
        "cleared",
        "Minh",
        "Đã xem sổ",
    )
    assert open_flags(office.minh.store) == 0
    changes.undo(office.minh.store, done)
    office.sync()
    assert only(office.lan).state == "answered"
    clear_flag(office.minh.store, WARD, flag)
    reopen_flag(office.minh.store, WARD, flag)
    office.sync()
    assert only(office.lan).state == "answered"


def test_what_is_found_after_a_decision_is_asked_about_anew(office: Office) -> None:
    office.hurries()
    office.sync()
    clear_flag(office.minh.store, WARD, only(office.minh).flag)
    record_visit(office.lan.store, WARD, office.homes[15], "not_at_home")
    office.sync()
    again = only(office.minh)
    assert (again.state, again.clearing) == ("open", "")
    assert len(again.evidence) == 15


def test_what_two_desks_looked_at_in_parts_is_settled_once_all_of_it_was(office: Office) -> None:
    office.hurries()
    office.sync()
    row, store = only(office.minh), office.minh.store
    seen = [one.id for one in store.read(all_visits)]
    for part, state in ((seen[:8], "open"), (seen[8:], "cleared")):
        with working(store, "flag.clear") as work:
            work.create(
                FlagClearing(
                    ward=WARD,
                    id=work.fresh_id(),
                    flag=row.flag,
                    canvasser=row.canvasser,
                    seen=part,
                    cleared_by="minh",
                    cleared_at=store.server_now(),
                )
            )
        assert only(office.minh).state == state
    office.sync()
    assert only(office.lan).state == "cleared"


def test_nobody_answers_for_another_and_no_canvasser_settles(office: Office) -> None:
    office.hurries()
    office.sync()
    flag = only(office.minh).flag
    with refused(UserMends, "flags.not_yours"):
        reply_to_flag(office.minh.store, WARD, flag, "Tôi nghĩ là đúng")
    with refused(UserMends, "flags.not_supervisor"):
        clear_flag(office.lan.store, WARD, flag)
    with refused(UserMends, "flags.not_supervisor"):
        reopen_flag(office.lan.store, WARD, flag)
    with refused(UserMends, "flags.not_cleared"):
        reopen_flag(office.minh.store, WARD, flag)
    with refused(UserMends, "flags.no_text"):
        reply_to_flag(office.lan.store, WARD, flag, " \n ")
    with refused(UserMends, "flags.too_long"):
        reply_to_flag(office.lan.store, WARD, flag, "a" * 2_001)
    with refused(UserMends, "flags.too_long"):
        clear_flag(office.minh.store, WARD, flag, "a" * 2_001)
    with refused(UserMends, "flags.gone"):
        reply_to_flag(office.lan.store, WARD, "nothing", "x")
    clear_flag(office.minh.store, WARD, flag)
    with refused(UserMends, "flags.cleared_already"):
        clear_flag(office.minh.store, WARD, flag)


def test_the_server_holds_a_forged_reply_and_a_canvassers_decision(office: Office) -> None:
    at = office.phuc.store.server_now()
    with working(office.phuc.store, "flag.reply") as work:
        work.create(
            FlagReply(
                ward=WARD, id=work.fresh_id(), flag="f", canvasser="lan", text="x", replied_at=at
            )
        )
    office.hurries()
    office.sync()
    clear = only(office.minh)
    granted = office.lan.store.setting("grants")
    office.lan.store.remember(grants=[{**one, "role": "supervisor"} for one in granted])
    with refused(UserMends, "flags.not_supervisor"):  # nobody settles a question about herself
        clear_flag(office.lan.store, WARD, clear.flag)
    office.phuc.store.remember(
        grants=[{**one, "role": "supervisor"} for one in office.phuc.store.setting("grants")]
    )
    clear_flag(office.phuc.store, WARD, clear.flag)
    with working(office.minh.store, "flag.clear") as work:  # in another's name
        work.create(
            FlagClearing(
                ward=WARD, id=work.fresh_id(), flag=clear.flag, cleared_by="lan", cleared_at=at
            )
        )
    office.sync()
    assert [row.reason for row in changes.troubled(office.minh.store)] == ["no_right"]
    assert [row.reason for row in changes.troubled(office.phuc.store)] == ["no_right", "no_right"]
    assert (only(office.minh).state, only(office.minh).replies) == ("open", ())


def test_nobody_settles_her_own_question_under_another_ones_name(office: Office) -> None:
    """The server sees the name, the question is an id that it can't take apart."""
    office.hurries()
    office.team.admin.grant("lan", WARD, "supervisor")
    office.sync()
    asked = only(office.minh)
    with working(office.lan.store, "flag.clear") as work:
        work.create(
            FlagClearing(
                ward=WARD,
                id=work.fresh_id(),
                flag=asked.flag,
                kind=asked.kind,
                canvasser="phuc",
                seen=[row.id for row in office.lan.store.read(all_visits)],
                cleared_by="lan",
                cleared_at=office.lan.store.server_now(),
            )
        )
    office.sync()
    assert changes.troubled(office.lan.store) == ()
    assert [only(of).state for of in (office.minh, office.lan)] == ["open", "open"]


def test_a_phone_that_one_person_wrote_at_many_doors_and_one_from_a_list(office: Office) -> None:
    for home in office.homes[:4]:
        page = household_page(office.lan.store, WARD, home)
        edit_household(office.lan.store, WARD, home, {"phone": "0903555214"}, basis=page.basis)
    for home in office.homes[4:9]:
        page = household_page(office.phuc.store, WARD, home)
        edit_person(
            *(office.phuc.store, WARD, page.members[0].person, {"phone": "0903555999"}),
            basis=page.basis,
            evidence={"kind": "list"},
        )
    office.sync()
    row = only(office.minh)
    assert (row.kind, row.canvasser, row.on) == ("phone", "lan", None)
    assert {one.household for one in row.evidence} == set(office.homes[:4])
    assert only(office.lan).may_reply and flags(office.phuc.store) == ()


def test_a_door_that_was_taken_back_is_no_door_with_that_phone(office: Office) -> None:
    for home in office.homes[:5]:
        page = household_page(office.lan.store, WARD, home)
        edit_household(office.lan.store, WARD, home, {"phone": "0903555214"}, basis=page.basis)
    edit(office.lan.store, Household, office.homes[0], withdrawn=True)
    row = only(office.lan)
    assert {one.household for one in row.evidence} == set(office.homes[1:5])
    assert row.reason.values["n"] == 4
    edit(office.lan.store, Household, office.homes[1], withdrawn=True)
    assert flags(office.lan.store) == ()


def test_a_reply_keeps_what_a_newer_program_added_to_it(office: Office) -> None:
    office.hurries()
    flag = only(office.lan).flag
    with working(office.lan.store, "flag.reply") as work:
        made = FlagReply(
            ward=WARD,
            id=work.fresh_id(),
            flag=flag,
            canvasser="lan",
            text="x",
            replied_at=office.lan.store.server_now(),
            unknown={"mood": "calm"},
        )
        work.create(made)
    office.sync()
    kept = office.minh.store.read(read_fields, WARD, ("flag_reply", made.id))
    assert kept is not None and kept["mood"] == "calm"


def test_old_days_are_settled_and_scripts_do_the_same(office: Office) -> None:
    office.hurries()
    words = Words("vi")
    told = json.loads(json.dumps(call(office.lan.store, words, "flags", {})))
    said = {"ward": WARD, "flag": told[0]["flag"], "text": "Ghi từ sổ"}
    assert call(office.lan.store, words, "reply_to_flag", said)
    assert told[0]["on"] == date(2026, 11, 23).isoformat()
    office.lan.clock.forward(days=31)
    assert flags(office.lan.store) == ()

"""The demo's stage on real parts: a server process, four sign-ins, a small town, equal counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fieldapp.cli.stage import demo_stage
from fieldapp.cli.stage.demo import _own_folder
from fieldapp.cli.stage.demo_stage import (
    build,
    machine_of,
    running_server,
    set_up_server,
    summary_of,
)
from fieldapp.cli.sync import sync
from fieldapp.clock import SetClock, business_date
from fieldapp.demo import stage
from fieldapp.demo.stage import PASSWORD, Stage
from fieldapp.demo.summary import disagreements
from fieldapp.demo.town import make_town
from fieldapp.demo.town_clock import TownClock
from fieldapp.errors import UserMends
from fieldapp.store.file.keys import Cost
from fieldapp.store.file.profile import Machine, Profile, unlock
from fieldapp.usecases.enrolling.enrol import book
from fieldapp.usecases.visiting.today import todays_list
from fieldapp.usecases.visiting.visits import record_visit
from tests.support.refusals import refused

DAY = date(2026, 11, 23)
HOUSEHOLDS = 24


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A stage with a small town; its server has ended, its profiles are closed."""
    place = Stage(tmp_path_factory.mktemp("demo") / "out", make_town(DAY, households=HOUSEHOLDS))
    stage.clear(place.out)
    demo_stage.come_to_town(place)
    invitations = set_up_server(place)
    with pytest.MonkeyPatch.context() as patch, running_server(place) as server:
        patch.setattr(demo_stage, "machine_of", cheap)
        profiles = build(
            place, server, invitations, demo_stage.morning(place), lambda key, **values: None
        )
        late_visit(profiles["lan"])
        for profile in profiles.values():
            assert sync(profile).trouble is None
        for profile in profiles.values():
            assert sync(profile).trouble is None
            profile.close()
    return place


def cheap(place: Stage) -> Machine:
    return machine_of(place, cost=Cost(64, 1, 1))


def late_visit(profile: Profile) -> None:
    """One visit of lan's, to be counted everywhere."""
    row = todays_list(profile.store).groups[0].rows[0]
    record_visit(profile.store, row.ward, row.household, "not_at_home")


def test_four_laptops_and_the_server_count_the_same(built: Stage) -> None:
    summary = summary_of(built)
    assert summary["disagreements"] == []
    assert set(summary["totals"]) == {"server", "lan", "phuc", "hien", "tri"}
    server = summary["totals"]["server"]
    assert server["households"] == HOUSEHOLDS
    assert server["people"] == sum(1 for _ in built.town.persons())
    assert server["visits_of_day"] == 1
    first_day = stage.first_morning(built.town).date()
    known = [home for home in built.town.households if not stage.is_new(home, first_day)]
    assert server["visits"] == 1 + sum(len(home.visits) for home in known) > 1
    json.dumps(summary)


def test_each_canvasser_has_a_list_for_the_day_and_a_receipt_book(built: Stage) -> None:
    for username in ("lan", "phuc"):
        profile = unlock(built.laptop(username), PASSWORD, cheap(built))
        found = todays_list(profile.store)
        assert found.day == DAY and found.total > 0
        leased = book(profile.store)
        assert leased is not None and leased.left > 10
        profile.close()


def test_the_story_household_is_in_the_hands_of_lan(built: Stage) -> None:
    profile = unlock(built.laptop("lan"), PASSWORD, cheap(built))
    rows = [row for group in todays_list(profile.store).groups for row in group.rows]
    assert built.town.story.head.name in [row.head_name for row in rows]
    profile.close()


def test_a_difference_between_two_machines_is_named(built: Stage) -> None:
    profile = unlock(built.laptop("lan"), PASSWORD, cheap(built))
    ward = next(iter(stage.streams(built.town).values()))
    counts = profile.store.read(demo_stage.count_ward, ward, DAY)
    profile.close()
    other = replace(counts, receipts=counts.receipts + 1, chain="other")
    told = disagreements({"server": {ward: counts}, "lan": {ward: other}})
    assert len(told) == 2 and any("receipts" in one for one in told)


def test_a_folder_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not lose", "utf-8")
    with pytest.raises(FileExistsError):
        stage.clear(tmp_path)
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "do not lose"


def profile_in(folder: Path, **card: object) -> Path:
    folder.mkdir(parents=True)
    said = {"profile": "p", "full_name": "", "device_name": ""} | card
    (folder / "profile.json").write_text(json.dumps(said), "utf-8")
    (folder / "key.json").write_text("{}", "utf-8")
    return folder


MINE = {"server": "http://127.0.0.1:41234", "username": "lan"}
REAL = {"server": "https://bhxh.vi-du.test", "username": "lan"}


@pytest.mark.parametrize(
    ("where", "card"),
    [
        ("fieldapp", REAL),
        ("run/lan", REAL),
        ("run/lan/old/copy", MINE),
        ("run/nobody", MINE),
        ("run/lan", MINE | {"username": None, "server": None}),
        ("run/real-training/run/phuc", REAL | {"username": "phuc"}),
    ],
)
def test_a_real_profile_in_the_demo_s_folder_is_not_deleted(
    tmp_path: Path, where: str, card: dict[str, object]
) -> None:
    stage.clear(tmp_path)
    inside = profile_in(tmp_path / where, **card)
    with pytest.raises(FileExistsError):
        stage.clear(tmp_path)
    with refused(UserMends, "demo.folder_not_ours"), _own_folder(tmp_path):
        pass
    assert (inside / "key.json").exists()


def test_a_profile_that_lost_its_card_is_not_deleted_one_that_was_broken_off_is(
    tmp_path: Path,
) -> None:
    stage.clear(tmp_path)
    (profile_in(tmp_path / "run" / "lan") / "profile.json").unlink()
    stage.clear(tmp_path)
    (profile_in(tmp_path / "fieldapp") / "profile.json").unlink()
    with pytest.raises(FileExistsError):
        stage.clear(tmp_path)


def test_the_demo_s_own_profiles_and_its_training_s_are_cleared(tmp_path: Path) -> None:
    stage.clear(tmp_path)
    profile_in(tmp_path / "run" / "lan", **MINE)
    practised = tmp_path / "run" / "real-training" / "run" / "phuc"
    profile_in(practised, server="practice", username="phuc", training=True)
    stage.clear(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [stage.MADE_BY, "run"]


def test_a_folder_of_an_earlier_demo_is_made_empty(tmp_path: Path) -> None:
    stage.clear(tmp_path)
    (tmp_path / "run" / "server" / "server.db").write_text("old", "utf-8")
    (tmp_path / "01.png").write_text("old", "utf-8")
    stage.clear(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [stage.MADE_BY, "run"]
    assert list((tmp_path / "run" / "server").iterdir()) == []


def test_the_towns_clock_is_shared_and_never_goes_back(tmp_path: Path) -> None:
    base = SetClock(demo_stage.datetime(2026, 11, 23, 1, tzinfo=demo_stage.VIETNAM))
    one, other = TownClock(tmp_path / "clock", base), TownClock(tmp_path / "clock", base)
    morning = demo_stage.datetime(2026, 3, 2, 7, 45, tzinfo=demo_stage.VIETNAM)
    one.set_to(morning)
    assert other.now() == morning and business_date(other.now()) == date(2026, 3, 2)
    base.forward(minutes=5)
    other.set_to(morning)
    assert one.now() > morning

"""Organisations, collector codes, campaigns and targets, from the command line to every laptop."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldapp.errors import UserMends
from fieldapp.model import Campaign, Organisation, Staff, Target
from fieldapp.store.queries import households as q
from fieldapp.store.queries import submissions as lists
from sync.server.reference.campaigns import Campaigns, NewTarget, templates
from sync.server.verify import verify
from tests.server.test_server_cli import STREAM, Tool
from tests.support.refusals import refused
from tests.support.team import Team


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    return Tool(tmp_path / "data")


def test_the_campaign_of_november_2024_is_known_with_its_targets(tool: Tool) -> None:
    tool.json("campaign", "add", "--template", "2024-11")
    (campaign,) = tool.json("campaign", "list")
    assert (campaign["starts_on"], campaign["ends_on"]) == ("2024-11-02", "2024-12-31")
    people = {
        (one["scheme"], one["kind"]): int(one["people"]) for one in tool.json("target", "list")
    }
    assert people == {("vsi", "new"): 15_000, ("hhi", "new"): 87_535, ("hhi", "renewal"): 812_465}
    assert people["hhi", "new"] + people["hhi", "renewal"] == 900_000


def test_everything_is_set_from_the_command_line(tool: Tool) -> None:
    ward = ("ward", "add", "26956", "--valid-from", "2025-07-01", "--name", "Thạnh Mỹ Tây")
    tool.json(*ward)
    user = ("--full-name", "Lê Thị Hồng Lan", "--role", "canvasser", "--ward", STREAM)
    tool.json("user", "add", "lan", *user, "--password-stdin", typed="mat khau that dai\n")
    tool.json("organisation", "add", "BD01", "--name", "Bưu điện", "--tax-code", "0300000000")
    tool.json("user", "collector", "lan", "--code", "NV01", "--organisation", "BD01")
    days = ("--starts-on", "2026-11-01", "--ends-on", "2026-11-30")
    tool.json("campaign", "add", "T11", "--name", "Tháng 11", *days)
    for people in ("10", "20"):
        target = ("--scheme", "vsi", "--kind", "new", "--people", people, "--collector", "lan")
        tool.json("target", "add", "T11", *target)
    (target_row,) = tool.json("target", "list")
    assert (target_row["people"], target_row["collector"]) == (20, "lan")
    assert tool.json("organisation", "list")[0]["code"] == "BD01"
    assert tool.json("verify")["sound"] is True


def test_what_names_nothing_is_refused_in_words(tool: Tool) -> None:
    for words, said in {
        ("campaign", "add", "X", "--name", "X"): "server.campaign_days_missing",
        ("campaign", "add", "--template", "1999"): "server.template_unknown",
        ("user", "collector", "nobody", "--code", "1"): "server.user_unknown",
        ("organisation", "add", " ", "--name", "X"): "server.code_invalid",
        (
            "target", "add", "none", "--scheme", "vsi", "--kind", "new", "--people", "1",
        ): "server.campaign_unknown",
    }.items():  # fmt: skip
        done = tool.run(*words)
        assert done.returncode == 1 and f"({said})" in done.stderr


def test_laptops_get_it_with_the_next_sync(tmp_path: Path) -> None:
    team = Team()
    lan = team.laptop(tmp_path / "lan", "lan")
    campaigns = Campaigns(team.service)
    campaigns.add_organisation("BD01", "Bưu điện")
    campaigns.set_collector("lan", code="NV01", organisation="BD01")
    campaigns.set_collector("lan", code="NV02")
    campaigns.add_template("2024-11")
    lan.synced()

    (staff,) = lan.store.read(q.all_staff)
    assert (staff.collector_code, staff.organisation, staff.full_name) == ("NV02", "BD01", "Lan")
    assert [row.code for row in lan.store.read(lists.all_organisations)] == ["BD01"]
    (campaign,) = lan.store.read(lists.all_campaigns)
    assert sum(row.people for row in lan.store.read(lists.targets_of, campaign.code)) == 915_000
    assert verify(team.service.database) == []
    lan.profile.close()
    team.close()


def test_a_target_must_name_what_there_is() -> None:
    team = Team()
    campaigns = Campaigns(team.service)
    campaigns.add_template("2024-11")
    good = {"campaign": "2024-11", "scheme": "vsi", "kind": "new", "people": 1}
    for code, wrong in {
        "server.campaign_unknown": {"campaign": "none"},
        "server.scheme_unknown": {"scheme": "x"},
        "server.kind_unknown": {"kind": "x"},
        "server.people_invalid": {"people": -1},
        "server.ward_unknown": {"ward": "city"},
        "server.organisation_unknown": {"organisation": "none"},
        "server.user_unknown": {"collector": "none"},
    }.items():
        with refused(UserMends, code):
            campaigns.add_target(NewTarget(**(good | wrong)))  # type: ignore[arg-type]  # fields given by name
    campaigns.add_target(NewTarget(**(good | {"ward": team.ward})))  # type: ignore[arg-type]  # fields given by name
    assert len(campaigns.listed(Target)) == 4 and len(campaigns.listed(Campaign)) == 1
    assert campaigns.listed(Organisation) == [] and campaigns.listed(Staff) == []
    team.close()


def test_every_template_holds_together() -> None:
    for one in templates():
        assert one["starts_on"] < one["ends_on"] and one["source"] and one["target"]

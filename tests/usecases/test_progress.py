"""Targets against people who joined: what counts, at which pace, as of when, and the odd wards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fieldapp.cli.do import call
from fieldapp.errors import UserMends
from fieldapp.rules.campaign_figures import Figure
from fieldapp.usecases.devices_heard import heard_of
from fieldapp.usecases.households.merging import merge_people, part_people
from fieldapp.usecases.official_lists.target_table import target_table
from fieldapp.usecases.progress import CampaignProgress, campaign_progress, canvassers_of_ward
from fieldapp.usecases.progress_visits import visits_of_canvasser
from fieldapp.usecases.receipts import money
from fieldapp.usecases.receipts.voids import void_receipt
from fieldapp.usecases.visiting.visits import record_visit
from fieldapp.words import Words
from sync.client.pruning import prune
from sync.server.reference.campaigns import Campaigns, NewTarget
from tests.support.laptops import WARD
from tests.support.listing import HANG, HUSBAND, SON, Listing, open_listing
from tests.support.refusals import refused
from tests.support.team import Laptop

TODAY = date(2026, 11, 23)
LAST = date(2026, 12, 31)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        yield opened


def aim(office: Listing, *targets: NewTarget, until: date = LAST) -> None:
    """A campaign since the ninth, with these targets; everybody has it."""
    campaigns = Campaigns(office.team.service)
    campaigns.add_campaign("T", "Đợt thử", date(2026, 11, 9), until)
    for target in targets:
        campaigns.add_target(target)
    office.sync()


def ward_target(scheme: str, kind: str, people: int, **whose: str) -> NewTarget:
    return NewTarget("T", scheme, kind, people, ward=WARD, **whose)


def total(found: CampaignProgress, scheme: str, kind: str) -> Figure:
    return next(f for f in found.totals if (f.scheme, f.kind) == (scheme, kind))


def counts(of: Laptop) -> dict[str, tuple[int, int]]:
    """What is counted and what waits, by kind, in the ward of the tests."""
    (ward,) = campaign_progress(of.store).wards
    return {f"{f.scheme} {f.kind}": (f.done, f.waiting) for f in ward.figures}


def test_own_work_counts_once_the_server_has_it_and_waits_until_then(office: Listing) -> None:
    aim(office, ward_target("hhi", "renewal", 10))
    office.pays(office.lan, HANG, HUSBAND, SON, vsi=SON)

    assert counts(office.lan) == {
        "vsi new": (0, 1),
        "vsi renewal": (0, 0),
        "hhi renewal": (0, 2),
        "hhi new": (0, 1),
    }
    office.sync()
    everywhere = [counts(of) for of in office.everybody]
    assert everywhere[0]["hhi renewal"] == (2, 0)
    assert all(one == everywhere[0] for one in everywhere)


def test_a_target_of_the_ward_is_measured_and_both_kinds_add_up(office: Listing) -> None:
    aim(office, ward_target("hhi", "renewal", 10), ward_target("hhi", "new", 5))
    office.pays(office.lan, HANG, HUSBAND, SON)
    office.sync()
    office.tri.clock.forward(days=1)

    found = campaign_progress(office.tri.store)
    kept = total(found, "hhi", "renewal")
    assert (found.days_left, kept.target, kept.done) == (37, 10, 2)
    assert (kept.pace.percent, kept.pace.needed, kept.pace.lately) == (20, 1, 2)
    both = total(found, "hhi", "both")
    assert (both.target, both.done, both.pace.percent) == (15, 3, 20)
    assert total(found, "vsi", "new").target is None
    assert total(found, "vsi", "new").pace.state == "no_target"


def test_the_same_people_stand_in_b15a(office: Listing) -> None:
    aim(office, NewTarget("T", "hhi", "renewal", 10), ward_target("hhi", "new", 5))
    office.pays(office.lan, HANG, HUSBAND, SON, vsi=SON)
    office.sync()
    of_all = target_table(office.tri.store, Words("vi")).lines[0]
    found = campaign_progress(office.tri.store)
    assert total(found, "hhi", "renewal").done == of_all.hhi.total_renewal == 2
    assert total(found, "hhi", "new").done == of_all.hhi.total_new == 1


def test_a_void_receipt_and_money_from_before_do_not_count(office: Listing) -> None:
    office.pays(office.lan, SON)
    office.sync()
    for clock in (office.team.clock, *(of.clock for of in office.everybody)):
        clock.forward(days=3)
    campaigns = Campaigns(office.team.service)
    campaigns.add_campaign("N", "Đợt sau", date(2026, 11, 26), LAST)
    paid = office.pays(office.lan, HANG)
    office.sync()
    assert counts(office.tri)["hhi renewal"] == (1, 0)
    assert counts(office.tri)["hhi new"] == (0, 0)
    void_receipt(office.lan.store, WARD, paid.receipt, "Ghi nhầm")
    assert counts(office.lan)["hhi renewal"] == (0, 0)
    office.sync()
    assert counts(office.tri)["hhi renewal"] == (0, 0)
    assert len(money.receipts(office.tri.store)) == 2


def test_the_figures_say_as_of_when_and_what_is_known_to_be_missing(office: Listing) -> None:
    aim(office, ward_target("hhi", "renewal", 10))
    (before,) = campaign_progress(office.tri.store).wards
    office.team.clock.forward(hours=2)
    office.pays(office.lan, HANG)
    office.sync(office.lan)
    way = office.tri.transport(pull=["lost"])
    assert not office.tri.sync(way).done

    (behind,) = campaign_progress(office.tri.store).wards
    assert (behind.current_at, behind.revision) == (before.current_at, before.revision)
    assert (before.behind, behind.behind) == (0, 1)
    office.sync(office.tri)
    found = campaign_progress(office.tri.store)
    assert found.wards[0].revision == before.revision + 1
    assert found.current_at == office.team.clock.now()
    assert found.wards[0].behind == 0


def test_a_target_of_the_whole_city_judges_no_single_ward_of_it(office: Listing) -> None:
    office.team.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    aim(office, NewTarget("T", "vsi", "new", 15_000))
    found = campaign_progress(office.tri.store)
    assert total(found, "vsi", "new").pace.state == "part_of_city"
    assert found.wards[0].figure("vsi", "new").target is None
    office.team.admin.grant("tri", "26929.20250701", "clerk")
    office.sync(office.tri)
    whole = campaign_progress(office.tri.store)
    assert total(whole, "vsi", "new").pace.state == "behind"
    assert {ward.name for ward in whole.wards} == {"Phường Thạnh Mỹ Tây", "Phường Bình Thạnh"}


def test_wards_without_a_target_stay_out_of_the_sum_and_are_counted(office: Listing) -> None:
    other = office.team.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    office.team.admin.grant("tri", other, "clerk")
    aim(office, NewTarget("T", "hhi", "renewal", 7, ward=other))
    office.pays(office.lan, HANG)
    office.sync()
    found = campaign_progress(office.tri.store)
    assert (total(found, "hhi", "renewal").done, found.untargeted) == (0, 1)
    assert [ward.stream for ward in found.wards] == [other, WARD]


def test_a_ward_that_was_merged_away_says_what_it_became(office: Listing) -> None:
    old = office.team.admin.add_ward("26953", date(2025, 1, 1), "Phường 19")
    office.team.admin.grant("tri", old, "clerk")
    aim(office, NewTarget("T", "hhi", "new", 0, ward=old))
    ward = next(w for w in campaign_progress(office.tri.store).wards if w.stream == old)
    assert (ward.ended_on, ward.became) == (date(2025, 6, 30), ("Phường Thạnh Mỹ Tây",))
    zero = ward.figure("hhi", "new")
    assert (zero.target, zero.pace.state, zero.pace.percent) == (0, "nothing_to_reach", None)


def test_no_campaign_one_to_come_and_one_that_is_over(office: Listing) -> None:
    assert campaign_progress(office.tri.store) == CampaignProgress(TODAY)
    assert canvassers_of_ward(office.tri.store, WARD) == ()
    campaigns = Campaigns(office.team.service)
    campaigns.add_campaign("L", "Đợt sau", date(2026, 12, 1), LAST)
    office.sync(office.tri)
    later = campaign_progress(office.tri.store)
    assert later.campaign and later.campaign.stage == "not_begun"
    aim(office, ward_target("hhi", "new", 4), until=date(2026, 11, 22))
    office.pays(office.lan, SON)
    office.sync()
    over = campaign_progress(office.tri.store)
    assert over.campaign and (over.campaign.code, over.campaign.stage) == ("T", "ended")
    missed = total(over, "hhi", "new")
    assert (missed.done, missed.pace.state, missed.pace.needed, over.days_left) == (
        0,
        "missed",
        None,
        0,
    )
    with refused(UserMends, "targets.campaign_unknown"):
        campaign_progress(office.tri.store, campaign="none")


def test_a_ward_is_told_by_who_took_how_many(office: Listing) -> None:
    aim(office, ward_target("hhi", "renewal", 4, collector="phuc"))
    office.pays(office.lan, HANG, HUSBAND)
    office.sync()
    lan, phuc = canvassers_of_ward(office.tri.store, WARD)
    assert (lan.name, phuc.name) == ("Lan", "Phuc")
    assert [f.done for f in lan.figures] == [0, 0, 2, 0]
    assert [(f.done, f.target) for f in phuc.figures][2] == (0, 4)
    assert total(campaign_progress(office.tri.store), "hhi", "renewal").target is None
    with refused(UserMends, "visit_log.not_granted"):
        canvassers_of_ward(office.tri.store, "00001.20250701")


def test_a_script_reads_the_same(office: Listing) -> None:
    aim(office, ward_target("hhi", "renewal", 10))
    answer = call(office.tri.store, Words("vi"), "campaign_progress", {"campaign": "T"})
    assert json.loads(json.dumps(answer))["campaign"]["ends_on"] == "2026-12-31"


def forward(office: Listing, **by: int) -> None:
    """Time goes on for everybody."""
    for clock in {
        id(c): c for c in (office.team.clock, *(of.clock for of in office.everybody))
    }.values():
        clock.forward(**by)


def received(office: Listing, whose: Laptop) -> None:
    """Somebody's work comes to the supervisor's laptop, which then notes how far its logs are."""
    office.sync(whose, office.tri)
    assert list(prune(office.tri.store)) == []


def test_money_that_came_after_its_day_was_reported_is_told_with_both_figures(
    office: Listing,
) -> None:
    aim(office, ward_target("hhi", "renewal", 10))
    office.pays(office.phuc, SON, home=office.home)
    received(office, office.phuc)
    paid = office.pays(office.lan, HANG)
    forward(office, days=1)
    office.pays(office.phuc, HUSBAND)
    received(office, office.phuc)
    kept = total(campaign_progress(office.tri.store), "hhi", "renewal")
    assert kept.reported is None or not kept.reported.changed
    forward(office, days=1)
    received(office, office.lan)

    found = campaign_progress(office.tri.store)
    kept = total(found, "hhi", "renewal")
    assert kept.reported is not None
    assert (kept.reported.was, kept.reported.now, kept.done) == (0, 1, 2)
    assert (kept.reported.until, kept.per_day[-3:], kept.late[-3:]) == (TODAY, (1, 1, 0), (1, 0, 0))
    assert total(found, "hhi", "new").reported == found.wards[0].figure("hhi", "new").reported
    void_receipt(office.lan.store, WARD, paid.receipt, "Ghi nhầm")
    forward(office, days=1)
    received(office, office.lan)
    lost = total(campaign_progress(office.tri.store), "hhi", "renewal").reported
    assert lost is not None and (lost.was, lost.now) == (2, 1)


def test_a_merge_and_its_end_change_a_reported_figure_and_are_told(office: Listing) -> None:
    """One human paid twice under two records: two people were reported, it is one."""
    aim(office, ward_target("hhi", "renewal", 10))
    office.pays(office.lan, HANG, HUSBAND)
    received(office, office.lan)
    forward(office, days=1)
    received(office, office.lan)
    forward(office, days=1)
    people = {m.name: m.person for m in office.page(office.tri).members}
    merge_people(office.tri.store, WARD, people[HUSBAND], people[HANG])
    for _ in ("waits", "in the log"):
        then = total(campaign_progress(office.tri.store), "hhi", "renewal").reported
        assert then is not None and (then.was, then.now) == (2, 1)
        received(office, office.tri)
    forward(office, days=1)
    then = total(campaign_progress(office.tri.store), "hhi", "renewal").reported
    assert then is not None and (then.was, then.now) == (1, 1)
    part_people(office.tri.store, WARD, people[HUSBAND])
    received(office, office.tri)
    then = total(campaign_progress(office.tri.store), "hhi", "renewal").reported
    assert then is not None and (then.was, then.now) == (1, 2)


def test_the_visits_behind_a_figure_are_listed_newest_first(office: Listing) -> None:
    assert visits_of_canvasser(office.tri.store, WARD, "lan").visits == ()
    aim(office, ward_target("hhi", "renewal", 10))
    office.pays(office.lan, HANG, HUSBAND, vsi=HUSBAND)  # three payments of two people
    office.lan.clock.forward(minutes=9)
    record_visit(office.lan.store, WARD, office.other, "considering")
    office.sync()
    found = visits_of_canvasser(office.tri.store, WARD, "lan")
    assert (found.name, found.count) == ("Lan", 2)
    assert [(one.outcome, one.people) for one in found.visits] == [
        ("considering", 0),
        ("enrolled", 2),
    ]
    assert found.visits[1].household == office.home and found.visits[1].head
    with refused(UserMends, "visit_log.not_granted"):
        visits_of_canvasser(office.tri.store, "00001.20250701", "lan")


def test_a_supervisor_knows_from_how_many_devices_the_figures_come() -> None:
    def device(of: str, seen: str | None, **more: object) -> dict[str, object]:
        return {"username": of, "last_seen_at": seen, "unsent": 2, "revoked_at": None} | more

    def person(name: str, ward: str, until: str | None = None) -> dict[str, object]:
        return {"username": name, "grants": [{"ward": ward, "since": "2026-01-01", "until": until}]}

    known = {
        "server_at": "2026-11-23T01:00:00.000Z",
        "people": [person("lan", WARD), person("phuc", WARD), person("old", WARD, "2026-11-01")],
        "devices": [
            device("lan", "2026-11-22T18:00:00.000Z"),
            device("phuc", "2026-11-20T03:00:00.000Z"),
            device("lan", None, revoked_at="2026-11-01T00:00:00.000Z"),
            device("old", None),
        ],
    }
    heard = heard_of(known, {WARD})
    assert (heard.devices, heard.today, heard.silent_days, heard.unsent) == (2, 1, 3, 4)
    assert heard_of(known, {"other"}).devices == 0
    known["devices"].append(device("lan", None))  # type: ignore[attr-defined]  # the shape is known here
    assert heard_of(known, {WARD}).silent_days is None

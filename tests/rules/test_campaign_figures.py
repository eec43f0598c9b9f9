"""The figures of a campaign: people by ward, scheme and kind against targets, and their sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from fieldapp.rules.campaign import Span, counted_kind
from fieldapp.rules.campaign_figures import BOTH, Count, Figure, by_collector, grouped, totals

SPAN = Span(date(2024, 11, 2), date(2024, 12, 31))
TODAY = date(2024, 11, 21)
ONE, TWO = "26956.20250701", "27211.20250701"


@dataclass(frozen=True)
class Paid:
    """A payment by which somebody joined."""

    ward: str = ONE
    scheme: str = "hhi"
    kind: str = "renewal"
    paid_on: date = date(2024, 11, 15)
    issued_by: str = "lan"


@dataclass(frozen=True)
class Aim:
    """A target."""

    people: int
    scheme: str = "hhi"
    kind: str = "renewal"
    ward_stream: str = ONE
    organisation: str = ""
    collector: str = ""


def counted(*targets: Aim, done: tuple[Paid, ...] = (), waiting: tuple[Paid, ...] = ()) -> Count:
    return Count(SPAN, TODAY, targets, grouped(done), grouped(waiting))


def named(figures: tuple[Figure, ...], scheme: str, kind: str) -> Figure:
    return next(one for one in figures if (one.scheme, one.kind) == (scheme, kind))


@pytest.mark.parametrize(
    ("kind", "counts"), [("renewal", "renewal"), ("new", "new"), ("rejoin", "new")]
)
def test_who_had_lost_the_cover_counts_as_new(kind: str, counts: str) -> None:
    assert counted_kind(kind) == counts


def test_a_figure_counts_the_people_of_its_wards_scheme_and_kind_alone() -> None:
    done = (
        Paid(),
        Paid(kind="new"),
        Paid(kind="rejoin"),
        Paid(scheme="vsi"),
        Paid(ward=TWO, issued_by="phuc"),
    )
    count = counted(Aim(10), done=done, waiting=(Paid(), Paid(kind="new")))
    figure = count.figure("hhi", "renewal", [ONE], count.target("hhi", "renewal", ONE))
    assert (figure.target, figure.done, figure.waiting) == (10, 1, 1)
    assert (figure.pace.missing, figure.pace.lately) == (9, 1)
    both = count.figure("hhi", BOTH, [ONE, TWO], None)
    assert (both.done, both.waiting, both.pace.state) == (4, 2, "no_target")


def test_each_collector_has_what_she_took_and_one_with_a_target_has_nothing_yet() -> None:
    done = (Paid(), Paid(kind="new"), Paid(ward=TWO, issued_by="phuc"))
    each = by_collector(counted(done=done, waiting=(Paid(issued_by="mai"),)), ["thu"])
    numbers = {
        name: (figure.done, figure.waiting)
        for name, own in each.items()
        for figure in (own.figure("hhi", BOTH, [ONE, TWO], None),)
    }
    assert numbers == {"lan": (2, 0), "phuc": (1, 0), "mai": (0, 1), "thu": (0, 0)}


def test_lately_are_the_last_full_days_and_not_today() -> None:
    days = [date(2024, 11, 13), date(2024, 11, 14), date(2024, 11, 20), TODAY]
    count = counted(done=tuple(Paid(paid_on=day) for day in days))
    assert count.figure("hhi", "renewal", [ONE], 40).pace.lately == 2


def test_a_target_is_the_one_that_names_just_this_ward_and_person() -> None:
    aims = (Aim(10), Aim(5), Aim(7, collector="lan"), Aim(3, organisation="BD"), Aim(1, kind="new"))
    count = counted(*aims)
    assert count.target("hhi", "renewal", ONE) == 15
    assert count.target("hhi", "renewal", ONE, "lan") == 7
    assert count.target("hhi", "renewal", TWO) is None


def test_the_sums_are_of_the_wards_that_have_a_target_where_any_has() -> None:
    done = (Paid(), Paid(ward=TWO))
    figures, without = totals(counted(Aim(10), done=done), [ONE, TWO], whole=False)
    kept = named(figures, "hhi", "renewal")
    assert (kept.target, kept.done, without) == (10, 1, 1), "TWO has no target and is told so"
    assert named(figures, "hhi", BOTH).target is None, "only one of its two kinds has a target"


@pytest.mark.parametrize(("whole", "state"), [(True, "behind"), (False, "part_of_city")])
def test_the_citys_target_judges_nothing_but_the_whole_city(whole: bool, state: str) -> None:
    aims = (Aim(100, ward_stream=""), Aim(20, kind="new", ward_stream=""))
    figures, without = totals(counted(*aims, done=(Paid(),)), [ONE], whole=whole)
    both = named(figures, "hhi", BOTH)
    assert (both.target, both.done, without) == (120, 1, 0)
    assert both.pace.state == state

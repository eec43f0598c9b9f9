"""What the charts of Tiến độ show: one figure's course, its scale and its words. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fieldapp.rules.campaign import LATELY_DAYS, Span
from fieldapp.rules.campaign_course import Course, course
from fieldapp.rules.campaign_figures import Figure
from fieldapp.usecases.progress import CampaignProgress
from fieldapp.words.format import number
from ui.places.progress.state import STATES, figure_title, per_day
from ui.say import Teller

TICKS = 4
"""At most so many lines besides zero."""


@dataclass(frozen=True)
class Chart:
    """One figure's course with the words that stand beside it.

    Attributes:
        name: the figure, with the ward or the person that it is of.
        first, last: the ends of the time axis; the last day of the campaign, else today.
        day_before_today: the last full day, so that the bars of the judged days stand out.
        kept: people a day of the last full days; 0 where there is none yet.
        target_label, expected_label, kept_label, needed_label: number first, then what it is;
            `needed_beyond` where the needed pace is out of the drawing.
        token: the colour of the judgement, never alone: the word stands in the label.
    """

    name: str
    course: Course
    first: date
    last: date
    today: date
    lately_days: int
    target: int | None
    needed: int | None
    kept: float
    total_label: tuple[str, str]
    target_label: tuple[str, str]
    expected_label: tuple[str, str]
    kept_label: tuple[str, str]
    needed_label: tuple[str, str]
    needed_beyond: tuple[str, str]
    late_label: str
    token: str
    empty: str
    spoken_total: str
    spoken_days: str


def chart(figure: Figure, found: CampaignProgress, scope: str, teller: Teller) -> Chart:
    """The chart of a figure; `scope` names whose it is, "" for all wards."""
    campaign, say = found.campaign, teller.say
    assert campaign is not None, "without a campaign there is no chart"
    span = Span(campaign.starts_on, campaign.ends_on)
    judged = figure.pace
    line = course(span, found.today, figure.target, figure.per_day, figure.late, judged)
    title = figure_title(figure, teller)
    name = f"{title}, {scope}" if scope else title
    kept = judged.lately / judged.lately_days if judged.lately_days else 0.0
    told = {"people": per_day(judged.lately, judged.lately_days)}
    late = sum(figure.late)
    made = Chart(
        name=name,
        course=line,
        first=campaign.starts_on,
        last=campaign.ends_on or max(found.today, campaign.starts_on),
        today=found.today,
        lately_days=judged.lately_days,
        target=figure.target,
        needed=judged.needed,
        kept=kept,
        total_label=(number(figure.done), say("progress_place.chart_done")),
        target_label=(number(figure.target or 0), say("progress_place.chart_target")),
        expected_label=(number(line.expected or 0), say("progress_place.chart_expected")),
        kept_label=(say("progress_place.chart_kept", **told), _lately(judged.lately_days, teller)),
        needed_label=(say("progress_place.chart_needed", people=number(judged.needed or 0)), ""),
        needed_beyond=(
            say("progress_place.chart_needed_short", people=number(judged.needed or 0)),
            say("progress_place.chart_beyond"),
        ),
        late_label=say("progress_place.chart_late", n=late) if late else "",
        token=STATES.get(judged.state, ("", "ink2"))[1],
        empty="" if line.days else say("progress_place.chart_empty"),
        spoken_total="",
        spoken_days="",
    )
    return _with_spoken(made, figure, teller)


def _lately(days: int, teller: Teller) -> str:
    return teller.say("progress_place.chart_lately", n=days) if days else ""


def _with_spoken(made: Chart, figure: Figure, teller: Teller) -> Chart:
    """What a screen reader says instead of the drawings."""
    say = teller.say
    total = [" ".join(made.total_label)]
    if figure.target is not None:
        total.append(" ".join(made.target_label))
    if made.course.expected is not None:
        total.append(" ".join(made.expected_label))
    days = [" ".join(made.kept_label).strip()] if made.lately_days else []
    days += [made.needed_label[0]] if made.needed else []
    days += [made.late_label] if made.late_label else []
    titles = {part: say(f"progress_place.chart_{part}", figure=made.name) for part in PARTS}
    return replace(
        made,
        spoken_total=f"{titles['total']}: {made.empty or ', '.join(total)}",
        spoken_days=f"{titles['days']}: {made.empty or ', '.join(days)}",
    )


PARTS = ("total", "days")


def ticks(most: float) -> tuple[int, ...]:
    """Round values from 0 on, at most `TICKS` besides it; the last one is not below `most`."""
    step, base = 1, 1
    while TICKS * step < most:
        step = next(base * n for n in (1, 2, 5, 10) if base * n > step)
        if step == base * 10:
            base *= 10
    lines = max(1, -(-int(-(-most // 1)) // step))
    return tuple(step * n for n in range(lines + 1))


def is_lately(chart: Chart, on: date) -> bool:
    """Whether a day is one of those by which the pace is judged."""
    return timedelta() < chart.today - on <= timedelta(days=min(LATELY_DAYS, chart.lately_days))


def apart(wanted: Sequence[float], least: float, top: float, bottom: float) -> list[float]:
    """Heights of labels, each at least `least` below the one before, moved as little as that and
    the edges allow. `wanted` ascends."""
    placed: list[float] = []
    for at in wanted:
        placed.append(max(at, placed[-1] + least if placed else top))
    for number_ in reversed(range(len(placed))):
        limit = bottom if number_ == len(placed) - 1 else placed[number_ + 1] - least
        placed[number_] = min(placed[number_], limit)
    return placed

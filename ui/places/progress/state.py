"""What the place Tiến độ says: the strip, the cards, the rows and their order. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.clock import business_date
from fieldapp.rules.campaign import Pace, State, urgency
from fieldapp.rules.campaign_figures import BOTH, FIGURES, Figure
from fieldapp.usecases.agreements.standing import Agreements
from fieldapp.usecases.devices_heard import Heard
from fieldapp.usecases.progress import CampaignProgress, CanvasserProgress, WardProgress
from fieldapp.usecases.progress_visits import CanvasserVisits
from fieldapp.words.format import clock_time, long_date, number
from ui.places.receipts.sorting import Sorting
from ui.say import Teller

HELP_FIRST = Sorting("help", upwards=True)
STATES = {
    "reached": ("check", "jade"),
    "on_pace": ("check", "jade"),
    "close": ("equals", "ochre"),
    "behind": ("trend-down", "brick"),
    "missed": ("x", "brick"),
}
"""Icon and colour of a judgement; the others are quiet. The word always stands beside it."""
LATE = ("behind", "missed")
CARDS = 4


@dataclass(frozen=True)
class Card:
    """One key figure. `share` and `due` are parts of the bar, None for no bar; `changed` says what
    was reported where later news made it another number."""

    key: str
    title: str
    figure: str
    target: str
    state: str
    icon: str
    token: str
    share: float | None
    due: float | None
    kept: str
    needed: str
    changed: str
    spoken: str


@dataclass(frozen=True)
class ProgressState:
    """What was read, how far one has looked into it, and the order of the wards.

    Attributes:
        figure: key of the figure in the charts; "": the one that needs help most.
        ward: the ward that is looked into; "" for the list of all.
        canvasser: whose visits in it are shown; "" for everybody of the ward.
        numbers: the table behind the charts is shown.
    """

    found: CampaignProgress | None = None
    sorting: Sorting = HELP_FIRST
    figure: str = ""
    ward: str = ""
    canvasser: str = ""
    numbers: bool = False
    canvassers: tuple[CanvasserProgress, ...] = ()
    visits: CanvasserVisits | None = None
    agreements: Agreements | None = None

    def figures(self) -> tuple[Figure, ...]:
        """The figures of what is looked into: of the person, of the ward, or of all."""
        person = next((c for c in self.canvassers if c.username == self.canvasser), None)
        ward = self.ward_of(self.ward)
        if person is not None:
            return person.figures
        if ward is not None:
            return ward.figures
        return self.found.totals if self.found else ()

    def charted(self) -> Figure | None:
        """The figure that the charts show: the chosen one, else the one that needs help most."""
        shown = key_figures(self.figures())
        chosen = [one for one in shown if figure_key(one) == self.figure]
        if chosen or not shown:
            return chosen[0] if chosen else None
        parts = [one for one in shown if one.kind != BOTH]
        return min(parts, key=lambda one: (urgency((one.pace,)), -one.done))

    def scope(self) -> str:
        """The name of what is looked into; "" for all wards."""
        ward = self.ward_of(self.ward)
        if ward is None:
            return ""
        person = next((c for c in self.canvassers if c.username == self.canvasser), None)
        return f"{person.name}, {ward.name}" if person else ward.name

    def shown(self) -> tuple[WardProgress, ...]:
        """The wards in order."""
        wards = self.found.wards if self.found else ()
        place = {ward.stream: number for number, ward in enumerate(wards)}
        values: dict[str, Callable[[WardProgress], Any]] = {
            "ward": lambda ward: ward.name,
            "help": lambda ward: place[ward.stream],
            "fresh": lambda ward: ward.current_at,
        }
        for scheme, kind in FIGURES:
            values[f"{scheme}_{kind}"] = _done(scheme, kind)
        return self.sorting.sorted(wards, values)

    def ward_of(self, stream: str) -> WardProgress | None:
        """A ward by its stream."""
        wards = self.found.wards if self.found else ()
        return next((ward for ward in wards if ward.stream == stream), None)

    def agreement_of(self, ward: str) -> str:
        """What a ward's agreement is worth; "signed" where nobody knows of one."""
        rows = self.agreements.rows if self.agreements else ()
        return next((row.state for row in rows if row.ward == ward and row.lacks), "signed")


def figure_key(figure: Figure) -> str:
    """What a figure is called in choices."""
    return f"{figure.scheme}_{figure.kind}"


def figure_title(figure: Figure, teller: Teller) -> str:
    """What a figure is called on the screen."""
    return teller.say(f"progress_place.figure_{figure_key(figure)}")


def _done(scheme: str, kind: str) -> Callable[[WardProgress], int]:
    return lambda ward: ward.figure(scheme, kind).done


def per_day(people: int, days: int) -> str:
    """People a day: whole from ten on, else with one decimal: 12, 1,4, 3."""
    if days <= 0:
        return "0"
    tenths = (20 * people + days) // (2 * days)
    if tenths >= 100:
        return number((2 * people + days) // (2 * days))
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest}" if rest else str(whole)


def context(found: CampaignProgress, teller: Teller) -> str:
    """The campaign and its last day, for the header."""
    campaign = found.campaign
    if campaign is None:
        return ""
    if campaign.ends_on is None:
        return teller.say("progress_place.context_open", name=campaign.name)
    day = long_date(campaign.ends_on)
    return teller.say("progress_place.context_until", name=campaign.name, day=day)


def as_of(at: datetime | None, teller: Teller) -> str:
    """As of when figures are; None: not known."""
    if at is None:
        return teller.say("progress_place.as_of_unknown")
    day = teller.day(business_date(at))
    return teller.say("progress_place.as_of", time=clock_time(at), day=day)


def devices(heard: Heard | None, teller: Teller) -> str:
    """From what share of devices figures come, and how long one has been silent."""
    say = teller.say
    if heard is None:
        return ""
    told = {"heard": number(heard.today), "devices": number(heard.devices)}
    day = business_date(heard.at)
    on = "" if day == teller.today else say("progress_place.heard_on", day=teller.day(day))
    parts = [say("progress_place.heard", **told) + on]
    if heard.devices and heard.silent_days is None:
        parts.append(say("progress_place.silent_always"))
    elif heard.silent_days:
        parts.append(say("progress_place.silent", n=heard.silent_days))
    return ", ".join(parts)


def changed_told(figure: Figure, teller: Teller) -> str:
    """What was reported of a figure, and what it is now, where later news changed it."""
    return _changed("progress_place.changed", figure, teller)


def _changed(key: str, of: Figure, teller: Teller, **more: str) -> str:
    then = of.reported
    if then is None or not then.changed:
        return ""
    told = {"was": number(then.was), "now": number(then.now), "day": teller.day(then.until)}
    return teller.say(key, **told, **more)


def caveats(state: ProgressState, teller: Teller) -> tuple[str, ...]:
    """What figures do not hold: wards that are not whole, own work, wards without a target; and
    how many of them are others than were reported."""
    found = state.found
    if found is None:
        return ()
    into = state.ward_of(state.ward)
    wards = (into,) if into else found.wards
    changed = sum(bool(one.reported and one.reported.changed) for one in state.figures())
    behind = sum(ward.behind > 0 or ward.current_at is None for ward in wards)
    waiting = sum(figure.waiting for ward in wards for figure in ward.figures)
    counted = [("changed_count", changed), ("behind", behind), ("waiting", waiting)]
    if into is None:
        counted.append(("untargeted", found.untargeted))
    return tuple(teller.say(f"progress_place.{key}", n=n) for key, n in counted if n)


def time_left(found: CampaignProgress, teller: Teller) -> str:
    """How long the campaign goes on, in calendar days."""
    campaign, say = found.campaign, teller.say
    if campaign is None:
        return ""
    if campaign.stage == "not_begun":
        return say("progress_place.starts", day=teller.day(campaign.starts_on))
    if campaign.ends_on is None or found.days_left is None:
        return say("progress_place.no_end")
    if campaign.stage == "ended":
        return say("progress_place.ended", day=teller.day(campaign.ends_on))
    if not found.days_left:
        return say("progress_place.last_day")
    return say("progress_place.days_left", n=found.days_left)


def key_figures(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Those that stand on cards: continuing pensions only where there is something to say."""
    wanted = [f for f in figures if _is_key(f)]
    if len(wanted) > CARDS:
        wanted = [f for f in wanted if f.kind != BOTH]
    return tuple(wanted)


def cards(figures: Sequence[Figure], teller: Teller) -> tuple[Card, ...]:
    """The key figures as cards."""
    return tuple(_card(figure, teller) for figure in key_figures(figures))


def _is_key(figure: Figure) -> bool:
    usual = (figure.scheme, figure.kind) != ("vsi", "renewal")
    return usual or figure.target is not None or figure.done > 0


def _card(figure: Figure, teller: Teller) -> Card:
    say, judged = teller.say, figure.pace
    title, changed = figure_title(figure, teller), changed_told(figure, teller)
    state = say(f"progress_place.state_{judged.state}")
    icon, token = STATES.get(judged.state, ("", "ink2"))
    kept = needed = ""
    if judged.lately_days:
        kept = say("progress_place.kept", people=per_day(judged.lately, judged.lately_days))
    if judged.needed:
        needed = say("progress_place.needed", people=number(judged.needed))
    target = figure.target
    told = {"title": title, "done": number(figure.done), "state": state}
    if target is None or judged.percent is None:
        spoken = say("progress_place.card_plain", **told)
    else:
        told |= {"target": number(target), "percent": number(judged.percent)}
        spoken = say("progress_place.card", **told)
    return Card(
        key=figure_key(figure),
        title=title,
        figure=number(figure.done),
        target="" if target is None else say("progress_place.of_target", target=number(target)),
        state=state,
        icon=icon,
        token=token,
        share=share(figure),
        due=judged.due / target if judged.due is not None and target else None,
        kept=kept,
        needed=needed,
        changed=changed,
        spoken=", ".join(part for part in (spoken, kept, needed, changed) if part),
    )


def share(figure: Figure) -> float | None:
    """The part of the target that is reached, 0 to 1; None where there is none to reach."""
    return min(1.0, figure.done / figure.target) if figure.target else None


def help_text(figures: Sequence[Figure], teller: Teller) -> tuple[str, str]:
    """The figure of a ward that needs help most, in words, and its colour."""
    say = teller.say
    judged = [f for f in figures if f.pace.missing]
    if not judged:
        return say(f"progress_place.state_{_unjudged(figures)}"), "ink3"
    worst = min(judged, key=lambda f: _kept_share(f.pace))
    name, pace = say(f"progress_place.column_{worst.scheme}_{worst.kind}"), worst.pace
    token = "brick" if pace.state in LATE else "ink2"
    if pace.needed is None:
        return say("progress_place.pace_missing", figure=name, missing=number(pace.missing)), token
    told = {"figure": name, "needed": number(pace.needed)}
    if not pace.lately_days:
        return say("progress_place.pace_needed", **told), token
    kept = per_day(pace.lately, pace.lately_days)
    return say("progress_place.pace", **told, kept=kept), token


def _unjudged(figures: Sequence[Figure]) -> State:
    """How a ward stands of which nothing is missing."""
    if any(figure.target for figure in figures):
        return "reached"
    zero = any(figure.target is not None for figure in figures)
    return "nothing_to_reach" if zero else "no_target"


def _kept_share(pace: Pace) -> tuple[float, int]:
    if not pace.needed or not pace.lately_days:
        return (pace.percent or 0) / 100, -pace.missing
    return pace.lately / pace.lately_days / pace.needed, -pace.missing


def story(ward: WardProgress, teller: Teller) -> str:
    """All that is to be known of one ward's figures, in sentences."""
    say = teller.say
    told: dict[str, object] = {"ward": ward.name, "revision": number(ward.revision)}
    if ward.current_at is None:
        sentences = [say("progress_place.story_unknown", **told)]
    else:
        at, day = ward.current_at, teller.day(business_date(ward.current_at))
        sentences = [say("progress_place.story", **told, time=clock_time(at), day=day)]
    if ward.heard is not None:
        sentences.append(say("progress_place.story_heard", told=devices(ward.heard, teller)))
    for figure in ward.figures:
        title = figure_title(figure, teller)
        sentences.append(_changed("progress_place.story_changed", figure, teller, figure=title))
    if ward.behind:
        sentences.append(say("progress_place.story_behind", n=ward.behind))
    if ward.ended_on is not None:
        key = "story_became" if ward.became else "story_ended"
        became = ", ".join(ward.became)
        day = long_date(ward.ended_on)
        sentences.append(say(f"progress_place.{key}", day=day, became=became))
    return " ".join(filter(None, sentences))

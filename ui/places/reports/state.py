"""What is chosen for the visit log, what still hinders, and the names of the files. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from fieldapp.clock import VIETNAM
from fieldapp.reports.visit_cells import COLUMN_KEYS
from fieldapp.reports.visits_csv import changes_path
from fieldapp.rules.visiting.outcomes import OUTCOMES
from fieldapp.usecases.visiting.presets import Preset
from fieldapp.usecases.visiting.visit_log import KINDS, LogChoices
from fieldapp.visit_log.choosing import VisitFilter
from fieldapp.words import Words

LISTS = ("wards", "canvassers", "outcomes", "columns")
OUTCOME_CODES: tuple[str, ...] = tuple(outcome.code for outcome in OUTCOMES)


@dataclass(frozen=True)
class Option:
    """Something that can be ticked."""

    key: str
    text: str


@dataclass(frozen=True)
class ReportForm:
    """What is ticked, of what can be. A list with everything ticked asks for no restriction."""

    wards: tuple[str, ...] = ()
    canvassers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = OUTCOME_CODES
    all_wards: tuple[str, ...] = ()
    all_canvassers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    columns: tuple[str, ...] = COLUMN_KEYS
    unsent: bool = False
    full_ids: bool = False
    reason: str = ""
    preset: str = ""

    def toggled(self, name: str, key: str) -> ReportForm:
        """An entry of a list ticked or unticked; the order of the list is kept."""
        chosen = set(getattr(self, name)) ^ {key}
        return self._with(name, tuple(k for k in self.every(name) if k in chosen))

    def with_all(self, name: str) -> ReportForm:
        """Everything of a list ticked."""
        return self._with(name, self.every(name))

    def _with(self, name: str, chosen: tuple[str, ...]) -> ReportForm:
        if name == "wards":
            return replace(self, wards=chosen)
        if name == "canvassers":
            return replace(self, canvassers=chosen)
        if name == "columns":
            return replace(self, columns=chosen)
        return replace(self, outcomes=chosen)

    def every(self, name: str) -> tuple[str, ...]:
        """All entries of a list."""
        if name in _FIXED:
            return _FIXED[name]
        return self.all_wards if name == "wards" else self.all_canvassers

    def missing(self) -> str:
        """The code of what hinders, empty if nothing does."""
        if not self.wards:
            return "wards"
        if self.all_canvassers and not self.canvassers:
            return "canvassers"
        for name in _FIXED:
            if not getattr(self, name):
                return name
        if self.since is None or self.until is None:
            return "days"
        if self.since > self.until:
            return "order"
        return "reason" if self.full_ids and not self.reason else ""

    def filter(self) -> VisitFilter | None:
        """What the use case is asked for; None while something of that is missing."""
        if self.missing() not in ("", "reason") or self.since is None or self.until is None:
            return None
        every_canvasser = self.canvassers == self.all_canvassers
        return VisitFilter(
            wards=self.wards,
            since=self.since,
            until=self.until,
            canvassers=() if every_canvasser else self.canvassers,
            outcomes=() if self.outcomes == OUTCOME_CODES else self.outcomes,
            unsent=self.unsent,
        )

    def chosen_columns(self) -> tuple[str, ...]:
        """The columns that the use case is asked for: none means all."""
        return () if self.columns == COLUMN_KEYS else self.columns

    def with_preset(self, preset: Preset, today: date) -> ReportForm:
        """The form as a preset wants it today; of people and wards those that there are."""
        chosen = preset.on(today, self.all_wards)
        people = tuple(one for one in self.all_canvassers if one in chosen.canvassers)
        return replace(
            self,
            wards=tuple(one for one in self.all_wards if one in chosen.wards),
            canvassers=people if chosen.canvassers else self.all_canvassers,
            outcomes=chosen.outcomes or OUTCOME_CODES,
            since=chosen.since,
            until=chosen.until,
            columns=preset.columns or COLUMN_KEYS,
            unsent=chosen.unsent,
            preset=preset.name,
        )


_FIXED = {"outcomes": OUTCOME_CODES, "columns": COLUMN_KEYS}
"""The lists that are the same on every laptop."""


def first_form(choices: LogChoices, today: date) -> ReportForm:
    """Everything of the month so far, or of what there is if that is older."""
    start = today.replace(day=1)
    since = min(max(start, choices.first_day), today)
    if choices.last_day < start:
        since = choices.first_day
    wards = tuple(ward.stream for ward in choices.wards)
    people = tuple(username for username, _ in choices.canvassers)
    return ReportForm(
        wards=wards,
        canvassers=people,
        all_wards=wards,
        all_canvassers=people,
        since=since,
        until=today,
    )


def refreshed(form: ReportForm, choices: LogChoices) -> ReportForm:
    """The form after new people or wards have come: new ones are ticked, the rest stays."""
    made = form
    for name, now in (
        ("wards", tuple(ward.stream for ward in choices.wards)),
        ("canvassers", tuple(username for username, _ in choices.canvassers)),
    ):
        off = set(form.every(name)) - set(getattr(form, name))
        kept = tuple(key for key in now if key not in off)
        if name == "wards":
            made = replace(made, wards=kept, all_wards=now)
        else:
            made = replace(made, canvassers=kept, all_canvassers=now)
    return made


@dataclass(frozen=True)
class Target:
    """A file to be written."""

    kind: str
    path: Path

    def paths(self, words: Words, *, compared: bool) -> tuple[Path, ...]:
        """The file, and the one that stands beside it where it is compared with an earlier one."""
        beside = compared and self.kind == "csv"
        return (self.path, changes_path(self.path, words)) if beside else (self.path,)


def targets(folder: Path, stem: str, kinds: tuple[str, ...] = KINDS) -> tuple[Target, ...]:
    """The files of the formats in a folder."""
    return tuple(Target(kind, folder / f"{stem}.{kind}") for kind in kinds)


def preset_note(preset: Preset | None, words: Words) -> str:
    """Which days a preset stands for, and when its last file was written."""
    if preset is None:
        return ""
    told = words.say(f"reports_place.period_{preset.period}")
    if preset.last is not None:
        at = f"{preset.last.made_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        told += " " + words.say("reports_place.preset_last", at=at)
    return told

"""What the place of agreements says: rows, filters, one ward in words. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.clock import business_date
from fieldapp.rules.agreements import State
from fieldapp.usecases.agreements.standing import (
    AgreementRow,
    Agreements,
    FormerAgreement,
    Unsigned,
)
from fieldapp.words.format import clock_time, long_date, number
from ui.places.receipts.sorting import Sorting
from ui.say import Teller, phone_text

FILTERS = ("all", "unsigned", "soon", "signed", "changed")
PASSES: dict[str, Callable[[AgreementRow], bool]] = {
    "all": lambda row: True,
    "unsigned": lambda row: row.lacks,
    "soon": lambda row: row.ends_soon,
    "signed": lambda row: row.state == "signed",
    "changed": lambda row: row.changed,
}
HELP_FIRST = Sorting("state", upwards=True)


@dataclass(frozen=True)
class AgreementsState:
    """What was read, the filter, the order."""

    found: Agreements | None = None
    only: str = "all"
    sorting: Sorting = HELP_FIRST

    def shown(self) -> tuple[AgreementRow, ...]:
        """The wards under the filter, in order."""
        rows = self.found.rows if self.found else ()
        place = {row.ward: number for number, row in enumerate(rows)}
        values: dict[str, Callable[[AgreementRow], Any]] = {
            "ward": lambda row: row.name,
            "state": lambda row: place[row.ward],
            "waits": lambda row: row.waiting_days,
            "signed_on": lambda row: row.signed_on if was_signed(row) else None,
            "valid_until": lambda row: row.valid_until if was_signed(row) else None,
            "planned": lambda row: row.planned,
        }
        return self.sorting.sorted([row for row in rows if PASSES[self.only](row)], values)

    def counts(self) -> dict[str, int]:
        """How many wards stand under each filter."""
        rows = self.found.rows if self.found else ()
        return {name: sum(map(passes, rows)) for name, passes in PASSES.items()}

    def row(self, ward: str) -> AgreementRow | None:
        """A ward by its stream."""
        rows = self.found.rows if self.found else ()
        return next((row for row in rows if row.ward == ward), None)


def was_signed(row: AgreementRow) -> bool:
    """Whether it is in force, or was."""
    return row.state in ("signed", "expired")


def share_told(found: Agreements, teller: Teller) -> str:
    """300 / 312 signed."""
    told = {"signed": number(found.signed), "all": number(len(found.rows))}
    return teller.say("agreements_place.share", **told)


def week_told(found: Agreements, teller: Teller) -> tuple[tuple[str, str], ...]:
    """What changed since last week, each with its colour; nothing where nothing did."""
    counted: tuple[tuple[State, str], ...] = (
        ("signed", "jade"),
        ("expired", "brick"),
        ("unsigned", "brick"),
    )
    return tuple(
        (teller.say(f"agreements_place.newly_{state}", n=n), token)
        for state, token in counted
        if (n := found.newly(state))
    )


def week_of(row: AgreementRow, teller: Teller) -> str:
    """What was known of a ward last week, where it is worth something else now; else ""."""
    if not row.changed:
        return ""
    return teller.say("agreements_place.last_week", state=state_word(row.week_ago, teller))


def state_word(state: str, teller: Teller) -> str:
    """One state in a word or two."""
    return teller.say(
        "agreements_place.not_here" if state == "not_here" else f"agreements.state_{state}"
    )


def planned_told(found: Agreements, teller: Teller) -> str:
    """The warning where visits are planned in wards that have not signed; "" for none."""
    return teller.say("agreements_place.planned", n=found.planned) if found.planned else ""


def squares_told(found: Agreements, teller: Teller) -> str:
    """The squares in a sentence."""
    expired = sum(row.state == "expired" for row in found.rows)
    told = {
        "signed": number(found.signed),
        "all": number(len(found.rows)),
        "unsigned": number(found.unsigned),
        "expired": number(expired),
    }
    return teller.say("agreements_place.squares", **told)


def state_told(row: AgreementRow, teller: Teller) -> tuple[str, str]:
    """What the agreement is worth today, and the colour of that."""
    if row.state == "signed":
        if row.ends_soon:
            return teller.say("agreements_place.ends_soon", n=row.days_left), "ochre"
        return teller.say("agreements.state_signed"), "ink2"
    return state_word(row.state, teller), "brick" if row.lacks else "ink3"


def waits_told(row: AgreementRow, teller: Teller) -> tuple[str, str]:
    """Whose signature an unsigned ward waits for, or when it expired, and the colour of that."""
    if row.waiting_for and row.state == "unsigned":
        party = teller.say(f"agreements.party_{row.waiting_for}")
        return teller.say("agreements_place.waits", party=party), "ink2"
    return _without_party(row, teller)


def _without_party(row: AgreementRow, teller: Teller) -> tuple[str, str]:
    if row.state == "expired":
        day = long_date(row.valid_until) if row.valid_until else ""
        return teller.say("agreements_place.was_expired", day=day), "brick"
    if not row.lacks:
        return "", "ink3"
    return teller.say("agreements_place.not_sent"), "brick"


def waited(row: AgreementRow, teller: Teller) -> str:
    """For how long: "9 days"; "" where nobody noted it."""
    if not row.waiting_days:
        return ""
    return teller.say("agreements_place.waited", n=row.waiting_days)


def waits_whole(row: AgreementRow, teller: Teller) -> tuple[str, str]:
    """Under a head that says "waiting for": the party, and for how long."""
    party, token = "", "ink2"
    if row.waiting_for and row.state == "unsigned":
        party = teller.say(f"agreements_place.fact_{row.waiting_for}")
    else:
        party, token = _without_party(row, teller)
    return ", ".join(part for part in (party, waited(row, teller)) if part), token


def facts_of(row: AgreementRow, teller: Teller) -> list[tuple[str, str]]:
    """What is known of a ward's agreement."""
    say, signed = teller.say, was_signed(row)
    until = long_date(row.valid_until) if row.valid_until else say("agreements_place.no_end")
    facts = [
        ("waits", waits_whole(row, teller)[0] if row.state == "unsigned" else ""),
        ("signed_on", long_date(row.signed_on) if signed and row.signed_on else ""),
        ("valid_until", until if signed else ""),
        ("document", row.document),
        ("planned", number(row.planned) if row.planned else ""),
    ]
    facts += [
        (one.party, ", ".join(part for part in (one.contact, phone_text(one.phone)) if part))
        for one in row.parties
    ]
    return [(say(f"agreements_place.fact_{name}"), value) for name, value in facts if value]


def former_told(former: FormerAgreement, teller: Teller) -> str:
    """The agreement of a ward that was merged away."""
    told = {"ward": former.name, "day": long_date(former.ended_on)}
    if former.state == "signed" and former.signed_on is not None:
        day = long_date(former.signed_on)
        return teller.say("agreements_place.former_signed", **told, signed_on=day)
    state = state_word(former.state, teller)
    return teller.say("agreements_place.former", **told, state=state)


def ended_told(row: AgreementRow, teller: Teller) -> str:
    """That a ward is no more; "" for one that is in force."""
    if row.ended_on is None:
        return ""
    told = {"ward": row.name, "day": long_date(row.ended_on)}
    if not row.became:
        return teller.say("agreements_place.ended_alone", **told)
    return teller.say("agreements_place.ended", **told, became=", ".join(row.became))


def as_of_ward(at: datetime | None, teller: Teller) -> str:
    """As of when what is shown of a ward is."""
    if at is None:
        return teller.say("agreements_place.as_of_unknown")
    day = teller.day(business_date(at))
    return teller.say("agreements_place.as_of", time=clock_time(at), day=day)


def as_of_all(found: Agreements, teller: Teller) -> str:
    """As of when the numbers of all wards are, and of how many wards nothing is known."""
    unknown = len(found.not_here)
    missing = teller.say("agreements_place.missing", n=unknown) if unknown else ""
    if unknown == len(found.rows):
        return missing
    return ", ".join(part for part in (as_of_ward(found.current_at, teller), missing) if part)


def flag_told(found: Sequence[Unsigned], teller: Teller) -> str:
    """That nothing should be visited together in these wards yet; "" for none."""
    if not found:
        return ""
    if len(found) > 1:
        wards = ", ".join(one.name for one in found)
        return teller.say("agreements.flag_many", n=len(found), wards=wards)
    only = found[0]
    if only.expired_on is None:
        return teller.say("agreements.flag", ward=only.name)
    return teller.say("agreements.flag_expired", ward=only.name, day=teller.day(only.expired_on))


def flag_of(row: AgreementRow, teller: Teller) -> str:
    """The same of one row."""
    if not row.lacks:
        return ""
    expired = row.valid_until if row.state == "expired" else None
    return flag_told([Unsigned(row.name, expired)], teller)

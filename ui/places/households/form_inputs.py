"""The inputs of people and households by the names of their fields."""

from __future__ import annotations

from collections.abc import Sequence

from ui.places.households.inputs import Input, LabeledCombo
from ui.say import Teller, relationships
from ui.widgets import LabeledInput, NoteField

GROUPS = (
    "household",
    "employer",
    "pension",
    "child_under_6",
    "pupil",
    "resident_65_74",
    "social_pension",
    "poor",
    "near_poor",
    "average_farm",
    "merit",
    "social_allowance",
    "unemployment",
    "forces",
    "self_pay",
)
EVIDENCE = ("typed", "told", "card_scan")


def person_inputs(teller: Teller) -> dict[str, Input]:
    """The inputs of a person by the names of their fields."""
    say = teller.say
    sexes = [("", say("people.sex_unknown"))]
    sexes += [(sex, say(f"people.sex_choice_{sex}")) for sex in ("female", "male")]
    kin = [(code, text) for code, text in relationships(teller.words.language).items()]
    return {
        "full_name": LabeledInput(say("people.full_name")),
        "relationship": LabeledCombo(say("people.relationship"), kin[1:] + kin[:1]),
        "born_on": LabeledInput(say("people.born_on"), placeholder=say("people.born_hint")),
        "sex": LabeledCombo(say("people.sex"), sexes),
        "id_number": LabeledInput(
            say("people.id_number"), placeholder=say("people.id_hint"), optional=True
        ),
        "old_id_number": LabeledInput(
            say("people.old_id_number"), placeholder=say("people.old_id_hint")
        ),
        "si_number": LabeledInput(say("people.si_number"), placeholder=say("people.si_hint")),
        "card_number": LabeledInput(say("people.card_number"), placeholder=say("people.card_hint")),
        "phone": LabeledInput(say("people.phone")),
        "group": LabeledCombo(say("people.group"), [(g, say(f"rules.group_{g}")) for g in GROUPS]),
        "other_groups": LabeledInput(
            say("people.other_groups"), placeholder=say("people.other_groups_hint"), optional=True
        ),
        "facility": LabeledInput(say("people.facility"), placeholder=say("people.facility_hint")),
        "note": NoteField(say("people.note"), lines=2),
        "evidence": LabeledCombo(
            say("people.evidence"), [(e, say(f"people.evidence_{e}")) for e in EVIDENCE]
        ),
    }


def house_inputs(teller: Teller, wards: Sequence[tuple[str, str]]) -> dict[str, Input]:
    """The inputs of a household by the names of their fields."""
    say = teller.say
    return {
        "ward": LabeledCombo(say("household.ward"), wards),
        "house_number": LabeledInput(say("household.house_number")),
        "street": LabeledInput(say("household.street")),
        "neighbourhood": LabeledInput(say("household.neighbourhood")),
        "phone": LabeledInput(say("household.phone")),
        "call_hint": LabeledInput(
            say("household.call_hint"), placeholder=say("household.call_hint_example")
        ),
        "note": NoteField(say("household.note"), lines=3),
    }

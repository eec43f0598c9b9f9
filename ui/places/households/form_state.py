"""A form of a person or a household as plain texts: what differs, what is wrong, what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from fieldapp.errors import FieldappError, UserMends
from fieldapp.model.city import stream_of
from fieldapp.rules.explained import Finding
from fieldapp.rules.folding import name_sort_key
from fieldapp.rules.people.cards import Card, CitizenCard
from fieldapp.rules.people.identity import bare_number, parse_birth_date
from fieldapp.rules.places.written_address import read_address
from fieldapp.rules.visiting.outcomes import BY_CODE
from fieldapp.usecases.households.people import check_person
from ui.places.households.group_names import NoSuchGroup, groups_text, groups_typed
from ui.say import Teller, full_date

if TYPE_CHECKING:
    from fieldapp.rules.places.wards import Ward
    from fieldapp.usecases.households.household import HouseholdPage, MemberRow

PERSON_FIELDS = (
    "full_name",
    "born_on",
    "sex",
    "id_number",
    "old_id_number",
    "si_number",
    "card_number",
    "phone",
    "note",
    "group",
    "other_groups",
    "facility",
)
ABOUT_ID = frozenset({"id_number", "sex", "born_on"})
ABOUT_GROUP = frozenset({"group", "born_on"})
ON_CARD = ("full_name", "born_on", "sex", "id_number", "old_id_number", "si_number", "card_number")
HOUSE_FIELDS = ("house_number", "street", "neighbourhood", "phone", "call_hint", "note")
MOST_FIELDS_OF_DRAFT = 40


@dataclass(frozen=True)
class PersonForm:
    """What stands in the form of a person, as typed."""

    full_name: str = ""
    born_on: str = ""
    sex: str = ""
    id_number: str = ""
    old_id_number: str = ""
    si_number: str = ""
    card_number: str = ""
    phone: str = ""
    note: str = ""
    group: str = "household"
    other_groups: str = ""
    facility: str = ""
    relationship: str = "99"
    evidence: str = "typed"
    id_reason: str = ""


@dataclass(frozen=True)
class HouseForm:
    """What stands in the form of a household, as typed."""

    ward: str = ""
    house_number: str = ""
    street: str = ""
    neighbourhood: str = ""
    phone: str = ""
    call_hint: str = ""
    note: str = ""


@dataclass(frozen=True)
class VisitForm:
    """What stands in the form of a visit."""

    outcome: str = ""
    next_on: date | None = None
    next_time: str = ""
    note: str = ""


@dataclass(frozen=True)
class Checked:
    """What was found about a form.

    `values` are the typed values of the fields that differ, ready to be saved. `messages` stand
    below their inputs with a tone. `missing` is the sentence that says why it can't be saved yet.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    messages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    needs_reason: bool = False
    missing: str = ""

    @property
    def may_save(self) -> bool:
        """Whether the primary button works."""
        return not self.missing


def form_of(member: MemberRow, teller: Teller) -> PersonForm:
    """The form of a member as she is recorded."""
    return PersonForm(
        full_name=member.name,
        born_on=full_date(member.born_on),
        sex=member.sex or "",
        id_number=member.id_number or "",
        old_id_number=member.old_id_number or "",
        card_number=member.card_number or "",
        si_number=member.si_number or "",
        phone=member.phone or "",
        note=member.note,
        group=member.group,
        other_groups=groups_text(member.other_groups, teller),
        facility=member.facility or "",
        relationship=member.relationship,
    )


def house_form_of(page: HouseholdPage) -> HouseForm:
    """The form of a household as it is recorded."""
    return HouseForm(
        ward=page.ward,
        house_number=page.house_number,
        street=page.street,
        neighbourhood=page.neighbourhood,
        phone=page.phone or "",
        call_hint=page.call_hint or "",
        note=page.note,
    )


def with_card(form: PersonForm, card: Card) -> PersonForm:
    """The form with what a scanned card says; what the card lacks stays."""
    said = {name: text for name, text in said_by(card).items() if text}
    return replace(form, **said, evidence="card_scan")


def house_with_card(house: HouseForm, card: Card) -> HouseForm:
    """The address on a scanned card in the inputs of a household that nobody has filled in.

    Without a house number all of it stands with the neighbourhood: a card of the country names
    hamlet and commune only.
    """
    place = read_address(card.address)
    if house.house_number or house.street or house.neighbourhood:
        return house
    if not place.is_a_door:
        return replace(house, neighbourhood=card.address)
    return replace(
        house,
        house_number=place.house_number,
        street=place.street,
        neighbourhood=place.neighbourhood,
    )


def ward_by_card(
    found: Sequence[Ward], mine: Sequence[tuple[str, str]], teller: Teller
) -> tuple[str, str]:
    """Which of one's own wards (stream and name) the address of a card is in, "" if that is not
    plain, and what is to be said of it: that the ward is another's, or was divided."""
    streams = {stream_of(*ward.key): ward.name for ward in found}
    own = [stream for stream, _ in mine if stream in streams]
    named = ", ".join(streams.values())
    if found and not own:
        return "", teller.say("household.card_other_ward", wards=named)
    if len(streams) > 1:
        return own[0] if len(own) == 1 else "", teller.say("household.card_divided", wards=named)
    return (own[0] if own else ""), ""


def said_by(card: Card) -> dict[str, str]:
    """What a card says, by the fields of the form; "" where it says nothing."""
    said = {"full_name": card.name, "born_on": full_date(card.born_on), "sex": card.sex}
    if isinstance(card, CitizenCard):
        return {**said, "id_number": card.number, "old_id_number": card.old_number}
    twelve = card.code if len(card.code) == 12 else ""
    return {**said, "id_number": twelve, "si_number": card.si_number, "card_number": card.code}


def filled_by(form: PersonForm, card: Card) -> PersonForm:
    """The form of somebody recorded, with the card in its empty inputs only."""
    empty = {n: text for n, text in said_by(card).items() if text and not getattr(form, n)}
    return replace(form, **empty, evidence="card_scan") if empty else form


def differing(form: PersonForm, card: Card) -> dict[str, tuple[str, str]]:
    """What a card says otherwise than the form: the form's text and the card's, by field."""
    found = {}
    for name, text in said_by(card).items():
        now = getattr(form, name)
        if text and now and not _same(name, now, text):
            found[name] = (now, text)
    return found


def _same(name: str, now: str, text: str) -> bool:
    if name == "full_name":
        return name_sort_key(now) == name_sort_key(text)
    if name == "card_number":
        return bare_number(now)[-10:] == bare_number(text)[-10:]
    return bare_number(now) == bare_number(text)


def is_of_another(form: PersonForm, card: Card) -> bool:
    """Whether a card is somebody else's: its number is not the one of the form, nor its name."""
    wrong = differing(form, card)
    return "full_name" in wrong and bool({"id_number", "si_number"} & wrong.keys())


def told_differences(wrong: Mapping[str, tuple[str, str]], teller: Teller) -> str:
    """Họ tên: Trần Quốc Khôi, đang ghi Trần Quốc Khoi; a line for each."""
    return "\n".join(
        teller.say(
            "people.card_says",
            what=teller.say(f"people.{name}"),
            card=_shown(name, card, teller),
            now=_shown(name, now, teller),
        )
        for name, (now, card) in wrong.items()
    )


def _shown(name: str, text: str, teller: Teller) -> str:
    return teller.sex(text) if name == "sex" else text


def fields_to_compare(form: PersonForm, house: HouseForm) -> dict[str, Any]:
    """What is typed of a new person, to look whether she is here already."""
    names = (*ON_CARD, "phone")
    place = {"house_number": house.house_number, "street": house.street}
    return {name: getattr(form, name) or None for name in names} | place


def check_person_form(
    form: PersonForm, before: PersonForm, teller: Teller, *, same_number: bool = False
) -> Checked:
    """What may be saved of a person's form, against how it was when it opened.

    With `same_number` somebody else has a number of it: saving needs a reason.
    """
    whole, messages = _typed(form, teller)
    changed = {name for name in PERSON_FIELDS if getattr(form, name) != getattr(before, name)}
    found = check_person(whole, teller.today)
    needs_reason = same_number
    for finding in found:
        if not _concerns(finding, changed):
            continue
        needs_reason = needs_reason or finding.needs_reason
        known = messages.get(finding.field)
        if known is None or known[1] != "error":
            messages[finding.field] = (teller.finding(finding), finding.level)
    missing = _missing(form, changed, messages, teller)
    if not missing and needs_reason and not form.id_reason.strip():
        missing = teller.say("people.reason_missing")
    values = {name: whole[name] for name in PERSON_FIELDS if name in changed and name in whole}
    return Checked(values, messages, needs_reason, missing)


def _concerns(finding: Finding, changed: set[str]) -> bool:
    """Whether a finding is about what was changed: old ones are not brought up again."""
    if finding.field == "group":
        return bool(changed & ABOUT_GROUP)
    return finding.field in changed or bool(changed & ABOUT_ID and finding.needs_reason)


def _typed(form: PersonForm, teller: Teller) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """The values with their types; a date that can't be read is an error below it."""
    messages: dict[str, tuple[str, str]] = {}
    whole: dict[str, Any] = {
        name: getattr(form, name).strip()
        for name in PERSON_FIELDS
        if name not in ("born_on", "sex", "other_groups")
    }
    whole["sex"] = form.sex or None
    try:
        whole["other_groups"] = groups_typed(form.other_groups, teller)
    except NoSuchGroup as wrong:
        messages["other_groups"] = (_no_such_group(wrong, teller), "error")
    born: date | None = None
    if form.born_on.strip():
        try:
            born = parse_birth_date(form.born_on, today=teller.today)
        except UserMends as wrong:
            messages["born_on"] = (sentence(wrong, teller), "error")
    whole["born_on"] = born
    return whole, messages


def _no_such_group(wrong: NoSuchGroup, teller: Teller) -> str:
    if not wrong.offered:
        return teller.say("people.group_unknown", said=wrong.said)
    return teller.say("people.group_unclear", said=wrong.said, names="; ".join(wrong.offered))


def sentence(error: FieldappError, teller: Teller) -> str:
    """An error as one line below an input."""
    told = teller.error(error)
    return f"{told.title}. {told.text}" if told.text else told.title


def _missing(
    form: PersonForm, changed: set[str], messages: Mapping[str, tuple[str, str]], teller: Teller
) -> str:
    if not form.full_name.strip():
        return teller.say("people.missing_name")
    if any(tone == "error" for _, tone in messages.values()):
        return teller.say("people.fix_errors")
    return "" if changed else teller.say("people.nothing_changed")


def check_house_form(form: HouseForm, before: HouseForm, teller: Teller) -> Checked:
    """What may be saved of a household's form."""
    changed = {
        name: getattr(form, name).strip()
        for name in HOUSE_FIELDS
        if getattr(form, name).strip() != getattr(before, name).strip()
    }
    messages = {
        finding.field: (teller.finding(finding), str(finding.level))
        for finding in check_person({"phone": form.phone})
        if "phone" in changed
    }
    missing = "" if changed else teller.say("people.nothing_changed")
    if not form.house_number.strip() or not form.street.strip():
        missing = teller.say("household.missing_address")
    elif any(tone == "error" for _, tone in messages.values()):
        missing = teller.say("people.fix_errors")
    return Checked(changed, messages, False, missing)


def visit_to_draft(form: VisitForm) -> dict[str, str]:
    """What is kept of a visit that was not saved."""
    day = form.next_on.isoformat() if form.next_on else ""
    return {"outcome": form.outcome, "day": day, "time": form.next_time, "note": form.note}


def visit_from_draft(content: object) -> VisitForm | None:
    """The visit that was kept; None for what this version can't read."""
    if not isinstance(content, Mapping):
        return None
    texts = {name: content.get(name) for name in ("outcome", "day", "time", "note")}
    outcome, day, time, note = (t if isinstance(t, str) else "" for t in texts.values())
    if outcome not in BY_CODE and not note:
        return None
    try:
        next_on = date.fromisoformat(day) if day else None
    except ValueError:
        next_on = None
    return VisitForm(outcome if outcome in BY_CODE else "", next_on, time, note)


def to_draft(form: PersonForm | HouseForm) -> dict[str, str]:
    """What is kept of a half-filled form."""
    return asdict(form)


def person_from_draft(content: object) -> PersonForm | None:
    """The form that was kept; None for what this version can't read."""
    texts = _texts(content, PersonForm)
    return PersonForm(**texts) if texts else None


def house_from_draft(content: object) -> HouseForm | None:
    """The form that was kept; None for what this version can't read."""
    texts = _texts(content, HouseForm)
    return HouseForm(**texts) if texts else None


def _texts(content: object, kind: type[PersonForm] | type[HouseForm]) -> dict[str, str]:
    if not isinstance(content, Mapping) or len(content) > MOST_FIELDS_OF_DRAFT:
        return {}
    known = {one.name for one in fields(kind)}
    return {k: v for k, v in content.items() if k in known and isinstance(v, str)}

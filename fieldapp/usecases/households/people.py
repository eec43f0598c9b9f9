"""Editing people and households, and registering new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.model import Coverage, Household, Membership, Person
from fieldapp.model.record import Record, from_wire
from fieldapp.rules import tables
from fieldapp.rules.explained import Finding
from fieldapp.rules.hhi import groups as hhi_groups
from fieldapp.rules.hhi.grouping import check_group
from fieldapp.rules.people.identity import (
    bare_number,
    check_citizen_id,
    check_health_card,
    check_name,
    check_old_id,
    check_si_number,
    normalise_name,
    normalise_phone,
    parse_birth_date,
)
from fieldapp.rules.vsi.support import EVERYONE_ELSE
from fieldapp.store.queries.households import one_person
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Basis, Intent
from fieldapp.usecases.households.duplicates import refuse_second
from fieldapp.usecases.short_texts import must_fit
from fieldapp.usecases.visiting.visits import NOTE_LIMIT, tidy

PERSON_FIELDS = frozenset(
    {"full_name", "born_on", "sex", "id_number", "old_id_number", "si_number", "card_number"}
    | {"phone", "note", "group", "other_groups", "facility", "email", "ethnic_group", "nationality"}
    | {"birth_place", "paper_result"}
)
NUMBERS = frozenset({"id_number", "old_id_number", "si_number", "card_number"})
ABOUT_ID = frozenset({"id_number", "sex", "born_on"})
"""What a citizen ID tells, and may contradict."""
ABOUT_CARD = frozenset({"card_number", "si_number"})
HOUSEHOLD_FIELDS = frozenset(
    {"house_number", "street", "neighbourhood", "phone", "call_hint", "note"}
)
ADDRESS_TEXTS = ("house_number", "street", "neighbourhood", "call_hint")
PERSON_TEXTS = ("full_name", "email", "ethnic_group", "nationality", "birth_place")
HEAD = "00"
FACILITY_DIGITS = 5


def check_person(fields: Mapping[str, Any], today: date | None = None) -> tuple[Finding, ...]:
    """What is wrong or odd about what was entered; an `error` keeps it from being saved."""
    texts = {name: str(fields.get(name) or "") for name in PERSON_FIELDS}
    born_on, found = fields.get("born_on"), list[Finding]()
    if "full_name" in fields:
        found += check_name(texts["full_name"])
    if texts["id_number"]:
        found += check_citizen_id(
            texts["id_number"], sex=texts["sex"], born_on=born_on, today=today
        )
    if texts["old_id_number"]:
        found += check_old_id(texts["old_id_number"])
    if texts["si_number"]:
        found += check_si_number(texts["si_number"])
    if texts["card_number"]:
        numbers = {"si_number": texts["si_number"], "id_number": texts["id_number"]}
        found += check_health_card(texts["card_number"], **numbers)
    if texts["phone"]:
        found += normalise_phone(texts["phone"])[1]
    if texts["group"] and today:
        found += check_group(texts["group"], born_on, today)
    return tuple(found)


def edit_person(
    store: Store,
    ward: str,
    person: str,
    fields: Mapping[str, Any],
    *,
    basis: Basis | None = None,
    evidence: Mapping[str, Any] | None = None,
    id_reason: str | None = None,
) -> str | None:
    """Changes fields of a person; returns the changeset's id, None where nothing changed.

    Args:
        evidence: what the new values rest on: `{"kind": "card_scan"}`, `told`, `typed`.
        id_reason: why a number that contradicts sex or birth year is right all the same.

    Raises:
        UserMends: an entered value is wrong (`rules.…`), the number contradicts and no reason was
            given (`entry.reason_needed`), or somebody else has the number and no reason was given
            (`entry.same_number`).
    """
    clean = _clean_person(fields)
    known = _known(store, ward, person)
    _must_hold({**known, **clean}, clean, store.today(), id_reason)
    other = {name: clean[name] for name in NUMBERS & clean.keys() if clean[name] != known[name]}
    refuse_second(store, person, other, id_reason)
    if id_reason:
        clean["id_reason"] = tidy(id_reason)
    with store.work(Intent("person.edit", ward, evidence), basis) as work:
        work.edit(Person, person, **clean)
    return work.saved.changeset.id if work.saved.changeset else None


def _known(store: Store, ward: str, person: str) -> dict[str, Any]:
    """What stands recorded of a person, to check what is entered against."""
    row = store.read(one_person, ward, person)
    if row is None:
        raise UserMends("entry.gone", person=person)
    return {"sex": row.sex, "born_on": row.born_on} | {n: getattr(row, n) for n in NUMBERS}


def edit_household(
    store: Store,
    ward: str,
    household: str,
    fields: Mapping[str, Any],
    *,
    basis: Basis | None = None,
) -> str | None:
    """Changes fields of a household; returns the changeset's id, None where nothing changed.

    Raises:
        UserMends: an entered value is wrong.
    """
    clean = clean_household(fields)
    with store.work(Intent("household.edit", ward), basis) as work:
        work.edit(Household, household, **clean)
    return work.saved.changeset.id if work.saved.changeset else None


def add_member(
    store: Store,
    ward: str,
    household: str,
    fields: Mapping[str, Any],
    relationship: str,
    *,
    evidence: Mapping[str, Any] | None = None,
    id_reason: str | None = None,
) -> str:
    """Adds a person to a household; returns the person's id. Raises as `edit_person` does."""
    clean = _clean_person(fields)
    _must_hold(clean, {"full_name": "", **clean}, store.today(), id_reason)
    refuse_second(store, "", clean, id_reason)
    with store.work(Intent("person.add", ward, evidence)) as work:
        if id_reason:
            clean["id_reason"] = tidy(id_reason)
        person = _create_person(work, ward, clean)
        _join(work, store, (ward, household, person), relationship)
    return person


def register_household(
    store: Store,
    ward: str,
    fields: Mapping[str, Any],
    members: Sequence[Mapping[str, Any]],
    *,
    evidence: Mapping[str, Any] | None = None,
) -> str:
    """Registers a household with its members in one action; returns the household's id.

    A member is the fields of a person with `relationship` and, where known, `covers`: mappings of
    `scheme`, `payer`, `valid_from`, `valid_to`, `five_year_on`. The first member with relationship
    `00` (or the first of all) becomes the head.

    Raises:
        UserMends: `entry.no_member`, `entry.no_address`, or a member's value is wrong.
    """
    if not members:
        raise UserMends("entry.no_member", field="members")
    clean = clean_household(fields)
    if not clean.get("house_number") or not clean.get("street"):
        raise UserMends("entry.no_address", field="house_number")
    ready = [_clean_member(store, member) for member in members]
    _refuse_twice(ready)
    with store.work(Intent("household.register", ward, evidence)) as work:
        household = work.fresh_id()
        people = [
            _register_member(work, store, (ward, household), member, clean_member)
            for member, clean_member in zip(members, ready, strict=True)
        ]
        heads = [p for p, m in zip(people, members, strict=True) if m.get("relationship") == HEAD]
        head = heads[0] if heads else people[0]
        work.create(Household(ward=ward, id=household, head=head, **clean))
    return household


def _clean_member(store: Store, member: Mapping[str, Any]) -> dict[str, Any]:
    """A new member's fields as they are kept. Raises as `register_household` does."""
    reason = member.get("id_reason")
    own = {"relationship", "covers", "id_reason"}
    clean = _clean_person({name: value for name, value in member.items() if name not in own})
    _must_hold(clean, {"full_name": "", **clean}, store.today(), reason)
    refuse_second(store, "", clean, reason)
    return {**clean, "id_reason": tidy(reason)} if reason else clean


def _refuse_twice(members: Sequence[Mapping[str, Any]]) -> None:
    """Refuses a household in which two members have one number, unless one says why."""
    for name in sorted(NUMBERS):
        holders: dict[str, Mapping[str, Any]] = {}
        for member in members:
            number = member.get(name)
            other = holders.get(number) if number else None
            if other is not None and not (member.get("id_reason") or other.get("id_reason")):
                who = str(other.get("full_name") or "")
                raise UserMends("entry.same_number_in_household", field=name, who=who)
            if number:
                holders[number] = member


def _register_member(
    work: Unit,
    store: Store,
    home: tuple[str, str],
    member: Mapping[str, Any],
    clean: Mapping[str, Any],
) -> str:
    ward, household = home
    person = _create_person(work, ward, clean)
    _join(work, store, (ward, household, person), member.get("relationship", "99"))
    for cover in member.get("covers", ()):
        known = _typed(Coverage, cover)
        work.create(Coverage(ward=ward, id=work.fresh_id(), person=person, **known))
    return person


def _create_person(work: Unit, ward: str, clean: Mapping[str, Any]) -> str:
    return work.create(Person(ward=ward, id=work.fresh_id(), **clean))


def _join(work: Unit, store: Store, place: tuple[str, str, str], relationship: str) -> None:
    ward, household, person = place
    work.create(
        Membership(
            ward=ward,
            id=work.fresh_id(),
            person=person,
            household=household,
            relationship=relationship,
            since=store.today(),
        )
    )


def clean_field(record_type: str, field: str, value: Any) -> Any:
    """One field's value as it is kept, whatever door it comes in by.

    Raises:
        UserMends: it is wrong by itself (`rules.…`).
    """
    if record_type == "person" and field in PERSON_FIELDS:
        clean = _clean_person({field: value})
        _raise_first(check_person(clean))
        return clean[field]
    if record_type == "household" and field in HOUSEHOLD_FIELDS:
        return clean_household({field: value})[field]
    return value


def _clean_person(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are kept: composed, without stray blanks, numbers as digits."""
    unknown = fields.keys() - PERSON_FIELDS
    if unknown:
        raise UserMends("entry.unknown_field", field=min(unknown))
    told = dict(fields)
    if isinstance(told.get("born_on"), str):
        told["born_on"] = _birth_date(told["born_on"])
    clean = _typed(Person, told)
    if "full_name" in clean:
        clean["full_name"] = normalise_name(clean["full_name"] or "")
    for name in NUMBERS & clean.keys():
        clean[name] = bare_number(str(clean[name] or "")) or None
    if "facility" in clean:
        clean["facility"] = _facility(clean["facility"] or "")
    if "other_groups" in clean:
        clean["other_groups"] = _other_groups(clean["other_groups"] or [])
    must_fit(clean, PERSON_TEXTS)
    return _clean_common(clean)


def known_groups() -> frozenset[str]:
    """All groups that a person may be of: those of the health insurance, and those by which the
    State helps with the social insurance (everybody else is in none of them)."""
    return hhi_groups.known_groups() | (tables.keys("vsi_support") - {EVERYONE_ELSE})


def _other_groups(groups: Sequence[str]) -> list[str]:
    """Further groups, each once. Raises UserMends: `rules.hhi_group_unknown`."""
    for group in groups:
        if group not in known_groups():
            raise UserMends("rules.hhi_group_unknown", field="other_groups", group=group)
    return list(dict.fromkeys(groups))


def _birth_date(text: str) -> date | None:
    """A birth date as scripts and lists write it. Raises UserMends as `parse_birth_date` does."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_birth_date(text) if text.strip() else None


def _typed(record: type[Record], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values with their types: scripts and files say dates as texts.

    Raises:
        UserMends: `entry.not_a_value`.
    """
    typed: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            typed[name] = None if value is None else from_wire(record, name, value)
        except ValueError:
            raise UserMends("entry.not_a_value", field=name) from None
    return typed


def _facility(text: str) -> str | None:
    """A facility as it is kept: two digits of the province, three of the hospital ("79 - 034").

    Raises:
        UserMends: `entry.facility_shape`.
    """
    digits = bare_number(text)
    if text.strip() and len(digits) != FACILITY_DIGITS:
        raise UserMends("entry.facility_shape", field="facility")
    return digits or None


def clean_household(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a household as they are kept.

    Raises:
        UserMends: one of them is wrong, or no field of a household.
    """
    unknown = fields.keys() - HOUSEHOLD_FIELDS
    if unknown:
        raise UserMends("entry.unknown_field", field=min(unknown))
    clean = _typed(Household, fields)
    for name in ADDRESS_TEXTS:
        if name in clean:
            clean[name] = normalise_name(clean[name] or "")
    must_fit(clean, ADDRESS_TEXTS)
    return _clean_common(clean)


def _clean_common(clean: dict[str, Any]) -> dict[str, Any]:
    if "phone" in clean:
        phone, findings = normalise_phone(clean["phone"] or "")
        _raise_first(findings)
        clean["phone"] = phone or None
    if "note" in clean:
        clean["note"] = tidy(clean["note"] or "")
        if len(clean["note"]) > NOTE_LIMIT:
            raise UserMends("visits.note_too_long", field="note", limit=NOTE_LIMIT)
    return clean


def _must_hold(
    whole: Mapping[str, Any], entered: Mapping[str, Any], today: date, id_reason: str | None
) -> None:
    """Raises for errors in what was entered, and for a contradiction without a reason."""
    about_id = ABOUT_ID & entered.keys()
    numbers = ABOUT_CARD if ABOUT_CARD & entered.keys() else frozenset()
    also = {name: whole.get(name) for name in (ABOUT_ID if about_id else frozenset()) | numbers}
    findings = check_person({**also, **entered}, today)
    _raise_first([f for f in findings if f.field in entered.keys() | numbers or f.needs_reason])
    if any(f.needs_reason for f in findings) and not (id_reason or "").strip():
        first = next(f for f in findings if f.needs_reason)
        raise UserMends("entry.reason_needed", field="id_number", finding=first.code)


def _raise_first(findings: Sequence[Finding]) -> None:
    for finding in findings:
        if finding.level == "error":
            raise UserMends(f"rules.{finding.code}", field=finding.field, **finding.values)

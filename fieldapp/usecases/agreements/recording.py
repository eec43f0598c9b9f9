"""Recording what was agreed over a ward, from its desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from fieldapp.errors import UserMends
from fieldapp.model.agreements import Agreement, agreement_id
from fieldapp.model.record import content_fields, from_wire
from fieldapp.rules.agreements import PARTIES, RECORDED, Agreed, wrong_days
from fieldapp.rules.people.identity import normalise_name, normalise_phone
from fieldapp.store.rows import read_fields
from fieldapp.store.store import Store
from fieldapp.store.work import Basis, Intent
from fieldapp.usecases.agreements.standing import FIELDS, KIND, NO_RECORD
from fieldapp.usecases.me import must_be_clerk
from fieldapp.usecases.short_texts import must_fit
from fieldapp.usecases.visiting.visits import NOTE_LIMIT, tidy

PHONES = frozenset(phone for _, phone in FIELDS.values())
CONTACTS = frozenset(contact for contact, _ in FIELDS.values())
DAYS = frozenset({"signed_on", "valid_until", "waiting_since"})


def record_agreement(
    store: Store, ward: str, fields: Mapping[str, Any], *, basis: Basis | None = None
) -> str | None:
    """Records what is known of a ward's agreement; the changeset's id, None: nothing changed.

    Args:
        fields: those of `model.Agreement` that a person changed. To record a signature takes the
            waiting away; to take one back takes its days and its paper away.

    Raises:
        UserMends: `agreements.no_right`; `agreements.no_signed_on`,
            `agreements.signed_in_the_future`, `agreements.ends_before_it_begins`,
            `agreements.waiting_from_the_future`;
            `agreements.state_unknown`, `agreements.party_unknown`; or a value that is wrong by
            itself (`entry.…`, `rules.…`, `visits.note_too_long`).
    """
    must_be_clerk(store, ward, "agreements.no_right")
    clean = _with_what_follows({name: clean_field(name, said) for name, said in fields.items()})
    key = (KIND, agreement_id(ward))
    standing = (basis.fields.get(key) if basis else None) or store.read(read_fields, ward, key)
    _must_hold(_typed(standing) | clean, store.today())
    if standing is None and all(getattr(NO_RECORD, n) == value for n, value in clean.items()):
        return None
    if standing is None:
        basis = _begin(store, ward, basis)
    with store.work(Intent("agreement.record", ward), basis) as work:
        work.edit(Agreement, key[1], **clean)
    return work.saved.changeset.id if work.saved.changeset else None


def _begin(store: Store, ward: str, basis: Basis | None) -> Basis:
    """Makes the ward's record, empty, as an action of its own; what the next one stands on.

    Two desks that both begin have made the same; what each then says of it is merged field by
    field. Were the first words in the creation itself, the second desk's would be lost, since of
    two records with one id the first stands. An empty record says what none says: unsigned.
    """
    key = (KIND, agreement_id(ward))
    with store.work(Intent("agreement.begin", ward)) as work:
        if read_fields(work.connection, ward, key) is None:
            work.create(Agreement(ward=ward, id=key[1]))
    begun = store.basis(ward, key)
    return replace(begun, position=basis.position) if basis is not None else begun


def clean_field(name: str, said: Any) -> Any:
    """One field's value as it is kept.

    Raises:
        UserMends: as `record_agreement` says of a value that is wrong by itself.
    """
    if name not in content_fields(Agreement):
        raise UserMends("entry.unknown_field", field=name)
    if name in DAYS and said == "":
        said = None
    try:
        value = from_wire(Agreement, name, said)
    except ValueError:
        raise UserMends("entry.not_a_value", field=name) from None
    if name == "state" and value not in RECORDED:
        raise UserMends("agreements.state_unknown", field=name, among=", ".join(RECORDED))
    if name == "waiting_for" and value not in ("", *PARTIES):
        raise UserMends("agreements.party_unknown", field=name, among=", ".join(PARTIES))
    return _clean_text(name, value) if isinstance(value, str) else value


def _clean_text(name: str, text: str) -> str:
    if name in PHONES:
        phone, findings = normalise_phone(text)
        for finding in findings:
            if finding.level == "error":
                raise UserMends(f"rules.{finding.code}", field=name, **finding.values)
        return phone
    if name in CONTACTS or name == "document":
        text = normalise_name(text)
        must_fit({name: text}, (name,))
    if name == "note":
        text = tidy(text)
        if len(text) > NOTE_LIMIT:
            raise UserMends("visits.note_too_long", field=name, limit=NOTE_LIMIT)
    return text


def _with_what_follows(clean: dict[str, Any]) -> dict[str, Any]:
    """What a signature, or taking one back, says of the other fields."""
    if clean.get("state") == "signed":
        return clean | {"waiting_for": "", "waiting_since": None}
    if clean.get("state") == "unsigned":
        return {"signed_on": None, "valid_until": None, "document": ""} | clean
    return clean


def _typed(fields: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: from_wire(Agreement, name, value) for name, value in (fields or {}).items()}


def _must_hold(whole: Mapping[str, Any], today: date) -> None:
    agreed = Agreed(
        whole.get("state", "unsigned"), whole.get("signed_on"), whole.get("valid_until")
    )
    waits = whole.get("waiting_since")
    if waits is not None and waits > today:
        raise UserMends("agreements.waiting_from_the_future", field="waiting_since", day=waits)
    wrong = wrong_days(agreed, today)
    if wrong is not None:
        field = "valid_until" if wrong == "ends_before_it_begins" else "signed_on"
        raise UserMends(f"agreements.{wrong}", field=field, day=agreed.signed_on)

"""What happened, told one line a changeset: of a household, of this laptop's pending work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from fieldapp.model.changesets import Change, Changeset
from fieldapp.model.record import content_fields, record_types, references
from fieldapp.rules.explained import Reason, Value
from fieldapp.store.queries import history as queries_log
from fieldapp.store.queries import households
from fieldapp.store.queries import submissions as lists
from fieldapp.store.queries.history import Own
from fieldapp.store.queries.papers import ever_had
from fieldapp.store.rows import Key
from fieldapp.store.store import Store
from fieldapp.usecases.households.facts import Door
from fieldapp.usecases.me import StaffName, name_of
from fieldapp.usecases.visiting.today import StateWord, receipt_number

VISIT_ICONS = {
    "not_at_home": "door",
    "appointment": "calendar-plus",
    "considering": "chat-circle-dots",
    "refused": "prohibit",
    "enrolled": "check-circle",
    "moved": "truck",
    "do_not_contact": "hand-palm",
}
FIELD_ICONS = {"phone": "phone", "note": "note-pencil", "house_number": "map-pin"}
PAIRED = {
    "person.merge": ("users-three", "history.people_merged"),
    "person.part": ("arrow-counter-clockwise", "history.people_parted"),
    "person.tell_apart": ("users", "history.people_told_apart"),
}
NEVER_UNDONE = frozenset(
    {"household.register", "conflict.decide", "conflict.take_back", "change.undo"}
    | {"list.due", "list.households"}
    | {
        "flag.reply",
        "flag.reopen",
        "agreement.begin",
        "person.erase",
        "paper.remove",
        "receipt.void",
        "submission.draw",
        "submission.withdraw",
    }
    | {"remittance.hand_in", "remittance.take", "remittance.confirm", "remittance.reverse"}
)
"""What is taken back otherwise or never: a void receipt stays void, a list is withdrawn."""
LEFT = ("moved_away", "died", "other")
"""Why somebody lives in no household of the ward any more."""
OTHERWISE = ("pencil-simple", Reason("history.other"))
CODES = frozenset({"relationship", "withdrawn"})
TOLD_FIELDS = ("full_name", "phone", "note", "born_on", "sex", "id_number", "house_number")
"""The fields that have a line of their own in the history, most telling first."""


@dataclass(frozen=True)
class HistoryRow:
    """One line of a household's history."""

    changeset: str | None
    at: datetime
    icon: str
    text: Reason
    by: str
    state: StateWord
    can_undo: bool


def history_of(
    store: Store, ward: str, door: Door, staff: dict[str, StaffName]
) -> tuple[HistoryRow, ...]:
    """Everything that touched the household or its people, newest first."""
    keys = store.read(keys_of, ward, door)
    names = store.read(names_of, ward, door.row.id)
    pending = store.read(queries_log.unsettled_work_on, ward, keys)
    known = {own.changeset.id for own in pending}
    disputed = store.read(queries_log.open_sides)
    rows = [_row(own.changeset, names, staff, state_of(own, disputed)) for own in pending]
    for done in store.read(queries_log.settled_changes, ward, keys):
        if done.changeset.id not in known:
            rows.append(history_row(done.changeset, names, staff, disputed))
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


def keys_of(connection: Connection, ward: str, door: Door) -> list[Key]:
    """The records whose history is that of the household."""
    lived = _lived(connection, ward, door.row.id)
    stays: list[Key] = [("membership", row.id) for row in lived]
    papers: list[Key] = [("paper", one) for one in ever_had(connection, ward, door.row.id)]
    return [*_keys(door), *stays, *papers, *_list_keys(connection, ward, door)]


def _lived(connection: Connection, ward: str, household: str) -> Sequence[Any]:
    return households.memberships_of_household(connection, ward, household)


def _keys(door: Door) -> list[Key]:
    keys: list[Key] = [("household", door.row.id)]
    keys += [("person", row.id) for row in door.members]
    keys += [("visit", row.id) for row in door.visits]
    keys += [("receipt", row.id) for row in door.receipts]
    keys += [("coverage", row.id) for row in door.coverages]
    return keys


def names_of(connection: Connection, ward: str, household: str) -> dict[str, str]:
    """What everybody is called who lives or ever lived there: by person, and by membership.

    Of somebody who moved on, the membership names another household: it is found by the person.
    """
    lived = {row.person: row.full_name for row in _lived(connection, ward, household)}
    stays = households.memberships_of_people(connection, ward, lived)
    return lived | {row.id: lived[row.person] for row in stays}


def _list_keys(connection: Connection, ward: str, door: Door) -> list[Key]:
    """Lines on official lists, and receipts that were crossed out."""
    paid = {row.id for row in door.paid_for}
    written = {row.id for row in door.receipts}
    lines = lists.line_rows(connection, (ward,), enrolments_only=paid) if paid else ()
    voids = lists.voids_of(connection, ward, written) if written else ()
    keys = [("submission_line", row.id) for row in lines]
    return keys + [("receipt_void", row.id) for row in voids]


def state_of(own: Own, disputed: frozenset[str]) -> StateWord:
    """The sync word of an own changeset; `disputed` are the open sides of conflicts."""
    if own.state == "held" or own.reason in ("refused", "too_large"):
        return "needs_fixing"
    if own.changeset.id in disputed:
        return "conflict"
    return "on_device" if own.state == "unsent" else "sent"


def history_row(
    changeset: Changeset,
    names: Mapping[str, str],
    staff: dict[str, StaffName],
    disputed: frozenset[str],
    *,
    undo: bool = True,
) -> HistoryRow:
    """The line of a changeset of the log; `disputed` are the open sides of conflicts."""
    row = _row(changeset, names, staff, "conflict" if changeset.id in disputed else "sent")
    return row if undo else replace(row, can_undo=False)


def _row(
    changeset: Changeset, names: Mapping[str, str], staff: dict[str, StaffName], state: StateWord
) -> HistoryRow:
    icon, text = describe(changeset, names)
    return HistoryRow(
        changeset=changeset.id,
        at=changeset.corrected_at,
        icon=icon,
        text=text,
        by=name_of(staff, changeset.author),
        state=state,
        can_undo=can_undo(changeset),
    )


def can_undo(changeset: Changeset) -> bool:
    """Money that was booked is never undone: a receipt is voided. Nor is a decision or an undo.

    Nor what a newer version of the program set, which this one could not set back.
    """
    booked = any(change.record_type == "receipt" for change in changeset.changes)
    return not booked and changeset.action not in NEVER_UNDONE and _all_known(changeset)


def _all_known(changeset: Changeset) -> bool:
    records = record_types()
    return all(
        change.record_type in records
        and change.fields.keys() <= set(content_fields(records[change.record_type]))
        for change in changeset.changes
        if change.kind != "create"
    )


def describe(changeset: Changeset, names: Mapping[str, str]) -> tuple[str, Reason]:
    """Icon and sentence of a changeset; `names` are those of people by id, as far as known. What is
    not made as this program makes it is told without its details: nothing that somebody sends may
    keep a page from opening."""
    try:
        return _described(changeset, names)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        return OTHERWISE


def _described(changeset: Changeset, names: Mapping[str, str]) -> tuple[str, Reason]:
    match changeset.action:
        case "visit.record":
            return _visit(changeset)
        case "person.edit" | "household.edit":
            return _edit(changeset.changes[0], names)
        case "person.add":
            return "user-plus", Reason("history.person_added", {"name": _new_name(changeset)})
        case "person.merge" | "person.part" | "person.tell_apart" as action:
            icon, code = PAIRED[action]
            return icon, Reason(code, {"name": names.get(_paired(changeset), "")})
        case "person.erase":
            return "eraser", Reason("history.person_erased")
        case "person.leave" | "person.move" | "household.split" | "household.head" as action:
            return _moved(action, changeset, names)
        case "cover.end":
            return "calendar-check", Reason("history.cover_ended", _ended(changeset))
        case "household.register":
            return "house-line", Reason("history.registered", {"n": _count(changeset, "person")})
        case "list.due" | "list.households":
            return "file-text", Reason("history.from_list")
        case "enrolment.pay":
            return _enrolment(changeset)
        case "receipt.void":
            return "prohibit", Reason(
                "history.receipt_void", {"reason": _said(changeset, "reason")}
            )
        case "agreement.record" | "agreement.begin":
            return "handshake", Reason("history.agreement_recorded")
        case "paper.add":
            return "paperclip", Reason("history.paper_added")
        case "paper.remove":
            return "paperclip", Reason("history.paper_removed")
        case "flag.reply" | "flag.clear" | "flag.reopen" as action:
            return "question", Reason(f"history.{action.replace('.', '_')}")
        case action if action.startswith("remittance."):
            code = f"history.{action.replace('.', '_')}"
            return "wallet", Reason(code, {"reason": _said(changeset, "note")})
        case action if action.startswith("submission."):
            return _list(action, changeset)
        case "conflict.decide":
            return "check", _decided(changeset, names)
        case "conflict.take_back":
            return "arrow-counter-clockwise", Reason("history.decision_taken_back")
        case "change.undo":
            return "arrow-counter-clockwise", Reason("history.undone")
        case _:
            return OTHERWISE


def _moved(action: str, changeset: Changeset, names: Mapping[str, str]) -> tuple[str, Reason]:
    """Who moved between households, or leads one now."""
    moved = [c.record for c in changeset.changes if "household" in c.fields and _goes(c)]
    who = ", ".join(filter(None, (names.get(one, "") for one in moved)))
    match action:
        case "person.leave":
            said = changeset.evidence or {}
            reason = said.get("reason") if said.get("reason") in LEFT else "other"
            if said.get("to"):
                to, day = str(said["to"]), date.fromisoformat(str(said["on"]))
                there = Reason("history.left_for_ward", {"name": who, "ward": to, "day": day})
                return "sign-out", there
            return "sign-out", Reason(f"history.left_{reason}", {"name": who})
        case "person.move":
            return "arrows-left-right", Reason("history.moved_household", {"name": who})
        case "household.split":
            return "git-branch", Reason("history.split", {"n": len(moved)})
        case _:
            heads = [c.fields["head"][1] for c in changeset.changes if "head" in c.fields]
            name = names.get(str(heads[0]), "") if heads else ""
            return "crown-simple", Reason("history.head_changed", {"name": name})


def _goes(change: Change) -> bool:
    """Whether a membership goes to another household, or begins there; not a stay that is over."""
    return change.record_type == "membership" and not change.fields.get("until", (0, 0))[1]


def _paired(changeset: Changeset) -> str:
    marks = {"merged_into", "told_apart"}
    return next(c.record for c in changeset.changes if marks & c.fields.keys())


def _visit(changeset: Changeset) -> tuple[str, Reason]:
    visit = next(change for change in changeset.changes if change.record_type == "visit")
    values = _new(visit)
    outcome = str(values["outcome"])
    if outcome == "appointment" and values.get("next_on"):
        day = date.fromisoformat(values["next_on"])
        time = values.get("next_time")
        code = "history.appointment_at" if time else "history.appointment"
        told: dict[str, Value] = {"day": day} | ({"time": time} if time else {})
        return VISIT_ICONS[outcome], Reason(code, told)
    note = str(values.get("note") or "").replace("\n", " ")
    if note:
        return VISIT_ICONS[outcome], Reason(f"history.{outcome}_noted", {"note": note})
    return VISIT_ICONS[outcome], Reason(f"history.{outcome}")


def _edit(change: Change, names: Mapping[str, str]) -> tuple[str, Reason]:
    field = next((name for name in TOLD_FIELDS if name in change.fields), None)
    if field is None:
        return "pencil-simple", Reason("history.details_edited")
    old, new = change.fields[field]
    values: dict[str, Value] = {
        "name": names.get(change.record, ""),
        "old": _told(field, old),
        "new": _told(field, new),
    }
    code = f"history.{field}_edited" if old else f"history.{field}_added"
    return FIELD_ICONS.get(field, "pencil-simple"), Reason(code, values)


def _ended(changeset: Changeset) -> dict[str, Value]:
    """The last day that was recorded of a cover."""
    days = [_new(change).get("valid_to") for change in changeset.changes]
    day = next((date.fromisoformat(day) for day in days if day), None)
    return {"day": day or ""}


def _told(field: str, value: Any) -> Value:
    if field == "born_on" and value:
        return date.fromisoformat(value)
    return "" if value is None else str(value).replace("\n", " ")


def _enrolment(changeset: Changeset) -> tuple[str, Reason]:
    receipt = next(change for change in changeset.changes if change.record_type == "receipt")
    values = _new(receipt)
    return "receipt", Reason(
        "history.enrolled_paid",
        {
            "n": _count(changeset, "enrolment"),
            "amount_dong": int(values["amount_dong"]),
            "number": receipt_number(int(values["number"])),
        },
    )


def _list(action: str, changeset: Changeset) -> tuple[str, Reason]:
    """What happened to an official list."""
    lines = _count(changeset, "submission_line")
    match action:
        case "submission.draw":
            number = _said(changeset, "number")
            return "files", Reason("history.list_drawn", {"number": number, "n": lines})
        case "submission.send":
            return "paper-plane-tilt", Reason("history.list_sent")
        case "submission.answer":
            return _answers(changeset)
        case "submission.mend":
            note = _said(changeset, "mended_note")
            return "wrench", Reason("history.list_mended", {"note": note})
        case _:
            return "arrow-counter-clockwise", Reason("history.list_withdrawn")


def _answers(changeset: Changeset) -> tuple[str, Reason]:
    said = [_new(c).get("answer") for c in changeset.changes if c.record_type == "submission_line"]
    accepted, returned = said.count("accepted"), said.count("returned")
    if not returned:
        return "check-circle", Reason("history.list_accepted", {"n": accepted})
    if returned == 1 and not accepted:
        reason = _said(changeset, "reason")
        return "arrow-u-up-left", Reason("history.list_returned", {"reason": reason})
    counts: dict[str, Value] = {"accepted": accepted, "returned": returned}
    return "arrow-u-up-left", Reason("history.list_answered", counts)


def _said(changeset: Changeset, field: str) -> str:
    """The first text that a changeset wrote into a field of this name."""
    texts = [_new(change).get(field) for change in changeset.changes]
    return next((str(text).replace("\n", " ") for text in texts if text), "")


def _decided(changeset: Changeset, names: Mapping[str, str]) -> Reason:
    """What was decided; without the value where that is an id or a code which nobody reads."""
    change = changeset.changes[0]
    ((field, (_, new)),) = change.fields.items()
    record = record_types().get(change.record_type)
    if field in CODES or (record is not None and field in references(record)):
        new = names.get(str(new))
    return Reason("history.decided", {"value": str(new)}) if new else Reason("history.decided_so")


def _new_name(changeset: Changeset) -> str:
    for change in changeset.changes:
        if change.record_type == "person":
            return str(_new(change).get("full_name", ""))
    return ""


def _count(changeset: Changeset, record_type: str) -> int:
    return sum(change.record_type == record_type for change in changeset.changes)


def _new(change: Change) -> dict[str, Any]:
    return {name: new for name, (_, new) in change.fields.items()}

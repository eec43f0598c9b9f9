"""Questions about recorded work: who is asked what and why, what was said to it, what is settled.

Whoever a question concerns sees it on her own laptop, word for word as her supervisor does, and can
reply. A supervisor says that it was looked at and nothing is wrong, and can take that back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Connection

from fieldapp.clock import VIETNAM, business_date
from fieldapp.errors import UserMends
from fieldapp.model import FlagClearing, FlagReply
from fieldapp.model.flags import flag_id
from fieldapp.rules.explained import Reason
from fieldapp.rules.folding import fold
from fieldapp.rules.places.address import first_number
from fieldapp.rules.visiting.plausibility import (
    LOOK_BACK_DAYS,
    PHONE_DOORS,
    VISIT_DAYS,
    Flag,
    Knock,
    SharedPhone,
    Taken,
    flags_of,
)
from fieldapp.store.queries import flags as q
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases.me import StaffName, me, name_of, staff_names, supervised
from fieldapp.usecases.visiting.today import StateWord, receipt_number, record_words
from fieldapp.usecases.visiting.visits import tidy

State = Literal["open", "answered", "cleared"]
REPLY_LIMIT = 2_000


@dataclass(frozen=True)
class FlagEvidence:
    """One visit, receipt or household of a question. `at`: when; "": of what has no outcome."""

    household: str
    text: str
    at: datetime | None
    outcome: str = ""


@dataclass(frozen=True)
class FlagAnswer:
    """What the person concerned said, and how far it got. `text`: "" where it named somebody who
    was erased by right."""

    text: str
    at: datetime
    word: StateWord


@dataclass(frozen=True)
class FlagRow:
    """One question.

    Attributes:
        state: `cleared`: a supervisor found nothing wrong with all of its evidence.
        clearing: the id of that decision, or of the newest where it took several; `cleared_by` is
            the name, `cleared_note` the reason, `cleared_word` how far it got.
        may_reply: the user is the person concerned; `may_clear`: supervises the ward.
    """

    ward: str
    ward_name: str
    flag: str
    kind: str
    canvasser: str
    name: str
    on: date | None
    reason: Reason
    evidence: tuple[FlagEvidence, ...]
    replies: tuple[FlagAnswer, ...]
    state: State
    may_reply: bool
    may_clear: bool
    clearing: str = ""
    cleared_by: str = ""
    cleared_at: datetime | None = None
    cleared_note: str = ""
    cleared_word: StateWord = "sent"


def flags(store: Store) -> tuple[FlagRow, ...]:
    """The questions that the user may see, those without an answer first, then the newest.

    A supervisor sees those of the wards that she supervises, everybody else her own.
    """
    return tuple(row for row, _ in _all(store))


def open_flags(store: Store) -> int:
    """How many questions wait for the user: her own without a reply, others' not looked at."""
    return sum(
        row.state == "open" if row.may_reply else row.may_clear and row.state != "cleared"
        for row in flags(store)
    )


def reply_to_flag(store: Store, ward: str, flag: str, text: str) -> str:
    """Says something to a question about one's own work; returns the reply's id. It stands as it
    was said.

    Raises:
        UserMends: `flags.gone`, `flags.not_yours`, `flags.no_text`, `flags.too_long`.
    """
    row, _ = _one(store, ward, flag)
    said = tidy(text)
    if not row.may_reply:
        raise UserMends("flags.not_yours", field="flag", name=row.name)
    if not said:
        raise UserMends("flags.no_text", field="text")
    if len(said) > REPLY_LIMIT:
        raise UserMends("flags.too_long", field="text", limit=REPLY_LIMIT)
    with store.work(Intent("flag.reply", ward)) as work:
        reply = FlagReply(
            ward=ward,
            id=work.fresh_id(),
            flag=flag,
            kind=row.kind,
            day=row.on,
            canvasser=row.canvasser,
            text=said,
            replied_at=store.server_now(),
        )
        work.create(reply)
    return reply.id


def clear_flag(store: Store, ward: str, flag: str, note: str = "") -> str:
    """Says that a question was looked at and nothing is wrong; returns the changeset's id, by
    which `changes.undo` takes it back. What is found later is asked about anew.

    Raises:
        UserMends: `flags.gone`, `flags.not_supervisor`, `flags.cleared_already`, `flags.too_long`.
    """
    row, found = _one(store, ward, flag)
    said = tidy(note)
    if not row.may_clear:
        raise UserMends("flags.not_supervisor", field="ward")
    if row.state == "cleared":
        raise UserMends("flags.cleared_already", field="flag", name=row.cleared_by)
    if len(said) > REPLY_LIMIT:
        raise UserMends("flags.too_long", field="note", limit=REPLY_LIMIT)
    with store.work(Intent("flag.clear", ward)) as work:
        work.create(
            FlagClearing(
                ward=ward,
                id=work.fresh_id(),
                flag=flag,
                kind=row.kind,
                day=row.on,
                canvasser=row.canvasser,
                seen=list(found.evidence),
                note=said,
                cleared_by=str(store.setting("username")),
                cleared_at=store.server_now(),
            )
        )
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def reopen_flag(store: Store, ward: str, flag: str) -> str:
    """Takes back that nothing is wrong, whoever said it; returns the changeset's id.

    Raises:
        UserMends: `flags.gone`, `flags.not_supervisor`, `flags.not_cleared`.
    """
    row, _ = _one(store, ward, flag)
    if not row.may_clear:
        raise UserMends("flags.not_supervisor", field="ward")
    if row.state != "cleared":
        raise UserMends("flags.not_cleared", field="flag")
    standing = [one.id for one in store.read(q.clearing_rows, (ward,)) if one.flag == flag]
    with store.work(Intent("flag.reopen", ward)) as work:
        for clearing in standing:
            work.edit(FlagClearing, clearing, withdrawn=True)
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def _one(store: Store, ward: str, flag: str) -> tuple[FlagRow, Flag]:
    for row, found in _all(store):
        if (row.ward, row.flag) == (ward, flag):
            return row, found
    raise UserMends("flags.gone", field="flag")


def _all(store: Store) -> list[tuple[FlagRow, Flag]]:
    user, over = me(store), supervised(store)
    since = datetime.combine(store.today() - timedelta(days=LOOK_BACK_DAYS), time(), VIETNAM)
    whose = "" if over else user.username
    read = store.read(_read, user.streams, since, whose)
    mine = [one for one in read.flags if one.ward in over or one.canvasser == user.username]
    staff, words = staff_names(store), record_words(store, user.streams)
    wards = {ward.stream: ward.name for ward in user.wards}
    said: dict[str, list[Any]] = defaultdict(list)
    for reply in read.replies:
        said[reply.flag].append(reply)
    rows = []
    for flag in mine:
        key = flag_id(flag.ward, flag.kind, flag.canvasser, flag.subject)
        settled = _settling([c for c in read.clearings if _is_about(c, key, flag)], flag)
        replies = tuple(
            FlagAnswer(one.text, one.replied_at, words.get(one.id, "sent"))
            for one in said.get(key, ())
            if one.canvasser == flag.canvasser
        )
        row = FlagRow(
            ward=flag.ward,
            ward_name=wards[flag.ward],
            flag=key,
            kind=flag.kind,
            canvasser=flag.canvasser,
            name=name_of(staff, flag.canvasser),
            on=flag.on,
            reason=flag.reason,
            evidence=tuple(read.told(one) for one in flag.evidence),
            replies=replies,
            state="answered" if replies else "open",
            may_reply=flag.canvasser == user.username,
            may_clear=flag.ward in over and flag.canvasser != user.username,
        )
        rows.append((_settled(row, settled, staff, words) if settled else row, flag))
    rows.sort(key=lambda pair: pair[0].on or store.today(), reverse=True)
    rows.sort(key=lambda pair: ("open", "answered", "cleared").index(pair[0].state))
    return rows


def _settled(
    row: FlagRow, clearing: Any, staff: dict[str, StaffName], words: Mapping[str, StateWord]
) -> FlagRow:
    """The question with what was decided."""
    return replace(
        row,
        state="cleared",
        clearing=clearing.id,
        cleared_by=name_of(staff, clearing.cleared_by),
        cleared_at=clearing.cleared_at,
        cleared_note=clearing.note,
        cleared_word=words.get(clearing.id, "sent"),
    )


def _is_about(clearing: Any, key: str, flag: Flag) -> bool:
    """The server knows whom a decision says that it is about, and not which question that is."""
    whose = clearing.canvasser == flag.canvasser != clearing.cleared_by
    return bool(whose and clearing.flag == key)


def _settling(clearings: Sequence[Any], flag: Flag) -> Any | None:
    """The newest decision, where together they saw all evidence: each desk may have had another
    part of it."""
    seen = {record for one in clearings for record in one.seen}
    return clearings[0] if clearings and set(flag.evidence) <= seen else None


@dataclass(frozen=True)
class _Read:
    """What was read, and the questions that it raises."""

    flags: tuple[Flag, ...]
    evidence: Mapping[str, FlagEvidence]
    replies: Sequence[Any]
    clearings: Sequence[Any]

    def told(self, record: str) -> FlagEvidence:
        """One record of the evidence; a household of which nothing more is known by its id."""
        return self.evidence.get(record, FlagEvidence(record, "", None))


def _read(connection: Connection, wards: Sequence[str], since: datetime, whose: str) -> _Read:
    """`whose`: of this person alone; "" reads everybody's."""
    # a receipt of the first day may belong to a visit of the day before
    before = since - timedelta(days=VISIT_DAYS)
    knocks = [_knock(row) for row in q.knock_rows(connection, wards, before, whose)]
    papers = q.taken_rows(connection, wards, since, whose)
    phones, homes = _phones(connection, wards)
    visits = {one.visit: one for one in knocks}
    receipts = {row.id: row for row in papers}
    first, told = since.date(), dict(homes)
    found = flags_of(knocks, [_taken(row) for row in papers], phones)
    found = tuple(flag for flag in found if flag.on is None or flag.on >= first)
    for record in (record for flag in found for record in flag.evidence):
        if knock := visits.get(record):
            told[record] = FlagEvidence(knock.household, knock.where, knock.at, knock.outcome)
        elif row := receipts.get(record):
            number = receipt_number(row.number)
            told[record] = FlagEvidence(row.household, number, row.issued_at)
    replies, clearings = q.reply_rows(connection, wards), q.clearing_rows(connection, wards)
    return _Read(found, told, replies, clearings)


@lru_cache(maxsize=4096)
def _folded(street: str) -> str:
    """A street without tones and case; a ward has few, and many doors on each."""
    return fold(street)


def _knock(row: Any) -> Knock:
    day = business_date(row.visited_at)
    return Knock(
        ward=row.ward,
        visit=row.id,
        household=row.household,
        canvasser=row.canvasser,
        at=row.visited_at,
        day=day,
        outcome=row.outcome,
        note=row.note,
        next_in=(row.next_on - day).days if row.next_on else None,
        street=_folded(row.street),
        number=first_number(row.house_number),
        where=f"{row.house_number} {row.street}".strip(),
    )


def _taken(row: Any) -> Taken:
    number = receipt_number(row.number)
    day = business_date(row.issued_at)
    return Taken(row.ward, row.id, row.household, row.issued_by, day, number)


def _phones(
    connection: Connection, wards: Sequence[str]
) -> tuple[list[SharedPhone], dict[str, FlagEvidence]]:
    """Phones at many doors by who wrote them down, and these doors."""
    by: dict[tuple[str, str, str], dict[str, None]] = {}
    for one in q.shared_phones(connection, wards, PHONE_DOORS):
        author = q.who_wrote(connection, one)
        if author:
            by.setdefault((one.ward, one.phone, author), {})[one.household] = None
    found = [SharedPhone(*key, households=tuple(homes)) for key, homes in by.items()]
    doors = {home for one in found for home in one.households}
    return found, _addresses(q.address_rows(connection, wards, doors))


def _addresses(rows: Iterable[Any]) -> dict[str, FlagEvidence]:
    return {
        row.id: FlagEvidence(row.id, f"{row.house_number} {row.street}".strip(), None)
        for row in rows
    }

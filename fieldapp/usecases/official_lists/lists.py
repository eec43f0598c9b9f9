"""The official lists that there are: their lines, sending them, taking one back that was not sent.

A list that another desk drew up at the same time, without a network, shares lines with this one.
Each such line stands on the list that reached the server first; the other list says so.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection

from fieldapp.errors import UserMends
from fieldapp.model import Enrolment, Submission
from fieldapp.store.queries import history as queries_log
from fieldapp.store.queries import submissions as lists
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases.me import me, name_of, staff_names
from fieldapp.usecases.official_lists.content import kept_household, kept_person
from fieldapp.usecases.official_lists.standing import Standings, is_live, standings

OPEN = ("drawn", "sent")


@dataclass(frozen=True)
class LineRow:
    """A line of a list, as it was handed in, with the agency's answer.

    `number` is its place on the paper, which counts the lines that are left. `elsewhere` is the
    number of the list on which the enrolment stands too; "" for none.
    """

    line: str
    number: int
    enrolment: str
    person_name: str
    id_number: str
    si_number: str
    address: str
    participant_dong: int
    answer: str | None
    reason: str
    answered_on: date | None
    mended_on: date | None
    mended_note: str
    withdrawn: bool
    elsewhere: str = ""


@dataclass(frozen=True)
class ListRow:
    """A list: how many lines it has, what they add up to, how far the agency is.

    Attributes:
        state: `drawn`, `sent`, `answered` (every line has an answer) or `withdrawn`.
        drawn: lines that it was drawn up with.
        elsewhere: lines that stand on another list too, or instead.
    """

    ward: str
    submission: str
    form: str
    layout: str
    number: str
    listed_on: date
    organisation: str
    collector: str
    made_by: str
    made_at: datetime
    state: str
    sent_on: date | None
    lines: int
    drawn: int
    total_dong: int
    accepted: int
    returned: int
    waiting: int
    elsewhere: int


@dataclass(frozen=True)
class ListPage:
    """A list with its lines; `gone` are lines of it that stand on another list instead."""

    row: ListRow
    lines: tuple[LineRow, ...]
    gone: tuple[LineRow, ...]
    note: str


def official_lists(store: Store, ward: str = "") -> tuple[ListRow, ...]:
    """The lists of the user's wards (or one), newest first."""
    wards = (ward,) if ward else me(store).streams
    staff = staff_names(store)

    def read(connection: Connection) -> tuple[ListRow, ...]:
        found = [_Read.of(connection, one, staff) for one in wards]
        rows = [read.row(submission) for read in found for submission in read.submissions]
        return tuple(sorted(rows, key=lambda row: row.made_at, reverse=True))

    return store.read(read)


def official_list(store: Store, ward: str, submission: str) -> ListPage:
    """One list.

    Raises:
        UserMends: `entry.gone`: this laptop has no such list.
    """
    staff = staff_names(store)

    def read(connection: Connection) -> ListPage | None:
        found = _Read.of(connection, ward, staff)
        row = next((s for s in found.submissions if s.id == submission), None)
        return found.page(row) if row is not None else None

    page = store.read(read)
    if page is None:
        raise UserMends("entry.gone", record=submission)
    return page


def drawn_twice(store: Store) -> tuple[ListRow, ...]:
    """Lists of the user's own that share lines with another one, and are not settled."""
    user, staff = me(store), staff_names(store)

    def read(connection: Connection) -> tuple[ListRow, ...]:
        rows: list[ListRow] = []
        wards = {row.ward for row in lists.open_lists_of(connection, user.username)}
        for ward in sorted(wards & {*user.streams}):
            found = _Read.of(connection, ward, staff)
            mine = [s for s in found.submissions if s.made_by == user.username and not s.withdrawn]
            rows += [row for row in map(found.row, mine) if row.elsewhere and row.state in OPEN]
        return tuple(rows)

    return store.read(read)


def mark_sent(
    store: Store, ward: str, submission: str, *, sent_on: date | None = None
) -> str | None:
    """Notes that a list was handed to the agency; returns the changeset's id.

    Raises:
        UserMends: `submission.withdrawn`, `submission.sent_already`, `submission.sent_before`
            (handed in before its own date), `submission.empty` (all its lines stand elsewhere).
    """
    page = official_list(store, ward, submission)
    _must_count(page.row)
    day = sent_on or store.today()
    if page.row.state != "drawn":
        raise UserMends("submission.sent_already", number=page.row.number)
    if not page.row.lines:
        raise UserMends("submission.empty", number=page.row.number)
    if day < page.row.listed_on or day > store.today():
        raise UserMends("submission.sent_before", field="sent_on", day=page.row.listed_on)
    with store.work(Intent("submission.send", ward)) as work:
        work.edit(Submission, submission, state="sent", sent_on=day)
        for line in page.lines:
            if not line.withdrawn and _state_of(work, line) in ("paid", "listed"):
                work.edit(Enrolment, line.enrolment, state="sent")
    return work.saved.changeset.id if work.saved.changeset else None


def withdraw_list(store: Store, ward: str, submission: str) -> str | None:
    """Takes back a list that was not handed in: its lines wait for a list again.

    One whose lines all stand on another list can be taken back, too, whatever became of it.

    Raises:
        UserMends: `submission.withdrawn`, `submission.sent_stays`.
    """
    page = official_list(store, ward, submission)
    _must_count(page.row)
    if page.row.state != "drawn" and page.row.lines:
        raise UserMends("submission.sent_stays", number=page.row.number)
    with store.work(Intent("submission.withdraw", ward)) as work:
        work.edit(Submission, submission, withdrawn=True)
    return work.saved.changeset.id if work.saved.changeset else None


def fell_away(line: Any, counting: Container[str]) -> bool:
    """Whether a line is left out: withdrawn, or its receipt was crossed out before it was sent."""
    unsent = line.list_state == "drawn" and line.answer is None
    return bool(line.withdrawn or (unsent and line.enrolment not in counting))


def _must_count(row: ListRow) -> None:
    if row.state == "withdrawn":
        raise UserMends("submission.withdrawn", number=row.number)


def _state_of(work: Any, line: LineRow) -> str:
    return str(work.shown((Enrolment.type_name(), line.enrolment)).get("state"))


@dataclass(frozen=True)
class _Read:
    """The lists of a ward with all that is said of them."""

    connection: Connection
    ward: str
    submissions: Sequence[Any]
    by_list: dict[str, list[Any]]
    standings: Standings
    amounts: dict[str, int]
    counting: frozenset[str]
    staff: Any

    @staticmethod
    def of(connection: Connection, ward: str, staff: Any) -> _Read:
        """Reads a ward."""
        by_list: dict[str, list[Any]] = {}
        for line in lists.line_rows(connection, (ward,)):
            by_list.setdefault(line.submission, []).append(line)
        paid = lists.all_paid_rows(connection, (ward,))
        counting = {row.id for row in lists.paid_rows(connection, (ward,))}
        return _Read(
            connection=connection,
            ward=ward,
            submissions=lists.submission_rows(connection, (ward,)),
            by_list=by_list,
            standings=standings(connection, (ward,)),
            amounts={row.id: row.participant_dong for row in paid},
            counting=frozenset(counting),
            staff=staff,
        )

    def page(self, submission: Any) -> ListPage:
        """A list with its lines."""
        lines = tuple(self._lines(submission))
        gone = tuple(
            replace(self._line(line), elsewhere=line.list_number) for line in self._gone(submission)
        )
        return ListPage(self.row(submission), lines, gone, submission.note)

    def row(self, submission: Any) -> ListRow:
        """A list in a table."""
        all_lines = self._lines(submission)
        lines = [line for line in all_lines if not line.withdrawn]
        answers = [line.answer for line in lines]
        settled = _state(submission, answers) not in OPEN
        gone = [] if settled else self._gone(submission)
        return ListRow(
            ward=self.ward,
            submission=submission.id,
            form=submission.form,
            layout=submission.layout,
            number=submission.number,
            listed_on=submission.listed_on,
            organisation=submission.head.get("organisation", {}).get("name", ""),
            collector=submission.head.get("collector_name", ""),
            made_by=name_of(self.staff, submission.made_by),
            made_at=submission.made_at,
            state=_state(submission, answers),
            sent_on=submission.sent_on,
            lines=len(lines),
            drawn=len(all_lines) + len(gone),
            total_dong=sum(line.participant_dong for line in lines),
            accepted=answers.count("accepted"),
            returned=answers.count("returned"),
            waiting=answers.count(None),
            elsewhere=len(gone) + sum(bool(line.elsewhere) for line in lines),
        )

    def _lines(self, submission: Any) -> list[LineRow]:
        """Its lines by their place on the paper; those that fell away have none (0)."""
        place = count(1)
        lines = [self._line(line) for line in self.by_list.get(submission.id, ())]
        return [
            replace(line, number=0 if line.withdrawn else next(place))
            for line in sorted(lines, key=lambda line: line.number)
        ]

    def _line(self, line: Any) -> LineRow:
        person, home = kept_person(line.content), kept_household(line.content)
        return LineRow(
            line=line.id,
            number=line.number,
            enrolment=line.enrolment,
            person_name=person.full_name,
            id_number=person.id_number,
            si_number=person.si_number,
            address=home.address.house,
            participant_dong=self.amounts.get(line.enrolment, 0),
            answer=line.answer,
            reason=line.reason,
            answered_on=line.answered_on,
            mended_on=line.mended_on,
            mended_note=line.mended_note,
            withdrawn=fell_away(line, self.counting),
            elsewhere=self._elsewhere(line),
        )

    def _elsewhere(self, line: Any) -> str:
        """The list on which a line's enrolment waits or was accepted as well."""
        others = [
            other
            for other in self.standings.lines.get(line.enrolment, ())
            if other.id != line.id and is_live(other) and other.answer != "returned"
        ]
        mine = is_live(line) and line.answer != "returned"
        return str(others[0].list_number) if others and mine else ""

    def _gone(self, submission: Any) -> list[Any]:
        """Lines that the list was drawn up with and that stand on another list: as that has them.

        The log tells: a line that was there already stayed as it was, and this one's is history.
        """
        known = {line.id for line in self.by_list.get(submission.id, ())}
        born = queries_log.born_with(self.connection, self.ward, ("submission", submission.id))
        drawn = {c.record for c in born if c.record_type == "submission_line"}
        missing = drawn - known
        return [
            line for lines in self.standings.lines.values() for line in lines if line.id in missing
        ]


def _state(submission: Any, answers: Sequence[str | None]) -> str:
    if submission.withdrawn:
        return "withdrawn"
    return "answered" if answers and None not in answers else str(submission.state)

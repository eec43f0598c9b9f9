"""What the agency said of the lines of a list: one, many, or a file of answers.

An answer given again replaces the former one, as long as the enrolment is on no later list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fieldapp.errors import UserMends
from fieldapp.model import Enrolment, Submission, SubmissionLine
from fieldapp.rules.folding import fold
from fieldapp.rules.official_lists.listing import Verdict, answer_meant
from fieldapp.rules.people.identity import digits_of
from fieldapp.store.store import Store, Unit
from fieldapp.store.work import Intent
from fieldapp.usecases.official_lists.answer_files import AnswerRow, read_answer_rows
from fieldapp.usecases.official_lists.lists import LineRow, ListPage, official_list
from fieldapp.usecases.official_lists.standing import standings
from fieldapp.usecases.visiting.visits import NOTE_LIMIT, tidy


@dataclass(frozen=True)
class LineAnswer:
    """The agency's word on one line, by its place on the list; `reason` as the agency wrote it."""

    number: int
    answer: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Unmatched:
    """A row of a file of answers that can't be taken, and why.

    `why` is `no_line` (no line of the list has this number or ID), `no_answer` (neither accepted
    nor returned), `no_reason` (returned without one), `twice` (the line is answered above already),
    `not_the_person` (number, ID and name don't mean one line) or `which_line` (the person stands on
    several lines and the row has no number).
    """

    row: int
    text: str
    why: str


@dataclass(frozen=True)
class AnswersPreview:
    """What a file of answers would do to a list."""

    answers: tuple[LineAnswer, ...]
    unmatched: tuple[Unmatched, ...]
    accepted: int
    returned: int
    left: int


def record_answers(
    store: Store,
    ward: str,
    submission: str,
    answers: Sequence[LineAnswer],
    *,
    answered_on: date | None = None,
) -> str | None:
    """Writes down what the agency said of these lines, in one action; the changeset's id.

    Raises:
        UserMends: `submission.withdrawn`, `submission.no_answers`, `submission.line_unknown`,
            `submission.answer_unknown`, `submission.no_reason`, `submission.listed_again`.
    """
    page = official_list(store, ward, submission)
    lines = {line.number: line for line in page.lines if not line.withdrawn}
    _must_hold(page, lines, answers)
    day = answered_on or store.today()
    with store.work(Intent("submission.answer", ward)) as work:
        _must_be_last(work, ward, [lines[one.number] for one in answers])
        for one in answers:
            _answer(work, lines[one.number], one, day)
        _advance(work, page, lines, {one.number for one in answers})
    return work.saved.changeset.id if work.saved.changeset else None


def accept_rest(
    store: Store, ward: str, submission: str, *, answered_on: date | None = None
) -> str | None:
    """Writes down that the agency took every line that has no answer yet. Raises as above."""
    page = official_list(store, ward, submission)
    rest = [line for line in page.lines if line.answer is None and not line.withdrawn]
    answers = [LineAnswer(line.number, "accepted") for line in rest]
    return record_answers(store, ward, submission, answers, answered_on=answered_on)


def _must_hold(page: ListPage, lines: Mapping[int, LineRow], answers: Sequence[LineAnswer]) -> None:
    if page.row.state == "withdrawn":
        raise UserMends("submission.withdrawn", number=page.row.number)
    if not answers:
        raise UserMends("submission.no_answers", field="answers")
    for one in answers:
        if one.number not in lines:
            raise UserMends("submission.line_unknown", field="number", line=one.number)
        if one.answer not in ("accepted", "returned"):
            raise UserMends("submission.answer_unknown", field="answer", answer=one.answer)
        if one.answer == "returned" and not tidy(one.reason):
            raise UserMends("submission.no_reason", field="reason", line=one.number)
        if len(one.reason) > NOTE_LIMIT:
            raise UserMends("visits.note_too_long", field="reason", limit=NOTE_LIMIT)
    if len({one.number for one in answers}) < len(answers):
        raise UserMends("submission.line_twice", field="number")


def _must_be_last(work: Unit, ward: str, lines: Sequence[LineRow]) -> None:
    """An enrolment that went on to another list has its answer there."""
    found = standings(work.connection, (ward,))
    for line in lines:
        last = found.last_line(line.enrolment)
        if last.id != line.line and line.answer is not None:
            raise UserMends(
                "submission.listed_again", field="number", line=line.number, list=last.list_number
            )


def _answer(work: Unit, line: LineRow, one: LineAnswer, day: date) -> None:
    returned = one.answer == "returned"
    work.edit(
        SubmissionLine,
        line.line,
        answer=one.answer,
        reason=tidy(one.reason) if returned else "",
        answered_on=day,
        mended_on=None if tidy(one.reason) != line.reason else line.mended_on,
    )
    work.edit(Enrolment, line.enrolment, state="sent" if returned else "accepted")


def _advance(work: Unit, page: ListPage, lines: Mapping[int, LineRow], answered: set[int]) -> None:
    """The list is answered when every line is; an answer proves that it was sent."""
    left = [n for n, line in lines.items() if line.answer is None and n not in answered]
    work.edit(Submission, page.row.submission, state="sent" if left else "answered")


# --- a file of answers ---------------------------------------------------------------------------


def preview_answers(store: Store, ward: str, submission: str, path: Path) -> AnswersPreview:
    """What a csv or xlsx file of answers would do, and which of its rows match nothing.

    A row names its line by the number on the list, the ID number or the SI number.

    Raises:
        UserMends: as `read_answer_rows` and `official_list` say.
    """
    page = official_list(store, ward, submission)
    return _preview(page, read_answer_rows(path))


def take_answers(
    store: Store,
    ward: str,
    submission: str,
    path: Path,
    *,
    answered_on: date | None = None,
    only_matching: bool = False,
) -> AnswersPreview:
    """Takes a file of answers in, whole; with `only_matching` what matches, and says what not.

    Raises:
        UserMends: `submission.answers_unmatched`: some rows match nothing, and nothing was
            written; else as `preview_answers` and `record_answers` say.
    """
    preview = preview_answers(store, ward, submission, path)
    if preview.unmatched and not only_matching:
        first = preview.unmatched[0]
        raise UserMends(
            "submission.answers_unmatched",
            field="path",
            count=len(preview.unmatched),
            row=first.row,
            text=first.text,
        )
    record_answers(store, ward, submission, preview.answers, answered_on=answered_on)
    return preview


def _preview(page: ListPage, rows: Sequence[AnswerRow]) -> AnswersPreview:
    finder = _Finder.of(page)
    answers: dict[int, LineAnswer] = {}
    unmatched: list[Unmatched] = []
    for row in rows:
        found = finder.find(row)
        why = found if isinstance(found, str) else _refused(row, found, answers)
        if why:
            unmatched.append(Unmatched(row.row, row.text, why))
        elif isinstance(found, int):
            verdict = answer_meant(row.answer)
            said = tidy(_reason(row)) if verdict != "accepted" else ""
            answers[found] = LineAnswer(found, verdict or "returned", said)
    verdicts = [one.answer for one in answers.values()]
    open_lines = [n for n, line in finder.lines.items() if line.answer is None and n not in answers]
    return AnswersPreview(
        answers=tuple(answers[n] for n in sorted(answers)),
        unmatched=tuple(unmatched),
        accepted=verdicts.count("accepted"),
        returned=verdicts.count("returned"),
        left=len(open_lines),
    )


def _refused(row: AnswerRow, number: int, answers: Mapping[int, LineAnswer]) -> str:
    """Why a row that names a line can't be taken; "" where it can.

    A reason alone means returned; a remark alone may be the list's own.
    """
    verdict = answer_meant(row.answer)
    if verdict is None and (row.answer.strip() or not row.reason.strip()):
        return "no_answer"
    if verdict == "returned" and not _reason(row).strip():
        return "no_reason"
    return "twice" if number in answers else ""


def _reason(row: AnswerRow) -> str:
    return row.reason if row.reason.strip() else row.note


@dataclass(frozen=True)
class _Finder:
    """The lines of a list by what a file may call them: a person may stand on several."""

    lines: dict[int, LineRow]
    by_id: dict[str, list[int]]

    @staticmethod
    def of(page: ListPage) -> _Finder:
        """The lines that can be answered."""
        lines = {line.number: line for line in page.lines if not line.withdrawn}
        by_id: dict[str, list[int]] = {}
        for number, line in lines.items():
            for known in {line.id_number, line.si_number} - {""}:
                by_id.setdefault(known, []).append(number)
        return _Finder(lines, by_id)

    def find(self, row: AnswerRow) -> int | str:
        """The line that a row means, or why there is none.

        A number that lost its leading zeros in a workbook still finds its line.
        """
        digits = digits_of(row.identity)
        place = int(row.number) if row.number.isdecimal() and len(row.number) < 6 else None
        if not digits:
            found = place if place in self.lines else None
            return self._checked(row, found) if found is not None else "no_line"
        named = self._with_number(digits)
        if not named:
            return "no_line"
        if place is None:
            return self._checked(row, named[0]) if len(named) == 1 else "which_line"
        return self._checked(row, place) if place in named else "not_the_person"

    def _with_number(self, digits: str) -> list[int]:
        """The lines of an ID or SI number; the whole number goes before one without its zeros."""
        short = digits.lstrip("0")
        found = self.by_id.get(digits) or next(
            (lines for known, lines in self.by_id.items() if known.lstrip("0") == short), []
        )
        return found if short else []

    def _checked(self, row: AnswerRow, number: int) -> int | str:
        """The line, if the name in the row is not somebody else's: the file may be another's."""
        named, listed = fold(row.name), fold(self.lines[number].person_name)
        return number if not named or named == listed else "not_the_person"

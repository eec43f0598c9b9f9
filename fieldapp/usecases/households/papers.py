"""Scanned papers of a household: put in, listed, removed, looked at, taken out as a file.

The paper is a record like any other, the scan lies beside it and is sent after it
(`sync.client.attachments`). Both are saved in one transaction.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from fieldapp import durable
from fieldapp.clock import iso
from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Paper
from fieldapp.model.papers import KINDS
from fieldapp.rules.people.identity import normalise_name
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.queries import households as q
from fieldapp.store.queries.papers import forget_unsent, paper_row, papers_of
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from fieldapp.usecases.households.scans import Scan, scan_in_file
from fieldapp.usecases.me import must_be_clerk, name_of, staff_names
from fieldapp.usecases.noting import noted_export, sha256_of
from fieldapp.usecases.visiting.today import StateWord

MOST_PAPERS = 60
"""Of one household: more is a mistake."""
TITLE_LIMIT = 100
ADD, REMOVE = "paper.add", "paper.remove"


@dataclass(frozen=True)
class PaperAdded:
    """What was put in: the paper, the action, the hash and size of what is kept."""

    paper: str
    changeset: str
    sha256: str
    media: str
    size: int


@dataclass(frozen=True)
class PaperRow:
    """A paper in the list of a household.

    Attributes:
        person: name of the member whom it is about; "" for the household.
        state: the sync word of paper and scan together.
        reason: why the server does not take the scan, as a code.
        here: the scan is on this laptop.
    """

    paper: str
    kind: str
    title: str
    person: str
    media: str
    size: int
    added_at: datetime
    by: str
    state: StateWord
    reason: str | None
    here: bool


def add_paper(
    store: Store,
    ward: str,
    household: str,
    path: Path,
    kind: str = "other",
    *,
    person: str | None = None,
    title: str = "",
) -> PaperAdded:
    """Puts the scan in a file in, as a paper of a household or of one of its members.

    Raises:
        UserMends: as `scan_in_file` and `keep_paper` do.
    """
    return keep_paper(store, ward, household, scan_in_file(path), kind, person=person, title=title)


def keep_paper(
    store: Store,
    ward: str,
    household: str,
    scan: Scan,
    kind: str = "other",
    *,
    person: str | None = None,
    title: str = "",
) -> PaperAdded:
    """Keeps a scan that was looked at. The same scan put in twice is two papers and one content.

    Raises:
        UserMends: `papers.kind_unknown`, `papers.title_too_long`, `papers.too_many`,
            `papers.not_a_member`, `entry.gone` (no such household).
    """
    named = normalise_name(title)
    if kind not in KINDS:
        raise UserMends("papers.kind_unknown", field="kind", kinds=", ".join(KINDS))
    if len(named) > TITLE_LIMIT:
        raise UserMends("papers.title_too_long", field="title", limit=TITLE_LIMIT)
    at = store.server_now()
    with store.work(Intent(ADD, ward)) as work:
        work.shown(("household", household))
        if len(papers_of(work.connection, ward, household)) >= MOST_PAPERS:
            raise UserMends("papers.too_many", field="path", limit=MOST_PAPERS)
        if person is not None and person not in _members(work.connection, ward, household):
            raise UserMends("papers.not_a_member", field="person")
        sha256 = attachments.keep(work.connection, ward, scan.content, scan.media, iso(at))
        paper = work.create(
            Paper(
                ward=ward,
                id=work.fresh_id(),
                household=household,
                person=person,
                kind=kind,
                title=named,
                sha256=sha256,
                media=scan.media,
                size=len(scan.content),
                added_by=store.setting("username"),
                added_at=at,
            )
        )
    assert work.saved.changeset is not None
    return PaperAdded(paper, work.saved.changeset.id, sha256, scan.media, len(scan.content))


def household_papers(store: Store, ward: str, household: str) -> tuple[PaperRow, ...]:
    """The papers of a household, the newest first."""
    staff, epoch = staff_names(store), store.setting("epoch")

    def read(connection: Connection) -> tuple[PaperRow, ...]:
        rows = papers_of(connection, ward, household)
        found = attachments.found_of(connection, ward, (row.sha256 for row in rows))
        states = q.record_states(connection)
        names = {row.id: row.full_name for row in q.member_rows(connection, (ward,), household)}
        return tuple(
            _row(
                *(row, found.get(row.sha256), epoch),
                *(states, names, name_of(staff, row.added_by)),
            )
            for row in rows
        )

    return store.read(read)


def remove_paper(store: Store, ward: str, paper: str) -> str:
    """Takes a paper away, for good; returns the changeset's id. A scan that the server does not
    have yet leaves this laptop with it. Own papers anybody removes, those of others a clerk, a
    supervisor or an administrator of the ward.

    Raises:
        UserMends: `entry.gone`, `history.undo_no_right`.
    """
    with store.work(Intent(REMOVE, ward)) as work:
        row = paper_row(work.connection, ward, paper)
        if row is None or row.withdrawn:
            raise UserMends("entry.gone", record=paper)
        if row.added_by != store.setting("username"):
            must_be_clerk(store, ward, "history.undo_no_right")
        work.edit(Paper, paper, withdrawn=True)
        forget_unsent(work.connection, ward, {paper})
    assert work.saved.changeset is not None
    return work.saved.changeset.id


def may_remove(store: Store, ward: str, paper: str) -> bool:
    """Whether the user may take a paper away."""
    row = store.read(paper_row, ward, paper)
    try:
        if row is None or row.added_by != store.setting("username"):
            must_be_clerk(store, ward, "history.undo_no_right")
    except UserMends:
        return False
    return row is not None and not row.withdrawn


def scan_of_paper(store: Store, ward: str, paper: str) -> Scan | None:
    """The scan of a paper; None where it is not on this laptop. That somebody looked is noted, so
    that it stays longer than others.

    Raises:
        UserMends: `entry.gone`.
    """
    row = store.read(paper_row, ward, paper)
    if row is None or not row.sha256:
        raise UserMends("entry.gone", record=paper)
    content = store.read(attachments.content_of, ward, row.sha256)
    if content is None:
        return None
    with suppress(SurroundingsMend):  # no room even for that: who looks need not know
        store.looked_at((ward, row.sha256))
    return Scan(content, row.media)


def save_paper(store: Store, ward: str, paper: str, path: Path) -> str:
    """Writes the scan of a paper into a file, which is noted like every file that leaves the
    laptop; the hash of what was written.

    Raises:
        UserMends: `entry.gone`, `papers.not_here`.
        SurroundingsMend: `papers.not_written`.
    """
    scan = scan_of_paper(store, ward, paper)
    if scan is None:
        raise UserMends("papers.not_here")
    row = store.read(paper_row, ward, paper)
    choices = {"kind": row.kind, "household": row.household, "person": row.person or ""}
    with noted_export(
        store, "paper", (ward,), choices, masked=False, person=row.person or ""
    ) as came:
        try:
            durable.write_whole(path, scan.content)
        except OSError as refusal:
            raise SurroundingsMend("papers.not_written", path=str(path)) from refusal
        came.to(rows=1, sha256=sha256_of(path))
    return str(row.sha256)


def _members(connection: Connection, ward: str, household: str) -> set[str]:
    return {row.id for row in q.member_rows(connection, (ward,), household)}


def _row(
    row: Any,
    kept: attachments.Kept | None,
    epoch: str | None,
    states: dict[str, str],
    names: dict[str, str],
    by: str,
) -> PaperRow:
    scan = kept.state if kept is not None else "sent"
    if kept is not None and kept.waits(epoch):
        scan = "waiting"
    return PaperRow(
        paper=row.id,
        kind=row.kind,
        title=row.title,
        person=names.get(row.person or "", ""),
        media=row.media,
        size=row.size,
        added_at=row.added_at,
        by=by,
        state=_state(states.get(row.id), scan),
        reason=kept.reason if kept is not None and scan == "refused" else None,
        here=kept is not None and scan != "coming",
    )


def _state(record: str | None, scan: str) -> StateWord:
    if record == "needs_fixing" or scan == "refused":
        return "needs_fixing"
    return "on_device" if record is not None or scan == "waiting" else "sent"

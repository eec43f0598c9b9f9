"""Which papers a household has, and what goes with one that is taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.model import Paper
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.rows import table_of

papers = table_of(Paper.type_name())


def papers_of(connection: Connection, ward: str, household: str) -> Sequence[Any]:
    """The papers of a household that were not withdrawn, the newest first."""
    here = (papers.c.ward == ward) & (papers.c.household == household)
    found = select(papers).where(here, papers.c.withdrawn.is_(False), papers.c.sha256 != "")
    return connection.execute(found.order_by(papers.c.added_at.desc(), papers.c.id.desc())).all()


def ever_had(connection: Connection, ward: str, household: str) -> Sequence[str]:
    """The ids of all papers that a household ever had."""
    here = (papers.c.ward == ward) & (papers.c.household == household)
    return connection.execute(select(papers.c.id).where(here)).scalars().all()


def paper_row(connection: Connection, ward: str, paper: str) -> Any:
    """One paper; None where it is not known here."""
    found = select(papers).where(papers.c.ward == ward, papers.c.id == paper)
    return connection.execute(found).first()


def forget_unsent(connection: Connection, ward: str, gone: Collection[str]) -> None:
    """Scans of papers that are being taken away leave this laptop, where the server does not have
    them and no other paper names them."""
    rows = [row for paper in gone if (row := paper_row(connection, ward, paper)) is not None]
    for sha256 in {row.sha256 for row in rows}:
        named = (papers.c.ward == ward) & (papers.c.sha256 == sha256)
        others = select(papers.c.id).where(named, papers.c.withdrawn.is_(False))
        kept = attachments.find(connection, ward, sha256)
        unsent = kept is not None and kept.state != "sent"
        if unsent and set(connection.execute(others).scalars()) <= set(gone):
            attachments.forget(connection, [(ward, sha256)])

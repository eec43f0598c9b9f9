"""Half-filled forms: they survive closing, power cuts and crashes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from fieldapp.store import tables
from fieldapp.store.file.open_file import OpenFile


class Drafts(OpenFile):
    """Keeps what was typed until it is saved for good or thrown away."""

    def keep_draft(self, place: str, subject: str, content: Any) -> None:
        """Keeps a half-filled form: it survives closing, power cuts and crashes."""
        draft = tables.draft
        with self._write() as connection:
            _drop_draft(connection, place, subject)
            connection.execute(
                insert(draft).values(
                    place=place, subject=subject, content=content, saved_at=self.now().isoformat()
                )
            )

    def drop_draft(self, place: str, subject: str) -> None:
        """Forgets a draft that was saved for good or thrown away."""
        with self._write() as connection:
            _drop_draft(connection, place, subject)

    def draft(self, place: str, subject: str) -> Any:
        """The kept draft, or None."""
        return self.read(_read_draft, place, subject)


def _drop_draft(connection: Connection, place: str, subject: str) -> None:
    draft = tables.draft
    connection.execute(delete(draft).where(draft.c.place == place, draft.c.subject == subject))


def _read_draft(connection: Connection, place: str, subject: str) -> Any:
    draft = tables.draft.c
    return connection.execute(
        select(draft.content).where(draft.place == place, draft.subject == subject)
    ).scalar_one_or_none()

"""What the lane of attachments brings into the file. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Mapping

from fieldapp.clock import iso
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.attachments.contents import Name
from fieldapp.store.file.open_file import OpenFile


class AttachmentLane(OpenFile):
    """Nothing here reads or writes a record, the journal or a log."""

    def mark_sent(self, name: Name, epoch: str) -> None:
        """Notes that the server, in this life of its database, has a content."""
        with self._write() as connection:
            standing = attachments.find(connection, *name)
            sent_at = standing.sent_at if standing is not None else None
            at = sent_at or iso(self.server_now())
            attachments.mark(connection, name, "sent", epoch=epoch, reason=None, sent_at=at)
        self._tell()

    def mark_waiting(self, name: Name) -> None:
        """Notes that the server has lost a content."""
        with self._write() as connection:
            attachments.mark(connection, name, "waiting")
        self._tell()

    def mark_refused(self, refused: Mapping[Name, str]) -> None:
        """Notes which contents the server does not take, and why. They stay here."""
        with self._write() as connection:
            for name, reason in refused.items():
                attachments.mark(connection, name, "refused", reason=reason[:32])
        self._tell()

    def let_go(self, name: Name) -> None:
        """Notes that an own content can be fetched again whenever it is wanted."""
        with self._write() as connection:
            attachments.let_go(connection, name)

    def begin_coming(self, name: Name, media: str, size: int) -> int:
        """Notes that a paper's content is to come; how many of its pieces are here."""
        with self._write() as connection:
            at = iso(self.server_now())
            return attachments.begin_coming(connection, name, (media, size), at)

    def take_piece(self, name: Name, number: int, content: bytes) -> None:
        """Keeps a piece of a content that comes."""
        with self._write() as connection:
            attachments.add_piece(connection, name, number, content)

    def settle_coming(self, name: Name, epoch: str) -> bytes | None:
        """A content that has come whole; None where it is not what its hash says."""
        with self._write() as connection:
            at = iso(self.server_now())
            content = attachments.settle_coming(connection, name, epoch, at)
        self._tell()
        return content

    def drop_attachment(self, name: Name) -> None:
        """Takes a content out of the file."""
        with self._write() as connection:
            attachments.forget(connection, [name])
        self._tell()

    def looked_at(self, name: Name) -> None:
        """Notes that somebody looked at a content: it goes later than others."""
        with self._write() as connection:
            attachments.used(connection, name, iso(self.server_now()))

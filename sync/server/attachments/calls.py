"""The calls about contents of papers: beside the logs, for who has a grant in the ward."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from fieldapp.model import CITY
from sync.protocol import (
    AttachmentsTold,
    FetchedPiece,
    FetchPiece,
    NameAttachments,
    PieceTaken,
    PutPiece,
)
from sync.server.attachments.contents import attachments_told, piece_told, put_piece
from sync.server.lives.epochs import serving
from sync.server.people.accounts import Caller
from sync.server.refusals import Refused

if TYPE_CHECKING:
    from sync.server.service import Service


class AttachmentCalls:
    """This part of `SyncProtocol` for one token."""

    service: Service
    token: str | None

    def name_attachments(self, request: NameAttachments) -> AttachmentsTold:
        """How far contents of a granted ward have come."""
        with self.service.database.still() as connection:
            caller = self._may_see(connection, request.ward)
            told = attachments_told(connection, caller, request)
            return AttachmentsTold(serving(connection), request.ward, told)

    def put_piece(self, request: PutPiece) -> PieceTaken:
        """Takes a piece of a content of a granted ward."""
        made, at = self.service, self.service.clock.now()

        def work(connection: Connection) -> PieceTaken:
            epoch, caller = serving(connection), self._may_see(connection, request.ward)
            return PieceTaken(epoch, put_piece(connection, caller, request, at, made.safe))

        return made.database.in_write(work)

    def fetch_piece(self, request: FetchPiece) -> FetchedPiece:
        """A piece of a content of a granted ward."""
        with self.service.database.still() as connection:
            self._may_see(connection, request.ward)
            size, piece = piece_told(connection, request, self.service.safe)
            told = base64.b64encode(piece).decode()
            return FetchedPiece(serving(connection), request.sha256, request.number, size, told)

    def _may_see(self, connection: Connection, ward: str) -> Caller:
        if ward == CITY:
            raise Refused("server.no_grant", 403)
        return self._may_read(connection, ward)

    def _may_read(self, connection: Connection, ward: str) -> Caller:
        """Judged as for the ward's log: the service that these calls are mixed into does it."""
        raise NotImplementedError

"""How the server says no: a code of `server.toml`, an HTTP status, and when to come back."""

from __future__ import annotations

from fieldapp.errors import FieldappError
from sync.protocol import Problem


class Refused(FieldappError):
    """A request that is not answered. Nothing of it had an effect.

    Attributes:
        status: of HTTP, 4xx.
        retry_after: seconds after which the same request may be answered; None: never as it is.
    """

    def __init__(
        self, code: str, status: int, *, detail: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(code, detail=detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after

    @property
    def problem(self) -> Problem:
        """What goes over the wire."""
        return Problem(self.code, self.detail)

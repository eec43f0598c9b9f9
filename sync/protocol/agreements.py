"""How the agreements of wards stand that a laptop does not hold: told, shown, and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AskAgreements:
    """Asks for the agreements of granted wards, at most `MOST_AGREEMENTS`."""

    wards: tuple[str, ...]


@dataclass(frozen=True)
class AgreementTold:
    """One ward. `fields`: its record by field, as in the log; None: nothing was recorded.
    `planned`: doors with an appointment of today or later."""

    ward: str
    planned: int = 0
    fields: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class AgreementsTold:
    """The answer, as of `server_at`, of the asked wards."""

    server_at: str
    wards: tuple[AgreementTold, ...] = ()


MOST_AGREEMENTS = 400

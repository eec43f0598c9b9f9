"""Says that a block must end with one of the product's own errors, by its code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fieldapp.errors import FieldappError


@contextmanager
def refused(kind: type[FieldappError], code: str) -> Iterator[pytest.ExceptionInfo[FieldappError]]:
    """The block must raise `kind` with this code; what was raised is there after it."""
    with pytest.raises(kind) as raised:
        yield raised
    assert raised.value.code == code, raised.value

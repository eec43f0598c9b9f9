"""Says that a block must end with one of the product's own errors, by its code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fieldapp.errors import FieldappError


@contextmanager
def refused(kind: type[FieldappError], code: str) -> Iterator[None]:
    """The block must raise `kind` with this code."""
    with pytest.raises(kind) as raised:
        yield
    assert raised.value.code == code, raised.value

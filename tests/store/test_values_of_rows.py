"""Wire values made columns: what needs no reading passes as it is, all else is read or refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fieldapp.model import Person
from fieldapp.model.record import row_of


def test_values_become_those_of_their_columns_and_unknown_fields_are_gathered() -> None:
    wire = {"full_name": "Lê An", "born_on": "1968-11-21", "sex": None, "withdrawn": False}
    row = row_of(Person, {**wire, "phone": "0903555214", "shoe_size": 41})
    assert row["born_on"] == date(1968, 11, 21)
    assert row["unknown"] == {"shoe_size": 41}
    assert {name: row[name] for name in ("full_name", "sex", "withdrawn", "phone")} == {
        "full_name": "Lê An",
        "sex": None,
        "withdrawn": False,
        "phone": "0903555214",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("full_name", 7),
        ("full_name", None),
        ("born_on", "21/11/1968"),
        ("withdrawn", "perhaps"),
    ],
)
def test_a_value_of_another_kind_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match="validation error"):
        row_of(Person, {name: value})

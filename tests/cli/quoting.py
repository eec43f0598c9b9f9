"""Asking `fieldapp quote` as other programs do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.cli.conftest import Ran

Call = Callable[..., Ran]


def answer(ran: Ran) -> Any:
    assert (ran.code, ran.err) == (0, "")
    return ran.answer


def hhi(quote: Call, day: str, members: int, months: int, *more: str) -> Any:
    numbers = ["--members", str(members), "--months", str(months)]
    return answer(quote("hhi", "--paid-on", day, *numbers, *more, "--json"))


def vsi(quote: Call, day: str, income: int, *more: str) -> Any:
    return answer(quote("vsi", "--paid-on", day, "--income", str(income), *more, "--json"))


def refused(ran: Ran) -> Any:
    """The one document of an error; there is no number beside it."""
    assert (ran.code, ran.out) == (2, "")
    error = json.loads(ran.err)["error"]
    assert set(error) == {"code", "message", "field"} and error["message"]
    assert error["code"] != "cli.unexpected"
    return error

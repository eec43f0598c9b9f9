"""Tables as text for tests: a shipped one with other rows, or one made from scratch."""

from __future__ import annotations

from datetime import date, timedelta

from fieldapp.rules import tables

HEAD = 'valid_from = {start}\nvalid_to = {end}\nsource = "NĐ999/2027"\nconfidence = "S"\n'


def entry(start: date | str, end: date | str | None = None, **values: object) -> str:
    """One `[[row]]`; `end` None: in force. Values are written as TOML knows them."""
    lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
    head = HEAD.format(start=start, end='""' if end is None else end)
    return "\n".join(["[[row]]", *lines, head])


def with_new_salary(dong: int = 2_800_000, since: date = date(2027, 7, 1)) -> str:
    """The shipped base salaries, with the last one ended by a new one."""
    text = tables.SHIPPED.text("base_salary")
    cut = text.rindex('valid_to = ""')
    last = since - timedelta(days=1)
    ended = text[:cut] + f"valid_to = {last}" + text[cut + len('valid_to = ""') :]
    return ended + "\n" + entry(since, dong=dong)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)

"""The groups of the health and social insurance by their names, as one types them."""

from __future__ import annotations

from collections.abc import Sequence

from fieldapp.rules.folding import fold
from fieldapp.rules.hhi.groups import HOUSEHOLD
from fieldapp.usecases.households.people import known_groups
from ui.say import Teller

BETWEEN = "; "
"""Some names have a comma in them."""
MOST_OFFERED = 3


class NoSuchGroup(ValueError):
    """No group is called so, or several are: `offered` are their names."""

    def __init__(self, said: str, offered: Sequence[str]) -> None:
        super().__init__(said)
        self.said, self.offered = said, tuple(offered)


def groups_text(groups: Sequence[str], teller: Teller) -> str:
    """Cận nghèo; Dân tộc thiểu số."""
    return BETWEEN.join(_name(group, teller) for group in groups)


def groups_typed(text: str, teller: Teller) -> list[str]:
    """The groups that a text names, between semicolons: by the whole name, or by words of it that
    no other name has; tones may be left out. Raises NoSuchGroup."""
    parts = [part for part in (part.strip() for part in text.split(";")) if part]
    return list(dict.fromkeys(_group(part, teller) for part in parts))


def _group(said: str, teller: Teller) -> str:
    names = {group: _name(group, teller) for group in sorted(known_groups() - {HOUSEHOLD})}
    wanted = fold(said)
    whole = [group for group, name in names.items() if wanted in (fold(name), group)]
    if whole:
        return whole[0]
    words = {group: set(fold(name).replace(",", " ").split()) for group, name in names.items()}
    found = [group for group in names if set(wanted.split()) <= words[group]]
    if len(found) == 1:
        return found[0]
    raise NoSuchGroup(said, [names[group] for group in found[:MOST_OFFERED]])


def _name(group: str, teller: Teller) -> str:
    key = f"rules.group_{group}"
    return teller.say(key) if teller.words.knows(key) else group

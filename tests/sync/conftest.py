"""A team on a server in memory, with the laptops of two people and of a supervisor."""

from __future__ import annotations

from tests.support.erased import tri
from tests.support.team_fixtures import lan, phuc, team

__all__ = ["lan", "phuc", "team", "tri"]

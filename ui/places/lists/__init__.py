"""Official lists: what waits for one, drawing it up, handing it in, the agency's answers."""

from __future__ import annotations

"""Lists in: a due list or a household register, looked at first, then taken in."""

from __future__ import annotations

from ui.places.imports.place import ImportsPlace

__all__ = ["ImportsPlace"]

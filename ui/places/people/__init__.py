"""Bảng thành viên: everybody of the wards as a table."""

from __future__ import annotations

from ui.places.people.place import PeoplePlace

__all__ = ["PeoplePlace"]

"""Cần xử lý: conflicts told as stories, and work that the server holds."""

from __future__ import annotations

from ui.places.inbox.place import InboxPlace

__all__ = ["InboxPlace"]
